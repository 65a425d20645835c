//! The engine: components in memory, and the three ways to invoke one.

use crate::answer::{Answer, HostFailure, Illness};
use crate::bindings::exports::linli::plugin::{pages, replies};
use crate::breaker::{Breakers, Outcome, Pass};
use crate::cache::Cache;
use crate::check::Checker;
use crate::compile::{Compiled, Worker};
use crate::invoke::{Ask, Invocation, Reply};
use crate::limit::WAIT;
use crate::metric::Meters;
use crate::plugin::Plugin;
use crate::queue::Queue;
use linli_core::store::ledger::{Failure, LedgerEntries};
use linli_core::store::outbound::Outbound;
use linli_core::store::timer::Timer;
use linli_core::{Caller, Core, Mode, Service, act, installation};
use linli_domain::outbound::{Answer as Came, Request};
use linli_domain::random::Stream;
use linli_domain::{InstallationId, Instant, InvocationId, PersonId};
use serde_json::json;
use std::collections::HashMap;
use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use tokio::sync::{OnceCell, Semaphore};
use wasmtime::component::Component;

/// Components that are kept in memory; the least recently used goes first.
const MAX_LOADED: usize = 2_000;
/// Units of work of invocations that are open at once on PostgreSQL: fewer than the pool has connections, since each needs
/// another for the ledger while it is open, and the host's own pages need some too.
const UNITS: usize = 12;

/// Runs plugins. Cheap to clone; one a process.
#[derive(Clone)]
pub struct Engine(Arc<Inner>);

struct Inner {
    core: Core,
    checker: Checker,
    cache: Arc<Cache>,
    loaded: Mutex<HashMap<String, Arc<Loaded>>>,
    uses: AtomicU64,
    queue: Queue,
    breakers: Breakers,
    /// When a failure of an installation was recorded last.
    recorded: Mutex<HashMap<InstallationId, Instant>>,
    meters: Meters,
    units: Arc<Semaphore>,
}

#[derive(Default)]
struct Loaded {
    plugin: OnceCell<Arc<Plugin>>,
    used: AtomicU64,
}

impl Engine {
    /// Starts it. `cache` is the folder of compiled components, made where it is missing; nothing else may write there.
    /// `worker` compiles them.
    ///
    /// # Errors
    /// Where WebAssembly cannot run on this machine or the folder cannot be made.
    pub fn start(core: Core, cache: &Path, worker: Worker) -> Result<Self, HostFailure> {
        let checker =
            Checker::start(worker).map_err(|error| HostFailure::Runtime(error.to_string()))?;
        let cache = Cache::open(cache, &checker.wasm).map_err(|error| {
            HostFailure::Runtime(format!(
                "cannot make the folder {} of compiled components: {error}",
                cache.display()
            ))
        })?;
        let one_writer = core.store.has_one_writer();
        let units = match one_writer {
            true => Semaphore::MAX_PERMITS,
            false => UNITS,
        };
        Ok(Self(Arc::new(Inner {
            core,
            checker,
            cache: Arc::new(cache),
            loaded: Mutex::new(HashMap::new()),
            uses: AtomicU64::new(0),
            queue: Queue::new(one_writer, WAIT),
            breakers: Breakers::default(),
            recorded: Mutex::default(),
            meters: Meters::default(),
            units: Arc::new(Semaphore::new(units)),
        })))
    }

    /// Checks uploads.
    pub fn checker(&self) -> &Checker {
        &self.0.checker
    }

    pub(crate) fn core(&self) -> &Core {
        &self.0.core
    }

    pub(crate) fn queue(&self) -> &Queue {
        &self.0.queue
    }

    pub(crate) fn breakers(&self) -> &Breakers {
        &self.0.breakers
    }

    pub(crate) fn meters(&self) -> &Meters {
        &self.0.meters
    }

    /// Whether a failure of an installation is to be recorded now; then not another for a minute.
    pub(crate) fn may_record(&self, of: InstallationId) -> bool {
        let now = self.core().now();
        let recorded = self.0.recorded.lock();
        let mut recorded = recorded.unwrap_or_else(PoisonError::into_inner);
        let may = recorded
            .get(&of)
            .is_none_or(|last| now >= last.plus_minutes(1));
        if may {
            recorded.insert(of, now);
        }
        may
    }

    pub(crate) fn units(&self) -> &Arc<Semaphore> {
        &self.0.units
    }

    pub(crate) fn wasm(&self) -> &wasmtime::Engine {
        &self.0.checker.wasm
    }

