//! What the host remembers of one run of an invocation: the data of its wasmtime store.

use crate::invoke::Invocation;
use crate::limit::{LOG_LINE, Limits, Used};
use crate::tape::Tape;
use crate::trap::HostTrap;
use linli_core::basis::Disclosures;
use linli_core::{Caller, CallerKind, Core, Mode, Refusal, Service, Work};
use linli_domain::random::Stream;
use linli_domain::{Instant, InvocationId, PersonId, Seed};
use std::collections::VecDeque;
use std::sync::Arc;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// How many of the last host calls a failure report names.
const TRACE: usize = 20;

/// The store's data. Without a [`Run`] a component is only being checked and every call of the host traps.
pub(crate) struct Call {
    pub(crate) used: Used,
    pub(crate) run: Option<Run>,
    /// The names of the last calls of the host.
    pub(crate) trace: VecDeque<&'static str>,
    /// What else becomes of calls of the host.
    pub(crate) tape: Tape,
}

/// One run of an invocation.
pub(crate) struct Run {
    pub(crate) core: Core,
    pub(crate) service: Arc<Service>,
    pub(crate) caller: Arc<Caller>,
    pub(crate) invocation: InvocationId,
    pub(crate) mode: Mode,
    pub(crate) now: Instant,
    /// Ids that the unit of work draws.
    ids: Stream,
    /// Bytes that the guest draws.
    pub(crate) bytes: Stream,
    /// How many units of work may be open.
    units: Arc<Semaphore>,
    /// This one among them. Held until after the commit.
    pub(crate) permit: Option<OwnedSemaphorePermit>,
    /// The unit of work, from the first call that needs it.
    pub(crate) work: Option<Work>,
    pub(crate) disclosures: Disclosures,
    pub(crate) notices_sent: u32,
    pub(crate) requests_posted: u32,
    pub(crate) log: Vec<(&'static str, String)>,
    pub(crate) log_cut: u32,
}

/// What an adapter hands to an operation.
pub(crate) struct Unit<'a> {
    pub(crate) work: &'a mut Work,
    pub(crate) service: &'a Service,
    pub(crate) caller: &'a Caller,
    pub(crate) disclosures: &'a mut Disclosures,
    pub(crate) notices_sent: &'a mut u32,
    pub(crate) requests_posted: &'a mut u32,
}

impl Call {
    pub(crate) fn new(run: Option<Run>) -> Self {
        Self {
            used: Used::new(limits(run.as_ref())),
            run,
            trace: VecDeque::with_capacity(TRACE),
            tape: Tape::Off,
        }
    }

    pub(crate) fn enter(&mut self, function: &'static str) -> Result<u64, HostTrap> {
        if self.trace.len() == TRACE {
            self.trace.pop_front();
        }
        self.trace.push_back(function);
        self.used.enter()
    }

    pub(crate) fn leave(&mut self, entered: u64) -> Result<(), HostTrap> {
        let work = self.run.as_ref().and_then(|run| run.work.as_ref());
        let rows = work.map_or(0, |work| work.tx.rows());
        self.used.leave(entered, rows)
    }

    pub(crate) fn run(&mut self) -> Result<&mut Run, HostTrap> {
        self.run.as_mut().ok_or(HostTrap::OnlyChecking)
    }

    /// Traps where a page is only being shown.
    pub(crate) fn writes(&mut self, function: &'static str) -> Result<(), HostTrap> {
        if self.run()?.mode == Mode::View {
            Err(HostTrap::ReadOnly(function))
        } else {
            Ok(())
        }
    }

    /// The unit of work, begun now if this is the first call that needs it.
    pub(crate) async fn unit(&mut self) -> Result<Unit<'_>, HostTrap> {
        let run = self.run.as_mut().ok_or(HostTrap::OnlyChecking)?;
        if run.work.is_none() {
            let then = self.used.clock();
            run.begin().await?;
            self.used.waited_since(then);
            if run.mode == Mode::Act && run.core.store.has_one_writer() {
                self.used.locked();
            }
        }
        run.unit()
    }
}

/// The limits of a run; those of any installation where a component is only being checked.
fn limits(run: Option<&Run>) -> Limits {
    let budgets = run.map(|run| run.service.installation.budgets);
    budgets.unwrap_or_default().into()
}

impl Run {
    pub(crate) fn new(core: Core, units: Arc<Semaphore>, invocation: &Invocation) -> Self {
        let mut ids = Stream::new(invocation.seed);
        let mut bytes = Seed::default();
        ids.fill(&mut bytes);
        Self {
            core,
            service: invocation.service.clone(),
            caller: invocation.caller.clone(),
            invocation: invocation.id,
            mode: invocation.ask.mode(),
            now: invocation.now,
            ids,
            bytes: Stream::new(bytes),
            units,
            permit: None,
            work: None,
            disclosures: Disclosures::default(),
            notices_sent: 0,
            requests_posted: 0,
            log: Vec::new(),
            log_cut: 0,
        }
    }

