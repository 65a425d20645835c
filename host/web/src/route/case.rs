//! Cases: my own, and what staff see and do at their desks.

use crate::app::App;
use crate::layout::Place;
use crate::page::{CaseEntry, CaseSheet, CaseVerb, CasesPage, CommentEntry};
use crate::render::submission::Posted;
use crate::visit::{LoggedIn, Visit};
use axum::body::Bytes;
use axum::extract::{Path, Query, State};
use axum::response::Response;
use linli_core::case::{self, CasePage, Sight};
use linli_core::desk::{COMMUNITY, DISTRICT};
use linli_core::{Actor, Refusal, Result, Work, act, view};
use linli_domain::case::{Accountable, CaseNumber, CaseState, CommentKind, OfficeKind, PartyRole};
use linli_domain::{CaseId, Instant, OrganisationId, PersonId};
use linli_store::case::{CaseComment, CaseLine};
use serde::Deserialize;
use std::collections::BTreeMap;

const PAGE: &str = "/cases";
/// How many cases one page lists.
pub(crate) const SLICE: u16 = 50;

#[derive(Deserialize)]
pub(crate) struct Older {
    before: Option<CaseId>,
}

/// Lists one's own.
pub(crate) async fn list(
    LoggedIn { visit, login }: LoggedIn,
    State(app): State<App>,
    Query(older): Query<Older>,
) -> Response {
    let found = view!(app.core, |work| async {
        let actor = login.actor(visit.acting)?;
        case::list_own(work, &actor, older.before, SLICE).await
    }
    .await);
    match found {
        Ok(lines) => {
            let full = lines.len() == usize::from(SLICE);
            let next = lines.last().filter(|_| full);
            let next = next.map(|last| format!("{PAGE}?before={}", last.id));
            let cases = lines.iter().map(|line| entry(&visit, line, PAGE)).collect();
            visit.page(&CasesPage { cases, next }).await
        }
        Err(error) => visit.refuse(error).await,
    }
}

/// A line of a list whose cases' pages are below `base`.
pub(crate) fn entry(visit: &Visit, line: &CaseLine, base: &str) -> CaseEntry {
    let number = CaseNumber {
        year: line.year,
        number: line.number,
    };
    CaseEntry {
        number: number.to_string(),
        title: line.title.clone(),
        kind: line.type_title.get(visit.viewer.locale).to_owned(),
        state: line.state,
        due: Some(line.next_due).filter(|due| due.0 < Instant::BOUND),
        changed: line.changed,
        href: format!("{base}/{}", line.id),
    }
}

/// Shows one of one's own.
pub(crate) async fn show(
    LoggedIn { visit, login }: LoggedIn,
    State(app): State<App>,
    Path(id): Path<CaseId>,
) -> Response {
    let found = view!(app.core, |work| async {
        let actor = login.actor(visit.acting)?;
        read(work, &actor, id).await
    }
    .await);
    match found {
        Ok(found) => {
            let back = (PAGE.to_owned(), visit.viewer.text().menu_cases().to_owned());
            let action = format!("{PAGE}/{id}");
            let mut sheet = sheet(&visit, found, Place::Cases, back, action, PAGE);
            sheet.subject = Some(visit.subject(&login).to_string());
            visit.page(&sheet).await
        }
        Err(error) => visit.refuse(error).await,
    }
}

/// What a resident does in one.
pub(crate) async fn change(
    LoggedIn { visit, login }: LoggedIn,
    State(app): State<App>,
    Path(id): Path<CaseId>,
    body: Bytes,
) -> Response {
    let posted = Posted::from_body(&body);
    let page = format!("{PAGE}/{id}");
    if !visit.is_for(&login, &posted) {
        return visit.other_person(PAGE).await;
    }
    let text = posted.first("text").unwrap_or_default();
    let stars = posted.first("stars").and_then(|stars| stars.parse().ok());
    let done = act!(app.core, |work| async {
        let actor = login.actor(visit.acting)?;
        match posted.first("do").unwrap_or_default() {
            "comment" => {
                let kind = CommentKind::Resident;
                case::comment(work, &actor, id, kind, text).await.map(drop)
            }
            "close" => case::close(work, &actor, id).await,
            "withdraw" => case::withdraw(work, &actor, id, text).await,
            "reopen" => case::reopen(work, &actor, id, text).await,
            "rate" => case::rate(work, &actor, id, stars.unwrap_or_default(), text).await,
            _ => Err(Refusal::NotFound("page").into()),
        }
    }
    .await);
    visit
        .answer(done, visit.viewer.text().said_done(), &page)
        .await
}

