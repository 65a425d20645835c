//! The outbox: notices on their way out, and how several processes share the work without doing it twice.

use crate::column::row;
use crate::person::{Count, Role};
use crate::tx::On;
use crate::{StoreResult, Tx};
use linli_domain::notice::{Channel, DeliveryState};
use linli_domain::{CommunityId, DeliveryId, Instant, NoticeId, PersonId};
use uuid::Uuid;

row! {
    /// A message on its way out.
    pub struct Delivery {
        /// The id; what goes out carries it, the same at every attempt.
        pub id: DeliveryId,
        /// To whom.
        pub person_id: PersonId,
        /// Which notice; none for mail of the host's own: whether an address is right, a code, an invitation.
        pub notice_id: Option<NoticeId>,
        /// By what.
        pub channel: Channel,
        /// Where the person lived when it was made: whose staff print a letter.
        pub community_id: Option<CommunityId>,
        /// Where it stands.
        pub state: DeliveryState,
        /// How often it has been tried.
        pub attempts: i64,
        /// When it is tried next; for one that is held, when its holder's time is over.
        pub next_try: Instant,
        /// Who holds it.
        pub claimed_by: Option<Uuid>,
        /// What went wrong last.
        pub problem: String,
        /// When it was made.
        pub created: Instant,
        /// When it came to its end.
        pub ended: Option<Instant>,
    }
}

