//! Invitations to roles: `POST /admin/invitations` with `name`, `email`, `language`, `office` (an office's code or an
//! organisation's id), `role`, `community`; `POST …/{id}/revoke`; `POST …/{id}/letter` shows the letter to print.

use crate::format::Viewer;
use crate::i18n::Text;
use crate::layout::{Page, Place};
use crate::part::{PostButton, back, mark, problems};
use crate::render::harmless;
use linli_core::caller::{COMMUNITY_STAFF, DISTRICT_ADMIN};
use linli_domain::{Instant, Locale};
use maud::{Markup, html};

/// Where an invitation stands.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum InvitationState {
    /// It can be accepted.
    Open,
    /// It was.
    Accepted,
    /// It was taken back.
    Revoked,
    /// Its time is over.
    Expired,
}

/// An invitation in the list.
#[derive(Clone, Debug)]
pub struct InvitationEntry {
    /// The id.
    pub id: String,
    /// Whom it is meant for.
    pub name: String,
    /// The role.
    pub role: String,
    /// At which organisation, in which community.
    pub at: String,
    /// Whether it went by mail.
    pub by_mail: bool,
    /// When it was made.
    pub created: Instant,
    /// Until when it can be accepted.
    pub expires: Instant,
    /// Where it stands.
    pub state: InvitationState,
}

/// All invitations, and a new one.
#[derive(Clone, Debug, Default)]
pub struct InvitationsPage {
    /// The newest first.
    pub invitations: Vec<InvitationEntry>,
    /// The address of earlier ones.
    pub next: Option<String>,
    /// Ids and names.
    pub communities: Vec<(String, String)>,
    /// Ids and names.
    pub organisations: Vec<(String, String)>,
    /// What was typed and refused: name, mail address, role.
    pub typed: [String; 3],
    /// Why.
    pub problems: Vec<String>,
}

impl Page for InvitationsPage {
    fn title(&self, viewer: &Viewer) -> String {
        viewer.text().menu_invitations().to_owned()
    }

    fn place(&self) -> Option<Place> {
        Some(Place::Invitations)
    }

    fn body(&self, viewer: &Viewer) -> Markup {
        let t = viewer.text();
        html! {
            h1 { (t.menu_invitations()) }
            p.lead { (t.invitations_lead()) }
            @if self.invitations.is_empty() { p.empty { (t.invitations_none()) } } @else {
                ul.cards {
                    @for invitation in &self.invitations { (entry(invitation, viewer)) }
                }
            }
            @if let Some(next) = &self.next { p.next { a.button.quiet href=(next) rel="next" { (t.next_page()) } } }
            (self.form(t))
        }
    }
}

fn entry(invitation: &InvitationEntry, viewer: &Viewer) -> Markup {
    let t = viewer.text();
    let path = |action: &str| format!("/admin/invitations/{}/{action}", invitation.id);
    html! {
        li.card {
            h2 { (harmless(&invitation.name)) " " (state(invitation.state, t)) }
            p { (harmless(&invitation.role)) " · " (harmless(&invitation.at)) }
            p.meta {
                @if invitation.by_mail { (t.invitations_by_mail()) } @else { (t.invitations_by_letter()) }
                " · " (t.invitations_dates(viewer.date(viewer.day_of(invitation.created)), viewer.date(viewer.day_of(invitation.expires))))
            }
            @if invitation.state == InvitationState::Open {
                div.actions {
                    (PostButton { action: &path("letter"), values: &[], label: t.invitations_letter(), destructive: false }.plain("quiet"))
                    (PostButton { action: &path("revoke"), values: &[], label: t.invitations_revoke(), destructive: true }
                        .confirm(t.invitations_revoke_question(), t.invitations_revoke_effect(), t))
                }
            }
        }
    }
}

