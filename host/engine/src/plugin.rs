//! A component that is ready to be invoked, and the ways it can fail to be.

use crate::bindings::exports::linli::plugin::{pages, replies, timers};
use crate::call::Call;
use crate::capabilities;
use linli_domain::permission::{OFFERED, Permission};
use std::collections::{BTreeSet, HashMap};
use std::sync::{Arc, Mutex, PoisonError};
use wasmtime::Engine;
use wasmtime::component::{Component, InstancePre, Linker};

/// A compiled component and its links, one for each set of grants that some installation has.
pub(crate) struct Plugin {
    component: Component,
    /// The interfaces of the host that it imports.
    imports: BTreeSet<String>,
    linked: Mutex<HashMap<BTreeSet<Permission>, Arc<Linked>>>,
}

/// A component with what it is granted, and where its exports are.
pub(crate) struct Linked {
    pub(crate) pre: InstancePre<Call>,
    pub(crate) pages: pages::GuestIndices,
    pub(crate) timers: Option<timers::GuestIndices>,
    pub(crate) replies: Option<replies::GuestIndices>,
}

/// Why a component cannot be linked.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum LinkError {
    /// It imports permissions that are neither granted nor optional.
    #[error("it cannot run without {}, which it imports and which {} not granted", list(.0), if .0.len() == 1 { "is" } else { "are" })]
    NotGranted(Vec<Permission>),
    /// It imports a function that this host does not have, or with another type.
    #[error("it does not fit this host: {0}")]
    Mismatch(String),
    /// An export is missing or has another type.
    #[error("its export {interface} is not what the contract says: {problem}")]
    Export {
        /// The interface.
        interface: &'static str,
        /// What differs.
        problem: String,
    },
}

fn list(permissions: &[Permission]) -> String {
    permissions
        .iter()
        .map(ToString::to_string)
        .collect::<Vec<_>>()
        .join(", ")
}

/// A wasmtime error with its causes, in one line.
pub(crate) fn line(error: &wasmtime::Error) -> String {
    let causes: Vec<String> = error.chain().map(ToString::to_string).collect();
    causes
        .join(": ")
        .split_whitespace()
        .collect::<Vec<_>>()
        .join(" ")
}

impl Plugin {
    pub(crate) fn new(engine: &Engine, component: Component) -> Self {
        let imports = component
            .component_type()
            .imports(engine)
            .map(|(name, _)| name.split('@').next().unwrap_or(name).to_owned())
            .collect();
        Self {
            component,
            imports,
            linked: Mutex::new(HashMap::new()),
        }
    }

    /// The component with exactly these permissions; those of `optional` (interfaces without version) that are not granted
    /// are linked to a denial.
    pub(crate) fn link(
        &self,
        engine: &Engine,
        granted: &BTreeSet<Permission>,
        optional: &BTreeSet<String>,
    ) -> Result<Arc<Linked>, LinkError> {
        if let Some(linked) = self
            .linked
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .get(granted)
        {
            return Ok(linked.clone());
        }
        let linked = Arc::new(self.link_anew(engine, granted, optional)?);
        self.linked
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .insert(granted.clone(), linked.clone());
        Ok(linked)
    }

    fn link_anew(
        &self,
        engine: &Engine,
        granted: &BTreeSet<Permission>,
        optional: &BTreeSet<String>,
    ) -> Result<Linked, LinkError> {
        let mismatch = |error: wasmtime::Error| LinkError::Mismatch(line(&error));
        let mut linker = Linker::new(engine);
        capabilities::link_types(&mut linker).map_err(mismatch)?;
        let mut missing = Vec::new();
        for offered in OFFERED {
            let permission = offered.permission();
            let grant = granted.contains(&permission);
            if grant
                || (self.imports.contains(offered.interface)
                    && optional.contains(offered.interface))
            {
                capabilities::link(&mut linker, &permission, grant).map_err(mismatch)?;
            } else if self.imports.contains(offered.interface) {
                missing.push(permission);
            }
        }
        if !missing.is_empty() {
            return Err(LinkError::NotGranted(missing));
        }
        let pre = linker.instantiate_pre(&self.component).map_err(mismatch)?;
        let export = |interface| {
            move |error: wasmtime::Error| LinkError::Export {
                interface,
                problem: line(&error),
            }
        };
        let pages = pages::GuestIndices::new(&pre).map_err(export("linli:plugin/pages"))?;
        let exports = |interface: &str| {
            self.component
                .component_type()
                .exports(engine)
                .any(|(name, _)| {
                    name.strip_prefix(interface)
                        .is_some_and(|rest| rest.starts_with('@'))
                })
        };
        let replies = exports("linli:plugin/replies")
            .then(|| replies::GuestIndices::new(&pre))
            .transpose()
            .map_err(export("linli:plugin/replies"))?;
        let timers = exports("linli:plugin/timers")
            .then(|| timers::GuestIndices::new(&pre))
            .transpose()
            .map_err(export("linli:plugin/timers"))?;
        Ok(Linked {
            pre,
            pages,
            timers,
            replies,
        })
    }
}
