//! Bookings of spaces and their history.

use crate::column::{ToColumn, row};
use crate::tx::On;
use crate::{StoreError, StoreResult, Tx};
use linli_domain::booking::BookingState;
use linli_domain::slot::Range;
use linli_domain::{BookingId, CommunityId, Instant, OrganisationId, PersonId, SeriesId, SpaceId};
use sqlx::{Database, Encode, QueryBuilder, Type};

row! {
    /// A booking.
    pub struct Booking {
        /// The id.
        pub id: BookingId,
        /// Of which space.
        pub space_id: SpaceId,
        /// The resident whom it is for; none where an organisation or the community's own staff booked for themselves.
        pub resident_id: Option<PersonId>,
        /// The organisation that it is for.
        pub organisation_id: Option<OrganisationId>,
        /// The series that it belongs to.
        pub series_id: Option<SeriesId>,
        /// What for.
        pub title: String,
        /// How many people come.
        pub persons: i64,
        /// When it begins.
        pub starts: Instant,
        /// When it has ended.
        pub ends: Instant,
        /// Until when its place is taken: its end and the buffer after it.
        pub blocked_until: Instant,
        /// Where it stands.
        pub state: BookingState,
        /// For a hold: from when on it no longer counts.
        pub expires: Option<Instant>,
        /// Grows by one with each change (RFC 5545 section 3.8.7.4).
        pub sequence: i64,
        /// When it was made.
        pub made: Instant,
        /// When it was changed last.
        pub changed: Instant,
    }
}

impl Booking {
    /// When it is.
    pub fn range(&self) -> Range {
        Range::new(self.starts, self.ends)
    }

    /// For which time it takes a place.
    pub fn blocked(&self) -> Range {
        Range::new(self.starts, self.blocked_until)
    }

    /// Whether it takes a place at this instant: it is live and no hold that has expired.
    pub fn is_live(&self, now: Instant) -> bool {
        self.state.is_live() && !self.has_expired(now)
    }

    /// Whether it is a hold that has expired, whatever its row still says.
    pub fn has_expired(&self, now: Instant) -> bool {
        self.state == BookingState::Held && self.expires.is_none_or(|expires| expires <= now)
    }
}

row! {
    /// One change of a booking; the times are those that it had from then on.
    pub struct BookingChange {
        /// Of which booking.
        pub booking_id: BookingId,
        /// The booking's sequence from then on.
        pub sequence: i64,
        /// When.
        pub at: Instant,
        /// By whom; none for the background.
        pub actor_id: Option<PersonId>,
        /// `moved`, or the state that it came to.
        pub change: String,
        /// When it begins now.
        pub starts: Instant,
        /// When it ends now.
        pub ends: Instant,
        /// The reason, if one was given.
        pub note: String,
    }
}

row! {
    /// What takes a place of a space, and for how long.
    pub struct Taken {
        /// From when.
        pub starts: Instant,
        /// Until when, buffer included.
        pub blocked_until: Instant,
    }
}

row! {
    /// When a booking is.
    pub struct Stretch {
        /// When it begins.
        pub starts: Instant,
        /// When it has ended.
        pub ends: Instant,
    }
}

/// The most rows of one statement: 15 values each, below the 32,766 that SQLite binds.
const ROWS: usize = 500;

fn insert<'args, Db>(bookings: &[Booking]) -> QueryBuilder<Db>
where
    Db: Database,
    uuid::Uuid: Encode<'args, Db> + Type<Db>,
    Option<uuid::Uuid>: Encode<'args, Db> + Type<Db>,
    String: Encode<'args, Db> + Type<Db>,
    i64: Encode<'args, Db> + Type<Db>,
    Option<i64>: Encode<'args, Db> + Type<Db>,
{
    let mut query = QueryBuilder::new(
        "INSERT INTO booking (id, space_id, resident_id, organisation_id, series_id, title, persons, starts, ends,
          blocked_until, state, expires, sequence, made, changed) ",
    );
    query.push_values(bookings, |mut row, b| {
        row.push_bind(b.id.to_column())
            .push_bind(b.space_id.to_column())
            .push_bind(b.resident_id.to_column())
            .push_bind(b.organisation_id.to_column())
            .push_bind(b.series_id.to_column())
            .push_bind(b.title.to_column())
            .push_bind(b.persons)
            .push_bind(b.starts.to_column())
            .push_bind(b.ends.to_column())
            .push_bind(b.blocked_until.to_column())
            .push_bind(b.state.to_column())
            .push_bind(b.expires.to_column())
            .push_bind(b.sequence)
            .push_bind(b.made.to_column())
            .push_bind(b.changed.to_column());
    });
    query
}

