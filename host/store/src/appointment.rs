//! Appointments and their history.

use crate::column::row;
use crate::{StoreResult, Tx};
use linli_domain::appointment::AppointmentState;
use linli_domain::{AppointmentId, CalendarId, InstallationId, Instant, Localised, PersonId};
use uuid::Uuid;

row! {
    /// An appointment.
    pub struct Appointment {
        /// The id.
        pub id: AppointmentId,
        /// Whose time it takes.
        pub calendar_id: CalendarId,
        /// Which plugin's.
        pub installation_id: InstallationId,
        /// Whom it is for.
        pub resident_id: PersonId,
        /// The plugin's code for what is done.
        pub service: String,
        /// In words.
        pub title: Localised,
        /// When it begins.
        pub starts: Instant,
        /// When it has ended.
        pub ends: Instant,
        /// Where it stands.
        pub state: AppointmentState,
        /// When the holder arrived.
        pub checked_in: Option<Instant>,
        /// When the holder finished.
        pub checked_out: Option<Instant>,
        /// Grows by one with each change (RFC 5545 section 3.8.7.4).
        pub sequence: i64,
        /// Whether the resident booked it, or who acts for them: only then is it a basis for reading about them.
        pub own: bool,
        /// For a held one: until when.
        pub held_until: Option<Instant>,
    }
}

row! {
    /// One change of an appointment; the times are those that it had from then on.
    pub struct AppointmentChange {
        /// The id.
        pub id: Uuid,
        /// Of which appointment.
        pub appointment_id: AppointmentId,
        /// When.
        pub at: Instant,
        /// By whom; none for the background.
        pub actor_id: Option<PersonId>,
        /// `booked`, `moved`, or the state that it came to.
        pub change: String,
        /// When it begins now.
        pub starts: Instant,
        /// When it ends now.
        pub ends: Instant,
        /// Whose time it takes now.
        pub calendar_id: CalendarId,
        /// The reason, if one was given.
        pub note: String,
    }
}

