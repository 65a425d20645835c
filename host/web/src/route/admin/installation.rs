//! Installations: a matrix of communities and plugins, enabling with grants and settings, how each does.

use crate::app::App;
use crate::page::ErrorPage;
use crate::page::admin::settings;
use crate::page::admin::{
    AskedGrant, Cell, EnablePage, FailureEntry, InstallationPage, InstallationState,
    InstallationsPage, LogEntry, Pause, PluginRow, budget_fields,
};
use crate::render::submission::Posted;
use crate::route::admin::problems;
use crate::visit::{DistrictAdmin, ProvenAdmin, Visit, see_other};
use axum::body::Bytes;
use axum::extract::{Path, Query, State};
use axum::response::Response;
use linli_core::store::installation::Installation;
use linli_core::store::place::Community;
use linli_core::store::release::Release;
use linli_core::{Refusal, Service, act, installation, view};
use linli_domain::permission::Permission;
use linli_domain::{CommunityId, InstallationId, PluginId, ReleaseId};
use linli_engine::publish;
use serde::Deserialize;
use serde_json::{Map, Value, json};
use std::collections::{BTreeMap, BTreeSet};

/// How long a failure makes an installation ill, in minutes.
const ILL_MINUTES: i64 = 60;
/// How many failures and log lines are shown.
const SHOWN: i64 = 50;

/// Shows all of them.
pub(crate) async fn matrix(
    DistrictAdmin { visit, .. }: DistrictAdmin,
    State(app): State<App>,
) -> Response {
    let found = view!(app.core, |work| async {
        Ok((
            work.tx.list_communities().await?,
            work.tx.list_releases().await?,
            work.tx.list_installations().await?,
        ))
    }
    .await);
    let (communities, releases, installations) = match found {
        Ok(found) => found,
        Err(error) => return visit.refuse(error).await,
    };
    let ill = match failing(&visit).await {
        Ok(ill) => ill,
        Err(response) => return response,
    };
    let locale = visit.viewer.locale;
    let mut newest: BTreeMap<PluginId, &Release> = BTreeMap::new();
    for release in releases
        .iter()
        .filter(|release| release.state == "approved")
    {
        let best = newest.entry(release.plugin.clone()).or_insert(release);
        if release.version > best.version {
            *best = release;
        }
    }
    let mut rows = Vec::new();
    for (plugin, release) in newest {
        let mut cells = Vec::new();
        for community in &communities {
            let installed = installations.iter().find(|installed| {
                installed.plugin == plugin && installed.community_id == community.id
            });
            cells.push(match installed {
                None => Cell::Offer {
                    href: offer_href(release.id, community.id),
                },
                Some(installed) => {
                    let state = state_of(installed, &ill);
                    let runs = releases
                        .iter()
                        .find(|release| release.id == installed.release_id);
                    Cell::Installed {
                        href: format!("/admin/installations/{}", installed.id),
                        version: runs
                            .map(|release| release.version.to_string())
                            .unwrap_or_default(),
                        state,
                    }
                }
            });
        }
        rows.push(PluginRow {
            title: release.manifest.title.get(locale).to_owned(),
            plugin: plugin.to_string(),
            cells,
        });
    }
    let communities = communities
        .iter()
        .map(|community| community.name.get(locale).to_owned())
        .collect();
    visit
        .page(&InstallationsPage {
            communities,
            plugins: rows,
        })
        .await
}

fn offer_href(release: ReleaseId, community: CommunityId) -> String {
    format!("/admin/installations/enable?release={release}&community={community}")
}

/// The installations that failed a short time ago.
async fn failing(visit: &Visit) -> Result<BTreeSet<InstallationId>, Response> {
    let since = visit.viewer.now.plus_minutes(-ILL_MINUTES);
    match visit.app.core.store.list_failing(since, i64::MAX).await {
        Ok(failures) => Ok(failures
            .into_iter()
            .map(|failure| failure.installation_id)
            .collect()),
        Err(error) => Err(visit.fault(&error).await),
    }
}

fn state_of(installed: &Installation, ill: &BTreeSet<InstallationId>) -> InstallationState {
    if !installed.enabled {
        InstallationState::Disabled
    } else if installed
        .breaker
        .as_ref()
        .is_some_and(|breaker| breaker.open)
    {
        InstallationState::Paused
    } else if ill.contains(&installed.id) {
        InstallationState::Ill
    } else {
        InstallationState::Enabled
    }
}

#[derive(Deserialize)]
pub(crate) struct Offer {
    release: ReleaseId,
    community: CommunityId,
}

/// Asks what to grant before a release is enabled in a community.
pub(crate) async fn offer(
    DistrictAdmin { visit, .. }: DistrictAdmin,
    Query(offer): Query<Offer>,
) -> Response {
    match find_offer(&visit, &offer).await {
        Ok((release, community)) => {
            let granted = release.permissions.clone();
            let settings = release
                .manifest
                .settings
                .as_ref()
                .map(|schema| settings::fields(schema, &Map::new()));
            show_offer(
                &visit,
                &release,
                &community,
                &granted,
                settings.unwrap_or_default(),
                Vec::new(),
            )
            .await
        }
        Err(response) => response,
    }
}

