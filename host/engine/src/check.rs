//! The part of the upload check that needs a compiler: does the component compile, fit the host and export what it says?

use crate::call::Call;
use crate::limit::{HANDLES, TRANSFER};
use crate::plugin::{LinkError, Plugin, line};
use linli_domain::permission::OFFERED;
use std::collections::BTreeSet;
use std::sync::Arc;
use tokio::sync::Semaphore;
use wasmtime::component::Component;
use wasmtime::{Store, UpdateDeadline};

/// Compiles and checks components. Compiles one at a time.
#[derive(Clone)]
pub struct Checker {
    pub(crate) wasm: wasmtime::Engine,
    compiling: Arc<Semaphore>,
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
    /// The checker itself failed.
    #[error("the check itself failed: {0}")]
    Broken(String),
}

impl Checker {
    /// A checker with an engine of its own: for the command line, which has no district.
    ///
    /// # Errors
    /// [`CheckError::Broken`] where WebAssembly cannot run on this machine.
    pub fn start() -> Result<Self, CheckError> {
        let wasm = crate::runtime::start().map_err(|error| CheckError::Broken(line(&error)))?;
        Ok(Self {
            wasm,
            compiling: Arc::new(Semaphore::new(1)),
        })
    }

    /// Compiles a component where blocking is allowed.
    pub(crate) async fn compile(&self, bytes: Vec<u8>) -> Result<Component, CheckError> {
        let broken = |error: &dyn std::fmt::Display| CheckError::Broken(error.to_string());
        let permit = self
            .compiling
            .clone()
            .acquire_owned()
            .await
            .map_err(|error| broken(&error))?;
        let wasm = self.wasm.clone();
        let compiled = tokio::task::spawn_blocking(move || {
            let compiled = Component::from_binary(&wasm, &bytes);
            drop(permit);
            compiled
        });
        compiled
            .await
            .map_err(|error| broken(&error))?
            .map_err(|error| CheckError::Compile(line(&error)))
    }

    /// Checks a component that `linli_registry::inspect` has passed: compiles it, links it with everything that the host
    /// offers, instantiates it once within the usual budgets and loads each export, since only that checks its type.
    ///
    /// # Errors
    /// See [`CheckError`]; each names what does not fit.
    pub async fn check(&self, bytes: Vec<u8>) -> Result<(), CheckError> {
        let component = self.compile(bytes).await?;
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
            Ok(())
        });
        probe
            .await
            .map_err(|error| CheckError::Broken(error.to_string()))?
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
