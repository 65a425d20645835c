//! iCalendar feeds, and what stands in one.

use crate::column::row;
use crate::{StoreResult, Tx};
use jiff::civil::Date;
use linli_domain::appointment::AppointmentState;
use linli_domain::booking::BookingState;
use linli_domain::enrolment::EnrolmentState;
use linli_domain::slot::Range;
use linli_domain::{
    AppointmentId, BookingId, EnrolmentId, FeedId, Instant, Localised, PersonId, SeriesId,
    SessionId, SpaceId,
};

row! {
    /// A feed with a secret address.
    pub struct Feed {
        /// The id.
        pub id: FeedId,
        /// Whose appointments and bookings it shows.
        pub person_id: Option<PersonId>,
        /// Or of which space the bookings.
        pub space_id: Option<SpaceId>,
        /// The keyed hash of the address's secret part.
        pub token_hash: Vec<u8>,
        /// When it was made.
        pub made: Instant,
        /// When it was revoked.
        pub revoked: Option<Instant>,
    }
}

row! {
    /// An appointment as a feed shows it.
    pub struct FeedAppointment {
        /// The id.
        pub id: AppointmentId,
        /// In words.
        pub title: Localised,
        /// When it begins.
        pub starts: Instant,
        /// When it has ended.
        pub ends: Instant,
        /// Where it stands.
        pub state: AppointmentState,
        /// Its sequence.
        pub sequence: i64,
        /// When it was changed last.
        pub changed: Instant,
    }
}

row! {
    /// A booking as a feed shows it.
    pub struct FeedBooking {
        /// The id.
        pub id: BookingId,
        /// The series that it belongs to.
        pub series_id: Option<SeriesId>,
        /// What for.
        pub title: String,
        /// When it begins.
        pub starts: Instant,
        /// When it has ended.
        pub ends: Instant,
        /// Where it stands.
        pub state: BookingState,
        /// Its sequence.
        pub sequence: i64,
        /// When it was changed last.
        pub changed: Instant,
        /// The name of the space.
        pub space_name: Localised,
        /// Where the space is.
        pub space_place: String,
    }
}

row! {
    /// A session of a course in which a resident has or had a place, as a feed shows it.
    pub struct FeedSession {
        /// The session.
        pub session_id: SessionId,
        /// By which enrolment.
        pub enrolment_id: EnrolmentId,
        /// The course.
        pub title: Localised,
        /// When it begins.
        pub starts: Instant,
        /// When it has ended.
        pub ends: Instant,
        /// Whether it does not take place.
        pub cancelled: bool,
        /// How often the session was changed.
        pub sequence: i64,
        /// When it was changed last.
        pub changed: Instant,
        /// Where the enrolment stands.
        pub state: EnrolmentState,
        /// Its first day.
        pub from_day: Date,
        /// The first day after.
        pub to_day: Date,
        /// Its weekdays, as bits from Monday.
        pub weekdays: i64,
        /// How often the enrolment was changed.
        pub enrolment_changes: i64,
        /// When it was changed last.
        pub enrolment_changed: Instant,
    }
}

impl Tx {
    /// Adds a feed.
    pub async fn create_feed(&mut self, f: &Feed) -> StoreResult<()> {
        sql!(self, execute, "
            INSERT INTO feed (id, person_id, space_id, token_hash, made, revoked) VALUES ($1, $2, $3, $4, $5, $6)",
            f.id, f.person_id, f.space_id, f.token_hash, f.made, f.revoked)?;
        Ok(())
    }

