//! The frame around every page: head, header with who acts for whom, menu, message, footer.

use crate::asset;
use crate::format::{TypeSize, Viewer};
use crate::i18n::Text;
use crate::render::harmless;
use linli_domain::Locale;
use maud::{DOCTYPE, Markup, html};

/// A page inside the frame.
pub trait Page {
    /// For `<title>`; the page's own `<h1>` is in its body.
    fn title(&self, viewer: &Viewer) -> String;

    /// What stands in `<main>`.
    fn body(&self, viewer: &Viewer) -> Markup;

    /// Which entry of the menu it belongs to.
    fn place(&self) -> Option<Place> {
        None
    }

    /// Whether it needs more than the width of a text column, as tables do.
    fn is_wide(&self) -> bool {
        false
    }
}

/// Entries of the menu.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Place {
    /// `/home`
    Home,
    /// `/inbox`
    Inbox,
    /// `/my-data`
    MyData,
    /// `/bookings`
    Bookings,
    /// `/spaces`
    Spaces,
    /// `/courses`
    Courses,
    /// `/cases`
    Cases,
    /// `/work`
    Work,
    /// `/hours`
    Hours,
    /// `/admin`
    Admin,
    /// `/admin/organisations`
    Organisations,
    /// `/admin/releases`
    Releases,
    /// `/admin/installations`
    Installations,
    /// `/admin/invitations`
    Invitations,
    /// `/account`
    Account,
    /// `/admin/holidays`
    Holidays,
}

/// What the frame shows around a page.
#[derive(Clone, Debug)]
pub struct Shell {
    /// For whom it is written.
    pub viewer: Viewer,
    /// The community, or the district for its admins.
    pub community: Option<String>,
    /// Who is logged in.
    pub who: Option<Who>,
    /// Said once at the top.
    pub flash: Option<Flash>,
    /// Path and query of this page, to come back to after a change of language.
    pub here: String,
}

/// Who is logged in.
#[derive(Clone, Debug)]
pub struct Who {
    /// Their name.
    pub name: String,
    /// The name of the resident for whom they act, where it is somebody else.
    pub acting_for: Option<String>,
    /// Whether there is anybody for whom they may act.
    pub may_act_for_others: bool,
    /// Unread notices.
    pub unread: u32,
    /// Whether they live in a community.
    pub is_resident: bool,
    /// Whether they work for an organisation.
    pub is_staff: bool,
    /// Whether they administer the district.
    pub is_admin: bool,
    /// Whether they are staff of a community.
    pub is_community_staff: bool,
    /// Whether there is an office in which they work.
    pub has_desk: bool,
}

/// A message that is said once.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Flash {
    /// Whether what was tried went well.
    pub good: bool,
    /// What happened.
    pub text: String,
}

/// The whole document.
pub fn document(shell: &Shell, page: &dyn Page) -> Markup {
    let (viewer, t) = (&shell.viewer, shell.viewer.text());
    let large = viewer.type_size == TypeSize::Large;
    html! {
        (DOCTYPE)
        html lang=(viewer.locale.tag()) class=[large.then_some("large")] {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content="light dark";
                title { (harmless(&page.title(viewer))) " · " (t.site_name()) }
                link rel="stylesheet" href=(asset::STYLE.url());
                link rel="icon" type="image/svg+xml" href=(asset::LOGO.url());
                link rel="apple-touch-icon" href=(asset::ICON.url());
                link rel="manifest" href=(asset::manifest_url(viewer.locale));
                meta name="theme-color" content=(asset::THEME);
                @if large { script src=(asset::READ_ALOUD.url()) defer {} }
            }
            body {
                a.skip href="#main" { (t.skip_to_content()) }
                (header(shell, t))
                @if let Some(name) = shell.who.as_ref().and_then(|who| who.acting_for.as_deref()) {
                    aside.acting aria-label=(t.acting_region()) {
                        p { strong { (t.acting_banner(harmless(name))) } }
                        form method="post" action="/acting-for" {
                            input type="hidden" name="person" value="";
                            button.quiet type="submit" { (t.acting_back()) }
                        }
                    }
                }
                @if let Some(who) = &shell.who { (menu(who, page.place(), t, large)) }
                main #main tabindex="-1" class=[page.is_wide().then_some("wide")] {
                    @if let Some(flash) = &shell.flash {
                        div.notice.good[flash.good].danger[!flash.good] role="status" {
                            p {
                                strong.tone { @if flash.good { (t.tone_good()) } @else { (t.tone_danger()) } }
                                " " (harmless(&flash.text))
                            }
                        }
                    }
                    (page.body(viewer))
                }
                (footer(t))
            }
        }
    }
}

