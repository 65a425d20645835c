//! Cases: the file of each, its type, its parties, hand-overs, comments, history and ratings.

mod comment;
mod file;
mod handover;
mod history;
mod kind;
mod list;
mod party;

pub use comment::CaseComment;
pub use file::CaseFile;
pub use handover::Handover;
pub use history::{CaseEvent, CaseRating};
pub use kind::CaseType;
pub use list::{CaseLine, ListedParty};
pub use party::CaseParty;
