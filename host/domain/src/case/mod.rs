//! Cases (工单): what residents and staff ask to be dealt with. States, parties, numbers, clocks and contents, without I/O.
//!
//! Start at [`CaseState`] for the one machine that every case runs on and at [`SlaClock`] for how its time is counted.

mod clock;
mod code;
mod details;
mod number;
mod party;
mod state;

pub use clock::{Sla, SlaClock};
pub use code::UnknownCode;
pub use details::{Answer, AnswerValue, BadDetails, Details};
pub use number::{BadCaseNumber, CaseNumber};
pub use party::{
    Accountable, CommentKind, EscalationLevel, HandoverState, OfficeKind, PartyRole, Priority,
};
pub use state::CaseState;
