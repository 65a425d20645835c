//! A plugin for tests. What it is asked stands in the address's query, or in the action's arguments: `call` names a function
//! of the host as `interface.function`, the others are its arguments. It answers what came back, as Rust's `Debug` writes it.

mod arguments;
mod case;
mod enrolment;
mod person;
mod space;
mod visit;

use arguments::Arguments;
use linli_sdk::{Address, Done, Failure, Outcome, Page, Plugin, Submission};

struct Probe;

linli_sdk::plugin!(Probe);

impl Plugin for Probe {
    fn view(address: &Address) -> Result<Page, Failure> {
        Ok(Page::new("Probe").text(call(&Arguments(&address.query))))
    }

    fn act(submission: &Submission) -> Result<Outcome, Failure> {
        Ok(Done::at("/")
            .say(call(&Arguments(&submission.arguments)))
            .into())
    }
}

fn call(arguments: &Arguments<'_>) -> String {
    let name = arguments.text("call");
    let (interface, function) = name.split_once('.').unwrap_or((&name, ""));
    let said = match interface {
        "households" | "needs" | "needs-write" => person::call(interface, function, arguments),
        "space-directory" | "space-bookings" => space::call(interface, function, arguments),
        "cases" | "case-transfer" => case::call(interface, function, arguments),
        "enrolments" => enrolment::call(function, arguments),
        "appointments" | "calendars" => visit::call(interface, function, arguments),
        _ => None,
    };
    said.unwrap_or_else(|| format!("the probe knows no '{name}'"))
}