impl Tx {
    /// Adds an appointment. The database refuses one that books a calendar twice.
    pub async fn create_appointment(&mut self, a: &Appointment) -> StoreResult<()> {
        sql!(self, execute, "
            INSERT INTO appointment (id, calendar_id, installation_id, resident_id, service, title, starts, ends, state,
              checked_in, checked_out, sequence, own, held_until)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)",
            a.id, a.calendar_id, a.installation_id, a.resident_id, a.service, a.title, a.starts, a.ends, a.state,
            a.checked_in, a.checked_out, a.sequence, a.own, a.held_until)?;
        Ok(())
    }

    /// Writes an appointment's times, calendar and state, and whether it is the resident's own. The database refuses one that books a calendar twice.
    pub async fn update_appointment(&mut self, a: &Appointment) -> StoreResult<()> {
        sql!(self, execute, "
            UPDATE appointment SET calendar_id = $2, starts = $3, ends = $4, state = $5, checked_in = $6, checked_out = $7,
              sequence = $8, held_until = $9, own = $10 WHERE id = $1",
            a.id, a.calendar_id, a.starts, a.ends, a.state, a.checked_in, a.checked_out, a.sequence, a.held_until, a.own)?;
        Ok(())
    }

    /// An appointment by its id.
    pub async fn find_appointment(
        &mut self,
        id: AppointmentId,
    ) -> StoreResult<Option<Appointment>> {
        sql!(self, fetch_optional Appointment, "
            SELECT id, calendar_id, installation_id, resident_id, service, title, starts, ends, state, checked_in, checked_out,
              sequence, own, held_until FROM appointment WHERE id = $1", id)
    }

    /// A resident's appointments of all services that end between two instants, by start.
    pub async fn list_agenda(
        &mut self,
        resident: PersonId,
        since: Instant,
        until: Instant,
        limit: i64,
    ) -> StoreResult<Vec<Appointment>> {
        sql!(self, fetch_all Appointment, "
            SELECT id, calendar_id, installation_id, resident_id, service, title, starts, ends, state, checked_in, checked_out,
              sequence, own, held_until FROM appointment
            WHERE resident_id = $1 AND ends > $2 AND ends <= $3 ORDER BY starts, id LIMIT $4", resident, since, until, limit)
    }

    /// A resident's appointments with an installation that end after `since`, after `(starts, id)`, by start.
    pub async fn list_appointments_of_resident(
        &mut self,
        resident: PersonId,
        of: InstallationId,
        since: Instant,
        after: (Instant, AppointmentId),
        limit: i64,
    ) -> StoreResult<Vec<Appointment>> {
        sql!(self, fetch_all Appointment, "
            SELECT id, calendar_id, installation_id, resident_id, service, title, starts, ends, state, checked_in, checked_out,
              sequence, own, held_until FROM appointment
            WHERE resident_id = $1 AND installation_id = $2 AND ends > $3 AND (starts, id) > ($4, $5)
            ORDER BY starts, id LIMIT $6", resident, of, since, after.0, after.1, limit)
    }

    /// Appointments of a calendar that overlap the half-open range, after `(starts, id)`, by start. Cancelled ones too; of
    /// one installation, or of all that book the calendar.
    pub async fn list_appointments_of_calendar(
        &mut self,
        calendar: CalendarId,
        of: Option<InstallationId>,
        from: Instant,
        to: Instant,
        after: (Instant, AppointmentId),
        limit: i64,
    ) -> StoreResult<Vec<Appointment>> {
        // No appointment is longer than 31 days (2,678,400 seconds): a bound on `starts` keeps history out of the search.
        sql!(self, fetch_all Appointment, "
            SELECT id, calendar_id, installation_id, resident_id, service, title, starts, ends, state, checked_in, checked_out,
              sequence, own, held_until FROM appointment
            WHERE calendar_id = $1 AND starts < $3 AND starts > $2 - 2678400000000 AND ends > $2 AND (starts, id) > ($4, $5)
              AND ($7 IS NULL OR installation_id = $7)
            ORDER BY starts, id LIMIT $6", calendar, from, to, after.0, after.1, limit, of)
    }

    /// The open appointments of a resident with an installation that end after `since`, at most 100, by start.
    pub async fn list_open_appointments(
        &mut self,
        resident: PersonId,
        of: InstallationId,
        since: Instant,
    ) -> StoreResult<Vec<Appointment>> {
        sql!(self, fetch_all Appointment, "
            SELECT id, calendar_id, installation_id, resident_id, service, title, starts, ends, state, checked_in, checked_out,
              sequence, own, held_until FROM appointment
            WHERE resident_id = $1 AND installation_id = $2 AND state IN ('booked', 'checked-in', 'missed') AND ends > $3
            ORDER BY starts, id LIMIT 100", resident, of, since)
    }

    /// The appointments of a resident with an installation that are held beyond `now`, at most 100.
    pub async fn list_held_appointments(
        &mut self,
        resident: PersonId,
        of: InstallationId,
        now: Instant,
    ) -> StoreResult<Vec<Appointment>> {
        sql!(self, fetch_all Appointment, "
            SELECT id, calendar_id, installation_id, resident_id, service, title, starts, ends, state, checked_in, checked_out,
              sequence, own, held_until FROM appointment
            WHERE resident_id = $1 AND installation_id = $2 AND state = 'held' AND held_until > $3 ORDER BY starts, id LIMIT 100",
            resident, of, now)
    }

    /// Appointments that were held until `now` or before, the longest past first; of one calendar, or of all.
    pub async fn list_lapsed_appointments(
        &mut self,
        calendar: Option<CalendarId>,
        now: Instant,
        limit: i64,
    ) -> StoreResult<Vec<Appointment>> {
        sql!(self, fetch_all Appointment, "
            SELECT id, calendar_id, installation_id, resident_id, service, title, starts, ends, state, checked_in, checked_out,
              sequence, own, held_until FROM appointment
            WHERE state = 'held' AND held_until <= $1 AND ($3 IS NULL OR calendar_id = $3) ORDER BY held_until, id LIMIT $2",
            now, limit, calendar)
    }

    /// How many live appointments of a calendar begin in a half-open range.
    pub async fn count_appointments(
        &mut self,
        calendar: CalendarId,
        from: Instant,
        to: Instant,
    ) -> StoreResult<i64> {
        let (count,) = sql!(self, fetch_one (i64,), "
            SELECT count(*) FROM appointment WHERE calendar_id = $1 AND starts >= $2 AND starts < $3 AND state <> 'cancelled'",
            calendar, from, to)?;
        Ok(count)
    }

    /// When the last live appointment of a calendar before an instant began.
    pub async fn find_last_start(
        &mut self,
        calendar: CalendarId,
        before: Instant,
    ) -> StoreResult<Option<Instant>> {
        let found = sql!(self, fetch_optional (i64,), "
            SELECT starts FROM appointment WHERE calendar_id = $1 AND starts < $2 AND state <> 'cancelled'
            ORDER BY starts DESC LIMIT 1", calendar, before)?;
        Ok(found.map(|(at,)| Instant(at)))
    }

    /// All open appointments of a resident that are not over, at most 100, by start.
    pub async fn list_open_appointments_of(
        &mut self,
        resident: PersonId,
        now: Instant,
    ) -> StoreResult<Vec<Appointment>> {
        sql!(self, fetch_all Appointment, "
            SELECT id, calendar_id, installation_id, resident_id, service, title, starts, ends, state, checked_in, checked_out,
              sequence, own, held_until FROM appointment
            WHERE resident_id = $1 AND state IN ('held', 'booked', 'checked-in') AND ends > $2 ORDER BY starts, id LIMIT 100",
            resident, now)
    }

    /// Adds a line to an appointment's history.
    pub async fn create_appointment_change(&mut self, c: &AppointmentChange) -> StoreResult<()> {
        sql!(self, execute, "
            INSERT INTO appointment_change (id, appointment_id, at, actor_id, change, starts, ends, calendar_id, note)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
            c.id, c.appointment_id, c.at, c.actor_id, c.change, c.starts, c.ends, c.calendar_id, c.note)?;
        Ok(())
    }

    /// An appointment's history, oldest first.
    pub async fn list_appointment_changes(
        &mut self,
        appointment: AppointmentId,
    ) -> StoreResult<Vec<AppointmentChange>> {
        sql!(self, fetch_all AppointmentChange, "
            SELECT id, appointment_id, at, actor_id, change, starts, ends, calendar_id, note FROM appointment_change
            WHERE appointment_id = $1 ORDER BY at, id", appointment)
    }
}
