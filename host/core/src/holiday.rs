//! Public holidays and make-up working days, as data that an admin edits, and the working time that follows from them.

use crate::caller::Admin;
use crate::error::{Refusal, Result};
use crate::work::Work;
use crate::{appointment_waiting, district};
use jiff::ToSpan as _;
use jiff::civil::Date;
use linli_domain::Localised;
use linli_domain::holiday::{self, SpecialDay, SpecialDays};
use linli_domain::working_time::{Minutes, WorkingTime};
use linli_store::holiday::SpecialDayRow;
use serde_json::json;

/// The most days of one list.
pub const MAX_DAYS: i32 = 1_100;
/// How many years from today a special day may be.
const MAX_YEARS: i16 = 10;

/// The special days of the half-open range, by date.
pub async fn list(work: &mut Work, from: Date, to: Date) -> Result<Vec<SpecialDayRow>> {
    let days = to.since(from).map_or(i32::MAX, |span| span.get_days());
    if days > MAX_DAYS {
        return Err(Refusal::Invalid(format!("{days} days; at most {MAX_DAYS}")).into());
    }
    Ok(work.tx.list_special_days(from, to).await?)
}

/// The special days of the half-open range, as working time reads them.
pub async fn special_days(work: &mut Work, from: Date, to: Date) -> Result<SpecialDays> {
    let rows = work.tx.list_special_days(from, to).await?;
    Ok(rows
        .into_iter()
        .filter_map(|row| Some((row.day, row.special()?)))
        .collect())
}

/// The working time of an office that is open from Monday to Friday between two minutes of the day, in the district's zone,
/// with the special days from a year ago to three years ahead: what a clock in working hours runs in.
pub async fn office_time(work: &mut Work, minutes: Minutes) -> Result<WorkingTime> {
    if !minutes.is_valid() {
        let problem = format!("hours from {} to {} minutes", minutes.from, minutes.to);
        return Err(Refusal::Invalid(problem).into());
    }
    let zone = district::zone(work).await?;
    let today = work.now.to_civil(&zone).date();
    let special = match (today.checked_sub(1.years()), today.checked_add(3.years())) {
        (Ok(from), Ok(to)) => special_days(work, from, to).await?,
        _ => SpecialDays::new(),
    };
    Ok(WorkingTime::office(minutes, special, zone))
}

/// Says what a day is; replaces what was said before. A make-up working day is at a week-end.
pub async fn put(
    work: &mut Work,
    admin: &Admin,
    day: Date,
    special: SpecialDay,
    name: &Localised,
) -> Result<()> {
    district::check_name(name)?;
    let zone = district::zone(work).await?;
    let today = work.now.to_civil(&zone).date();
    if (day.year() - today.year()).abs() > MAX_YEARS {
        return Err(Refusal::field(
            "day",
            "日期离今天太远，请选择十年以内的日期",
            "The day is too far away; choose one within ten years",
        )
        .into());
    }
    if let SpecialDay::WorkingDay(weekday) = special
        && (is_weekend(day.weekday()) == is_weekend(weekday))
    {
        return Err(Refusal::field(
            "day",
            "调休上班日须为周六或周日，并对应一个工作日（周一至周五）",
            "A make-up working day is a Saturday or Sunday and stands for a weekday from Monday to Friday",
        )
        .into());
    }
    work.tx.put_special_day(day, special, name).await?;
    let detail =
        json!({ "kind": special.code(), "stands-for": special.stands_for(), "name": name });
    work.audit_act(&admin.actor(), None, "special-day.put", day, detail)
        .await?;
    appointment_waiting::promote_on(work, day).await
}

fn is_weekend(weekday: jiff::civil::Weekday) -> bool {
    matches!(
        weekday,
        jiff::civil::Weekday::Saturday | jiff::civil::Weekday::Sunday
    )
}

/// Makes a day like any other of its weekday again. Appointments stay as they are.
pub async fn remove(work: &mut Work, admin: &Admin, day: Date) -> Result<()> {
    if !work.tx.delete_special_day(day).await? {
        return Err(Refusal::NotFound("special day").into());
    }
    work.audit_act(&admin.actor(), None, "special-day.remove", day, json!({}))
        .await?;
    appointment_waiting::promote_on(work, day).await
}

/// Takes over the published list of a year that this release knows; answers how many days. Days that the list does not name
/// stay as they are; what was said before about a day that it names is replaced.
pub async fn import_default(work: &mut Work, admin: &Admin, year: i16) -> Result<usize> {
    let Some(days) = holiday::published(year) else {
        return Err(Refusal::field(
            "year",
            format!("没有 {year} 年的内置放假安排，请逐日填写"),
            format!("There is no built-in list for {year}; enter the days one by one"),
        )
        .into());
    };
    for (day, (special, name)) in &days {
        work.tx.put_special_day(*day, *special, name).await?;
    }
    let detail = json!({ "days": days.len() });
    work.audit_act(&admin.actor(), None, "special-day.import", year, detail)
        .await?;
    for day in days.keys() {
        appointment_waiting::promote_on(work, *day).await?;
    }
    Ok(days.len())
}