fn header(shell: &Shell, t: Text) -> Markup {
    html! {
        header.site {
            a.brand href="/" {
                img src=(asset::LOGO.url()) alt="" width="40" height="40";
                span.name { (t.site_name()) }
                @if let Some(community) = &shell.community { span.community { (harmless(community)) } }
            }
            div.tools {
                (preferences(shell, t))
                @if shell.viewer.type_size == TypeSize::Large {
                    button.quiet type="button" hidden data-read-aloud=(t.read_aloud_stop()) aria-pressed="false" { (t.read_aloud()) }
                }
                @if let Some(who) = &shell.who {
                    a.who href="/account" { span.hidden { (t.logged_in_as()) } (harmless(&who.name)) }
                    form method="post" action="/logout" { button.quiet type="submit" { (t.log_out()) } }
                }
            }
        }
    }
}

/// Language and type size, one press each, on every page.
fn preferences(shell: &Shell, t: Text) -> Markup {
    html! {
        form.preferences method="post" action="/preferences" {
            input type="hidden" name="back" value=(shell.here);
            @for locale in Locale::ALL {
                @if locale != shell.viewer.locale {
                    button.quiet type="submit" name="language" value=(locale.tag()) lang=(locale.tag()) {
                        (match locale { Locale::ZhCn => "中文", Locale::En => "English" })
                    }
                }
            }
            @match shell.viewer.type_size {
                TypeSize::Normal => button.quiet type="submit" name="type-size" value=(TypeSize::Large.code()) { (t.type_large()) },
                TypeSize::Large => button.quiet type="submit" name="type-size" value=(TypeSize::Normal.code()) { (t.type_normal()) },
            }
        }
    }
}

/// The way to everything. In the elders' edition what residents need most stands there; the rest opens.
fn menu(who: &Who, place: Option<Place>, t: Text, large: bool) -> Markup {
    let entry = |of: Place, href: &str, label: &str, count: u32| {
        let current = (place == Some(of)).then_some("page");
        html! {
            li {
                a href=(href) aria-current=[current] {
                    (label)
                    @if count > 0 { " " span.count { span aria-hidden="true" { (count.min(99)) } span.hidden { (t.inbox_unread(count)) } } }
                }
            }
        }
    };
    let rest = html! {
        @if who.is_staff { (entry(Place::Hours, "/hours", t.menu_hours(), 0)) }
        @if who.is_resident {
            (entry(Place::Bookings, "/bookings", t.menu_bookings(), 0))
            (entry(Place::Spaces, "/spaces", t.menu_spaces(), 0))
            (entry(Place::Courses, "/courses", t.menu_courses(), 0))
            (entry(Place::Cases, "/cases", t.menu_cases(), 0))
        }
        @if who.has_desk { (entry(Place::Work, "/work", t.menu_work(), 0)) }
        @if who.is_resident { (entry(Place::MyData, "/my-data", t.menu_my_data(), 0)) }
        @if who.may_act_for_others && who.acting_for.is_none() {
            li { a href="/acting-for" { (t.menu_acting()) } }
        }
        @if who.is_staff { li { a href="/emergencies" { (t.emergency_title()) } } }
        @if who.is_community_staff {
            li { a href="/letters" { (t.menu_letters()) } }
            li { a href="/counter" { (t.counter_title()) } }
            li { a href="/corrections" { (t.corrections_title()) } }
        }
        @if who.is_admin {
            (entry(Place::Admin, "/admin", t.menu_admin(), 0))
            (entry(Place::Organisations, "/admin/organisations", t.menu_organisations(), 0))
            (entry(Place::Releases, "/admin/releases", t.menu_releases(), 0))
            (entry(Place::Installations, "/admin/installations", t.menu_installations(), 0))
            (entry(Place::Invitations, "/admin/invitations", t.menu_invitations(), 0))
            (entry(Place::Holidays, "/admin/holidays", t.menu_holidays(), 0))
        }
    };
    let open = !matches!(place, None | Some(Place::Home | Place::Inbox));
    html! {
        nav.site aria-label=(t.menu()) {
            ul {
                @if who.is_resident || who.is_staff { (entry(Place::Home, "/home", t.menu_home(), 0)) }
                (entry(Place::Inbox, "/inbox", t.menu_inbox(), who.unread))
                @if large { li.rest { details open[open] { summary { (t.menu_more()) } ul { (rest) } } } } @else { (rest) }
            }
        }
    }
}

fn footer(t: Text) -> Markup {
    html! { footer.site { p { (t.footer()) } } }
}
