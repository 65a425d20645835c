//! Persistence: one unit of work, [`Tx`], over SQLite and PostgreSQL.
//!
//! The text of a query stands once and serves both; what differs is in `migrations/*.{sqlite,postgres}.sql` and in
//! [`Store::open`]. This crate holds no rule: it finds, lists, creates and changes rows. Authority, consent and scheduling
//! are `linli-core`'s.
//!
//! # Adding an aggregate
//! A table in a new migration; a module here with its `row!` and its `impl Tx` of `find_`, `list_`, `create_` and the
//! business's own verbs; the operation in `linli-core`; a test in `tests/`, which runs on both databases.

pub mod backup;
mod column;
mod connect;
mod crash;
mod error;
pub mod keyring;
pub mod keys;
mod migrate;
#[macro_use]
mod tx;

pub mod appointment;
pub mod appointment_waiting;
pub mod audit;
pub mod blackout;
pub mod booking;
pub mod calendar;
pub mod case;
pub mod consent;
pub mod contact;
pub mod correction;
pub mod counter;
pub mod course;
pub mod course_session;
pub mod delegation;
pub mod duty;
pub mod emergency;
pub mod enrolment;
pub mod erasure;
pub mod failure;
pub mod feed;
pub mod health;
pub mod hold;
pub mod holiday;
pub mod housing;
pub mod installation;
pub mod invitation;
pub mod invocation;
pub mod ledger;
pub mod login_code;
pub mod need;
pub mod notice;
pub mod organisation;
pub mod outbound;
pub mod outbox;
pub mod person;
pub mod personal;
pub mod place;
pub mod qualification;
pub mod record;
pub mod release;
pub mod resident;
pub mod restriction;
pub mod roll;
pub mod sealed;
pub mod segment;
pub mod series;
pub mod service;
pub mod session;
pub mod space;
pub mod timer;
pub mod topic;
pub mod waiting;

pub use connect::Store;
#[cfg(debug_assertions)]
#[doc(hidden)]
pub use crash::crash_here;
pub use error::{StoreError, StoreResult};
pub use keyring::Keyring;
pub use keys::Keys;
pub use tx::{Mode, Tx};
