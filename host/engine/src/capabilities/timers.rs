//! `linli:host/timers` over [`linli_core::timer`].

use crate::bindings::linli::host::timers::{Host, TimerError};
use crate::call::{Call, answer, check_text, host_call, instant_of};
use crate::trap::HostTrap;
use linli_core::{Refusal, timer};

impl Host for Call {
    async fn set_timer(
        &mut self,
        key: String,
        due: i64,
        payload: String,
    ) -> wasmtime::Result<Result<(), TimerError>> {
        host_call!(self, "timers.set-timer", {
            self.writes("timers.set-timer")?;
            check_text("timers.set-timer", [key.as_str(), payload.as_str()])?;
            let due = match instant_of("due", due) {
                Ok(due) => due,
                Err(problem) => return Ok(Err(TimerError::Invalid(problem))),
            };
            let unit = self.unit().await?;
            let set = timer::set(unit.work, unit.service, &key, due, &payload).await;
            answer("timers.set-timer", set, |refusal| match refusal {
                Refusal::Invalid(problem) => Some(TimerError::Invalid(problem.clone())),
                Refusal::OverBudget(_) => Some(TimerError::TooMany),
                _ => None,
            })
        })
    }

    async fn clear_timer(&mut self, key: String) -> wasmtime::Result<bool> {
        host_call!(self, "timers.clear-timer", {
            self.writes("timers.clear-timer")?;
            check_text("timers.clear-timer", [key.as_str()])?;
            let unit = self.unit().await?;
            Ok(timer::clear(unit.work, unit.service, &key)
                .await
                .map_err(HostTrap::from)?)
        })
    }
}
