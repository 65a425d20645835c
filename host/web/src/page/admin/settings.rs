//! Settings of a plugin as form fields, from the top level of its JSON Schema, and back.
//!
//! The schema itself is applied by `linli-registry`; here is only what a browser needs.

use crate::i18n::Text;
use crate::render::harmless;
use crate::render::submission::Posted;
use maud::{Markup, html};
use serde_json::{Map, Number, Value};

/// How a setting is typed in.
#[derive(Clone, PartialEq, Debug)]
pub enum Input {
    /// A whole number or any number, within bounds.
    Number {
        /// Whole numbers only.
        whole: bool,
        /// At least.
        min: Option<f64>,
        /// At most.
        max: Option<f64>,
    },
    /// One line.
    Line {
        /// At most so many characters.
        max: Option<u64>,
    },
    /// Yes or no.
    Flag,
    /// One of these.
    Choice(Vec<String>),
    /// Anything else, as JSON.
    Json,
}

/// One setting.
#[derive(Clone, PartialEq, Debug)]
pub struct Setting {
    /// Its key.
    pub name: String,
    /// The schema's `title`, or the key.
    pub title: String,
    /// The schema's `description`.
    pub description: Option<String>,
    /// How it is typed in.
    pub input: Input,
    /// What stands there.
    pub value: String,
    /// What is wrong with it.
    pub problem: Option<String>,
}

/// The fields of a schema, filled in with `values` or else the schema's defaults.
pub fn fields(schema: &Value, values: &Map<String, Value>) -> Vec<Setting> {
    let Some(properties) = schema.get("properties").and_then(Value::as_object) else {
        return Vec::new();
    };
    properties
        .iter()
        .map(|(name, schema)| {
            let text = |key: &str| schema.get(key).and_then(Value::as_str).map(str::to_owned);
            let input = match (
                schema.get("enum").and_then(Value::as_array),
                schema.get("type").and_then(Value::as_str),
            ) {
                (Some(choices), _) if choices.iter().all(Value::is_string) => Input::Choice(
                    choices
                        .iter()
                        .filter_map(Value::as_str)
                        .map(str::to_owned)
                        .collect(),
                ),
                (None, Some(kind @ ("integer" | "number"))) => Input::Number {
                    whole: kind == "integer",
                    min: schema.get("minimum").and_then(Value::as_f64),
                    max: schema.get("maximum").and_then(Value::as_f64),
                },
                (None, Some("string")) => Input::Line {
                    max: schema.get("maxLength").and_then(Value::as_u64),
                },
                (None, Some("boolean")) => Input::Flag,
                _ => Input::Json,
            };
            let value = values
                .get(name)
                .or_else(|| schema.get("default"))
                .map_or_else(String::new, |value| match value {
                    Value::String(text) if input != Input::Json => text.clone(),
                    other => other.to_string(),
                });
            let title = text("title").unwrap_or_else(|| name.clone());
            Setting {
                name: name.clone(),
                title,
                description: text("description"),
                input,
                value,
                problem: None,
            }
        })
        .collect()
}

/// Reads what was posted; on an error the fields again, filled in and with their problems.
pub fn decode(
    schema: &Value,
    posted: &Posted,
    t: Text,
) -> Result<Map<String, Value>, Vec<Setting>> {
    let mut settings = fields(schema, &Map::new());
    let mut values = Map::new();
    for setting in &mut settings {
        let given = posted
            .first(&format!("s.{}", setting.name))
            .unwrap_or_default()
            .trim()
            .to_owned();
        setting.value.clone_from(&given);
        if given.is_empty() && !matches!(setting.input, Input::Line { .. } | Input::Flag) {
            // Left empty, the schema's default holds.
            continue;
        }
        match read(&setting.input, &given, t) {
            Ok(value) => {
                values.insert(setting.name.clone(), value);
            }
            Err(problem) => setting.problem = Some(problem),
        }
    }
    if settings.iter().any(|setting| setting.problem.is_some()) {
        Err(settings)
    } else {
        Ok(values)
    }
}