impl Tx {
    /// Adds bookings. The database refuses one that takes a space more often at once than its concurrency.
    pub async fn create_bookings(&mut self, bookings: &[Booking]) -> StoreResult<()> {
        for some in bookings.chunks(ROWS) {
            // Statements differ in their number of rows: those of several are not kept prepared.
            let keep = some.len() == 1;
            let done = match &mut self.on {
                On::Sqlite(tx) => insert(some)
                    .build()
                    .persistent(keep)
                    .execute(&mut **tx)
                    .await
                    .map(drop),
                On::Postgres(tx) => insert(some)
                    .build()
                    .persistent(keep)
                    .execute(&mut **tx)
                    .await
                    .map(drop),
            };
            done.map_err(StoreError::from)?;
        }
        Ok(())
    }

    /// Writes a booking's times, state and sequence. The database refuses what takes the space too often at once.
    pub async fn update_booking(&mut self, b: &Booking) -> StoreResult<()> {
        sql!(self, execute, "
            UPDATE booking SET starts = $2, ends = $3, blocked_until = $4, state = $5, expires = $6, sequence = $7, changed = $8
            WHERE id = $1",
            b.id, b.starts, b.ends, b.blocked_until, b.state, b.expires, b.sequence, b.changed)?;
        Ok(())
    }

