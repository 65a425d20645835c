//! The capabilities: one module an interface of `linli:host`, each a thin adapter from the contract's types to operations
//! of `linli-core`. No rule stands here.
//!
//! # Adding one
//! The interface in `wit/host` and in the worlds; the operation in `linli-core`; the adapter here with its case in
//! [`link`] and in [`denied`]; its entry in `linli_domain::permission::OFFERED`.

mod appointments;
mod bookings;
mod calendars;
mod cases;
mod context;
mod denied;
mod enrolments;
mod households;
mod log;
mod needs;
mod notices;
mod operation;
mod outbound;
mod profile;
mod records;
mod refusal;
mod settings;
mod spaces;
mod timers;
mod transfers;

use crate::bindings::linli::host;
use crate::call::Call;
use denied::Denying;
use linli_domain::permission::Permission;
use wasmtime::component::{HasSelf, Linker};

impl host::types::Host for Call {}

/// Links the types, which are no permission.
pub(crate) fn link_types(linker: &mut Linker<Call>) -> wasmtime::Result<()> {
    host::types::add_to_linker::<_, HasSelf<Call>>(linker, |call| call)
}

/// Links what a permission gives or, where it is denied, a stub that says so.
pub(crate) fn link(
    linker: &mut Linker<Call>,
    permission: &Permission,
    granted: bool,
) -> wasmtime::Result<()> {
    macro_rules! link {
        ($($name:literal => $interface:ident),* $(,)?) => {
            match (permission.interface(), granted) {
                $(
                    ($name, true) => host::$interface::add_to_linker::<_, HasSelf<Call>>(linker, |call| call),
                    ($name, false) => host::$interface::add_to_linker::<_, Denying>(linker, |_| Denying),
                )*
                (other, _) => Err(wasmtime::Error::msg(format!("this host has no {other}"))),
            }
        };
    }
    link! {
        "linli:host/context" => context,
        "linli:host/profile" => profile,
        "linli:host/households" => households,
        "linli:host/needs" => needs,
        "linli:host/needs-write" => needs_write,
        "linli:host/space-directory" => space_directory,
        "linli:host/space-bookings" => space_bookings,
        "linli:host/enrolments" => enrolments,
        "linli:host/cases" => cases,
        "linli:host/case-transfer" => case_transfer,
        "linli:host/calendars" => calendars,
        "linli:host/appointments" => appointments,
        "linli:host/timers" => timers,
        "linli:host/records" => records,
        "linli:host/notices" => notices,
        "linli:host/outbound" => outbound,
        "linli:host/settings" => settings,
        "linli:host/log" => log,
    }
}
