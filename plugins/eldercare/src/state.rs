//! How a visit's state reads.

use linli_sdk::appointments::Appointment;
use linli_sdk::{Event, Events, Lang, Mark, Tone};

/// The codes of `appointments.appointment.state`.
pub const BOOKED: &str = "booked";
pub const CHECKED_IN: &str = "checked-in";
pub const COMPLETED: &str = "completed";
pub const CANCELLED: &str = "cancelled";
pub const MISSED: &str = "missed";

/// The state in a word.
pub fn mark(state: &str, lang: Lang) -> Mark {
    let (tone, zh, en) = match state {
        BOOKED => (Tone::Info, "已预约", "Booked"),
        CHECKED_IN => (Tone::Good, "服务中", "In progress"),
        COMPLETED => (Tone::Neutral, "已完成", "Completed"),
        CANCELLED => (Tone::Neutral, "已取消", "Cancelled"),
        MISSED => (Tone::Danger, "未到访", "Missed"),
        other => (Tone::Neutral, other, other),
    };
    Mark::new(tone, lang.t(zh, en))
}

/// What has happened at the visit so far.
pub fn history(visit: &Appointment, lang: Lang) -> Option<Events> {
    let mut events = Events::new("");
    if let Some(at) = visit.checked_in {
        events = events.event(Event::new(
            lang.t("护理员签到", "The care worker checked in"),
            at,
        ));
    }
    if let Some(at) = visit.checked_out {
        events = events.event(Event::new(
            lang.t(
                "护理员签退，服务完成",
                "The care worker checked out; all done",
            ),
            at,
        ));
    }
    (!events.events.is_empty()).then_some(events)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_state_reads_in_both_languages() {
        for state in [BOOKED, CHECKED_IN, COMPLETED, CANCELLED, MISSED] {
            assert_ne!(mark(state, Lang::Zh).label, mark(state, Lang::En).label);
        }
        assert_eq!(mark("postponed", Lang::En).label, "postponed");
    }
}
