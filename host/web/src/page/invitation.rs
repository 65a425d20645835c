//! An invitation to a role: `GET /invitation?code=…`; `POST /invitation` with `code` takes the role on the account that is
//! logged in, with `login`, `password` and `again` on a new one.

use crate::format::Viewer;
use crate::layout::Page;
use crate::part::problems;
use crate::render::harmless;
use crate::visit::form_encode;
use linli_domain::Instant;
use maud::{Markup, html};

/// What somebody is invited to.
#[derive(Clone, Debug)]
pub struct InvitedRole {
    /// Whom it is meant for.
    pub name: String,
    /// The role.
    pub role: String,
    /// At which organisation, in which community.
    pub at: String,
    /// Until when the role lasts.
    pub until: Option<Instant>,
    /// Until when it can be accepted.
    pub expires: Instant,
}

/// Asks for the code, or to accept.
#[derive(Clone, Debug, Default)]
pub struct InvitationPage {
    /// The code as it was typed.
    pub code: String,
    /// What it invites to; none where there is no code yet, or it opens nothing.
    pub role: Option<InvitedRole>,
    /// Who is logged in.
    pub me: Option<String>,
    /// The log-in name as it was typed.
    pub typed: String,
    /// What was wrong.
    pub problems: Vec<String>,
}

impl Page for InvitationPage {
    fn title(&self, viewer: &Viewer) -> String {
        viewer.text().invitation_title().to_owned()
    }

    fn body(&self, viewer: &Viewer) -> Markup {
        let t = viewer.text();
        html! {
            div.door {
                h1 { (t.invitation_title()) }
                (problems(&self.problems, t))
                @match &self.role {
                    None => {
                        p.lead { (t.invitation_lead()) }
                        form.fields method="get" action="/invitation" {
                            div.field {
                                label for="code" { (t.invitation_code()) }
                                input #code.code type="text" name="code" value=(self.code) autocomplete="off" autocapitalize="characters" spellcheck="false" maxlength="32" required;
                            }
                            div.submit { button type="submit" { (t.invitation_look()) } }
                        }
                    }
                    Some(role) => (self.invited(role, viewer)),
                }
            }
        }
    }
}

impl InvitationPage {
    fn invited(&self, role: &InvitedRole, viewer: &Viewer) -> Markup {
        let t = viewer.text();
        html! {
            p.lead { (t.invitation_for(harmless(&role.name))) }
            dl.facts {
                div { dt { (t.invitation_role()) } dd { (harmless(&role.role)) } }
                div { dt { (t.invitation_at()) } dd { (harmless(&role.at)) } }
                @if let Some(until) = role.until { div { dt { (t.invitation_until()) } dd { (viewer.date(viewer.day_of(until))) } } }
                div { dt { (t.invitation_expires()) } dd { (viewer.date(viewer.day_of(role.expires))) } }
            }
            @match &self.me {
                Some(me) => form.fields method="post" action="/invitation" {
                    input type="hidden" name="code" value=(self.code);
                    p { (t.invitation_as_me(harmless(me))) }
                    div.submit { button type="submit" { (t.invitation_accept()) } }
                },
                None => {
                    section aria-labelledby="known" {
                        h2 #known { (t.invitation_known()) }
                        p { (t.invitation_known_hint()) }
                        p.more { a.button.quiet href={ "/login?next=" (form_encode(&format!("/invitation?code={}", form_encode(&self.code)))) } { (t.log_in()) } }
                    }
                    section aria-labelledby="new" {
                        h2 #new { (t.invitation_new()) }
                        form.fields method="post" action="/invitation" {
                            input type="hidden" name="code" value=(self.code);
                            div.field {
                                label for="login" { (t.login_name()) }
                                p.hint #login-about { (t.invitation_login_hint()) }
                                input #login type="text" name="login" value=(self.typed) autocomplete="username" autocapitalize="none" spellcheck="false" required maxlength="100" pattern="\\S+" aria-describedby="login-about";
                            }
                            div.field {
                                label for="password" { (t.account_new_password()) }
                                p.hint #password-about { (t.account_password_hint(linli_core::account::MIN_PASSWORD)) }
                                input #password type="password" name="password" autocomplete="new-password" required minlength="8" maxlength="200" aria-describedby="password-about";
                            }
                            div.field {
                                label for="again" { (t.account_password_again()) }
                                input #again type="password" name="again" autocomplete="new-password" required maxlength="200";
                            }
                            div.submit { button type="submit" { (t.invitation_join()) } }
                        }
                    }
                }
            }
        }
    }
}
