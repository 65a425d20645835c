//! Organisations and their signing keys.

use crate::app::App;
use crate::page::admin::{KeyEntry, OrganisationEntry, OrganisationPage, OrganisationsPage};
use crate::route::admin::{problems, publish_problems};
use crate::visit::{DistrictAdmin, ProvenAdmin, Visit, see_other};
use axum::extract::{Form, Path, State};
use axum::response::Response;
use linli_core::{act, organisation, view};
use linli_domain::{Localised, PublisherKeyId};
use linli_engine::publish;
use serde::Deserialize;

/// Lists them.
pub(crate) async fn list(DistrictAdmin { visit, .. }: DistrictAdmin) -> Response {
    show_list(&visit, Default::default(), Vec::new()).await
}

async fn show_list(visit: &Visit, typed: [String; 3], problems: Vec<String>) -> Response {
    let found = view!(visit.app.core, |work| async {
        let releases = work.tx.list_releases().await?;
        let mut found = Vec::new();
        for organisation in work.tx.list_organisations().await? {
            let keys = work.tx.list_publisher_keys(organisation.id).await?;
            found.push(OrganisationEntry {
                code: organisation.slug,
                name: organisation.name.get(visit.viewer.locale).to_owned(),
                keys: keys.iter().filter(|key| key.revoked.is_none()).count(),
                releases: releases
                    .iter()
                    .filter(|release| release.organisation_id == organisation.id)
                    .count(),
            });
        }
        Ok(found)
    }
    .await);
    match found {
        Ok(organisations) => {
            visit
                .page(&OrganisationsPage {
                    organisations,
                    typed,
                    problems,
                })
                .await
        }
        Err(error) => visit.refuse(error).await,
    }
}

#[derive(Deserialize)]
pub(crate) struct Registration {
    code: String,
    zh: String,
    en: String,
}

/// Registers one.
pub(crate) async fn register(
    DistrictAdmin { visit, admin }: DistrictAdmin,
    State(app): State<App>,
    Form(form): Form<Registration>,
) -> Response {
    let name = Localised::new(form.zh.trim(), form.en.trim());
    match act!(app.core, |work| organisation::register(
        work,
        &admin,
        form.code.trim(),
        &name
    )
    .await)
    {
        Ok(registered) => {
            let name = registered.name.get(visit.viewer.locale);
            visit
                .say(true, visit.viewer.text().said_organisation_registered(name))
                .await;
            see_other(&format!("/admin/organisations/{}", registered.slug))
        }
        Err(error) => match problems(&visit, error) {
            Ok(problems) => show_list(&visit, [form.code, form.zh, form.en], problems).await,
            Err(error) => visit.refuse(error).await,
        },
    }
}

/// Shows one with its keys.
pub(crate) async fn show(
    DistrictAdmin { visit, .. }: DistrictAdmin,
    Path(code): Path<String>,
) -> Response {
    show_one(&visit, &code, String::new(), Vec::new()).await
}

async fn show_one(visit: &Visit, code: &str, typed: String, problems: Vec<String>) -> Response {
    let locale = visit.viewer.locale;
    let found = view!(visit.app.core, |work| async {
        let organisation = organisation::find(work, code).await?;
        let keys = work.tx.list_publisher_keys(organisation.id).await?;
        let releases = work.tx.list_releases().await?;
        Ok((organisation, keys, releases))
    }
    .await);
    let (organisation, keys, releases) = match found {
        Ok(found) => found,
        Err(error) => return visit.refuse(error).await,
    };
    let page = OrganisationPage {
        code: organisation.slug,
        name: organisation.name.get(locale).to_owned(),
        keys: keys
            .into_iter()
            .map(|key| KeyEntry {
                id: key.id.to_string(),
                label: key.key_id,
                key: key.public_key,
                added: key.added,
                revoked: key.revoked,
            })
            .collect(),
        releases: releases
            .into_iter()
            .filter(|release| release.organisation_id == organisation.id)
            .map(|release| {
                let name = format!("{} {}", release.manifest.title.get(locale), release.version);
                (name, format!("/admin/releases/{}", release.id))
            })
            .collect(),
        typed,
        problems,
    };
    visit.page(&page).await
}

#[derive(Deserialize)]
pub(crate) struct NewKey {
    key: String,
}

/// Adds a key.
pub(crate) async fn add_key(
    ProvenAdmin { visit, admin }: ProvenAdmin,
    State(app): State<App>,
    Path(code): Path<String>,
    Form(form): Form<NewKey>,
) -> Response {
    match publish::add_key(&app.core, &admin, &code, &form.key).await {
        Ok(()) => {
            visit.say(true, visit.viewer.text().said_key_added()).await;
            see_other(&format!("/admin/organisations/{code}"))
        }
        Err(error) => match publish_problems(&visit, error) {
            Ok(problems) => show_one(&visit, &code, form.key, problems).await,
            Err(error) => visit.refuse(error).await,
        },
    }
}

#[derive(Deserialize)]
pub(crate) struct RevokedKey {
    id: PublisherKeyId,
}

/// Revokes a key.
pub(crate) async fn revoke_key(
    DistrictAdmin { visit, admin }: DistrictAdmin,
    State(app): State<App>,
    Path(code): Path<String>,
    Form(form): Form<RevokedKey>,
) -> Response {
    let revoked = act!(app.core, |work| async {
        let organisation = organisation::find(work, &code).await?;
        organisation::revoke_key(work, &admin, &organisation, form.id).await
    }
    .await);
    match revoked {
        Ok(()) => {
            visit
                .say(true, visit.viewer.text().said_key_revoked())
                .await;
            see_other(&format!("/admin/organisations/{code}"))
        }
        Err(error) => visit.refuse(error).await,
    }
}
