//! Operations: authorise, do, audit, in one unit of work. Web, command line and plugin capabilities all call these.
//!
//! An operation takes the unit of work ([`Work`]), who asks ([`Caller`] in a [`Service`], or an [`Admin`]) and its input.
//! It knows no HTTP, no WebAssembly and no SQL. Start at [`service`] for how a plugin's page is reached and at [`basis`]
//! for how a field of a person is.

pub mod account;
pub mod agenda;
pub mod appointment;
pub mod appointment_waiting;
pub mod attendance;
pub mod audit;
pub mod basis;
pub mod birthday;
pub mod booking;
pub mod calendar;
pub mod caller;
pub mod case;
pub mod consent;
pub mod contact;
pub mod counter;
pub mod course;
pub mod dead_letter;
pub mod delegation;
pub mod desk;
pub mod district;
pub mod duty;
pub mod emergency;
pub mod enrolment;
pub mod error;
pub mod failure;
pub mod feed;
pub mod holiday;
pub mod household;
pub mod installation;
pub mod invitation;
pub mod key;
pub mod letter;
pub mod login;
pub mod login_code;
mod mail;
pub mod my_data;
pub mod need;
pub mod notice;
pub mod organisation;
pub mod outbound;
pub mod outbox;
pub mod place;
pub mod qualification;
pub mod record;
pub mod reference;
pub mod release;
pub mod resident;
pub mod retention;
pub mod roll;
pub mod segment;
pub mod service;
pub mod session;
pub mod slice;
pub mod space;
pub mod timer;
pub mod topic;
mod work;

pub use caller::{Actor, Admin, Caller, CallerKind, Channel, CommunityStaff, Login, Office};
pub use error::{Error, Refusal, Result};
pub use linli_store as store;
pub use linli_store::Mode;
pub use reference::References;
pub use service::Service;
pub use work::{Core, Retry, Work};
