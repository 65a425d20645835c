//! Releases: upload and review.

use crate::app::App;
use crate::i18n::Text;
use crate::page::admin::{
    AskedCollection, AskedPage, AskedPermission, AskedRecipient, ReadField, ReleaseEntry,
    ReleasePage, ReleaseState, ReleasesPage, UploadProblem,
};
use crate::route::admin::{problems, publish_problems};
use crate::route::my_data::field_title;
use crate::visit::{DistrictAdmin, Visit, see_other};
use axum::extract::multipart::MultipartError;
use axum::extract::{Form, Multipart, Path, State};
use axum::response::{IntoResponse as _, Response};
use linli_core::release::{Verdict, review};
use linli_core::{Admin, Refusal, act, view};
use linli_domain::manifest::RESIDENT_AUDIENCE;
use linli_domain::profile::ProfileField;
use linli_domain::{Locale, Manifest, ReleaseId};
use linli_engine::publish;
use linli_registry::inspect::MAX_COMPONENT;
use serde::Deserialize;

/// Lists them.
pub(crate) async fn list(DistrictAdmin { visit, .. }: DistrictAdmin) -> Response {
    show_list(&visit, None).await
}

async fn show_list(visit: &Visit, problem: Option<UploadProblem>) -> Response {
    let releases = match view!(visit.app.core, |work| async {
        Ok(work.tx.list_releases().await?)
    }
    .await)
    {
        Ok(releases) => releases,
        Err(error) => return visit.refuse(error).await,
    };
    let refused = problem.is_some();
    let page = ReleasesPage {
        releases: releases
            .into_iter()
            .map(|release| ReleaseEntry {
                href: format!("/admin/releases/{}", release.id),
                title: release.manifest.title.get(visit.viewer.locale).to_owned(),
                plugin: release.plugin.to_string(),
                version: release.version.to_string(),
                state: state_of(&release.state),
                uploaded: release.uploaded,
            })
            .collect(),
        limit: format!("{} MiB", MAX_COMPONENT >> 20),
        problem,
    };
    let status = if refused {
        axum::http::StatusCode::UNPROCESSABLE_ENTITY
    } else {
        axum::http::StatusCode::OK
    };
    visit.page_as(status, &page).await
}

fn state_of(code: &str) -> ReleaseState {
    match code {
        "approved" => ReleaseState::Approved,
        "rejected" => ReleaseState::Rejected,
        _ => ReleaseState::Waiting,
    }
}

#[derive(Default)]
struct Upload {
    name: String,
    component: Vec<u8>,
    signature: Option<String>,
}

/// Takes a component with its signature.
pub(crate) async fn upload(
    DistrictAdmin { visit, admin }: DistrictAdmin,
    State(app): State<App>,
    multipart: Multipart,
) -> Response {
    let upload = match read(multipart).await {
        Ok(upload) => upload,
        Err(error) => return error.into_response(),
    };
    let t = visit.viewer.text();
    let refused = |reason: String| UploadProblem {
        file: upload.name.clone(),
        reasons: vec![reason],
    };
    let Some(signature) = &upload.signature else {
        return show_list(&visit, Some(refused(t.upload_signature_text().to_owned()))).await;
    };
    if upload.component.is_empty() || signature.is_empty() {
        return show_list(&visit, Some(refused(t.upload_no_file().to_owned()))).await;
    }
    match publish::submit(&app.core, &app.engine, &admin, upload.component, signature).await {
        Ok(id) => {
            visit.say(true, t.said_release_waiting()).await;
            see_other(&format!("/admin/releases/{id}"))
        }
        Err(error) => match publish_problems(&visit, error) {
            Ok(reasons) => {
                show_list(
                    &visit,
                    Some(UploadProblem {
                        file: upload.name,
                        reasons,
                    }),
                )
                .await
            }
            Err(error) => visit.refuse(error).await,
        },
    }
}

async fn read(mut multipart: Multipart) -> Result<Upload, MultipartError> {
    let mut upload = Upload {
        signature: Some(String::new()),
        ..Upload::default()
    };
    while let Some(field) = multipart.next_field().await? {
        match field.name() {
            Some("component") => {
                upload.name = field
                    .file_name()
                    .unwrap_or_default()
                    .chars()
                    .take(100)
                    .collect();
                upload.component = field.bytes().await?.to_vec();
            }
            Some("signature") => {
                upload.signature = String::from_utf8(field.bytes().await?.to_vec()).ok()
            }
            _ => {}
        }
    }
    Ok(upload)
}

/// Shows one: what it may touch, in plain language.
pub(crate) async fn show(
    DistrictAdmin { visit, .. }: DistrictAdmin,
    Path(id): Path<ReleaseId>,
) -> Response {
    show_one(&visit, id, Vec::new()).await
}

