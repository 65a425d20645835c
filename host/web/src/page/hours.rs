//! My working hours: `POST /hours` with `calendar`, `day` (0 Monday … 6 Sunday, several), `from`, `to`;
//! `POST /hours/remove` with `hours`.

use crate::format::{Viewer, clock};
use crate::layout::{Page, Place};
use crate::part::{PostButton, problems};
use crate::render::harmless;
use jiff::civil::Weekday;
use maud::{Markup, html};

/// Hours of every week.
#[derive(Clone, Debug)]
pub struct WorkingHours {
    /// Their id.
    pub id: String,
    /// On which days.
    pub days: Vec<Weekday>,
    /// From which minute of the day.
    pub from: u16,
    /// To which minute of the day.
    pub to: u16,
}

/// A calendar of the reader.
#[derive(Clone, Debug)]
pub struct StaffCalendar {
    /// Its id.
    pub id: String,
    /// Organisation, community and role, in words.
    pub title: String,
    /// Its hours.
    pub hours: Vec<WorkingHours>,
}

/// The page of working hours.
#[derive(Clone, Debug, Default)]
pub struct HoursPage {
    /// The reader's calendars.
    pub calendars: Vec<StaffCalendar>,
    /// What was wrong with what was posted.
    pub problems: Vec<String>,
}

const DAYS: [Weekday; 7] = [
    Weekday::Monday,
    Weekday::Tuesday,
    Weekday::Wednesday,
    Weekday::Thursday,
    Weekday::Friday,
    Weekday::Saturday,
    Weekday::Sunday,
];

impl Page for HoursPage {
    fn title(&self, viewer: &Viewer) -> String {
        viewer.text().menu_hours().to_owned()
    }

    fn place(&self) -> Option<Place> {
        Some(Place::Hours)
    }

    fn body(&self, viewer: &Viewer) -> Markup {
        let t = viewer.text();
        html! {
            h1 { (t.menu_hours()) }
            p.lead { (t.hours_lead()) }
            (problems(&self.problems, t))
            @if self.calendars.is_empty() { p.empty { (t.hours_no_calendar()) } }
            @for calendar in &self.calendars {
                section {
                    h2 { (harmless(&calendar.title)) }
                    @if calendar.hours.is_empty() { p.empty { (t.hours_none()) } } @else {
                        ul.plain {
                            @for hours in &calendar.hours { li {
                                strong {
                                    (hours.days.iter().map(|day| viewer.weekday(*day)).collect::<Vec<_>>().join(t.list_separator()))
                                    " " (clock(hours.from)) "–" (clock(hours.to))
                                }
                                (PostButton { action: "/hours/remove", values: &[("hours", &hours.id)], label: t.remove(), destructive: true }
                                    .confirm(t.hours_remove_question(), t.hours_remove_effect(), t))
                            } }
                        }
                    }
                    form.fields method="post" action="/hours" {
                        h3 { (t.hours_add()) }
                        input type="hidden" name="calendar" value=(calendar.id);
                        fieldset.field {
                            legend { (t.hours_days()) }
                            div.times {
                                @for (index, day) in DAYS.into_iter().enumerate() {
                                    label.pick { input type="checkbox" name="day" value=(index) checked[index < 5]; span { (viewer.weekday(day)) } }
                                }
                            }
                        }
                        div.row {
                            div.field { label for={ "from-" (calendar.id) } { (t.hours_from()) } input id={ "from-" (calendar.id) } type="time" name="from" value="09:00" required; }
                            div.field { label for={ "to-" (calendar.id) } { (t.hours_to()) } input id={ "to-" (calendar.id) } type="time" name="to" value="17:00" required; }
                        }
                        div.submit { button type="submit" { (t.hours_add()) } }
                    }
                }
            }
        }
    }
}
