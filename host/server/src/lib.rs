//! The binary `linli`: configuration, wiring and the command line. Rules live in the crates below; start at [`cli`].

pub mod cli;
pub mod plugin;
