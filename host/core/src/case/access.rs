//! Who may see a case and who may deal with it. Nobody does with a complaint against themself.

use super::Loaded;
use super::refusal::CaseRefusal;
use crate::caller::{COMMUNITY_STAFF, DISTRICT_ADMIN};
use crate::error::{Refusal, Result};
use crate::work::Work;
use crate::{Actor, Office};
use linli_domain::case::{Accountable, PartyRole};
use linli_domain::{CommunityId, OrganisationId, PersonId};
use linli_store::case::{CaseFile, CaseParty};

/// What somebody may see of a case.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Sight {
    /// As a resident whose case it is: what the offices say to them and to the public.
    Own(PersonId),
    /// As staff: everything.
    Office,
    /// As the district, which answers for another office's work: everything, and the look is audited.
    Oversight,
}

/// Against whom a case is.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(super) struct Respondents {
    persons: Vec<PersonId>,
    organisations: Vec<OrganisationId>,
    community_office: bool,
}

impl Respondents {
    pub fn of<'a>(parties: impl IntoIterator<Item = &'a CaseParty>) -> Self {
        let mut respondents = Self::default();
        for party in parties
            .into_iter()
            .filter(|party| party.role == PartyRole::Respondent)
        {
            respondents.persons.extend(party.person_id);
            respondents.organisations.extend(party.organisation_id);
            respondents.community_office |= party.community_office;
        }
        respondents
    }

    /// Whether the case is against an office.
    pub fn bars_office(&self, office: Accountable) -> bool {
        match office {
            Accountable::Organisation(organisation) => self.organisations.contains(&organisation),
            Accountable::Community => self.community_office,
            Accountable::District => false,
        }
    }

    /// Whether the case is against a person by name.
    pub fn bars_person_themself(&self, person: PersonId) -> bool {
        self.persons.contains(&person)
    }

    /// Whether the case is against a person, or against an office whose staff they are, in whatever office they act now.
    pub async fn bars_person(
        &self,
        work: &mut Work,
        person: PersonId,
        community: CommunityId,
    ) -> Result<bool> {
        if self.persons.contains(&person) {
            return Ok(true);
        }
        if self.organisations.is_empty() && !self.community_office {
            return Ok(false);
        }
        let roles = work.tx.list_roles(person, work.now).await?;
        Ok(roles.iter().any(|role| match role.organisation_id {
            Some(organisation) => self.organisations.contains(&organisation),
            None => {
                self.community_office
                    && role.code == COMMUNITY_STAFF
                    && role.community_id.is_none_or(|at| at == community)
            }
        }))
    }

    /// Whether the case is against who acts, for whom they act, or the office in which they act.
    async fn bars(&self, work: &mut Work, actor: &Actor, case: &CaseFile) -> Result<bool> {
        if *self == Self::default() {
            return Ok(false);
        }
        let office = match actor.office {
            Office::Organisation(organisation, _) | Office::Background(organisation, _) => {
                self.organisations.contains(&organisation)
            }
            Office::Community(_) | Office::Counter(_) => self.community_office,
            _ => false,
        };
        if office
            || actor
                .subject
                .is_some_and(|subject| self.persons.contains(&subject))
        {
            return Ok(true);
        }
        match actor.person {
            // Whoever complains of their own employer does so as a resident.
            Some(person) if actor.office == Office::Resident => Ok(self.persons.contains(&person)),
            Some(person) => self.bars_person(work, person, case.community_id).await,
            None => Ok(false),
        }
    }
}

/// The office that answers for a case.
pub(super) fn accountable(case: &CaseFile) -> Accountable {
    match case.organisation_id {
        Some(organisation) => Accountable::Organisation(organisation),
        None if case.office == Accountable::District.kind() => Accountable::District,
        None => Accountable::Community,
    }
}

/// The office in which somebody acts in a community, if it is one that can answer for a case there.
pub(super) fn office_of(actor: &Actor, community: CommunityId) -> Option<Accountable> {
    match actor.office {
        Office::Organisation(organisation, at) | Office::Background(organisation, at)
            if at == community =>
        {
            Some(Accountable::Organisation(organisation))
        }
        Office::Community(at) if at == community => Some(Accountable::Community),
        Office::District => Some(Accountable::District),
        _ => None,
    }
}

