//! Who takes part in a case.

use super::access::{Sight, authorise_handler, authorise_principal, see};
use super::refusal::{CaseRefusal, Many};
use super::{Loaded, MAX_REASON, check_text, relieve};
use crate::error::{Refusal, Result};
use crate::work::Work;
use crate::{Actor, Office};
use linli_domain::case::PartyRole;
use linli_domain::{CaseId, CasePartyId, CommunityId, OrganisationId, PersonId};
use linli_store::case::CaseParty;
use serde_json::json;
use std::collections::BTreeSet;

/// The most parties of one case.
pub(super) const MAX_PARTIES: usize = 50;
/// The longest name of somebody whom the host does not know, and the longest way to reach them, in bytes.
const MAX_NAME: usize = 120;
const MAX_CONTACT: usize = 300;

/// A party to be.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct NewParty {
    /// In which role.
    pub role: PartyRole,
    /// Who.
    pub who: Who,
}

/// Who can be a party.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Who {
    /// A person whom the host knows.
    Person(PersonId),
    /// An organisation.
    Organisation(OrganisationId),
    /// The office of the case's community.
    CommunityOffice,
    /// Somebody whom the host does not know. Both are sealed.
    Outsider {
        /// Their name, 1–120 bytes.
        name: String,
        /// How to reach them, at most 300 bytes; may be empty.
        contact: String,
    },
}

/// Adds a party: by staff who deal with the case, or anybody but a reporter by who asks in it. A respondent who answers for
/// the case, or whose staff do, loses it at once, and every sub-case too; it goes to the office above.
pub async fn add_party(
    work: &mut Work,
    actor: &Actor,
    id: CaseId,
    party: &NewParty,
) -> Result<CasePartyId> {
    let loaded = Loaded::find(work, id).await?;
    match see(work, actor, &loaded).await? {
        Sight::Own(_) if party.role.owns() => return Err(Refusal::NotAllowed.into()),
        Sight::Own(_) => {
            authorise_principal(work, actor, &loaded).await?;
        }
        // The community and the district may say that a case is against somebody who deals with it.
        _ if party.role == PartyRole::Respondent => {}
        _ => authorise_handler(work, actor, &loaded).await?,
    }
    if !loaded.case.state.is_live() {
        return Err(CaseRefusal::WrongState(loaded.case.state).into());
    }
    let community = loaded.case.community_id;
    let row = row(work, actor, id, community, party).await?;
    let added = row.id;
    if party.role == PartyRole::Respondent {
        // Who asks in a case that was merged into this one would be against themself, and not see it any more.
        for source in work.tx.list_merged_cases(id).await? {
            let asking = work.tx.list_case_parties(source).await?;
            if asking
                .iter()
                .any(|known| known.role.owns() && known.name.is_none() && same(known, &row))
            {
                return Err(CaseRefusal::AlreadyParty.into());
            }
        }
        for below in tree(work, id).await? {
            let brought_by = (below != id).then_some(id);
            bring(work, actor, below, std::slice::from_ref(&row), brought_by).await?;
        }
        return Ok(added);
    }
    insert(work, actor, loaded, row).await?;
    Ok(added)
}

/// Ends that somebody is a party, for a reason. A reporter stays. That a case is not against somebody after all, the
/// district decides alone.
pub async fn remove_party(
    work: &mut Work,
    actor: &Actor,
    id: CaseId,
    party: CasePartyId,
    reason: &str,
) -> Result<()> {
    check_text("reason", reason, 1, MAX_REASON)?;
    let mut loaded = Loaded::find(work, id).await?;
    let sight = see(work, actor, &loaded).await?;
    let at = loaded
        .parties
        .iter()
        .position(|known| known.id == party)
        .ok_or(Refusal::NotFound("party"))?;
    match loaded.parties[at].role {
        PartyRole::Reporter => return Err(Refusal::NotAllowed.into()),
        PartyRole::Respondent
            if actor.office == Office::District && !matches!(sight, Sight::Own(_)) => {}
        PartyRole::Respondent => return Err(Refusal::NotAllowed.into()),
        _ => authorise_handler(work, actor, &loaded).await?,
    }
    if !loaded.case.state.is_live() {
        return Err(CaseRefusal::WrongState(loaded.case.state).into());
    }
    let gone = loaded.parties.remove(at);
    work.tx
        .remove_case_party(gone.id, work.now, actor.person)
        .await?;
    if gone.role == PartyRole::Respondent {
        for below in tree(work, id).await? {
            let known = work.tx.list_case_parties(below).await?;
            for copy in known
                .iter()
                .filter(|known| known.brought_by == Some(id) && same(known, &gone))
            {
                work.tx
                    .remove_case_party(copy.id, work.now, actor.person)
                    .await?;
            }
        }
    }
    loaded
        .save(
            work,
            actor,
            "party-removed",
            &format!("{}: {reason}", gone.role),
        )
        .await
}

