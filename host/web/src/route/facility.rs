//! The spaces of a community, for its staff.

use super::feed::address;
use super::space::weekdays;
use crate::app::App;
use crate::page::{
    BlackoutEntry, ExceptionEntry, FacilitiesPage, FacilityEntry, FacilityForm, FacilityPage,
    FeedPage,
};
use crate::render::submission::Posted;
use crate::visit::{LoggedIn, Visit};
use axum::body::Bytes;
use axum::extract::{Path, Query, State};
use axum::http::HeaderMap;
use axum::response::Response;
use jiff::civil::Date;
use linli_core::feed::{self, Of};
use linli_core::space::blackout::{Settlement, When, Which};
use linli_core::space::{self, SpaceInput, blackout, inventory};
use linli_core::{Refusal, Result, act, desk, view};
use linli_domain::recurrence::Recurrence;
use linli_domain::slot::WorkingHours;
use linli_domain::space::SpaceRules;
use linli_domain::working_time::Minutes;
use linli_domain::{BlackoutId, Localised, SpaceExceptionId, SpaceHoursId, SpaceId};
use linli_store::space::Space;
use serde::Deserialize;

/// How many spaces, black-outs and conflicts are listed.
const SLICE: u16 = 100;
/// Of how many days idle time is told.
const IDLE_DAYS: u16 = 7;

#[derive(Deserialize)]
pub(crate) struct After {
    after: Option<SpaceId>,
}

/// Lists the spaces with what is idle.
pub(crate) async fn list(
    LoggedIn { visit, login }: LoggedIn,
    State(app): State<App>,
    Path(community): Path<String>,
    Query(after): Query<After>,
) -> Response {
    let today = visit.viewer.day_of(visit.viewer.now);
    let found = view!(app.core, |work| async {
        let desk = desk::find(work, &login, &community, desk::COMMUNITY).await?;
        let at = Some(desk.community);
        let after = after.after;
        let idle =
            inventory::idle_of_all(work, &desk.actor, at, today, IDLE_DAYS, after, SLICE).await?;
        Ok((desk, idle))
    }
    .await);
    match found {
        Ok((desk, idle)) => {
            let (locale, href) = (visit.viewer.locale, format!("/work/{}", desk.path));
            let full = idle.len() == usize::from(SLICE);
            let next = idle.last().filter(|_| full);
            let next = next.map(|last| format!("{href}/spaces?after={}", last.space.id));
            let whole = |number: i64| u64::try_from(number).unwrap_or_default();
            let spaces = idle.into_iter().map(|idle| FacilityEntry {
                name: idle.space.name.get(locale).to_owned(),
                href: format!("{href}/spaces/{}", idle.space.id),
                closed: idle.space.closed.is_some(),
                hours: (whole(idle.open_minutes / 60), whole(idle.free_minutes / 60)),
                used: whole(idle.used_per_mille / 10),
            });
            let spaces = spaces.collect();
            let page = FacilitiesPage {
                desk: (desk.name.get(locale).to_owned(), href),
                spaces,
                next,
            };
            visit.page(&page).await
        }
        Err(error) => visit.refuse(error).await,
    }
}

/// Adds one.
pub(crate) async fn add(
    LoggedIn { visit, login }: LoggedIn,
    State(app): State<App>,
    Path(community): Path<String>,
    body: Bytes,
) -> Response {
    let posted = Posted::from_body(&body);
    let done = act!(app.core, |work| async {
        let desk = desk::find(work, &login, &community, desk::COMMUNITY).await?;
        let input = input(&posted, SpaceRules::default(), Vec::new());
        space::add(work, &desk.actor, desk.community, input)
            .await
            .map(drop)
    }
    .await);
    let page = format!("/work/{community}/community/spaces");
    visit
        .answer(done, visit.viewer.text().said_saved(), &page)
        .await
}

/// What a form says of a space; what it does not ask for stays.
fn input(posted: &Posted, rules: SpaceRules, equipment: Vec<String>) -> SpaceInput {
    let text = |name| posted.first(name).unwrap_or_default().to_owned();
    let number = |name| {
        let number = posted.first(name).and_then(|number| number.parse().ok());
        number.unwrap_or_default()
    };
    SpaceInput {
        name: Localised::new(text("zh"), text("en")),
        place: text("place"),
        kind: text("kind"),
        equipment,
        capacity: number("capacity"),
        concurrency: number("concurrency"),
        rules: SpaceRules {
            approval: posted.first("approval").is_some(),
            ..rules
        },
    }
}

