//! Bookings of spaces that recur.

use crate::column::row;
use crate::{StoreResult, Tx};
use linli_domain::slot::WorkingHours;
use linli_domain::{Instant, OrganisationId, PersonId, SeriesId, SpaceId};

row! {
    /// Bookings that recur by one rule.
    pub struct Series {
        /// The id.
        pub id: SeriesId,
        /// Of which space.
        pub space_id: SpaceId,
        /// The resident whom it is for.
        pub resident_id: Option<PersonId>,
        /// The organisation that it is for.
        pub organisation_id: Option<OrganisationId>,
        /// The days and the minutes of each.
        pub hours: WorkingHours,
        /// When it was made.
        pub made: Instant,
    }
}

row! {
    /// When the first and the last of some bookings are.
    pub struct Span {
        /// The earliest start.
        pub starts: Option<Instant>,
        /// The latest instant at which one still takes a place.
        pub ends: Option<Instant>,
        /// How many.
        pub count: i64,
    }
}

impl Tx {
    /// Adds a series; its bookings are added apart.
    pub async fn create_series(&mut self, s: &Series) -> StoreResult<()> {
        sql!(self, execute, "
            INSERT INTO booking_series (id, space_id, resident_id, organisation_id, hours, made) VALUES ($1, $2, $3, $4, $5, $6)",
            s.id, s.space_id, s.resident_id, s.organisation_id, s.hours, s.made)?;
        Ok(())
    }

    /// A series by its id.
    pub async fn find_series(&mut self, id: SeriesId) -> StoreResult<Option<Series>> {
        sql!(self, fetch_optional Series, "
            SELECT id, space_id, resident_id, organisation_id, hours, made FROM booking_series WHERE id = $1", id)
    }

    /// Writes the first line of history of each booking of a series.
    pub async fn create_series_changes(
        &mut self,
        series: SeriesId,
        actor: Option<PersonId>,
        now: Instant,
    ) -> StoreResult<()> {
        sql!(self, execute, "
            INSERT INTO booking_change (booking_id, sequence, at, actor_id, change, starts, ends, note)
            SELECT id, sequence, $2, $3, state, starts, ends, '' FROM booking WHERE series_id = $1", series, now, actor)?;
        Ok(())
    }

    /// Cancels the live bookings of a series that begin at or after an instant, with history; answers when they were.
    pub async fn cancel_series(
        &mut self,
        series: SeriesId,
        from: Instant,
        actor: Option<PersonId>,
        note: &str,
        now: Instant,
    ) -> StoreResult<Span> {
        let span = sql!(self, fetch_one Span, "
            SELECT min(starts) AS starts, max(blocked_until) AS ends, count(*) AS count FROM booking
            WHERE series_id = $1 AND starts >= $2 AND state IN ('held', 'requested', 'booked')", series, from)?;
        sql!(self, execute, "
            INSERT INTO booking_change (booking_id, sequence, at, actor_id, change, starts, ends, note)
            SELECT id, sequence + 1, $3, $4, 'cancelled', starts, ends, $5 FROM booking
            WHERE series_id = $1 AND starts >= $2 AND state IN ('held', 'requested', 'booked')", series, from, now, actor, note)?;
        sql!(self, execute, "
            UPDATE blackout_conflict SET state = 'cancelled', settled = $3, settled_by = $4 WHERE state = 'pending' AND booking_id IN (
              SELECT id FROM booking WHERE series_id = $1 AND starts >= $2 AND state IN ('held', 'requested', 'booked'))",
            series, from, now, actor)?;
        sql!(
            self,
            execute,
            "
            UPDATE booking SET state = 'cancelled', sequence = sequence + 1, changed = $3
            WHERE series_id = $1 AND starts >= $2 AND state IN ('held', 'requested', 'booked')",
            series,
            from,
            now
        )?;
        Ok(span)
    }

    /// The bookings of a series, by start, at most 500.
    pub async fn list_bookings_of_series(
        &mut self,
        series: SeriesId,
    ) -> StoreResult<Vec<crate::booking::Booking>> {
        sql!(self, fetch_all crate::booking::Booking, "
            SELECT id, space_id, resident_id, organisation_id, series_id, title, persons, starts, ends, blocked_until, state,
              expires, sequence, made, changed FROM booking WHERE series_id = $1 ORDER BY starts LIMIT 500", series)
    }
}
