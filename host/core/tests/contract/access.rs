//! Who gets in: log-in, roles, communities, delegates.

use linli_core::delegation::{self, DelegationRefusal};
use linli_core::login::{self, Attempt};
use linli_core::service::{ActingFor, caller_for, list_menu, open_page};
use linli_core::{Actor, Admin, CallerKind, Login, Refusal, account, act, installation, view};
use linli_domain::*;
use linli_world::on_both;
use linli_world::{PASSWORD, World};
use linli_world::{installed, refusal};

async fn login_of(world: &World, person: PersonId) -> Login {
    view!(world.core, |work| Login::find(work, person).await)
        .unwrap()
        .unwrap()
}

on_both!(a_password_opens_one_account, |world| {
    assert_eq!(
        account::log_in(&world.core, " LI ", PASSWORD, "192.0.2.1").await?,
        world.li
    );
    for (name, password) in [("li", "wrong"), ("nobody", PASSWORD), ("", "")] {
        assert_eq!(
            refusal(account::log_in(&world.core, name, password, "192.0.2.1").await),
            Refusal::WrongPassword
        );
    }
});

on_both!(guessing_pauses_where_it_comes_from, |world| {
    for _ in 0..8 {
        assert_eq!(
            refusal(account::log_in(&world.core, "li", "wrong", "192.0.2.1").await),
            Refusal::WrongPassword
        );
    }
    let locked = refusal(account::log_in(&world.core, "li", PASSWORD, "192.0.2.1").await);
    assert!(matches!(locked, Refusal::LockedOut(_)), "{locked:?}");
    for (name, address) in [("wang", "192.0.2.1"), ("li", "192.0.2.9")] {
        assert!(
            account::log_in(&world.core, name, PASSWORD, address)
                .await
                .is_ok(),
            "others are not, nor is she elsewhere"
        );
    }
    world.clock.set(world.core.now().plus_minutes(16));
    assert!(
        account::log_in(&world.core, "li", PASSWORD, "192.0.2.1")
            .await
            .is_ok()
    );
});

fn attempt<'a>(password: &'a str, address: &'a str, device: Option<&'a str>) -> Attempt<'a> {
    Attempt {
        name: "li",
        password,
        address,
        device,
    }
}

on_both!(
    guesses_from_everywhere_pause_strangers_but_not_the_owner,
    |world| {
        let entry = login::log_in(&world.core, &attempt(PASSWORD, "192.0.2.1", None)).await?;
        let other = login::log_in(
            &world.core,
            &Attempt {
                name: "wang",
                ..attempt(PASSWORD, "192.0.2.1", None)
            },
        )
        .await?;
        let mut tried = 0;
        for number in 0..60 {
            let address = format!("198.51.100.{number}");
            match refusal(login::log_in(&world.core, &attempt("wrong", &address, None)).await) {
                Refusal::WrongPassword => tried += 1,
                other => assert!(matches!(other, Refusal::LockedOut(_)), "{other:?}"),
            }
        }
        assert_eq!(tried, 40, "of guesses from 60 addresses");
        for device in [None, Some("made.up"), Some(other.device.as_str())] {
            let strange = attempt(PASSWORD, "203.0.113.5", device);
            let paused = refusal(login::log_in(&world.core, &strange).await);
            assert!(matches!(paused, Refusal::LockedOut(_)), "{device:?}");
        }
        let own = attempt(PASSWORD, "203.0.113.5", Some(&entry.device));
        assert_eq!(
            login::log_in(&world.core, &own).await?,
            entry,
            "her own browser gets her in, from wherever"
        );
        // A stolen browser has as few guesses as anybody.
        for _ in 0..8 {
            let guess = attempt("wrong", "203.0.113.6", Some(&entry.device));
            assert_eq!(
                refusal(login::log_in(&world.core, &guess).await),
                Refusal::WrongPassword
            );
        }
        let guess = attempt(PASSWORD, "203.0.113.6", Some(&entry.device));
        let paused = refusal(login::log_in(&world.core, &guess).await);
        assert!(matches!(paused, Refusal::LockedOut(_)), "{paused:?}");
        // Nobody is shut out for good.
        world.clock.set(world.core.now().plus_minutes(61));
        account::log_in(&world.core, "li", PASSWORD, "203.0.113.7").await?;
    }
);

