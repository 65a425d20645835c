//! What a browser posts, read as the values of the form that the page shows.

use super::address::pairs;
use super::form::time_value;
use super::{date_of, harmless};
use crate::format::{Viewer, number};
use crate::i18n::Text;
use jiff::civil;
use linli_engine::page as wit;
use linli_engine::types::{Date, Slot};

/// The name of the field that holds the idempotency key.
pub const KEY: &str = "key";
/// The name of the field that says for whom the page was shown.
pub const SUBJECT: &str = "for";
/// The name of the field that holds the action's name.
pub const ACTION: &str = "action";
/// What names of arguments begin with.
pub const ARGUMENT: &str = "a.";
/// What names of fields begin with.
pub const FIELD: &str = "f.";

/// The pairs that were posted.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub struct Posted(Vec<(String, String)>);

impl Posted {
    /// From a body of `application/x-www-form-urlencoded`.
    pub fn from_body(body: &[u8]) -> Self {
        let mut pairs = pairs(body);
        for text in pairs.iter_mut().flat_map(|(name, value)| [name, value]) {
            // Nobody means U+0000, and PostgreSQL cannot hold it.
            text.retain(|c| c != '\0');
        }
        Self(pairs)
    }

    /// From the JSON that `docs/json.md` describes; none where it is anything else.
    pub fn from_json(body: &[u8]) -> Option<Self> {
        #[derive(serde::Deserialize)]
        #[serde(untagged)]
        enum Given {
            One(String),
            Many(Vec<String>),
        }
        #[derive(serde::Deserialize)]
        #[serde(deny_unknown_fields)]
        struct Body {
            key: Option<String>,
            r#for: Option<String>,
            action: Option<String>,
            #[serde(default)]
            arguments: Vec<(String, String)>,
            #[serde(default)]
            values: std::collections::BTreeMap<String, Given>,
        }
        let body: Body = serde_json::from_slice(body).ok()?;
        let named = [
            (KEY, body.key),
            (SUBJECT, body.r#for),
            (ACTION, body.action),
        ];
        let named = named
            .into_iter()
            .filter_map(|(name, value)| Some((name.to_owned(), value?)));
        let arguments = body
            .arguments
            .into_iter()
            .map(|(name, value)| (format!("{ARGUMENT}{name}"), value));
        let values = body.values.into_iter().flat_map(|(name, given)| {
            let many = match given {
                Given::One(value) => vec![value],
                Given::Many(values) => values,
            };
            many.into_iter()
                .map(move |value| (format!("{FIELD}{name}"), value))
        });
        let mut pairs: Vec<_> = named.chain(arguments).chain(values).collect();
        for text in pairs.iter_mut().flat_map(|(name, value)| [name, value]) {
            text.retain(|c| c != '\0');
        }
        Some(Self(pairs))
    }

    /// The same with another idempotency key.
    #[must_use]
    pub fn with_key(mut self, key: &str) -> Self {
        self.0.retain(|(name, _)| name != KEY);
        self.0.push((KEY.to_owned(), key.to_owned()));
        self
    }

    /// From pairs.
    pub fn from_pairs(pairs: Vec<(String, String)>) -> Self {
        Self(pairs)
    }

    /// All pairs, to be kept while the resident is asked for consent.
    pub fn pairs(&self) -> &[(String, String)] {
        &self.0
    }

    /// The first value of a name.
    pub fn first(&self, name: &str) -> Option<&str> {
        self.0
            .iter()
            .find(|(key, _)| key == name)
            .map(|(_, value)| value.as_str())
    }

    /// All values of a name.
    pub fn all(&self, name: &str) -> Vec<&str> {
        self.0
            .iter()
            .filter(|(key, _)| key == name)
            .map(|(_, value)| value.as_str())
            .collect()
    }

    /// The action's name.
    pub fn action(&self) -> Option<&str> {
        self.first(ACTION)
    }

    /// For whom the page was shown: [`Context::subject`](super::Context::subject).
    pub fn subject(&self) -> Option<&str> {
        self.first(SUBJECT)
    }

    /// The idempotency key.
    pub fn key(&self) -> Option<&str> {
        self.first(KEY)
    }

    /// The action's arguments, in order.
    pub fn arguments(&self) -> Vec<(String, String)> {
        self.0
            .iter()
            .filter_map(|(key, value)| {
                Some((key.strip_prefix(ARGUMENT)?.to_owned(), value.clone()))
            })
            .collect()
    }
}

/// What a post answers to.
#[derive(Debug)]
pub enum Located<'p> {
    /// A form of the page, with fields to [`decode`].
    Form(&'p wit::Form),
    /// A button without fields.
    Action(&'p wit::Action),
}

/// Finds what was pressed on the page as it is now. None where the page no longer offers it: say so and show the page.
pub fn locate<'p>(page: &'p wit::Page, posted: &Posted) -> Option<Located<'p>> {
    let is = |action: &wit::Action| is_action(action, posted);
    page.blocks.iter().find_map(|block| match block {
        wit::Block::Form(form) => is(&form.submit).then_some(Located::Form(form)),
        wit::Block::Actions(actions) => actions
            .iter()
            .find(|action| is(action))
            .map(Located::Action),
        wit::Block::Cards(list) => list
            .cards
            .iter()
            .flat_map(|card| &card.actions)
            .find(|action| is(action))
            .map(Located::Action),
        wit::Block::Calendar(list) | wit::Block::Timeline(list) => list
            .events
            .iter()
            .flat_map(|event| &event.actions)
            .find(|action| is(action))
            .map(Located::Action),
        _ => None,
    })
}

