//! Holidays and make-up working days close and open working hours; an admin edits them.

use jiff::civil::{Date, Weekday, date};
use linli_core::{Admin, Refusal, act, calendar, holiday, view};
use linli_domain::holiday::SpecialDay;
use linli_domain::working_time::Minutes;
use linli_domain::*;
use linli_world::{HOUR, TOMORROW, World, installed, on_both, refusal};

async fn slots(
    world: &World,
    service: &linli_core::Service,
    day: Date,
) -> linli_core::Result<usize> {
    let free = view!(world.core, |work| calendar::free_slots(
        work,
        service,
        &[world.calendar],
        day,
        1,
        HOUR,
        None
    )
    .await)?;
    Ok(free.len())
}

on_both!(a_holiday_closes_and_a_make_up_day_opens, |world| {
    let service = installed(&world).await?;
    let admin = Admin::at_command_line();
    let saturday = date(2026, 11, 28);
    let name = Localised::new("区庆", "District day");
    assert_eq!(slots(&world, &service, TOMORROW).await?, 15);
    assert_eq!(slots(&world, &service, saturday).await?, 0);
    act!(world.core, |work| async {
        holiday::put(work, &admin, TOMORROW, SpecialDay::Holiday, &name).await?;
        let for_wednesday = SpecialDay::WorkingDay(Weekday::Wednesday);
        holiday::put(work, &admin, saturday, for_wednesday, &name).await
    }
    .await)?;
    assert_eq!(slots(&world, &service, TOMORROW).await?, 0);
    assert_eq!(slots(&world, &service, saturday).await?, 15);
    act!(world.core, |work| holiday::remove(work, &admin, TOMORROW)
        .await)?;
    assert_eq!(slots(&world, &service, TOMORROW).await?, 15);
    let again = act!(world.core, |work| holiday::remove(work, &admin, TOMORROW)
        .await);
    assert_eq!(refusal(again), Refusal::NotFound("special day"));
});

on_both!(the_published_year_is_imported_and_edited, |world| {
    let admin = Admin::at_command_line();
    for _ in 0..2 {
        let days = act!(world.core, |work| holiday::import_default(
            work, &admin, 2026
        )
        .await)?;
        assert_eq!(days, 39, "importing again changes nothing");
    }
    let (from, to) = (date(2026, 2, 14), date(2026, 2, 17));
    let found = view!(world.core, |work| holiday::list(work, from, to).await)?;
    let kinds: Vec<_> = found.iter().map(|row| row.special().unwrap()).collect();
    assert_eq!(
        kinds,
        [
            SpecialDay::WorkingDay(Weekday::Friday),
            SpecialDay::Holiday,
            SpecialDay::Holiday
        ]
    );
    let unknown = act!(world.core, |work| holiday::import_default(
        work, &admin, 2040
    )
    .await);
    assert!(matches!(
        refusal(unknown),
        Refusal::Field { field: "year", .. }
    ));
});

on_both!(what_cannot_be_is_refused, |world| {
    let admin = Admin::at_command_line();
    let name = Localised::new("调休", "Make-up");
    for (day, special) in [
        (date(2026, 11, 25), SpecialDay::WorkingDay(Weekday::Friday)),
        (date(2026, 11, 28), SpecialDay::WorkingDay(Weekday::Sunday)),
        (date(1990, 11, 28), SpecialDay::Holiday),
    ] {
        let put = act!(world.core, |work| holiday::put(
            work, &admin, day, special, &name
        )
        .await);
        assert!(
            matches!(refusal(put), Refusal::Field { field: "day", .. }),
            "{day}"
        );
    }
    let wide = view!(world.core, |work| holiday::list(
        work,
        date(2020, 1, 1),
        date(2026, 1, 1)
    )
    .await);
    assert!(matches!(refusal(wide), Refusal::Invalid(_)));
});

on_both!(a_clock_in_working_hours_stands_still_on_holidays, |world| {
    let admin = Admin::at_command_line();
    let minutes = Minutes {
        from: 540,
        to: 1_020,
    };
    let due = async || {
        view!(world.core, |work| async {
            let time = holiday::office_time(work, minutes).await?;
            Ok((time.add_working_minutes(work.now, 600).unwrap(), time.zone))
        }
        .await)
    };
    let (without, zone) = due().await?;
    assert_eq!(without.to_civil(&zone), TOMORROW.at(11, 0, 0, 0));
    let name = Localised::new("区庆", "District day");
    act!(world.core, |work| holiday::put(
        work,
        &admin,
        TOMORROW,
        SpecialDay::Holiday,
        &name
    )
    .await)?;
    let (with, zone) = due().await?;
    assert_eq!(with.to_civil(&zone), date(2026, 11, 26).at(11, 0, 0, 0));
});
