//! The wasmtime engine: how it is configured, and the thread that counts its epochs.

use crate::limit;
use wasmtime::{
    Config, Enabled, InstanceAllocationStrategy, PoolingAllocationConfig, WasmBacktraceDetails,
};

/// Slots of the pool for component instances; a little more than run at once.
const SLOTS: u32 = 128;
/// Bytes of a guest's memory that stay resident when a slot is used again.
const KEEP_RESIDENT: usize = 512 << 10;

const _: () = assert!(limit::CONCURRENT < SLOTS as usize);

/// Makes the engine and starts its clock.
pub(crate) fn start() -> wasmtime::Result<wasmtime::Engine> {
    let engine = wasmtime::Engine::new(&config())?;
    let weak = engine.weak();
    std::thread::Builder::new()
        .name("epochs".to_owned())
        .spawn(move || {
            loop {
                std::thread::sleep(limit::TICK);
                match weak.upgrade() {
                    Some(engine) => engine.increment_epoch(),
                    None => break,
                }
            }
        })?;
    Ok(engine)
}

/// The configuration of a process that only compiles: what it makes runs under [`start`]'s, without the pool.
pub(crate) fn compiling() -> Config {
    let mut config = code();
    config.parallel_compilation(false);
    config
}

fn config() -> Config {
    let mut pool = PoolingAllocationConfig::new();
    pool.total_component_instances(SLOTS)
        .total_core_instances(SLOTS * limit::CORE_INSTANCES as u32)
        .total_memories(SLOTS * limit::MEMORIES)
        .total_tables(SLOTS * limit::MEMORIES)
        .total_stacks(SLOTS)
        .max_core_instances_per_component(limit::CORE_INSTANCES as u32)
        .max_memories_per_component(limit::MEMORIES)
        .max_tables_per_component(limit::MEMORIES)
        .table_elements(limit::TABLE_ELEMENTS)
        .max_memory_size(limit::MOST_MEMORY);
    let resident = may_stay_resident();
    tracing::info!(
        resident,
        "memory of finished invocations is {}",
        if resident {
            "reset in place: this machine has no swap"
        } else {
            "given back to the system"
        }
    );
    if resident {
        pool.pagemap_scan(Enabled::Yes)
            .linear_memory_keep_resident(KEEP_RESIDENT);
    } else {
        pool.pagemap_scan(Enabled::No)
            .linear_memory_keep_resident(0)
            .table_keep_resident(0);
    }
    let mut config = code();
    config.allocation_strategy(InstanceAllocationStrategy::Pooling(pool));
    config
}

/// What the machine code depends on.
fn code() -> Config {
    let mut config = Config::new();
    config
        .memory_init_cow(true)
        .epoch_interruption(true)
        .concurrency_support(false)
        .wasm_component_model(true)
        .wasm_bulk_memory(true)
        .wasm_multi_value(true)
        .wasm_multi_memory(true)
        .wasm_extended_const(true)
        .wasm_tail_call(true)
        .wasm_simd(true)
        .wasm_relaxed_simd(false)
        .wasm_memory64(false)
        .wasm_backtrace_details(WasmBacktraceDetails::Disable)
        // NaN bits are the one thing in which machines differ: an invocation is a function of its inputs.
        .cranelift_nan_canonicalization(true);
    config
}

/// Whether a slot's memory may be reset by scanning which pages are dirty. The scan sees only present pages: a dirty page
/// that was swapped out would be missed and the next invocation would see it. So only where nothing can be swapped.
fn may_stay_resident() -> bool {
    let swaps = std::fs::read_to_string("/proc/swaps").unwrap_or_default();
    has_no_swap(&swaps) && PoolingAllocationConfig::is_pagemap_scan_available()
}

/// Whether `/proc/swaps` lists nothing below its header.
fn has_no_swap(swaps: &str) -> bool {
    let mut lines = swaps.lines();
    lines.next().is_some() && lines.all(|line| line.trim().is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::hash::{DefaultHasher, Hash as _, Hasher as _};

    #[test]
    fn what_a_worker_compiles_runs_here() {
        let hash = |config: &Config| {
            let engine = wasmtime::Engine::new(config).unwrap();
            let mut hasher = DefaultHasher::new();
            engine.precompile_compatibility_hash().hash(&mut hasher);
            hasher.finish()
        };
        assert_eq!(hash(&compiling()), hash(&config()));
    }

    #[test]
    fn memory_stays_resident_only_where_nothing_can_be_swapped() {
        let header = "Filename\t\t\t\tType\t\tSize\t\tUsed\t\tPriority\n";
        assert!(has_no_swap(header));
        assert!(!has_no_swap(&format!(
            "{header}/dev/sda2                               partition\t999420\t0\t-2\n"
        )));
        assert!(
            !has_no_swap(""),
            "what cannot be read is taken for the worse"
        );
    }
}