async fn find_offer(visit: &Visit, offer: &Offer) -> Result<(Release, Community), Response> {
    let found = view!(visit.app.core, |work| async {
        let release = work
            .tx
            .find_release(offer.release)
            .await?
            .ok_or(Refusal::NotFound("release"))?;
        let community = work
            .tx
            .find_community(offer.community)
            .await?
            .ok_or(Refusal::NotFound("community"))?;
        Ok((release, community))
    }
    .await);
    match found {
        Ok(found) => Ok(found),
        Err(error) => Err(visit.refuse(error).await),
    }
}

async fn show_offer(
    visit: &Visit,
    release: &Release,
    community: &Community,
    granted: &BTreeSet<Permission>,
    settings: Vec<settings::Setting>,
    problems: Vec<String>,
) -> Response {
    let locale = visit.viewer.locale;
    let page = EnablePage {
        href: "/admin/installations/enable".to_owned(),
        hidden: vec![
            ("release".to_owned(), release.id.to_string()),
            ("community".to_owned(), community.id.to_string()),
        ],
        service: format!("{} {}", release.manifest.title.get(locale), release.version),
        community: community.name.get(locale).to_owned(),
        grants: release
            .permissions
            .iter()
            .map(|permission| AskedGrant {
                code: permission.to_string(),
                meaning: permission.meaning().get(locale).to_owned(),
                optional: release
                    .manifest
                    .optional_imports
                    .contains(permission.interface()),
                granted: granted.contains(permission),
            })
            .collect(),
        settings,
        problems,
    };
    visit.page(&page).await
}

/// Enables a release in a community.
pub(crate) async fn enable(
    ProvenAdmin { visit, admin }: ProvenAdmin,
    State(app): State<App>,
    body: Bytes,
) -> Response {
    let posted = Posted::from_body(&body);
    let id = |name| {
        posted
            .first(name)
            .and_then(|id| id.parse::<uuid::Uuid>().ok())
    };
    let (Some(release), Some(community)) = (id("release"), id("community")) else {
        return visit.error(&ErrorPage::NotFound).await;
    };
    let offer = Offer {
        release: ReleaseId(release),
        community: CommunityId(community),
    };
    let (release, community) = match find_offer(&visit, &offer).await {
        Ok(found) => found,
        Err(response) => return response,
    };
    let granted: BTreeSet<_> = posted
        .all("grant")
        .into_iter()
        .map(|code| Permission(code.to_owned()))
        .collect();
    let schema = release
        .manifest
        .settings
        .clone()
        .unwrap_or_else(|| json!({ "type": "object" }));
    let values = match settings::decode(&schema, &posted, visit.viewer.text()) {
        Ok(values) => values,
        Err(refused) => {
            return show_offer(&visit, &release, &community, &granted, refused, Vec::new()).await;
        }
    };
    match publish::enable(
        &app.core,
        &admin,
        release.id,
        community.id,
        &granted,
        &values,
    )
    .await
    {
        Ok(id) => {
            let locale = visit.viewer.locale;
            let said = visit.viewer.text().said_installation_enabled(
                community.name.get(locale),
                release.manifest.title.get(locale),
            );
            visit.say(true, said).await;
            see_other(&format!("/admin/installations/{id}"))
        }
        Err(error) => match problems(&visit, error) {
            Ok(problems) => {
                let fields = settings::fields(&schema, &values);
                show_offer(&visit, &release, &community, &granted, fields, problems).await
            }
            Err(error) => visit.refuse(error).await,
        },
    }
}

/// Shows one: how it does, what it may do, what failed.
pub(crate) async fn show(
    DistrictAdmin { visit, .. }: DistrictAdmin,
    Path(id): Path<InstallationId>,
) -> Response {
    show_with(&visit, id, Shown::default()).await
}

pub(super) async fn find(
    visit: &Visit,
    id: InstallationId,
) -> Result<(Service, Release), Response> {
    let found = view!(visit.app.core, |work| async {
        let service = Service::find(work, id)
            .await?
            .ok_or(Refusal::NotFound("installation"))?;
        let release = work
            .tx
            .find_release(service.installation.release_id)
            .await?
            .ok_or(Refusal::NotFound("release"))?;
        Ok((service, release))
    }
    .await);
    match found {
        Ok(found) => Ok(found),
        Err(error) => Err(visit.refuse(error).await),
    }
}

/// What of the page is not as it stands in the database: forms that were refused, and why something could not be done.
#[derive(Default)]
pub(super) struct Shown {
    pub(super) settings: Option<Vec<settings::Setting>>,
    pub(super) budgets: Option<Vec<settings::Setting>>,
    pub(super) problems: Vec<String>,
}

