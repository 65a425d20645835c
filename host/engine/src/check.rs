//! The part of the upload check that needs a compiler: does the component compile, fit the host and export what it says?

use crate::call::Call;
use crate::compile::{Compiled, Compiler, Worker};
use crate::limit::{HANDLES, TRANSFER};
use crate::plugin::{LinkError, Plugin, line};
use linli_domain::permission::OFFERED;
use std::collections::BTreeSet;
use wasmtime::component::Component;
use wasmtime::{Store, UpdateDeadline};

/// Compiles and checks components.
#[derive(Clone)]
pub struct Checker {
    pub(crate) wasm: wasmtime::Engine,
    pub(crate) compiler: Compiler,
}

/// Why a component that decodes is refused all the same.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CheckError {
    /// It cannot be compiled.
    #[error("it cannot be compiled: {0}")]
    Compile(String),
    /// It does not fit the contract.
    #[error(transparent)]
    Link(#[from] LinkError),
    /// It cannot be instantiated.
    #[error("it fails as soon as it is instantiated: {0}")]
    Instantiate(String),
    /// As many uploads as may wait are being checked.
    #[error("too many uploads are being checked at the moment; send it again in a minute")]
    Busy,
    /// The checker itself failed.
    #[error("the check itself failed: {0}")]
    Broken(String),
}

impl Checker {
    /// A checker with an engine of its own: for the command line, which has no district. `worker` compiles.
    ///
    /// # Errors
    /// [`CheckError::Broken`] where WebAssembly cannot run on this machine.
    pub fn start(worker: Worker) -> Result<Self, CheckError> {
        let wasm = crate::runtime::start().map_err(|error| CheckError::Broken(line(&error)))?;
        let compiler = Compiler::new(worker);
        Ok(Self { wasm, compiler })
    }

    /// Maps what a worker compiled.
    pub(crate) async fn map(&self, compiled: Compiled) -> Result<Component, CheckError> {
        let broken = |error: &dyn std::fmt::Display| CheckError::Broken(error.to_string());
        let wasm = self.wasm.clone();
        tokio::task::spawn_blocking(move || {
            // SAFETY: the worker that made it is this program, or that which whoever started this one named, and its
            // answer came through a pipe of its own.
            #[expect(unsafe_code, reason = "loading machine code is what a compiler is for")]
            unsafe {
                Component::deserialize(&wasm, &compiled.0)
            }
        })
        .await
        .map_err(|error| broken(&error))?
        .map_err(|error| CheckError::Broken(line(&error)))
    }

    /// Checks a component that `linli_registry::inspect` has passed: compiles it, links it with everything that the host
    /// offers, instantiates it once within the usual budgets and loads each export, since only that checks its type. `from`
    /// is whose it is: a few of each organisation wait for their turn. Answers what was compiled.
    ///
    /// # Errors
    /// See [`CheckError`]; each names what does not fit.
    pub async fn check(&self, component: &[u8], from: &str) -> Result<Compiled, CheckError> {
        let compiled = self.compiler.upload(component, from).await?;
        let component = self.map(compiled.clone()).await?;
        let everything: BTreeSet<_> = OFFERED.iter().map(|offered| offered.permission()).collect();
        let linked =
            Plugin::new(&self.wasm, component).link(&self.wasm, &everything, &BTreeSet::new())?;
        // A task of its own: a start function may run for its whole budget, and nobody's hanging up drops it midway.
        let wasm = self.wasm.clone();
        let probe = tokio::spawn(async move {
            let mut store = probe(&wasm);
            let meter = store.data().used.meter.clone();
            let instantiated = meter.count(linked.pre.instantiate_async(&mut store)).await;
            let instance = instantiated.map_err(|error| CheckError::Instantiate(line(&error)))?;
            let wrong = |interface| {
                move |error: wasmtime::Error| {
                    CheckError::Link(LinkError::Export {
                        interface,
                        problem: line(&error),
                    })
                }
            };
            linked
                .pages
                .load(&mut store, &instance)
                .map_err(wrong("linli:plugin/pages"))?;
            if let Some(replies) = &linked.replies {
                replies
                    .load(&mut store, &instance)
                    .map_err(wrong("linli:plugin/replies"))?;
            }
            if let Some(timers) = &linked.timers {
                timers
                    .load(&mut store, &instance)
                    .map_err(wrong("linli:plugin/timers"))?;
            }
            Ok::<_, CheckError>(())
        });
        probe
            .await
            .map_err(|error| CheckError::Broken(error.to_string()))??;
        Ok(compiled)
    }
}

fn probe(wasm: &wasmtime::Engine) -> Store<Call> {
    store(wasm, Call::new(None))
}

/// A wasmtime store under all budgets.
pub(crate) fn store(wasm: &wasmtime::Engine, call: Call) -> Store<Call> {
    let mut store = Store::new(wasm, call);
    store.limiter(|call| &mut call.used);
    store.set_hostcall_fuel(TRANSFER);
    store.set_max_component_handles(HANDLES);
    store.set_epoch_deadline(1);
    store.epoch_deadline_callback(|mut context| {
        context.data_mut().used.tick()?;
        Ok(UpdateDeadline::Yield(1))
    });
    store
}
