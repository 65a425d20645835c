//! Sessions of browsers: how long they last, which somebody has, and ending them. The web keeps them; what is theirs by the
//! host's rules is here.

use crate::caller::Login;
use crate::error::{Refusal, Result};
use crate::work::Work;
use linli_domain::Instant;
use serde_json::json;
use uuid::Uuid;

/// For how long a session may be left unused, in minutes.
pub const IDLE_MINUTES: i64 = 12 * 60;
/// How long a session lasts at most, in minutes: 30 days.
pub const LIFE_MINUTES: i64 = 30 * 24 * 60;
/// The same for whoever holds a role, for they see others' data: 7 days.
pub const STAFF_LIFE_MINUTES: i64 = 7 * 24 * 60;
/// The same for district admins: a day.
pub const ADMIN_LIFE_MINUTES: i64 = 24 * 60;
/// For how long after somebody proved who they are they may do what is dangerous, in minutes.
pub const PROOF_MINUTES: i64 = 30;
/// The most sessions of one list.
const MAX_LISTED: i64 = 50;

/// Whether a session that began then is over, for who they are now.
pub fn is_over(login: &Login, begun: Instant, now: Instant) -> bool {
    let life = if login.is_admin() {
        ADMIN_LIFE_MINUTES
    } else if login.roles.is_empty() {
        LIFE_MINUTES
    } else {
        STAFF_LIFE_MINUTES
    };
    begun.plus_minutes(life) <= now
}

/// When a session that is used now ends, if it is not used again.
pub fn expiry(begun: Instant, now: Instant) -> Instant {
    now.plus_minutes(IDLE_MINUTES)
        .min(begun.plus_minutes(LIFE_MINUTES))
}

/// A session as its owner sees it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct OpenSession {
    /// By what it is ended.
    pub handle: Uuid,
    /// On what: browser and system, roughly.
    pub device: String,
    /// Since when.
    pub begun: Instant,
    /// When it was used last, to some minutes.
    pub seen: Instant,
    /// Whether it is the one that asks.
    pub current: bool,
}

/// The sessions of a person, the newest first; `current` is the id of the one that asks.
pub async fn list(work: &mut Work, login: &Login, current: &str) -> Result<Vec<OpenSession>> {
    let now = work.now;
    let found = work
        .tx
        .list_sessions_of(login.person, now, MAX_LISTED)
        .await?;
    Ok(found
        .into_iter()
        .filter(|session| !is_over(login, session.begun, now))
        .map(|session| OpenSession {
            handle: session.handle,
            current: session.id == current,
            device: session.device,
            begun: session.begun,
            seen: session.seen,
        })
        .collect())
}

/// Ends one session of a person.
pub async fn end(work: &mut Work, login: &Login, handle: Uuid) -> Result<()> {
    let person = login.person;
    if !work.tx.delete_session_by_handle(person, handle).await? {
        return Err(Refusal::NotFound("session of a browser").into());
    }
    let who = Some(person);
    work.audit(who, who, "session.end", handle, json!({})).await
}

/// Ends all sessions of a person but the one that asks; answers how many.
pub async fn end_others(work: &mut Work, login: &Login, current: &str) -> Result<u64> {
    let person = login.person;
    let ended = work.tx.delete_other_sessions(person, current).await?;
    let who = Some(person);
    work.audit(
        who,
        who,
        "session.end-others",
        person,
        json!({ "ended": ended }),
    )
    .await?;
    Ok(ended)
}
