//! Residents: households, moving, registration, death; roles that end.

use jiff::civil::date;
use linli_core::account::RoleGrant;
use linli_core::caller::VOLUNTEER;
use linli_core::resident::{Move, ResidentRefusal};
use linli_core::service::ActingFor;
use linli_core::store::StoreError;
use linli_core::store::resident::Listed;
use linli_core::{
    Actor, Admin, Login, Mode, Refusal, Result, account, act, district, household, resident, view,
};
use linli_domain::*;
use linli_world::{PASSWORD, World, on_both, refusal};
use std::collections::{BTreeMap, BTreeSet};

fn staff(community: CommunityId) -> Actor {
    Admin::at_command_line().at(community).actor()
}

fn district_admin() -> Actor {
    Admin::at_command_line().actor()
}

fn to(community: CommunityId, household: Option<HouseholdId>) -> Move {
    Move {
        community,
        household,
        reason: "测试".into(),
    }
}

async fn home(world: &World, community: CommunityId, unit: &str) -> HouseholdId {
    act!(world.core, |work| district::household(
        work, community, "9号楼", unit
    )
    .await)
    .unwrap()
}

async fn move_in(world: &World, actor: Actor, person: PersonId, to: Move) -> Result<()> {
    act!(world.core, |work| resident::move_in(
        work, &actor, person, &to
    )
    .await)
}

async fn members(world: &World, household: HouseholdId) -> Vec<Listed> {
    view!(world.core, |work| household::list_members(
        work,
        &district_admin(),
        household
    )
    .await)
    .unwrap()
}

fn relations(members: &[Listed]) -> BTreeMap<PersonId, Option<&str>> {
    members
        .iter()
        .map(|member| (member.id, member.relation.as_deref()))
        .collect()
}

on_both!(who_gives_a_resident_away_decides_where_to, |world| {
    let (east, west) = (staff(world.east), staff(world.west));
    let flat = home(&world, world.west, "101").await;
    assert_eq!(
        refusal(move_in(&world, west, world.li, to(world.west, None)).await),
        Refusal::Resident(ResidentRefusal::LivesElsewhere),
        "nobody is pulled away from their community"
    );
    assert_eq!(
        refusal(move_in(&world, west, world.li, to(world.east, None)).await),
        Refusal::NotAllowed
    );
    assert_eq!(
        refusal(move_in(&world, east, world.li, to(world.east, Some(flat))).await),
        Refusal::NotFound("household"),
        "a household of another community"
    );
    world.clock.set(world.core.now().plus_days(1));
    move_in(&world, east, world.li, to(world.west, Some(flat))).await?;
    let found = view!(world.core, |work| resident::find(work, &west, world.li)
        .await)?;
    assert_eq!(
        (found.community_id, found.household_id),
        (Some(world.west), Some(flat))
    );
    let gone = view!(world.core, |work| resident::find(work, &east, world.li)
        .await);
    assert_eq!(refusal(gone), Refusal::NotFound("person"));

    let out = async |actor: Actor| {
        act!(world.core, |work| resident::move_out(
            work,
            &actor,
            world.li,
            "去外地"
        )
        .await)
    };
    assert_eq!(refusal(out(east).await), Refusal::NotFound("person"));
    world.clock.set(world.core.now().plus_days(1));
    out(west).await?;
    world.clock.set(world.core.now().plus_days(1));
    move_in(&world, east, world.li, to(world.east, None)).await?;
    let stays = view!(world.core, |work| resident::list_stays(
        work, &east, world.li, None, 10
    )
    .await)?;
    let places: Vec<_> = stays
        .iter()
        .map(|stay| (stay.community_id, stay.ended_by.as_deref()))
        .collect();
    assert_eq!(
        places,
        [
            (world.east, Some("move")),
            (world.west, Some("departure")),
            (world.east, None)
        ]
    );
    assert_eq!(
        (stays[1].household_id, stays[1].left_because.as_str()),
        (Some(flat), "去外地")
    );
    let rest = (stays[0].since, stays[0].id);
    let rest = view!(world.core, |work| resident::list_stays(
        work,
        &east,
        world.li,
        Some(rest),
        10
    )
    .await)?;
    assert_eq!(rest, stays[1..]);
});

