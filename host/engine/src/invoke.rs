//! One invocation: its turn, its runs, and what it leaves behind.

use crate::answer::{Answer, HostFailure, Illness};
use crate::bindings::exports::linli::plugin::{pages, replies, timers};
use crate::call::{Call, Run};
use crate::engine::Engine;
use crate::limit::RACES;
use crate::plugin::Linked;
use crate::tidy;
use crate::trap::HostTrap;
use linli_core::store::ledger::{Failure, LedgerEntries, PluginLog};
use linli_core::store::outbound::Outbound;
use linli_core::store::timer::Timer;
use linli_core::{Caller, Core, Mode, Retry, Service, Work};
use linli_domain::random::Stream;
use linli_domain::{Instant, InvocationId, Seed};
use serde_json::{Value, json};
use std::sync::Arc;
use wasmtime::{PoolConcurrencyLimitError, Trap, WasmBacktrace};

/// What a plugin is asked.
pub(crate) enum Ask {
    View(pages::Request),
    Act(pages::Submission, Option<String>),
    Fire(Timer),
    Reply(Box<Outbound>, Box<replies::Reply>),
}

/// What it answers.
pub(crate) enum Reply {
    Page(pages::Page),
    Outcome(pages::Outcome),
    Fired,
}

impl Ask {
    pub(crate) fn mode(&self) -> Mode {
        if matches!(self, Self::View(_)) {
            Mode::View
        } else {
            Mode::Act
        }
    }

    fn function(&self) -> &'static str {
        match self {
            Self::View(_) => "pages.view",
            Self::Act(..) => "pages.act",
            Self::Fire(_) => "timers.fired",
            Self::Reply(..) => "replies.replied",
        }
    }

    /// Takes what it is about, in the unit of work that does what it asks for; false if it was done elsewhere.
    async fn take(&self, work: &mut Work) -> linli_core::Result<bool> {
        let now = work.now;
        Ok(match self {
            Self::Fire(timer) => work.tx.take_timer(timer).await?,
            Self::Reply(outbound, _) => work.tx.take_outbound_reply(outbound, now).await?,
            Self::View(_) | Self::Act(..) => true,
        })
    }

    fn path(&self) -> &str {
        match self {
            Self::View(request) => &request.address.path,
            Self::Act(submission, _) => &submission.address.path,
            Self::Fire(_) | Self::Reply(..) => "",
        }
    }
}

/// What stays the same however often it is run.
pub(crate) struct Invocation {
    pub(crate) id: InvocationId,
    pub(crate) service: Arc<Service>,
    pub(crate) caller: Arc<Caller>,
    pub(crate) ask: Ask,
    pub(crate) now: Instant,
    pub(crate) seed: Seed,
}

impl Invocation {
    pub(crate) fn new(core: &Core, service: &Service, caller: &Caller, ask: Ask) -> Self {
        let now = core.now();
        Self {
            id: InvocationId(Stream::new(core.seed()).uuid(now)),
            service: Arc::new(service.clone()),
            caller: Arc::new(caller.clone()),
            ask,
            now,
            seed: core.seed(),
        }
    }
}

/// How one run ended.
enum Ended {
    /// For good.
    Answer(Answer<Reply>),
    /// A race was lost.
    Conflict(linli_core::Error),
}

impl From<linli_core::Error> for Ended {
    fn from(error: linli_core::Error) -> Self {
        if error.is_conflict() {
            Self::Conflict(error)
        } else {
            Self::Answer(HostFailure::Core(error).into())
        }
    }
}

impl From<linli_core::store::StoreError> for Ended {
    fn from(error: linli_core::store::StoreError) -> Self {
        linli_core::Error::Store(error).into()
    }
}