/// Whether the post answers to this form.
pub fn is_of(form: &wit::Form, posted: &Posted) -> bool {
    is_action(&form.submit, posted)
}

fn is_action(action: &wit::Action, posted: &Posted) -> bool {
    posted.action() == Some(action.name.as_str()) && posted.arguments() == action.arguments
}

/// The name of a field in HTML.
pub(super) fn name_of(field: &wit::Field) -> String {
    format!("{FIELD}{}", field.name)
}

/// A value as the browser posts it.
pub(super) fn encode(value: &wit::Value) -> Vec<String> {
    match value {
        wit::Value::None => vec![],
        wit::Value::Text(text) => vec![text.clone()],
        wit::Value::Number(value) => vec![value.to_string()],
        wit::Value::Flag(flag) => vec![if *flag { "yes" } else { "no" }.to_owned()],
        wit::Value::Many(values) => values.clone(),
        wit::Value::Date(date) => vec![iso_date(*date)],
        wit::Value::Time(minute) => vec![time_value(*minute)],
        wit::Value::Slot(slot) => vec![encode_slot(slot)],
    }
}

pub(super) fn iso_date(date: Date) -> String {
    format!("{:04}-{:02}-{:02}", date.year, date.month, date.day)
}

pub(super) fn encode_slot(slot: &Slot) -> String {
    format!("{}_{}_{}", slot.starts, slot.ends, slot.calendar.id)
}

/// The values of a form, one a field, and what is wrong with them. Call `act` only where `problems` is empty.
#[derive(Debug)]
pub struct Decoded {
    /// In the order of the fields.
    pub values: Vec<(String, wit::Value)>,
    /// By field name, in the viewer's language.
    pub problems: Vec<(String, String)>,
}

/// Reads what was posted as values of the form's fields, within their limits.
pub fn decode(form: &wit::Form, posted: &Posted, viewer: &Viewer) -> Decoded {
    let mut decoded = Decoded {
        values: Vec::with_capacity(form.fields.len()),
        problems: Vec::new(),
    };
    for field in &form.fields {
        let given: Vec<&str> = posted
            .all(&name_of(field))
            .into_iter()
            .filter(|value| !value.trim().is_empty())
            .collect();
        let value = match read(&field.input, &given, viewer) {
            Ok(wit::Value::None)
                if field.required && !matches!(field.input, wit::Input::Other(_)) =>
            {
                Err(missing(&field.input, viewer.text()))
            }
            read => read,
        };
        let value = value.unwrap_or_else(|problem| {
            decoded.problems.push((field.name.clone(), problem));
            wit::Value::None
        });
        decoded.values.push((field.name.clone(), value));
    }
    decoded
}

fn missing(input: &wit::Input, t: Text) -> String {
    match input {
        wit::Input::Slot(_) => t.problem_slot_missing(),
        wit::Input::Choice(_)
        | wit::Input::YesNo
        | wit::Input::Rating(_)
        | wit::Input::Several(_) => t.problem_choose(),
        _ => t.problem_missing(),
    }
    .to_owned()
}