on_both!(guesses_made_at_once_do_not_outrun_the_lock, |world| {
    let guesses: Vec<_> = (0..24)
        .map(|_| {
            let core = world.core.clone();
            tokio::spawn(async move { account::log_in(&core, "li", "wrong", "192.0.2.1").await })
        })
        .collect();
    let mut verified = 0;
    for guess in guesses {
        match refusal(guess.await?) {
            Refusal::WrongPassword => verified += 1,
            other => assert!(matches!(other, Refusal::LockedOut(_)), "{other:?}"),
        }
    }
    assert_eq!(verified, 8);
});

on_both!(those_who_log_in_do_not_use_up_their_address, |world| {
    for _ in 0..45 {
        account::log_in(&world.core, "li", PASSWORD, "192.0.2.1").await?;
    }
});

on_both!(
    a_page_opens_for_whom_it_is_for_where_it_is_enabled,
    |world| {
        let service = installed(&world).await?;
        let plugin = service.plugin().clone();
        let open = async |person, acting, community: &str, path: &str| {
            let login = login_of(&world, person).await;
            view!(world.core, |work| open_page(
                work,
                &login,
                acting,
                Locale::En,
                community,
                &plugin,
                path
            )
            .await)
            .map(|(_, caller, _)| caller.kind)
        };
        assert_eq!(
            open(world.li, ActingFor::Own, "east", "/").await?,
            CallerKind::Resident
        );
        assert_eq!(
            open(world.worker, ActingFor::Own, "east", "/today").await?,
            CallerKind::Staff
        );
        assert_eq!(
            open(world.daughter, ActingFor::Resident(world.li), "east", "/").await?,
            CallerKind::Delegate
        );
        let absent = Refusal::NotFound("service");
        for (person, acting, community, path) in [
            (world.zhao, ActingFor::Own, "east", "/"),
            (world.zhao, ActingFor::Own, "west", "/"),
            (world.li, ActingFor::Own, "west", "/"),
            (world.li, ActingFor::Own, "nowhere", "/"),
            (world.li, ActingFor::Own, "east", "/today"),
            (world.worker, ActingFor::Own, "east", "/"),
            (world.daughter, ActingFor::Own, "east", "/"),
            (world.daughter, ActingFor::Resident(world.wang), "east", "/"),
            (world.wang, ActingFor::Resident(world.li), "east", "/"),
            (world.admin, ActingFor::Own, "east", "/"),
        ] {
            assert_eq!(
                refusal(open(person, acting, community, path).await),
                absent,
                "{person} {acting:?} {community} {path}"
            );
        }
        act!(world.core, |work| installation::disable(
            work,
            &Admin::at_command_line(),
            service.id()
        )
        .await)?;
        assert_eq!(
            refusal(open(world.li, ActingFor::Own, "east", "/").await),
            absent,
            "disabled"
        );
    }
);

on_both!(menus_list_what_is_for_somebody, |world| {
    let service = installed(&world).await?;
    let menu = async |person, acting| {
        let login = login_of(&world, person).await;
        let menu = view!(world.core, |work| list_menu(
            work,
            &login,
            acting,
            Locale::En
        )
        .await)
        .unwrap();
        menu.into_iter()
            .flat_map(|entry| entry.pages)
            .map(|page| page.path)
            .collect::<Vec<_>>()
    };
    assert_eq!(menu(world.li, ActingFor::Own).await, ["/"]);
    assert_eq!(menu(world.worker, ActingFor::Own).await, ["/today"]);
    assert_eq!(
        menu(world.daughter, ActingFor::Resident(world.li)).await,
        ["/"]
    );
    assert!(menu(world.daughter, ActingFor::Own).await.is_empty());
    assert!(menu(world.zhao, ActingFor::Own).await.is_empty());
    let page = service.manifest.page_of("/today").unwrap();
    assert!(
        caller_for(
            &service,
            &login_of(&world, world.li).await,
            ActingFor::Own,
            Locale::En,
            page
        )
        .is_none()
    );
});

