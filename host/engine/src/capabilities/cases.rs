//! `linli:host/cases` over [`linli_core::case`].

use super::operation::{
    Answer, List, at, code, id_of, instant, open, operation, reference, reference_of,
};
use super::spaces::{reach as reach_space, space_ref};
use crate::bindings::linli::host::cases::{
    CaseEvent, CaseLine, CasePage, CasesSlice, Comment, CommentRef, CommentsSlice, Host, Opening,
    Outsider, Party, Who,
};
use crate::bindings::linli::host::types::{CaseRef, Cursor, PersonRef};
use crate::call::{Call, Unit};
use linli_core::case::{self, NewParty, Slice};
use linli_core::store::case as row;
use linli_core::{Result, organisation};
use linli_domain::case::CaseNumber;
use linli_domain::{CaseId, Instant};

/// The reference of a case.
pub(super) fn case_ref(id: CaseId) -> CaseRef {
    CaseRef { id: id.to_string() }
}

/// The case that a reference names, where it is this plugin's to deal with.
pub(super) async fn reach(unit: &mut Unit<'_>, case: &CaseRef) -> Result<CaseId> {
    let id = id_of(&case.id, "case")?;
    case::check_reach(unit.work, unit.service, unit.caller, id).await?;
    Ok(id)
}

/// Where nothing is due, the database has the end of time.
fn due(at: Instant) -> Option<i64> {
    (at.0 < Instant::BOUND).then_some(at.0)
}

fn shown(unit: &Unit<'_>, line: row::CaseLine) -> Result<CaseLine> {
    // Who deals with it is the office's affair.
    let assignee = line
        .assignee_id
        .filter(|_| unit.caller.works_for_organisation());
    Ok(CaseLine {
        case: case_ref(line.id),
        number: CaseNumber {
            year: line.year,
            number: line.number,
        }
        .to_string(),
        kind: line.type_title.get(unit.caller.locale).to_owned(),
        title: line.title,
        category: line.category,
        priority: line.priority.code().to_owned(),
        state: line.state.code().to_owned(),
        assignee: reference_of(unit, assignee)?,
        due: due(line.next_due),
        opened: line.opened.0,
        changed: line.changed.0,
    })
}

fn line_of(unit: &Unit<'_>, page: &case::CasePage) -> Result<CaseLine> {
    let case = &page.case;
    Ok(CaseLine {
        case: case_ref(case.id),
        number: page.number.to_string(),
        kind: page.type_title.get(unit.caller.locale).to_owned(),
        title: case.title.clone(),
        category: case.category.clone(),
        priority: case.priority.code().to_owned(),
        state: case.state.code().to_owned(),
        assignee: reference_of(unit, case.assignee_id)?,
        due: due(case.next_due),
        opened: case.opened.0,
        changed: case.changed.0,
    })
}

async fn shown_party(unit: &mut Unit<'_>, party: row::CaseParty) -> Result<Party> {
    let who = if let Some(person) = party.person_id {
        Who::Person(reference(unit, person)?)
    } else if let Some(organisation) = party.organisation_id {
        Who::Organisation(
            organisation::find_by_id(unit.work, organisation)
                .await?
                .slug,
        )
    } else if party.community_office {
        Who::CommunityOffice
    } else {
        Who::Outsider(Outsider {
            name: party.name.unwrap_or_default(),
            contact: party.contact.unwrap_or_default(),
        })
    };
    Ok(Party {
        role: party.role.code().to_owned(),
        who,
    })
}

async fn shown_page(unit: &mut Unit<'_>, page: case::CasePage) -> Result<CasePage> {
    let line = line_of(unit, &page)?;
    let mut parties = Vec::with_capacity(page.parties.len());
    for party in page.parties {
        parties.push(shown_party(unit, party).await?);
    }
    let sub_cases = page.sub_cases.into_iter().map(|sub| shown(unit, sub));
    let history = page.history.into_iter().map(|event| CaseEvent {
        at: event.at.0,
        event: event.event,
        state: event.state.code().to_owned(),
        note: event.note,
    });
    let last = page.ratings.iter().max_by_key(|rating| rating.round);
    let case = page.case;
    Ok(CasePage {
        line,
        description: case.description,
        place: case.place,
        space: case.space_id.map(space_ref),
        parties,
        response_due: case.response_due.map(|at| at.0),
        resolution_due: case.resolution_due.map(|at| at.0),
        waiting: case
            .waiting_reason
            .zip(case.waiting_until.map(|until| until.0)),
        parent: case.parent_id.map(case_ref),
        sub_cases: sub_cases.collect::<Result<_>>()?,
        history: history.collect(),
        stars: last.and_then(|rating| u8::try_from(rating.stars).ok()),
    })
}

