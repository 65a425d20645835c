//! The host's own pages: one file a page, with what it shows as a plain struct and its markup.

mod acting_for;
pub mod admin;
mod attendance;
mod booking;
mod case;
mod consent;
mod contact;
mod course;
mod error;
mod facility;
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
mod space;
mod work;

pub use acting_for::{ActingForPage, Represented};
pub use attendance::{Attendee, KeptCourse, KeptCoursesPage, SessionPage};
pub use booking::{BookingsPage, Entry, EntryKind, Standing, Wait};
pub use case::{CaseEntry, CaseSheet, CaseVerb, CasesPage, CommentEntry};
pub use consent::{AskedField, ConsentPage};
pub(crate) use contact::channel_name;
pub use contact::{ConfirmEmailPage, ContactPage};
pub use course::{CourseCard, CoursePage, CoursesPage, MyPlace};
pub use error::ErrorPage;
pub use facility::{
    BlackoutEntry, ExceptionEntry, FacilitiesPage, FacilityEntry, FacilityForm, FacilityPage,
};
pub use feed::FeedPage;
pub use home::{HomePage, ServiceEntry, SpaceEntry, StaffEntry, ThingEntry};
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
pub use space::{SeriesReport, SpaceCard, SpacePage, SpacesPage};
pub use work::{DeskPage, DesksPage, Incoming, RequestsPage};
