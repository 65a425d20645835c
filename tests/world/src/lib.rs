//! What tests of every floor share: throw-away databases and a small district in them. It needs no engine and no web, so
//! that the contract suite of `linli-core` builds fast.

pub mod dump;
pub mod postgres;
pub mod python;
mod world;

pub use world::*;
