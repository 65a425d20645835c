//! Forms and buttons.

use crate::bindings::exports::linli::plugin::pages::{DateLimits, NumberLimits};
use crate::{Action, Choice, Date, Field, Form, Input, Slot, Value};

impl Action {
    /// A button: `name` is handed back as [`Submission::action`](crate::Submission), `effect` says in one sentence what
    /// pressing it does.
    pub fn new(
        name: impl Into<String>,
        label: impl Into<String>,
        effect: impl Into<String>,
    ) -> Self {
        Self {
            name: name.into(),
            label: label.into(),
            effect: effect.into(),
            confirm: None,
            destructive: false,
            arguments: Vec::new(),
        }
    }

    /// The host asks this question before it acts.
    pub fn confirm(mut self, question: impl Into<String>) -> Self {
        self.confirm = Some(question.into());
        self
    }

    /// It takes something away.
    pub fn destructive(mut self) -> Self {
        self.destructive = true;
        self
    }

    /// Handed back as it is, but through the browser: check it.
    pub fn argument(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.arguments.push((name.into(), value.into()));
        self
    }
}

impl Form {
    /// A form without fields, sent by that button.
    pub fn new(submit: Action) -> Self {
        Self {
            fields: Vec::new(),
            submit,
        }
    }

    /// Adds a field.
    pub fn field(mut self, field: Field) -> Self {
        self.fields.push(field);
        self
    }
}

impl Field {
    /// A field with any input.
    pub fn new(name: impl Into<String>, label: impl Into<String>, input: Input) -> Self {
        Self {
            name: name.into(),
            label: label.into(),
            hint: None,
            required: false,
            input,
            value: Value::None,
            category: None,
        }
    }

    /// One line of at most so many characters.
    pub fn line(name: impl Into<String>, label: impl Into<String>, max: u32) -> Self {
        Self::new(name, label, Input::Line(max))
    }

    /// Several lines of at most so many characters.
    pub fn paragraph(name: impl Into<String>, label: impl Into<String>, max: u32) -> Self {
        Self::new(name, label, Input::Paragraph(max))
    }

    /// A number between two bounds.
    pub fn number(
        name: impl Into<String>,
        label: impl Into<String>,
        min: Option<f64>,
        max: Option<f64>,
    ) -> Self {
        Self::new(
            name,
            label,
            Input::Number(NumberLimits {
                min,
                max,
                step: None,
                unit: None,
            }),
        )
    }

    /// A day between two days.
    pub fn date(
        name: impl Into<String>,
        label: impl Into<String>,
        min: Option<Date>,
        max: Option<Date>,
    ) -> Self {
        Self::new(name, label, Input::Date(DateLimits { min, max }))
    }

    /// One of these slots.
    pub fn slot(name: impl Into<String>, label: impl Into<String>, slots: Vec<Slot>) -> Self {
        Self::new(name, label, Input::Slot(slots))
    }

    /// One of these.
    pub fn choice(
        name: impl Into<String>,
        label: impl Into<String>,
        choices: impl IntoIterator<Item = Choice>,
    ) -> Self {
        Self::new(name, label, Input::Choice(choices.into_iter().collect()))
    }

    /// Any of these.
    pub fn several(
        name: impl Into<String>,
        label: impl Into<String>,
        choices: impl IntoIterator<Item = Choice>,
    ) -> Self {
        Self::new(name, label, Input::Several(choices.into_iter().collect()))
    }

    /// Yes or no.
    pub fn yes_no(name: impl Into<String>, label: impl Into<String>) -> Self {
        Self::new(name, label, Input::YesNo)
    }

    /// It must be filled in.
    pub fn required(mut self) -> Self {
        self.required = true;
        self
    }

    /// A sentence of help.
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    /// What stands there at first.
    pub fn value(mut self, value: Value) -> Self {
        self.value = value;
        self
    }

    /// What kind of personal data it asks for: a field code of `profile`, or `health`, `other`.
    pub fn category(mut self, category: impl Into<String>) -> Self {
        self.category = Some(category.into());
        self
    }
}

impl Choice {
    /// A value and how it reads.
    pub fn new(value: impl Into<String>, label: impl Into<String>) -> Self {
        Self {
            value: value.into(),
            label: label.into(),
        }
    }
}
