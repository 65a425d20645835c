//! One invocation: its turn, its runs, and what it leaves behind.

use crate::answer::{Answer, HostFailure, Illness};
use crate::bindings::exports::linli::plugin::{pages, replies, timers};
use crate::breaker::Outcome;
use crate::call::{Call, Run};
use crate::engine::Engine;
use crate::limit::{RACES, Used};
use crate::plugin::Linked;
use crate::report::{DONE, Recorded, Substitutes};
use crate::tape::{Recording, Tape};
use crate::tidy;
use crate::trap::HostTrap;
use linli_core::store::ledger::{Failure, LedgerEntries, PluginLog};
use linli_core::store::outbound::Outbound;
use linli_core::store::timer::Timer;
use linli_core::{Caller, Core, Mode, Retry, Service, Work, act, failure};
use linli_domain::budget::Budget;
use linli_domain::random::Stream;
use linli_domain::{Instant, InvocationId, Seed};
use serde_json::{Value, json};
use std::sync::Arc;
use tracing::Instrument as _;
use wasmtime::{PoolConcurrencyLimitError, Store, Trap, WasmBacktrace};

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

    /// What it hands to the plugin, in the contract's types as JSON.
    fn input(&self) -> Value {
        let input = match self {
            Self::View(request) => serde_json::to_value(request),
            Self::Act(submission, _) => serde_json::to_value(submission),
            Self::Fire(timer) => serde_json::to_value(fired(timer)),
            Self::Reply(_, reply) => serde_json::to_value(reply),
        };
        input.unwrap_or_default()
    }

    fn path(&self) -> &str {
        match self {
            Self::View(request) => &request.address.path,
            Self::Act(submission, _) => &submission.address.path,
            Self::Fire(_) | Self::Reply(..) => "",
        }
    }
}