/// Makes the row of a party, and checks that it can be one.
pub(super) async fn row(
    work: &mut Work,
    actor: &Actor,
    id: CaseId,
    community: CommunityId,
    party: &NewParty,
) -> Result<CaseParty> {
    let mut row = CaseParty {
        id: work.id(),
        case_id: id,
        role: party.role,
        person_id: None,
        organisation_id: None,
        community_office: false,
        name: None,
        contact: None,
        added: work.now,
        added_by: actor.person,
        brought_by: None,
    };
    match &party.who {
        Who::Person(person) => {
            let found = work
                .tx
                .find_person(*person)
                .await?
                .ok_or(Refusal::NotFound("person"))?;
            // Whose case it is lives there, or acts for themself.
            if party.role.owns()
                && found.community_id != Some(community)
                && !actor.acts_for(*person)
            {
                return Err(Refusal::NotFound("person").into());
            }
            row.person_id = Some(*person);
        }
        Who::Organisation(organisation) => {
            let found = work.tx.find_organisation(*organisation).await?;
            row.organisation_id = Some(found.ok_or(Refusal::NotFound("organisation"))?.id);
        }
        Who::CommunityOffice => row.community_office = true,
        Who::Outsider { name, contact } => {
            check_text("name", name, 1, MAX_NAME)?;
            check_text("contact", contact, 0, MAX_CONTACT)?;
            row.name = Some(name.clone());
            row.contact = (!contact.is_empty()).then(|| contact.clone());
        }
    }
    Ok(row)
}

/// Whether a party can be added to those that there are: not twice, and never asking in a case against themself.
pub(super) fn check(parties: &[CaseParty], row: &CaseParty) -> Result<()> {
    if parties.len() >= MAX_PARTIES {
        return Err(CaseRefusal::TooMany(Many::Parties).into());
    }
    let clash = parties
        .iter()
        .filter(|known| known.name.is_none() && same(known, row))
        .any(|known| {
            let both = [known.role, row.role];
            known.role == row.role
                || both.iter().all(|role| role.owns())
                || (both.contains(&PartyRole::Respondent) && both.iter().any(|role| role.owns()))
        });
    if clash {
        Err(CaseRefusal::AlreadyParty.into())
    } else {
        Ok(())
    }
}

/// Whether two rows are the same person, organisation or office.
pub(super) fn same(one: &CaseParty, other: &CaseParty) -> bool {
    one.person_id == other.person_id
        && one.organisation_id == other.organisation_id
        && one.community_office == other.community_office
        && one.name == other.name
        && one.contact == other.contact
}

/// A case, its sub-cases, theirs, and those of what was merged into any of them.
pub(super) async fn tree(work: &mut Work, id: CaseId) -> Result<Vec<CaseId>> {
    let (mut seen, mut left, mut all) = (BTreeSet::from([id]), vec![id], Vec::new());
    while let Some(next) = left.pop() {
        all.push(next);
        for below in work.tx.list_sub_case_ids(next).await? {
            if seen.insert(below) {
                left.push(below);
            }
        }
    }
    Ok(all)
}

/// Adds respondents to a case, which first goes from those of them who answer for it. Those who are respondents already stay.
pub(super) async fn bring(
    work: &mut Work,
    actor: &Actor,
    id: CaseId,
    respondents: &[CaseParty],
    brought_by: Option<CaseId>,
) -> Result<()> {
    for respondent in respondents {
        let loaded = Loaded::find(work, id).await?;
        let known =
            |known: &CaseParty| known.role == PartyRole::Respondent && same(known, respondent);
        if brought_by.is_some() && loaded.parties.iter().any(known) {
            continue;
        }
        let copy = CaseParty {
            id: if brought_by.is_some() {
                work.id()
            } else {
                respondent.id
            },
            case_id: id,
            added: work.now,
            added_by: actor.person,
            brought_by,
            ..respondent.clone()
        };
        insert(work, actor, loaded, copy).await?;
    }
    Ok(())
}

async fn insert(work: &mut Work, actor: &Actor, mut loaded: Loaded, row: CaseParty) -> Result<()> {
    // What another case brought along stands, whoever it is.
    if row.brought_by.is_none() {
        check(&loaded.parties, &row)?;
    }
    let detail = json!({
        "role": row.role.code(), "person": row.person_id, "organisation": row.organisation_id,
        "community-office": row.community_office, "brought-by": row.brought_by, "party": row.id,
    });
    loaded.parties.push(row.clone());
    if row.role == PartyRole::Respondent {
        relieve(work, actor, &mut loaded).await?;
    }
    work.tx.create_case_party(&row).await?;
    work.audit_act(
        actor,
        row.person_id,
        "case.party-added",
        loaded.case.id,
        detail,
    )
    .await?;
    loaded
        .save(work, actor, "party-added", row.role.code())
        .await
}