/// One space.
pub(crate) async fn show(
    LoggedIn { visit, login }: LoggedIn,
    State(app): State<App>,
    Path((community, id)): Path<(String, SpaceId)>,
) -> Response {
    let today = visit.viewer.day_of(visit.viewer.now);
    let found = view!(app.core, |work| async {
        let desk = desk::find(work, &login, &community, desk::COMMUNITY).await?;
        let actor = &desk.actor;
        let feed = feed::since(work, actor, Of::Space(id)).await?;
        let space = space::find(work, id).await?;
        let hours = space::hours(work, id).await?;
        let exceptions = work.tx.list_space_exceptions(id, today, Date::MAX).await?;
        let mut blackouts = Vec::new();
        for made in blackout::list(work, actor, id, None, SLICE).await? {
            if made.lifted.is_none() {
                let conflicts = blackout::conflicts(work, actor, made.id, None, SLICE).await?;
                blackouts.push((made, conflicts));
            }
        }
        Ok((desk, space, hours, exceptions, blackouts, feed))
    }
    .await);
    let (desk, space, hours, exceptions, blackouts, feed) = match found {
        Ok(found) => found,
        Err(error) => return visit.refuse(error).await,
    };
    let above = format!("/work/{}/spaces", desk.path);
    let minute = |minute: i64| u16::try_from(minute).unwrap_or_default();
    let page = FacilityPage {
        href: format!("{above}/{id}"),
        above,
        name: space.name.get(visit.viewer.locale).to_owned(),
        form: form(&space),
        closed: space.closed,
        hours: hours
            .into_iter()
            .map(|row| {
                let days = spoken(&visit, &row.hours.days.rule);
                let id = row.id.to_string();
                (id, days, row.hours.from_minute, row.hours.to_minute)
            })
            .collect(),
        exceptions: exceptions
            .into_iter()
            .map(|row| {
                let open = row.from_minute.zip(row.to_minute);
                let open = open.map(|(from, to)| (minute(from), minute(to)));
                ExceptionEntry {
                    id: row.id.to_string(),
                    day: row.day,
                    open,
                }
            })
            .collect(),
        blackouts: blackouts
            .into_iter()
            .map(|(made, conflicts)| BlackoutEntry {
                id: made.id.to_string(),
                reason: made.reason,
                made: made.made,
                conflicts: conflicts
                    .into_iter()
                    .map(|booking| (booking.starts, booking.ends, booking.title))
                    .collect(),
            })
            .collect(),
        feed,
    };
    visit.page(&page).await
}

fn form(space: &Space) -> FacilityForm {
    FacilityForm {
        name: (space.name.zh.clone(), space.name.en.clone()),
        place: space.place.clone(),
        kind: space.kind.clone(),
        capacity: space.capacity,
        concurrency: space.concurrency,
        approval: space.rules.approval,
    }
}

/// The days of a weekly rule by their names; any other rule as it stands.
fn spoken(visit: &Visit, rule: &str) -> String {
    let t = visit.viewer.text();
    let Some(named) = rule.strip_prefix("FREQ=WEEKLY;BYDAY=") else {
        return match rule {
            "FREQ=DAILY" => t.facility_daily().to_owned(),
            other => other.to_owned(),
        };
    };
    let names = named.split(',').map(|day| {
        let index = super::space::DAYS.iter().position(|name| *name == day);
        let index = index.and_then(|index| i8::try_from(index).ok());
        let weekday =
            index.and_then(|index| jiff::civil::Weekday::from_monday_zero_offset(index).ok());
        weekday.map_or(day, |weekday| visit.viewer.weekday(weekday))
    });
    names.collect::<Vec<_>>().join(t.list_separator())
}

