//! Waiting lists of spaces.

use crate::column::row;
use crate::{StoreResult, Tx};
use linli_domain::booking::WaitingState;
use linli_domain::slot::Range;
use linli_domain::{BookingId, Instant, OrganisationId, PersonId, SpaceId, WaitingId};

row! {
    /// A place in a waiting list.
    pub struct Waiting {
        /// The id.
        pub id: WaitingId,
        /// For which space.
        pub space_id: SpaceId,
        /// The resident who waits.
        pub resident_id: Option<PersonId>,
        /// The organisation that waits.
        pub organisation_id: Option<OrganisationId>,
        /// What for.
        pub title: String,
        /// How many people come.
        pub persons: i64,
        /// When it is to begin.
        pub starts: Instant,
        /// When it is to end.
        pub ends: Instant,
        /// Whether to ask before booking.
        pub ask: bool,
        /// Where it stands.
        pub state: WaitingState,
        /// Since when; who joined first is promoted first.
        pub joined: Instant,
        /// The booking that came of it.
        pub booking_id: Option<BookingId>,
    }
}

impl Waiting {
    /// For when.
    pub fn range(&self) -> Range {
        Range::new(self.starts, self.ends)
    }
}

impl Tx {
    /// Adds a place to a waiting list.
    pub async fn create_waiting(&mut self, w: &Waiting) -> StoreResult<()> {
        sql!(self, execute, "
            INSERT INTO waiting (id, space_id, resident_id, organisation_id, title, persons, starts, ends, ask, state, joined,
              booking_id) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)",
            w.id, w.space_id, w.resident_id, w.organisation_id, w.title, w.persons, w.starts, w.ends, w.ask, w.state, w.joined,
            w.booking_id)?;
        Ok(())
    }

    /// Writes where a place in a waiting list stands.
    pub async fn update_waiting(&mut self, w: &Waiting) -> StoreResult<()> {
        sql!(
            self,
            execute,
            "UPDATE waiting SET state = $2, booking_id = $3 WHERE id = $1",
            w.id,
            w.state,
            w.booking_id
        )?;
        Ok(())
    }

    /// A place in a waiting list by its id.
    pub async fn find_waiting(&mut self, id: WaitingId) -> StoreResult<Option<Waiting>> {
        sql!(self, fetch_optional Waiting, "
            SELECT id, space_id, resident_id, organisation_id, title, persons, starts, ends, ask, state, joined, booking_id
            FROM waiting WHERE id = $1", id)
    }

    /// The place in a waiting list of which a booking came.
    pub async fn find_waiting_of_booking(
        &mut self,
        booking: BookingId,
    ) -> StoreResult<Option<Waiting>> {
        sql!(self, fetch_optional Waiting, "
            SELECT id, space_id, resident_id, organisation_id, title, persons, starts, ends, ask, state, joined, booking_id
            FROM waiting WHERE booking_id = $1", booking)
    }

    /// Who waits for a space at a time that overlaps the range, in line; after `(joined, id)`.
    pub async fn list_waiting(
        &mut self,
        space: SpaceId,
        range: Range,
        after: (Instant, WaitingId),
        limit: i64,
    ) -> StoreResult<Vec<Waiting>> {
        sql!(self, fetch_all Waiting, "
            SELECT id, space_id, resident_id, organisation_id, title, persons, starts, ends, ask, state, joined, booking_id
            FROM waiting WHERE space_id = $1 AND state = 'waiting' AND starts < $3 AND ends > $2 AND (joined, id) > ($4, $5)
            ORDER BY joined, id LIMIT $6", space, range.starts, range.ends, after.0, after.1, limit)
    }

    /// A resident's or an organisation's places in waiting lists for times after `since`, in any state, at most 100.
    pub async fn list_waiting_of(
        &mut self,
        resident: Option<PersonId>,
        organisation: Option<OrganisationId>,
        since: Instant,
    ) -> StoreResult<Vec<Waiting>> {
        match resident {
            Some(resident) => sql!(self, fetch_all Waiting, "
                SELECT id, space_id, resident_id, organisation_id, title, persons, starts, ends, ask, state, joined, booking_id
                FROM waiting WHERE resident_id = $1 AND starts > $2 ORDER BY starts, id LIMIT 100", resident, since),
            None => sql!(self, fetch_all Waiting, "
                SELECT id, space_id, resident_id, organisation_id, title, persons, starts, ends, ask, state, joined, booking_id
                FROM waiting WHERE organisation_id = $1 AND starts > $2 ORDER BY starts, id LIMIT 100", organisation, since),
        }
    }

    /// Ends the waiting for whatever has begun; answers how many.
    pub async fn lapse_waiting(&mut self, now: Instant) -> StoreResult<u64> {
        sql!(
            self,
            execute,
            "UPDATE waiting SET state = 'lapsed' WHERE state = 'waiting' AND starts <= $1",
            now
        )
    }
}
