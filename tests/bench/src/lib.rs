//! What `cargo xtask bench` runs: measurements of the real operations, each beside the least that does the same work. It is
//! no test: where a goal is missed, it says so and ends well. Start at [`store`].

pub mod measure;
pub mod store;
