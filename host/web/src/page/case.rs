//! Cases as they are listed and read: by residents at `/cases`, by staff at their desks.

use crate::format::Viewer;
use crate::i18n::Text;
use crate::layout::{Page, Place};
use crate::part::{PostButton, back, hidden, long_text_field, mark, text_field};
use crate::render::harmless;
use linli_domain::Instant;
use linli_domain::case::{CaseState, CommentKind, PartyRole};
use maud::{Markup, html};

/// A case in a list.
#[derive(Clone, Debug)]
pub struct CaseEntry {
    /// Its number.
    pub number: String,
    /// In short.
    pub title: String,
    /// What type it is of.
    pub kind: String,
    /// Where it stands.
    pub state: CaseState,
    /// What is due next, if anything is.
    pub due: Option<Instant>,
    /// When it was last changed.
    pub changed: Instant,
    /// Its page.
    pub href: String,
}

/// Cases, one line each.
pub(crate) fn case_list(cases: &[CaseEntry], viewer: &Viewer) -> Markup {
    let t = viewer.text();
    html! {
        ol.cards { @for case in cases { li.card {
            h3 { a href=(case.href) { (harmless(&case.title)) } " " (state_mark(case.state, t)) }
            p.meta {
                (case.number) " · " (harmless(&case.kind)) " · "
                (t.case_changed(viewer.instant(case.changed)))
            }
            @if let Some(due) = case.due { p { (due_mark(due, viewer)) } }
        } } }
    }
}

/// What is due when; overdue in words as well.
fn due_mark(due: Instant, viewer: &Viewer) -> Markup {
    let t = viewer.text();
    let when = t.case_due(viewer.instant(due));
    html! {
        @if due <= viewer.now { (mark("danger", t.case_overdue())) " " }
        (when)
    }
}

/// Where a case stands, as a labelled state.
pub(crate) fn state_mark(state: CaseState, t: Text) -> Markup {
    let (tone, label) = match state {
        CaseState::Open => ("info", t.case_state_open()),
        CaseState::Accepted => ("info", t.case_state_accepted()),
        CaseState::InProgress => ("info", t.case_state_in_progress()),
        CaseState::Waiting => ("warning", t.case_state_waiting()),
        CaseState::Resolved => ("good", t.case_state_resolved()),
        CaseState::Closed => ("neutral", t.case_state_closed()),
        CaseState::Cancelled => ("neutral", t.case_state_cancelled()),
        CaseState::Merged => ("neutral", t.case_state_merged()),
        CaseState::Reopened => ("warning", t.case_state_reopened()),
    };
    mark(tone, label)
}

/// A resident's cases.
#[derive(Clone, Debug, Default)]
pub struct CasesPage {
    /// The newest first.
    pub cases: Vec<CaseEntry>,
    /// The address of older ones.
    pub next: Option<String>,
}

impl Page for CasesPage {
    fn title(&self, viewer: &Viewer) -> String {
        viewer.text().menu_cases().to_owned()
    }

    fn place(&self) -> Option<Place> {
        Some(Place::Cases)
    }

    fn body(&self, viewer: &Viewer) -> Markup {
        let t = viewer.text();
        html! {
            h1 { (t.menu_cases()) }
            p.lead { (t.cases_lead()) }
            @if self.cases.is_empty() { p.empty { (t.cases_none()) } } @else { (case_list(&self.cases, viewer)) }
            @if let Some(next) = &self.next { p.next { a.button.quiet href=(next) rel="next" { (t.next_page()) } } }
        }
    }
}

/// A comment or an answer.
#[derive(Clone, Debug)]
pub struct CommentEntry {
    /// Whether an office wrote it, else a resident or who acts for them.
    pub by_office: bool,
    /// For whom it is.
    pub kind: CommentKind,
    /// What it says; nothing where it was retracted.
    pub text: String,
    /// When.
    pub at: Instant,
    /// Whether it was retracted.
    pub retracted: bool,
}