    /// Shows a page: `service` and `caller` come from `linli_core::service::open_page`. Writes nothing but disclosures and
    /// log lines. Runs to its end even where the answer is not waited for.
    pub async fn view(
        &self,
        service: &Service,
        caller: &Caller,
        request: pages::Request,
    ) -> Answer<pages::Page> {
        self.invoke(service, caller, Ask::View(request))
            .await
            .only(|reply| match reply {
                Reply::Page(page) => Some(page),
                _ => None,
            })
    }

    /// Does an action of a page. The same `key` (at most 128 bytes) from the same person gives the same answer and does
    /// nothing twice. [`pages::Outcome::Invalid`] has written nothing.
    pub async fn act(
        &self,
        service: &Service,
        caller: &Caller,
        submission: pages::Submission,
        key: Option<&str>,
    ) -> Answer<pages::Outcome> {
        let key = key.map(|key| key.chars().filter(|c| !c.is_control()).take(128).collect());
        self.invoke(service, caller, Ask::Act(submission, key))
            .await
            .only(|reply| match reply {
                Reply::Outcome(outcome) => Some(outcome),
                _ => None,
            })
    }

    /// Fires a timer that is due: takes it and does what the plugin does in one unit of work, so that its effects happen
    /// once. In every answer but [`Answer::Done`] and [`Answer::Gone`] the timer still waits and is the caller's to postpone.
    pub async fn fire(&self, service: &Service, timer: &Timer) -> Answer<()> {
        self.invoke(service, &Caller::background(), Ask::Fire(timer.clone()))
            .await
            .only(|_| Some(()))
    }

    /// Tells a plugin what became of a request, like [`Engine::fire`]: it is told once. One that exports no `replies` is told
    /// nothing, and that is done.
    pub async fn tell(&self, service: &Service, outbound: &Outbound) -> Answer<()> {
        let reply = match reply(outbound) {
            Ok(reply) => reply,
            Err(problem) => return Answer::HostFailed(HostFailure::Runtime(problem)),
        };
        let ask = Ask::Reply(Box::new(outbound.clone()), Box::new(reply));
        self.invoke(service, &Caller::background(), ask)
            .await
            .only(|_| Some(()))
    }

    /// Notes that a plugin answered against the contract in a way that only its reader found, such as a page beyond the
    /// limits, to this person; nobody: a timer. `reason` is for the admin and the publisher.
    ///
    /// # Errors
    /// Where the ledger cannot be written.
    pub async fn report(
        &self,
        service: &Service,
        person: Option<PersonId>,
        path: &str,
        reason: &str,
    ) -> Result<Illness, HostFailure> {
        let now = self.core().now();
        let mut ids = Stream::new(self.core().seed());
        let invocation = InvocationId(ids.uuid(now));
        let reason: String = reason
            .chars()
            .filter(|c| !c.is_control())
            .take(500)
            .collect();
        let failure = Failure {
            id: ids.uuid(now),
            installation_id: service.id(),
            invocation_id: invocation,
            reason: reason.clone(),
            report: json!({
                "digest": service.digest,
                "version": service.manifest.version,
                "path": path.chars().filter(|c| !c.is_control()).collect::<String>(),
            }),
            at: now,
        };
        let entries = LedgerEntries {
            failure: Some(failure),
            ..LedgerEntries::default()
        };
        self.core().store.write_ledger(&entries).await?;
        let outcome = Outcome {
            person,
            invocation,
            failed: Some(&reason),
        };
        self.note(service, None, outcome).await;
        Ok(Illness { invocation, reason })
    }

    /// Counts how an invocation ended, and pauses the installation, or lets it run again, where that is due.
    pub(crate) async fn note(&self, service: &Service, pass: Option<&Pass>, outcome: Outcome<'_>) {
        let now = self.core().now();
        let Some(breaker) = self.0.breakers.note(service, pass, outcome, now) else {
            return;
        };
        self.meters().installation(service).pause(breaker.open);
        let (plugin, community) = (service.plugin(), &service.community.slug);
        if breaker.open {
            let (reason, next) = (&breaker.reason, breaker.next.to_rfc3339());
            tracing::warn!(%plugin, community, reason, next, "an installation failed too often and is paused");
        } else {
            tracing::info!(%plugin, community, "an installation that was paused runs again");
        }
        let noted = act!(self.core(), |work| {
            installation::note_breaker(work, service.id(), &breaker).await
        });
        if let Err(error) = noted {
            tracing::error!(%plugin, community, %error, "only this process knows of it: it cannot be written to the database");
        }
    }

    /// Waits until no invocation runs and lets none begin.
    pub async fn drain(&self) {
        self.0.queue.drain().await;
    }

