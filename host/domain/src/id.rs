//! Newtype ids: UUID version 7 (RFC 9562 section 5.7), made from the injected clock and random source.

use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;
use uuid::Uuid;

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident),* $(,)?) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub Uuid);

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result { self.0.fmt(f) }
        }
        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result { write!(f, "{}({})", stringify!($name), self.0) }
        }
        impl FromStr for $name {
            type Err = uuid::Error;
            fn from_str(text: &str) -> Result<Self, Self::Err> { Uuid::parse_str(text).map(Self) }
        }
        impl From<Uuid> for $name {
            fn from(id: Uuid) -> Self { Self(id) }
        }
    )*};
}

/// Hands the list of all ids to a macro.
#[macro_export]
macro_rules! for_each_id {
    ($then:ident) => {
        $then! {
            /// A community (社区).
            CommunityId,
            /// A building of a community.
            BuildingId,
            /// A household (户).
            HouseholdId,
            /// A person: resident, delegate, staff, several or none of them.
            PersonId,
            /// A delegation or guardianship of one person for another.
            DelegationId,
            /// A role that a person holds.
            RoleId,
            /// A need of a resident (需求).
            NeedId,
            /// A facility of a community.
            SpaceId,
            /// A social organisation.
            OrganisationId,
            /// An organisation's signing key.
            PublisherKeyId,
            /// A plugin at a version.
            ReleaseId,
            /// A plugin enabled for a scope.
            InstallationId,
            /// A calendar of a member of staff or a service.
            CalendarId,
            /// One rule of working hours.
            WorkingHoursId,
            /// An appointment.
            AppointmentId,
            /// A consent.
            ConsentId,
            /// A disclosure.
            DisclosureId,
            /// A notice.
            NoticeId,
            /// A message of a topic.
            TopicMessageId,
            /// An invocation of a plugin.
            InvocationId,
            /// An audit row.
            AuditId,
            /// A subdistrict (街道).
            SubdistrictId,
            /// A grid of a community (网格).
            GridId,
            /// A rule of opening hours of a space.
            SpaceHoursId,
            /// A day on which a space opens differently.
            SpaceExceptionId,
            /// A booking of a space.
            BookingId,
            /// Bookings of a space that recur by one rule.
            SeriesId,
            /// A time in which a space cannot be booked.
            BlackoutId,
            /// An iCalendar feed with a secret address.
            FeedId,
            /// A place in a waiting list.
            WaitingId,
            /// A course or a standing place that people enrol in.
            CourseId,
            /// One session of a course.
            SessionId,
            /// An enrolment.
            EnrolmentId,
            /// A case (工单).
            CaseId,
            /// A type of cases.
            CaseTypeId,
            /// A party of a case.
            CasePartyId,
            /// A comment on a case.
            CaseCommentId,
            /// A hand-over of a case from one office to another.
            HandoverId,
            /// A message on its way out by a channel.
            DeliveryId,
            /// A request of a plugin to a recipient outside the host.
            OutboundId,
            /// A file that was uploaded by a plugin's form.
            FileId,
            /// A statutory duty that two admins recorded.
            DutyId,
            /// A read in an emergency.
            EmergencyId,
            /// A qualification of a member of staff.
            QualificationId,
            /// A legal hold.
            HoldId,
            /// A request for correction.
            CorrectionId,
            /// A request for erasure.
            ErasureId,
            /// A stretch of time for which a resident lived somewhere.
            StayId,
            /// A segment that a resident belongs to (人群分类).
            SegmentId,
            /// A session at the counter.
            CounterId,
            /// An import of a resident roll.
            RollId,
        }
    };
}
for_each_id!(ids);

/// The name of a plugin, `organisation/plugin`: both parts 1–40 of a–z, 0–9 and `-`, beginning with a letter.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct PluginId {
    organisation: String,
    plugin: String,
}

/// Why a text is no [`PluginId`].
#[derive(Debug, thiserror::Error)]
#[error(
    "'{0}' is not a plugin id: write ORGANISATION/PLUGIN, each 1–40 of a–z, 0–9 and '-', beginning with a letter"
)]
pub struct BadPluginId(String);

/// True for the parts of a [`PluginId`] and for every other code that appears in a URL.
pub fn is_slug(text: &str) -> bool {
    (1..=40).contains(&text.len())
        && text.starts_with(|c: char| c.is_ascii_lowercase())
        && !text.ends_with('-')
        && text
            .bytes()
            .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
}

impl PluginId {
    /// The organisation's code.
    pub fn organisation(&self) -> &str {
        &self.organisation
    }

    /// The plugin's own code.
    pub fn plugin(&self) -> &str {
        &self.plugin
    }
}

impl FromStr for PluginId {
    type Err = BadPluginId;
    fn from_str(text: &str) -> Result<Self, BadPluginId> {
        match text.split_once('/') {
            Some((organisation, plugin)) if is_slug(organisation) && is_slug(plugin) => Ok(Self {
                organisation: organisation.to_owned(),
                plugin: plugin.to_owned(),
            }),
            _ => Err(BadPluginId(text.chars().take(100).collect())),
        }
    }
}
impl TryFrom<String> for PluginId {
    type Error = BadPluginId;
    fn try_from(text: String) -> Result<Self, BadPluginId> {
        text.parse()
    }
}
impl From<PluginId> for String {
    fn from(id: PluginId) -> Self {
        id.to_string()
    }
}
impl fmt::Display for PluginId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.organisation, self.plugin)
    }
}
impl fmt::Debug for PluginId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PluginId({self})")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plugin_ids_are_two_slugs() {
        assert_eq!(
            "jinhui/eldercare".parse::<PluginId>().unwrap().to_string(),
            "jinhui/eldercare"
        );
        for bad in [
            "", "a", "/b", "a/", "A/b", "a/b/c", "a_/b", "1a/b", "a/b-", "a/../b",
        ] {
            assert!(bad.parse::<PluginId>().is_err(), "{bad}");
        }
    }
}
