//! What keeps an installation's trouble its own, on its page: that it is paused, and its budgets.

use super::settings::{self, Input, Setting};
use crate::format::Viewer;
use crate::i18n::Text;
use crate::part::PostButton;
use crate::render::harmless;
use linli_domain::Instant;
use linli_domain::budget::{Budget, Budgets};
use maud::{Markup, html};

/// That an installation failed too often and is not run.
#[derive(Clone, Debug)]
pub struct Pause {
    /// Since when.
    pub since: Instant,
    /// When it is tried again.
    pub next: Instant,
    /// How often it failed at that.
    pub times: u32,
    /// What the last failure was.
    pub reason: String,
    /// Names that request in the log.
    pub request: String,
}

impl Pause {
    /// Why, since when, until when, and a button that tries it now. `href`: the installation's page.
    pub(super) fn section(&self, href: &str, viewer: &Viewer) -> Markup {
        let t = viewer.text();
        let when = |at: Instant| html! { time datetime=(at.to_rfc3339()) { (viewer.instant(at)) } };
        html! {
            section.notice.danger aria-labelledby="pause" {
                h2 #pause { (t.pause_title()) }
                p { (t.pause_why()) }
                dl.facts {
                    div { dt { (t.failure_reason()) } dd { (harmless(&self.reason)) } }
                    div { dt { (t.failure_request()) } dd { code.long { (self.request) } } }
                    div { dt { (t.pause_since()) } dd { (when(self.since)) } }
                    div { dt { (t.pause_next()) } dd { (when(self.next)) } }
                    div { dt { (t.pause_times()) } dd { (self.times) } }
                }
                (PostButton { action: &format!("{href}/try"), values: &[], label: t.pause_try(), destructive: false }.plain(""))
                p.hint { (t.pause_try_hint()) }
            }
        }
    }
}

/// Budgets as fields of a form.
pub fn budget_fields(budgets: &Budgets, t: Text) -> Vec<Setting> {
    let all = Budget::ALL.into_iter();
    all.map(|budget| {
        let (least, most) = budget.bounds();
        Setting {
            name: budget.code().to_owned(),
            title: title(budget, t).to_owned(),
            description: Some(t.budget_bounds(budget.default(), least, most)),
            input: Input::Number {
                whole: true,
                min: Some(least.into()),
                max: Some(most.into()),
            },
            value: budgets.get(budget).to_string(),
            problem: None,
        }
    })
    .collect()
}

fn title(budget: Budget, t: Text) -> &'static str {
    match budget {
        Budget::Cpu => t.budget_cpu(),
        Budget::Wall => t.budget_wall(),
        Budget::Memory => t.budget_memory(),
        Budget::HostCalls => t.budget_host_calls(),
        Budget::Rows => t.budget_rows(),
        Budget::RecordKib => t.budget_record_kib(),
        Budget::LogLines => t.budget_log_lines(),
        Budget::Concurrent => t.budget_concurrent(),
        Budget::Timers => t.budget_timers(),
        Budget::Notices => t.budget_notices(),
        Budget::Outbound => t.budget_outbound(),
    }
}

/// The form that changes them.
pub(super) fn budget_section(fields: &[Setting], href: &str, t: Text) -> Markup {
    html! {
        section aria-labelledby="budgets" {
            h2 #budgets { (t.budgets()) }
            p.hint { (t.budgets_lead()) }
            details open[fields.iter().any(|field| field.problem.is_some())] {
                summary { (t.budgets_change()) }
                form.fields method="post" action={ (href) "/budgets" } {
                    @for field in fields { (settings::field(field, t)) }
                    div.submit { button type="submit" { (t.save()) } }
                }
            }
        }
    }
}
