//! An installation's recipients outside the host: `POST /admin/installations/ID/recipients` with `do`: `grant`, `revoke` and
//! `secret` of a `recipient`, `retry` and `drop` of a `request`.

use crate::format::Viewer;
use crate::layout::{Page, Place};
use crate::part::{PostButton, back, mark, problems};
use crate::render::harmless;
use linli_domain::Instant;
use linli_domain::outbound::RequestState;
use maud::{Markup, html};

/// A secret that the host puts into a header.
#[derive(Clone, Debug)]
pub struct AskedSecret {
    /// Its name in the manifest.
    pub name: String,
    /// What it is.
    pub title: String,
    /// When it was entered.
    pub entered: Option<Instant>,
}

/// A recipient that the manifest declares.
#[derive(Clone, Debug)]
pub struct RecipientEntry {
    /// Its code.
    pub code: String,
    /// What for.
    pub purpose: String,
    /// By which methods to which hosts.
    pub hosts: Vec<String>,
    /// Such as `POST`.
    pub methods: Vec<String>,
    /// Whether data of persons go there.
    pub persons_data: bool,
    /// Whether it is granted as it is declared now.
    pub granted: bool,
    /// Its secrets.
    pub secrets: Vec<AskedSecret>,
}

/// A request, sent or to be sent.
#[derive(Clone, Debug)]
pub struct RequestEntry {
    /// Its id.
    pub id: String,
    /// To whom.
    pub recipient: String,
    /// Where it stands.
    pub state: RequestState,
    /// How often it was tried.
    pub attempts: u64,
    /// When it was posted.
    pub at: Instant,
    /// What went wrong last.
    pub problem: String,
    /// Whether it can be tried again: sent, or the plugin told.
    pub can_retry: bool,
}

/// All of it.
#[derive(Clone, Debug)]
pub struct RecipientsPage {
    /// The address of the installation.
    pub installation: String,
    /// The service's name.
    pub service: String,
    /// Where.
    pub community: String,
    /// Whom it sends to.
    pub recipients: Vec<RecipientEntry>,
    /// What it sent, the newest first.
    pub requests: Vec<RequestEntry>,
    /// The address of earlier ones.
    pub next: Option<String>,
    /// Why something could not be done.
    pub problems: Vec<String>,
}

impl Page for RecipientsPage {
    fn title(&self, viewer: &Viewer) -> String {
        format!("{} · {}", viewer.text().recipients_title(), self.service)
    }

    fn place(&self) -> Option<Place> {
        Some(Place::Installations)
    }

    fn is_wide(&self) -> bool {
        true
    }

    fn body(&self, viewer: &Viewer) -> Markup {
        let t = viewer.text();
        let name = format!(
            "{} · {}",
            harmless(&self.service),
            harmless(&self.community)
        );
        html! {
            (back(&self.installation, &name))
            h1 { (t.recipients_title()) }
            p.lead { (t.recipients_lead()) }
            (problems(&self.problems, t))
            @for recipient in &self.recipients { (self.recipient(recipient, viewer)) }
            section aria-labelledby="requests" {
                h2 #requests { (t.requests_title()) }
                @if self.requests.is_empty() { p.empty { (t.requests_none()) } } @else {
                    ul.cards { @for request in &self.requests { li.card { (self.request(request, viewer)) } } }
                }
                @if let Some(next) = &self.next { p.next { a.button.quiet href=(next) rel="next" { (t.dead_more()) } } }
            }
        }
    }
}

impl RecipientsPage {
    fn action(&self) -> String {
        format!("{}/recipients", self.installation)
    }

    fn recipient(&self, recipient: &RecipientEntry, viewer: &Viewer) -> Markup {
        let (t, action) = (viewer.text(), self.action());
        let heading = format!("recipient-{}", recipient.code);
        let values = |verb| [("recipient", recipient.code.as_str()), ("do", verb)];
        html! {
            section aria-labelledby=(heading) {
                h2 id=(heading) {
                    (harmless(&recipient.purpose)) " "
                    @if recipient.granted { (mark("good", t.recipient_granted())) } @else { (mark("neutral", t.recipient_not_granted())) }
                }
                dl.facts {
                    div { dt { (t.recipient_hosts()) } dd { @for host in &recipient.hosts { code { (harmless(host)) } " " } } }
                    div { dt { (t.recipient_methods()) } dd { (recipient.methods.join(t.list_separator())) } }
                    div { dt { (t.recipient_data()) } dd {
                        @if recipient.persons_data { (mark("warning", t.recipient_persons_data())) } @else { (t.recipient_no_persons_data()) }
                    } }
                }
                @if recipient.granted {
                    @for secret in &recipient.secrets { (self.secret(recipient, secret, viewer)) }
                    (PostButton { action: &action, values: &values("revoke"), label: t.recipient_revoke(), destructive: true }
                        .confirm(t.recipient_revoke_question(), t.recipient_revoke_effect(), t))
                } @else {
                    (PostButton { action: &action, values: &values("grant"), label: t.recipient_grant(), destructive: false }
                        .confirm(t.recipient_grant_question(), t.recipient_grant_effect(), t))
                }
            }
        }
    }

    fn secret(&self, recipient: &RecipientEntry, secret: &AskedSecret, viewer: &Viewer) -> Markup {
        let t = viewer.text();
        let field = format!("secret-{}-{}", recipient.code, secret.name);
        html! {
            form.fields method="post" action=(self.action()) autocomplete="off" {
                input type="hidden" name="do" value="secret";
                input type="hidden" name="recipient" value=(recipient.code);
                input type="hidden" name="secret" value=(secret.name);
                div.field {
                    label for=(field) { (harmless(&secret.title)) }
                    p.hint id={ (field) "-hint" } {
                        @match secret.entered {
                            Some(at) => (t.secret_entered(viewer.instant(at).as_str())),
                            None => (t.secret_missing()),
                        }
                    }
                    input id=(field) type="password" name="value" required minlength="8" maxlength="2048" autocomplete="off"
                        aria-describedby={ (field) "-hint" };
                }
                div.submit { button type="submit" { (t.secret_enter()) } }
            }
        }
    }

    fn request(&self, request: &RequestEntry, viewer: &Viewer) -> Markup {
        let (t, action) = (viewer.text(), self.action());
        let values = |verb| [("request", request.id.as_str()), ("do", verb)];
        let state = match request.state {
            RequestState::Waiting => mark("info", t.request_waiting()),
            RequestState::Sent => mark("good", t.request_sent()),
            RequestState::Dead => mark("danger", t.request_dead()),
            RequestState::Dropped => mark("neutral", t.request_dropped()),
        };
        html! {
            h3 { code { (harmless(&request.recipient)) } " " (state) }
            @if !request.problem.is_empty() { p { (harmless(&request.problem)) } }
            p.meta {
                time datetime=(request.at.to_rfc3339()) { (viewer.instant(request.at)) } " · "
                (t.dead_attempts(request.attempts)) " · " code.long { (request.id) }
            }
            @if request.can_retry { div.actions {
                (PostButton { action: &action, values: &values("retry"), label: t.request_retry(), destructive: false }.plain("quiet"))
                @if request.state == RequestState::Dead {
                    (PostButton { action: &action, values: &values("drop"), label: t.dead_drop(), destructive: true }
                        .confirm(t.request_drop_question(), t.request_drop_effect(), t))
                }
            } }
        }
    }
}
