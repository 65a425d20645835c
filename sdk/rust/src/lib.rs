//! Write Linli services in Rust.
//!
//! A plugin is one type that implements [`Plugin`] and one line that registers it:
//!
//! ```
//! use linli_sdk::{Address, Failure, Page, Plugin};
//!
//! struct Greeting;
//!
//! impl Plugin for Greeting {
//!     fn view(address: &Address) -> Result<Page, Failure> {
//!         match address.segments()[..] {
//!             [] => Ok(Page::new("问候").text("您好，邻居！")),
//!             _ => Err(Failure::NotFound),
//!         }
//!     }
//! }
//!
//! linli_sdk::plugin!(Greeting);
//! ```
//!
//! Start with [`Page`] (what to show), [`Submission`] (what came back) and [`Collection`] (what to keep). The host's
//! interfaces are re-exported as modules: [`context`], [`profile`], [`households`], [`needs`], [`needs_write`],
//! [`space_directory`], [`space_bookings`], [`calendars`], [`appointments`], [`enrolments`], [`cases`], [`case_transfer`],
//! [`timers`], [`records`], [`notices`], [`outbound`], [`settings`], [`log`]. **Calling a function of one asks for that permission**, for only
//! what is called ends up among the component's imports. `log` is always among them: a panic's message leaves through it.
//!
//! Every invocation gets a fresh instance: statics hold nothing from one call to the next, and memory is never freed (see
//! [`Arena`]).

mod arena;
#[expect(missing_docs, reason = "generated code")]
pub mod bindings;
mod form;
mod inline;
mod lang;
mod notice;
mod operation;
mod outbound_request;
mod outcome;
mod page;
mod record;
mod reference;
mod setting;
mod submission;
pub mod time;

pub use arena::Arena;
pub use bindings::linli::host::{
    appointments, calendars, case_transfer, cases, context, enrolments, households, log, needs,
    needs_write, notices, outbound, profile, records, settings, space_bookings, space_directory,
    timers, types,
};
pub use bindings::with_replies::exports::linli::plugin::replies::{self as reply, Reply};
pub use bindings::with_timers::exports::linli::plugin::timers::FiredTimer;
pub use inline::Text;
pub use lang::{Lang, localised};
pub use outcome::no_such_action;
pub use record::{Collection, Record, Slice};
pub use setting::setting;

pub use bindings::exports::linli::plugin::pages::{
    Action, Address, Block, Card, CardList as Cards, Choice, Column, Done, Event,
    EventList as Events, Fact, Failure, Field, Form, Inline, Input, Link, Mark, Outcome, Page,
    Submission, Table, Tone, Value,
};
pub use bindings::linli::host::types::{
    AppointmentRef, Argument, CalendarRef, CaseRef, Cursor, Date, Instant, Localised, Message,
    OperationError, Period, PersonField, PersonRef, Refusal, Slot, SpaceRef, Translation,
};

use bindings::exports::linli::plugin::pages;
use bindings::with_replies::exports::linli::plugin::replies as replies_export;
use bindings::with_timers::exports::linli::plugin::timers as timers_export;
use std::marker::PhantomData;

/// A service: what it shows and what it does.
pub trait Plugin {
    /// Shows the page at an address. It cannot write: host functions that would, trap.
    fn view(address: &Address) -> Result<Page, Failure>;

    /// Does what a button or a form asks. What it wrote commits together with an [`Outcome::Done`], or not at all.
    fn act(submission: &Submission) -> Result<Outcome, Failure> {
        let _ = submission;
        no_such_action()
    }

    /// What it does when a timer that it set is due; called where it is registered with `timers`. Called at least once for
    /// each timer, its effects once; a call that fails is undone and repeated with back-off, five times. Text of an error is
    /// for the admin.
    fn fired(timer: &FiredTimer) -> Result<(), String> {
        Err(format!("it does nothing when '{}' is due", timer.key))
    }

    /// What it does about what became of a request that it posted; called where it is registered with `replies`, and like
    /// [`Plugin::fired`].
    fn replied(reply: &Reply) -> Result<(), String> {
        Err(format!(
            "it does nothing about a reply of '{}'",
            reply.recipient
        ))
    }
}

/// Registers the plugin: `linli_sdk::plugin!(MyPlugin)`. Behind it stands which of its optional exports the host calls, such
/// as `linli_sdk::plugin!(MyPlugin, timers, replies)`: only what stands there is exported.
#[macro_export]
macro_rules! plugin {
    ($plugin:ty) => {
        const _: $crate::Registered<$plugin> = $crate::Component::<$plugin>::REGISTERED;
        #[cfg(target_arch = "wasm32")]
        const _: () = {
            type Exported = $crate::Component<$plugin>;
            $crate::bindings::export_service!(Exported with_types_in $crate::bindings);
        };
    };
    ($plugin:ty, $($export:ident),+) => {
        $crate::plugin!($plugin);
        $($crate::export_also!($export, $plugin);)+
    };
}

/// One optional export. Only [`plugin!`] names it.
#[doc(hidden)]
#[macro_export]
macro_rules! export_also {
    (timers, $plugin:ty) => {
        #[cfg(target_arch = "wasm32")]
        const _: () = {
            type Exported = $crate::Component<$plugin>;
            $crate::bindings::with_timers::export_timers!(Exported with_types_in $crate::bindings::with_timers);
        };
    };
    (replies, $plugin:ty) => {
        #[cfg(target_arch = "wasm32")]
        const _: () = {
            type Exported = $crate::Component<$plugin>;
            $crate::bindings::with_replies::export_replies!(Exported with_types_in $crate::bindings::with_replies);
        };
    };
}

/// Carries a plugin's traits over to the exports. Only [`plugin!`] names it.
#[doc(hidden)]
pub struct Component<P>(PhantomData<P>);

/// Stands for the exports where a plugin is compiled natively, for its tests.
#[doc(hidden)]
pub type Registered<P> = PhantomData<fn() -> P>;

impl<P: Plugin> Component<P> {
    #[doc(hidden)]
    pub const REGISTERED: Registered<P> = PhantomData;
}

impl<P: Plugin> pages::Guest for Component<P> {
    fn view(request: pages::Request) -> Result<Page, Failure> {
        report_panics();
        P::view(&request.address)
    }

    fn act(submission: Submission) -> Result<Outcome, Failure> {
        report_panics();
        P::act(&submission)
    }
}

impl<P: Plugin> replies_export::Guest for Component<P> {
    fn replied(reply: Reply) -> Result<(), String> {
        report_panics();
        P::replied(&reply)
    }
}

impl<P: Plugin> timers_export::Guest for Component<P> {
    fn fired(timer: FiredTimer) -> Result<(), String> {
        report_panics();
        P::fired(&timer)
    }
}

/// A panic ends the instance in a trap that carries no text, so its message goes to the log, which survives the rollback.
fn report_panics() {
    std::panic::set_hook(Box::new(|panic| {
        log::write(log::Level::Error, &panic.to_string())
    }));
}
