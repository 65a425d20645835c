//! Who asks.

use crate::delegation;
use crate::error::{Refusal, Result};
use crate::service::{ActingFor, Service};
use crate::work::Work;
use linli_domain::{CommunityId, Locale, OrganisationId, PersonId};
use linli_store::delegation::Delegation;
use linli_store::person::Role;

/// The code of the role that reviews and enables.
pub const DISTRICT_ADMIN: &str = "district-admin";
/// The code of the role of a community's own staff (居委会、网格员).
pub const COMMUNITY_STAFF: &str = "community-staff";
/// The code of the role of an organisation's volunteers (志愿者).
pub const VOLUNTEER: &str = "volunteer";
/// The code of the role of who speaks for an enterprise (企业联系人).
pub const ENTERPRISE_CONTACT: &str = "enterprise-contact";

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
        let roles = work.tx.list_roles(person, work.now).await?;
        let mut delegations = Vec::new();
        for delegation in delegation::of_delegate(work, person).await? {
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

    /// The proof that they are staff of a community, or a district admin, who may do what its staff may.
    pub fn community_staff(&self, community: CommunityId) -> Result<CommunityStaff> {
        let holds = self.roles.iter().any(|role| {
            role.code == COMMUNITY_STAFF
                && role.organisation_id.is_none()
                && role.community_id.is_none_or(|at| at == community)
        });
        if holds || self.is_admin() {
            Ok(CommunityStaff {
                person: Some(self.person),
                community,
            })
        } else {
            Err(Refusal::NotAllowed.into())
        }
    }

    /// Whether they are staff of any community.
    pub fn is_community_staff(&self) -> bool {
        self.roles
            .iter()
            .any(|role| role.code == COMMUNITY_STAFF && role.organisation_id.is_none())
    }

    /// Who they are when they act for themself or for whom they may act for, in what the host itself offers: a delegation
    /// for certain services only does not reach there.
    pub fn actor(&self, acting: ActingFor) -> Result<Actor> {
        let (office, subject) = match acting {
            ActingFor::Own => (Office::Resident, self.person),
            ActingFor::Resident(resident) => {
                let delegation = self
                    .delegation_for(resident)
                    .filter(|delegation| delegation.all_services)
                    .ok_or(Refusal::NotAllowed)?;
                let office = if delegation.kind == "guardian" {
                    Office::Guardian
                } else {
                    Office::Delegate
                };
                (office, resident)
            }
        };
        Ok(Actor {
            person: Some(self.person),
            subject: Some(subject),
            office,
            channel: Channel::Web,
        })
    }

    /// Whether they are staff of any organisation.
    pub fn is_staff(&self) -> bool {
        self.roles.iter().any(|role| role.organisation_id.is_some())
    }

    /// Whether they work for a service's organisation where it is installed.
    pub fn works_at(&self, service: &Service) -> bool {
        self.roles_at(service.organisation.id, service.community.id)
            .next()
            .is_some()
    }

    /// Who they are as staff of a service's organisation.
    pub fn organisation_staff(&self, service: &Service) -> Result<Actor> {
        if !self.works_at(service) {
            return Err(Refusal::NotAllowed.into());
        }
        Ok(Actor {
            person: Some(self.person),
            subject: None,
            office: Office::Organisation(service.organisation.id, service.community.id),
            channel: Channel::Web,
        })
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

impl Admin {
    /// The admin as whoever acts.
    pub fn actor(&self) -> Actor {
        Actor {
            person: self.person,
            subject: None,
            office: Office::District,
            channel: match self.person {
                Some(_) => Channel::Web,
                None => Channel::CommandLine,
            },
        }
    }

    /// An admin may do what a community's staff may.
    pub fn at(&self, community: CommunityId) -> CommunityStaff {
        CommunityStaff {
            person: self.person,
            community,
        }
    }
}

/// Proof that staff of a community ask: its neighbourhood committee, its grid workers, or a district admin.
#[derive(Clone, Copy, Debug)]
pub struct CommunityStaff {
    /// Who; none at the command line.
    pub person: Option<PersonId>,
    /// Where.
    pub community: CommunityId,
}

impl CommunityStaff {
    /// The staff as whoever acts in their own office.
    pub fn actor(&self) -> Actor {
        Actor {
            person: self.person,
            subject: None,
            office: Office::Community(self.community),
            channel: Channel::Web,
        }
    }
}

/// Who acts, for whom, in which office and through which channel. Every audit row of an act says all four.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Actor {
    /// Who acts; none in the background and at the command line.
    pub person: Option<PersonId>,
    /// The resident whom it is for; none where staff act in their own office.
    pub subject: Option<PersonId>,
    /// In which office.
    pub office: Office,
    /// By which way.
    pub channel: Channel,
}

/// In which office somebody acts.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Office {
    /// A resident, for themself.
    Resident,
    /// Somebody whom the resident has asked to act.
    Delegate,
    /// A parent or legal guardian.
    Guardian,
    /// Staff of the resident's community who act for a resident at the counter.
    Counter(CommunityId),
    /// Staff of an organisation in a community.
    Organisation(OrganisationId, CommunityId),
    /// Staff of a community.
    Community(CommunityId),
    /// A district admin.
    District,
    /// Nobody: the background, for an organisation in a community.
    Background(OrganisationId, CommunityId),
    /// Nobody: the host itself.
    Host,
}

