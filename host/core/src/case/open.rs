//! Opening a case.

use super::access::authorise_handler;
use super::party::{self, MAX_PARTIES, NewParty, Who, check, row};
use super::refusal::{CaseRefusal, Many};
use super::{FAR, Loaded, access::Respondents, check_text, permitted, working_time};
use crate::error::{Refusal, Result};
use crate::service::Service;
use crate::work::Work;
use crate::{Actor, Channel, Office};
use linli_domain::case::{
    Accountable, CaseNumber, CaseState, Details, EscalationLevel, PartyRole, Priority, Sla,
    SlaClock,
};
use linli_domain::{BuildingId, CaseId, CommunityId, InstallationId, SpaceId, id};
use linli_store::case::{CaseFile, CaseParty, CaseType};

/// The longest title, in bytes.
const MAX_TITLE: usize = 200;
/// The longest description, in bytes.
const MAX_DESCRIPTION: usize = 8_000;
/// The longest place in words, in bytes.
const MAX_PLACE: usize = 300;
/// The most live cases of one resident.
const MAX_LIVE: i64 = 50;
/// The most sub-cases of one case.
const MAX_SUB_CASES: usize = 50;
/// How many levels of cases there are.
const MAX_DEPTH: i64 = 3;

/// What is to be opened.
#[derive(Clone, PartialEq, Debug)]
pub struct Opening {
    /// Where.
    pub community: CommunityId,
    /// Which plugin opens it; none for a case of the community itself.
    pub installation: Option<InstallationId>,
    /// The code of its type: one of the plugin's, or of the community or district.
    pub kind: String,
    /// In short, 1–200 bytes.
    pub title: String,
    /// In full, at most 8,000 bytes.
    pub description: String,
    /// A code of the office's, 1–40 of a–z, 0–9 and `-`.
    pub category: String,
    /// How soon.
    pub priority: Priority,
    /// Where it is about.
    pub place: Place,
    /// Who takes part, besides the resident who acts or is acted for.
    pub parties: Vec<NewParty>,
    /// Of which case it is a part.
    pub parent: Option<CaseId>,
    /// The answers of the form.
    pub details: Option<Details>,
}

/// Where a case is about.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Place {
    /// In which space of the community.
    pub space: Option<SpaceId>,
    /// In which building of the community.
    pub building: Option<BuildingId>,
    /// In words, at most 300 bytes.
    pub text: String,
}