    /// A booking by its id.
    pub async fn find_booking(&mut self, id: BookingId) -> StoreResult<Option<Booking>> {
        sql!(self, fetch_optional Booking, "
            SELECT id, space_id, resident_id, organisation_id, series_id, title, persons, starts, ends, blocked_until, state,
              expires, sequence, made, changed FROM booking WHERE id = $1", id)
    }

    /// The live bookings of a space that take a place within a range, expired holds too.
    pub async fn list_live_bookings(
        &mut self,
        space: SpaceId,
        from: Instant,
        to: Instant,
    ) -> StoreResult<Vec<Booking>> {
        // No booking takes a place for more than 32 days (2,764,800 seconds): a bound on `starts` keeps history out.
        sql!(self, fetch_all Booking, "
            SELECT id, space_id, resident_id, organisation_id, series_id, title, persons, starts, ends, blocked_until, state,
              expires, sequence, made, changed FROM booking
            WHERE space_id = $1 AND state IN ('held', 'requested', 'booked') AND starts < $3
              AND starts > $2 - 2764800000000 AND blocked_until > $2 ORDER BY starts", space, from, to)
    }

    /// What takes, or took, places of a space within a range.
    pub async fn list_taken(
        &mut self,
        space: SpaceId,
        from: Instant,
        to: Instant,
        now: Instant,
    ) -> StoreResult<Vec<Taken>> {
        sql!(self, fetch_all Taken, "
            SELECT starts, blocked_until FROM booking
            WHERE space_id = $1 AND starts < $3 AND starts > $2 - 2764800000000 AND blocked_until > $2
              AND (state IN ('requested', 'booked', 'completed') OR (state = 'held' AND expires > $4))
            ORDER BY starts", space, from, to, now)
    }

    /// When a resident has bookings of a space that begin within a range: those that count against a quota.
    pub async fn list_bookings_of_quota(
        &mut self,
        resident: PersonId,
        space: SpaceId,
        range: Range,
        except: Option<BookingId>,
        now: Instant,
    ) -> StoreResult<Vec<Stretch>> {
        sql!(self, fetch_all Stretch, "
            SELECT starts, ends FROM booking
            WHERE resident_id = $1 AND space_id = $2 AND starts >= $3 AND starts < $4
              AND (state IN ('requested', 'booked', 'completed') OR (state = 'held' AND expires > $6))
              AND ($5 IS NULL OR id <> $5)", resident, space, range.starts, range.ends, except, now)
    }

    /// A space's bookings that begin within a range, in any state, by start after `(starts, id)`.
    pub async fn list_bookings_of_space(
        &mut self,
        space: SpaceId,
        range: Range,
        after: (Instant, BookingId),
        limit: i64,
    ) -> StoreResult<Vec<Booking>> {
        sql!(self, fetch_all Booking, "
            SELECT id, space_id, resident_id, organisation_id, series_id, title, persons, starts, ends, blocked_until, state,
              expires, sequence, made, changed FROM booking
            WHERE space_id = $1 AND starts >= $2 AND starts < $3 AND (starts, id) > ($4, $5) ORDER BY starts, id LIMIT $6",
            space, range.starts, range.ends, after.0, after.1, limit)
    }

    /// A resident's bookings that end after `since`, in any state, by start after `(starts, id)`.
    pub async fn list_bookings_of_resident(
        &mut self,
        resident: PersonId,
        since: Instant,
        after: (Instant, BookingId),
        limit: i64,
    ) -> StoreResult<Vec<Booking>> {
        sql!(self, fetch_all Booking, "
            SELECT id, space_id, resident_id, organisation_id, series_id, title, persons, starts, ends, blocked_until, state,
              expires, sequence, made, changed FROM booking
            WHERE resident_id = $1 AND starts > $2 - 2678400000000 AND ends > $2 AND (starts, id) > ($3, $4)
            ORDER BY starts, id LIMIT $5", resident, since, after.0, after.1, limit)
    }

    /// An organisation's own bookings, likewise.
    pub async fn list_bookings_of_organisation(
        &mut self,
        organisation: OrganisationId,
        since: Instant,
        after: (Instant, BookingId),
        limit: i64,
    ) -> StoreResult<Vec<Booking>> {
        sql!(self, fetch_all Booking, "
            SELECT id, space_id, resident_id, organisation_id, series_id, title, persons, starts, ends, blocked_until, state,
              expires, sequence, made, changed FROM booking
            WHERE organisation_id = $1 AND starts > $2 - 2678400000000 AND ends > $2 AND (starts, id) > ($3, $4)
            ORDER BY starts, id LIMIT $5", organisation, since, after.0, after.1, limit)
    }

    /// What a community's staff have yet to approve, by start after `(starts, id)`.
    pub async fn list_requested_bookings(
        &mut self,
        community: CommunityId,
        after: (Instant, BookingId),
        limit: i64,
    ) -> StoreResult<Vec<Booking>> {
        sql!(self, fetch_all Booking, "
            SELECT b.id, b.space_id, b.resident_id, b.organisation_id, b.series_id, b.title, b.persons, b.starts, b.ends,
              b.blocked_until, b.state, b.expires, b.sequence, b.made, b.changed
            FROM space JOIN booking AS b ON b.space_id = space.id AND b.state = 'requested'
            WHERE space.community_id = $1 AND (b.starts, b.id) > ($2, $3) ORDER BY b.starts, b.id LIMIT $4",
            community, after.0, after.1, limit)
    }

    /// How many open bookings of a space that end after `since` a resident or an organisation has.
    pub async fn count_open_bookings(
        &mut self,
        resident: Option<PersonId>,
        organisation: Option<OrganisationId>,
        since: Instant,
    ) -> StoreResult<i64> {
        Ok(sql!(self, fetch_one crate::person::Count, "
            SELECT (SELECT count(*) FROM booking WHERE resident_id = $1 AND starts > $3 - 2678400000000 AND ends > $3
                AND state IN ('held', 'requested', 'booked'))
              + (SELECT count(*) FROM booking WHERE organisation_id = $2 AND starts > $3 - 2678400000000 AND ends > $3
                AND state IN ('held', 'requested', 'booked')) AS count",
            resident, organisation, since)?.count)
    }

    /// Holds of a space that have expired and would take a place within a range.
    pub async fn list_expired_holds_of(
        &mut self,
        space: SpaceId,
        range: Range,
        now: Instant,
    ) -> StoreResult<Vec<Booking>> {
        sql!(self, fetch_all Booking, "
            SELECT id, space_id, resident_id, organisation_id, series_id, title, persons, starts, ends, blocked_until, state,
              expires, sequence, made, changed FROM booking
            WHERE state = 'held' AND expires <= $2 AND space_id = $1 AND starts < $4 AND blocked_until > $3 ORDER BY expires",
            space, now, range.starts, range.ends)
    }

    /// Holds that have expired, oldest first.
    pub async fn list_expired_holds(
        &mut self,
        now: Instant,
        limit: i64,
    ) -> StoreResult<Vec<Booking>> {
        sql!(self, fetch_all Booking, "
            SELECT id, space_id, resident_id, organisation_id, series_id, title, persons, starts, ends, blocked_until, state,
              expires, sequence, made, changed FROM booking WHERE state = 'held' AND expires <= $1 ORDER BY expires LIMIT $2",
            now, limit)
    }

    /// Bookings that are over, and requests whose time has come, earliest first.
    pub async fn list_ended_bookings(
        &mut self,
        now: Instant,
        limit: i64,
    ) -> StoreResult<Vec<Booking>> {
        sql!(self, fetch_all Booking, "
            SELECT id, space_id, resident_id, organisation_id, series_id, title, persons, starts, ends, blocked_until, state,
              expires, sequence, made, changed FROM booking
            WHERE state IN ('requested', 'booked') AND ends <= $1 ORDER BY ends LIMIT $2", now, limit)
    }

    /// Adds a line to a booking's history.
    pub async fn create_booking_change(&mut self, c: &BookingChange) -> StoreResult<()> {
        sql!(self, execute, "
            INSERT INTO booking_change (booking_id, sequence, at, actor_id, change, starts, ends, note)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
            c.booking_id, c.sequence, c.at, c.actor_id, c.change, c.starts, c.ends, c.note)?;
        Ok(())
    }

    /// A booking's history, oldest first.
    pub async fn list_booking_changes(
        &mut self,
        booking: BookingId,
    ) -> StoreResult<Vec<BookingChange>> {
        sql!(self, fetch_all BookingChange, "
            SELECT booking_id, sequence, at, actor_id, change, starts, ends, note FROM booking_change
            WHERE booking_id = $1 ORDER BY sequence", booking)
    }
}
