//! Requests of plugins to recipients outside the host: grants, secrets, and the queue. What a request carries, what came
//! back and the secrets are sealed.

use crate::column::row;
use crate::person::Count;
use crate::{StoreResult, Tx};
use linli_domain::outbound::{Recipient, RequestState};
use linli_domain::{InstallationId, Instant, OutboundId, PersonId};
use uuid::Uuid;

row! {
    /// That an installation may send to a recipient.
    pub struct OutboundGrant {
        /// Which installation.
        pub installation_id: InstallationId,
        /// The recipient's code.
        pub recipient: String,
        /// What its manifest declared when it was granted.
        pub declared: Recipient,
        /// When.
        pub granted: Instant,
        /// By whom.
        pub granted_by: Option<PersonId>,
    }
}

row! {
    /// That a secret was entered; not what it is.
    pub struct SecretEntered {
        /// For which recipient.
        pub recipient: String,
        /// Its name.
        pub name: String,
        /// When.
        pub entered: Instant,
    }
}

row! {
    struct SecretRow {
        pub id: Uuid,
        pub name: String,
        pub value: Vec<u8>,
    }
}

/// A request on its way out, or what became of it.
#[derive(Clone, Debug, PartialEq)]
pub struct Outbound {
    /// The id; what goes out carries it, the same at every attempt.
    pub id: OutboundId,
    /// Whose.
    pub installation_id: InstallationId,
    /// To whom.
    pub recipient: String,
    /// Whom it is about.
    pub resident_id: Option<PersonId>,
    /// What it carries: a `linli_domain::outbound::Request` in JSON.
    pub content: String,
    /// Where it stands.
    pub state: RequestState,
    /// How often it has been tried.
    pub attempts: i64,
    /// When it is tried next; for one that is held, when its holder's time is over.
    pub next_try: Instant,
    /// What went wrong last.
    pub problem: String,
    /// What became of it: a `linli_domain::outbound::Answer` in JSON.
    pub reply: Option<String>,
    /// When the plugin is told next.
    pub tell_at: Option<Instant>,
    /// How often it was told in vain.
    pub tell_attempts: i64,
    /// When it was told.
    pub told: Option<Instant>,
    /// When it was posted.
    pub created: Instant,
    /// When it came to its end.
    pub ended: Option<Instant>,
}

row! {
    struct OutboundRow {
        pub id: OutboundId,
        pub installation_id: InstallationId,
        pub recipient: String,
        pub resident_id: Option<PersonId>,
        pub content: Vec<u8>,
        pub state: RequestState,
        pub attempts: i64,
        pub next_try: Instant,
        pub problem: String,
        pub reply: Option<Vec<u8>>,
        pub tell_at: Option<Instant>,
        pub tell_attempts: i64,
        pub told: Option<Instant>,
        pub created: Instant,
        pub ended: Option<Instant>,
    }
}

const CONTENT: &str = "outbound_request.content";
const REPLY: &str = "outbound_request.reply";
const VALUE: &str = "outbound_secret.value";

/// Grants and secrets.
impl Tx {
    /// Grants a recipient, in place of what was granted before.
    pub async fn put_outbound_grant(&mut self, g: &OutboundGrant) -> StoreResult<()> {
        sql!(self, execute, "
            INSERT INTO outbound_grant (installation_id, recipient, declared, granted, granted_by) VALUES ($1, $2, $3, $4, $5)
            ON CONFLICT (installation_id, recipient) DO UPDATE SET declared = excluded.declared, granted = excluded.granted,
              granted_by = excluded.granted_by",
            g.installation_id, g.recipient, g.declared, g.granted, g.granted_by)?;
        Ok(())
    }

    /// Takes a grant back, its secrets with it; false if there is none.
    pub async fn delete_outbound_grant(
        &mut self,
        of: InstallationId,
        recipient: &str,
    ) -> StoreResult<bool> {
        Ok(sql!(
            self,
            execute,
            "DELETE FROM outbound_grant WHERE installation_id = $1 AND recipient = $2",
            of,
            recipient
        )? > 0)
    }

