//! A resident's needs (需求档案): `POST /needs` with `code`, `note` records one; `POST /needs/change` with `need`, `version`, `do`
//! (`correct`, `object`, `withdraw` or `open`) and `note`.

use crate::format::Viewer;
use crate::i18n::Text;
use crate::layout::{Page, Place};
use crate::part::{PostButton, back, mark};
use crate::render::harmless;
use jiff::civil::Date;
use linli_domain::Instant;
use linli_domain::need::NeedState;
use maud::{Markup, html};

/// An earlier version.
#[derive(Clone, Debug)]
pub struct Version {
    /// When it was written.
    pub at: Instant,
    /// What it said.
    pub note: String,
    /// The code of who wrote it.
    pub source: String,
}

/// One need.
#[derive(Clone, Debug)]
pub struct NeedEntry {
    /// Its id.
    pub id: String,
    /// Its version.
    pub version: i64,
    /// Its code.
    pub code: String,
    /// What is said of it.
    pub note: String,
    /// Where it stands.
    pub state: NeedState,
    /// The code of who wrote it: `resident`, `staff`, `plugin` or `import`.
    pub source: String,
    /// When.
    pub recorded: Instant,
    /// When staff look at it again.
    pub review: Date,
    /// What the resident objected.
    pub objection: Option<String>,
    /// The oldest first.
    pub earlier: Vec<Version>,
}

/// All of them.
#[derive(Clone, Debug, Default)]
pub struct NeedsPage {
    /// Whose, where they are not the reader's own.
    pub resident: Option<String>,
    /// The needs.
    pub needs: Vec<NeedEntry>,
    /// The address of more.
    pub next: Option<String>,
}

/// Codes that forms offer.
const OFFERED: [&str; 8] = [
    "home-care",
    "meals",
    "medical",
    "childcare",
    "employment",
    "legal-aid",
    "repair",
    "company",
];

/// A code in words; itself where it has none.
fn title_of(code: &str, t: Text) -> String {
    match code {
        "home-care" => t.need_home_care(),
        "meals" => t.need_meals(),
        "medical" => t.need_medical(),
        "childcare" => t.need_childcare(),
        "employment" => t.need_employment(),
        "legal-aid" => t.need_legal_aid(),
        "repair" => t.need_repair(),
        "company" => t.need_company(),
        other => return harmless(other).into_owned(),
    }
    .to_owned()
}

/// A field that asks which need it is.
pub(crate) fn kind_of_need(id: &str, chosen: &str, t: Text) -> Markup {
    html! {
        div.field {
            label for=(id) { (t.needs_kind()) }
            select id=(id) name="code" required {
                @if !chosen.is_empty() && !OFFERED.contains(&chosen) { option value=(chosen) selected { (harmless(chosen)) } }
                @for code in OFFERED { option value=(code) selected[code == chosen] { (title_of(code, t)) } }
            }
        }
    }
}

fn source_of(code: &str, t: Text) -> &'static str {
    match code {
        "resident" => t.need_by_resident(),
        "plugin" => t.need_by_service(),
        "import" => t.need_by_import(),
        _ => t.need_by_staff(),
    }
}

impl Page for NeedsPage {
    fn title(&self, viewer: &Viewer) -> String {
        viewer.text().needs_title().to_owned()
    }

    fn place(&self) -> Option<Place> {
        Some(Place::MyData)
    }

    fn body(&self, viewer: &Viewer) -> Markup {
        let t = viewer.text();
        html! {
            (back("/my-data", t.menu_my_data()))
            h1 { @match &self.resident { Some(name) => (t.needs_of(harmless(name))), None => (t.needs_title()) } }
            p.lead { (t.needs_lead()) }
            @if self.needs.is_empty() { p.empty { (t.needs_none()) } } @else {
                ul.cards { @for need in &self.needs { (card(need, viewer)) } }
            }
            @if let Some(next) = &self.next { p.next { a.button.quiet href=(next) rel="next" { (t.letters_more()) } } }
            section aria-labelledby="record" {
                h2 #record { (t.needs_record()) }
                form.fields method="post" action="/needs" {
                    (kind_of_need("code", "", t))
                    div.field { label for="note" { (t.needs_note()) } textarea #note name="note" required maxlength="600" rows="3" {} }
                    div.submit { button type="submit" { (t.needs_record()) } }
                }
            }
        }
    }
}

fn card(need: &NeedEntry, viewer: &Viewer) -> Markup {
    let t = viewer.text();
    let version = need.version.to_string();
    let hidden = |verb: &str| {
        html! {
            input type="hidden" name="need" value=(need.id);
            input type="hidden" name="version" value=(version);
            input type="hidden" name="do" value=(verb);
        }
    };
    let words = |verb: &str, label: &str, hint: &str, text: &str| {
        let id = format!("{verb}-{}", need.id);
        html! {
            details {
                summary { (label) }
                form.fields method="post" action="/needs/change" {
                    (hidden(verb))
                    @if verb == "correct" { (kind_of_need(&format!("code-{}", need.id), &need.code, t)) }
                    div.field { label for=(id) { (hint) } textarea id=(id) name="note" required maxlength="600" rows="3" { (text) } }
                    div.submit { button type="submit" { (label) } }
                }
            }
        }
    };
    let values = |verb| {
        [
            ("need", need.id.as_str()),
            ("version", version.as_str()),
            ("do", verb),
        ]
    };
    html! {
        li.card {
            h2 { (title_of(&need.code, t)) }
            p.text { (harmless(&need.note)) }
            p { @match need.state {
                NeedState::Open => (mark("warning", t.need_open())),
                NeedState::Met => (mark("good", t.need_met())),
                NeedState::Withdrawn => (mark("neutral", t.need_withdrawn())),
            } }
            p.meta {
                (source_of(&need.source, t)) " · " time datetime=(need.recorded.to_rfc3339()) { (viewer.instant(need.recorded)) }
                " · " (t.needs_review(viewer.date(need.review)))
            }
            @if let Some(objection) = &need.objection { p { strong { (t.needs_objection()) } " " (harmless(objection)) } }
            @if !need.earlier.is_empty() {
                details {
                    summary { (t.needs_history(need.earlier.len())) }
                    ul { @for version in &need.earlier { li {
                        time datetime=(version.at.to_rfc3339()) { (viewer.instant(version.at)) } " · " (source_of(&version.source, t)) ": " (harmless(&version.note))
                    } } }
                }
            }
            @if need.state == NeedState::Open {
                (words("correct", t.needs_correct(), t.needs_note(), &need.note))
                @if need.source != "resident" { (words("object", t.needs_object(), t.needs_object_why(), "")) }
                (PostButton { action: "/needs/change", values: &values("withdraw"), label: t.needs_withdraw(), destructive: false }
                    .confirm(t.needs_withdraw_question(), t.needs_withdraw_effect(), t))
            } @else {
                (PostButton { action: "/needs/change", values: &values("open"), label: t.needs_open_again(), destructive: false }.plain("quiet"))
            }
        }
    }
}
