//! What runs in a compiling process: it limits itself, reads a component, writes its machine code and ends.

use crate::plugin::line;
use linli_registry::inspect::MAX_COMPONENT;
use std::io::{Read as _, Write as _};

/// How a worker ends where it refuses a component; standard error says why.
pub(crate) const REFUSED: i32 = 3;

/// Compiles the component on standard input to standard output, within `memory` bytes of address space and `cpu` seconds of
/// processor time; answers how the process is to end.
///
/// # Errors
/// Where the limits cannot be set or the pipes break: then the process is no worker.
pub fn compile_standard_input(memory: u64, cpu: u64) -> std::io::Result<i32> {
    limit(libc::RLIMIT_AS, memory, memory)?;
    // At the first the process is told, so that whoever waits for it knows why it ended; at the second it is killed.
    limit(libc::RLIMIT_CPU, cpu, cpu + 1)?;
    limit(libc::RLIMIT_CORE, 0, 0)?;
    limit(libc::RLIMIT_FSIZE, 0, 0)?;
    yield_to_others();
    let mut component = Vec::new();
    std::io::stdin()
        .lock()
        .take(MAX_COMPONENT as u64 + 1)
        .read_to_end(&mut component)?;
    match compile(&component) {
        Ok(code) => {
            let mut output = std::io::stdout().lock();
            output.write_all(&code)?;
            output.flush()?;
            Ok(0)
        }
        Err(error) => {
            std::io::stderr().lock().write_all(error.as_bytes())?;
            Ok(REFUSED)
        }
    }
}

fn compile(component: &[u8]) -> Result<Vec<u8>, String> {
    if component.len() > MAX_COMPONENT {
        return Err(format!("it has more than {MAX_COMPONENT} bytes"));
    }
    let engine =
        wasmtime::Engine::new(&crate::runtime::compiling()).map_err(|error| line(&error))?;
    engine
        .precompile_component(component)
        .map_err(|error| line(&error))
}

fn limit(what: libc::__rlimit_resource_t, soft: u64, hard: u64) -> std::io::Result<()> {
    let limit = libc::rlimit {
        rlim_cur: soft,
        rlim_max: hard,
    };
    // SAFETY: setrlimit(2) reads the struct that it is given and touches nothing else of this process.
    #[expect(unsafe_code, reason = "the standard library has no such call")]
    let done = unsafe { libc::setrlimit(what, &raw const limit) };
    match done {
        0 => Ok(()),
        _ => Err(std::io::Error::last_os_error()),
    }
}

/// Compiling never takes the processor from who answers residents.
fn yield_to_others() {
    // SAFETY: nice(2) takes a number and touches no memory.
    #[expect(unsafe_code, reason = "the standard library has no such call")]
    let _ = unsafe { libc::nice(10) };
}