/// What somebody may see of a case; nothing where it is against them.
pub(super) async fn sight(
    work: &mut Work,
    actor: &Actor,
    loaded: &Loaded,
) -> Result<Option<Sight>> {
    let case = &loaded.case;
    if loaded.respondents().bars(work, actor, case).await? {
        return Ok(None);
    }
    Ok(match actor.office {
        Office::Resident | Office::Delegate | Office::Guardian => own_sight(actor, loaded),
        Office::Counter(community) if community == case.community_id => own_sight(actor, loaded),
        Office::Counter(_) => None,
        Office::Host => Some(Sight::Office),
        Office::District if accountable(case) != Accountable::District => Some(Sight::Oversight),
        _ if handles(actor, case) => Some(Sight::Office),
        Office::Community(community) if community == case.community_id && !case.confidential => {
            Some(Sight::Office)
        }
        _ => None,
    })
}

/// A resident sees their own case; who acts for them does too, but of the confidential ones only what they opened.
fn own_sight(actor: &Actor, loaded: &Loaded) -> Option<Sight> {
    let subject = actor.subject?;
    let owns = loaded
        .parties
        .iter()
        .any(|party| party.person_id == Some(subject) && party.role.owns());
    let themself = actor.office == Office::Resident && actor.person == Some(subject);
    let opened = actor.person.is_some() && actor.person == loaded.case.opened_by;
    (owns && (!loaded.case.confidential || themself || opened)).then_some(Sight::Own(subject))
}

/// Whether they act in the office that answers for a case; for a confidential one that somebody has taken up, only that one.
fn handles(actor: &Actor, case: &CaseFile) -> bool {
    let theirs = office_of(actor, case.community_id) == Some(accountable(case));
    theirs && (!case.confidential || case.assignee_id.is_none() || case.assignee_id == actor.person)
}

/// Whether a case is against who acts, for whom they act, or the office in which they act.
pub(super) async fn is_against(work: &mut Work, actor: &Actor, loaded: &Loaded) -> Result<bool> {
    loaded.respondents().bars(work, actor, &loaded.case).await
}

/// What somebody may see; a case that they may not see is as none.
pub(super) async fn see(work: &mut Work, actor: &Actor, loaded: &Loaded) -> Result<Sight> {
    sight(work, actor, loaded)
        .await?
        .ok_or_else(|| Refusal::NotFound("case").into())
}

/// That they deal with the case: staff of the office that answers for it.
pub(super) async fn authorise_handler(
    work: &mut Work,
    actor: &Actor,
    loaded: &Loaded,
) -> Result<()> {
    see(work, actor, loaded).await?;
    if actor.office == Office::Host || handles(actor, &loaded.case) {
        Ok(())
    } else {
        Err(Refusal::NotAllowed.into())
    }
}

/// That they deal with the case or put the offices' work in order: its community, where it is not confidential, or the district.
pub(super) async fn authorise_coordinator(
    work: &mut Work,
    actor: &Actor,
    loaded: &Loaded,
) -> Result<()> {
    let sight = see(work, actor, loaded).await?;
    if matches!(sight, Sight::Own(_)) {
        Err(Refusal::NotAllowed.into())
    } else {
        Ok(())
    }
}

/// That they act for whoever asks in the case: a reporter or, where staff reported it, whom it is about.
pub(super) async fn authorise_principal(
    work: &mut Work,
    actor: &Actor,
    loaded: &Loaded,
) -> Result<PersonId> {
    let Sight::Own(resident) = see(work, actor, loaded).await? else {
        return Err(Refusal::NotAllowed.into());
    };
    if loaded.asks(resident) {
        Ok(resident)
    } else {
        Err(Refusal::NotAllowed.into())
    }
}

/// That a person is staff of an office in a community, and the case not against them.
pub(super) async fn check_staff(
    work: &mut Work,
    loaded: &Loaded,
    person: PersonId,
    office: Accountable,
) -> Result<()> {
    let community = loaded.case.community_id;
    let roles = work.tx.list_roles(person, work.now).await?;
    let employs = roles.iter().any(|role| {
        let here = role.community_id.is_none_or(|at| at == community);
        match office {
            Accountable::Organisation(organisation) => {
                role.organisation_id == Some(organisation) && here
            }
            // An admin may do what a community's staff may.
            Accountable::Community => {
                role.organisation_id.is_none()
                    && here
                    && [COMMUNITY_STAFF, DISTRICT_ADMIN].contains(&role.code.as_str())
            }
            Accountable::District => role.organisation_id.is_none() && role.code == DISTRICT_ADMIN,
        }
    });
    if !employs {
        return Err(CaseRefusal::NotStaff.into());
    }
    if loaded
        .respondents()
        .bars_person(work, person, community)
        .await?
    {
        return Err(CaseRefusal::Conflict.into());
    }
    Ok(())
}