    async fn invoke(&self, service: &Service, caller: &Caller, ask: Ask) -> Answer<Reply> {
        let invocation = Invocation::new(self.core(), service, caller, ask);
        let engine = self.clone();
        // Never dropped: a client that hangs up must not cut a statement or a commit in two.
        let task = tokio::spawn(async move { engine.run(invocation).await });
        task.await
            .unwrap_or_else(|error| Answer::HostFailed(HostFailure::Runtime(error.to_string())))
    }

    /// The component of a digest: from memory, from the cache on disk, or compiled. Many who ask at once wait for one.
    pub(crate) async fn load(&self, digest: &str) -> Result<Arc<Plugin>, HostFailure> {
        let loaded = self.slot(digest);
        let plugin = loaded
            .plugin
            .get_or_try_init(|| self.load_anew(digest))
            .await?;
        Ok(plugin.clone())
    }

    fn slot(&self, digest: &str) -> Arc<Loaded> {
        let now = self.0.uses.fetch_add(1, Ordering::Relaxed);
        let mut map = self.0.loaded.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(slot) = map.get(digest) {
            slot.used.store(now, Ordering::Relaxed);
            return slot.clone();
        }
        if map.len() >= MAX_LOADED {
            let oldest = map
                .iter()
                .min_by_key(|(_, slot)| slot.used.load(Ordering::Relaxed))
                .map(|(digest, _)| digest.clone());
            oldest.map(|oldest| map.remove(&oldest));
        }
        let slot = map.entry(digest.to_owned()).or_default();
        slot.used.store(now, Ordering::Relaxed);
        slot.clone()
    }

    async fn load_anew(&self, digest: &str) -> Result<Arc<Plugin>, HostFailure> {
        let broken = |error: tokio::task::JoinError| HostFailure::Runtime(error.to_string());
        let (cache, wasm, name) = (self.0.cache.clone(), self.wasm().clone(), digest.to_owned());
        let cached = tokio::task::spawn_blocking(move || cache.find(&wasm, &name))
            .await
            .map_err(broken)?;
        if let Some(component) = cached {
            return Ok(Arc::new(Plugin::new(self.wasm(), component)));
        }
        let mut work = self.core().begin(Mode::View).await?;
        let bytes = work.tx.find_component(digest).await?;
        drop(work);
        let bytes = bytes.ok_or_else(|| HostFailure::NoComponent {
            digest: digest.to_owned(),
        })?;
        tracing::info!(digest, bytes = bytes.len(), "compiling a component");
        let began = std::time::Instant::now();
        let compiled = self.0.checker.compiler.load(&bytes).await;
        self.meters()
            .host()
            .compiled(began.elapsed(), compiled.is_ok());
        let compiled = compiled.map_err(|error| HostFailure::Compiler {
            digest: digest.to_owned(),
            problem: error.to_string(),
        })?;
        let component = match self.keep(digest, compiled.clone()).await {
            Some(component) => component,
            None => self
                .0
                .checker
                .map(compiled)
                .await
                .map_err(|error| HostFailure::Runtime(error.to_string()))?,
        };
        Ok(Arc::new(Plugin::new(self.wasm(), component)))
    }

    /// Keeps what was compiled in the cache, and answers it as it stands there.
    pub(crate) async fn keep(&self, digest: &str, compiled: Compiled) -> Option<Component> {
        let (cache, wasm, name) = (self.0.cache.clone(), self.wasm().clone(), digest.to_owned());
        let kept = tokio::task::spawn_blocking(move || {
            cache.put(&name, &compiled)?;
            Ok::<_, std::io::Error>(cache.find(&wasm, &name))
        });
        match kept.await {
            Ok(Ok(kept)) => kept,
            Ok(Err(error)) => {
                tracing::warn!(digest, %error, "cannot keep a compiled component; it will be compiled again after a restart");
                None
            }
            Err(error) => {
                tracing::error!(digest, %error, "keeping a compiled component broke off");
                None
            }
        }
    }
}

/// What a plugin is told of a request.
fn reply(outbound: &Outbound) -> Result<replies::Reply, String> {
    let broken = |error: serde_json::Error| format!("a kept request cannot be read: {error}");
    let request: Request = serde_json::from_str(&outbound.content).map_err(broken)?;
    let came = serde_json::from_str(outbound.reply.as_deref().unwrap_or_default());
    let outcome = match came.map_err(broken)? {
        Came::Answered {
            status,
            headers,
            body,
        } => replies::Outcome::Answered(replies::Answer {
            status,
            headers,
            body,
        }),
        Came::Failed { code, detail } => replies::Outcome::Failed(replies::Failure {
            code: code.code().to_owned(),
            detail,
        }),
    };
    Ok(replies::Reply {
        id: outbound.id.to_string(),
        recipient: outbound.recipient.clone(),
        tag: request.tag,
        outcome,
    })
}
