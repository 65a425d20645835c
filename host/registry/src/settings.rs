//! An installation's settings against the JSON Schema (draft 2020-12) of the manifest.

use jsonschema::{Draft, PatternOptions, Validator};
use serde_json::{Map, Value};

/// What is wrong with one setting.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SettingProblem {
    /// The setting's name, or its path as a JSON Pointer (RFC 6901) below it; empty for the whole.
    pub setting: String,
    /// What is wrong, in the words of the schema.
    pub message: String,
}

/// How deep a schema may nest.
const MAX_DEPTH: usize = 16;

/// Why a schema is not taken, or none. References are refused: a schema stands on its own and always ends.
///
/// # Errors
/// One sentence that names the place.
pub fn check_schema(schema: &Value) -> Result<(), String> {
    if schema.get("type") != Some(&Value::from("object")) {
        return Err("settings must be a JSON Schema with type = \"object\"".to_owned());
    }
    walk(schema, "settings", 0)?;
    validator(schema)?;
    for (name, value) in &defaults(schema) {
        let property = schema
            .get("properties")
            .and_then(|properties| properties.get(name));
        let Some(property) = property else { continue };
        if let Some(error) = validator(property)?.iter_errors(value).next() {
            return Err(format!("settings.properties.{name}.default: {error}"));
        }
    }
    Ok(())
}

fn walk(value: &Value, path: &str, depth: usize) -> Result<(), String> {
    if depth > MAX_DEPTH {
        return Err(format!("{path}: settings nest deeper than {MAX_DEPTH}"));
    }
    match value {
        Value::Object(map) => {
            for (key, value) in map {
                if matches!(key.as_str(), "$ref" | "$dynamicRef" | "$recursiveRef") {
                    return Err(format!(
                        "{path}.{key}: references are not taken in settings, write the schema out"
                    ));
                }
                if key == "$__toml_private_datetime" {
                    return Err(format!(
                        "{path}: write dates in settings as text, in quotes"
                    ));
                }
                walk(value, &format!("{path}.{key}"), depth + 1)?;
            }
        }
        Value::Array(items) => {
            for (at, value) in items.iter().enumerate() {
                walk(value, &format!("{path}[{at}]"), depth + 1)?;
            }
        }
        _ => {}
    }
    Ok(())
}

/// Patterns run on linear-time regular expressions: no setting can make one backtrack.
fn validator(schema: &Value) -> Result<Validator, String> {
    jsonschema::options()
        .with_draft(Draft::Draft202012)
        .with_pattern_options(PatternOptions::regex())
        .build(schema)
        .map_err(|error| format!("settings is not a valid JSON Schema: {error}"))
}

/// Checks values (an object of setting → value) against the schema.
///
/// # Errors
/// Every problem, at most 50.
pub fn validate(schema: &Value, values: &Value) -> Result<(), Vec<SettingProblem>> {
    let validator = validator(schema).map_err(|message| {
        vec![SettingProblem {
            setting: String::new(),
            message,
        }]
    })?;
    let problems: Vec<SettingProblem> = validator
        .iter_errors(values)
        .take(50)
        .map(|error| SettingProblem {
            setting: error
                .instance_path()
                .as_str()
                .trim_start_matches('/')
                .to_owned(),
            message: error.to_string(),
        })
        .collect();
    if problems.is_empty() {
        Ok(())
    } else {
        Err(problems)
    }
}

/// The defaults of the schema's properties, those that have one.
pub fn defaults(schema: &Value) -> Map<String, Value> {
    schema
        .get("properties")
        .and_then(Value::as_object)
        .into_iter()
        .flatten()
        .filter_map(|(name, property)| Some((name.clone(), property.get("default")?.clone())))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn schema() -> Value {
        json!({
            "type": "object", "additionalProperties": false,
            "properties": {
                "minimum-age": { "type": "integer", "minimum": 0, "default": 60 },
                "phone": { "type": "string", "pattern": "^[0-9]+$" },
            },
        })
    }

    #[test]
    fn defaults_come_from_the_properties() {
        assert_eq!(
            Value::Object(defaults(&schema())),
            json!({ "minimum-age": 60 })
        );
    }

    #[test]
    fn each_problem_names_its_setting() {
        check_schema(&schema()).unwrap();
        validate(&schema(), &json!({ "minimum-age": 70, "phone": "110" })).unwrap();
        let problems =
            validate(&schema(), &json!({ "minimum-age": -1, "phone": "x" })).unwrap_err();
        let names: Vec<&str> = problems
            .iter()
            .map(|problem| problem.setting.as_str())
            .collect();
        assert_eq!(names, ["minimum-age", "phone"]);
    }

    #[test]
    fn schemas_that_refer_nest_or_contradict_themselves_are_refused() {
        let mut deep = json!(true);
        for _ in 0..40 {
            deep = json!({ "not": deep });
        }
        for (schema, part) in [
            (json!({ "type": "array" }), "type"),
            (json!({ "type": "object", "$ref": "#" }), "references"),
            (
                json!({ "type": "object", "properties": { "a": { "$ref": "https://example.org/x" } } }),
                "references",
            ),
            (
                json!({ "type": "object", "properties": { "a": { "type": "nothing" } } }),
                "valid JSON Schema",
            ),
            (
                json!({ "type": "object", "properties": { "a": { "type": "integer", "default": "b" } } }),
                "default",
            ),
            (
                json!({ "type": "object", "properties": { "a": { "type": "string", "pattern": "(" } } }),
                "valid",
            ),
            (json!({ "type": "object", "not": deep }), "nest"),
        ] {
            let error = check_schema(&schema).unwrap_err();
            assert!(error.contains(part), "{error}");
        }
    }
}