/// What somebody may do in a case, as far as its state allows it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum CaseVerb {
    /// Take it up.
    Accept,
    /// Begin to work on it.
    Start,
    /// Stop the clock for a reason.
    Wait,
    /// Go on.
    Resume,
    /// Answer it.
    Resolve,
    /// Close it.
    Close,
    /// Call it off.
    Cancel,
    /// Ask no more.
    Withdraw,
    /// Ask anew.
    Reopen,
    /// Rate it.
    Rate,
    /// Ask another office to answer for it.
    HandOver,
    /// Take that back.
    TakeBack,
    /// It is the same as another.
    Merge,
    /// Write.
    Comment,
    /// Write to the residents.
    Answer,
}

/// One case, as somebody sees it.
#[derive(Clone, Debug)]
pub struct CaseSheet {
    /// Which entry of the menu it belongs to.
    pub place: Place,
    /// The page above, and what it is called.
    pub back: (String, String),
    /// Where forms go.
    pub action: String,
    /// For a resident: whose case it is.
    pub subject: Option<String>,
    /// Its number.
    pub number: String,
    /// In short.
    pub title: String,
    /// What type it is of.
    pub kind: String,
    /// In full; nothing for whom it is about only.
    pub description: String,
    /// Where it is, in words.
    pub at: String,
    /// Where it stands.
    pub state: CaseState,
    /// The office that answers for it.
    pub office: String,
    /// For staff: who there.
    pub assignee: Option<String>,
    /// When it was opened.
    pub opened: Instant,
    /// Until when the first response is due.
    pub response_due: Option<Instant>,
    /// Until when it is to be resolved.
    pub resolution_due: Option<Instant>,
    /// Why the clock stands, and until when at most.
    pub waits: Option<(String, Instant)>,
    /// Who takes part.
    pub parties: Vec<(PartyRole, String)>,
    /// The newest first.
    pub comments: Vec<CommentEntry>,
    /// The public answers of the case in which it goes on.
    pub answers: Vec<CommentEntry>,
    /// For staff: when what happened, and why; the newest first.
    pub history: Vec<(Instant, String, String)>,
    /// For staff: its parts.
    pub sub_cases: Vec<CaseEntry>,
    /// How many parts there are that they do not see.
    pub hidden: u32,
    /// For staff: the office that was asked to answer for it.
    pub asked: Option<String>,
    /// The stars that the reader gave.
    pub stars: Option<i64>,
    /// What may be done.
    pub verbs: Vec<CaseVerb>,
    /// For staff: offices that may be asked, with their codes.
    pub offices: Vec<(String, String)>,
}

impl Page for CaseSheet {
    fn title(&self, viewer: &Viewer) -> String {
        viewer.text().case_title(&self.number)
    }

    fn place(&self) -> Option<Place> {
        Some(self.place)
    }