async fn show_one(visit: &Visit, id: ReleaseId, problems: Vec<String>) -> Response {
    let locale = visit.viewer.locale;
    let found = view!(visit.app.core, |work| async {
        let release = work
            .tx
            .find_release(id)
            .await?
            .ok_or(Refusal::NotFound("release"))?;
        let organisation = work
            .tx
            .find_organisation(release.organisation_id)
            .await?
            .ok_or(Refusal::NotFound("organisation"))?;
        let keys = work.tx.list_publisher_keys(organisation.id).await?;
        Ok((release, organisation, keys))
    }
    .await);
    let (release, organisation, keys) = match found {
        Ok(found) => found,
        Err(error) => return visit.refuse(error).await,
    };
    let manifest = &release.manifest;
    let page = ReleasePage {
        href: format!("/admin/releases/{id}"),
        title: manifest.title.get(locale).to_owned(),
        summary: manifest.summary.get(locale).to_owned(),
        plugin: release.plugin.to_string(),
        version: release.version.to_string(),
        organisation: organisation.name.get(locale).to_owned(),
        licence: manifest.licence.clone(),
        digest: release.digest.clone(),
        size: u64::try_from(release.size).unwrap_or_default(),
        state: state_of(&release.state),
        uploaded: release.uploaded,
        key_revoked: !keys
            .iter()
            .any(|key| key.key_id == release.key_id && key.revoked.is_none()),
        signed_by: release.key_id.clone(),
        permissions: release
            .permissions
            .iter()
            .map(|permission| AskedPermission {
                code: permission.to_string(),
                meaning: permission.meaning().get(locale).to_owned(),
                optional: manifest.optional_imports.contains(permission.interface()),
            })
            .collect(),
        fields: manifest
            .fields
            .iter()
            .map(|(code, field)| ReadField {
                title: field_title(code, locale),
                purpose: field.purpose.get(locale).to_owned(),
                necessary: field.necessary,
                sensitive: ProfileField::from_code(code).is_some_and(ProfileField::is_sensitive),
            })
            .collect(),
        collections: manifest
            .collections
            .iter()
            .map(|(code, collection)| AskedCollection {
                code: code.clone(),
                purpose: collection.purpose.get(locale).to_owned(),
                sensitive: collection.sensitive,
                retention_days: collection.retention_days,
            })
            .collect(),
        recipients: manifest
            .outbound
            .values()
            .map(|recipient| AskedRecipient {
                hosts: recipient.hosts.iter().cloned().collect(),
                purpose: recipient.purpose.get(locale).to_owned(),
                persons_data: recipient.persons_data,
            })
            .collect(),
        pages: manifest
            .pages
            .iter()
            .map(|page| AskedPage {
                path: page.path.clone(),
                title: page.title.get(locale).to_owned(),
                audience: page
                    .audience
                    .iter()
                    .map(|code| audience_title(manifest, code, locale))
                    .collect(),
            })
            .collect(),
        problems,
    };
    visit.page(&page).await
}

fn audience_title(manifest: &Manifest, code: &str, locale: Locale) -> String {
    if code == RESIDENT_AUDIENCE {
        return Text::of(locale).audience_residents().to_owned();
    }
    manifest
        .roles
        .get(code)
        .map_or_else(|| code.to_owned(), |role| role.title.get(locale).to_owned())
}

/// Approves one.
pub(crate) async fn approve(
    DistrictAdmin { visit, admin }: DistrictAdmin,
    Path(id): Path<ReleaseId>,
) -> Response {
    let said = visit.viewer.text().said_release_approved();
    decide(&visit, &admin, id, Verdict::Approve, "", said).await
}

#[derive(Deserialize)]
pub(crate) struct Rejection {
    reason: String,
}

/// Rejects one.
pub(crate) async fn reject(
    DistrictAdmin { visit, admin }: DistrictAdmin,
    Path(id): Path<ReleaseId>,
    Form(form): Form<Rejection>,
) -> Response {
    let said = visit.viewer.text().said_release_rejected();
    decide(&visit, &admin, id, Verdict::Reject, &form.reason, said).await
}

async fn decide(
    visit: &Visit,
    admin: &Admin,
    id: ReleaseId,
    verdict: Verdict,
    note: &str,
    said: &str,
) -> Response {
    match act!(visit.app.core, |work| review(
        work, admin, id, verdict, note
    )
    .await)
    {
        Ok(()) => {
            visit.say(true, said).await;
            see_other(&format!("/admin/releases/{id}"))
        }
        Err(error @ linli_core::Error::Refused(Refusal::NotFound(_))) => visit.refuse(error).await,
        Err(error) => match problems(visit, error) {
            Ok(problems) => show_one(visit, id, problems).await,
            Err(error) => visit.refuse(error).await,
        },
    }
}