async fn party_of(unit: &mut Unit<'_>, party: Party) -> Result<NewParty> {
    let who = match party.who {
        Who::Person(person) => case::Who::Person(open(unit, &person).await?),
        Who::Organisation(slug) => {
            case::Who::Organisation(organisation::find(unit.work, &slug).await?.id)
        }
        Who::CommunityOffice => case::Who::CommunityOffice,
        Who::Outsider(outsider) => case::Who::Outsider {
            name: outsider.name,
            contact: outsider.contact,
        },
    };
    Ok(NewParty {
        role: code("role", &party.role)?,
        who,
    })
}

/// The texts of a party, which come from people.
fn texts(party: &Party) -> [&str; 2] {
    match &party.who {
        Who::Outsider(outsider) => [&outsider.name, &outsider.contact],
        Who::Organisation(slug) => [slug, ""],
        Who::Person(_) | Who::CommunityOffice => ["", ""],
    }
}

async fn opening_of(unit: &mut Unit<'_>, opening: Opening) -> Result<case::Opening> {
    let space = match &opening.space {
        Some(space) => Some(reach_space(unit, space).await?.id),
        None => None,
    };
    let parent = match &opening.parent {
        Some(parent) => Some(reach(unit, parent).await?),
        None => None,
    };
    let mut parties = Vec::with_capacity(opening.parties.len());
    for party in opening.parties {
        parties.push(party_of(unit, party).await?);
    }
    Ok(case::Opening {
        community: unit.service.community.id,
        installation: Some(unit.service.id()),
        kind: opening.kind,
        title: opening.title,
        description: opening.description,
        category: opening.category,
        priority: code("priority", &opening.priority)?,
        place: case::Place {
            space,
            building: None,
            text: opening.place,
        },
        parties,
        parent,
        details: None,
    })
}

/// A call that moves a case and answers nothing: `moves!(self, "accept", case, [texts], |work, actor, id| operation)`.
macro_rules! moves {
    ($call:ident, $name:literal, $case:ident, [$($text:expr),*], |$work:ident, $actor:ident, $id:ident| $operation:expr) => {
        operation!($call, $name, writes, [$($text),*], |unit| {
            let $id = reach(unit, &$case).await?;
            let $actor = &unit.caller.actor(unit.service);
            let $work = &mut *unit.work;
            $operation.await
        })
    };
}

impl Host for Call {
    async fn open_case(&mut self, opening: Opening) -> Answer<CaseLine> {
        for party in &opening.parties {
            crate::call::check_text("cases.open-case", texts(party))?;
        }
        operation!(
            self,
            "cases.open-case",
            writes,
            [
                &opening.title,
                &opening.description,
                &opening.category,
                &opening.place,
                &opening.kind,
            ],
            |unit| {
                let opening = opening_of(unit, opening).await?;
                let actor = unit.caller.actor(unit.service);
                let (id, _) = case::open(unit.work, &actor, &opening).await?;
                let page = case::page(unit.work, &actor, id).await?;
                line_of(unit, &page)
            }
        )
    }

    async fn find(&mut self, case: CaseRef) -> Answer<CasePage> {
        operation!(self, "cases.find", reads, [], |unit| {
            let id = reach(unit, &case).await?;
            let actor = unit.caller.actor(unit.service);
            let page = case::page(unit.work, &actor, id).await?;
            shown_page(unit, page).await
        })
    }

    async fn list_own(&mut self, after: Option<Cursor>, limit: u16) -> Answer<CasesSlice> {
        operation!(self, "cases.list-own", reads, [], |unit| {
            let list = List::of(unit, &format!("cases of {:?}", unit.caller.subject));
            let before = list.after(unit, after, |id| id.parse().ok())?;
            let rows =
                case::list_own_of(unit.work, unit.service, unit.caller, before, limit).await?;
            let next = list.next(unit, limit, &rows, |last| last.id.to_string());
            let items = rows.into_iter().map(|line| shown(unit, line));
            Ok(CasesSlice {
                items: items.collect::<Result<_>>()?,
                next,
            })
        })
    }

    async fn list_work(
        &mut self,
        state: Option<String>,
        overdue: bool,
        after: Option<Cursor>,
        limit: u16,
    ) -> Answer<CasesSlice> {
        operation!(self, "cases.list-work", reads, [], |unit| {
            let list = List::of(unit, &format!("work in {state:?}, overdue {overdue}"));
            let slice = Slice {
                state: state.map(|state| code("state", &state)).transpose()?,
                overdue,
                after: list.after(unit, after, at)?,
                limit,
            };
            let rows = case::list_work_of(unit.work, unit.service, unit.caller, slice).await?;
            let next = list.next(unit, limit, &rows, |last| {
                format!("{} {}", last.next_due.0, last.id)
            });
            let items = rows.into_iter().map(|line| shown(unit, line));
            Ok(CasesSlice {
                items: items.collect::<Result<_>>()?,
                next,
            })
        })
    }

