//! Releases: uploaded, reviewed.

use crate::caller::Admin;
use crate::error::{Refusal, Result};
use crate::work::Work;
use linli_domain::permission::Permission;
use linli_domain::{Localised, Manifest, ReleaseId};
use linli_store::organisation::Organisation;
use linli_store::release::Release;
use serde_json::json;
use std::collections::BTreeSet;

/// A component that was decoded, verified and type-checked.
#[derive(Clone, Debug)]
pub struct CheckedComponent {
    /// The file.
    pub bytes: Vec<u8>,
    /// Its SHA-256, in hexadecimal.
    pub digest: String,
    /// What it says of itself.
    pub manifest: Manifest,
    /// What it imports.
    pub permissions: BTreeSet<Permission>,
    /// The key that signed it.
    pub key_id: String,
}

/// Accepts a checked component for review. A version that exists is refused, even with the same bytes.
pub async fn submit(
    work: &mut Work,
    admin: &Admin,
    organisation: &Organisation,
    component: &CheckedComponent,
) -> Result<ReleaseId> {
    let manifest = &component.manifest;
    if manifest.id.organisation() != organisation.slug {
        return Err(Refusal::NotFound("organisation").into());
    }
    if let Some(existing) = work
        .tx
        .find_release_of(&manifest.id, &manifest.version)
        .await?
    {
        let same = existing.digest == component.digest;
        return Err(Refusal::Package(Localised::new(
            format!(
                "{} {} 已经上传过（{}）。请提高 plugin.toml 中的版本号后重新构建、签名。",
                manifest.id,
                manifest.version,
                if same { "内容相同" } else { "内容不同" }
            ),
            format!(
                "{} {} exists already, with {} content. Raise the version in plugin.toml, build and sign again.",
                manifest.id,
                manifest.version,
                if same { "the same" } else { "other" }
            ),
        ))
        .into());
    }
    work.tx
        .put_component(&component.digest, &component.bytes)
        .await?;
    let release = Release {
        id: work.id(),
        organisation_id: organisation.id,
        plugin: manifest.id.clone(),
        version: manifest.version.clone(),
        digest: component.digest.clone(),
        key_id: component.key_id.clone(),
        manifest: manifest.clone(),
        permissions: component.permissions.clone(),
        size: i64::try_from(component.bytes.len()).unwrap_or(i64::MAX),
        state: "waiting".to_owned(),
        uploaded: work.now,
        uploaded_by: admin.person,
        reviewed: None,
        reviewed_by: None,
        review_note: String::new(),
    };
    work.tx.create_release(&release).await?;
    let detail = json!({ "plugin": manifest.id, "version": manifest.version, "digest": component.digest, "key": component.key_id });
    work.audit(admin.person, None, "release.submit", release.id, detail)
        .await?;
    Ok(release.id)
}

/// What a review decides.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Verdict {
    /// It may be enabled.
    Approve,
    /// It may not.
    Reject,
}

/// Reviews a release that waits.
pub async fn review(
    work: &mut Work,
    admin: &Admin,
    id: ReleaseId,
    verdict: Verdict,
    note: &str,
) -> Result<()> {
    if note.chars().count() > 1_000 {
        return Err(Refusal::field(
            "note",
            "备注最多 1000 字",
            "A note has at most 1,000 characters",
        )
        .into());
    }
    let state = match verdict {
        Verdict::Approve => "approved",
        Verdict::Reject if note.trim().is_empty() => {
            return Err(
                Refusal::field("note", "请写明驳回的原因", "Say why it is rejected").into(),
            );
        }
        Verdict::Reject => "rejected",
    };
    let release = work
        .tx
        .find_release(id)
        .await?
        .ok_or(Refusal::NotFound("release"))?;
    if !work
        .tx
        .review_release(id, state, admin.person, note, work.now)
        .await?
    {
        return Err(Refusal::ReviewState(release.state).into());
    }
    let detail = json!({ "plugin": release.plugin, "version": release.version, "note": note });
    work.audit(admin.person, None, &format!("release.{state}"), id, detail)
        .await
}
