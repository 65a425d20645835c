//! Spaces: facilities, bookings, waiting lists, series, black-outs, what is idle.

mod blackout;
mod booking;
mod facility;
mod inventory;
mod race;
mod series;
mod waiting;

use jiff::civil::date;
use linli_core::booking::{Draft, Party};
use linli_core::space::{self, SpaceInput, SpaceRefusal};
use linli_core::store::booking::Booking;
use linli_core::{Actor, Admin, Channel, Office, Refusal, act};
use linli_domain::recurrence::Recurrence;
use linli_domain::slot::{Range, WorkingHours};
use linli_domain::space::SpaceRules;
use linli_domain::*;
use linli_world::{World, refusal};

/// A resident at the web for themself.
pub(crate) fn of(person: PersonId) -> Actor {
    Actor {
        person: Some(person),
        subject: Some(person),
        office: Office::Resident,
        channel: Channel::Web,
    }
}

/// Staff of a community.
pub(crate) fn staff(community: CommunityId) -> Actor {
    Admin::at_command_line().at(community).actor()
}

/// Staff of the organisation in `east`, in a plugin.
pub(crate) fn worker(world: &World) -> Actor {
    Actor {
        person: Some(world.worker),
        subject: None,
        office: Office::Organisation(world.care, world.east),
        channel: Channel::Plugin,
    }
}

fn input(concurrency: i64, rules: SpaceRules) -> SpaceInput {
    SpaceInput {
        name: Localised::new("活动室", "Activity room"),
        place: "2号楼 3层".into(),
        kind: "room".into(),
        equipment: vec!["projector".into()],
        capacity: 20,
        concurrency,
        rules,
    }
}

fn hours(rule: &str, from_minute: u16, to_minute: u16) -> WorkingHours {
    WorkingHours {
        days: Recurrence::new(date(2026, 1, 1), rule).unwrap(),
        from_minute,
        to_minute,
        holidays: Default::default(),
    }
}

/// A space of `east`, open every day from 8 to 22.
pub(crate) async fn room(
    world: &World,
    concurrency: i64,
    rules: SpaceRules,
) -> linli_core::Result<SpaceId> {
    let staff = staff(world.east);
    act!(world.core, |work| async {
        let input = input(concurrency, rules.clone());
        let space = space::add(work, &staff, world.east, input).await?;
        space::add_hours(work, &staff, space.id, hours("FREQ=DAILY", 480, 1_320)).await?;
        Ok(space.id)
    }
    .await)
}

pub(crate) fn draft(space: SpaceId, person: PersonId, range: Range) -> Draft {
    Draft {
        space,
        range,
        party: Party::Resident(person),
        title: "下棋".into(),
        persons: 2,
    }
}

/// A resident books for themself.
pub(crate) async fn book(
    world: &World,
    space: SpaceId,
    person: PersonId,
    range: Range,
) -> linli_core::Result<Booking> {
    let draft = draft(space, person, range);
    act!(world.core, |work| linli_core::booking::book(
        work,
        &of(person),
        &draft
    )
    .await)
}

/// The rule of spaces that refused.
fn space_refusal<T: std::fmt::Debug>(result: linli_core::Result<T>) -> SpaceRefusal {
    match refusal(result) {
        Refusal::Space(refusal) => refusal,
        other => panic!("expected a rule of spaces, got {other:?}"),
    }
}

/// So many days later.
fn later(range: Range, days: i64) -> Range {
    Range::new(range.starts.plus_days(days), range.ends.plus_days(days))
}
