//! Places: who adds and names them, and where they belong.

use linli_core::store::StoreError;
use linli_core::store::housing::Building;
use linli_core::{Actor, Admin, Refusal, act, district, place, view};
use linli_domain::*;
use linli_world::{World, on_both, refusal};

fn staff(community: CommunityId) -> Actor {
    Admin::at_command_line().at(community).actor()
}

fn district_admin() -> Actor {
    Admin::at_command_line().actor()
}

async fn add_grid(world: &World, community: CommunityId, name: &str) -> linli_core::Result<GridId> {
    let actor = staff(community);
    act!(world.core, |work| async {
        Ok(place::add_grid(work, &actor, community, name).await?.id)
    }
    .await)
}

on_both!(the_district_keeps_subdistricts, |world| {
    let admin = district_admin();
    let name = Localised::new("春晖街道", "Chunhui Subdistrict");
    let added = act!(world.core, |work| place::add_subdistrict(
        work, &admin, "chunhui", &name
    )
    .await)?;
    let again = act!(world.core, |work| place::add_subdistrict(
        work, &admin, "chunhui", &name
    )
    .await);
    assert_eq!(refusal(again), Refusal::Taken("chunhui".into()));
    let by_staff = act!(world.core, |work| place::add_subdistrict(
        work,
        &staff(world.east),
        "other",
        &name
    )
    .await);
    assert_eq!(refusal(by_staff), Refusal::NotAllowed);

    let renamed = Localised::new("春晖", "Chunhui");
    act!(world.core, |work| async {
        place::rename_subdistrict(work, &admin, added.id, &renamed).await?;
        place::rename_community(work, &admin, world.east, &renamed).await?;
        place::assign_community(work, &admin, world.east, Some(added.id)).await
    }
    .await)?;
    let stranger = act!(world.core, |work| place::assign_community(
        work,
        &staff(world.west),
        world.west,
        Some(added.id)
    )
    .await);
    assert_eq!(refusal(stranger), Refusal::NotAllowed);
    let (subdistricts, communities) = view!(world.core, |work| async {
        Ok((
            place::list_subdistricts(work, None, 10).await?,
            place::list_communities(work, added.id, None, 10).await?,
        ))
    }
    .await)?;
    assert_eq!(subdistricts[0].name, renamed);
    assert_eq!(communities.len(), 1);
    assert_eq!(
        (communities[0].id, &communities[0].name),
        (world.east, &renamed)
    );
    act!(world.core, |work| place::assign_community(
        work, &admin, world.east, None
    )
    .await)?;
    let left = view!(world.core, |work| place::list_communities(
        work, added.id, None, 10
    )
    .await)?;
    assert!(left.is_empty(), "and to none again");
});

on_both!(a_building_belongs_to_a_grid_of_its_own_community, |world| {
    let (east, west) = (staff(world.east), staff(world.west));
    let grid = add_grid(&world, world.east, "第一网格").await?;
    let other = add_grid(&world, world.west, "第一网格").await?;
    let add = async |actor: &Actor, grid, name: &str| {
        act!(world.core, |work| place::add_building(
            work, actor, world.east, grid, name
        )
        .await)
    };
    let building = add(&east, Some(grid), "2号楼").await?;
    assert_eq!(
        refusal(add(&east, Some(other), "3号楼").await),
        Refusal::NotFound("grid")
    );
    assert_eq!(
        refusal(add(&west, None, "3号楼").await),
        Refusal::NotAllowed
    );
    assert_eq!(
        refusal(add(&east, None, " 2号楼 ").await),
        Refusal::Taken("2号楼".into())
    );
    assert!(matches!(
        refusal(add(&east, None, &"楼".repeat(41)).await),
        Refusal::Field {
            field: "building",
            ..
        }
    ));
    let of_grid = async || {
        view!(world.core, |work| place::list_buildings_of_grid(
            work, grid, None, 10
        )
        .await)
    };
    assert_eq!(of_grid().await?, std::slice::from_ref(&building));
    let change = async |actor: &Actor, name: &str, grid| {
        act!(world.core, |work| place::change_building(
            work,
            actor,
            building.id,
            name,
            grid
        )
        .await)
    };
    assert_eq!(
        refusal(change(&west, "5号楼", None).await),
        Refusal::NotFound("building")
    );
    assert_eq!(
        refusal(change(&east, "1号楼", None).await),
        Refusal::Taken("1号楼".into())
    );
    let changed: Building = change(&east, "5号楼", None).await?;
    assert_eq!((changed.name.as_str(), changed.grid_id), ("5号楼", None));
    assert!(of_grid().await?.is_empty());

    let mut work = world.core.begin(linli_core::Mode::Act).await?;
    let id = work.id();
    let direct = work.tx.create_building(id, world.east, "5号楼").await;
    assert!(
        matches!(direct, Err(StoreError::Exists { .. })),
        "the database refuses a second of that name: {direct:?}"
    );
});

on_both!(a_unit_may_hold_several_households, |world| {
    let actor = staff(world.east);
    let building = act!(world.core, |work| place::add_building(
        work, &actor, world.east, None, "7号楼"
    )
    .await)?;
    let add = async |actor: Actor, unit: &str| {
        act!(world.core, |work| place::add_household(
            work,
            &actor,
            building.id,
            unit
        )
        .await)
    };
    let first = add(actor, "101").await?;
    let second = add(actor, "101").await?;
    let third = add(actor, "102").await?;
    assert_eq!((first.number, second.number, third.number), (1, 2, 1));
    assert_eq!(
        refusal(add(staff(world.west), "101").await),
        Refusal::NotFound("building")
    );
    let moved = act!(world.core, |work| place::change_unit(
        work, &actor, third.id, "101"
    )
    .await)?;
    assert_eq!((moved.unit.as_str(), moved.number), ("101", 3));
    let found = act!(world.core, |work| district::household(
        work, world.east, "7号楼", "101"
    )
    .await)?;
    assert_eq!(found, first.id);
    let page = async |after: Option<(&str, i64)>| {
        view!(world.core, |work| place::list_households(
            work,
            &actor,
            building.id,
            after,
            2
        )
        .await)
    };
    assert_eq!(page(None).await?, [first, second]);
    assert_eq!(page(Some(("101", 2))).await?, [moved]);
});

on_both!(grids_are_listed_page_by_page, |world| {
    for name in ["丙", "甲", "乙"] {
        add_grid(&world, world.east, name).await?;
    }
    assert_eq!(
        refusal(add_grid(&world, world.east, "甲").await),
        Refusal::Taken("甲".into())
    );
    let page = async |after: Option<String>, limit| {
        view!(world.core, |work| place::list_grids(
            work,
            world.east,
            after.as_deref(),
            limit
        )
        .await)
    };
    let first = page(None, 2).await?;
    let rest = page(first.last().map(|grid| grid.name.clone()), 2).await?;
    assert_eq!((first.len(), rest.len()), (2, 1));
    assert!(matches!(
        refusal(page(None, 101).await),
        Refusal::Invalid(_)
    ));
    let renamed = act!(world.core, |work| place::rename_grid(
        work,
        &staff(world.east),
        rest[0].id,
        "丁"
    )
    .await);
    assert!(renamed.is_ok());
    let stranger = act!(world.core, |work| place::rename_grid(
        work,
        &staff(world.west),
        rest[0].id,
        "戊"
    )
    .await);
    assert_eq!(refusal(stranger), Refusal::NotFound("grid"));
});
