//! Who takes part in a case and who answers for it.

use super::code::codes;
use crate::OrganisationId;

codes! {
    /// What a party is in a case.
    pub enum PartyRole, "role" {
        /// Who asks.
        Reporter = "reporter",
        /// Whom it is for or about.
        Subject = "subject",
        /// Whom a complaint is against: they never see it, handle it or decide it.
        Respondent = "respondent",
        /// The other side of a dispute.
        OpposingParty = "opposing-party",
        /// Who saw it.
        Witness = "witness",
        /// Who helps one of the others.
        Helper = "helper",
    }
}

impl PartyRole {
    /// Whether a resident in this role sees the case as their own: what the office says to the public and to them.
    pub fn owns(self) -> bool {
        matches!(self, Self::Reporter | Self::Subject)
    }
}

codes! {
    /// How soon a case is to be looked at.
    pub enum Priority, "priority" {
        /// When time is left.
        Low = "low",
        /// In turn.
        Normal = "normal",
        /// Before others.
        High = "high",
        /// At once.
        Urgent = "urgent",
    }
}

codes! {
    /// What kind of office answers for a case.
    pub enum OfficeKind, "office" {
        /// A social organisation.
        Organisation = "organisation",
        /// The office of the case's community.
        Community = "community",
        /// The district's office.
        District = "district",
    }
}

codes! {
    /// Up to whom a case was escalated.
    pub enum EscalationLevel, "level" {
        /// Nobody above who answers for it.
        Party = "party",
        /// The office of its community.
        Community = "community",
        /// The district's office.
        District = "district",
    }
}

impl EscalationLevel {
    /// The level above this one, and above the office that answers for the case; the district has none above.
    pub fn above(self, accountable: Accountable) -> Self {
        match (self, accountable) {
            (Self::Party, Accountable::Organisation(_)) => Self::Community,
            _ => Self::District,
        }
    }
}

codes! {
    /// For whom a comment is.
    pub enum CommentKind, "kind of comment" {
        /// For the offices.
        Internal = "internal",
        /// Between the offices and the residents who ask in the case.
        Resident = "resident",
        /// The office's answer, which may be shown to everybody.
        Public = "public",
    }
}

codes! {
    /// What became of a hand-over.
    pub enum HandoverState, "state of a hand-over" {
        /// The other office has not answered.
        Pending = "pending",
        /// The other office answers for the case now.
        Accepted = "accepted",
        /// The other office has refused.
        Rejected = "rejected",
        /// Who asked has taken it back, or the case has ended or may not go there any more.
        Withdrawn = "withdrawn",
        /// The other office has not answered in time.
        Expired = "expired",
    }
}

/// The one office that answers for a case.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Accountable {
    /// A social organisation.
    Organisation(OrganisationId),
    /// The office of the case's community.
    Community,
    /// The district's office.
    District,
}

impl Accountable {
    /// Its kind.
    pub fn kind(self) -> OfficeKind {
        match self {
            Self::Organisation(_) => OfficeKind::Organisation,
            Self::Community => OfficeKind::Community,
            Self::District => OfficeKind::District,
        }
    }

    /// Which organisation, if it is one.
    pub fn organisation(self) -> Option<OrganisationId> {
        match self {
            Self::Organisation(organisation) => Some(organisation),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escalation_goes_up_one_level_at_a_time_and_ends_at_the_district() {
        let organisation = Accountable::Organisation(OrganisationId(uuid::Uuid::nil()));
        assert_eq!(
            EscalationLevel::Party.above(organisation),
            EscalationLevel::Community
        );
        assert_eq!(
            EscalationLevel::Community.above(organisation),
            EscalationLevel::District
        );
        assert_eq!(
            EscalationLevel::Party.above(Accountable::Community),
            EscalationLevel::District
        );
        assert_eq!(
            EscalationLevel::District.above(Accountable::District),
            EscalationLevel::District
        );
    }

    #[test]
    fn codes_are_read_as_they_are_written() {
        for role in PartyRole::ALL {
            assert_eq!(role.code().parse::<PartyRole>().unwrap(), *role);
        }
        assert_eq!(
            "nobody".parse::<PartyRole>().unwrap_err().to_string(),
            "'nobody' is no role of a case"
        );
    }
}
