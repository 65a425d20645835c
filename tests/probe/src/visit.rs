//! `appointments` and `calendars`, what is newer than the services that use them.

use crate::arguments::Arguments;
use linli_sdk::appointments::{self, Booking, SlotRules, WaitingRef, Wish};
use linli_sdk::{AppointmentRef, CalendarRef, Slot, calendars, localised};

/// What a call answers.
pub fn call(interface: &str, function: &str, a: &Arguments<'_>) -> Option<String> {
    let calendar = CalendarRef {
        id: a.text("calendar"),
    };
    let appointment = AppointmentRef {
        id: a.text("appointment"),
    };
    let waiting = WaitingRef {
        id: a.text("waiting"),
    };
    let rules = SlotRules {
        minutes: 60,
        buffer_minutes: 0,
        notice_minutes: 0,
    };
    let booking = Booking {
        slot: Slot {
            calendar: calendar.clone(),
            starts: a.period().starts,
            ends: a.period().ends,
        },
        resident: a.person("resident"),
        service: "bath".to_owned(),
        title: localised("助浴", "Bath"),
        rules,
    };
    Some(match (interface, function) {
        ("calendars", "on-duty") => {
            let role = a.some("role");
            format!("{:?}", calendars::on_duty(role.as_deref(), a.number("at")))
        }
        ("appointments", "book") => format!("{:?}", appointments::book(&booking)),
        ("appointments", "book-any") => {
            let calendars: Vec<_> = a
                .some("calendar")
                .map(|id| CalendarRef { id })
                .into_iter()
                .collect();
            format!("{:?}", appointments::book_any(&calendars, &booking))
        }
        ("appointments", "hold") => {
            format!("{:?}", appointments::hold(&booking, a.number("minutes")))
        }
        ("appointments", "confirm") => format!("{:?}", appointments::confirm(&appointment)),
        ("appointments", "cancel") => format!("{:?}", appointments::cancel(&appointment, "")),
        ("appointments", "list-of-resident") => {
            let (resident, after) = (a.person("resident"), a.after());
            let since = a.number("since");
            let listed =
                appointments::list_of_resident(&resident, since, after.as_ref(), a.limit());
            format!("{listed:?}")
        }
        ("appointments", "join-waiting") => {
            let wish = Wish {
                resident: a.person("resident"),
                calendar,
                any: a.flag("any"),
                service: "bath".to_owned(),
                title: localised("助浴", "Bath"),
                day: a.day("day"),
                rules,
            };
            format!("{:?}", appointments::join_waiting(&wish))
        }
        ("appointments", "leave-waiting") => {
            format!("{:?}", appointments::leave_waiting(&waiting))
        }
        ("appointments", "waiting-position") => {
            format!("{:?}", appointments::waiting_position(&waiting))
        }
        _ => return None,
    })
}