fn read(input: &Input, given: &str, t: Text) -> Result<Value, String> {
    match input {
        Input::Number { whole: true, .. } => given
            .parse::<i64>()
            .map(Value::from)
            .map_err(|_| t.problem_whole_number().to_owned()),
        Input::Number { .. } => given
            .parse::<f64>()
            .ok()
            .and_then(Number::from_f64)
            .map(Value::Number)
            .ok_or_else(|| t.problem_number().to_owned()),
        Input::Line { .. } | Input::Choice(_) => Ok(Value::String(given.to_owned())),
        Input::Flag => Ok(Value::Bool(given == "true")),
        Input::Json => {
            serde_json::from_str(given).map_err(|error| t.problem_json(error.to_string()))
        }
    }
}

/// One field.
pub fn field(setting: &Setting, t: Text) -> Markup {
    let id = format!("s-{}", setting.name);
    let name = format!("s.{}", setting.name);
    let about = setting.description.is_some() || setting.problem.is_some();
    let by = about.then(|| format!("{id}-about"));
    let bad = setting.problem.as_ref().map(|_| "true");
    html! {
        div.field.bad[setting.problem.is_some()] {
            @if setting.input == Input::Flag {
                label.pick {
                    input type="checkbox" name=(name) value="true" checked[setting.value == "true"] aria-describedby=[&by];
                    span { (harmless(&setting.title)) }
                }
            } @else {
                label for=(id) { (harmless(&setting.title)) }
            }
            @if about {
                div.about id={ (id) "-about" } {
                    @if let Some(description) = &setting.description { p.hint { (harmless(description)) } }
                    @if let Some(problem) = &setting.problem { p.problem { (harmless(problem)) } }
                }
            }
            @match &setting.input {
                Input::Number { whole, min, max } => input type="number" id=(id) name=(name) value=(setting.value) min=[min] max=[max]
                    step=(if *whole { "1" } else { "any" }) aria-invalid=[bad] aria-describedby=[&by];,
                Input::Line { max } => input type="text" id=(id) name=(name) value=(setting.value) maxlength=[max] aria-invalid=[bad] aria-describedby=[&by];,
                Input::Flag => "",
                Input::Choice(choices) => select id=(id) name=(name) aria-invalid=[bad] aria-describedby=[&by] {
                    @for choice in choices { option value=(choice) selected[*choice == setting.value] { (harmless(choice)) } }
                },
                Input::Json => {
                    textarea id=(id) name=(name) rows="4" spellcheck="false" aria-invalid=[bad] aria-describedby=[&by] { "\n" (setting.value) }
                    p.hint { (t.settings_json()) }
                },
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use linli_domain::Locale;
    use serde_json::json;

    #[test]
    fn settings_go_to_the_form_and_back() {
        let schema = json!({ "type": "object", "properties": {
            "age": { "type": "integer", "minimum": 0, "default": 60, "title": "最低年龄" },
            "open": { "type": "boolean", "default": true },
            "kind": { "enum": ["a", "b"], "default": "b" },
        }});
        let shown = fields(&schema, &Map::new());
        assert_eq!(
            shown
                .iter()
                .map(|setting| setting.value.as_str())
                .collect::<Vec<_>>(),
            ["60", "b", "true"]
        );
        let t = Text::of(Locale::En);
        let posted = Posted::from_body(b"s.age=65&s.kind=a");
        assert_eq!(
            Value::Object(decode(&schema, &posted, t).unwrap()),
            json!({ "age": 65, "kind": "a", "open": false })
        );
        let refused = decode(&schema, &Posted::from_body(b"s.age=old"), t).unwrap_err();
        assert_eq!(
            (refused[0].value.as_str(), refused[0].problem.is_some()),
            ("old", true)
        );
    }
}
