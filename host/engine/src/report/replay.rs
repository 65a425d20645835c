//! Runs a recorded failure again, without a district: the component is asked the same, and each call of the host gets the answer
//! that was recorded.

use super::Recorded;
use crate::bindings::exports::linli::plugin::{pages, replies, timers};
use crate::call::Call;
use crate::check::{CheckError, Checker};
use crate::invoke::{frames, reason};
use crate::plugin::Plugin;
use crate::tape::Tape;
use serde::de::DeserializeOwned;
use wasmtime::component::Component;

/// How a replay ended.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Replayed {
    /// How it ended now.
    pub ended: String,
    /// The guest's functions where it trapped, innermost first.
    pub back_trace: Vec<String>,
    /// Where the guest went another way than in the recorded run, and how.
    pub diverged: Option<String>,
    /// Whether it failed as recorded.
    pub reproduced: bool,
}

/// Replays a recorded run of this component.
///
/// # Errors
/// Where the component is another, cannot be compiled or linked, or the report is not of this version of the contract.
pub async fn replay(
    checker: &Checker,
    component: &[u8],
    recorded: &Recorded,
) -> Result<Replayed, CheckError> {
    let digest = linli_registry::digest(component);
    if digest != recorded.digest {
        return Err(CheckError::Broken(format!(
            "the report is of the component {}, this is {digest}",
            recorded.digest
        )));
    }
    let compiled = checker.compiler.load(component).await?;
    let component = checker.map(compiled).await?;
    let (wasm, recorded) = (checker.wasm.clone(), recorded.clone());
    // A task of its own, as every invocation has: nobody drops it midway.
    let task = tokio::spawn(async move { run(&wasm, component, &recorded).await });
    task.await
        .map_err(|error| CheckError::Broken(error.to_string()))?
}

async fn run(
    wasm: &wasmtime::Engine,
    component: Component,
    recorded: &Recorded,
) -> Result<Replayed, CheckError> {
    let linked = Plugin::new(wasm, component).link(wasm, &recorded.granted, &recorded.optional)?;
    let mut call = Call::new(None);
    call.used.limits = recorded.budgets.into();
    call.tape = Tape::play(recorded.host_calls.clone());
    let mut store = crate::check::store(wasm, call);
    let meter = store.data().used.meter.clone();
    let answered = meter
        .count(async {
            let instance = linked.pre.instantiate_async(&mut store).await?;
            match recorded.function.as_str() {
                "pages.view" => {
                    let request: pages::Request = input(recorded)?;
                    let guest = linked.pages.load(&mut store, &instance)?;
                    guest.call_view(&mut store, &request).await.map(drop)
                }
                "pages.act" => {
                    let submission: pages::Submission = input(recorded)?;
                    let guest = linked.pages.load(&mut store, &instance)?;
                    guest.call_act(&mut store, &submission).await.map(drop)
                }
                "timers.fired" => {
                    let timer: timers::FiredTimer = input(recorded)?;
                    let timers = linked.timers.as_ref().ok_or_else(|| missing("timers"))?;
                    let guest = timers.load(&mut store, &instance)?;
                    guest.call_fired(&mut store, &timer).await.map(drop)
                }
                "replies.replied" => {
                    let reply: replies::Reply = input(recorded)?;
                    let replies = linked.replies.as_ref().ok_or_else(|| missing("replies"))?;
                    let guest = replies.load(&mut store, &instance)?;
                    guest.call_replied(&mut store, &reply).await.map(drop)
                }
                other => Err(wasmtime::Error::msg(format!(
                    "this version cannot replay {other}"
                ))),
            }
        })
        .await;
    let diverged = match store.into_data().tape {
        Tape::Play(playback) => playback.diverged,
        _ => None,
    };
    let (ended, back_trace) = match &answered {
        Ok(()) => (DONE.to_owned(), Vec::new()),
        Err(error) => (reason(error), frames(error)),
    };
    Ok(Replayed {
        reproduced: diverged.is_none() && ended == recorded.ended,
        ended,
        back_trace,
        diverged,
    })
}

/// How a run ended that did not fail.
pub(crate) const DONE: &str = "it answered";

fn input<T: DeserializeOwned>(recorded: &Recorded) -> wasmtime::Result<T> {
    serde_json::from_value(recorded.input.clone()).map_err(|error| {
        wasmtime::Error::msg(format!(
            "what it was asked does not fit the contract: {error}"
        ))
    })
}

fn missing(interface: &str) -> wasmtime::Error {
    wasmtime::Error::msg(format!("it does not export linli:plugin/{interface}"))
}
