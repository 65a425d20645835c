//! Times in which a space cannot be booked, and the bookings that stood there already.

use crate::column::row;
use crate::{StoreResult, Tx};
use linli_domain::booking::ConflictState;
use linli_domain::slot::Range;
use linli_domain::{BlackoutId, BookingId, Instant, PersonId, SpaceId};

row! {
    /// A time, or several, in which a space cannot be booked.
    pub struct Blackout {
        /// The id.
        pub id: BlackoutId,
        /// Of which space.
        pub space_id: SpaceId,
        /// Why.
        pub reason: String,
        /// When it was made.
        pub made: Instant,
        /// When it was lifted.
        pub lifted: Option<Instant>,
    }
}

row! {
    /// One stretch of a black-out.
    pub struct BlackoutRange {
        /// From when.
        pub starts: Instant,
        /// Until when.
        pub ends: Instant,
    }
}

row! {
    /// A booking that stood when a black-out came over it.
    pub struct Conflict {
        /// Which booking.
        pub booking_id: BookingId,
        /// When it began then.
        pub starts: Instant,
        /// Where it stands.
        pub state: ConflictState,
    }
}

impl Tx {
    /// Adds a black-out with its stretches; the live bookings in them become pending conflicts. Answers how many.
    pub async fn create_blackout(&mut self, b: &Blackout, ranges: &[Range]) -> StoreResult<u64> {
        sql!(
            self,
            execute,
            "INSERT INTO blackout (id, space_id, reason, made, lifted) VALUES ($1, $2, $3, $4, $5)",
            b.id,
            b.space_id,
            b.reason,
            b.made,
            b.lifted
        )?;
        for range in ranges {
            sql!(
                self,
                execute,
                "INSERT INTO blackout_range (blackout_id, space_id, starts, ends) VALUES ($1, $2, $3, $4)",
                b.id,
                b.space_id,
                range.starts,
                range.ends
            )?;
        }
        sql!(self, execute, "
            INSERT INTO blackout_conflict (blackout_id, booking_id, starts, state)
            SELECT $1, booking.id, booking.starts, 'pending' FROM booking
            WHERE space_id = $2 AND state IN ('held', 'requested', 'booked') AND booking.ends > $3 AND EXISTS (
              SELECT 1 FROM blackout_range AS r
              WHERE r.blackout_id = $1 AND r.starts < booking.ends AND r.ends > booking.starts)",
            b.id, b.space_id, b.made)
    }

    /// A black-out by its id.
    pub async fn find_blackout(&mut self, id: BlackoutId) -> StoreResult<Option<Blackout>> {
        sql!(self, fetch_optional Blackout, "SELECT id, space_id, reason, made, lifted FROM blackout WHERE id = $1", id)
    }

    /// A space's black-outs, newest first, before `(made, id)`.
    pub async fn list_blackouts(
        &mut self,
        space: SpaceId,
        before: (Instant, BlackoutId),
        limit: i64,
    ) -> StoreResult<Vec<Blackout>> {
        sql!(self, fetch_all Blackout, "
            SELECT id, space_id, reason, made, lifted FROM blackout WHERE space_id = $1 AND (made, id) < ($2, $3)
            ORDER BY made DESC, id DESC LIMIT $4", space, before.0, before.1, limit)
    }

    /// The stretches of a space's black-outs that overlap a range, in order.
    pub async fn list_blackout_ranges(
        &mut self,
        space: SpaceId,
        from: Instant,
        to: Instant,
    ) -> StoreResult<Vec<BlackoutRange>> {
        sql!(self, fetch_all BlackoutRange, "
            SELECT starts, ends FROM blackout_range WHERE space_id = $1 AND ends > $2 AND starts < $3 ORDER BY starts, ends",
            space, from, to)
    }

    /// Lifts a black-out: its stretches go, what was pending is kept.
    pub async fn lift_blackout(
        &mut self,
        id: BlackoutId,
        by: Option<PersonId>,
        now: Instant,
    ) -> StoreResult<()> {
        sql!(
            self,
            execute,
            "DELETE FROM blackout_range WHERE blackout_id = $1",
            id
        )?;
        sql!(
            self,
            execute,
            "
            UPDATE blackout_conflict SET state = 'kept', settled = $2, settled_by = $3
            WHERE blackout_id = $1 AND state = 'pending'",
            id,
            now,
            by
        )?;
        sql!(
            self,
            execute,
            "UPDATE blackout SET lifted = $2 WHERE id = $1",
            id,
            now
        )?;
        Ok(())
    }

    /// The pending conflicts of a black-out, by start after `(starts, id)`.
    pub async fn list_pending_conflicts(
        &mut self,
        blackout: BlackoutId,
        after: (Instant, BookingId),
        limit: i64,
    ) -> StoreResult<Vec<Conflict>> {
        sql!(self, fetch_all Conflict, "
            SELECT booking_id, starts, state FROM blackout_conflict
            WHERE blackout_id = $1 AND state = 'pending' AND (starts, booking_id) > ($2, $3)
            ORDER BY starts, booking_id LIMIT $4", blackout, after.0, after.1, limit)
    }

    /// Whether a booking is a pending conflict of a black-out.
    pub async fn is_pending_conflict(
        &mut self,
        blackout: BlackoutId,
        booking: BookingId,
    ) -> StoreResult<bool> {
        let found = sql!(self, fetch_optional Conflict, "
            SELECT booking_id, starts, state FROM blackout_conflict
            WHERE blackout_id = $1 AND booking_id = $2 AND state = 'pending'", blackout, booking)?;
        Ok(found.is_some())
    }

    /// How many conflicts of a black-out are pending.
    pub async fn count_pending_conflicts(&mut self, blackout: BlackoutId) -> StoreResult<i64> {
        Ok(sql!(self, fetch_one crate::person::Count, "
            SELECT count(*) AS count FROM blackout_conflict WHERE blackout_id = $1 AND state = 'pending'", blackout)?.count)
    }

    /// Settles a booking's pending conflicts: with one black-out, or with all.
    pub async fn settle_conflicts(
        &mut self,
        booking: BookingId,
        of: Option<BlackoutId>,
        state: ConflictState,
        by: Option<PersonId>,
        now: Instant,
    ) -> StoreResult<u64> {
        sql!(
            self,
            execute,
            "
            UPDATE blackout_conflict SET state = $3, settled = $4, settled_by = $5
            WHERE booking_id = $1 AND state = 'pending' AND ($2 IS NULL OR blackout_id = $2)",
            booking,
            of,
            state,
            now,
            by
        )
    }

    /// Keeps all pending conflicts of a black-out; answers how many.
    pub async fn keep_conflicts(
        &mut self,
        blackout: BlackoutId,
        by: Option<PersonId>,
        now: Instant,
    ) -> StoreResult<u64> {
        sql!(
            self,
            execute,
            "
            UPDATE blackout_conflict SET state = 'kept', settled = $2, settled_by = $3
            WHERE blackout_id = $1 AND state = 'pending'",
            blackout,
            now,
            by
        )
    }
}
