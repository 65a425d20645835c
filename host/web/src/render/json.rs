//! A plugin's page as JSON, for mini-programs and other clients: what the HTML shows, in the same order, filled in by the
//! host for the same viewer. `docs/json.md` says what stands in it. Every value has a `text` as the page shows it, so that a
//! client needs to know no format.

use super::inline::tone_class;
use super::person::Shown;
use super::{Context, date_of, harmless, iso, submission};
use crate::format::number;
use linli_domain::Instant;
use linli_engine::page as wit;
use linli_engine::types::Slot;
use serde_json::{Value, json};

/// The whole page: title, way back and blocks. The caller has checked it with [`check`](super::check()).
pub fn page(page: &wit::Page, context: &Context<'_>) -> Value {
    json!({
        "title": harmless(&page.title),
        "back": page.back.as_ref().map(|link| context.json_link(link)),
        "blocks": page.blocks.iter().map(|block| context.json_block(block)).collect::<Vec<_>>(),
    })
}

impl Context<'_> {
    fn json_block(&self, block: &wit::Block) -> Value {
        match block {
            wit::Block::Heading(text) => json!({ "kind": "heading", "text": harmless(text) }),
            wit::Block::Text(line) => json!({ "kind": "text", "line": self.json_line(line) }),
            wit::Block::Notice(alert) => json!({
                "kind": "notice", "tone": tone_class(alert.tone), "line": self.json_line(&alert.text),
            }),
            wit::Block::Facts(facts) => json!({
                "kind": "facts",
                "facts": facts.iter().map(|fact| json!({
                    "label": harmless(&fact.label), "value": self.json_inline(&fact.value),
                })).collect::<Vec<_>>(),
            }),
            wit::Block::Table(table) => json!({
                "kind": "table",
                "caption": harmless(&table.caption),
                "columns": table.columns.iter().map(|column| json!({
                    "label": harmless(&column.label), "numeric": column.numeric,
                })).collect::<Vec<_>>(),
                "rows": table.rows.iter().map(|row| self.json_line(row)).collect::<Vec<_>>(),
                "empty": harmless(&table.empty),
                "next": table.next.as_ref().map(|to| self.href(to)),
            }),
            wit::Block::Cards(list) => json!({
                "kind": "cards",
                "cards": list.cards.iter().map(|card| json!({
                    "title": self.json_inline(&card.title),
                    "mark": card.mark.as_ref().map(json_mark),
                    "lines": self.json_line(&card.lines),
                    "links": card.links.iter().map(|link| self.json_link(link)).collect::<Vec<_>>(),
                    "actions": self.json_actions(&card.actions),
                })).collect::<Vec<_>>(),
                "empty": harmless(&list.empty),
                "next": list.next.as_ref().map(|to| self.href(to)),
            }),
            wit::Block::Form(form) => json!({
                "kind": "form",
                "fields": form.fields.iter().map(|field| self.json_field(field)).collect::<Vec<_>>(),
                "submit": self.json_action(&form.submit),
            }),
            wit::Block::Calendar(list) => self.json_events("calendar", list),
            wit::Block::Timeline(list) => self.json_events("timeline", list),
            wit::Block::Progress(progress) => json!({
                "kind": "progress",
                "label": harmless(&progress.label),
                "steps": progress.steps.iter().map(|step| harmless(step)).collect::<Vec<_>>(),
                "current": progress.current,
            }),
            wit::Block::Actions(actions) => {
                json!({ "kind": "actions", "actions": self.json_actions(actions) })
            }
            wit::Block::Links(links) => json!({
                "kind": "links",
                "links": links.iter().map(|link| self.json_link(link)).collect::<Vec<_>>(),
            }),
            wit::Block::Other(unknown) => json!({
                "kind": "other", "of": harmless(&unknown.kind), "text": harmless(&unknown.fallback),
            }),
        }
    }

    fn json_events(&self, kind: &str, list: &wit::EventList) -> Value {
        json!({
            "kind": kind,
            "events": list.events.iter().map(|event| json!({
                "title": self.json_inline(&event.title),
                "starts": iso(event.starts),
                "ends": event.ends.map(iso),
                "when": match event.ends {
                    Some(ends) => self.viewer.period(Instant(event.starts), Instant(ends)),
                    None => self.viewer.instant(Instant(event.starts)),
                },
                "mark": event.mark.as_ref().map(json_mark),
                "lines": self.json_line(&event.lines),
                "href": event.to.as_ref().map(|to| self.href(to)),
                "actions": self.json_actions(&event.actions),
            })).collect::<Vec<_>>(),
            "empty": harmless(&list.empty),
        })
    }

    fn json_link(&self, link: &wit::Link) -> Value {
        json!({ "label": harmless(&link.label), "href": self.href(&link.to) })
    }

    fn json_line(&self, line: &[wit::Inline]) -> Vec<Value> {
        line.iter().map(|inline| self.json_inline(inline)).collect()
    }

    fn json_inline(&self, inline: &wit::Inline) -> Value {
        let viewer = self.viewer;
        match inline {
            wit::Inline::Text(text) => json!({ "kind": "text", "text": harmless(text) }),
            wit::Inline::Person(field) => match self.persons.get(field) {
                Shown::Text(text) => json!({ "kind": "person", "text": harmless(text) }),
                Shown::Denied => json!({ "kind": "person", "text": "—", "denied": true }),
            },
            wit::Inline::Instant(at) => json!({
                "kind": "instant", "text": viewer.instant(Instant(*at)), "at": iso(*at),
            }),
            wit::Inline::Period((starts, ends)) => json!({
                "kind": "period", "text": viewer.period(Instant(*starts), Instant(*ends)),
                "starts": iso(*starts), "ends": iso(*ends),
            }),
            wit::Inline::Date(date) => match date_of(*date) {
                Some(date) => {
                    json!({ "kind": "date", "text": viewer.date(date), "date": date.to_string() })
                }
                None => json!({ "kind": "date", "text": "—" }),
            },
            wit::Inline::Number(value) => json!({
                "kind": "number", "text": number(*value), "number": value.is_finite().then_some(*value),
            }),
            wit::Inline::Link(link) => json!({
                "kind": "link", "text": harmless(&link.label), "href": self.href(&link.to),
            }),
            wit::Inline::Mark(mark) => json!({
                "kind": "mark", "text": harmless(&mark.label), "tone": tone_class(mark.tone),
            }),
            wit::Inline::Other(unknown) => json!({
                "kind": "other", "of": harmless(&unknown.kind), "text": harmless(&unknown.fallback),
            }),
        }
    }

    fn json_actions(&self, actions: &[wit::Action]) -> Vec<Value> {
        actions
            .iter()
            .map(|action| self.json_action(action))
            .collect()
    }

    /// What to show of an action, and `post`: what goes back as it is, with the values of the form beside it.
    fn json_action(&self, action: &wit::Action) -> Value {
        json!({
            "label": harmless(&action.label),
            "effect": harmless(&action.effect),
            "confirm": action.confirm.as_deref().map(harmless),
            "destructive": action.destructive,
            "href": self.href(self.address),
            "post": {
                "key": (self.new_key)(),
                "for": self.subject,
                "action": action.name,
                "arguments": action.arguments,
            },
        })
    }

    fn json_field(&self, field: &wit::Field) -> Value {
        json!({
            "name": field.name,
            "label": harmless(&field.label),
            "hint": field.hint.as_deref().map(harmless),
            "required": field.required,
            "input": self.json_input(&field.input),
            "value": submission::encode(&field.value),
            "category": field.category,
        })
    }

    fn json_input(&self, input: &wit::Input) -> Value {
        let choices = |choices: &[wit::Choice]| {
            choices
                .iter()
                .map(|choice| json!({ "value": choice.value, "label": harmless(&choice.label) }))
                .collect::<Vec<_>>()
        };
        let date = |date: Option<wit::Date>| date.map(submission::iso_date);
        match input {
            wit::Input::Line(max) => json!({ "kind": "line", "max": max }),
            wit::Input::Paragraph(max) => json!({ "kind": "paragraph", "max": max }),
            wit::Input::Number(limits) => json!({
                "kind": "number", "min": limits.min, "max": limits.max, "step": limits.step,
                "unit": limits.unit.as_deref().map(harmless),
            }),
            wit::Input::Date(limits) => json!({
                "kind": "date", "min": date(limits.min), "max": date(limits.max),
            }),
            wit::Input::Time => json!({ "kind": "time" }),
            wit::Input::Slot(slots) => json!({
                "kind": "slot",
                "slots": slots.iter().map(|slot| self.json_slot(slot)).collect::<Vec<_>>(),
            }),
            wit::Input::Choice(offered) => {
                json!({ "kind": "choice", "choices": choices(offered) })
            }
            wit::Input::Several(offered) => {
                json!({ "kind": "several", "choices": choices(offered) })
            }
            wit::Input::YesNo => json!({ "kind": "yes-no" }),
            wit::Input::Rating(stars) => json!({ "kind": "rating", "stars": stars }),
            wit::Input::Other(unknown) => json!({
                "kind": "other", "of": harmless(&unknown.kind), "text": harmless(&unknown.fallback),
            }),
        }
    }

    fn json_slot(&self, slot: &Slot) -> Value {
        let (starts, ends) = (Instant(slot.starts), Instant(slot.ends));
        json!({
            "value": submission::encode_slot(slot),
            "text": self.viewer.period(starts, ends),
            "starts": iso(slot.starts),
            "ends": iso(slot.ends),
            "calendar": self.calendars.get(&slot.calendar.id).map(|title| harmless(title)),
        })
    }
}

fn json_mark(mark: &wit::Mark) -> Value {
    json!({ "label": harmless(&mark.label), "tone": tone_class(mark.tone) })
}
