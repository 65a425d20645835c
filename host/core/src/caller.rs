//! Who asks.

use crate::error::{Refusal, Result};
use crate::service::ActingFor;
use crate::work::Work;
use linli_domain::{CommunityId, Locale, OrganisationId, PersonId};
use linli_store::person::{Delegation, Role};

/// The code of the role that reviews and enables.
pub const DISTRICT_ADMIN: &str = "district-admin";

/// A person who is logged in, with what they are now. Read anew for every request.
#[derive(Clone, Debug)]
pub struct Login {
    /// Who.
    pub person: PersonId,
    /// Their name.
    pub name: String,
    /// The language of their account.
    pub locale: Locale,
    /// Where they live, for residents.
    pub community: Option<CommunityId>,
    /// The roles they hold now.
    pub roles: Vec<Role>,
    /// For whom they may act now, with the resident's name and community.
    pub delegations: Vec<(Delegation, String, Option<CommunityId>)>,
}

impl Login {
    /// Reads who a person is now; none where there is no account any more.
    pub async fn find(work: &mut Work, person: PersonId) -> Result<Option<Self>> {
        let Some(account) = work.tx.find_account(person).await? else {
            return Ok(None);
        };
        let Some(who) = work.tx.find_person(person).await? else {
            return Ok(None);
        };
        let roles = work.tx.list_roles(person).await?;
        let mut delegations = Vec::new();
        for delegation in work
            .tx
            .list_delegations_of_delegate(person, work.now)
            .await?
        {
            if let Some(resident) = work.tx.find_person(delegation.resident_id).await? {
                delegations.push((delegation, resident.name, resident.community_id));
            }
        }
        Ok(Some(Self {
            person,
            name: who.name,
            locale: account.locale,
            community: who.community_id,
            roles,
            delegations,
        }))
    }

    /// Whether they are a district admin.
    pub fn is_admin(&self) -> bool {
        self.roles.iter().any(|role| role.code == DISTRICT_ADMIN)
    }

    /// The proof of it.
    pub fn admin(&self) -> Result<Admin> {
        if self.is_admin() {
            Ok(Admin {
                person: Some(self.person),
            })
        } else {
            Err(Refusal::NotAllowed.into())
        }
    }

    /// Whether they are staff of any organisation.
    pub fn is_staff(&self) -> bool {
        self.roles.iter().any(|role| role.organisation_id.is_some())
    }

    /// The codes of the roles that they hold at an organisation in a community.
    pub fn roles_at(
        &self,
        organisation: OrganisationId,
        community: CommunityId,
    ) -> impl Iterator<Item = &str> {
        self.roles
            .iter()
            .filter(move |role| {
                role.organisation_id == Some(organisation)
                    && role.community_id.is_none_or(|at| at == community)
            })
            .map(|role| role.code.as_str())
    }

    /// Where whoever they act for lives: they themself, or the resident.
    pub fn community_for(&self, acting: ActingFor) -> Option<CommunityId> {
        match acting {
            ActingFor::Own => self.community,
            ActingFor::Resident(resident) => self
                .delegations
                .iter()
                .find(|(delegation, _, _)| delegation.resident_id == resident)
                .and_then(|(_, _, community)| *community),
        }
    }

    /// The delegation by which they may act for a resident.
    pub fn delegation_for(&self, resident: PersonId) -> Option<&Delegation> {
        self.delegations
            .iter()
            .map(|(delegation, _, _)| delegation)
            .find(|delegation| delegation.resident_id == resident)
    }
}

/// Proof that a district admin asks, or somebody at the host's own command line.
#[derive(Clone, Copy, Debug)]
pub struct Admin {
    /// Who; none at the command line.
    pub person: Option<PersonId>,
}

impl Admin {
    /// Whoever can run commands on the host's machine has its database and keys anyway.
    pub fn at_command_line() -> Self {
        Self { person: None }
    }
}

/// In which capacity a plugin is used.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum CallerKind {
    /// A resident, for themself.
    Resident,
    /// Somebody whom the resident has asked to act.
    Delegate,
    /// A parent or legal guardian.
    Guardian,
    /// Staff of the plugin's organisation.
    Staff,
    /// Nobody: a timer.
    Background,
}

/// Who uses a plugin, for whom.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Caller {
    /// In which capacity.
    pub kind: CallerKind,
    /// Who acts; none in the background.
    pub person: Option<PersonId>,
    /// The resident whom it is for; none for staff and in the background.
    pub subject: Option<PersonId>,
    /// For staff: the role in which they act.
    pub role: Option<String>,
    /// The language of pages.
    pub locale: Locale,
}

impl Caller {
    /// A timer's.
    pub fn background() -> Self {
        Self {
            kind: CallerKind::Background,
            person: None,
            subject: None,
            role: None,
            locale: Locale::default(),
        }
    }

    /// Whether it is staff or the background: whoever works for the organisation rather than for a resident.
    pub fn works_for_organisation(&self) -> bool {
        matches!(self.kind, CallerKind::Staff | CallerKind::Background)
    }

    /// Whether they act for this resident.
    pub fn acts_for(&self, resident: PersonId) -> bool {
        self.subject == Some(resident)
    }
}
