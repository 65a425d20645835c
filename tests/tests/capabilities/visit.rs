//! `appointments` and `calendars`: holds, round robin, the waiting list, who is on duty.

use crate::probe::{Probe, done, id, refused};
use linli_world::{on_both, resident, tomorrow, worker};

on_both!(a_slot_is_held_confirmed_and_waited_for, |world| {
    let probe = Probe::new(&world).await?;
    let (li, wang, staff) = (
        resident(world.li),
        resident(world.wang),
        worker(world.worker),
    );
    let (li_ref, wang_ref) = (probe.person(world.li)?, probe.person(world.wang)?);
    for call in [
        "book-any",
        "hold",
        "confirm",
        "join-waiting",
        "leave-waiting",
    ] {
        probe
            .cannot_write(&li, &format!("appointments.{call}"))
            .await?;
    }
    let calendar = world.calendar.to_string();
    let nine = tomorrow(9);
    let at = nine.starts.0.to_string();
    let said = probe.view(&li, "calendars.on-duty", &[("at", &at)]).await?;
    assert!(said.contains(&calendar), "{said}");
    let midnight = tomorrow(0).starts.0.to_string();
    assert_eq!(
        probe
            .view(&li, "calendars.on-duty", &[("at", &midnight)])
            .await?,
        "Ok([])"
    );

    let (starts, ends) = (nine.starts.0.to_string(), nine.ends.0.to_string());
    let slot = |calendar, resident| {
        [
            ("calendar", calendar),
            ("starts", starts.as_str()),
            ("ends", ends.as_str()),
            ("resident", resident),
            ("minutes", "5"),
        ]
    };
    refused(
        &probe
            .act(&li, "appointments.hold", &slot(&calendar, &wang_ref))
            .await?,
        "NotAllowed",
    );
    refused(
        &probe
            .act(&li, "appointments.hold", &slot("none", &li_ref))
            .await?,
        "NotFound",
    );
    let mut long = slot(&calendar, &li_ref);
    long[4].1 = "11";
    refused(
        &probe.act(&li, "appointments.hold", &long).await?,
        "minutes is 11",
    );
    let said = probe
        .act(&li, "appointments.hold", &slot(&calendar, &li_ref))
        .await?;
    assert!(said.contains("state: \"held\""), "{said}");
    let held = id(&said, "AppointmentRef")?;
    refused(
        &probe
            .act(&wang, "appointments.book-any", &slot(&calendar, &wang_ref))
            .await?,
        "none-free",
    );
    refused(
        &probe
            .act(&wang, "appointments.confirm", &[("appointment", &held)])
            .await?,
        "NotFound",
    );
    let said = probe
        .act(&li, "appointments.confirm", &[("appointment", &held)])
        .await?;
    assert!(said.contains("state: \"booked\""), "{said}");
    refused(
        &probe
            .act(&li, "appointments.confirm", &[("appointment", &held)])
            .await?,
        "wrong-state",
    );

    let wish = [
        ("resident", wang_ref.as_str()),
        ("calendar", &calendar),
        ("day", "2026-11-25"),
    ];
    let said = probe.act(&wang, "appointments.join-waiting", &wish).await?;
    let waiting = id(&said, "WaitingRef")?;
    refused(
        &probe.act(&wang, "appointments.join-waiting", &wish).await?,
        "waits-already",
    );
    let of_waiting = [("waiting", waiting.as_str())];
    assert_eq!(
        probe
            .view(&staff, "appointments.waiting-position", &of_waiting)
            .await?,
        "Ok(Some(1))"
    );
    refused(
        &probe
            .view(&li, "appointments.waiting-position", &of_waiting)
            .await?,
        "NotFound",
    );
    done(
        &probe
            .act(&li, "appointments.cancel", &[("appointment", &held)])
            .await?,
    );
    let said = probe
        .view(
            &wang,
            "appointments.list-of-resident",
            &[("resident", &wang_ref)],
        )
        .await?;
    assert!(said.contains("state: \"held\""), "it is offered: {said}");
    done(
        &probe
            .act(
                &wang,
                "appointments.confirm",
                &[("appointment", &id(&said, "AppointmentRef")?)],
            )
            .await?,
    );
});
