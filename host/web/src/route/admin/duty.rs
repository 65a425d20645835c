//! Statutory duties: one admin records, another confirms.

use super::problems;
use crate::app::App;
use crate::page::admin::{DutiesPage, DutyEntry, DutyState};
use crate::render::submission::Posted;
use crate::route::inbox::Before;
use crate::route::my_data::field_title;
use crate::visit::{DistrictAdmin, Visit, see_other};
use axum::body::Bytes;
use axum::extract::{Form, Query, State};
use axum::response::Response;
use jiff::civil::Date;
use linli_core::{Admin, Refusal, act, district, duty, view};
use linli_domain::profile::ProfileField;
use linli_domain::{DutyId, Instant, Localised};
use serde::Deserialize;

const PAGE: &str = "/admin/duties";
/// How many a page shows.
const SLICE: u16 = 50;

/// Shows them.
pub(crate) async fn list(
    DistrictAdmin { visit, admin }: DistrictAdmin,
    State(app): State<App>,
    Query(before): Query<Before>,
) -> Response {
    let before = before.position().map(|(at, id)| (at, DutyId(id)));
    page(&visit, &app, &admin, before, Vec::new()).await
}

async fn page(
    visit: &Visit,
    app: &App,
    admin: &Admin,
    before: Option<(Instant, DutyId)>,
    problems: Vec<String>,
) -> Response {
    let locale = visit.viewer.locale;
    let found = view!(app.core, |work| async {
        let communities = work.tx.list_communities().await?;
        let found = duty::list(work, &admin.actor(), before, SLICE).await?;
        let next = found
            .last()
            .filter(|_| found.len() == usize::from(SLICE))
            .map(|last| format!("{PAGE}?at={}&id={}", last.proposed.0, last.id));
        let mut entries = Vec::new();
        for found in found {
            let proposer = work.tx.find_person(found.proposed_by).await?;
            let confirmer = match found.confirmed_by {
                Some(admin) => work.tx.find_person(admin).await?,
                None => None,
            };
            let state = if found.ended.is_some() {
                DutyState::Ended
            } else if found.expires <= work.now {
                DutyState::Expired
            } else if found.confirmed.is_some() {
                DutyState::InForce
            } else {
                DutyState::Waits(admin.person != Some(found.proposed_by))
            };
            let of = communities
                .iter()
                .find(|community| Some(community.id) == found.community_id);
            entries.push(DutyEntry {
                id: found.id.to_string(),
                plugin: found.plugin.to_string(),
                community: of.map(|community| community.name.get(locale).to_owned()),
                fields: found
                    .fields
                    .iter()
                    .map(|code| field_title(code, locale))
                    .collect(),
                law: found.law.get(locale).to_owned(),
                article: found.article.get(locale).to_owned(),
                proposer: proposer.map_or_else(String::new, |person| person.name),
                confirmer: confirmer.map(|person| person.name),
                expires: found.expires,
                state,
            });
        }
        let communities = communities
            .into_iter()
            .map(|community| {
                let name = community.name.get(locale).to_owned();
                (community.slug, name)
            })
            .collect();
        Ok((entries, communities, next))
    }
    .await);
    match found {
        Ok((entries, communities, next)) => {
            let page = DutiesPage {
                entries,
                fields: ProfileField::codes()
                    .into_iter()
                    .map(|code| (code.to_owned(), field_title(code, locale)))
                    .collect(),
                communities,
                problems,
                next,
            };
            visit.page(&page).await
        }
        Err(error) => visit.refuse(error).await,
    }
}

/// Records one.
pub(crate) async fn propose(
    DistrictAdmin { visit, admin }: DistrictAdmin,
    State(app): State<App>,
    body: Bytes,
) -> Response {
    let posted = Posted::from_body(&body);
    let one = |name: &str| posted.first(name).unwrap_or_default().to_owned();
    let zone = visit.viewer.zone.clone();
    let done = act!(app.core, |work| async {
        let plugin = one("plugin").trim().parse();
        let community = match one("community").as_str() {
            "" => None,
            code => Some(district::community(work, code).await?.id),
        };
        let until = one("until")
            .parse::<Date>()
            .ok()
            .and_then(|day| day.tomorrow().ok())
            .and_then(|day| Instant::from_civil(day.at(0, 0, 0, 0), &zone));
        let proposal = duty::Proposal {
            plugin: plugin.map_err(|_| Refusal::NotFound("plugin"))?,
            community,
            fields: posted.all("field").into_iter().map(str::to_owned).collect(),
            law: Localised::new(one("law-zh"), one("law-en")),
            article: Localised::new(one("article-zh"), one("article-en")),
            expires: until.unwrap_or(work.now),
        };
        duty::propose(work, &admin.actor(), &proposal).await
    }
    .await);
    match done {
        Ok(_) => {
            visit
                .say(true, visit.viewer.text().said_duty_recorded())
                .await;
            see_other(PAGE)
        }
        Err(error) => match problems(&visit, error) {
            Ok(problems) => page(&visit, &app, &admin, None, problems).await,
            Err(error) => visit.refuse(error).await,
        },
    }
}

#[derive(Deserialize)]
pub(crate) struct Decision {
    duty: DutyId,
    #[serde(rename = "do")]
    verb: Verb,
}

#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Verb {
    Confirm,
    End,
}

/// Confirms one, or ends it.
pub(crate) async fn decide(
    DistrictAdmin { visit, admin }: DistrictAdmin,
    State(app): State<App>,
    Form(form): Form<Decision>,
) -> Response {
    let done = act!(app.core, |work| match form.verb {
        Verb::Confirm => duty::confirm(work, &admin.actor(), form.duty).await,
        Verb::End => duty::end(work, &admin.actor(), form.duty).await,
    });
    let t = visit.viewer.text();
    let said = match form.verb {
        Verb::Confirm => t.said_duty_confirmed(),
        Verb::End => t.said_ended(),
    };
    visit.done(done, said, PAGE).await
}