on_both!(residents_are_listed_page_by_page_for_their_staff, |world| {
    let page = async |actor: Actor, after, limit| {
        view!(world.core, |work| resident::list(
            work, &actor, world.east, after, limit
        )
        .await)
    };
    let first = page(staff(world.east), None, 1).await?;
    let rest = page(staff(world.east), Some(first[0].id), 10).await?;
    let all: BTreeSet<_> = first.iter().chain(&rest).map(|listed| listed.id).collect();
    assert_eq!(all, BTreeSet::from([world.li, world.wang]));
    assert_eq!(
        refusal(page(staff(world.west), None, 10).await),
        Refusal::NotAllowed
    );
    assert!(matches!(
        refusal(page(staff(world.east), None, 0).await),
        Refusal::Invalid(_)
    ));
});

on_both!(
    a_household_has_one_head_and_may_be_split_and_joined,
    |world| {
        let east = staff(world.east);
        let flat = home(&world, world.east, "101").await;
        for person in [world.li, world.wang] {
            move_in(&world, east, person, to(world.east, Some(flat))).await?;
        }
        let head = async |actor: Actor, person| {
            act!(world.core, |work| household::name_head(
                work, &actor, person
            )
            .await)
        };
        let relate = async |person, relation: &str| {
            act!(world.core, |work| household::relate(
                work,
                &east,
                person,
                Some(relation)
            )
            .await)
        };
        head(east, world.li).await?;
        relate(world.wang, "spouse").await?;
        assert!(matches!(
            refusal(relate(world.wang, "head").await),
            Refusal::Field {
                field: "relation",
                ..
            }
        ));
        assert_eq!(
            refusal(head(staff(world.west), world.wang).await),
            Refusal::NotFound("person")
        );
        assert_eq!(
            relations(&members(&world, flat).await),
            BTreeMap::from([(world.li, Some("head")), (world.wang, Some("spouse"))])
        );
        let mut work = world.core.begin(Mode::Act).await?;
        let mut second = work.tx.find_registration(world.wang).await?.unwrap();
        second.relation = Some("head".into());
        let second = work.tx.update_registration(&second).await;
        assert!(
            matches!(second, Err(StoreError::Exists { .. })),
            "the database refuses a second head: {second:?}"
        );
        drop(work);
        head(east, world.wang).await?;
        assert_eq!(
            relations(&members(&world, flat).await),
            BTreeMap::from([(world.li, None), (world.wang, Some("head"))]),
            "relations to the former head are forgotten"
        );

        let split = async |leaving: &[PersonId]| {
            let leaving = leaving.iter().copied().collect();
            act!(world.core, |work| household::split(
                work, &east, flat, &leaving, "分户"
            )
            .await)
        };
        assert_eq!(
            refusal(split(&[world.li, world.wang]).await),
            Refusal::Resident(ResidentRefusal::Everybody)
        );
        assert_eq!(
            refusal(split(&[world.zhao]).await),
            Refusal::Resident(ResidentRefusal::NotOfHousehold)
        );
        let new = split(&[world.wang]).await?;
        assert_eq!((new.unit.as_str(), new.number), ("101", 2));
        assert_eq!(
            relations(&members(&world, flat).await),
            BTreeMap::from([(world.li, None)])
        );
        assert_eq!(
            relations(&members(&world, new.id).await),
            BTreeMap::from([(world.wang, None)]),
            "the head of one household is not at once that of another"
        );
        let own = Actor {
            subject: Some(world.li),
            office: linli_core::Office::Resident,
            ..east
        };
        let see = async |household| {
            view!(world.core, |work| household::list_members(
                work, &own, household
            )
            .await)
        };
        assert_eq!(see(flat).await?.len(), 1);
        assert_eq!(refusal(see(new.id).await), Refusal::NotFound("household"));
        act!(world.core, |work| household::join(
            work, &east, new.id, flat, "并户"
        )
        .await)?;
        assert_eq!(members(&world, flat).await.len(), 2);
        assert!(members(&world, new.id).await.is_empty());
    }
);

