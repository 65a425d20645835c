//! Five hundred want the same hour.

use super::*;
use linli_core::booking;
use linli_world::{on_both, tomorrow};

async fn race(world: &World, places: usize) -> linli_world::Result<()> {
    let concurrency = i64::try_from(places)?;
    let id = room(world, concurrency, SpaceRules::default()).await?;
    let mut racers = tokio::task::JoinSet::new();
    for racer in 0..500 {
        let person = if racer % 2 == 0 { world.li } else { world.wang };
        // Not all want the same half hour: what overlaps is what counts.
        let range = if racer % 3 == 0 {
            Range::new(tomorrow(10).starts, tomorrow(11).ends)
        } else {
            tomorrow(10)
        };
        let (core, draft) = (world.core.clone(), draft(id, person, range));
        racers.spawn(
            async move { act!(core, |work| booking::book(work, &of(person), &draft).await) },
        );
    }
    let results = racers.join_all().await;
    let won = results.iter().filter(|result| result.is_ok()).count();
    assert_eq!(won, places);
    for lost in results.into_iter().filter(Result::is_err) {
        assert_eq!(space_refusal(lost), SpaceRefusal::Full);
    }
    Ok(())
}

on_both!(
    of_500_racers_for_a_room_one_wins_and_each_loser_is_told,
    |world| {
        race(&world, 1).await?;
    }
);

on_both!(of_500_racers_for_seven_tables_seven_win, |world| {
    race(&world, 7).await?;
});
