//! Sessions of browsers, in the database: the cookie holds 128 random bits, the database only their hash.

use async_trait::async_trait;
use linli_core::store::session::Session as Row;
use linli_core::{Core, act, session, view};
use linli_domain::random::Stream;
use linli_domain::{Instant, PersonId};
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use tower_sessions::SessionStore;
use tower_sessions::cookie::time::OffsetDateTime;
use tower_sessions::session::{Id, Record};
use tower_sessions::session_store::{Error, Result};
use uuid::Uuid;

/// How long a session may go unnoticed, in minutes: its use is written down no more often than that.
const NOTICED_MINUTES: i64 = 5;
/// The key under which a session holds its [`State`].
pub(crate) const STATE: &str = "state";

/// What a session remembers.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct State {
    /// Who is logged in.
    pub person: Uuid,
    /// For whom they act.
    pub acting_for: Option<Uuid>,
    /// Since when they are logged in, in microseconds.
    pub begun: i64,
    /// When they last proved who they are, in microseconds.
    pub proved: i64,
    /// On what: browser and system, roughly.
    pub device: String,
}

/// The key under which a session holds the code that it asked for.
pub(crate) const CODE: &str = "code";

/// The key under which a session holds what is said once.
pub(crate) const SAID: &str = "said";

/// What is said once at the top of the next page.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Said {
    /// Whether it went well.
    pub good: bool,
    /// What happened.
    pub text: String,
}

/// Keeps sessions.
#[derive(Clone)]
pub(crate) struct Sessions(Core);

impl Sessions {
    pub fn new(core: Core) -> Self {
        Self(core)
    }
}

impl std::fmt::Debug for Sessions {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Sessions")
    }
}

/// What a session is called in the database.
pub(crate) fn hash(id: &Id) -> String {
    Sha256::digest(id.0.to_be_bytes())
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect()
}

fn backend(error: linli_core::Error) -> Error {
    Error::Backend(error.to_string())
}

fn row(record: &Record, core: &Core) -> Result<Row> {
    let now = core.now();
    let state: Option<State> = record
        .data
        .get(STATE)
        .and_then(|state| serde_json::from_value(state.clone()).ok());
    let begun = state
        .as_ref()
        .map_or(now, |state| Instant(state.begun).min(now));
    Ok(Row {
        id: hash(&record.id),
        handle: Stream::new(core.seed()).uuid(now),
        device: state
            .as_ref()
            .map(|state| state.device.clone())
            .unwrap_or_default(),
        person_id: state.map(|state| PersonId(state.person)),
        data: serde_json::to_value(&record.data)
            .map_err(|error| Error::Encode(error.to_string()))?,
        begun,
        seen: now,
        // By the host's clock, not by the record's own date, which is of the machine's.
        expires: session::expiry(begun, now),
    })
}

#[async_trait]
impl SessionStore for Sessions {
    async fn create(&self, record: &mut Record) -> Result<()> {
        while self.load(&record.id).await?.is_some() {
            record.id = Id::default();
        }
        let row = row(record, &self.0)?;
        act!(self.0, |work| async {
            Ok(work.tx.create_session(&row).await?)
        }
        .await)
        .map_err(backend)
    }

    async fn save(&self, record: &Record) -> Result<()> {
        let row = row(record, &self.0)?;
        // One that was ended meanwhile, by logging out elsewhere or by a new password, stays ended.
        act!(self.0, |work| async {
            Ok(work.tx.update_session(&row).await?)
        }
        .await)
        .map(|_| ())
        .map_err(backend)
    }

    async fn load(&self, id: &Id) -> Result<Option<Record>> {
        let (key, now) = (hash(id), self.0.now());
        let row = view!(self.0, |work| async {
            Ok(work.tx.find_session(&key, now).await?)
        }
        .await)
        .map_err(backend)?;
        let Some(row) = row else { return Ok(None) };
        if row.seen.plus_minutes(NOTICED_MINUTES) <= now {
            let expires = session::expiry(row.begun, now);
            let noticed = act!(self.0, |work| async {
                Ok(work.tx.touch_session(&key, now, expires).await?)
            }
            .await);
            if let Err(error) = noticed {
                tracing::warn!(%error, "cannot write down that a session is used");
            }
        }
        Ok(Some(Record {
            id: *id,
            data: serde_json::from_value(row.data)
                .map_err(|error| Error::Decode(error.to_string()))?,
            expiry_date: OffsetDateTime::from_unix_timestamp(row.expires.0 / 1_000_000)
                .map_err(|error| Error::Decode(error.to_string()))?,
        }))
    }

    async fn delete(&self, id: &Id) -> Result<()> {
        let key = hash(id);
        act!(self.0, |work| async {
            Ok(work.tx.delete_session(&key).await?)
        }
        .await)
        .map_err(backend)
    }
}