/// A case with the names of who and what is in it.
pub(crate) struct Found {
    page: CasePage,
    people: BTreeMap<PersonId, String>,
    organisations: Vec<(OrganisationId, String, linli_domain::Localised)>,
    community: linli_domain::Localised,
}

/// Reads a case and the names in it. For the district's oversight the look is audited, so the unit of work must write.
pub(crate) async fn read(work: &mut Work, actor: &Actor, id: CaseId) -> Result<Found> {
    let page = case::page(work, actor, id).await?;
    let named = page
        .parties
        .iter()
        .filter_map(|party| party.person_id)
        .chain(page.case.assignee_id);
    let mut people = BTreeMap::new();
    for person in named {
        if let Some(found) = work.tx.find_person(person).await? {
            people.insert(person, found.name);
        }
    }
    let organisations = work.tx.list_organisations().await?;
    let community = work.tx.find_community(page.case.community_id).await?;
    Ok(Found {
        page,
        people,
        organisations: organisations
            .into_iter()
            .map(|found| (found.id, found.slug, found.name))
            .collect(),
        community: community.ok_or(Refusal::NotFound("community"))?.name,
    })
}

/// A case as its page shows it; `base` is where the pages of its parts are.
pub(crate) fn sheet(
    visit: &Visit,
    found: Found,
    place: Place,
    back: (String, String),
    action: String,
    base: &str,
) -> CaseSheet {
    let (locale, t) = (visit.viewer.locale, visit.viewer.text());
    let Found {
        page,
        people,
        organisations,
        community,
    } = found;
    let case = page.case;
    let office = |kind, organisation: Option<OrganisationId>| match (kind, organisation) {
        (_, Some(id)) => organisations
            .iter()
            .find(|known| known.0 == id)
            .map_or_else(String::new, |known| known.2.get(locale).to_owned()),
        (OfficeKind::District, None) => t.office_district().to_owned(),
        (_, None) => t.office_community(community.get(locale)),
    };
    let name = |id: PersonId| people.get(&id).cloned().unwrap_or_default();
    let parties = page.parties.iter().map(|party| {
        let who = match (party.person_id, party.organisation_id) {
            (Some(person), _) => name(person),
            (None, Some(_)) => office(OfficeKind::Organisation, party.organisation_id),
            (None, None) if party.community_office => office(OfficeKind::Community, None),
            (None, None) => party.name.clone().unwrap_or_default(),
        };
        (party.role, who)
    });
    let own = matches!(page.sight, Sight::Own(_));
    let asks = own
        && match page.sight {
            Sight::Own(resident) => page.parties.iter().any(|party| {
                party.person_id == Some(resident) && party.role == PartyRole::Reporter
            }),
            _ => false,
        };
    let verbs = if own {
        let rated = page.ratings.iter().any(|rating| rating.round == case.round);
        own_verbs(case.state, asks, rated)
    } else {
        staff_verbs(case.state, page.handover.is_some())
    };
    let mut offices = vec![
        (COMMUNITY.to_owned(), office(OfficeKind::Community, None)),
        (DISTRICT.to_owned(), office(OfficeKind::District, None)),
    ];
    offices.extend(
        organisations
            .iter()
            .map(|known| (known.1.clone(), known.2.get(locale).to_owned())),
    );
    CaseSheet {
        place,
        back,
        action,
        subject: None,
        number: page.number.to_string(),
        kind: page.type_title.get(locale).to_owned(),
        state: case.state,
        office: office(case.office, case.organisation_id),
        assignee: case.assignee_id.map(name),
        opened: case.opened,
        response_due: case.response_due,
        resolution_due: case.resolution_due,
        waits: case.waiting_reason.clone().zip(case.waiting_until),
        parties: parties.collect(),
        comments: page.comments.into_iter().map(comment).collect(),
        answers: page.answers.into_iter().map(comment).collect(),
        history: page
            .history
            .into_iter()
            .map(|line| (line.at, line.event, line.note))
            .collect(),
        sub_cases: page
            .sub_cases
            .iter()
            .map(|line| entry(visit, line, base))
            .collect(),
        hidden: page.hidden_sub_cases,
        asked: page
            .handover
            .as_ref()
            .map(|asked| office(asked.office, asked.organisation_id)),
        stars: page.ratings.iter().map(|rating| rating.stars).next_back(),
        verbs,
        offices: if own { Vec::new() } else { offices },
        title: case.title,
        description: case.description,
        at: case.place,
    }
}

