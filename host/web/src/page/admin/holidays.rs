//! Public holidays and make-up working days: `POST /admin/holidays` with `do` (`put`, `remove`, `import`), `day`, `kind`
//! (`holiday`, or for a working day the weekday that it stands for, `1`–`5`), `zh`, `en`, `year`.

use crate::format::Viewer;
use crate::layout::{Page, Place};
use crate::part::{PostButton, hidden};
use crate::render::harmless;
use jiff::civil::{Date, Weekday};
use maud::{Markup, html};

/// A day that differs from what its weekday says.
#[derive(Clone, Debug)]
pub struct SpecialDayEntry {
    /// The day.
    pub day: Date,
    /// For a working day: the weekday that it stands for; else it is a holiday.
    pub stands_for: Option<Weekday>,
    /// What it is called.
    pub name: String,
}

/// The days of a year.
#[derive(Clone, Debug)]
pub struct HolidaysPage {
    /// Which year.
    pub year: i16,
    /// By date.
    pub days: Vec<SpecialDayEntry>,
    /// Whether the published list of the year is built in.
    pub is_published: bool,
}

const WEEKDAYS: [(i8, Weekday); 5] = [
    (1, Weekday::Monday),
    (2, Weekday::Tuesday),
    (3, Weekday::Wednesday),
    (4, Weekday::Thursday),
    (5, Weekday::Friday),
];

impl Page for HolidaysPage {
    fn title(&self, viewer: &Viewer) -> String {
        viewer.text().menu_holidays().to_owned()
    }

    fn place(&self) -> Option<Place> {
        Some(Place::Holidays)
    }

    fn body(&self, viewer: &Viewer) -> Markup {
        let t = viewer.text();
        let (action, year) = ("/admin/holidays", self.year.to_string());
        html! {
            h1 { (t.menu_holidays()) }
            p.lead { (t.holidays_lead()) }
            p.screen {
                a href={ (action) "?year=" (self.year - 1) } { (self.year - 1) } " · " strong { (self.year) } " · "
                a href={ (action) "?year=" (self.year + 1) } { (self.year + 1) }
            }
            @if self.days.is_empty() { p.empty { (t.holidays_none()) } } @else {
                ul.cards { @for special in &self.days { li.card {
                    h2 { (viewer.date(special.day)) }
                    p {
                        (harmless(&special.name)) " · "
                        @match special.stands_for {
                            None => (t.holidays_free()),
                            Some(weekday) => (t.holidays_working(viewer.weekday(weekday))),
                        }
                    }
                    (PostButton { action, values: &[("do", "remove"), ("day", &special.day.to_string()), ("year", &year)], label: t.remove(), destructive: true }
                        .confirm(t.holidays_remove_question(), t.holidays_remove_effect(), t))
                } } }
            }
            @if self.is_published {
                (PostButton { action, values: &[("do", "import"), ("year", &year)], label: t.holidays_import(), destructive: false }
                    .confirm(t.holidays_import_question(), t.holidays_import_effect(), t))
            }
            section aria-labelledby="add" {
                h2 #add { (t.holidays_add()) }
                form.fields method="post" action=(action) {
                    (hidden(&[("do", "put"), ("year", &year)]))
                    div.field { label for="day" { (t.field_day()) } input #day type="date" name="day" required; }
                    div.field {
                        label for="kind" { (t.holidays_kind()) }
                        select #kind name="kind" {
                            option value="holiday" { (t.holidays_free()) }
                            @for (number, weekday) in WEEKDAYS { option value=(number) { (t.holidays_working(viewer.weekday(weekday))) } }
                        }
                    }
                    div.field { label for="zh" { (t.field_name_zh()) } input #zh type="text" name="zh" lang="zh-CN" maxlength="80" required; }
                    div.field { label for="en" { (t.field_name_en()) } input #en type="text" name="en" lang="en" maxlength="80" required; }
                    div.submit { button type="submit" { (t.save()) } }
                }
            }
        }
    }
}
