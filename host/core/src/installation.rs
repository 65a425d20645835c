//! Installations: a release enabled in a community with what it is granted.

use crate::caller::{Actor, Admin};
use crate::case;
use crate::district;
use crate::error::{Refusal, Result};
use crate::work::Work;
use linli_domain::breaker::Breaker;
use linli_domain::budget::Budget;
use linli_domain::permission::Permission;
use linli_domain::{CommunityId, InstallationId, PluginId, ReleaseId};
use linli_store::installation::Installation;
use serde_json::{Map, Value, json};
use std::collections::BTreeSet;

/// What is, or once was, enabled of a plugin in a community.
pub async fn find(work: &mut Work, plugin: &PluginId, community: &str) -> Result<Installation> {
    let community = district::community(work, community).await?;
    let found = work.tx.find_installation_of(plugin, community.id).await?;
    found.ok_or_else(|| Refusal::NotFound("installation").into())
}

/// Enables an approved release in a community, or changes what is enabled there to it. Every permission that the release
/// imports and does not mark optional must be granted; nothing that it does not import can be. `settings` were checked
/// against the manifest's schema.
pub async fn enable(
    work: &mut Work,
    admin: &Admin,
    release: ReleaseId,
    community: CommunityId,
    granted: &BTreeSet<Permission>,
    settings: &Map<String, Value>,
) -> Result<InstallationId> {
    let release = work
        .tx
        .find_release(release)
        .await?
        .ok_or(Refusal::NotFound("release"))?;
    let community = work
        .tx
        .find_community(community)
        .await?
        .ok_or(Refusal::NotFound("community"))?;
    if release.state != "approved" {
        return Err(Refusal::ReviewState(release.state).into());
    }
    let missing: Vec<_> = release
        .permissions
        .iter()
        .filter(|permission| {
            !granted.contains(*permission)
                && !release
                    .manifest
                    .optional_imports
                    .contains(permission.interface())
        })
        .cloned()
        .collect();
    if !missing.is_empty() {
        return Err(Refusal::NotGranted(missing).into());
    }
    let current = work
        .tx
        .find_installation_of(&release.plugin, community.id)
        .await?;
    if let Some(current) = &current {
        let runs = work
            .tx
            .find_release(current.release_id)
            .await?
            .ok_or(Refusal::NotFound("release"))?;
        let wrote = runs.manifest.writes;
        if !(release.manifest.reads_from..=release.manifest.writes).contains(&wrote) {
            return Err(Refusal::Invalid(format!(
                "release {} reads record formats {}–{}, but {} wrote format {wrote}",
                release.version, release.manifest.reads_from, release.manifest.writes, runs.version
            ))
            .into());
        }
    }
    let installation = Installation {
        id: current
            .as_ref()
            .map_or_else(|| work.id(), |current| current.id),
        plugin: release.plugin.clone(),
        community_id: community.id,
        release_id: release.id,
        permissions: release.permissions.intersection(granted).cloned().collect(),
        settings: settings.clone(),
        enabled: true,
        changed: work.now,
        budgets: current
            .as_ref()
            .map(|current| current.budgets)
            .unwrap_or_default(),
        breaker: None,
    };
    let id = work.tx.put_installation(&installation).await?;
    if let Some(breaker) = current.and_then(|current| current.breaker)
        && breaker.open
    {
        // Another release, or other grants: it starts anew.
        work.tx.set_breaker(id, &breaker.closed(work.now)).await?;
    }
    case::declare(work, &admin.actor(), id, &release.manifest).await?;
    let detail = json!({
        "plugin": release.plugin, "version": release.version, "community": community.slug,
        "permissions": installation.permissions, "settings": settings,
    });
    work.audit(admin.person, None, "installation.enable", id, detail)
        .await?;
    Ok(id)
}