fn comment(found: CaseComment) -> CommentEntry {
    CommentEntry {
        by_office: !matches!(
            found.author_office.as_str(),
            "resident" | "delegate" | "guardian" | "counter"
        ),
        kind: found.kind,
        text: found.text,
        at: found.at,
        retracted: found.retracted.is_some(),
    }
}

/// What the state of a case allows whose case it is to try.
fn own_verbs(state: CaseState, asks: bool, rated: bool) -> Vec<CaseVerb> {
    let merged = state == CaseState::Merged;
    let mut verbs = Vec::new();
    if !matches!(state, CaseState::Closed | CaseState::Cancelled) {
        verbs.push(CaseVerb::Comment);
    }
    if asks {
        if state.may_become(CaseState::Closed) {
            verbs.push(CaseVerb::Close);
        }
        if merged || (state == CaseState::Closed && !rated) {
            verbs.push(CaseVerb::Rate);
        }
        if merged || state.may_become(CaseState::Reopened) {
            verbs.push(CaseVerb::Reopen);
        }
        if state.may_become(CaseState::Cancelled) {
            verbs.push(CaseVerb::Withdraw);
        }
    }
    verbs
}

/// What the state of a case allows staff to try.
fn staff_verbs(state: CaseState, asked: bool) -> Vec<CaseVerb> {
    let mut verbs = Vec::new();
    for (next, verb) in [
        (CaseState::Accepted, CaseVerb::Accept),
        (CaseState::Waiting, CaseVerb::Wait),
        (CaseState::Resolved, CaseVerb::Resolve),
        (CaseState::Closed, CaseVerb::Close),
    ] {
        if state.may_become(next) {
            verbs.push(verb);
        }
    }
    if state.may_become(CaseState::InProgress) {
        verbs.push(if state == CaseState::Waiting {
            CaseVerb::Resume
        } else {
            CaseVerb::Start
        });
    }
    if !matches!(state, CaseState::Closed | CaseState::Cancelled) {
        verbs.extend([CaseVerb::Comment, CaseVerb::Answer]);
    }
    if state.is_active() {
        verbs.push(if asked {
            CaseVerb::TakeBack
        } else {
            CaseVerb::HandOver
        });
    }
    if state.may_become(CaseState::Merged) {
        verbs.push(CaseVerb::Merge);
    }
    if state.may_become(CaseState::Cancelled) {
        verbs.push(CaseVerb::Cancel);
    }
    verbs
}

/// The office of a code in a form.
pub(crate) async fn office_of(work: &mut Work, code: &str) -> Result<Accountable> {
    Ok(match code {
        COMMUNITY => Accountable::Community,
        DISTRICT => Accountable::District,
        slug => {
            let found = work.tx.find_organisation_by_slug(slug).await?;
            Accountable::Organisation(found.ok_or(Refusal::NotFound("organisation"))?.id)
        }
    })
}
