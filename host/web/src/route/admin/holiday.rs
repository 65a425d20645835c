//! Public holidays and make-up working days.

use crate::app::App;
use crate::page::admin::{HolidaysPage, SpecialDayEntry};
use crate::render::submission::Posted;
use crate::visit::DistrictAdmin;
use axum::body::Bytes;
use axum::extract::{Query, State};
use axum::response::Response;
use jiff::civil::{Date, Weekday};
use linli_core::{Refusal, act, holiday, view};
use linli_domain::Localised;
use linli_domain::holiday::{SpecialDay, published};
use serde::Deserialize;

#[derive(Deserialize)]
pub(crate) struct Year {
    year: Option<i16>,
}

/// The days of a year.
pub(crate) async fn list(
    DistrictAdmin { visit, .. }: DistrictAdmin,
    State(app): State<App>,
    Query(of): Query<Year>,
) -> Response {
    let this = visit.viewer.day_of(visit.viewer.now).year();
    let year = of.year.unwrap_or(this).clamp(this - 10, this + 10);
    let (first, last) = (Date::new(year, 1, 1), Date::new(year + 1, 1, 1));
    let (Ok(first), Ok(last)) = (first, last) else {
        return visit.refuse(Refusal::NotFound("page").into()).await;
    };
    match view!(app.core, |work| holiday::list(work, first, last).await) {
        Ok(days) => {
            let days = days.into_iter().filter_map(|row| {
                let special = row.special()?;
                Some(SpecialDayEntry {
                    day: row.day,
                    stands_for: match special {
                        SpecialDay::WorkingDay(weekday) => Some(weekday),
                        SpecialDay::Holiday => None,
                    },
                    name: row.name.get(visit.viewer.locale).to_owned(),
                })
            });
            let page = HolidaysPage {
                year,
                days: days.collect(),
                is_published: published(year).is_some(),
            };
            visit.page(&page).await
        }
        Err(error) => visit.refuse(error).await,
    }
}

/// Says what a day is, makes it like any other, or takes over a published list.
pub(crate) async fn change(
    DistrictAdmin { visit, admin }: DistrictAdmin,
    State(app): State<App>,
    body: Bytes,
) -> Response {
    let posted = Posted::from_body(&body);
    let year = posted.first("year").and_then(|year| year.parse().ok());
    let year: i16 = year.unwrap_or_else(|| visit.viewer.day_of(visit.viewer.now).year());
    let done = act!(app.core, |work| async {
        let day = || {
            let day = posted.first("day").and_then(|day| day.parse().ok());
            day.ok_or_else(|| Refusal::field("day", "请填写日期", "Write a day"))
        };
        match posted.first("do").unwrap_or_default() {
            "put" => {
                let name = |language| posted.first(language).unwrap_or_default().to_owned();
                let name = Localised::new(name("zh"), name("en"));
                let weekday = posted.first("kind").and_then(|kind| kind.parse().ok());
                let weekday = weekday.and_then(|day| Weekday::from_monday_one_offset(day).ok());
                let special = weekday.map_or(SpecialDay::Holiday, SpecialDay::WorkingDay);
                holiday::put(work, &admin, day()?, special, &name).await
            }
            "remove" => holiday::remove(work, &admin, day()?).await,
            "import" => holiday::import_default(work, &admin, year).await.map(drop),
            _ => Err(Refusal::NotFound("page").into()),
        }
    }
    .await);
    let page = format!("/admin/holidays?year={year}");
    visit
        .answer(done, visit.viewer.text().said_saved(), &page)
        .await
}