    /// A grant.
    pub async fn find_outbound_grant(
        &mut self,
        of: InstallationId,
        recipient: &str,
    ) -> StoreResult<Option<OutboundGrant>> {
        sql!(self, fetch_optional OutboundGrant, "
            SELECT installation_id, recipient, declared, granted, granted_by FROM outbound_grant
            WHERE installation_id = $1 AND recipient = $2", of, recipient)
    }

    /// The grants of an installation, by recipient.
    pub async fn list_outbound_grants(
        &mut self,
        of: InstallationId,
    ) -> StoreResult<Vec<OutboundGrant>> {
        sql!(self, fetch_all OutboundGrant, "
            SELECT installation_id, recipient, declared, granted, granted_by FROM outbound_grant
            WHERE installation_id = $1 ORDER BY recipient", of)
    }

    /// Enters a secret, in place of one of that name.
    pub async fn put_outbound_secret(
        &mut self,
        id: Uuid,
        grant: (InstallationId, &str),
        name: &str,
        value: &str,
        entered: Instant,
        by: Option<PersonId>,
    ) -> StoreResult<()> {
        let (of, recipient) = grant;
        sql!(
            self,
            execute,
            "DELETE FROM outbound_secret WHERE installation_id = $1 AND recipient = $2 AND name = $3",
            of,
            recipient,
            name
        )?;
        let value = self.seal(VALUE, id, value).await?;
        sql!(
            self,
            execute,
            "
            INSERT INTO outbound_secret (id, installation_id, recipient, name, value, entered, entered_by)
            VALUES ($1, $2, $3, $4, $5, $6, $7)",
            id,
            of,
            recipient,
            name,
            value,
            entered,
            by
        )?;
        Ok(())
    }

    /// Forgets the secrets of a recipient.
    pub async fn delete_outbound_secrets(
        &mut self,
        of: InstallationId,
        recipient: &str,
    ) -> StoreResult<u64> {
        sql!(
            self,
            execute,
            "DELETE FROM outbound_secret WHERE installation_id = $1 AND recipient = $2",
            of,
            recipient
        )
    }

    /// Which secrets of an installation were entered.
    pub async fn list_entered_secrets(
        &mut self,
        of: InstallationId,
    ) -> StoreResult<Vec<SecretEntered>> {
        sql!(self, fetch_all SecretEntered, "
            SELECT recipient, name, entered FROM outbound_secret WHERE installation_id = $1 ORDER BY recipient, name", of)
    }

    /// The secrets of a recipient, by name. For who sends, and for nobody else.
    pub async fn list_outbound_secrets(
        &mut self,
        of: InstallationId,
        recipient: &str,
    ) -> StoreResult<Vec<(String, String)>> {
        let rows = sql!(self, fetch_all SecretRow, "
            SELECT id, name, value FROM outbound_secret WHERE installation_id = $1 AND recipient = $2 ORDER BY name",
            of, recipient)?;
        rows.into_iter()
            .map(|row| Ok((row.name, self.unseal(VALUE, row.id, &row.value)?)))
            .collect()
    }
}

/// The queue.
impl Tx {
    fn outbound(&self, row: OutboundRow) -> StoreResult<Outbound> {
        Ok(Outbound {
            content: self.unseal(CONTENT, row.id.0, &row.content)?,
            reply: self.unseal_some(REPLY, row.id.0, row.reply.as_deref())?,
            id: row.id,
            installation_id: row.installation_id,
            recipient: row.recipient,
            resident_id: row.resident_id,
            state: row.state,
            attempts: row.attempts,
            next_try: row.next_try,
            problem: row.problem,
            tell_at: row.tell_at,
            tell_attempts: row.tell_attempts,
            told: row.told,
            created: row.created,
            ended: row.ended,
        })
    }

    fn outbounds(&self, rows: Vec<OutboundRow>) -> StoreResult<Vec<Outbound>> {
        rows.into_iter().map(|row| self.outbound(row)).collect()
    }

    /// Adds a request to send.
    pub async fn create_outbound(&mut self, o: &Outbound) -> StoreResult<()> {
        let content = self.seal(CONTENT, o.id.0, &o.content).await?;
        sql!(self, execute, "
            INSERT INTO outbound_request (id, installation_id, recipient, resident_id, content, state, attempts, next_try,
              problem, tell_attempts, created)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
            o.id, o.installation_id, o.recipient, o.resident_id, content, o.state, o.attempts, o.next_try, o.problem,
            o.tell_attempts, o.created)?;
        Ok(())
    }

    /// A request by its id.
    pub async fn find_outbound(&mut self, id: OutboundId) -> StoreResult<Option<Outbound>> {
        let found = sql!(self, fetch_optional OutboundRow, "
            SELECT id, installation_id, recipient, resident_id, content, state, attempts, next_try, problem, reply, tell_at,
              tell_attempts, told, created, ended FROM outbound_request WHERE id = $1", id)?;
        found.map(|row| self.outbound(row)).transpose()
    }

    /// Requests of an installation before `(created, id)`, the newest first.
    pub async fn list_outbounds(
        &mut self,
        of: InstallationId,
        before: (Instant, OutboundId),
        limit: i64,
    ) -> StoreResult<Vec<Outbound>> {
        let rows = sql!(self, fetch_all OutboundRow, "
            SELECT id, installation_id, recipient, resident_id, content, state, attempts, next_try, problem, reply, tell_at,
              tell_attempts, told, created, ended FROM outbound_request
            WHERE installation_id = $1 AND (created, id) < ($2, $3) ORDER BY created DESC, id DESC LIMIT $4",
            of, before.0, before.1, limit)?;
        self.outbounds(rows)
    }

    /// How many requests an installation has posted since then.
    pub async fn count_outbounds(
        &mut self,
        of: InstallationId,
        since: Instant,
    ) -> StoreResult<i64> {
        Ok(sql!(self, fetch_one Count, "
            SELECT count(*) AS count FROM outbound_request WHERE installation_id = $1 AND created > $2", of, since)?.count)
    }

    /// Whether a request is due.
    pub async fn has_due_outbound(&mut self, now: Instant) -> StoreResult<bool> {
        Ok(sql!(self, fetch_one Count, "
            SELECT count(*) AS count FROM (
              SELECT 1 FROM outbound_request WHERE state = 'waiting' AND next_try <= $1 LIMIT 1) AS due", now)?.count > 0)
    }

    /// Takes requests of enabled installations that are due, or whose holder's time is over: they are `owner`'s until
    /// `until`, and each counts one attempt more. Of one installation at most `each` are on their way at once, so that one
    /// whose recipient is slow holds up no other. Two who claim at once never get the same one: the loser's unit of work
    /// is run again.
    pub async fn claim_outbounds(
        &mut self,
        owner: Uuid,
        now: Instant,
        until: Instant,
        each: i64,
        limit: i64,
    ) -> StoreResult<Vec<Outbound>> {
        let rows = sql!(self, fetch_all OutboundRow, "
            UPDATE outbound_request SET claimed_by = $1, next_try = $2, attempts = attempts + 1 WHERE id IN (
              SELECT id FROM (
                SELECT outbound_request.id, next_try, row_number() OVER (
                  PARTITION BY installation_id ORDER BY (CASE WHEN next_try > $3 THEN 0 ELSE 1 END), next_try,
                    outbound_request.id) AS turn
                FROM outbound_request JOIN installation ON installation.id = installation_id
                WHERE state = 'waiting' AND enabled AND (next_try <= $3 OR claimed_by IS NOT NULL)) AS queue
              WHERE turn <= $4 AND next_try <= $3 ORDER BY turn, next_try, id LIMIT $5)
            RETURNING id, installation_id, recipient, resident_id, content, state, attempts, next_try, problem, reply, tell_at,
              tell_attempts, told, created, ended", owner, until, now, each, limit)?;
        crate::crash_at!("outbound.claim");
        self.outbounds(rows)
    }

    /// Ends a request that is still `owner`'s with what became of it, of which the plugin is told from now on; false if
    /// somebody else has it by now, or it came to another end.
    pub async fn end_outbound(
        &mut self,
        id: OutboundId,
        owner: Uuid,
        state: RequestState,
        problem: &str,
        reply: &str,
        now: Instant,
    ) -> StoreResult<bool> {
        let reply = self.seal(REPLY, id.0, reply).await?;
        Ok(sql!(
            self,
            execute,
            "
            UPDATE outbound_request SET state = $3, problem = $4, reply = $5, ended = $6, tell_at = $6, tell_attempts = 0,
              told = NULL, claimed_by = NULL
            WHERE id = $1 AND claimed_by = $2 AND state = 'waiting'",
            id,
            owner,
            state,
            problem,
            reply,
            now
        )? > 0)
    }

    /// Has a request that is still `owner`'s tried again from `next_try` on.
    pub async fn postpone_outbound(
        &mut self,
        id: OutboundId,
        owner: Uuid,
        next_try: Instant,
        problem: &str,
    ) -> StoreResult<bool> {
        Ok(sql!(
            self,
            execute,
            "
            UPDATE outbound_request SET next_try = $3, problem = $4, claimed_by = NULL
            WHERE id = $1 AND claimed_by = $2 AND state = 'waiting'",
            id,
            owner,
            next_try,
            problem
        )? > 0)
    }

    /// Requests of whose outcome plugins are to be told now, of installations that are enabled: at most `each` of one
    /// installation, the longest due first, and at most 1,000.
    pub async fn list_outbounds_to_tell(
        &mut self,
        now: Instant,
        each: i64,
    ) -> StoreResult<Vec<Outbound>> {
        let rows = sql!(self, fetch_all OutboundRow, "
            SELECT id, installation_id, recipient, resident_id, content, state, attempts, next_try, problem, reply, tell_at,
              tell_attempts, told, created, ended FROM (
              SELECT outbound_request.*, row_number() OVER (
                PARTITION BY installation_id ORDER BY tell_at, outbound_request.id) AS turn
              FROM outbound_request JOIN installation ON installation.id = installation_id
              WHERE tell_at <= $1 AND enabled) AS queue
            WHERE turn <= $2 ORDER BY turn, tell_at, id LIMIT 1000", now, each)?;
        self.outbounds(rows)
    }

    /// Notes that the plugin is told; false if it was told elsewhere, or the request is tried again.
    pub async fn take_outbound_reply(&mut self, o: &Outbound, now: Instant) -> StoreResult<bool> {
        Ok(sql!(
            self,
            execute,
            "UPDATE outbound_request SET tell_at = NULL, told = $3 WHERE id = $1 AND tell_at = $2",
            o.id,
            o.tell_at,
            now
        )? > 0)
    }

    /// Notes that the plugin was told in vain: how often by now, and when it is told next; none where the host gives up.
    pub async fn postpone_outbound_reply(
        &mut self,
        o: &Outbound,
        attempts: i64,
        next: Option<Instant>,
    ) -> StoreResult<bool> {
        Ok(sql!(
            self,
            execute,
            "UPDATE outbound_request SET tell_attempts = $3, tell_at = $4 WHERE id = $1 AND tell_at = $2",
            o.id,
            o.tell_at,
            attempts,
            next
        )? > 0)
    }

    /// Has the plugin told again of an outcome of which it was told in vain; false if it was told or waits to be.
    pub async fn retell_outbound(&mut self, id: OutboundId, now: Instant) -> StoreResult<bool> {
        Ok(sql!(
            self,
            execute,
            "
            UPDATE outbound_request SET tell_at = $2, tell_attempts = 0
            WHERE id = $1 AND tell_at IS NULL AND told IS NULL AND reply IS NOT NULL AND state <> 'waiting'",
            id,
            now
        )? > 0)
    }

    /// Lets a dead request be tried anew from `now` on; false if it is not dead.
    pub async fn revive_outbound(&mut self, id: OutboundId, now: Instant) -> StoreResult<bool> {
        Ok(sql!(
            self,
            execute,
            "
            UPDATE outbound_request SET state = 'waiting', attempts = 0, next_try = $2, created = $2, ended = NULL,
              reply = NULL, tell_at = NULL, told = NULL, tell_attempts = 0
            WHERE id = $1 AND state = 'dead'",
            id,
            now
        )? > 0)
    }

    /// Puts a dead request away; false if it is not dead.
    pub async fn drop_outbound(&mut self, id: OutboundId) -> StoreResult<bool> {
        Ok(sql!(
            self,
            execute,
            "UPDATE outbound_request SET state = 'dropped', tell_at = NULL WHERE id = $1 AND state = 'dead'",
            id
        )? > 0)
    }
}
