//! `households`, `needs` and `needs-write`.

use crate::arguments::Arguments;
use linli_sdk::needs::NeedRef;
use linli_sdk::needs_write::{self, Said};
use linli_sdk::{households, needs};

/// What a call answers.
pub fn call(interface: &str, function: &str, a: &Arguments<'_>) -> Option<String> {
    let resident = a.person("resident");
    let need = NeedRef { id: a.text("need") };
    let said = Said {
        code: a.text("code"),
        note: a.text("note"),
        review: a.some_number("review"),
    };
    Some(match (interface, function) {
        ("households", "members") => format!("{:?}", households::members(&resident)),
        ("households", "deputies") => format!("{:?}", households::deputies(&resident)),
        ("needs", "list-of-resident") => {
            let after = a.after();
            format!(
                "{:?}",
                needs::list_of_resident(&resident, after.as_ref(), a.limit())
            )
        }
        ("needs", "history") => {
            format!("{:?}", needs::history(&need, a.after().as_ref(), a.limit()))
        }
        ("needs-write", "add-need") => format!("{:?}", needs_write::add_need(&resident, &said)),
        ("needs-write", "correct") => {
            format!(
                "{:?}",
                needs_write::correct(&need, a.number("version"), &said)
            )
        }
        ("needs-write", "change-state") => {
            let state = a.text("state");
            format!(
                "{:?}",
                needs_write::change_state(&need, a.number("version"), &state)
            )
        }
        _ => return None,
    })
}
