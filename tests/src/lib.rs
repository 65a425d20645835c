//! What end-to-end tests share: throw-away databases, a small district, browsers and hostile plugins. Test files are in
//! `tests/`; a test that needs only one crate stands beside that crate's code.

pub mod browser;
pub mod hostile;
pub mod html;
pub mod process;
pub mod site;