impl Engine {
    pub(crate) async fn run(&self, invocation: Invocation) -> Answer<Reply> {
        let act = invocation.ask.mode() == Mode::Act;
        let Some(_turn) = self.queue().turn(invocation.service.id(), act).await else {
            return Answer::Busy;
        };
        let plugin = match self.load(&invocation.service.digest).await {
            Ok(plugin) => plugin,
            Err(failure) => return failure.into(),
        };
        let service = &invocation.service;
        let linked = plugin.link(
            self.wasm(),
            &service.installation.permissions,
            &service.manifest.optional_imports,
        );
        let linked = match linked {
            Ok(linked) => linked,
            Err(error) => {
                return self
                    .ill(&invocation, None, error.to_string(), Vec::new())
                    .await;
            }
        };
        let mut retry = Retry::default();
        let began = std::time::Instant::now();
        loop {
            match self.run_once(&invocation, &linked).await {
                Ended::Answer(answer) => return answer,
                Ended::Conflict(error) => {
                    let jitter = u64::from(self.core().seed()[0]);
                    if began.elapsed() > RACES || !retry.again(&error, jitter).await {
                        tracing::warn!(plugin = %service.plugin(), %error, "an invocation kept losing races");
                        return Answer::Busy;
                    }
                }
            }
        }
    }

    async fn run_once(&self, invocation: &Invocation, linked: &Linked) -> Ended {
        self.try_once(invocation, linked)
            .await
            .unwrap_or_else(|ended| ended)
    }

    async fn try_once(&self, invocation: &Invocation, linked: &Linked) -> Result<Ended, Ended> {
        let core = self.core();
        if let Some(earlier) = self.earlier_answer(invocation).await? {
            return Ok(Ended::Answer(Answer::Done(Reply::Outcome(earlier))));
        }
        let mut run = Run::new(core.clone(), self.units().clone(), invocation);
        if let Ask::Fire(_) | Ask::Reply(..) = &invocation.ask {
            if let Err(trap) = run.begin().await {
                return Ok(self.stopped(invocation, None, trap.into()).await);
            }
            let Some(work) = run.work.as_mut() else {
                return Ok(Ended::Answer(Answer::Changed));
            };
            if !invocation.ask.take(work).await? {
                return Ok(Ended::Answer(Answer::Gone));
            }
        }
        let mut call = Call::new(Some(run));
        if matches!(invocation.ask, Ask::Fire(_) | Ask::Reply(..)) && core.store.has_one_writer() {
            call.used.locked();
        }
        let mut store = crate::check::store(self.wasm(), call);
        let meter = store.data().used.meter.clone();
        let replied = meter
            .count(async {
                let instance = linked.pre.instantiate_async(&mut store).await?;
                match &invocation.ask {
                    Ask::View(request) => {
                        let guest = linked.pages.load(&mut store, &instance)?;
                        Ok(guest.call_view(&mut store, request).await?.map(Reply::Page))
                    }
                    Ask::Act(submission, _) => {
                        let guest = linked.pages.load(&mut store, &instance)?;
                        Ok(guest
                            .call_act(&mut store, submission)
                            .await?
                            .map(Reply::Outcome))
                    }
                    Ask::Reply(_, reply) => {
                        // Who exports nothing to be told does not want to be.
                        let Some(indices) = &linked.replies else {
                            return Ok(Ok(Reply::Fired));
                        };
                        let guest = indices.load(&mut store, &instance)?;
                        let answer = guest.call_replied(&mut store, reply).await?;
                        Ok(answer
                            .map(|()| Reply::Fired)
                            .map_err(pages::Failure::Problem))
                    }
                    Ask::Fire(timer) => {
                        let Some(indices) = &linked.timers else {
                            return Err(wasmtime::Error::msg(
                                "it set a timer but does not export linli:plugin/timers",
                            ));
                        };
                        let guest = indices.load(&mut store, &instance)?;
                        let fired = timers::FiredTimer {
                            key: timer.key.clone(),
                            due: timer.due.0,
                            payload: timer.payload.clone(),
                        };
                        let answer = guest.call_fired(&mut store, &fired).await?;
                        Ok(answer
                            .map(|()| Reply::Fired)
                            .map_err(pages::Failure::Problem))
                    }
                }
            })
            .await;
        let call = store.into_data();
        let ended = match replied {
            Ok(mut reply) => {
                tidy::reply(&mut reply);
                self.replied(invocation, call, reply).await?
            }
            Err(error) => self.stopped(invocation, Some(call), error).await,
        };
        Ok(ended)
    }

