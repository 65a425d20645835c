//! One's own account: `POST /account/password` with `password` and `again`; `POST /account/end` with `handle`;
//! `POST /account/end-others`.

use crate::format::Viewer;
use crate::layout::{Page, Place};
use crate::part::{PostButton, mark, problems};
use crate::render::harmless;
use linli_domain::Instant;
use maud::{Markup, html};

/// A session in the list.
#[derive(Clone, Debug)]
pub struct SessionEntry {
    /// By what it is ended.
    pub handle: String,
    /// The system; empty where the browser does not say.
    pub device: String,
    /// Since when.
    pub begun: Instant,
    /// When it was used last.
    pub seen: Instant,
    /// Whether it is this one.
    pub current: bool,
}

/// Sessions and password.
#[derive(Clone, Debug, Default)]
pub struct SecurityPage {
    /// The log-in name.
    pub name: String,
    /// Where one is logged in, the newest first.
    pub sessions: Vec<SessionEntry>,
    /// Whether a new password may be set without proving first who one is.
    pub proven: bool,
    /// What was wrong with what was posted.
    pub problems: Vec<String>,
}

impl Page for SecurityPage {
    fn title(&self, viewer: &Viewer) -> String {
        viewer.text().account_title().to_owned()
    }

    fn place(&self) -> Option<Place> {
        Some(Place::Account)
    }

    fn body(&self, viewer: &Viewer) -> Markup {
        let t = viewer.text();
        html! {
            h1 { (t.account_title()) }
            p.lead { (t.account_lead(harmless(&self.name))) }
            section aria-labelledby="sessions" {
                h2 #sessions { (t.account_sessions()) }
                ul.plain {
                    @for session in &self.sessions {
                        li {
                            div {
                                p {
                                    strong { @if session.device.is_empty() { (t.account_device_unknown()) } @else { (harmless(&session.device)) } }
                                    @if session.current { " " (mark("good", t.account_this())) }
                                }
                                p.meta { (t.account_since(viewer.instant(session.begun), viewer.instant(session.seen))) }
                            }
                            @if !session.current {
                                (PostButton { action: "/account/end", values: &[("handle", &session.handle)], label: t.account_end(), destructive: false }.plain("quiet"))
                            }
                        }
                    }
                }
                @if self.sessions.iter().any(|session| !session.current) {
                    (PostButton { action: "/account/end-others", values: &[], label: t.account_end_others(), destructive: false }.plain(""))
                }
                p.hint { (t.account_sessions_hint()) }
            }
            section aria-labelledby="change" {
                h2 #change { (t.account_password()) }
                (problems(&self.problems, t))
                @if self.proven {
                    form.fields method="post" action="/account/password" {
                        input type="hidden" name="name" value=(self.name) autocomplete="username";
                        div.field {
                            label for="password" { (t.account_new_password()) }
                            p.hint #password-about { (t.account_password_hint(linli_core::account::MIN_PASSWORD)) }
                            input #password type="password" name="password" autocomplete="new-password" required minlength="8" maxlength="200" aria-describedby="password-about";
                        }
                        div.field {
                            label for="again" { (t.account_password_again()) }
                            input #again type="password" name="again" autocomplete="new-password" required maxlength="200";
                        }
                        div.submit { button type="submit" { (t.account_password_save()) } }
                        p.hint { (t.account_password_effect()) }
                    }
                } @else {
                    p { (t.account_prove_first()) }
                    p.more { a.button.quiet href="/prove?next=/account" { (t.prove()) } }
                }
            }
        }
    }
}
