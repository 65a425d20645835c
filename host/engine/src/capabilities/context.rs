//! `linli:host/context` over the caller and the clock of the invocation.

use super::calendars::{civil_of, date_of};
use crate::bindings::linli::host::context::{Actor, ActorKind, Host, Invocation, LocalTime};
use crate::bindings::linli::host::types::PersonRef;
use crate::call::{Call, host_call};
use crate::trap::HostTrap;
use linli_core::CallerKind;
use linli_domain::Instant;

/// The most random bytes of one call.
const MAX_RANDOM: u32 = 256;

impl Host for Call {
    async fn current(&mut self) -> wasmtime::Result<Invocation> {
        host_call!(self, "context.current", {
            let run = self.run()?;
            let reference = |person| run.reference(person).map(|id| PersonRef { id });
            let kind = match run.caller.kind {
                CallerKind::Resident => ActorKind::Resident,
                CallerKind::Delegate => ActorKind::Delegate,
                CallerKind::Guardian => ActorKind::Guardian,
                CallerKind::Staff => ActorKind::Staff,
                CallerKind::Background => ActorKind::Background,
            };
            Ok(Invocation {
                actor: Actor {
                    kind,
                    person: run.caller.person.map(reference).transpose()?,
                    role: run.caller.role.clone(),
                },
                subject: run.caller.subject.map(reference).transpose()?,
                locale: run.caller.locale.tag().to_owned(),
                time_zone: run.service.zone.iana_name().unwrap_or("UTC").to_owned(),
                community: run.service.community.name.get(run.caller.locale).to_owned(),
                request_id: run.invocation.to_string(),
            })
        })
    }

    async fn now(&mut self) -> wasmtime::Result<i64> {
        host_call!(self, "context.now", { Ok(self.run()?.now.0) })
    }

    async fn random(&mut self, count: u32) -> wasmtime::Result<Vec<u8>> {
        host_call!(self, "context.random", {
            if count > MAX_RANDOM {
                let problem = format!("count is {count}; at most {MAX_RANDOM}");
                return Err(HostTrap::BadCall {
                    function: "context.random",
                    problem,
                }
                .into());
            }
            let mut bytes = vec![0; count as usize];
            self.run()?.bytes.fill(&mut bytes);
            Ok(bytes)
        })
    }

    async fn to_local(&mut self, at: i64) -> wasmtime::Result<LocalTime> {
        host_call!(self, "context.to-local", {
            let at = Instant(at.clamp(-Instant::BOUND, Instant::BOUND))
                .to_civil(&self.run()?.service.zone);
            let minute =
                u16::from(at.hour().unsigned_abs()) * 60 + u16::from(at.minute().unsigned_abs());
            Ok(LocalTime {
                date: date_of(at.date()),
                minute,
            })
        })
    }

    async fn from_local(&mut self, time: LocalTime) -> wasmtime::Result<Option<i64>> {
        host_call!(self, "context.from-local", {
            let hour = i8::try_from(time.minute / 60).unwrap_or(i8::MAX);
            let minute = i8::try_from(time.minute % 60).unwrap_or_default();
            let clock = jiff::civil::Time::new(hour, minute, 0, 0).ok();
            let zone = &self.run()?.service.zone;
            let at = civil_of(time.date)
                .zip(clock)
                .map(|(day, clock)| day.to_datetime(clock));
            Ok(at
                .and_then(|at| Instant::from_civil(at, zone))
                .map(|at| at.0))
        })
    }
}
