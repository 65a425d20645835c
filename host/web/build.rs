//! Turns `locales/*/*.ftl` into typed messages: one function a key, with one argument a variable. A key or a variable that
//! one language lacks stops the build; a key that the code misspells does not compile.

use fluent_syntax::ast::{
    CallArguments, Entry, Expression, InlineExpression, Pattern, PatternElement,
};
use std::collections::{BTreeMap, BTreeSet};
use std::error::Error;
use std::fmt::Write as _;
use std::path::Path;
use std::{env, fs};

const LANGUAGES: [(&str, &str); 2] = [("zh-CN", "ZhCn"), ("en", "En")];

/// What one language says for one key.
struct Message {
    variables: BTreeSet<String>,
    /// The whole text, where nothing has to be filled in.
    fixed: Option<String>,
}

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo::rerun-if-changed=locales");
    let mut problems = Vec::new();
    let mut sources = Vec::new();
    let mut languages = Vec::new();
    for (tag, _) in LANGUAGES {
        let (source, messages) = read(&Path::new("locales").join(tag), &mut problems)?;
        sources.push(source);
        languages.push(messages);
    }
    let keys: BTreeSet<&String> = languages.iter().flat_map(BTreeMap::keys).collect();
    for key in &keys {
        for (messages, (tag, _)) in languages.iter().zip(LANGUAGES) {
            if !messages.contains_key(*key) {
                problems.push(format!("locales/{tag}: '{key}' is missing; add it"));
            }
        }
        if let [Some(one), Some(other)] = [languages[0].get(*key), languages[1].get(*key)]
            && one.variables != other.variables
        {
            problems.push(format!(
                "'{key}' has the variables {:?} in {} and {:?} in {}; use the same",
                one.variables, LANGUAGES[0].0, other.variables, LANGUAGES[1].0
            ));
        }
    }
    if !problems.is_empty() {
        for problem in problems {
            println!("cargo::error={problem}");
        }
        return Ok(());
    }
    let mut code = String::new();
    writeln!(
        code,
        "const SOURCES: [&str; 2] = [{:?}, {:?}];",
        sources[0], sources[1]
    )?;
    writeln!(code, "impl Text {{")?;
    for key in keys {
        function(&mut code, key, [&languages[0][key], &languages[1][key]])?;
    }
    writeln!(code, "}}")?;
    let directory = env::var_os("OUT_DIR").ok_or("OUT_DIR is not set; run by cargo")?;
    fs::write(Path::new(&directory).join("messages.rs"), code)?;
    Ok(())
}

/// One message as a method of `Text`.
fn function(code: &mut String, key: &str, [zh, en]: [&Message; 2]) -> Result<(), std::fmt::Error> {
    let name = key.replace('-', "_");
    if let (Some(zh), Some(en)) = (&zh.fixed, &en.fixed) {
        writeln!(code, "/// {}", en.replace('\n', " "))?;
        writeln!(
            code,
            "pub fn {name}(self) -> &'static str {{ match self.locale {{ Locale::ZhCn => {zh:?}, Locale::En => {en:?} }} }}"
        )?;
        return Ok(());
    }
    writeln!(
        code,
        "/// The message `{key}`, with its variables filled in."
    )?;
    write!(code, "pub fn {name}<'a>(self")?;
    for variable in &zh.variables {
        write!(
            code,
            ", {}: impl Into<FluentValue<'a>>",
            variable.replace('-', "_")
        )?;
    }
    write!(
        code,
        ") -> String {{ let mut arguments = FluentArgs::new();"
    )?;
    for variable in &zh.variables {
        write!(
            code,
            " arguments.set({variable:?}, {});",
            variable.replace('-', "_")
        )?;
    }
    writeln!(code, " self.format({key:?}, &arguments) }}")
}

/// All files of one language, joined, and the messages in them.
fn read(
    folder: &Path,
    problems: &mut Vec<String>,
) -> Result<(String, BTreeMap<String, Message>), Box<dyn Error>> {
    let mut files: Vec<_> = fs::read_dir(folder)?
        .map(|entry| entry.map(|entry| entry.path()))
        .collect::<Result<_, _>>()?;
    files.retain(|file| file.extension().is_some_and(|extension| extension == "ftl"));
    files.sort();
    let (mut joined, mut messages) = (String::new(), BTreeMap::new());
    for file in files {
        let source = fs::read_to_string(&file)?;
        let place = file.display();
        let resource = match fluent_syntax::parser::parse(source.as_str()) {
            Ok(resource) => resource,
            Err((_, errors)) => {
                problems.extend(errors.iter().map(|error| {
                    let line = source[..error.pos.start].lines().count();
                    format!("{place}:{line}: {error}")
                }));
                continue;
            }
        };
        for entry in resource.body {
            let Entry::Message(message) = entry else {
                if matches!(entry, Entry::Term(_)) {
                    problems.push(format!(
                        "{place}: terms are not used here; write the text out"
                    ));
                }
                continue;
            };
            let key = message.id.name.to_owned();
            let Some(pattern) = message.value.filter(|_| message.attributes.is_empty()) else {
                problems.push(format!(
                    "{place}: '{key}' must have a value and no attributes"
                ));
                continue;
            };
            let mut read = Message {
                variables: BTreeSet::new(),
                fixed: Some(String::new()),
            };
            read.pattern(&pattern);
            if messages.insert(key.clone(), read).is_some() {
                problems.push(format!("{place}: '{key}' stands twice; remove one"));
            }
        }
        joined.push_str(&source);
        joined.push('\n');
    }
    Ok((joined, messages))
}

impl Message {
    fn pattern(&mut self, pattern: &Pattern<&str>) {
        for element in &pattern.elements {
            match element {
                PatternElement::TextElement { value } => {
                    if let Some(fixed) = &mut self.fixed {
                        fixed.push_str(value);
                    }
                }
                // The way to write blanks at an end, which Fluent would cut off.
                PatternElement::Placeable {
                    expression: Expression::Inline(InlineExpression::StringLiteral { value }),
                } if !value.contains('\\') => {
                    if let Some(fixed) = &mut self.fixed {
                        fixed.push_str(value);
                    }
                }
                PatternElement::Placeable { expression } => {
                    self.fixed = None;
                    self.expression(expression);
                }
            }
        }
    }

    fn expression(&mut self, expression: &Expression<&str>) {
        match expression {
            Expression::Inline(inline) => self.inline(inline),
            Expression::Select { selector, variants } => {
                self.inline(selector);
                for variant in variants {
                    self.pattern(&variant.value);
                }
            }
        }
    }

    fn inline(&mut self, inline: &InlineExpression<&str>) {
        match inline {
            InlineExpression::VariableReference { id } => {
                self.variables.insert(id.name.to_owned());
            }
            InlineExpression::FunctionReference {
                arguments: CallArguments { positional, .. },
                ..
            } => {
                for argument in positional {
                    self.inline(argument);
                }
            }
            InlineExpression::Placeable { expression } => self.expression(expression),
            _ => {}
        }
    }
}
