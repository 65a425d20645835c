//! Calendars of staff and their working hours.

use crate::column::row;
use crate::{StoreResult, Tx};
use jiff::civil::Date;
use linli_domain::holiday::Holidays;
use linli_domain::recurrence::Recurrence;
use linli_domain::working_time::Minutes;
use linli_domain::{CalendarId, CommunityId, Instant, OrganisationId, PersonId, WorkingHoursId};

row! {
    /// A calendar of a member of staff or of a service in a community.
    pub struct Calendar {
        /// The id.
        pub id: CalendarId,
        /// Whose staff.
        pub organisation_id: OrganisationId,
        /// Where.
        pub community_id: CommunityId,
        /// Who serves; none for a service's calendar, such as a consultation of several.
        pub holder_id: Option<PersonId>,
        /// In which role.
        pub role: String,
        /// The name under which they serve.
        pub title: String,
        /// How many appointments it takes at once, 1–1,000.
        pub capacity: i64,
    }
}

row! {
    /// A day on which a calendar has hours of its own.
    pub struct CalendarDay {
        /// Of which calendar.
        pub calendar_id: CalendarId,
        /// The day.
        pub day: Date,
        /// Its hours; none where it is closed.
        pub minutes: Vec<Minutes>,
        /// Why, for who reads the calendar.
        pub note: String,
    }
}

row! {
    /// One rule of working hours.
    pub struct WorkingHoursRow {
        /// The id.
        pub id: WorkingHoursId,
        /// Of which calendar.
        pub calendar_id: CalendarId,
        /// The days.
        pub days: Recurrence,
        /// Minutes from midnight.
        pub from_minute: i64,
        /// Minutes from the same midnight.
        pub to_minute: i64,
        /// Whether they observe holidays.
        pub holidays: Holidays,
    }
}

impl Tx {
    /// Adds a calendar.
    pub async fn create_calendar(&mut self, c: &Calendar) -> StoreResult<()> {
        sql!(self, execute, "
            INSERT INTO calendar (id, organisation_id, community_id, holder_id, role, title, capacity)
            VALUES ($1, $2, $3, $4, $5, $6, $7)",
            c.id, c.organisation_id, c.community_id, c.holder_id, c.role, c.title, c.capacity)?;
        Ok(())
    }

    /// A calendar by its id.
    pub async fn find_calendar(&mut self, id: CalendarId) -> StoreResult<Option<Calendar>> {
        sql!(self, fetch_optional Calendar, "
            SELECT id, organisation_id, community_id, holder_id, role, title, capacity FROM calendar WHERE id = $1", id)
    }

    /// An organisation's calendars in a community, by title, at most 200.
    pub async fn list_calendars(
        &mut self,
        organisation: OrganisationId,
        community: CommunityId,
    ) -> StoreResult<Vec<Calendar>> {
        sql!(self, fetch_all Calendar, "
            SELECT id, organisation_id, community_id, holder_id, role, title, capacity FROM calendar
            WHERE organisation_id = $1 AND community_id = $2 ORDER BY title, id LIMIT 200", organisation, community)
    }

    /// A person's calendars.
    pub async fn list_calendars_of(&mut self, holder: PersonId) -> StoreResult<Vec<Calendar>> {
        sql!(self, fetch_all Calendar, "
            SELECT id, organisation_id, community_id, holder_id, role, title, capacity FROM calendar WHERE holder_id = $1 ORDER BY id", holder)
    }

    /// Adds a rule of working hours.
    pub async fn create_working_hours(&mut self, h: &WorkingHoursRow) -> StoreResult<()> {
        sql!(self, execute, "
            INSERT INTO working_hours (id, calendar_id, days, from_minute, to_minute, holidays) VALUES ($1, $2, $3, $4, $5, $6)",
            h.id, h.calendar_id, h.days, h.from_minute, h.to_minute, h.holidays)?;
        Ok(())
    }

    /// The rules of a calendar.
    pub async fn list_working_hours(
        &mut self,
        calendar: CalendarId,
    ) -> StoreResult<Vec<WorkingHoursRow>> {
        sql!(self, fetch_all WorkingHoursRow, "
            SELECT id, calendar_id, days, from_minute, to_minute, holidays FROM working_hours WHERE calendar_id = $1 ORDER BY id", calendar)
    }

    /// Removes a rule; true if it existed.
    pub async fn delete_working_hours(
        &mut self,
        calendar: CalendarId,
        id: WorkingHoursId,
    ) -> StoreResult<bool> {
        Ok(sql!(
            self,
            execute,
            "DELETE FROM working_hours WHERE id = $1 AND calendar_id = $2",
            id,
            calendar
        )? > 0)
    }

    /// Sets how many appointments a calendar takes at once. Those that it has stay.
    pub async fn set_calendar_capacity(
        &mut self,
        id: CalendarId,
        capacity: i64,
        from: Instant,
    ) -> StoreResult<()> {
        sql!(
            self,
            execute,
            "UPDATE calendar SET capacity = $2, capacity_from = $3 WHERE id = $1",
            id,
            capacity,
            from
        )?;
        Ok(())
    }

    /// Writes the hours of one day of a calendar; replaces what was there.
    pub async fn put_calendar_day(&mut self, d: &CalendarDay) -> StoreResult<()> {
        sql!(
            self,
            execute,
            "
            INSERT INTO calendar_day (calendar_id, day, minutes, note) VALUES ($1, $2, $3, $4)
            ON CONFLICT (calendar_id, day) DO UPDATE SET minutes = $3, note = $4",
            d.calendar_id,
            d.day,
            d.minutes,
            d.note
        )?;
        Ok(())
    }

    /// Removes the hours of one day; true if there were any.
    pub async fn delete_calendar_day(
        &mut self,
        calendar: CalendarId,
        day: Date,
    ) -> StoreResult<bool> {
        let text = "DELETE FROM calendar_day WHERE calendar_id = $1 AND day = $2";
        Ok(sql!(self, execute, text, calendar, day)? > 0)
    }

    /// The days of the half-open range on which a calendar has hours of its own, by date.
    pub async fn list_calendar_days(
        &mut self,
        calendar: CalendarId,
        from: Date,
        to: Date,
    ) -> StoreResult<Vec<CalendarDay>> {
        sql!(self, fetch_all CalendarDay, "
            SELECT calendar_id, day, minutes, note FROM calendar_day
            WHERE calendar_id = $1 AND day >= $2 AND day < $3 ORDER BY day", calendar, from, to)
    }
}
