//! Home care: a resident books a visit, a care worker makes it, and nobody is forgotten.
//!
//! Routes are here. One file a page: [`home`], [`book`], [`visit`], [`reschedule`], [`past`] for residents and those who
//! act for them, [`today`] and [`care`] for care workers, [`alert`] for the coordinator. [`watch`] raises the alerts.

mod alert;
mod book;
mod care;
mod eligibility;
mod home;
mod notify;
mod offer;
mod past;
mod problem;
mod record;
mod reschedule;
mod slot;
mod state;
mod today;
mod visit;
mod watch;
mod worker;

use linli_sdk::{
    Address, Failure, FiredTimer, Lang, Outcome, Page, PersonRef, Plugin, Submission, context,
    no_such_action,
};

struct Eldercare;

linli_sdk::plugin!(Eldercare, timers);

impl Plugin for Eldercare {
    fn view(address: &Address) -> Result<Page, Failure> {
        let lang = Lang::current();
        match address.segments()[..] {
            [] => home::view(lang),
            ["book"] => book::view(lang, address),
            ["past"] => past::view(lang, address),
            ["visits", id] => visit::view(lang, id),
            ["visits", id, "move"] => reschedule::view(lang, id, address),
            ["today"] => today::view(lang, address),
            ["today", id] => care::view(lang, id),
            ["alerts"] => alert::view(lang),
            _ => Err(Failure::NotFound),
        }
    }

    fn act(submission: &Submission) -> Result<Outcome, Failure> {
        let lang = Lang::current();
        match (
            &submission.address.segments()[..],
            submission.action.as_str(),
        ) {
            (["book"], "book") => book::book(lang, submission),
            (["visits", id], "cancel") => visit::cancel(lang, id),
            (["visits", id, "move"], "move") => reschedule::reschedule(lang, id, submission),
            (["today", ..], "check-in") => today::check_in(lang, submission),
            (["today", ..], "check-out") => today::check_out(lang, submission),
            (["today", id], "note") => care::note(lang, id, submission),
            (["alerts"], "settle") => alert::settle(lang, submission),
            _ => no_such_action(),
        }
    }

    fn fired(timer: &FiredTimer) -> Result<(), String> {
        watch::fired(timer)
    }
}

/// The resident whom this is for: the one who asks, or the one whom a delegate or guardian acts for.
fn subject() -> Result<PersonRef, Failure> {
    context::current().subject.ok_or(Failure::Forbidden)
}
