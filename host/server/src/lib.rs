//! The binary `linli`: configuration, wiring and the command line. Rules live in the crates below; start at [`cli`].

pub mod admin;
pub mod channel;
pub mod cli;
pub mod demo;
pub mod host;
mod http;
pub mod outbound;
pub mod plugin;
pub mod serve;
mod trace;
pub mod watch;