    /// The live feed of a person or of a space.
    pub async fn find_feed_of(
        &mut self,
        person: Option<PersonId>,
        space: Option<SpaceId>,
    ) -> StoreResult<Option<Feed>> {
        match person {
            Some(person) => sql!(self, fetch_optional Feed, "
                SELECT id, person_id, space_id, token_hash, made, revoked FROM feed
                WHERE person_id = $1 AND revoked IS NULL", person),
            None => sql!(self, fetch_optional Feed, "
                SELECT id, person_id, space_id, token_hash, made, revoked FROM feed
                WHERE space_id = $1 AND revoked IS NULL", space),
        }
    }

    /// The live feed with that hash.
    pub async fn find_feed(&mut self, token_hash: &[u8]) -> StoreResult<Option<Feed>> {
        sql!(self, fetch_optional Feed, "
            SELECT id, person_id, space_id, token_hash, made, revoked FROM feed
            WHERE token_hash = $1 AND revoked IS NULL", token_hash.to_vec())
    }

    /// Revokes a feed.
    pub async fn revoke_feed(&mut self, id: FeedId, now: Instant) -> StoreResult<()> {
        sql!(
            self,
            execute,
            "UPDATE feed SET revoked = $2 WHERE id = $1",
            id,
            now
        )?;
        Ok(())
    }

    /// A resident's appointments that overlap a range, by start: live ones, and those cancelled since an instant.
    pub async fn list_feed_appointments(
        &mut self,
        resident: PersonId,
        range: Range,
        cancelled_since: Instant,
        limit: i64,
    ) -> StoreResult<Vec<FeedAppointment>> {
        sql!(self, fetch_all FeedAppointment, "
            SELECT id, title, starts, ends, state, sequence, changed FROM (
              SELECT id, title, starts, ends, state, sequence,
                coalesce((SELECT max(at) FROM appointment_change AS c WHERE c.appointment_id = appointment.id), 0) AS changed
              FROM appointment WHERE resident_id = $1 AND ends > $2 AND starts < $3 AND state <> 'held') AS listed
            WHERE state <> 'cancelled' OR changed > $4 ORDER BY starts, id LIMIT $5",
            resident, range.starts, range.ends, cancelled_since, limit)
    }

    /// The sessions in a range of courses in which a resident has or had a place, by start; also on days that are not theirs.
    pub async fn list_feed_sessions(
        &mut self,
        resident: PersonId,
        range: Range,
        limit: i64,
    ) -> StoreResult<Vec<FeedSession>> {
        sql!(self, fetch_all FeedSession, "
            SELECT s.id AS session_id, e.id AS enrolment_id, course.title AS title, s.starts AS starts, s.ends AS ends,
              s.cancelled AS cancelled, s.sequence AS sequence, s.changed AS changed, e.state AS state,
              e.from_day AS from_day, e.to_day AS to_day, e.weekdays AS weekdays,
              (SELECT count(*) FROM enrolment_change AS c WHERE c.enrolment_id = e.id) AS enrolment_changes,
              coalesce((SELECT max(at) FROM enrolment_change AS c WHERE c.enrolment_id = e.id), 0) AS enrolment_changed
            FROM enrolment AS e JOIN course ON course.id = e.course_id JOIN course_session AS s ON s.course_id = e.course_id
            WHERE e.resident_id = $1 AND e.enrolled IS NOT NULL AND s.starts > $2 - 86400000000 AND s.ends > $2 AND s.starts < $3
            ORDER BY s.starts, s.id, e.id LIMIT $4", resident, range.starts, range.ends, limit)
    }

    /// The bookings of a resident, or of a space, that overlap a range, by start: live and completed ones, and those that
    /// ended otherwise since an instant.
    pub async fn list_feed_bookings(
        &mut self,
        person: Option<PersonId>,
        space: Option<SpaceId>,
        range: Range,
        ended_since: Instant,
        limit: i64,
    ) -> StoreResult<Vec<FeedBooking>> {
        match person {
            Some(person) => sql!(self, fetch_all FeedBooking, "
                SELECT b.id, b.series_id, b.title, b.starts, b.ends, b.state, b.sequence, b.changed, space.name AS space_name,
                  space.place AS space_place
                FROM booking AS b JOIN space ON space.id = b.space_id
                WHERE b.resident_id = $1 AND b.starts > $2 - 2678400000000 AND b.ends > $2 AND b.starts < $3
                  AND b.state <> 'held' AND (b.state IN ('requested', 'booked', 'completed') OR b.changed > $4)
                ORDER BY b.starts, b.id LIMIT $5", person, range.starts, range.ends, ended_since, limit),
            None => sql!(self, fetch_all FeedBooking, "
                SELECT b.id, b.series_id, b.title, b.starts, b.ends, b.state, b.sequence, b.changed, space.name AS space_name,
                  space.place AS space_place
                FROM booking AS b JOIN space ON space.id = b.space_id
                WHERE b.space_id = $1 AND b.starts > $2 - 2678400000000 AND b.ends > $2 AND b.starts < $3
                  AND b.state <> 'held' AND (b.state IN ('requested', 'booked', 'completed') OR b.changed > $4)
                ORDER BY b.starts, b.id LIMIT $5", space, range.starts, range.ends, ended_since, limit),
        }
    }
}
