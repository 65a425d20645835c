//! `space-directory` and `space-bookings`.

use crate::arguments::Arguments;
use linli_sdk::space_bookings::{self, BookingRef, Draft, WaitingRef};
use linli_sdk::space_directory::{self, Wanted};
use linli_sdk::types::SpaceRef;

/// What a call answers.
pub fn call(interface: &str, function: &str, a: &Arguments<'_>) -> Option<String> {
    match interface {
        "space-directory" => directory(function, a),
        _ => bookings(function, a),
    }
}

fn directory(function: &str, a: &Arguments<'_>) -> Option<String> {
    let space = SpaceRef {
        id: a.text("space"),
    };
    let (after, from, days) = (a.after(), a.day("from"), a.number("days"));
    Some(match function {
        "list-spaces" => format!(
            "{:?}",
            space_directory::list_spaces(after.as_ref(), a.limit())
        ),
        "find-free" => {
            let wanted = Wanted {
                period: a.period(),
                persons: a.number("persons"),
                equipment: a.some("equipment").into_iter().collect(),
                kind: a.some("kind"),
            };
            format!(
                "{:?}",
                space_directory::find_free(&wanted, after.as_ref(), a.limit())
            )
        }
        "find" => format!("{:?}", space_directory::find(&space)),
        "opening-hours" => format!("{:?}", space_directory::opening_hours(&space, from, days)),
        "free-times" => format!(
            "{:?}",
            space_directory::free_times(&space, from, days, a.number("minutes"))
        ),
        _ => return None,
    })
}

fn bookings(function: &str, a: &Arguments<'_>) -> Option<String> {
    let draft = Draft {
        space: SpaceRef {
            id: a.text("space"),
        },
        period: a.period(),
        resident: a.some_resident(),
        title: a.text("title"),
        persons: a.number("persons"),
    };
    let booking = BookingRef {
        id: a.text("booking"),
    };
    let waiting = WaitingRef {
        id: a.text("waiting"),
    };
    let resident = a.some_resident();
    Some(match function {
        "hold" => format!("{:?}", space_bookings::hold(&draft)),
        "book" => format!("{:?}", space_bookings::book(&draft)),
        "confirm" => format!("{:?}", space_bookings::confirm(&booking)),
        "move-to" => format!("{:?}", space_bookings::move_to(&booking, a.period())),
        "cancel" => format!("{:?}", space_bookings::cancel(&booking, &a.text("reason"))),
        "find" => format!("{:?}", space_bookings::find(&booking)),
        "list-bookings" => {
            let after = a.after();
            let (since, limit) = (a.number("since"), a.limit());
            let listed =
                space_bookings::list_bookings(resident.as_ref(), since, after.as_ref(), limit);
            format!("{listed:?}")
        }
        "join-waiting" => format!("{:?}", space_bookings::join_waiting(&draft, a.flag("ask"))),
        "leave-waiting" => format!("{:?}", space_bookings::leave_waiting(&waiting)),
        "list-waiting" => format!("{:?}", space_bookings::list_waiting(resident.as_ref())),
        _ => return None,
    })
}