fn state(state: InvitationState, t: Text) -> Markup {
    match state {
        InvitationState::Open => mark("warning", t.invitations_open()),
        InvitationState::Accepted => mark("good", t.invitations_accepted()),
        InvitationState::Revoked => mark("neutral", t.invitations_revoked()),
        InvitationState::Expired => mark("neutral", t.invitations_expired()),
    }
}

impl InvitationsPage {
    fn form(&self, t: Text) -> Markup {
        let [name, email, role] = &self.typed;
        html! {
            section aria-labelledby="new" {
                h2 #new { (t.invitations_new()) }
                (problems(&self.problems, t))
                form.fields method="post" action="/admin/invitations" {
                    div.field { label for="name" { (t.invitations_name()) } input #name name="name" value=(name) required maxlength="60" autocomplete="off"; }
                    div.field {
                        label for="email" { (t.contact_email()) " " span.need { (t.optional()) } }
                        p.hint #email-about { (t.invitations_email_hint()) }
                        input #email type="email" name="email" value=(email) maxlength="254" autocomplete="off" aria-describedby="email-about";
                    }
                    div.field {
                        label for="language" { (t.invitations_language()) }
                        select #language name="language" {
                            @for locale in Locale::ALL { option value=(locale.tag()) lang=(locale.tag()) { (match locale { Locale::ZhCn => "中文", Locale::En => "English" }) } }
                        }
                    }
                    div.field {
                        label for="office" { (t.invitations_office()) }
                        select #office name="office" required {
                            option value=(COMMUNITY_STAFF) { (t.role_community_staff()) }
                            option value=(DISTRICT_ADMIN) { (t.role_district_admin()) }
                            @for (id, name) in &self.organisations { option value=(id) { (t.invitations_at(harmless(name))) } }
                        }
                    }
                    div.field {
                        label for="role" { (t.invitations_role()) " " span.need { (t.optional()) } }
                        p.hint #role-about { (t.invitations_role_hint()) }
                        input #role name="role" value=(role) maxlength="40" pattern="[a-z][a-z0-9\\-]*" autocapitalize="none" spellcheck="false" aria-describedby="role-about";
                    }
                    div.field {
                        label for="community" { (t.invitations_community()) }
                        select #community name="community" {
                            option value="" { (t.role_everywhere()) }
                            @for (id, name) in &self.communities { option value=(id) { (harmless(name)) } }
                        }
                    }
                    div.submit { button type="submit" { (t.invitations_invite()) } }
                }
            }
        }
    }
}

/// The letter, in the language of whom it is for.
#[derive(Clone, Debug)]
pub struct InvitationLetterPage {
    /// That language.
    pub locale: Locale,
    /// The district's name.
    pub district: String,
    /// Whom it is for.
    pub name: String,
    /// The role.
    pub role: String,
    /// At which organisation, in which community.
    pub at: String,
    /// The code.
    pub code: String,
    /// Until when it can be accepted.
    pub expires: Instant,
}

impl Page for InvitationLetterPage {
    fn title(&self, viewer: &Viewer) -> String {
        viewer.text().invitations_letter().to_owned()
    }

    fn place(&self) -> Option<Place> {
        Some(Place::Invitations)
    }

    fn body(&self, viewer: &Viewer) -> Markup {
        let reader = Viewer {
            locale: self.locale,
            ..viewer.clone()
        };
        let (t, r) = (viewer.text(), reader.text());
        html! {
            (back("/admin/invitations", t.menu_invitations()))
            h1.screen { (t.invitations_letter()) }
            p.lead.screen { (t.invitations_letter_lead()) }
            article.letter lang=(self.locale.tag()) {
                p.address { strong { (harmless(&self.name)) } }
                p.meta { (harmless(&self.district)) }
                h2 { (r.invitation_title()) }
                p { (r.invitation_letter(harmless(&self.at), harmless(&self.district), harmless(&self.role))) }
                p { (r.invitation_letter_how()) }
                p.code { strong { (self.code) } }
                p { (r.invitation_letter_until(reader.date(reader.day_of(self.expires)))) }
            }
        }
    }
}
