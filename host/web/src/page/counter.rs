//! The counter: staff act for a resident who stands before them. `POST /counter/{community}` with `name`, `known`, `evidence`
//! begins; `/end` ends; `/need` with `code`, `note`, `/phone` with `phone`, `/delegate` with `name`, `known`, `evidence` act.

use crate::format::Viewer;
use crate::layout::Page;
use crate::page::emergency::who_is_meant;
use crate::page::needs::kind_of_need;
use crate::part::{PostButton, back};
use crate::render::harmless;
use linli_domain::Instant;
use maud::{Markup, html};

/// A session, or the form to begin one.
#[derive(Clone, Debug, Default)]
pub struct CounterPage {
    /// The community's name.
    pub community: String,
    /// The page's own address.
    pub action: String,
    /// For whom staff act now, and until when.
    pub session: Option<(String, Instant)>,
}

impl Page for CounterPage {
    fn title(&self, viewer: &Viewer) -> String {
        viewer.text().counter_title().to_owned()
    }

    fn body(&self, viewer: &Viewer) -> Markup {
        let t = viewer.text();
        html! {
            (back("/counter", t.counter_title()))
            h1 { (t.counter_title()) " · " (harmless(&self.community)) }
            @match &self.session {
                None => {
                    p.lead { (t.counter_lead()) }
                    form.fields method="post" action=(self.action) {
                        (who_is_meant("counter", t))
                        div.field { label for="evidence" { (t.counter_evidence()) } input #evidence type="text" name="evidence" required maxlength="150"; }
                        div.submit { button type="submit" { (t.counter_begin()) } }
                    }
                }
                Some((name, until)) => { (self.session(name, *until, viewer)) }
            }
        }
    }
}

impl CounterPage {
    fn session(&self, name: &str, until: Instant, viewer: &Viewer) -> Markup {
        let t = viewer.text();
        let at = |what: &str| format!("{}/{what}", self.action);
        html! {
            div.notice role="status" { p { strong { (t.counter_for(harmless(name))) } " " (t.counter_until(viewer.time(until))) } }
            p { (t.counter_confirmed()) }
            (PostButton { action: &at("end"), values: &[], label: t.counter_end(), destructive: false }.plain("quiet"))
            section aria-labelledby="need" {
                h2 #need { (t.needs_record()) }
                form.fields method="post" action=(at("need")) {
                    (kind_of_need("need-code", "", t))
                    div.field { label for="need-note" { (t.needs_note()) } textarea #need-note name="note" required maxlength="600" rows="3" {} }
                    div.submit { button type="submit" { (t.needs_record()) } }
                }
            }
            section aria-labelledby="phone-title" {
                h2 #phone-title { (t.counter_phone()) }
                form.fields method="post" action=(at("phone")) {
                    div.field { label for="phone" { (t.counter_phone_new()) } input #phone type="tel" name="phone" maxlength="30"; }
                    div.submit { button type="submit" { (t.data_phone_save()) } }
                }
            }
            section aria-labelledby="delegate" {
                h2 #delegate { (t.household_ask()) }
                form.fields method="post" action=(at("delegate")) {
                    (who_is_meant("delegate", t))
                    div.field { label for="delegate-evidence" { (t.counter_form()) } input #delegate-evidence type="text" name="evidence" required maxlength="150"; }
                    div.submit { button type="submit" { (t.household_ask()) } }
                }
            }
        }
    }
}