on_both!(a_revoked_delegation_ends_at_once, |world| {
    installed(&world).await?;
    let admin = Admin::at_command_line();
    let acts = async || {
        let daughter = login_of(&world, world.daughter).await;
        daughter.delegation_for(world.li).is_some()
    };
    let delegate = async |kind: &str, expires| {
        act!(world.core, |work| account::delegate(
            work,
            &admin,
            world.li,
            world.daughter,
            kind,
            "form 2",
            expires
        )
        .await)
    };
    let revoke = async |actor: Actor| {
        act!(world.core, |work| delegation::revoke(
            work,
            &actor,
            world.li,
            world.daughter
        )
        .await)
    };
    assert!(acts().await);
    revoke(admin.actor()).await?;
    assert!(!acts().await);
    let absent = Refusal::NotFound("delegation");
    assert_eq!(refusal(revoke(admin.actor()).await), absent);

    let li = login_of(&world, world.li).await.actor(ActingFor::Own)?;
    let stranger = login_of(&world, world.wang).await.actor(ActingFor::Own)?;
    delegate("delegate", None).await?;
    assert_eq!(refusal(revoke(stranger).await), absent);
    revoke(li).await?;
    assert!(!acts().await, "the resident herself ended it");
    delegate("guardian", None).await?;
    assert_eq!(
        refusal(revoke(li).await),
        Refusal::Delegation(DelegationRefusal::GuardianByLaw),
        "what a court has decided is not hers to end"
    );
    assert!(acts().await);
});

on_both!(an_expired_delegation_can_be_renewed, |world| {
    let admin = Admin::at_command_line();
    let delegate = async |expires| {
        act!(world.core, |work| account::delegate(
            work,
            &admin,
            world.wang,
            world.daughter,
            "delegate",
            "form 3",
            expires
        )
        .await)
    };
    let acts = async || {
        let daughter = login_of(&world, world.daughter).await;
        daughter.delegation_for(world.wang).is_some()
    };
    delegate(Some(world.core.now().plus_days(1))).await?;
    assert!(acts().await);
    world.clock.set(world.core.now().plus_days(1));
    assert!(!acts().await);
    delegate(None).await?;
    assert!(acts().await);
});

on_both!(a_role_that_is_ended_is_gone_at_once, |world| {
    let admin = Admin::at_command_line();
    let role = login_of(&world, world.worker).await.roles[0].id;
    let revoke = async |person| {
        act!(world.core, |work| account::revoke_role(
            work, &admin, person, role
        )
        .await)
    };
    let absent = Refusal::NotFound("role");
    assert_eq!(refusal(revoke(world.li).await), absent, "not hers");
    revoke(world.worker).await?;
    assert!(!login_of(&world, world.worker).await.is_staff());
    let hours = view!(world.core, |work| async {
        Ok(work.tx.list_working_hours(world.calendar).await?)
    }
    .await)?;
    assert!(hours.is_empty(), "nobody can book her any more");
    assert_eq!(refusal(revoke(world.worker).await), absent);
    act!(world.core, |work| account::grant_staff_role(
        work,
        &admin,
        world.worker,
        world.care,
        Some(world.east),
        "care-worker"
    )
    .await)?;
    assert!(login_of(&world, world.worker).await.is_staff(), "again");
});

on_both!(only_admins_prove_to_be_one, |world| {
    assert!(login_of(&world, world.admin).await.admin().is_ok());
    assert_eq!(
        refusal(login_of(&world, world.li).await.admin()),
        Refusal::NotAllowed
    );
    let role = act!(world.core, |work| {
        account::grant_staff_role(
            work,
            &Admin::at_command_line(),
            world.li,
            world.care,
            None,
            "district-admin",
        )
        .await
    });
    assert!(matches!(
        refusal(role),
        Refusal::Field { field: "role", .. }
    ));
});