pub(super) async fn show_with(visit: &Visit, id: InstallationId, shown: Shown) -> Response {
    let (service, release) = match find(visit, id).await {
        Ok(found) => found,
        Err(response) => return response,
    };
    let ill = match failing(visit).await {
        Ok(ill) => ill,
        Err(response) => return response,
    };
    let state = state_of(&service.installation, &ill);
    let store = &visit.app.core.store;
    let (failures, log) = match (
        store.list_failures(id, SHOWN).await,
        store.list_plugin_log(id, SHOWN).await,
    ) {
        (Ok(failures), Ok(log)) => (failures, log),
        (Err(error), _) | (_, Err(error)) => return visit.fault(&error).await,
    };
    let locale = visit.viewer.locale;
    let meaning = |permission: &Permission| permission.meaning().get(locale).to_owned();
    let granted = &service.installation.permissions;
    let settings = shown.settings.unwrap_or_else(|| {
        let schema = service.manifest.settings.as_ref();
        schema
            .map(|schema| settings::fields(schema, &service.installation.settings))
            .unwrap_or_default()
    });
    let page = InstallationPage {
        href: format!("/admin/installations/{id}"),
        service: service.manifest.title.get(locale).to_owned(),
        plugin: service.plugin().to_string(),
        version: release.version.to_string(),
        release: format!("/admin/releases/{}", release.id),
        community: service.community.name.get(locale).to_owned(),
        state,
        since: service.installation.changed,
        grants: granted.iter().map(meaning).collect(),
        withheld: release
            .permissions
            .difference(granted)
            .map(meaning)
            .collect(),
        recipients: (!service.manifest.outbound.is_empty())
            .then(|| format!("/admin/installations/{id}/recipients")),
        settings,
        failures: failures
            .into_iter()
            .map(|failure| FailureEntry {
                at: failure.at,
                what: what_of(&failure.report),
                reason: failure.reason,
                request: failure.invocation_id.to_string(),
            })
            .collect(),
        log: log
            .into_iter()
            .map(|line| LogEntry {
                at: line.at,
                level: line.level,
                line: line.line,
            })
            .collect(),
        pause: service
            .installation
            .breaker
            .as_ref()
            .filter(|breaker| breaker.open)
            .map(|breaker| Pause {
                since: breaker.since,
                next: breaker.next,
                times: breaker.times,
                reason: breaker.reason.clone(),
                request: breaker.invocation.to_string(),
            }),
        budgets: shown
            .budgets
            .unwrap_or_else(|| budget_fields(&service.installation.budgets, visit.viewer.text())),
        problems: shown.problems,
    };
    visit.page(&page).await
}

pub(super) fn what_of(report: &Value) -> String {
    let part = |name| report.get(name).and_then(Value::as_str).unwrap_or_default();
    format!("{} {}", part("function"), part("path"))
        .trim()
        .to_owned()
}

/// Disables one.
pub(crate) async fn disable(
    DistrictAdmin { visit, admin }: DistrictAdmin,
    Path(id): Path<InstallationId>,
) -> Response {
    match act!(visit.app.core, |work| installation::disable(
        work, &admin, id
    )
    .await)
    {
        Ok(()) => {
            visit
                .say(true, visit.viewer.text().said_installation_disabled())
                .await;
            see_other(&format!("/admin/installations/{id}"))
        }
        Err(error) => visit.refuse(error).await,
    }
}

/// Enables one again, with what it had.
pub(crate) async fn enable_again(
    ProvenAdmin { visit, admin }: ProvenAdmin,
    Path(id): Path<InstallationId>,
) -> Response {
    let (service, _) = match find(&visit, id).await {
        Ok(found) => found,
        Err(response) => return response,
    };
    let said = visit.viewer.text().said_installation_enabled(
        service.community.name.get(visit.viewer.locale),
        service.manifest.title.get(visit.viewer.locale),
    );
    let changed = act!(visit.app.core, |work| {
        installation::enable_again(work, &admin, id).await
    });
    changed_to(&visit, id, changed, said).await
}

/// Changes the settings of one.
pub(crate) async fn set(
    DistrictAdmin { visit, admin }: DistrictAdmin,
    Path(id): Path<InstallationId>,
    body: Bytes,
) -> Response {
    let (service, _) = match find(&visit, id).await {
        Ok(found) => found,
        Err(response) => return response,
    };
    let Some(schema) = &service.manifest.settings else {
        return visit.error(&ErrorPage::NotFound).await;
    };
    let values = match settings::decode(schema, &Posted::from_body(&body), visit.viewer.text()) {
        Ok(values) => values,
        Err(refused) => {
            let shown = Shown {
                settings: Some(refused),
                ..Shown::default()
            };
            return show_with(&visit, id, shown).await;
        }
    };
    let said = visit.viewer.text().said_settings_saved().to_owned();
    let changed = publish::set_settings(&visit.app.core, &admin, id, &values).await;
    changed_to(&visit, id, changed, said).await
}

async fn changed_to(
    visit: &Visit,
    id: InstallationId,
    changed: linli_core::Result<()>,
    said: String,
) -> Response {
    match changed {
        Ok(()) => {
            visit.say(true, said).await;
            see_other(&format!("/admin/installations/{id}"))
        }
        Err(error) => match problems(visit, error) {
            Ok(problems) => {
                let shown = Shown {
                    problems,
                    ..Shown::default()
                };
                show_with(visit, id, shown).await
            }
            Err(error) => visit.refuse(error).await,
        },
    }
}