/// Switches an installation on again, with the release, grants and settings that it has now.
pub async fn enable_again(work: &mut Work, admin: &Admin, id: InstallationId) -> Result<()> {
    find_by_id(work, id).await?;
    if work.tx.set_installation_enabled(id, true, work.now).await? {
        work.audit(
            admin.person,
            None,
            "installation.enable-again",
            id,
            json!({}),
        )
        .await?;
    }
    Ok(())
}

/// Changes the settings of an installation and nothing else of it; they were checked against its release's schema in the
/// same unit of work.
pub async fn set_settings(
    work: &mut Work,
    admin: &Admin,
    id: InstallationId,
    settings: &Map<String, Value>,
) -> Result<()> {
    let mut installation = find_by_id(work, id).await?;
    installation.settings = settings.clone();
    installation.changed = work.now;
    work.tx.put_installation(&installation).await?;
    let detail = json!({ "settings": settings });
    work.audit(admin.person, None, "installation.set", id, detail)
        .await
}

/// Changes budgets of an installation; those that are not named stay.
pub async fn set_budgets(
    work: &mut Work,
    admin: &Admin,
    id: InstallationId,
    wanted: &[(Budget, u32)],
) -> Result<()> {
    let before = find_by_id(work, id).await?.budgets;
    let mut budgets = before;
    for (budget, amount) in wanted {
        let amount = budget.check(*amount).map_err(|problem| Refusal::Field {
            field: budget.code(),
            problem,
        })?;
        budgets = budgets.with(*budget, amount);
    }
    if budgets == before {
        return Ok(());
    }
    work.tx.set_budgets(id, budgets).await?;
    let detail = json!({ "before": before, "budgets": budgets });
    work.audit_act(&admin.actor(), None, "installation.budgets", id, detail)
        .await
}

/// The host pauses an installation that keeps failing, or lets it run again after a trial. What another process has noted
/// later, or for longer, stands.
pub async fn note_breaker(work: &mut Work, id: InstallationId, breaker: &Breaker) -> Result<()> {
    let known = find_by_id(work, id).await?.breaker;
    let outdated = known.is_some_and(|known| {
        known.changed > breaker.changed
            || known.open && breaker.open && known.next >= breaker.next
            || !known.open && !breaker.open
    });
    if outdated {
        return Ok(());
    }
    work.tx.set_breaker(id, breaker).await?;
    let action = match breaker.open {
        true => "installation.pause",
        false => "installation.resume",
    };
    let detail = json!({
        "times": breaker.times, "next": breaker.next.to_rfc3339(), "invocation": breaker.invocation,
    });
    work.audit_act(&Actor::host(), None, action, id, detail)
        .await
}

/// The admin wants a paused installation to be tried now, without waiting for the pause to end.
pub async fn try_now(work: &mut Work, admin: &Admin, id: InstallationId) -> Result<()> {
    let Some(breaker) = find_by_id(work, id).await?.breaker else {
        return Ok(());
    };
    if breaker.open {
        work.tx
            .set_breaker(id, &breaker.tried_now(work.now))
            .await?;
        work.audit_act(&admin.actor(), None, "installation.try", id, json!({}))
            .await?;
    }
    Ok(())
}

/// An installation by its id.
pub async fn find_by_id(work: &mut Work, id: InstallationId) -> Result<Installation> {
    let found = work.tx.find_installation(id).await?;
    found.ok_or_else(|| Refusal::NotFound("installation").into())
}

/// Switches an installation off. What it stored stays.
pub async fn disable(work: &mut Work, admin: &Admin, id: InstallationId) -> Result<()> {
    find_by_id(work, id).await?;
    if work
        .tx
        .set_installation_enabled(id, false, work.now)
        .await?
    {
        work.audit(admin.person, None, "installation.disable", id, json!({}))
            .await?;
    }
    Ok(())
}

/// A setting of an installation: what the admin chose, else the default of the manifest's schema.
pub fn setting(installation: &Installation, schema: Option<&Value>, key: &str) -> Option<Value> {
    installation
        .settings
        .get(key)
        .cloned()
        .or_else(|| schema?.get("properties")?.get(key)?.get("default").cloned())
}