on_both!(registered_and_actual_residence_stand_apart, |world| {
    let registered_in = home(&world, world.west, "303").await;
    let register = async |actor: Actor| {
        act!(world.core, |work| resident::register(
            work,
            &actor,
            world.li,
            Some("unregistered"),
            Some("西社区 9号楼 303"),
            Some(registered_in)
        )
        .await)
    };
    assert_eq!(
        refusal(register(staff(world.west)).await),
        Refusal::NotFound("person")
    );
    register(staff(world.east)).await?;
    let found = view!(world.core, |work| resident::find(
        work,
        &staff(world.east),
        world.li
    )
    .await)?;
    assert_eq!(found.registered_household_id, Some(registered_in));
    assert_ne!(found.household_id, Some(registered_in));
    assert_eq!(found.residence.as_deref(), Some("unregistered"));
});

on_both!(death_ends_home_roles_delegations_and_log_in, |world| {
    let east = staff(world.east);
    let die = async |actor: Actor, person, day| {
        act!(world.core, |work| resident::record_death(
            work,
            &actor,
            person,
            day,
            "证明 12 号"
        )
        .await)
    };
    let day = date(2026, 11, 20);
    assert_eq!(
        refusal(die(staff(world.west), world.li, day).await),
        Refusal::NotAllowed
    );
    assert!(matches!(
        refusal(die(east, world.li, date(2026, 11, 25)).await),
        Refusal::Field { field: "died", .. }
    ));
    let flat = home(&world, world.east, "101").await;
    move_in(&world, east, world.li, to(world.east, Some(flat))).await?;
    die(east, world.li, day).await?;
    let locked = account::log_in(&world.core, "li", PASSWORD, "192.0.2.1").await;
    assert_eq!(refusal(locked), Refusal::WrongPassword);
    let login = async |person| view!(world.core, |work| Login::find(work, person).await);
    assert!(
        login(world.li).await?.is_none(),
        "her sessions show nothing"
    );
    let daughter = login(world.daughter).await?.unwrap();
    assert!(daughter.delegation_for(world.li).is_none());
    let residents = view!(world.core, |work| resident::list(
        work, &east, world.east, None, 10
    )
    .await)?;
    assert_eq!(residents.len(), 1);
    assert_eq!(
        refusal(die(district_admin(), world.li, day).await),
        Refusal::Resident(ResidentRefusal::HasDied)
    );
    assert_eq!(
        refusal(move_in(&world, east, world.li, to(world.east, None)).await),
        Refusal::Resident(ResidentRefusal::HasDied)
    );
    die(district_admin(), world.worker, day).await?;
    let roles = view!(world.core, |work| async {
        Ok(work.tx.list_roles(world.worker, work.now).await?)
    }
    .await)?;
    assert!(roles.is_empty());
    let granted = act!(world.core, |work| account::grant_admin(
        work,
        &Admin::at_command_line(),
        world.li
    )
    .await);
    assert_eq!(refusal(granted), Refusal::NotFound("person"));

    let correct = async |actor: Actor| {
        act!(world.core, |work| resident::correct_death(
            work,
            &actor,
            world.li,
            "同名同姓"
        )
        .await)
    };
    assert_eq!(refusal(correct(east).await), Refusal::NotAllowed);
    correct(district_admin()).await?;
    assert_eq!(
        refusal(correct(district_admin()).await),
        Refusal::Resident(ResidentRefusal::IsAlive)
    );
    let back = view!(world.core, |work| resident::find(work, &east, world.li)
        .await)?;
    assert_eq!((back.household_id, back.died), (Some(flat), None));
    account::log_in(&world.core, "li", PASSWORD, "192.0.2.2").await?;
});

