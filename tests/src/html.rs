//! Just enough HTML to fill in the forms that this host writes: every attribute quoted, every element closed or void.

/// A form as a page shows it.
#[derive(Clone, Debug, Default)]
pub struct Form {
    /// Where it posts to.
    pub action: String,
    /// What it posts: hidden values, what is typed or chosen already, and then what the test sets.
    pub fields: Vec<(String, String)>,
    /// What can be chosen besides: radio buttons, boxes to tick, buttons with a value.
    pub options: Vec<(String, String)>,
    /// What stands in it, tags and all.
    pub html: String,
}

impl Form {
    /// The value of a field.
    pub fn value(&self, name: &str) -> Option<&str> {
        let found = self.fields.iter().find(|(field, _)| field == name);
        found.map(|(_, value)| value.as_str())
    }

    /// The values that a field offers.
    pub fn offered(&self, name: &str) -> Vec<&str> {
        let offered = self.options.iter().filter(|(option, _)| option == name);
        offered.map(|(_, value)| value.as_str()).collect()
    }

    /// Sets a field to one value.
    #[must_use]
    pub fn with(mut self, name: &str, value: impl Into<String>) -> Self {
        self.fields.retain(|(field, _)| field != name);
        self.fields.push((name.to_owned(), value.into()));
        self
    }

    /// Adds a value to a field.
    #[must_use]
    pub fn and(mut self, name: &str, value: impl Into<String>) -> Self {
        self.fields.push((name.to_owned(), value.into()));
        self
    }

    /// Leaves a field out.
    #[must_use]
    pub fn without(mut self, name: &str) -> Self {
        self.fields.retain(|(field, _)| field != name);
        self
    }
}

/// The forms of a page, in order.
pub fn forms(page: &str) -> Vec<Form> {
    page.split("<form").skip(1).map(form).collect()
}

fn form(text: &str) -> Form {
    let text = text.split("</form>").next().unwrap_or(text);
    let (head, inside) = text.split_once('>').unwrap_or((text, ""));
    let mut form = Form {
        action: attribute(head, "action").unwrap_or_default(),
        html: inside.to_owned(),
        ..Form::default()
    };
    for (at, _) in inside.match_indices('<') {
        let rest = &inside[at + 1..];
        let Some((tag, after)) = rest.split_once('>') else {
            continue;
        };
        let element = tag.split([' ', '\n']).next().unwrap_or_default();
        let Some(name) = attribute(tag, "name") else {
            continue;
        };
        let value = attribute(tag, "value").unwrap_or_default();
        match (element, attribute(tag, "type").as_deref()) {
            ("input", Some("radio" | "checkbox")) => {
                if tag.split(' ').any(|word| word == "checked") {
                    form.fields.push((name.clone(), value.clone()));
                }
                form.options.push((name, value));
            }
            ("input", _) => form.fields.push((name, value)),
            ("button", _) => form.options.push((name, value)),
            ("textarea", _) => {
                let typed = after.split("</textarea>").next().unwrap_or_default();
                let typed = typed.strip_prefix('\n').unwrap_or(typed);
                form.fields.push((name, unescape(typed)));
            }
            _ => {}
        }
    }
    form
}

/// Where the links of a page lead, in order.
pub fn links(page: &str) -> Vec<String> {
    let tags = page.split("<a ").skip(1);
    tags.filter_map(|tag| attribute(tag.split('>').next()?, "href"))
        .collect()
}

fn attribute(tag: &str, name: &str) -> Option<String> {
    let mark = format!(" {name}=\"");
    let tag = format!(" {tag}");
    let (_, rest) = tag.split_once(&mark)?;
    Some(unescape(rest.split('"').next()?))
}

fn unescape(text: &str) -> String {
    text.replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&quot;", "\"")
        .replace("&amp;", "&")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_form_posts_what_a_browser_would() {
        let page = r#"<a href="/x?a=1&amp;b=2">x</a><form class="fields" method="post" action="/go?a=1&amp;b=2"><input type="hidden" name="key" value="1">
            <input type="radio" name="f.slot" value="a"><input type="radio" name="f.slot" value="b" checked>
            <textarea id="w" name="f.wish" rows="4">
&lt;b&gt; &amp; c</textarea><button type="submit" name="decision" value="agree">OK</button></form>"#;
        let [form] = &forms(page)[..] else {
            panic!("one form")
        };
        assert_eq!(form.action, "/go?a=1&b=2");
        assert_eq!(form.value("key"), Some("1"));
        assert_eq!(form.value("f.slot"), Some("b"));
        assert_eq!(form.value("f.wish"), Some("<b> & c"));
        assert_eq!(form.offered("f.slot"), ["a", "b"]);
        assert_eq!(form.offered("decision"), ["agree"]);
        assert_eq!(links(page), ["/x?a=1&b=2"]);
    }
}
