//! Dead letters: what could not be sent by a channel and is not tried any more, for an admin to try again or put away.

use crate::caller::Admin;
use crate::error::{Refusal, Result};
use crate::work::Work;
use linli_domain::notice::DeliveryState;
use linli_domain::{DeliveryId, Instant};
use linli_store::outbox::Delivery;
use serde_json::json;
use uuid::Uuid;

/// The most dead letters of one list.
pub const MAX_SLICE: u16 = 100;

/// Dead letters after a position, the longest dead first.
pub async fn list(
    work: &mut Work,
    _: &Admin,
    after: Option<(Instant, DeliveryId)>,
) -> Result<Vec<Delivery>> {
    let after = after.unwrap_or((Instant(i64::MIN), DeliveryId(Uuid::nil())));
    Ok(work
        .tx
        .list_dead_deliveries(after, MAX_SLICE.into())
        .await?)
}

/// One of them.
pub async fn find(work: &mut Work, _: &Admin, id: DeliveryId) -> Result<Delivery> {
    let found = work.tx.find_delivery(id).await?;
    let found = found.filter(|delivery| delivery.state == DeliveryState::Dead);
    found.ok_or_else(|| Refusal::NotFound("dead letter").into())
}

/// Tries it again from now on, as often as at first.
pub async fn retry(work: &mut Work, admin: &Admin, id: DeliveryId) -> Result<()> {
    let found = find(work, admin, id).await?;
    work.tx.revive_delivery(id, work.now).await?;
    record(work, admin, &found, "delivery.retry").await
}

/// Puts it away.
pub async fn put_away(work: &mut Work, admin: &Admin, id: DeliveryId) -> Result<()> {
    let found = find(work, admin, id).await?;
    work.tx.drop_delivery(id, work.now).await?;
    record(work, admin, &found, "delivery.drop").await
}

async fn record(work: &mut Work, admin: &Admin, found: &Delivery, action: &str) -> Result<()> {
    work.audit_act(
        &admin.actor(),
        Some(found.person_id),
        action,
        found.id,
        json!({ "channel": found.channel.code(), "problem": found.problem }),
    )
    .await
}