on_both!(a_role_lasts_as_long_as_it_was_granted_for, |world| {
    let admin = Admin::at_command_line();
    let grant = async |code: &str, organisation, expires| {
        act!(world.core, |work| account::grant_role(
            work,
            &admin,
            &RoleGrant {
                organisation,
                community: Some(world.east),
                expires,
                ..RoleGrant::of(world.wang, code)
            }
        )
        .await)
    };
    let roles = async || {
        view!(world.core, |work| async {
            Ok(work.tx.list_roles(world.wang, work.now).await?)
        }
        .await)
        .unwrap()
    };
    let care = Some(world.care);
    let week = world.core.now().plus_days(7);
    assert!(matches!(
        refusal(grant(VOLUNTEER, None, None).await),
        Refusal::Field { field: "role", .. }
    ));
    assert!(matches!(
        refusal(grant(VOLUNTEER, care, Some(world.core.now())).await),
        Refusal::Field {
            field: "expires",
            ..
        }
    ));
    grant(VOLUNTEER, care, Some(week)).await?;
    grant("enterprise-contact", care, None).await?;
    assert_eq!(roles().await.len(), 2);
    grant(VOLUNTEER, care, Some(week.plus_days(7))).await?;
    assert_eq!(roles().await.len(), 2, "the same role, longer");
    world.clock.set(week.plus_days(7));
    let left = roles().await;
    assert_eq!(left.len(), 1);
    assert_eq!(left[0].code, "enterprise-contact");
    let end = async || act!(world.core, |work| account::end_expired_roles(work).await);
    assert_eq!((end().await?, end().await?), (1, 0));
});

on_both!(
    a_death_recorded_in_error_gives_back_just_the_stay_that_it_ended,
    |world| {
        let (admin, east) = (district_admin(), staff(world.east));
        let stays = async |person| {
            view!(world.core, |work| async {
                let after = (Instant(i64::MIN), StayId(uuid::Uuid::nil()));
                Ok(work.tx.list_stays(person, after, 10).await?)
            }
            .await)
        };
        let error = async |person| {
            act!(world.core, |work| async {
                resident::record_death(work, &admin, person, date(2026, 11, 20), "证明").await?;
                resident::correct_death(work, &admin, person, "同名").await
            }
            .await)
        };
        // Where an account was made with a home, nobody ever moved: the home comes back.
        let before = stays(world.li).await?;
        assert_eq!(before.len(), 1, "an account's home is a stay");
        let home = before[0].household_id;
        error(world.li).await?;
        assert_eq!(stays(world.li).await?, before);
        let found = view!(world.core, |work| resident::find(work, &east, world.li)
            .await)?;
        assert_eq!(
            (found.community_id, found.household_id),
            (Some(world.east), home)
        );

        // Who had moved away before is not moved back in, also after a death that was corrected while they lived here.
        error(world.wang).await?;
        world.clock.set(world.core.now().plus_days(1));
        act!(world.core, |work| resident::move_out(
            work,
            &admin,
            world.wang,
            "去外地"
        )
        .await)?;
        world.clock.set(world.core.now().plus_days(1));
        error(world.wang).await?;
        let found = view!(world.core, |work| resident::find(work, &admin, world.wang)
            .await)?;
        assert_eq!((found.community_id, found.died), (None, None));
        assert_eq!(
            stays(world.wang).await?[0].ended_by.as_deref(),
            Some("departure")
        );
        world
            .sql("UPDATE stay SET ended_by = 'death' WHERE until IS NULL")
            .await
            .unwrap_err();
    }
);

on_both!(a_delegate_sees_of_a_household_whom_they_act_for, |world| {
    let registration = view!(world.core, |work| resident::find(
        work,
        &staff(world.east),
        world.li
    )
    .await)?;
    let home = registration.household_id.unwrap();
    let acting = async |person, acting| {
        let login = view!(world.core, |work| Login::find(work, person).await)?.unwrap();
        let actor = login.actor(acting)?;
        view!(world.core, |work| household::list_members(
            work, &actor, home
        )
        .await)
    };
    let own = acting(world.li, ActingFor::Own).await?;
    assert_eq!(own.len(), 2, "she and Wang");
    let delegate = acting(world.daughter, ActingFor::Resident(world.li)).await?;
    let seen: Vec<_> = delegate.iter().map(|member| member.id).collect();
    assert_eq!(seen, [world.li]);
});
