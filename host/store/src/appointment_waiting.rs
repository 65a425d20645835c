//! Who waits for an appointment on a day that is full.

use crate::column::row;
use crate::{StoreResult, Tx};
use jiff::civil::Date;
use linli_domain::slot::SlotRules;
use linli_domain::{
    AppointmentId, CalendarId, CommunityId, InstallationId, Instant, Localised, OrganisationId,
    PersonId, WaitingId,
};

row! {
    /// One who waits.
    pub struct AppointmentWaiting {
        /// The id.
        pub id: WaitingId,
        /// Of which plugin.
        pub installation_id: InstallationId,
        /// Who waits.
        pub resident_id: PersonId,
        /// Whose calendars.
        pub organisation_id: OrganisationId,
        /// Where.
        pub community_id: CommunityId,
        /// Calendars of which role.
        pub role: String,
        /// Which calendar; any of the role where none is named.
        pub calendar_id: Option<CalendarId>,
        /// The plugin's code for what is to be done.
        pub service: String,
        /// In words.
        pub title: Localised,
        /// On which day.
        pub day: Date,
        /// The rules by which a slot is cut.
        pub rules: SlotRules,
        /// Whether the resident joined, or who acts for them.
        pub own: bool,
        /// Since when.
        pub joined: Instant,
        /// `waiting`, `offered`, `served`, `left` or `lapsed`.
        pub state: String,
        /// What was offered.
        pub appointment_id: Option<AppointmentId>,
    }
}

row! {
    struct WaitedDay {
        pub day: Date,
    }
}

impl Tx {
    /// Adds one who waits; false where the same resident has a live place for the installation, day and service already.
    pub async fn create_appointment_waiting(
        &mut self,
        w: &AppointmentWaiting,
    ) -> StoreResult<bool> {
        Ok(sql!(self, execute, "
            INSERT INTO appointment_waiting (id, installation_id, resident_id, organisation_id, community_id, role, calendar_id,
              service, title, day, rules, own, joined, state, appointment_id)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15) ON CONFLICT DO NOTHING",
            w.id, w.installation_id, w.resident_id, w.organisation_id, w.community_id, w.role, w.calendar_id, w.service, w.title,
            w.day, w.rules, w.own, w.joined, w.state, w.appointment_id)? > 0)
    }

    /// Writes where one who waits stands.
    pub async fn set_appointment_waiting(
        &mut self,
        id: WaitingId,
        state: &str,
        offered: Option<AppointmentId>,
    ) -> StoreResult<()> {
        sql!(
            self,
            execute,
            "UPDATE appointment_waiting SET state = $2, appointment_id = $3 WHERE id = $1",
            id,
            state,
            offered
        )?;
        Ok(())
    }

    /// One who waits, by id.
    pub async fn find_appointment_waiting(
        &mut self,
        id: WaitingId,
    ) -> StoreResult<Option<AppointmentWaiting>> {
        sql!(self, fetch_optional AppointmentWaiting, "
            SELECT id, installation_id, resident_id, organisation_id, community_id, role, calendar_id, service, title, day, rules,
              own, joined, state, appointment_id FROM appointment_waiting WHERE id = $1", id)
    }

    /// One to whom an appointment was offered.
    pub async fn find_appointment_waiting_by_offer(
        &mut self,
        offered: AppointmentId,
    ) -> StoreResult<Option<AppointmentWaiting>> {
        sql!(self, fetch_optional AppointmentWaiting, "
            SELECT id, installation_id, resident_id, organisation_id, community_id, role, calendar_id, service, title, day, rules,
              own, joined, state, appointment_id FROM appointment_waiting WHERE appointment_id = $1", offered)
    }

    /// Who waits on a day for a calendar, or for any of its role, in turn.
    pub async fn list_appointment_waiting(
        &mut self,
        of: (OrganisationId, CommunityId, &str),
        calendar: CalendarId,
        day: Date,
        limit: i64,
    ) -> StoreResult<Vec<AppointmentWaiting>> {
        sql!(self, fetch_all AppointmentWaiting, "
            SELECT id, installation_id, resident_id, organisation_id, community_id, role, calendar_id, service, title, day, rules,
              own, joined, state, appointment_id FROM appointment_waiting
            WHERE organisation_id = $1 AND community_id = $2 AND role = $3 AND day = $4 AND state = 'waiting'
              AND (calendar_id IS NULL OR calendar_id = $5)
            ORDER BY joined, id LIMIT $6", of.0, of.1, of.2, day, calendar, limit)
    }

    /// How many wait on the same day for the same role's calendars before this one.
    pub async fn count_appointment_waiting_before(
        &mut self,
        w: &AppointmentWaiting,
    ) -> StoreResult<i64> {
        let (count,) = sql!(self, fetch_one (i64,), "
            SELECT count(*) FROM appointment_waiting
            WHERE organisation_id = $1 AND community_id = $2 AND role = $3 AND day = $4 AND state = 'waiting'
              AND (joined, id) < ($5, $6)", w.organisation_id, w.community_id, w.role, w.day, w.joined, w.id)?;
        Ok(count)
    }

    /// The days from one on for which somebody waits for a calendar, or for any of its role, in order.
    pub async fn list_appointment_waiting_days(
        &mut self,
        of: (OrganisationId, CommunityId, &str),
        calendar: CalendarId,
        from: Date,
        limit: i64,
    ) -> StoreResult<Vec<Date>> {
        let rows = sql!(self, fetch_all WaitedDay, "
            SELECT DISTINCT day FROM appointment_waiting
            WHERE organisation_id = $1 AND community_id = $2 AND role = $3 AND day >= $4 AND state = 'waiting'
              AND (calendar_id IS NULL OR calendar_id = $5)
            ORDER BY day LIMIT $6", of.0, of.1, of.2, from, calendar, limit)?;
        Ok(rows.into_iter().map(|row| row.day).collect())
    }

    /// The calendars for which somebody waits on a day, at most `limit`.
    pub async fn list_calendars_waited_for(
        &mut self,
        day: Date,
        limit: i64,
    ) -> StoreResult<Vec<CalendarId>> {
        let rows = sql!(self, fetch_all (uuid::Uuid,), "
            SELECT calendar.id FROM calendar WHERE EXISTS (
              SELECT 1 FROM appointment_waiting AS w
              WHERE w.organisation_id = calendar.organisation_id AND w.community_id = calendar.community_id
                AND w.role = calendar.role AND w.day = $1 AND w.state = 'waiting'
                AND (w.calendar_id IS NULL OR w.calendar_id = calendar.id))
            ORDER BY calendar.id LIMIT $2", day, limit)?;
        Ok(rows.into_iter().map(|(id,)| CalendarId(id)).collect())
    }

    /// Where a resident waits, or was offered a slot, for days from one on, by day, at most 100.
    pub async fn list_appointment_waiting_of(
        &mut self,
        resident: PersonId,
        from: Date,
    ) -> StoreResult<Vec<AppointmentWaiting>> {
        sql!(self, fetch_all AppointmentWaiting, "
            SELECT id, installation_id, resident_id, organisation_id, community_id, role, calendar_id, service, title, day, rules,
              own, joined, state, appointment_id FROM appointment_waiting
            WHERE resident_id = $1 AND day >= $2 AND state IN ('waiting', 'offered') ORDER BY day, id LIMIT 100", resident, from)
    }
}