fn read(input: &wit::Input, given: &[&str], viewer: &Viewer) -> Result<wit::Value, String> {
    let t = viewer.text();
    if let wit::Input::Several(choices) = input {
        if given
            .iter()
            .any(|value| !choices.iter().any(|choice| choice.value == *value))
        {
            return Err(t.problem_not_offered().to_owned());
        }
        // Each choice once, in the order in which they were offered.
        let many: Vec<String> = choices
            .iter()
            .filter(|choice| given.contains(&choice.value.as_str()))
            .map(|choice| choice.value.clone())
            .collect();
        return Ok(if many.is_empty() {
            wit::Value::None
        } else {
            wit::Value::Many(many)
        });
    }
    let Some(&text) = given.first() else {
        return Ok(wit::Value::None);
    };
    match input {
        wit::Input::Line(max) => line(text, *max, t, false),
        wit::Input::Paragraph(max) => line(text, *max, t, true),
        wit::Input::Number(limits) => read_number(text, limits, t),
        wit::Input::Date(limits) => read_date(text, *limits, viewer),
        wit::Input::Time => {
            civil::Time::strptime("%H:%M", text.trim().get(..5).unwrap_or(text.trim()))
                .ok()
                .and_then(|time| {
                    Some(wit::Value::Time(
                        u16::try_from(time.hour()).ok()? * 60
                            + u16::try_from(time.minute()).ok()?,
                    ))
                })
                .ok_or_else(|| t.problem_time().to_owned())
        }
        wit::Input::Slot(slots) => slots
            .iter()
            .find(|slot| encode_slot(slot) == text)
            .map(|slot| wit::Value::Slot(slot.clone()))
            .ok_or_else(|| t.problem_slot_gone().to_owned()),
        wit::Input::Choice(choices) => choices
            .iter()
            .find(|choice| choice.value == text)
            .map(|choice| wit::Value::Text(choice.value.clone()))
            .ok_or_else(|| t.problem_not_offered().to_owned()),
        wit::Input::YesNo => match text {
            "yes" => Ok(wit::Value::Flag(true)),
            "no" => Ok(wit::Value::Flag(false)),
            _ => Err(t.problem_not_offered().to_owned()),
        },
        wit::Input::Rating(stars) => match text.parse::<u8>() {
            Ok(rating) if (1..=(*stars).min(10)).contains(&rating) => {
                Ok(wit::Value::Number(f64::from(rating)))
            }
            _ => Err(t.problem_not_offered().to_owned()),
        },
        wit::Input::Several(_) | wit::Input::Other(_) => Ok(wit::Value::None),
    }
}

fn line(text: &str, max: u32, t: Text, several: bool) -> Result<wit::Value, String> {
    // Browsers post line ends as CR LF (HTML standard, form submission); characters are counted without the CR.
    let text = harmless(text.trim());
    let text = if several {
        text.into_owned()
    } else {
        text.replace('\n', " ")
    };
    let length = text.chars().count();
    if length > usize::try_from(max).unwrap_or(usize::MAX) {
        return Err(t.problem_too_long(length, max));
    }
    Ok(if text.is_empty() {
        wit::Value::None
    } else {
        wit::Value::Text(text)
    })
}

fn read_number(text: &str, limits: &wit::NumberLimits, t: Text) -> Result<wit::Value, String> {
    let value: f64 = text
        .trim()
        .parse()
        .ok()
        .filter(|value: &f64| value.is_finite())
        .ok_or_else(|| t.problem_number().to_owned())?;
    // The contract has no number above 2^53.
    let bound = 9_007_199_254_740_992.0;
    let (min, max) = (limits.min.unwrap_or(-bound), limits.max.unwrap_or(bound));
    if value < min || value > max {
        return Err(match (limits.min, limits.max) {
            (Some(min), Some(max)) => t.problem_between(number(max), number(min)),
            (Some(min), None) if value < min => t.problem_at_least(number(min)),
            (None, Some(max)) if value > max => t.problem_at_most(number(max)),
            _ => t.problem_number().to_owned(),
        });
    }
    if let Some(step) = limits.step.filter(|step| *step > 0.0) {
        let steps = (value - limits.min.unwrap_or(0.0)) / step;
        if (steps - steps.round()).abs() > 1e-6 {
            return Err(t.problem_step(number(step)));
        }
    }
    Ok(wit::Value::Number(value))
}

fn read_date(text: &str, limits: wit::DateLimits, viewer: &Viewer) -> Result<wit::Value, String> {
    let t = viewer.text();
    let date: civil::Date =
        civil::Date::strptime("%Y-%m-%d", text.trim()).map_err(|_| t.problem_date().to_owned())?;
    if let Some(min) = limits.min.and_then(date_of).filter(|min| date < *min) {
        return Err(t.problem_date_from(viewer.date(min)));
    }
    if let Some(max) = limits.max.and_then(date_of).filter(|max| date > *max) {
        return Err(t.problem_date_until(viewer.date(max)));
    }
    let (month, day) = (date.month().unsigned_abs(), date.day().unsigned_abs());
    Ok(wit::Value::Date(Date {
        year: date.year(),
        month,
        day,
    }))
}
