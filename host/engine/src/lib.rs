//! Runs plugins: compiles components, links only what is granted, invokes a fresh instance for each call.
//!
//! Whoever shows a page or fires a timer calls [`Engine`] and matches on the [`Answer`]; whoever takes an upload calls
//! [`Checker::check`] after `linli_registry::inspect`. A [`Worker`] is the process that compiles. [`bindings`] is the contract in Rust; [`page`] names the parts of it
//! that the renderer of pages needs. What an invocation may use stands in [`limit`].
//!
//! No rule of the house stands here: `capabilities/` only adapts the contract to the operations of `linli-core`.

pub mod answer;
pub mod bindings;
mod breaker;
mod cache;
mod call;
mod capabilities;
mod check;
mod compile;
mod engine;
mod invoke;
pub mod limit;
pub mod metric;
mod plugin;
pub mod publish;
mod queue;
pub mod report;
mod runtime;
mod tape;
mod tidy;
mod trap;
mod worker;

pub use answer::{Answer, HostFailure, Illness};
pub use bindings::exports::linli::plugin::pages as page;
pub use bindings::linli::host::types;
pub use check::{CheckError, Checker};
pub use compile::{Compiled, Worker};
pub use engine::Engine;
pub use plugin::LinkError;
pub use tape::{Came, HostCall};
pub use worker::compile_standard_input;