/// A timer as its plugin is told of it.
fn fired(timer: &Timer) -> timers::FiredTimer {
    timers::FiredTimer {
        key: timer.key.clone(),
        due: timer.due.0,
        payload: timer.payload.clone(),
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
    /// The plugin failed.
    Ill(Box<Failed>),
}

/// A run that failed through the plugin's fault.
struct Failed {
    /// None where it did not begin.
    call: Option<Call>,
    reason: String,
    /// The guest's functions, innermost first.
    frames: Vec<String>,
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
        let began = std::time::Instant::now();
        let (service, function) = (&invocation.service, invocation.ask.function());
        // Off, and all but free, unless somebody traces: `linli serve --traces`.
        let span = tracing::debug_span!(
            target: "linli_engine::trace", "invocation", otel.name = function, plugin = %service.plugin(),
            community = service.community.slug, invocation = %invocation.id, outcome = tracing::field::Empty,
            cpu_us = tracing::field::Empty, host_calls = tracing::field::Empty, rows = tracing::field::Empty,
            memory = tracing::field::Empty,
        );
        let answer = self
            .run_if_admitted(&invocation)
            .instrument(span.clone())
            .await;
        let outcome = answer.outcome();
        span.record("outcome", outcome.code());
        let meters = self.meters();
        meters
            .plugin(service.plugin())
            .ended(function, outcome, began.elapsed());
        meters.installation(service).ended(outcome);
        answer
    }

    async fn run_if_admitted(&self, invocation: &Invocation) -> Answer<Reply> {
        let service = &invocation.service;
        let act = invocation.ask.mode() == Mode::Act;
        // Whoever is not let in needs no turn; and while one waits for its turn those before it may have failed.
        if let Err(next) = self.breakers().admit(service, self.core().now()).map(drop) {
            return Answer::Paused(next);
        }
        let most = service.installation.budgets.get(Budget::Concurrent) as usize;
        let meters = self.meters().host();
        let queued = std::time::Instant::now();
        meters.waiting.increment(1.0);
        let waiting = tracing::debug_span!(target: "linli_engine::trace", "queue");
        let turn = self
            .queue()
            .turn(service.id(), act, most)
            .instrument(waiting)
            .await;
        meters.waiting.decrement(1.0);
        meters.queue.record(queued.elapsed());
        let Some(_turn) = turn else {
            return Answer::Busy;
        };
        let pass = match self.breakers().admit(service, self.core().now()) {
            Ok(pass) => pass,
            Err(next) => return Answer::Paused(next),
        };
        meters.running.increment(1.0);
        let answer = self.run_in_turn(invocation).await;
        meters.running.decrement(1.0);
        let failed = match &answer {
            Answer::Ill(illness) => Some(Some(illness.reason.as_str())),
            Answer::Done(_) | Answer::Failed(_) | Answer::ConsentNeeded { .. } => Some(None),
            // It says nothing about the plugin.
            _ => None,
        };
        if let Some(failed) = failed {
            let outcome = Outcome {
                person: invocation.caller.person,
                invocation: invocation.id,
                failed,
            };
            self.note(service, Some(&pass), outcome).await;
        }
        answer
    }

    async fn run_in_turn(&self, invocation: &Invocation) -> Answer<Reply> {
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
                let failed = Failed {
                    call: None,
                    reason: error.to_string(),
                    frames: Vec::new(),
                };
                return self.ill(invocation, failed, None).await;
            }
        };
        let mut retry = Retry::default();
        let began = std::time::Instant::now();
        loop {
            match self.run_once(invocation, &linked).await {
                Ended::Answer(answer) => return answer,
                Ended::Ill(failed) => {
                    let recorded = self.record(invocation, &linked).await;
                    return self.ill(invocation, *failed, recorded).await;
                }
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
        if let Some(earlier) = self.earlier_answer(invocation).await? {
            return Ok(Ended::Answer(Answer::Done(Reply::Outcome(earlier))));
        }
        let mut store = crate::check::store(self.wasm(), self.prepare(invocation).await?);
        let meter = store.data().used.meter.clone();
        let replied = meter
            .count(ask_guest(&mut store, linked, &invocation.ask))
            .await;
        let call = store.into_data();
        let (service, meters) = (&invocation.service, self.meters());
        trace_used(&call.used);
        meters.plugin(service.plugin()).used(&call.used);
        meters.installation(service).used(&call.used);
        let ended = match replied {
            Ok(mut reply) => {
                tidy::reply(&mut reply);
                self.replied(invocation, call, reply).await?
            }
            Err(error) => self.stopped(invocation, Some(call), error).await,
        };
        Ok(ended)
    }

    /// The data of one run; how it ended where it need not begin.
    async fn prepare(&self, invocation: &Invocation) -> Result<Call, Ended> {
        let mut run = Run::new(self.core().clone(), self.units().clone(), invocation);
        if let Ask::Fire(_) | Ask::Reply(..) = &invocation.ask {
            if let Err(trap) = run.begin().await {
                return Err(self.stopped(invocation, None, trap.into()).await);
            }
            let Some(work) = run.work.as_mut() else {
                return Err(Ended::Answer(Answer::Changed));
            };
            if !invocation.ask.take(work).await? {
                return Err(Ended::Answer(Answer::Gone));
            }
        }
        let mut call = Call::new(Some(run));
        if matches!(invocation.ask, Ask::Fire(_) | Ask::Reply(..))
            && self.core().store.has_one_writer()
        {
            call.used.locked();
        }
        Ok(call)
    }

    /// Runs a failed invocation again with the same clock, seed and ids, to record its calls of the host; nothing of it is kept.
    /// None where that cannot be, or where another of this installation was recorded a moment ago: one that fails all the time
    /// pays twice only now and then.
    async fn record(&self, invocation: &Invocation, linked: &Linked) -> Option<Recorded> {
        let service = &invocation.service;
        if !self.may_record(service.id()) {
            return None;
        }
        let mut call = self.prepare(invocation).await.ok()?;
        call.tape = Tape::Record(Recording::default());
        let mut store = crate::check::store(self.wasm(), call);
        let meter = store.data().used.meter.clone();
        let replied = meter
            .count(ask_guest(&mut store, linked, &invocation.ask))
            .await;
        let mut call = store.into_data();
        undo(Some(&mut call)).await;
        let Tape::Record(recording) = call.tape else {
            return None;
        };
        Some(Recorded {
            digest: service.digest.clone(),
            function: invocation.ask.function().to_owned(),
            input: invocation.ask.input(),
            host_calls: recording.calls,
            complete: !recording.cut,
            ended: match &replied {
                Ok(_) => DONE.to_owned(),
                Err(error) => reason(error),
            },
            granted: service.installation.permissions.clone(),
            optional: service.manifest.optional_imports.clone(),
            budgets: service.installation.budgets,
            substituted: false,
        })
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
        undo(call.as_mut()).await;
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
                let reason = trap.to_string();
                return Ended::Ill(Box::new(Failed {
                    call,
                    reason,
                    frames,
                }));
            }
            Err(error) => {
                let reason = reason(&error);
                return Ended::Ill(Box::new(Failed {
                    call,
                    reason,
                    frames,
                }));
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
        failed: Failed,
        recorded: Option<Recorded>,
    ) -> Answer<Reply> {
        let Failed {
            call,
            reason,
            frames,
        } = failed;
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
                "rows": call.used.rows,
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
            "replay": recorded.as_ref().map(|recorded| {
                recorded.substituted(&Substitutes::new(&service.manifest, self.core().seed()))
            }),
        });
        if let Some(recorded) = &recorded {
            self.keep_recording(invocation, recorded).await;
        }
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

    /// Keeps the true recording with the district, sealed.
    async fn keep_recording(&self, invocation: &Invocation, recorded: &Recorded) {
        let id = invocation.service.id();
        let kept = match serde_json::to_string(recorded) {
            Ok(text) => act!(self.core(), |work| {
                failure::keep(work, invocation.id, id, &text).await
            }),
            Err(error) => Err(linli_core::Error::Internal(error.to_string())),
        };
        if let Err(error) = kept {
            tracing::warn!(invocation = %invocation.id, %error, "the recording of a failure cannot be kept");
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

/// Notes in the invocation's span what its last run used.
fn trace_used(used: &Used) {
    let span = tracing::Span::current();
    if !span.is_disabled() {
        span.record("cpu_us", used.guest() / 1_000);
        span.record("host_calls", used.host_calls);
        span.record("rows", used.rows);
        span.record("memory", used.memory);
    }
}

/// Undoes what a run was about to write.
async fn undo(call: Option<&mut Call>) {
    let run = call.and_then(|call| call.run.as_mut());
    if let Some(work) = run.and_then(|run| run.work.take())
        && let Err(error) = work.tx.rollback().await
    {
        // The pool puts a connection right that could not be rolled back.
        tracing::debug!(%error, "a roll-back failed");
    }
}

/// Asks a fresh instance.
async fn ask_guest(
    store: &mut Store<Call>,
    linked: &Linked,
    ask: &Ask,
) -> wasmtime::Result<Result<Reply, pages::Failure>> {
    let instance = linked.pre.instantiate_async(&mut *store).await?;
    match ask {
        Ask::View(request) => {
            let guest = linked.pages.load(&mut *store, &instance)?;
            Ok(guest
                .call_view(&mut *store, request)
                .await?
                .map(Reply::Page))
        }
        Ask::Act(submission, _) => {
            let guest = linked.pages.load(&mut *store, &instance)?;
            Ok(guest
                .call_act(&mut *store, submission)
                .await?
                .map(Reply::Outcome))
        }
        Ask::Reply(_, reply) => {
            // Who exports nothing to be told does not want to be.
            let Some(indices) = &linked.replies else {
                return Ok(Ok(Reply::Fired));
            };
            let guest = indices.load(&mut *store, &instance)?;
            let answer = guest.call_replied(&mut *store, reply).await?;
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
            let guest = indices.load(&mut *store, &instance)?;
            let answer = guest.call_fired(&mut *store, &fired(timer)).await?;
            Ok(answer
                .map(|()| Reply::Fired)
                .map_err(pages::Failure::Problem))
        }
    }
}

/// Why the guest trapped, without the back-trace.
pub(crate) fn reason(error: &wasmtime::Error) -> String {
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
pub(crate) fn frames(error: &wasmtime::Error) -> Vec<String> {
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
