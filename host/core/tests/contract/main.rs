//! What `linli-core` promises, on both databases.

#![expect(
    clippy::unwrap_used,
    reason = "a test that finds nothing there has failed"
)]

mod access;
mod audit_chain;
mod backup;
mod basis;
mod booking;
mod calendar;
mod case;
mod counter;
mod course;
mod delegation;
mod enrolment;
mod feed;
mod health;
mod holiday;
mod invitation;
mod login_code;
mod migration;
mod needs;
mod notice;
mod outbound;
mod outbox;
mod places;
mod privacy;
mod publishing;
mod qualification;
mod recurrence;
mod residents;
mod rights;
mod roll;
mod rotation;
mod sealed;
mod space;
mod storage;
mod topic;
