//! The host's ambient things, and the unit of work that operations run in.

use crate::{Actor, Error, Office, References, Result, counter};
use linli_domain::random::Stream;
use linli_domain::{AppointmentId, AuditId, Clock, Instant, PersonId, RandomSource, Seed};
use linli_store::audit::AuditRow;
use linli_store::{Mode, Store, Tx};
use serde_json::Value;
use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;
use uuid::Uuid;

/// What every operation of a host shares: database, clock, random source, keys.
#[derive(Clone)]
pub struct Core {
    /// The database.
    pub store: Store,
    /// The one clock.
    pub clock: Arc<dyn Clock>,
    /// The one random source.
    pub random: Arc<dyn RandomSource>,
    /// Makes and opens the references by which plugins know persons.
    pub references: Arc<References>,
}

impl Core {
    /// Now.
    pub fn now(&self) -> Instant {
        self.clock.now()
    }

    /// Begins a unit of work now.
    pub async fn begin(&self, mode: Mode) -> Result<Work> {
        self.begin_at(mode, self.now(), Stream::new(self.random.seed()))
            .await
    }

    /// Begins a unit of work at a given instant with a given stream: an invocation that is run again gets the same.
    pub async fn begin_at(&self, mode: Mode, now: Instant, stream: Stream) -> Result<Work> {
        Ok(Work {
            tx: self.store.begin(mode).await?,
            now,
            stream,
            references: self.references.clone(),
            booked: BTreeSet::new(),
        })
    }

    /// A fresh seed.
    pub fn seed(&self) -> Seed {
        self.random.seed()
    }
}

/// A unit of work: a transaction, an instant and a stream of ids. Dropped without [`Work::commit`] it is undone.
pub struct Work {
    /// The transaction.
    pub tx: Tx,
    /// The instant at which all of it happens.
    pub now: Instant,
    /// Where ids and random bytes come from.
    pub stream: Stream,
    /// Makes and opens the references by which plugins know persons.
    pub references: Arc<References>,
    /// The appointments that this unit of work booked: no basis yet for reading about their residents.
    pub booked: BTreeSet<AppointmentId>,
}

impl Work {
    /// A new id.
    pub fn id<T: From<Uuid>>(&mut self) -> T {
        self.stream.uuid(self.now).into()
    }

    /// Appends to the audit.
    pub async fn audit(
        &mut self,
        actor: Option<PersonId>,
        subject: Option<PersonId>,
        action: &str,
        object: impl ToString,
        detail: Value,
    ) -> Result<()> {
        let id: AuditId = self.id();
        let mut salt = vec![0; 32];
        self.stream.fill(&mut salt);
        let row = AuditRow {
            id,
            at: self.now,
            actor_id: actor,
            subject_id: subject,
            action: action.to_owned(),
            object: object.to_string(),
            detail,
            salt: Some(salt),
        };
        Ok(self.tx.create_audit(&row).await?)
    }

    /// Appends an act to the audit, with who acted for whom, in which office and by which way. `detail` is an object. What
    /// is done at the counter is confirmed to the resident as well.
    pub async fn audit_act(
        &mut self,
        actor: &Actor,
        subject: Option<PersonId>,
        action: &str,
        object: impl ToString,
        mut detail: Value,
    ) -> Result<()> {
        detail["office"] = actor.office.code().into();
        detail["channel"] = actor.channel.code().into();
        if let Some(resident) = actor.subject {
            detail["for"] = resident.to_string().into();
        }
        self.audit(
            actor.person,
            subject.or(actor.subject),
            action,
            object,
            detail,
        )
        .await?;
        if matches!(actor.office, Office::Counter(_)) {
            counter::confirm(self, actor, action).await?;
        }
        Ok(())
    }

    /// Makes everything durable.
    pub async fn commit(self) -> Result<()> {
        Ok(self.tx.commit().await?)
    }
}

/// Counts how often a unit of work was run again after a lost race, and waits between.
#[derive(Debug, Default)]
pub struct Retry {
    attempts: u32,
}

impl Retry {
    /// The most runs of one unit of work.
    pub const MOST: u32 = 40;

    /// Whether to run again after this error; waits a little first. `jitter` is any number that differs between racers.
    pub async fn again(&mut self, error: &Error, jitter: u64) -> bool {
        if !error.is_conflict() || self.attempts + 1 >= Self::MOST {
            return false;
        }
        self.attempts += 1;
        let ceiling = u64::from(self.attempts) * 3;
        tokio::time::sleep(Duration::from_millis((1 + jitter % ceiling.max(1)).min(50))).await;
        true
    }
}

/// Runs `$body`, which sees the unit of work as `$work` and answers a [`Result`], in a unit of work that writes; commits
/// it; runs all of it again where a race was lost.
///
/// ```ignore
/// let id = act!(core, |work| organisation::register(work, &admin, &input).await)?;
/// ```
#[macro_export]
macro_rules! act {
    ($core:expr, |$work:ident| $body:expr) => {{
        let core: &$crate::Core = &$core;
        let mut retry = $crate::Retry::default();
        loop {
            let result: $crate::Result<_> = async {
                let mut unit = core.begin($crate::Mode::Act).await?;
                let $work = &mut unit;
                let answer: $crate::Result<_> = $body;
                let answer = answer?;
                unit.commit().await?;
                Ok(answer)
            }
            .await;
            match result {
                Err(error) => {
                    let jitter = u64::from(core.seed()[0]);
                    if !retry.again(&error, jitter).await {
                        break Err(error);
                    }
                }
                done => break done,
            }
        }
    }};
}

/// Runs `$body` in a read-only snapshot.
#[macro_export]
macro_rules! view {
    ($core:expr, |$work:ident| $body:expr) => {{
        let core: &$crate::Core = &$core;
        let result: $crate::Result<_> = async {
            let mut unit = core.begin($crate::Mode::View).await?;
            let $work = &mut unit;
            let answer: $crate::Result<_> = $body;
            answer
        }
        .await;
        result
    }};
}
