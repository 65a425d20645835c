//! What `linli-core` promises, on both databases.

#![expect(
    clippy::unwrap_used,
    reason = "a test that finds nothing there has failed"
)]

mod access;
mod booking;
mod privacy;
mod publishing;
mod storage;
mod timers;

use linli_core::{Error, Refusal};
use linli_domain::slot::{Range, SlotRules};
use linli_domain::*;
use linli_tests::world::{World, manifest};

/// The refusal that an operation answered.
fn refusal<T: std::fmt::Debug>(result: linli_core::Result<T>) -> Refusal {
    match result {
        Err(Error::Refused(refusal)) => refusal,
        other => panic!("expected a refusal, got {other:?}"),
    }
}

/// One hour, without buffer or notice.
const HOUR: SlotRules = SlotRules {
    minutes: 60,
    buffer_minutes: 0,
    notice_minutes: 0,
};

/// An hour of tomorrow, which begins at `hour`.
fn tomorrow(hour: i8) -> Range {
    let zone = jiff::tz::TimeZone::get("Asia/Shanghai").unwrap();
    let starts =
        Instant::from_civil(linli_tests::world::TOMORROW.at(hour, 0, 0, 0), &zone).unwrap();
    Range::new(starts, starts.plus_minutes(60))
}

/// An installation of `care/visits` in `east`; what its component holds does not matter here.
async fn installed(world: &World) -> anyhow::Result<linli_core::Service> {
    let id = world
        .enable(manifest("care/visits"), b"a component", Default::default())
        .await?;
    world.service(id).await
}
