//! `linli:host/log`: lines that go to the ledger.

use crate::bindings::linli::host::log::{Host, Level};
use crate::call::{Call, host_call};

impl Host for Call {
    async fn write(&mut self, level: Level, line: String) -> wasmtime::Result<()> {
        host_call!(self, "log.write", {
            let level = match level {
                Level::Debug => "debug",
                Level::Info => "info",
                Level::Warn => "warn",
                Level::Error => "error",
            };
            self.run()?.log(level, line);
            Ok(())
        })
    }
}
