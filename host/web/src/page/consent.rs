//! Consent: `POST /consent` with `decision` (`agree` or `decline`), `pending`, `release`, a `field` for each field agreed to and an
//! `apart` for each sensitive one, which is ticked on its own and never beforehand (PIPL art. 29).

use crate::format::Viewer;
use crate::layout::Page;
use crate::render::harmless;
use maud::{Markup, html};

/// A field that the service asks for.
#[derive(Clone, Debug)]
pub struct AskedField {
    /// Its code.
    pub code: String,
    /// Its name.
    pub title: String,
    /// What for.
    pub purpose: String,
    /// Whether the service cannot work without it.
    pub necessary: bool,
    /// Whether it is sensitive personal information, consented to on its own (PIPL art. 29).
    pub sensitive: bool,
}

/// One page for all fields that a service's page declares.
#[derive(Clone, Debug)]
pub struct ConsentPage {
    /// Which service.
    pub service: String,
    /// Who runs it.
    pub organisation: String,
    /// Whose data it is, where it is not the reader's own.
    pub resident: Option<String>,
    /// What is asked for.
    pub fields: Vec<AskedField>,
    /// Whether a guardian must answer, for the reader is a child or a mere delegate of one (PIPL art. 31).
    pub guardian_needed: bool,
    /// Until when it would hold, in words.
    pub until: String,
    /// The digest of the release that asks.
    pub release: String,
    /// Names what waits for the answer.
    pub pending: String,
}

impl Page for ConsentPage {
    fn title(&self, viewer: &Viewer) -> String {
        viewer.text().consent_title(harmless(&self.service))
    }

    fn body(&self, viewer: &Viewer) -> Markup {
        let t = viewer.text();
        html! {
            h1 { (t.consent_title(harmless(&self.service))) }
            p.lead {
                @match &self.resident {
                    Some(name) => (t.consent_lead_for(harmless(name), harmless(&self.organisation), harmless(&self.service))),
                    None => (t.consent_lead(harmless(&self.organisation), harmless(&self.service))),
                }
            }
            @if self.guardian_needed {
                div.notice.warn role="alert" { p { (t.consent_guardian()) } }
                p.more { a.button.quiet href="/home" { (t.error_home()) } }
            } @else { (self.form(viewer)) }
        }
    }
}

impl ConsentPage {
    fn form(&self, viewer: &Viewer) -> Markup {
        let t = viewer.text();
        let group = |necessary: bool| {
            self.fields
                .iter()
                .filter(move |field| !field.sensitive && field.necessary == necessary)
        };
        let sensitive: Vec<_> = self.fields.iter().filter(|field| field.sensitive).collect();
        html! {
            form.fields method="post" action="/consent" {
                input type="hidden" name="pending" value=(self.pending);
                input type="hidden" name="release" value=(self.release);
                @if group(true).next().is_some() {
                    section.ask {
                        h2 { (t.consent_necessary()) }
                        p.hint { (t.consent_necessary_hint()) }
                        dl.facts {
                            @for field in group(true) {
                                div {
                                    dt { (harmless(&field.title)) input type="hidden" name="field" value=(field.code); }
                                    dd { (harmless(&field.purpose)) }
                                }
                            }
                        }
                    }
                }
                @if group(false).next().is_some() {
                    fieldset.ask {
                        legend { (t.consent_optional()) }
                        p.hint { (t.consent_optional_hint()) }
                        @for field in group(false) { (pick("field", field, false)) }
                    }
                }
                @if !sensitive.is_empty() {
                    fieldset.ask.sensitive {
                        legend { (t.consent_sensitive()) }
                        p.hint { (t.consent_sensitive_hint()) }
                        @for field in sensitive {
                            (pick("apart", field, field.necessary))
                            @if field.necessary { p.hint { (t.consent_sensitive_necessary()) } }
                        }
                    }
                }
                p { (t.consent_until(self.until.as_str())) " " a href="/my-data" { (t.menu_my_data()) } }
                div.submit.two {
                    button type="submit" name="decision" value="agree" { (t.consent_agree()) }
                    button.quiet type="submit" name="decision" value="decline" formnovalidate { (t.consent_decline()) }
                }
            }
        }
    }
}

fn pick(name: &str, field: &AskedField, required: bool) -> Markup {
    html! {
        label.pick.long {
            input type="checkbox" name=(name) value=(field.code) required[required];
            span { strong { (harmless(&field.title)) } br; (harmless(&field.purpose)) }
        }
    }
}