    async fn accept(&mut self, case: CaseRef) -> Answer<()> {
        moves!(self, "cases.accept", case, [], |work, actor, id| {
            case::accept(work, actor, id)
        })
    }

    async fn assign(&mut self, case: CaseRef, to: PersonRef) -> Answer<()> {
        operation!(self, "cases.assign", writes, [], |unit| {
            let id = reach(unit, &case).await?;
            let person = open(unit, &to).await?;
            let actor = unit.caller.actor(unit.service);
            case::assign(unit.work, &actor, id, person).await
        })
    }

    async fn start(&mut self, case: CaseRef) -> Answer<()> {
        moves!(self, "cases.start", case, [], |work, actor, id| {
            case::start(work, actor, id)
        })
    }

    async fn wait(&mut self, case: CaseRef, reason: String, until: i64) -> Answer<()> {
        operation!(self, "cases.wait", writes, [&reason], |unit| {
            let id = reach(unit, &case).await?;
            let until = instant("until", until)?;
            let actor = unit.caller.actor(unit.service);
            case::wait(unit.work, &actor, id, &reason, until).await
        })
    }

    async fn resume(&mut self, case: CaseRef) -> Answer<()> {
        moves!(self, "cases.resume", case, [], |work, actor, id| {
            case::resume(work, actor, id)
        })
    }

    async fn resolve(&mut self, case: CaseRef, answer: String) -> Answer<()> {
        moves!(self, "cases.resolve", case, [&answer], |work, actor, id| {
            case::resolve(work, actor, id, &answer)
        })
    }

    async fn close(&mut self, case: CaseRef) -> Answer<()> {
        moves!(self, "cases.close", case, [], |work, actor, id| {
            case::close(work, actor, id)
        })
    }

    async fn reopen(&mut self, case: CaseRef, reason: String) -> Answer<()> {
        moves!(self, "cases.reopen", case, [&reason], |work, actor, id| {
            case::reopen(work, actor, id, &reason)
        })
    }

    async fn cancel(&mut self, case: CaseRef, reason: String) -> Answer<()> {
        moves!(self, "cases.cancel", case, [&reason], |work, actor, id| {
            case::cancel(work, actor, id, &reason)
        })
    }

    async fn withdraw(&mut self, case: CaseRef, reason: String) -> Answer<()> {
        moves!(
            self,
            "cases.withdraw",
            case,
            [&reason],
            |work, actor, id| { case::withdraw(work, actor, id, &reason) }
        )
    }

    async fn add_comment(
        &mut self,
        case: CaseRef,
        kind: String,
        text: String,
    ) -> Answer<CommentRef> {
        operation!(self, "cases.add-comment", writes, [&text], |unit| {
            let id = reach(unit, &case).await?;
            let kind = code("kind", &kind)?;
            let actor = unit.caller.actor(unit.service);
            let id = case::comment(unit.work, &actor, id, kind, &text).await?;
            Ok(CommentRef { id: id.to_string() })
        })
    }

    async fn list_comments(
        &mut self,
        case: CaseRef,
        after: Option<Cursor>,
        limit: u16,
    ) -> Answer<CommentsSlice> {
        operation!(self, "cases.list-comments", reads, [], |unit| {
            let id = reach(unit, &case).await?;
            let list = List::of(unit, &format!("comments on {id}"));
            let before = list.after(unit, after, at)?;
            let actor = unit.caller.actor(unit.service);
            let rows = case::list_comments(unit.work, &actor, id, before, limit).await?;
            let next = list.next(unit, limit, &rows, |last| {
                format!("{} {}", last.at.0, last.id)
            });
            let staff = unit.caller.works_for_organisation();
            let items = rows.into_iter().map(|row| {
                let author = row
                    .author_id
                    .filter(|author| staff || Some(*author) == unit.caller.person);
                Ok(Comment {
                    comment: CommentRef {
                        id: row.id.to_string(),
                    },
                    at: row.at.0,
                    author: reference_of(unit, author)?,
                    kind: row.kind.code().to_owned(),
                    text: row.text,
                    retracted: row.retracted.is_some(),
                })
            });
            Ok(CommentsSlice {
                items: items.collect::<Result<_>>()?,
                next,
            })
        })
    }

    async fn add_party(&mut self, case: CaseRef, party: Party) -> Answer<()> {
        crate::call::check_text("cases.add-party", texts(&party))?;
        operation!(self, "cases.add-party", writes, [], |unit| {
            let id = reach(unit, &case).await?;
            let party = party_of(unit, party).await?;
            let actor = unit.caller.actor(unit.service);
            case::add_party(unit.work, &actor, id, &party).await?;
            Ok(())
        })
    }

    async fn rate(&mut self, case: CaseRef, stars: u8, text: String) -> Answer<()> {
        moves!(self, "cases.rate", case, [&text], |work, actor, id| {
            case::rate(work, actor, id, stars, &text)
        })
    }
}
