//! The host's own pages: one file a page, with what it shows as a plain struct and its markup.

mod acting_for;
pub mod admin;
mod consent;
mod contact;
mod error;
mod feed;
mod home;
mod hours;
mod inbox;
mod invitation;
mod letters;
mod login;
mod login_code;
mod my_data;
mod plugin;
mod prove;
mod security;

pub use acting_for::{ActingForPage, Represented};
pub use consent::{AskedField, ConsentPage};
pub(crate) use contact::channel_name;
pub use contact::{ConfirmEmailPage, ContactPage};
pub use error::ErrorPage;
pub use feed::FeedPage;
pub use home::{HomePage, ServiceEntry, SpaceEntry, StaffEntry};
pub use hours::{HoursPage, StaffCalendar, WorkingHours};
pub use inbox::{InboxPage, NoticeEntry};
pub use invitation::{InvitationPage, InvitedRole};
pub use letters::{LetterPlacesPage, LettersPage};
pub use login::{LoginPage, LoginProblem};
pub use login_code::LoginCodePage;
pub use my_data::{ConsentEntry, DisclosureEntry, MyDataPage, Subscription};
pub use plugin::{MenuEntry, PluginPage};
pub use prove::ProvePage;
pub use security::{SecurityPage, SessionEntry};
