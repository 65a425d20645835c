//! Types and rules of Linli without any I/O: ids, time, text in two languages, manifests, recurrence, slots, permissions.
//!
//! Nothing here reads a clock, a file or a database. Start at [`manifest`] for what a plugin says of itself and at
//! [`slot`] for how free time is found.

pub mod appointment;
pub mod booking;
pub mod breaker;
pub mod budget;
pub mod case;
pub mod delegation;
pub mod enrolment;
pub mod holiday;
pub mod id;
pub mod identity;
pub mod lockout;
pub mod manifest;
pub mod need;
pub mod notice;
pub mod occupancy;
pub mod outbound;
pub mod permission;
pub mod phone;
pub mod profile;
pub mod quota;
pub mod random;
pub mod recurrence;
pub mod resident;
pub mod roll;
pub mod slot;
pub mod space;
pub mod text;
pub mod time;
pub mod topic;
pub mod working_time;

pub use id::*;
pub use manifest::Manifest;
pub use notice::Urgency;
pub use random::{RandomSource, Seed};
pub use text::{Locale, Localised};
pub use time::{Clock, Instant};