    /// Begins the unit of work and checks in it that what the page was opened under still holds.
    pub(crate) async fn begin(&mut self) -> Result<(), HostTrap> {
        self.permit = self.units.clone().acquire_owned().await.ok();
        let mut work = self
            .core
            .begin_at(self.mode, self.now, self.ids.clone())
            .await?;
        if !still_holds(&mut work, &self.service, &self.caller).await? {
            return Err(HostTrap::Changed);
        }
        self.work = Some(work);
        Ok(())
    }

    fn unit(&mut self) -> Result<Unit<'_>, HostTrap> {
        let work = self.work.as_mut().ok_or(HostTrap::Changed)?;
        Ok(Unit {
            work,
            service: &self.service,
            caller: &self.caller,
            disclosures: &mut self.disclosures,
            notices_sent: &mut self.notices_sent,
            requests_posted: &mut self.requests_posted,
        })
    }

    /// Keeps a line of at most [`LOG_LINE`] bytes; control characters, which databases and terminals choke on, become `?`.
    pub(crate) fn log(&mut self, level: &'static str, mut line: String) {
        if self.log.len() >= limits(Some(self)).log_lines {
            self.log_cut += 1;
            return;
        }
        line.truncate(line.floor_char_boundary(LOG_LINE));
        let line = line.replace(|c: char| c.is_control() && c != '\t', "?");
        self.log.push((level, line));
    }

    /// The reference of a person for this plugin.
    pub(crate) fn reference(&self, person: PersonId) -> Result<String, HostTrap> {
        self.core
            .references
            .seal(self.service.plugin(), person)
            .ok_or_else(|| {
                HostTrap::Host(linli_core::Error::Internal(
                    "cannot make a reference".to_owned(),
                ))
            })
    }
}

async fn still_holds(
    work: &mut Work,
    service: &Service,
    caller: &Caller,
) -> Result<bool, HostTrap> {
    let store = |error| HostTrap::from(linli_core::Error::Store(error));
    let found = work
        .tx
        .find_installation(service.id())
        .await
        .map_err(store)?;
    let same = found.is_some_and(|found| {
        found.enabled
            && found.release_id == service.installation.release_id
            && found.permissions == service.installation.permissions
    });
    if !same {
        return Ok(false);
    }
    match (caller.kind, caller.person, caller.subject) {
        (CallerKind::Delegate | CallerKind::Guardian, Some(person), Some(subject)) => {
            linli_core::delegation::covers(work, person, subject, service)
                .await
                .map_err(HostTrap::from)
        }
        (CallerKind::Staff, Some(person), _) => {
            let now = work.now;
            let roles = work.tx.list_roles(person, now).await.map_err(store)?;
            Ok(roles.iter().any(|role| {
                role.organisation_id == Some(service.organisation.id)
                    && role
                        .community_id
                        .is_none_or(|at| at == service.community.id)
                    && Some(&role.code) == caller.role.as_ref()
            }))
        }
        _ => Ok(true),
    }
}

/// Turns an operation's answer into a call's: refusals that the contract has an error for become that error, everything
/// else ends the invocation.
pub(crate) fn answer<T, E>(
    function: &'static str,
    result: linli_core::Result<T>,
    map: impl FnOnce(&Refusal) -> Option<E>,
) -> wasmtime::Result<Result<T, E>> {
    match result {
        Ok(value) => Ok(Ok(value)),
        Err(linli_core::Error::Refused(refusal)) => match map(&refusal) {
            Some(error) => Ok(Err(error)),
            None => Err(HostTrap::BadCall {
                function,
                problem: refusal.message().en,
            }
            .into()),
        },
        Err(error) => Err(HostTrap::from(error).into()),
    }
}

/// Traps where a text holds U+0000, which no database of ours stores.
pub(crate) fn check_text<'a>(
    function: &'static str,
    texts: impl IntoIterator<Item = &'a str>,
) -> Result<(), HostTrap> {
    if texts.into_iter().any(|text| text.contains('\0')) {
        return Err(HostTrap::BadCall {
            function,
            problem: "a text holds U+0000".to_owned(),
        });
    }
    Ok(())
}

/// The instant of the contract, which has bounds.
pub(crate) fn instant_of(what: &str, at: i64) -> Result<Instant, String> {
    if (-Instant::BOUND..=Instant::BOUND).contains(&at) {
        Ok(Instant(at))
    } else {
        let bound = Instant::BOUND;
        Err(format!("{what} is {at}; it must be {}–{bound}", -bound))
    }
}

/// The body of a call of the host: counted, measured, named in the trace and, where a failure is looked into, recorded or
/// played back.
macro_rules! host_call {
    ($call:ident, $name:literal, $body:block) => {{
        let entered = $call.enter($name)?;
        let answer: wasmtime::Result<_> = match $call.tape.answer($name) {
            Some(recorded) => recorded,
            None => async { $body }.await,
        };
        let answer = match $call.leave(entered) {
            Err(trap) if answer.is_ok() => Err(trap.into()),
            _ => answer,
        };
        $call.tape.keep($name, &answer);
        answer
    }};
}
pub(crate) use host_call;
