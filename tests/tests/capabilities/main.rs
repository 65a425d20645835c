//! Each interface of `linli:host`, called by a guest: use, no permission, references that are foreign, a view that writes,
//! limits. The guest is `tests/probe`, which `cargo xtask test` builds.

mod case;
mod enrolment;
mod person;
mod probe;
mod space;
mod visit;