/// Opens a case: a resident or who acts for one, in their community's or in another of the district; staff in their own
/// community; a plugin in its own. It is the plugin's organisation that answers for it, else the community; where the case is
/// against them, the office above.
pub async fn open(
    work: &mut Work,
    actor: &Actor,
    opening: &Opening,
) -> Result<(CaseId, CaseNumber)> {
    check_opening(opening)?;
    // Whoever deserialised them may have passed by the bounds.
    let details = opening
        .details
        .as_ref()
        .map(|details| Details::new(details.answers().to_vec()));
    let details = details
        .transpose()
        .map_err(|problem| Refusal::Invalid(problem.to_string()))?;
    let (first, secret) = authorise(work, actor, opening).await?;
    let kind = find_type(work, opening).await?;
    check_place(work, opening).await?;
    if let Some(resident) = actor.subject
        && work.tx.count_live_cases_for(resident, MAX_LIVE).await? >= MAX_LIVE
    {
        return Err(CaseRefusal::TooMany(Many::LiveCases).into());
    }
    let parent = match opening.parent {
        Some(parent) => Some(find_parent(work, actor, opening, parent).await?),
        None => None,
    };
    let id: CaseId = work.id();
    let parties = make_parties(work, actor, id, opening).await?;
    let inherited = parent.as_ref().map(|parent| {
        parent
            .parties
            .iter()
            .filter(|party| party.role == PartyRole::Respondent)
            .cloned()
            .collect::<Vec<_>>()
    });
    let inherited = inherited.unwrap_or_default();
    let respondents = Respondents::of(parties.iter().chain(&inherited));
    let office = permitted(first, &respondents);
    let time = working_time(work).await?;
    let sla = Sla {
        response_minutes: kind.response_minutes,
        resolution_minutes: kind.resolution_minutes,
    };
    let clock = SlaClock::start(sla, work.now, &time)?;
    let year = i64::from(work.now.to_civil(&time.zone).year());
    let number = work.tx.take_case_number(opening.community, year).await?;
    let mut loaded = Loaded {
        case: CaseFile {
            id,
            community_id: opening.community,
            year,
            number,
            type_id: kind.id,
            installation_id: opening.installation,
            parent_id: opening.parent,
            depth: parent.as_ref().map_or(1, |parent| parent.case.depth + 1),
            title: opening.title.clone(),
            description: opening.description.clone(),
            category: opening.category.clone(),
            priority: opening.priority,
            space_id: opening.place.space,
            building_id: opening.place.building,
            place: opening.place.text.clone(),
            channel: actor.channel.code().to_owned(),
            opened: work.now,
            opened_by: actor.person,
            opened_for: actor.subject,
            confidential: secret
                || kind.confidential
                || parent
                    .as_ref()
                    .is_some_and(|parent| parent.case.confidential),
            state: CaseState::Open,
            office: office.kind(),
            organisation_id: office.organisation(),
            assignee_id: None,
            level: if office == first {
                EscalationLevel::Party
            } else {
                level_of(office)
            },
            response_due: clock.response_due,
            resolution_due: clock.resolution_due,
            response_left: None,
            resolution_left: None,
            responded: None,
            response_escalated: false,
            resolution_escalated: false,
            waiting_since: None,
            waiting_until: None,
            waiting_reason: None,
            waited_minutes: 0,
            resolved: None,
            ended: None,
            round: 0,
            merged_into: None,
            merged_from: None,
            merged: None,
            comments: 0,
            next_due: FAR,
            wake: None,
            changed: work.now,
            version: 0,
        },
        parties,
        further: Vec::new(),
    };
    work.tx.create_case(&loaded.case).await?;
    if let Some(details) = &details {
        work.tx.create_case_details(id, details).await?;
    }
    for party in &loaded.parties {
        work.tx.create_case_party(party).await?;
    }
    loaded.save(work, actor, "opened", "").await?;
    if let Some(parent) = &parent {
        party::bring(work, actor, id, &inherited, Some(parent.case.id)).await?;
    }
    Ok((id, CaseNumber { year, number }))
}

fn level_of(office: Accountable) -> EscalationLevel {
    match office {
        Accountable::Organisation(_) => EscalationLevel::Party,
        Accountable::Community => EscalationLevel::Community,
        Accountable::District => EscalationLevel::District,
    }
}

fn check_opening(opening: &Opening) -> Result<()> {
    check_text("title", &opening.title, 1, MAX_TITLE)?;
    check_text("description", &opening.description, 0, MAX_DESCRIPTION)?;
    check_text("place", &opening.place.text, 0, MAX_PLACE)?;
    if !id::is_slug(&opening.category) {
        return Err(Refusal::field(
            "category",
            "类别代码须为 1–40 个小写字母、数字或连字符，以字母开头",
            "A category is a code of 1–40 of a–z, 0–9 and '-', beginning with a letter",
        )
        .into());
    }
    if opening.parties.len() > MAX_PARTIES {
        return Err(CaseRefusal::TooMany(Many::Parties).into());
    }
    Ok(())
}

