//! The web: the host's own pages and the plugins' pages, all as HTML that needs no script.
//!
//! [`page`] has one file a page: what it shows as a plain struct, and its markup. [`layout`] is the frame around them,
//! [`render`] turns a plugin's typed page into HTML and a post into typed values. Rules and queries are not here but in
//! `linli-core`.

mod app;
pub mod asset;
mod device;
pub mod format;
pub mod i18n;
pub mod layout;
pub mod page;
mod part;
mod problem;
pub mod render;
mod route;
pub mod security;
mod session;
mod visit;

pub use app::{Reach, router};