/// Changes a space, its hours, days and black-outs; makes and revokes its feed.
pub(crate) async fn change(
    LoggedIn { visit, login }: LoggedIn,
    State(app): State<App>,
    Path((community, id)): Path<(String, SpaceId)>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let posted = Posted::from_body(&body);
    let page = format!("/work/{community}/community/spaces/{id}");
    if posted.first("do") == Some("feed") {
        let made = act!(app.core, |work| async {
            let desk = desk::find(work, &login, &community, desk::COMMUNITY).await?;
            feed::make(work, &desk.actor, Of::Space(id)).await
        }
        .await);
        return match made {
            Ok(token) => {
                let url = address(&app, &headers, &token);
                let of_space = Some(page);
                visit.page(&FeedPage { url, of_space }).await
            }
            Err(error) => visit.refuse(error).await,
        };
    }
    let done = act!(app.core, |work| async {
        let desk = desk::find(work, &login, &community, desk::COMMUNITY).await?;
        let (actor, text) = (&desk.actor, posted.first("text").unwrap_or_default());
        let found = space::find(work, id).await?;
        if found.community_id != desk.community {
            return Err(Refusal::NotFound("space").into());
        }
        match posted.first("do").unwrap_or_default() {
            "change" => {
                let input = input(&posted, found.rules, found.equipment);
                space::change(work, actor, id, input).await.map(drop)
            }
            "close" => space::close(work, actor, id, text).await.map(drop),
            "hours" => {
                let hours = opening(&visit, &posted)?;
                space::add_hours(work, actor, id, hours).await.map(drop)
            }
            "hours-remove" => {
                let hours: SpaceHoursId = named(&posted, "hours")?;
                space::remove_hours(work, actor, id, hours).await
            }
            verb @ ("exception-open" | "exception-shut") => {
                let (day, minutes) = day_and_minutes(&visit, &posted)?;
                let open = (verb == "exception-open").then_some(minutes);
                space::add_exception(work, actor, id, day, open)
                    .await
                    .map(drop)
            }
            "exception-remove" => {
                let exception: SpaceExceptionId = named(&posted, "exception")?;
                space::remove_exception(work, actor, id, exception).await
            }
            "blackout" => {
                let when = When::Once(visit.range(&posted)?);
                blackout::make(work, actor, id, &when, text).await.map(drop)
            }
            "lift" => blackout::lift(work, actor, named(&posted, "blackout")?).await,
            verb @ ("keep" | "cancel") => {
                let settlement = match verb {
                    "keep" => Settlement::Keep,
                    _ => Settlement::Cancel(text.to_owned()),
                };
                let of: BlackoutId = named(&posted, "blackout")?;
                blackout::settle(work, actor, of, &Which::All, &settlement)
                    .await
                    .map(drop)
            }
            "feed-revoke" => feed::revoke(work, actor, Of::Space(id)).await.map(drop),
            _ => Err(Refusal::NotFound("page").into()),
        }
    }
    .await);
    visit
        .answer(done, visit.viewer.text().said_saved(), &page)
        .await
}

/// An id that a form names.
fn named<T: std::str::FromStr>(posted: &Posted, name: &str) -> Result<T> {
    let id = posted.first(name).and_then(|id| id.parse().ok());
    id.ok_or_else(|| Refusal::NotFound("opening hours").into())
}

/// The day of a form and its minutes of that day.
fn day_and_minutes(visit: &Visit, posted: &Posted) -> Result<(Date, Minutes)> {
    let range = visit.range(posted)?;
    let start = range.starts.to_civil(&visit.viewer.zone);
    let from = i64::from(start.hour()) * 60 + i64::from(start.minute());
    let minute = |minute: i64| u16::try_from(minute).unwrap_or(u16::MAX);
    let minutes = Minutes {
        from: minute(from),
        to: minute(from + range.minutes()),
    };
    Ok((start.date(), minutes))
}

/// Opening hours of every week, from today on.
fn opening(visit: &Visit, posted: &Posted) -> Result<WorkingHours> {
    let first = visit.viewer.day_of(visit.viewer.now);
    let day = vec![("day".to_owned(), first.to_string())];
    let pairs = day.into_iter().chain(posted.pairs().iter().cloned());
    let (_, minutes) = day_and_minutes(visit, &Posted::from_pairs(pairs.collect()))?;
    Ok(WorkingHours {
        days: Recurrence {
            first,
            rule: format!("FREQ=WEEKLY;BYDAY={}", weekdays(posted).join(",")),
            except: Default::default(),
        },
        from_minute: minutes.from,
        to_minute: minutes.to,
        holidays: Default::default(),
    })
}