/// Checks who may open it, and answers which office comes first for it and whether it is a confidential service's.
async fn authorise(
    work: &mut Work,
    actor: &Actor,
    opening: &Opening,
) -> Result<(Accountable, bool)> {
    let community = opening.community;
    if work.tx.find_community(community).await?.is_none() {
        return Err(Refusal::NotFound("community").into());
    }
    let here = match actor.office {
        Office::Resident | Office::Delegate | Office::Guardian => actor.subject.is_some(),
        Office::Counter(at) => at == community && actor.subject.is_some(),
        Office::Organisation(_, at) | Office::Background(_, at) | Office::Community(at) => {
            at == community
        }
        Office::District | Office::Host => true,
    };
    // A plugin's case comes by its plugin and by nothing else.
    if !here || opening.installation.is_some() != (actor.channel == Channel::Plugin) {
        return Err(Refusal::NotAllowed.into());
    }
    let Some(installation) = opening.installation else {
        return Ok((Accountable::Community, false));
    };
    let service = Service::find(work, installation)
        .await?
        .ok_or(Refusal::NotFound("service"))?;
    let works_for = actor.works_for(community);
    if !service.installation.enabled
        || service.community.id != community
        || works_for.is_some_and(|organisation| organisation != service.organisation.id)
    {
        return Err(Refusal::NotAllowed.into());
    }
    let office = Accountable::Organisation(service.organisation.id);
    Ok((office, service.manifest.confidential))
}

async fn find_type(work: &mut Work, opening: &Opening) -> Result<CaseType> {
    let found = match opening.installation {
        Some(installation) => {
            work.tx
                .find_case_type_of_installation(installation, &opening.kind)
                .await?
        }
        None => match work
            .tx
            .find_case_type_of_community(opening.community, &opening.kind)
            .await?
        {
            Some(own) if own.retired.is_none() => Some(own),
            _ => work.tx.find_case_type_of_district(&opening.kind).await?,
        },
    };
    found
        .filter(|kind| kind.retired.is_none())
        .ok_or_else(|| Refusal::NotFound("type of cases").into())
}

async fn check_place(work: &mut Work, opening: &Opening) -> Result<()> {
    if let Some(space) = opening.place.space
        && !work.tx.has_space(opening.community, space).await?
    {
        return Err(Refusal::NotFound("space").into());
    }
    if let Some(building) = opening.place.building
        && !work.tx.has_building(opening.community, building).await?
    {
        return Err(Refusal::NotFound("building").into());
    }
    Ok(())
}

async fn find_parent(
    work: &mut Work,
    actor: &Actor,
    opening: &Opening,
    parent: CaseId,
) -> Result<Loaded> {
    let parent = Loaded::find(work, parent).await?;
    authorise_handler(work, actor, &parent).await?;
    if parent.case.community_id != opening.community
        || parent.case.installation_id != opening.installation
    {
        return Err(Refusal::NotAllowed.into());
    }
    if !parent.case.state.is_active() {
        return Err(CaseRefusal::ParentEnded.into());
    }
    if parent.case.depth >= MAX_DEPTH {
        return Err(CaseRefusal::TooDeep.into());
    }
    if work.tx.list_sub_case_ids(parent.case.id).await?.len() >= MAX_SUB_CASES {
        return Err(CaseRefusal::TooMany(Many::SubCases).into());
    }
    Ok(parent)
}

/// The parties named, and first of all the resident who acts or is acted for.
async fn make_parties(
    work: &mut Work,
    actor: &Actor,
    id: CaseId,
    opening: &Opening,
) -> Result<Vec<CaseParty>> {
    let reporter = actor.subject.map(|resident| NewParty {
        role: PartyRole::Reporter,
        who: Who::Person(resident),
    });
    let mut parties: Vec<CaseParty> = Vec::new();
    for party in reporter.iter().chain(&opening.parties) {
        if party.role == PartyRole::Reporter
            && actor.subject.is_some()
            && Some(party) != reporter.as_ref()
        {
            return Err(Refusal::NotAllowed.into());
        }
        let row = row(work, actor, id, opening.community, party).await?;
        // Whoever reports for themself is not named twice.
        if party.role.owns()
            && parties.iter().any(|known| {
                known.role.owns() && known.person_id.is_some() && known.person_id == row.person_id
            })
        {
            continue;
        }
        check(&parties, &row)?;
        parties.push(row);
    }
    Ok(parties)
}
