//! `space-directory`, `space-bookings`.

use crate::probe::{Probe, done, id, ids, refused};
use linli_core::space::{self, SpaceInput};
use linli_core::{Admin, act};
use linli_domain::space::{OpenTo, SpaceRules};
use linli_domain::{CommunityId, Localised, SpaceId};
use linli_world::{Result, World, on_both, resident, tomorrow, worker};

async fn room(world: &World, community: CommunityId, open_to: &[OpenTo]) -> Result<SpaceId> {
    let actor = Admin::at_command_line().actor();
    let input = SpaceInput {
        name: Localised::new("活动室", "Activity room"),
        place: "2号楼 3层".into(),
        kind: "room".into(),
        equipment: vec!["projector".into()],
        capacity: 20,
        concurrency: 1,
        rules: SpaceRules {
            open_to: open_to.iter().copied().collect(),
            ..SpaceRules::default()
        },
    };
    Ok(act!(world.core, |work| async {
        let space = space::add(work, &actor, community, input.clone()).await?;
        space::add_hours(work, &actor, space.id, linli_world::office_hours()).await?;
        Ok(space.id)
    }
    .await)?)
}

on_both!(a_space_is_found_booked_moved_and_cancelled, |world| {
    let room = room(&world, world.east, &[OpenTo::Community])
        .await?
        .to_string();
    let elsewhere = self::room(&world, world.west, &[OpenTo::Community])
        .await?
        .to_string();
    let for_all = self::room(&world, world.west, &[OpenTo::District])
        .await?
        .to_string();
    let probe = Probe::new(&world).await?;
    let (caller, li) = (resident(world.li), probe.person(world.li)?);
    let said = probe
        .view(&caller, "space-directory.list-spaces", &[])
        .await?;
    assert_eq!(ids(&said, "SpaceRef"), std::slice::from_ref(&room));
    for (space, how) in [
        (&elsewhere, "Err(OperationError::NotFound"),
        (&for_all, "here: false"),
    ] {
        let said = probe
            .view(&caller, "space-directory.find", &[("space", space)])
            .await?;
        assert!(said.contains(how), "{said}");
    }
    let hours = [("space", room.as_str()), ("days", "1"), ("minutes", "60")];
    let said = probe
        .view(&caller, "space-directory.free-times", &hours)
        .await?;
    let (nine, ten) = (tomorrow(9), tomorrow(10));
    assert!(said.contains(&nine.starts.0.to_string()), "{said}");
    let said = probe
        .view(&caller, "space-directory.opening-hours", &hours)
        .await?;
    assert_eq!(said.matches("Period {").count(), 1, "{said}");

    for call in [
        "hold",
        "book",
        "confirm",
        "move-to",
        "cancel",
        "join-waiting",
        "leave-waiting",
    ] {
        probe
            .cannot_write(&caller, &format!("space-bookings.{call}"))
            .await?;
    }
    let (starts, ends) = (nine.starts.0.to_string(), nine.ends.0.to_string());
    let draft = |space, resident| {
        [
            ("space", space),
            ("resident", resident),
            ("starts", starts.as_str()),
            ("ends", ends.as_str()),
            ("title", "Chess"),
            ("persons", "4"),
        ]
    };
    let said = probe
        .act(&caller, "space-bookings.book", &draft(&elsewhere, &li))
        .await?;
    refused(&said, "NotFound");
    let wang = probe.person(world.wang)?;
    let said = probe
        .act(&caller, "space-bookings.book", &draft(&room, &wang))
        .await?;
    refused(&said, "NotAllowed");
    let said = probe
        .act(&caller, "space-bookings.hold", &draft(&room, &li))
        .await?;
    assert!(said.contains("state: \"held\""), "{said}");
    let booking = id(&said, "BookingRef")?;
    let said = probe
        .view(&caller, "space-directory.find-free", &draft(&room, &li))
        .await?;
    assert!(said.contains("items: []"), "{said}");
    // Another resident finds neither the booking nor the place free.
    let other = resident(world.wang);
    let said = probe
        .view(&other, "space-bookings.find", &[("booking", &booking)])
        .await?;
    refused(&said, "NotFound");
    let said = probe
        .act(&other, "space-bookings.book", &draft(&room, &wang))
        .await?;
    refused(&said, "code: \"full\"");
    let mut waits = draft(&room, &wang).to_vec();
    waits.push(("ask", "true"));
    let said = probe
        .act(&other, "space-bookings.join-waiting", &waits)
        .await?;
    assert!(said.contains("state: \"waiting\""), "{said}");
    let said = probe
        .act(&caller, "space-bookings.confirm", &[("booking", &booking)])
        .await?;
    assert!(said.contains("state: \"booked\""), "{said}");
    // It moves, and what became free is offered to who waits.
    let (starts, ends) = (ten.starts.0.to_string(), ten.ends.0.to_string());
    let to = [
        ("booking", booking.as_str()),
        ("starts", &starts),
        ("ends", &ends),
    ];
    let said = probe.act(&caller, "space-bookings.move-to", &to).await?;
    assert!(said.contains("sequence: 2"), "{said}");
    let said = probe
        .view(
            &other,
            "space-bookings.list-waiting",
            &[("resident", &wang)],
        )
        .await?;
    assert!(said.contains("state: \"offered\""), "{said}");
    let offered = id(&said, "BookingRef")?;
    done(
        &probe
            .act(&other, "space-bookings.confirm", &[("booking", &offered)])
            .await?,
    );
    let cancelled = [("booking", booking.as_str()), ("reason", "rain")];
    let said = probe
        .act(&caller, "space-bookings.cancel", &cancelled)
        .await?;
    assert!(said.contains("state: \"cancelled\""), "{said}");
    let listed = [("resident", li.as_str()), ("limit", "1")];
    let said = probe
        .view(&caller, "space-bookings.list-bookings", &listed)
        .await?;
    assert_eq!(ids(&said, "BookingRef"), [booking]);
    let said = probe
        .view(&other, "space-bookings.list-bookings", &listed)
        .await?;
    refused(&said, "NotAllowed");
    // Staff book for residents and see their organisation's own.
    let staff = worker(world.worker);
    let said = probe
        .view(&staff, "space-bookings.list-bookings", &[])
        .await?;
    assert!(said.contains("items: []"), "{said}");
    let far = [("resident", li.as_str()), ("since", "9223372036854775807")];
    let said = probe
        .view(&caller, "space-bookings.list-bookings", &far)
        .await?;
    refused(&said, "since is");
});
