//! The home page: the services of my community, and my work.

use crate::app::App;
use crate::page::{HomePage, ServiceEntry, SpaceEntry, StaffEntry, ThingEntry};
use crate::visit::{LoggedIn, Visit, see_other};
use axum::extract::{Query, State};
use axum::response::Response;
use linli_core::service::{self, ActingFor, MenuEntry};
use linli_core::{CallerKind, Service, view};
use linli_domain::Locale;
use serde::Deserialize;

/// With so many services or fewer nobody needs to search.
const FEW: usize = 3;
/// The longest text that is looked for, in characters.
const MAX_QUERY: usize = 60;

#[derive(Deserialize)]
pub(crate) struct Search {
    #[serde(default)]
    q: String,
}

/// Shows it, or those services that somebody looks for.
pub(crate) async fn home(
    LoggedIn { visit, login }: LoggedIn,
    State(app): State<App>,
    Query(Search { q }): Query<Search>,
) -> Response {
    let looked_for: String = q.trim().chars().take(MAX_QUERY).collect();
    if visit.acting == ActingFor::Own
        && login.community.is_none()
        && !login.is_staff()
        && !login.delegations.is_empty()
    {
        return see_other("/acting-for");
    }
    let (locale, acting) = (visit.viewer.locale, visit.acting);
    let community = login.community_for(acting);
    let found = view!(app.core, |work| async {
        let menu = service::list_menu(work, &login, acting, locale).await?;
        let (place, spaces) = match community {
            Some(id) => (
                work.tx.find_community(id).await?,
                work.tx.list_spaces(id).await?,
            ),
            None => (None, Vec::new()),
        };
        Ok((menu, place, spaces))
    }
    .await);
    let (menu, place, spaces) = match found {
        Ok(found) => found,
        Err(error) => return visit.refuse(error).await,
    };
    let (mut services, mut work) = (Vec::new(), Vec::new());
    let offered = menu.len();
    for MenuEntry { service, pages } in menu {
        if !service.answers_to(&looked_for) {
            continue;
        }
        let caller = pages
            .first()
            .and_then(|page| service::caller_for(&service, &login, acting, locale, page));
        let Some(caller) = caller else { continue };
        let links: Vec<_> = pages
            .iter()
            .map(|page| {
                (
                    page.title.get(locale).to_owned(),
                    href(&service, &page.path),
                )
            })
            .collect();
        if caller.kind == CallerKind::Staff {
            work.push(StaffEntry {
                title: service.manifest.title.get(locale).to_owned(),
                community: service.community.name.get(locale).to_owned(),
                role: role_title(&service, caller.role.as_deref(), locale),
                pages: links,
            });
        } else if let Some((_, first)) = links.into_iter().next() {
            services.push(ServiceEntry {
                title: service.manifest.title.get(locale).to_owned(),
                summary: service.manifest.summary.get(locale).to_owned(),
                organisation: service.organisation.name.get(locale).to_owned(),
                href: first,
            });
        }
    }
    let page = HomePage {
        name: visit.acting_name().unwrap_or_else(|| login.name.clone()),
        community: place.map(|place| place.name.get(locale).to_owned()),
        services,
        work,
        searchable: offered > FEW,
        looked_for,
        things: if visit.acting == ActingFor::Own && login.community.is_none() {
            Vec::new()
        } else {
            things(&visit)
        },
        spaces: spaces
            .into_iter()
            .map(|space| SpaceEntry {
                name: space.name.get(locale).to_owned(),
                capacity: u32::try_from(space.capacity).unwrap_or(u32::MAX),
            })
            .collect(),
    };
    visit.page(&page).await
}

/// What a resident has with the host itself.
fn things(visit: &Visit) -> Vec<ThingEntry> {
    let t = visit.viewer.text();
    let thing = |title: &str, about: &str, href: &str, count| ThingEntry {
        title: title.to_owned(),
        about: about.to_owned(),
        href: href.to_owned(),
        count,
    };
    vec![
        thing(t.menu_inbox(), t.thing_inbox(), "/inbox", visit.unread()),
        thing(t.menu_bookings(), t.thing_bookings(), "/bookings", 0),
        thing(t.menu_cases(), t.thing_cases(), "/cases", 0),
        thing(t.menu_courses(), t.thing_courses(), "/courses", 0),
        thing(t.menu_my_data(), t.thing_my_data(), "/my-data", 0),
        thing(t.contact_title(), t.thing_contact(), "/contact", 0),
    ]
}

/// Where a service's `/` is.
pub(crate) fn base(service: &Service) -> String {
    format!("/c/{}/{}", service.community.slug, service.plugin())
}

/// Where a page of a service is.
pub(crate) fn href(service: &Service, path: &str) -> String {
    format!("{}{path}", base(service))
}

/// What a role is called.
pub(crate) fn role_title(service: &Service, role: Option<&str>, locale: Locale) -> String {
    let role = role.unwrap_or_default();
    service
        .manifest
        .roles
        .get(role)
        .map_or_else(|| role.to_owned(), |role| role.title.get(locale).to_owned())
}
