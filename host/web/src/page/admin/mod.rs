//! The pages of the district's admin.

mod dead_letters;
mod duties;
mod emergencies;
mod enable;
mod failure;
mod guard;
mod holidays;
mod installation;
mod installations;
mod invitations;
mod organisation;
mod organisations;
mod overview;
mod recipients;
mod release;
mod releases;
pub mod settings;

pub use dead_letters::{DeadLetter, DeadLettersPage, DeadTopic};
pub use duties::{DutiesPage, DutyEntry, DutyState};
pub use emergencies::{ReviewEntry, ReviewsPage};
pub use enable::{AskedGrant, EnablePage};
pub use failure::FailurePage;
pub use guard::{Pause, budget_fields};
pub use holidays::{HolidaysPage, SpecialDayEntry};
pub use installation::{FailureEntry, InstallationPage, LogEntry};
pub use installations::{Cell, InstallationsPage, PluginRow};
pub use invitations::{InvitationEntry, InvitationLetterPage, InvitationState, InvitationsPage};
pub use organisation::{KeyEntry, OrganisationPage};
pub use organisations::{OrganisationEntry, OrganisationsPage};
pub use overview::{OverviewPage, Trouble};
pub use recipients::{AskedSecret, RecipientEntry, RecipientsPage, RequestEntry};
pub use release::{
    AskedCollection, AskedPage, AskedPermission, AskedRecipient, ReadField, ReleasePage,
};
pub use releases::{ReleaseEntry, ReleasesPage, UploadProblem};

use crate::i18n::Text;
use crate::part::mark;
use maud::Markup;

/// Where a release stands.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ReleaseState {
    /// Uploaded; nobody has decided.
    Waiting,
    /// May be enabled.
    Approved,
    /// May not.
    Rejected,
}

impl ReleaseState {
    fn mark(self, t: Text) -> Markup {
        match self {
            Self::Waiting => mark("warning", t.release_waiting()),
            Self::Approved => mark("good", t.release_approved()),
            Self::Rejected => mark("danger", t.release_rejected()),
        }
    }
}

/// How an installation does.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum InstallationState {
    /// It answers.
    Enabled,
    /// It is enabled and fails.
    Ill,
    /// It failed too often and is not run for a while.
    Paused,
    /// It was switched off; its data are kept.
    Disabled,
}

impl InstallationState {
    fn mark(self, t: Text) -> Markup {
        match self {
            Self::Enabled => mark("good", t.installation_enabled()),
            Self::Ill => mark("danger", t.installation_ill()),
            Self::Paused => mark("danger", t.installation_paused()),
            Self::Disabled => mark("neutral", t.installation_disabled()),
        }
    }
}