impl Tx {
    /// Adds a message to send.
    pub async fn create_delivery(&mut self, d: &Delivery) -> StoreResult<()> {
        sql!(self, execute, "
            INSERT INTO delivery (id, person_id, notice_id, channel, community_id, state, attempts, next_try, claimed_by,
              problem, created, ended)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)",
            d.id, d.person_id, d.notice_id, d.channel, d.community_id, d.state, d.attempts, d.next_try, d.claimed_by,
            d.problem, d.created, d.ended)?;
        Ok(())
    }

    /// A delivery by its id.
    pub async fn find_delivery(&mut self, id: DeliveryId) -> StoreResult<Option<Delivery>> {
        sql!(self, fetch_optional Delivery, "
            SELECT id, person_id, notice_id, channel, community_id, state, attempts, next_try, claimed_by, problem, created,
              ended FROM delivery WHERE id = $1", id)
    }

    /// By which channels a notice went out or is to go out, in the order of the channels' names.
    pub async fn list_deliveries_of_notice(&mut self, id: NoticeId) -> StoreResult<Vec<Delivery>> {
        sql!(self, fetch_all Delivery, "
            SELECT id, person_id, notice_id, channel, community_id, state, attempts, next_try, claimed_by, problem, created,
              ended FROM delivery WHERE notice_id = $1 ORDER BY channel", id)
    }

    /// Whether a delivery is due.
    pub async fn has_due_delivery(&mut self, now: Instant) -> StoreResult<bool> {
        Ok(sql!(self, fetch_one Count, "
            SELECT count(*) AS count FROM (
              SELECT 1 FROM delivery WHERE state = 'waiting' AND next_try <= $1 LIMIT 1) AS due", now)?.count > 0)
    }

    /// Takes deliveries that are due, or whose holder's time is over: they are `owner`'s until `until`, and each counts one
    /// attempt more. Two who claim at once never get the same one.
    pub async fn claim_deliveries(
        &mut self,
        owner: Uuid,
        now: Instant,
        until: Instant,
        limit: i64,
    ) -> StoreResult<Vec<Delivery>> {
        let text = match self.on {
            On::Sqlite(_) => "
            UPDATE delivery SET claimed_by = $1, next_try = $2, attempts = attempts + 1 WHERE id IN (
              SELECT id FROM delivery WHERE state = 'waiting' AND next_try <= $3 ORDER BY next_try, id LIMIT $4)
            RETURNING id, person_id, notice_id, channel, community_id, state, attempts, next_try, claimed_by, problem,
              created, ended",
            On::Postgres(_) => "
            UPDATE delivery SET claimed_by = $1, next_try = $2, attempts = attempts + 1 WHERE id IN (
              SELECT id FROM delivery WHERE state = 'waiting' AND next_try <= $3 ORDER BY next_try, id LIMIT $4
              FOR UPDATE SKIP LOCKED)
            RETURNING id, person_id, notice_id, channel, community_id, state, attempts, next_try, claimed_by, problem,
              created, ended",
        };
        let claimed = sql!(self, fetch_all Delivery, text, owner, until, now, limit)?;
        crate::crash_at!("delivery.claim");
        Ok(claimed)
    }

    /// Ends a delivery that is still `owner`'s; false if somebody else has it by now, or it came to another end.
    pub async fn end_delivery(
        &mut self,
        id: DeliveryId,
        owner: Uuid,
        state: DeliveryState,
        problem: &str,
        now: Instant,
    ) -> StoreResult<bool> {
        Ok(sql!(
            self,
            execute,
            "
            UPDATE delivery SET state = $3, problem = $4, ended = $5, claimed_by = NULL
            WHERE id = $1 AND claimed_by = $2 AND state = 'waiting'",
            id,
            owner,
            state,
            problem,
            now
        )? > 0)
    }

    /// Hands a letter that is still `owner`'s to those who print it.
    pub async fn hand_over_letter(&mut self, id: DeliveryId, owner: Uuid) -> StoreResult<bool> {
        Ok(sql!(
            self,
            execute,
            "
            UPDATE delivery SET state = 'printing', claimed_by = NULL
            WHERE id = $1 AND claimed_by = $2 AND state = 'waiting'",
            id,
            owner
        )? > 0)
    }

    /// Has a delivery that is still `owner`'s tried again from `next_try` on.
    pub async fn postpone_delivery(
        &mut self,
        id: DeliveryId,
        owner: Uuid,
        next_try: Instant,
        problem: &str,
    ) -> StoreResult<bool> {
        Ok(sql!(
            self,
            execute,
            "
            UPDATE delivery SET next_try = $3, problem = $4, claimed_by = NULL
            WHERE id = $1 AND claimed_by = $2 AND state = 'waiting'",
            id,
            owner,
            next_try,
            problem
        )? > 0)
    }

    /// Gives a delivery that is still `owner`'s back until `next_try`, as if nobody had taken it.
    pub async fn put_off_delivery(
        &mut self,
        id: DeliveryId,
        owner: Uuid,
        next_try: Instant,
    ) -> StoreResult<bool> {
        Ok(sql!(
            self,
            execute,
            "
            UPDATE delivery SET next_try = $3, attempts = attempts - 1, claimed_by = NULL
            WHERE id = $1 AND claimed_by = $2 AND state = 'waiting'",
            id,
            owner,
            next_try
        )? > 0)
    }

    /// Calls off what has not gone out of a notice; what somebody is sending just now is theirs to end.
    pub async fn cancel_deliveries(&mut self, id: NoticeId, now: Instant) -> StoreResult<u64> {
        sql!(self, execute, "
            UPDATE delivery SET state = 'cancelled', ended = $2
            WHERE notice_id = $1 AND (state = 'printing' OR (state = 'waiting' AND claimed_by IS NULL))", id, now)
    }

    /// How often a person was asked since then whether their mail address is right.
    pub async fn count_questions(&mut self, person: PersonId, since: Instant) -> StoreResult<i64> {
        Ok(sql!(self, fetch_one Count, "
            SELECT count(*) AS count FROM delivery WHERE person_id = $1 AND notice_id IS NULL AND created > $2
              AND NOT EXISTS (SELECT 1 FROM login_code WHERE login_code.id = delivery.id)
              AND NOT EXISTS (SELECT 1 FROM invitation WHERE invitation.id = delivery.id)",
            person, since)?.count)
    }

    /// Dead deliveries after `(ended, id)`, the longest dead first.
    pub async fn list_dead_deliveries(
        &mut self,
        after: (Instant, DeliveryId),
        limit: i64,
    ) -> StoreResult<Vec<Delivery>> {
        sql!(self, fetch_all Delivery, "
            SELECT id, person_id, notice_id, channel, community_id, state, attempts, next_try, claimed_by, problem, created,
              ended FROM delivery WHERE state = 'dead' AND (ended, id) > ($1, $2) ORDER BY ended, id LIMIT $3",
            after.0, after.1, limit)
    }

    /// Lets a dead delivery be tried anew from `next_try` on; false if it is not dead.
    pub async fn revive_delivery(
        &mut self,
        id: DeliveryId,
        next_try: Instant,
    ) -> StoreResult<bool> {
        Ok(sql!(
            self,
            execute,
            "
            UPDATE delivery SET state = 'waiting', attempts = 0, next_try = $2, ended = NULL
            WHERE id = $1 AND state = 'dead'",
            id,
            next_try
        )? > 0)
    }

    /// Puts a dead delivery away; false if it is not dead.
    pub async fn drop_delivery(&mut self, id: DeliveryId, now: Instant) -> StoreResult<bool> {
        Ok(sql!(
            self,
            execute,
            "
            UPDATE delivery SET state = 'dropped', ended = $2 WHERE id = $1 AND state = 'dead'",
            id,
            now
        )? > 0)
    }

    /// A community's letters to print after `(created, id)`, the oldest first.
    pub async fn list_letters(
        &mut self,
        community: CommunityId,
        after: (Instant, DeliveryId),
        limit: i64,
    ) -> StoreResult<Vec<Delivery>> {
        sql!(self, fetch_all Delivery, "
            SELECT id, person_id, notice_id, channel, community_id, state, attempts, next_try, claimed_by, problem, created,
              ended FROM delivery
            WHERE community_id = $1 AND state = 'printing' AND (created, id) > ($2, $3) ORDER BY created, id LIMIT $4",
            community, after.0, after.1, limit)
    }

    /// A letter of a community was printed; false if there is none to print.
    pub async fn mark_letter_printed(
        &mut self,
        id: DeliveryId,
        community: CommunityId,
        now: Instant,
    ) -> StoreResult<bool> {
        Ok(sql!(
            self,
            execute,
            "
            UPDATE delivery SET state = 'sent', ended = $3
            WHERE id = $1 AND community_id = $2 AND state = 'printing'",
            id,
            community,
            now
        )? > 0)
    }

    /// The staff of a community, the longest in office first.
    pub async fn list_community_staff(
        &mut self,
        code: &str,
        community: CommunityId,
        now: Instant,
        limit: i64,
    ) -> StoreResult<Vec<Role>> {
        sql!(self, fetch_all Role, "
            SELECT id, person_id, code, organisation_id, community_id, granted, expires FROM role
            WHERE organisation_id IS NULL AND community_id = $2 AND code = $1 AND revoked IS NULL
              AND (expires IS NULL OR expires > $3)
            ORDER BY granted, id LIMIT $4", code, community, now, limit)
    }
}
