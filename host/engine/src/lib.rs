//! Runs plugins: compiles components, links only what is granted, invokes a fresh instance for each call.
//!
//! [`bindings`] is the contract in Rust; [`page`] names the parts of it that the renderer of pages needs.

pub mod bindings;

pub use bindings::exports::linli::plugin::pages as page;
pub use bindings::linli::host::types;