    fn body(&self, viewer: &Viewer) -> Markup {
        let t = viewer.text();
        html! {
            (back(&self.back.0, &self.back.1))
            h1 { (harmless(&self.title)) }
            p.lead { (t.case_title(&self.number)) " · " (harmless(&self.kind)) " " (state_mark(self.state, t)) }
            (self.facts(viewer))
            @if !self.description.is_empty() { p.text { (harmless(&self.description)) } }
            @if !self.answers.is_empty() {
                section aria-labelledby="answers" { h2 #answers { (t.case_answers()) } (comments(&self.answers, viewer)) }
            }
            section aria-labelledby="comments" {
                h2 #comments { (t.case_comments()) }
                @if self.comments.is_empty() { p.empty { (t.case_no_comments()) } }
                (comments(&self.comments, viewer))
            }
            @if !self.verbs.is_empty() {
                section aria-labelledby="acts" {
                    h2 #acts { (t.case_acts()) }
                    @for verb in &self.verbs { (self.act(*verb, viewer)) }
                }
            }
            @if !self.sub_cases.is_empty() || self.hidden > 0 {
                section aria-labelledby="parts" {
                    h2 #parts { (t.case_parts()) }
                    (case_list(&self.sub_cases, viewer))
                    @if self.hidden > 0 { p.meta { (t.case_hidden(self.hidden)) } }
                }
            }
            @if !self.history.is_empty() {
                section aria-labelledby="history" {
                    h2 #history { (t.case_history()) }
                    ul.plain { @for (at, what, why) in &self.history { li {
                        time datetime=(at.to_rfc3339()) { (viewer.instant(*at)) } " · " (event_name(what, t))
                        @if !why.is_empty() { " · " (harmless(why)) }
                    } } }
                }
            }
        }
    }
}

impl CaseSheet {
    fn facts(&self, viewer: &Viewer) -> Markup {
        let t = viewer.text();
        html! {
            dl.facts {
                dt { (t.case_office()) } dd { (harmless(&self.office)) }
                @if let Some(assignee) = &self.assignee { dt { (t.case_assignee()) } dd { (harmless(assignee)) } }
                @if let Some(asked) = &self.asked { dt { (t.case_asked()) } dd { (harmless(asked)) } }
                dt { (t.case_opened()) } dd { time datetime=(self.opened.to_rfc3339()) { (viewer.instant(self.opened)) } }
                @if let Some(due) = self.response_due { dt { (t.case_response()) } dd { (due_mark(due, viewer)) } }
                @if let Some(due) = self.resolution_due { dt { (t.case_resolution()) } dd { (due_mark(due, viewer)) } }
                @if let Some((why, until)) = &self.waits {
                    dt { (t.case_waits()) } dd { (harmless(why)) " · " (t.case_waits_until(viewer.instant(*until))) }
                }
                @if !self.at.is_empty() { dt { (t.case_place()) } dd { (harmless(&self.at)) } }
                @for (role, name) in &self.parties { dt { (role_name(*role, t)) } dd { (harmless(name)) } }
                @if let Some(stars) = self.stars { dt { (t.case_rated()) } dd { (t.case_stars(stars)) } }
            }
        }
    }

