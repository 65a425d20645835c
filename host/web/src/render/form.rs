//! Forms and buttons.

use super::submission::{self, Posted};
use super::{Context, plain};
use crate::format::clock;
use linli_engine::page as wit;
use maud::{Markup, html};

impl Context<'_> {
    /// A button with a form of its own.
    pub(super) fn action(&self, action: &wit::Action) -> Markup {
        let form = html! {
            form method="post" action=(self.href(self.address)) {
                (self.hidden(action))
                (self.button(action))
            }
        };
        html! { div.action {
            @match &action.confirm {
                Some(question) => (self.confirm(action, question, &form)),
                None => {
                    (form)
                    @if !action.effect.is_empty() { p.effect { (self.effect(action)) } }
                },
            }
        } }
    }

    /// What goes back with every submission: the action's name and arguments, and the key that makes it happen once.
    fn hidden(&self, action: &wit::Action) -> Markup {
        html! {
            input type="hidden" name=(submission::KEY) value=((self.new_key)());
            input type="hidden" name=(submission::SUBJECT) value=(self.subject);
            input type="hidden" name=(submission::ACTION) value=(action.name);
            @for (name, value) in &action.arguments {
                input type="hidden" name={ (submission::ARGUMENT) (name) } value=(value);
            }
        }
    }

    fn button(&self, action: &wit::Action) -> Markup {
        html! { button class=[action.destructive.then_some("danger")] type="submit" { (plain::text(&action.label)) } }
    }

    fn effect(&self, action: &wit::Action) -> Markup {
        html! {
            @if action.destructive { strong.warn { (self.t().destructive()) } " " }
            (plain::text(&action.effect))
        }
    }

    /// Opens to the question; only the button inside it acts.
    fn confirm(&self, action: &wit::Action, question: &str, act: &Markup) -> Markup {
        html! {
            details.confirm.danger[action.destructive] {
                summary { (plain::text(&action.label)) "…" }
                div.ask {
                    p.question { (plain::text(question)) }
                    @if !action.effect.is_empty() { p.effect { (self.effect(action)) } }
                    (act)
                }
            }
        }
    }

    pub(super) fn form(&self, form: &wit::Form) -> Markup {
        let refused = self
            .refused
            .filter(|refused| submission::is_of(form, &refused.posted));
        let posted = refused.map(|refused| &refused.posted);
        let problems = refused.map_or(&[][..], |refused| &refused.problems);
        let of_form = problems
            .iter()
            .filter(|(name, _)| !form.fields.iter().any(|field| field.name == *name));
        let action = &form.submit;
        html! {
            form.fields method="post" action=(self.href(self.address)) novalidate[refused.is_some()] {
                // Pressing Enter in a field would press the first button, past the question that is asked first.
                @if action.confirm.is_some() { button type="submit" disabled hidden {} }
                (self.hidden(action))
                @if !problems.is_empty() {
                    div.notice.danger role="alert" {
                        p { strong.tone { (self.t().form_problems()) } }
                        ul {
                            @for (_, problem) in of_form { li { (plain::text(problem)) } }
                            @for field in &form.fields {
                                @for (_, problem) in problems.iter().filter(|(name, _)| *name == field.name) {
                                    li { a href={ "#f-" (field.name) } { (plain::text(&field.label)) } ": " (plain::text(problem)) }
                                }
                            }
                        }
                    }
                }
                @for field in &form.fields {
                    @let problem = problems.iter().find(|(name, _)| *name == field.name).map(|(_, problem)| problem.as_str());
                    (self.field(field, posted, problem))
                }
                div.submit {
                    @match &action.confirm {
                        Some(question) => (self.confirm(action, question, &self.button(action))),
                        None => {
                            (self.button(action))
                            @if !action.effect.is_empty() { p.effect { (self.effect(action)) } }
                        },
                    }
                }
            }
        }
    }

    fn field(&self, field: &wit::Field, posted: Option<&Posted>, problem: Option<&str>) -> Markup {
        let name = submission::name_of(field);
        let id = format!("f-{}", field.name);
        let values = match posted {
            Some(posted) => posted.all(&name).into_iter().map(str::to_owned).collect(),
            None => submission::encode(&field.value),
        };
        let value = values.first().map_or("", String::as_str);
        let described = self.described(field, &id, problem);
        let by = described.is_some().then(|| format!("{id}-about"));
        let bad = problem.map(|_| "true");
        let grouped = matches!(
            field.input,
            wit::Input::Slot(_)
                | wit::Input::Choice(_)
                | wit::Input::Several(_)
                | wit::Input::YesNo
                | wit::Input::Rating(_)
        );
        let label = html! {
            (plain::text(&field.label))
            @if field.required { " " span.need { (self.t().required()) } } @else { " " span.need { (self.t().optional()) } }
        };
        let input = match &field.input {
            wit::Input::Line(max) => html! {
                input type="text" id=(id) name=(name) value=(plain::harmless(value)) maxlength=(max) required[field.required]
                    aria-invalid=[bad] aria-describedby=[&by];
            },
            wit::Input::Paragraph(max) => html! {
                textarea id=(id) name=(name) rows="4" maxlength=(max) required[field.required] aria-invalid=[bad] aria-describedby=[&by] {
                    "\n" (plain::text(value))
                }
            },
            wit::Input::Number(limits) => html! {
                span.with-unit {
                    input type="number" inputmode="decimal" id=(id) name=(name) value=(value) min=[limits.min] max=[limits.max]
                        step=(limits.step.map_or_else(|| "any".to_owned(), |step| step.to_string())) required[field.required]
                        aria-invalid=[bad] aria-describedby=[&by];
                    @if let Some(unit) = &limits.unit { " " span.unit { (plain::text(unit)) } }
                }
            },
            wit::Input::Date(limits) => html! {
                input type="date" id=(id) name=(name) value=(value) min=[limits.min.map(submission::iso_date)]
                    max=[limits.max.map(submission::iso_date)] required[field.required] aria-invalid=[bad] aria-describedby=[&by];
            },
            wit::Input::Time => html! {
                input type="time" id=(id) name=(name) value=(value) required[field.required] aria-invalid=[bad] aria-describedby=[&by];
            },
            wit::Input::Slot(slots) => self.slots(slots, &name, value, field.required),
            wit::Input::Choice(choices) => html! {
                @for choice in choices {
                    (radio(&name, &choice.value, choice.value == value, field.required, &html! { (plain::text(&choice.label)) }))
                }
            },
            wit::Input::Several(choices) => html! {
                @for choice in choices {
                    label.pick {
                        input type="checkbox" name=(name) value=(choice.value) checked[values.contains(&choice.value)];
                        span { (plain::text(&choice.label)) }
                    }
                }
            },
            wit::Input::YesNo => html! {
                (radio(&name, "yes", value == "yes", field.required, &html! { (self.t().yes()) }))
                (radio(&name, "no", value == "no", field.required, &html! { (self.t().no()) }))
            },
            wit::Input::Rating(stars) => html! {
                @for star in 1..=(*stars).min(10) {
                    @let star = star.to_string();
                    (radio(&name, &star, star == value, field.required, &html! { (star) " ★" }))
                }
            },
            wit::Input::Other(unknown) => html! { p { (plain::text(&unknown.fallback)) } },
        };
        html! {
            @if grouped {
                fieldset.field.bad[problem.is_some()] id=(id) aria-describedby=[&by] {
                    legend { (label) }
                    @if let Some(described) = described { (described) }
                    (input)
                }
            } @else {
                div.field.bad[problem.is_some()] {
                    label for=(id) { (label) }
                    @if let Some(described) = described { (described) }
                    (input)
                }
            }
        }
    }

    fn described(&self, field: &wit::Field, id: &str, problem: Option<&str>) -> Option<Markup> {
        let personal = field.category.as_deref().map(|category| {
            linli_domain::profile::ProfileField::from_code(category).map_or_else(
                || self.t().category_personal().to_owned(),
                |known| self.t().category(known.title_in(self.viewer.locale)),
            )
        });
        let sensitive = field.category.as_deref() == Some("health");
        (field.hint.is_some() || problem.is_some() || personal.is_some()).then(|| {
            html! {
                div.about id={ (id) "-about" } {
                    @if let Some(hint) = &field.hint { p.hint { (plain::text(hint)) } }
                    @if sensitive { p.hint { (self.t().category_health()) } }
                    @else if let Some(personal) = personal { p.hint { (personal) } }
                    @if let Some(problem) = problem { p.problem { (plain::text(problem)) } }
                }
            }
        })
    }
}

/// One radio button with its label around it, so that all of it can be touched.
pub(super) fn radio(
    name: &str,
    value: &str,
    checked: bool,
    required: bool,
    label: &Markup,
) -> Markup {
    html! { label.pick { input type="radio" name=(name) value=(value) checked[checked] required[required]; span { (label) } } }
}

/// The clock time of a time field's value.
pub(super) fn time_value(minute: u16) -> String {
    clock(minute)
}
