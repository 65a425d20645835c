//! Care workers and their calendars.

use linli_sdk::calendars::{self, Calendar};
use linli_sdk::{CalendarRef, Failure, Lang};

/// The role of those who make the visits.
pub const ROLE: &str = "care-worker";
/// The role of those who follow up missed visits.
pub const COORDINATOR: &str = "care-coordinator";

/// Everyone who can be booked here.
pub struct Workers(Vec<Calendar>);

impl Workers {
    /// Asks the host.
    pub fn load() -> Self {
        Self(calendars::list_calendars(Some(ROLE)))
    }

    /// By name.
    pub fn all(&self) -> &[Calendar] {
        &self.0
    }

    /// Whose calendar it is.
    pub fn find(&self, calendar: &str) -> Option<&Calendar> {
        self.0.iter().find(|worker| worker.calendar.id == calendar)
    }

    /// The name under which the worker serves; a general word for one who has left.
    pub fn name(&self, calendar: &CalendarRef, lang: Lang) -> String {
        let left = || lang.t("护理员", "A care worker").to_owned();
        self.find(&calendar.id)
            .map_or_else(left, |worker| worker.title.clone())
    }
}

/// The calendar of the care worker who asks.
pub fn own_calendar(lang: Lang) -> Result<Calendar, Failure> {
    calendars::own_calendar().ok_or_else(|| {
        Failure::problem(lang.t(
            "您在本社区还没有排班。请联系机构管理员为您设置工作时间。",
            "You have no working calendar in this community. Please ask your organisation's administrator to set one up.",
        ))
    })
}