    fn act(&self, verb: CaseVerb, viewer: &Viewer) -> Markup {
        let t = viewer.text();
        let subject = self.subject.as_deref().unwrap_or_default();
        let values = |code| [("for", subject), ("do", code)];
        let plain = |code, label: &str| {
            PostButton {
                action: &self.action,
                values: &values(code),
                label,
                destructive: false,
            }
            .plain("")
        };
        let with = |code: &str, label: &str, fields: Markup, destructive: bool| {
            html! {
                details.confirm.danger[destructive] {
                    summary { (label) "…" }
                    form.fields method="post" action=(self.action) {
                        (hidden(&[("for", subject), ("do", code)]))
                        (fields)
                        div.submit { button.danger[destructive] type="submit" { (label) } }
                    }
                }
            }
        };
        let reason = |id: &str| text_field(id, "text", t.case_reason(), true);
        match verb {
            CaseVerb::Accept => plain("accept", t.case_accept()),
            CaseVerb::Start => plain("start", t.case_start()),
            CaseVerb::Resume => plain("resume", t.case_resume()),
            CaseVerb::TakeBack => plain("take-back", t.case_take_back()),
            CaseVerb::Wait => {
                let fields = html! {
                    (reason("wait-reason"))
                    div.field { label for="wait-days" { (t.case_wait_days()) } input #wait-days type="number" name="days" min="1" max="30" value="3" required; }
                };
                with("wait", t.case_wait(), fields, false)
            }
            CaseVerb::Resolve => {
                let field = long_text_field("answer", "text", t.case_answer());
                with("resolve", t.case_resolve(), field, false)
            }
            CaseVerb::Close => PostButton {
                action: &self.action,
                values: &values("close"),
                label: t.case_close(),
                destructive: false,
            }
            .confirm(t.case_close_question(), t.case_close_effect(), t),
            CaseVerb::Cancel => with("cancel", t.case_cancel(), reason("cancel-reason"), true),
            CaseVerb::Withdraw => PostButton {
                action: &self.action,
                values: &values("withdraw"),
                label: t.case_withdraw(),
                destructive: true,
            }
            .confirm(t.case_withdraw_question(), t.case_withdraw_effect(), t),
            CaseVerb::Reopen => with("reopen", t.case_reopen(), reason("reopen-reason"), false),
            CaseVerb::Rate => {
                let fields = html! {
                    fieldset.field {
                        legend { (t.case_rate_stars()) }
                        div.times { @for stars in 1..=5 {
                            label.pick { input type="radio" name="stars" value=(stars) required; span { (t.case_stars(stars)) } }
                        } }
                    }
                    (text_field("rate-text", "text", t.case_rate_text(), false))
                };
                with("rate", t.case_rate(), fields, false)
            }
            CaseVerb::HandOver => {
                let fields = html! {
                    div.field {
                        label for="to" { (t.case_to()) }
                        select #to name="to" required { @for (code, name) in &self.offices { option value=(code) { (harmless(name)) } } }
                    }
                    (reason("hand-over-reason"))
                };
                with("hand-over", t.case_hand_over(), fields, false)
            }
            CaseVerb::Merge => {
                let fields = html! {
                    (text_field("other", "other", t.case_other(), true))
                    (reason("merge-reason"))
                };
                with("merge", t.case_merge(), fields, false)
            }
            CaseVerb::Comment => {
                let label = if self.subject.is_some() {
                    t.case_write()
                } else {
                    t.case_write_internal()
                };
                let field = long_text_field("comment", "text", t.case_text());
                with("comment", label, field, false)
            }
            CaseVerb::Answer => {
                let field = long_text_field("to-resident", "text", t.case_text());
                with("tell", t.case_write_resident(), field, false)
            }
        }
    }
}

fn comments(comments: &[CommentEntry], viewer: &Viewer) -> Markup {
    let t = viewer.text();
    html! {
        ol.cards { @for comment in comments { li.card {
            p.meta {
                (if comment.by_office { t.case_by_office() } else { t.case_by_resident() }) " · "
                (match comment.kind {
                    CommentKind::Internal => t.case_for_offices(),
                    CommentKind::Resident => t.case_for_residents(),
                    CommentKind::Public => t.case_for_all(),
                }) " · "
                time datetime=(comment.at.to_rfc3339()) { (viewer.instant(comment.at)) }
            }
            @if comment.retracted { p.empty { (t.case_retracted()) } } @else { p.text { (harmless(&comment.text)) } }
        } } }
    }
}

fn role_name(role: PartyRole, t: Text) -> &'static str {
    match role {
        PartyRole::Reporter => t.case_role_reporter(),
        PartyRole::Subject => t.case_role_subject(),
        PartyRole::Respondent => t.case_role_respondent(),
        PartyRole::OpposingParty => t.case_role_opposing(),
        PartyRole::Witness => t.case_role_witness(),
        PartyRole::Helper => t.case_role_helper(),
    }
}

/// What happened, in words.
fn event_name(code: &str, t: Text) -> &str {
    match code {
        "opened" => t.case_event_opened(),
        "accepted" => t.case_event_accepted(),
        "started" => t.case_event_started(),
        "waiting" => t.case_event_waiting(),
        "resumed" => t.case_event_resumed(),
        "resolved" => t.case_event_resolved(),
        "closed" => t.case_event_closed(),
        "cancelled" => t.case_event_cancelled(),
        "withdrawn" => t.case_event_withdrawn(),
        "reopened" => t.case_event_reopened(),
        "assigned" | "reassigned" => t.case_event_assigned(),
        "unassigned" => t.case_event_unassigned(),
        "escalated" => t.case_event_escalated(),
        "merged" | "merged-in" => t.case_event_merged(),
        "unmerged" | "unmerged-from" => t.case_event_unmerged(),
        "party-added" | "party-removed" => t.case_event_party(),
        "handover-asked" => t.case_event_handover_asked(),
        "handover-accepted" => t.case_event_handover_accepted(),
        "handover-rejected" => t.case_event_handover_rejected(),
        "handover-withdrawn" => t.case_event_handover_withdrawn(),
        "handover-expired" => t.case_event_handover_expired(),
        _ => t.case_event_other(),
    }
}
