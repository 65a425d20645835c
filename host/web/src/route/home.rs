//! The home page: the services of my community, and my work.

use crate::app::App;
use crate::page::{HomePage, ServiceEntry, SpaceEntry, StaffEntry};
use crate::visit::{LoggedIn, see_other};
use axum::extract::State;
use axum::response::Response;
use linli_core::service::{self, ActingFor, MenuEntry};
use linli_core::{CallerKind, Service, view};
use linli_domain::Locale;

/// Shows it.
pub(crate) async fn home(LoggedIn { visit, login }: LoggedIn, State(app): State<App>) -> Response {
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
    for MenuEntry { service, pages } in menu {
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
