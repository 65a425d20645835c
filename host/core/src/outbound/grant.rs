//! What an admin does about recipients: grants them, enters secrets, looks after what failed.

use super::OutboundRefusal;
use crate::caller::Admin;
use crate::error::{Refusal, Result};
use crate::installation;
use crate::service::Service;
use crate::work::Work;
use linli_domain::outbound::{MAX_SECRET, MIN_SECRET, Recipient};
use linli_domain::{InstallationId, Instant, OutboundId};
use linli_store::outbound::{Outbound, OutboundGrant, SecretEntered};
use serde_json::json;
use uuid::Uuid;

/// The most requests of one list.
pub const MAX_SLICE: u16 = 50;

/// Whether an installation may send to a recipient as its manifest declares it now.
pub(crate) async fn is_granted(
    work: &mut Work,
    service: &Service,
    recipient: &str,
) -> Result<bool> {
    let granted = work.tx.find_outbound_grant(service.id(), recipient).await?;
    Ok(granted
        .is_some_and(|grant| service.manifest.outbound.get(recipient) == Some(&grant.declared)))
}

/// What an admin sees of an installation's recipients.
#[derive(Clone, Debug)]
pub struct Recipients {
    /// The installation.
    pub service: Service,
    /// What is granted.
    pub grants: Vec<OutboundGrant>,
    /// Which secrets were entered.
    pub secrets: Vec<SecretEntered>,
    /// Its requests, the newest first.
    pub requests: Vec<Outbound>,
}

/// An installation's recipients and its requests before a position.
pub async fn show(
    work: &mut Work,
    _: &Admin,
    id: InstallationId,
    before: Option<(Instant, OutboundId)>,
) -> Result<Recipients> {
    let service = find(work, id).await?;
    let before = before.unwrap_or((Instant(i64::MAX), OutboundId(Uuid::max())));
    Ok(Recipients {
        grants: work.tx.list_outbound_grants(id).await?,
        secrets: work.tx.list_entered_secrets(id).await?,
        requests: work.tx.list_outbounds(id, before, MAX_SLICE.into()).await?,
        service,
    })
}

async fn find(work: &mut Work, id: InstallationId) -> Result<Service> {
    let service = Service::find(work, id).await?;
    service.ok_or_else(|| Refusal::NotFound("installation").into())
}

fn declared<'a>(service: &'a Service, recipient: &str) -> Result<&'a Recipient> {
    let declared = service.manifest.outbound.get(recipient);
    declared.ok_or_else(|| OutboundRefusal::Undeclared(recipient.chars().take(64).collect()).into())
}

/// Grants a recipient as the release that runs there declares it. Where it was granted with another declaration, its secrets
/// are forgotten: they were entered for those hosts.
pub async fn grant(
    work: &mut Work,
    admin: &Admin,
    id: InstallationId,
    recipient: &str,
) -> Result<()> {
    let service = find(work, id).await?;
    let declared = declared(&service, recipient)?.clone();
    if is_granted(work, &service, recipient).await? {
        return Ok(());
    }
    work.tx.delete_outbound_secrets(id, recipient).await?;
    let detail =
        json!({ "recipient": recipient, "hosts": declared.hosts, "methods": declared.methods });
    let grant = OutboundGrant {
        installation_id: id,
        recipient: recipient.to_owned(),
        declared,
        granted: work.now,
        granted_by: admin.person,
    };
    work.tx.put_outbound_grant(&grant).await?;
    work.audit_act(&admin.actor(), None, "outbound.grant", id, detail)
        .await
}

/// Takes a grant back, and forgets its secrets. What waits to be sent there is not sent.
pub async fn revoke(
    work: &mut Work,
    admin: &Admin,
    id: InstallationId,
    recipient: &str,
) -> Result<()> {
    installation::find_by_id(work, id).await?;
    if work.tx.delete_outbound_grant(id, recipient).await? {
        let detail = json!({ "recipient": recipient });
        work.audit_act(&admin.actor(), None, "outbound.revoke", id, detail)
            .await?;
    }
    Ok(())
}

/// Enters a secret of a granted recipient. Nobody reads it again but who sends.
pub async fn enter_secret(
    work: &mut Work,
    admin: &Admin,
    id: InstallationId,
    recipient: &str,
    name: &str,
    value: &str,
) -> Result<()> {
    let service = find(work, id).await?;
    if !declared(&service, recipient)?.secrets.contains_key(name) {
        return Err(OutboundRefusal::Undeclared(name.chars().take(64).collect()).into());
    }
    if !is_granted(work, &service, recipient).await? {
        return Err(OutboundRefusal::NotGranted(recipient.to_owned()).into());
    }
    let printable = value.bytes().all(|b| b == b' ' || b.is_ascii_graphic());
    if !(MIN_SECRET..=MAX_SECRET).contains(&value.len()) || !printable || value.trim() != value {
        return Err(OutboundRefusal::BadSecret.into());
    }
    let (secret, now) = (work.id(), work.now);
    work.tx
        .put_outbound_secret(secret, (id, recipient), name, value, now, admin.person)
        .await?;
    let detail = json!({ "recipient": recipient, "secret": name });
    work.audit_act(&admin.actor(), None, "outbound.enter-secret", id, detail)
        .await
}

/// Tries again what failed: sends a dead request anew, or tells the plugin again of an outcome of which it was told in vain.
pub async fn retry(
    work: &mut Work,
    admin: &Admin,
    installation: InstallationId,
    id: OutboundId,
) -> Result<()> {
    let found = request(work, installation, id).await?;
    let now = work.now;
    let action = if work.tx.revive_outbound(id, now).await? {
        "outbound.retry"
    } else if work.tx.retell_outbound(id, now).await? {
        "outbound.tell-again"
    } else {
        return Err(OutboundRefusal::NothingToRetry.into());
    };
    record(work, admin, &found, action).await
}

/// Puts a dead request away.
pub async fn put_away(
    work: &mut Work,
    admin: &Admin,
    installation: InstallationId,
    id: OutboundId,
) -> Result<()> {
    let found = request(work, installation, id).await?;
    if !work.tx.drop_outbound(id).await? {
        return Err(OutboundRefusal::NothingToRetry.into());
    }
    record(work, admin, &found, "outbound.drop").await
}

async fn request(
    work: &mut Work,
    installation: InstallationId,
    id: OutboundId,
) -> Result<Outbound> {
    let found = work.tx.find_outbound(id).await?;
    let found = found.filter(|found| found.installation_id == installation);
    found.ok_or_else(|| Refusal::NotFound("request").into())
}

async fn record(work: &mut Work, admin: &Admin, found: &Outbound, action: &str) -> Result<()> {
    let detail = json!({ "recipient": found.recipient, "problem": found.problem });
    work.audit_act(&admin.actor(), found.resident_id, action, found.id, detail)
        .await
}