    /// The answer that the same act was given before.
    async fn earlier_answer(
        &self,
        invocation: &Invocation,
    ) -> Result<Option<pages::Outcome>, Ended> {
        let (Ask::Act(_, Some(key)), Some(person)) = (&invocation.ask, invocation.caller.person)
        else {
            return Ok(None);
        };
        let mut work = self.core().begin(Mode::View).await?;
        let found = work
            .tx
            .find_answer(invocation.service.id(), person, key)
            .await?;
        Ok(found.and_then(|found| serde_json::from_value(found).ok()))
    }

    /// The plugin answered: commit or undo, with the ledger written before anything leaves.
    async fn replied(
        &self,
        invocation: &Invocation,
        call: Call,
        reply: Result<Reply, pages::Failure>,
    ) -> Result<Ended, Ended> {
        let Some(mut run) = call.run else {
            return Ok(Ended::Answer(Answer::Changed));
        };
        let (mut work, mut permit) = (run.work.take(), run.permit.take());
        let keeps = matches!(
            reply,
            Ok(Reply::Outcome(pages::Outcome::Done(_)) | Reply::Fired)
        );
        if !keeps && let Some(work) = work.take() {
            work.tx.rollback().await?;
        }
        if let (Ok(Reply::Outcome(outcome)), Ask::Act(_, Some(key)), Some(person), true) =
            (&reply, &invocation.ask, invocation.caller.person, keeps)
        {
            if work.is_none() {
                run.begin().await.map_err(|trap| match trap {
                    HostTrap::Conflict(error) | HostTrap::Host(error) => Ended::from(error),
                    _ => Ended::Answer(Answer::Changed),
                })?;
                (work, permit) = (run.work.take(), run.permit.take());
            }
            if let Some(work) = work.as_mut() {
                let data = serde_json::to_value(outcome).map_err(|error| {
                    linli_core::Error::Internal(format!("cannot keep an answer: {error}"))
                })?;
                let now = work.now;
                work.tx
                    .create_answer(invocation.service.id(), person, key, &data, now)
                    .await?;
            }
        }
        self.write_ledger(invocation, Some(run), None).await?;
        if let Some(work) = work {
            work.commit().await?;
        }
        drop(permit);
        Ok(Ended::Answer(match reply {
            Ok(reply) => Answer::Done(reply),
            Err(failure) => Answer::Failed(failure),
        }))
    }

    /// The run was ended by a trap, the plugin's or the host's: everything is undone.
    async fn stopped(
        &self,
        invocation: &Invocation,
        mut call: Option<Call>,
        error: wasmtime::Error,
    ) -> Ended {
        if let Some(work) = call
            .as_mut()
            .and_then(|call| call.run.as_mut())
            .and_then(|run| run.work.take())
            && let Err(error) = work.tx.rollback().await
        {
            // The pool puts a connection right that could not be rolled back.
            tracing::debug!(%error, "a roll-back failed");
        }
        if error.is::<PoolConcurrencyLimitError>() {
            return Ended::Answer(Answer::Busy);
        }
        let frames = frames(&error);
        let answer = match error.downcast::<HostTrap>() {
            Ok(HostTrap::Conflict(error)) => return Ended::Conflict(error),
            Ok(HostTrap::Host(error)) => HostFailure::Core(error).into(),
            Ok(HostTrap::Changed) => Answer::Changed,
            Ok(HostTrap::ConsentNeeded { person, fields }) => {
                Answer::ConsentNeeded { person, fields }
            }
            Ok(trap) => {
                return Ended::Answer(self.ill(invocation, call, trap.to_string(), frames).await);
            }
            Err(error) => {
                return Ended::Answer(self.ill(invocation, call, reason(&error), frames).await);
            }
        };
        match self
            .write_ledger(invocation, call.and_then(|call| call.run), None)
            .await
        {
            Ok(()) => Ended::Answer(answer),
            Err(error) => error.into(),
        }
    }