impl Office {
    /// The code in the audit.
    pub fn code(self) -> &'static str {
        match self {
            Self::Resident => "resident",
            Self::Delegate => "delegate",
            Self::Guardian => "guardian",
            Self::Counter(_) => "counter",
            Self::Organisation(..) => "organisation",
            Self::Community(_) => "community",
            Self::District => "district",
            Self::Background(..) => "background",
            Self::Host => "host",
        }
    }
}

/// By which way an act came.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Channel {
    /// The host's own pages.
    Web,
    /// Staff at the counter, for the person before them.
    Counter,
    /// A plugin's page or timer.
    Plugin,
    /// The host's command line.
    CommandLine,
    /// The host's background.
    Background,
}

impl Channel {
    /// The code in the audit.
    pub fn code(self) -> &'static str {
        match self {
            Self::Web => "web",
            Self::Counter => "counter",
            Self::Plugin => "plugin",
            Self::CommandLine => "command-line",
            Self::Background => "background",
        }
    }
}

impl Actor {
    /// The host itself, in the background.
    pub fn host() -> Self {
        Self {
            person: None,
            subject: None,
            office: Office::Host,
            channel: Channel::Background,
        }
    }

    /// Whether it is for this resident: their own act, or that of who acts for them.
    pub fn acts_for(&self, resident: PersonId) -> bool {
        self.subject == Some(resident)
    }

    /// Whether it is the community's staff or the district, in their own office, there.
    pub fn governs(&self, community: CommunityId) -> bool {
        match self.office {
            Office::Community(at) => at == community,
            Office::District | Office::Host => true,
            _ => false,
        }
    }

    /// Whether it is the district, in its own office.
    pub fn governs_district(&self) -> bool {
        matches!(self.office, Office::District | Office::Host)
    }

    /// Refuses whoever does not govern the community.
    pub fn must_govern(&self, community: CommunityId) -> Result<()> {
        if self.governs(community) {
            Ok(())
        } else {
            Err(Refusal::NotAllowed.into())
        }
    }

    /// Refuses whoever does not govern the district.
    pub fn must_govern_district(&self) -> Result<()> {
        if self.governs_district() {
            Ok(())
        } else {
            Err(Refusal::NotAllowed.into())
        }
    }

    /// The organisation for which it works there.
    pub fn works_for(&self, community: CommunityId) -> Option<OrganisationId> {
        match self.office {
            Office::Organisation(organisation, at) | Office::Background(organisation, at)
                if at == community =>
            {
                Some(organisation)
            }
            _ => None,
        }
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

    /// Who acts when a plugin calls an operation.
    pub fn actor(&self, service: &Service) -> Actor {
        let (organisation, community) = (service.organisation.id, service.community.id);
        Actor {
            person: self.person,
            subject: self.subject,
            office: match self.kind {
                CallerKind::Resident => Office::Resident,
                CallerKind::Delegate => Office::Delegate,
                CallerKind::Guardian => Office::Guardian,
                CallerKind::Staff => Office::Organisation(organisation, community),
                CallerKind::Background => Office::Background(organisation, community),
            },
            channel: Channel::Plugin,
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
