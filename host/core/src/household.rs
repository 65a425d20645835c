//! Households: their members and their head, splitting and joining them. A relation is one to the head.

use crate::basis::{self, Disclosures};
use crate::caller::{Actor, Caller, Office};
use crate::error::{Refusal, Result};
use crate::place;
use crate::resident::{self, ResidentRefusal};
use crate::service::Service;
use crate::work::Work;
use linli_domain::profile::ProfileField;
use linli_domain::resident::HEAD;
use linli_domain::{HouseholdId, PersonId};
use linli_store::housing::Household;
use linli_store::resident::Listed;
use serde_json::json;
use std::collections::BTreeSet;

/// The members of a household, for who governs its community, for each of them and their guardians. A delegate sees whom they
/// act for alone.
pub async fn list_members(
    work: &mut Work,
    actor: &Actor,
    household: HouseholdId,
) -> Result<Vec<Listed>> {
    let mut members = work.tx.list_members(household).await?;
    if members.iter().any(|member| actor.acts_for(member.id)) {
        // Whom a delegate acts for did not speak for the others.
        if actor.office == Office::Delegate {
            members.retain(|member| actor.acts_for(member.id));
        }
        return Ok(members);
    }
    place::find_household(work, actor, household).await?;
    Ok(members)
}

/// The members of a resident's household as a plugin reads them, each with their relation to the head; nobody where the
/// resident is of none.
pub async fn read_members(
    work: &mut Work,
    service: &Service,
    reader: &Caller,
    resident: PersonId,
    disclosures: &mut Disclosures,
) -> Result<Vec<Listed>> {
    let field = ProfileField::Household;
    basis::open_field(work, service, reader, resident, field, disclosures).await?;
    let found = work.tx.find_registration(resident).await?;
    match found.and_then(|registration| registration.household_id) {
        Some(household) => Ok(work.tx.list_members(household).await?),
        None => Ok(Vec::new()),
    }
}

/// Says who is the head (户主). The others' relations were to the head before and must be said anew.
pub async fn name_head(work: &mut Work, actor: &Actor, person: PersonId) -> Result<()> {
    let mut registration = resident::find_governed(work, actor, person).await?;
    let household = registration
        .household_id
        .ok_or(ResidentRefusal::NotOfHousehold)?;
    if registration.relation.as_deref() == Some(HEAD) {
        return Ok(());
    }
    work.tx.clear_relations(household).await?;
    registration.relation = Some(HEAD.to_owned());
    work.tx.update_registration(&registration).await?;
    let detail = json!({ "person": person });
    work.audit_act(
        actor,
        Some(person),
        "household.name-head",
        household,
        detail,
    )
    .await
}

/// Says in which relation a member stands to the head; unknown if none.
pub async fn relate(
    work: &mut Work,
    actor: &Actor,
    person: PersonId,
    relation: Option<&str>,
) -> Result<()> {
    resident::check_code("relation", relation)?;
    let mut registration = resident::find_governed(work, actor, person).await?;
    let household = registration
        .household_id
        .ok_or(ResidentRefusal::NotOfHousehold)?;
    let head = Some(HEAD);
    if relation == head || registration.relation.as_deref() == head {
        return Err(Refusal::field(
            "relation",
            "户主须通过“指定户主”更改",
            "The head is named, not related: name another head instead",
        )
        .into());
    }
    registration.relation = relation.map(str::to_owned);
    work.tx.update_registration(&registration).await?;
    let detail = json!({ "relation": relation });
    work.audit_act(actor, Some(person), "household.relate", household, detail)
        .await
}

/// Splits a household (分户): these members become one of their own in the same unit.
pub async fn split(
    work: &mut Work,
    actor: &Actor,
    household: HouseholdId,
    leaving: &BTreeSet<PersonId>,
    reason: &str,
) -> Result<Household> {
    resident::check_text("reason", reason)?;
    let (old, _) = place::find_household(work, actor, household).await?;
    let members = work.tx.list_members(household).await?;
    let members: BTreeSet<_> = members.into_iter().map(|member| member.id).collect();
    if leaving.is_empty() || !leaving.is_subset(&members) {
        return Err(ResidentRefusal::NotOfHousehold.into());
    }
    if leaving.len() == members.len() {
        return Err(ResidentRefusal::Everybody.into());
    }
    let new = place::add_household(work, actor, old.building_id, &old.unit).await?;
    move_all(work, leaving, new.id, reason).await?;
    let detail = json!({ "into": new.id, "members": leaving.len() });
    work.audit_act(actor, None, "household.split", household, detail)
        .await?;
    Ok(new)
}

/// Joins two households (并户) of one community: all members of the first move into the second, whose head stays.
pub async fn join(
    work: &mut Work,
    actor: &Actor,
    household: HouseholdId,
    into: HouseholdId,
    reason: &str,
) -> Result<()> {
    resident::check_text("reason", reason)?;
    let (_, from_community) = place::find_household(work, actor, household).await?;
    let (_, into_community) = place::find_household(work, actor, into).await?;
    if from_community != into_community || household == into {
        return Err(Refusal::NotFound("household").into());
    }
    let members = work.tx.list_members(household).await?;
    let members: BTreeSet<_> = members.into_iter().map(|member| member.id).collect();
    move_all(work, &members, into, reason).await?;
    let detail = json!({ "into": into, "members": members.len() });
    work.audit_act(actor, None, "household.join", household, detail)
        .await
}

async fn move_all(
    work: &mut Work,
    members: &BTreeSet<PersonId>,
    household: HouseholdId,
    reason: &str,
) -> Result<()> {
    for member in members {
        let registration = resident::find_alive(work, *member).await?;
        resident::settle(work, registration, Some(household), reason).await?;
    }
    Ok(())
}