    async fn ill(
        &self,
        invocation: &Invocation,
        call: Option<Call>,
        reason: String,
        frames: Vec<String>,
    ) -> Answer<Reply> {
        let service = &invocation.service;
        tracing::warn!(
            plugin = %service.plugin(), community = service.community.slug, invocation = %invocation.id, reason,
            "a plugin failed"
        );
        let used = call.as_ref().map(|call| {
            json!({
                "guest-microseconds": call.used.guest() / 1_000,
                "ticks": call.used.ticks,
                "host-calls": call.used.host_calls,
                "memory-bytes": call.used.memory,
                "last-host-calls": call.trace,
            })
        });
        let report = json!({
            "digest": service.digest,
            "version": service.manifest.version,
            "function": invocation.ask.function(),
            "path": invocation.ask.path().replace(char::is_control, "?"),
            "back-trace": frames,
            "used": used,
        });
        let failure = Some((reason.clone(), report));
        match self
            .write_ledger(invocation, call.and_then(|call| call.run), failure)
            .await
        {
            Ok(()) => Answer::Ill(Illness {
                invocation: invocation.id,
                reason,
            }),
            Err(error) => HostFailure::Core(error).into(),
        }
    }

    /// Makes durable what outlives the run: disclosures, log lines, a failure.
    async fn write_ledger(
        &self,
        invocation: &Invocation,
        run: Option<Run>,
        failure: Option<(String, Value)>,
    ) -> linli_core::Result<()> {
        // Ids of its own for each run: a run that is repeated has read twice.
        let mut ids = Stream::new(self.core().seed());
        let (id, at) = (invocation.service.id(), invocation.now);
        let mut entries = LedgerEntries::default();
        if let Some(run) = run {
            if run.log_cut > 0 {
                tracing::debug!(plugin = %invocation.service.plugin(), lines = run.log_cut, "log lines were cut off");
            }
            let cut = (run.log_cut > 0)
                .then(|| ("warn", format!("({} more lines were cut off)", run.log_cut)));
            for (level, line) in run.log.into_iter().chain(cut) {
                entries.log.push(PluginLog {
                    id: ids.uuid(at),
                    installation_id: id,
                    invocation_id: invocation.id,
                    level: level.to_owned(),
                    line,
                    at,
                });
            }
            entries.disclosures = run.disclosures.into_rows(
                &mut ids,
                at,
                &invocation.service,
                &invocation.caller,
                invocation.id,
            );
        }
        entries.failure = failure.map(|(reason, report)| Failure {
            id: ids.uuid(at),
            installation_id: id,
            invocation_id: invocation.id,
            reason,
            report,
            at,
        });
        Ok(self.core().store.write_ledger(&entries).await?)
    }
}

/// Why the guest trapped, without the back-trace.
fn reason(error: &wasmtime::Error) -> String {
    match error.downcast_ref::<Trap>() {
        Some(trap) => trap.to_string(),
        None => error
            .root_cause()
            .to_string()
            .split_whitespace()
            .collect::<Vec<_>>()
            .join(" "),
    }
}

/// The guest's functions, innermost first.
fn frames(error: &wasmtime::Error) -> Vec<String> {
    let Some(backtrace) = error.downcast_ref::<WasmBacktrace>() else {
        return Vec::new();
    };
    backtrace
        .frames()
        .iter()
        .take(50)
        .map(|frame| {
            frame
                .func_name()
                .map_or_else(|| format!("function {}", frame.func_index()), str::to_owned)
        })
        .collect()
}
