//! Roles by invitation: who may invite, who may accept, and how often.

use linli_core::caller::{COMMUNITY_STAFF, DISTRICT_ADMIN};
use linli_core::invitation::{self, DAYS, InvitationRefusal, NewInvitation};
use linli_core::{Admin, Login, Refusal, account, act, outbox, view};
use linli_domain::{DeliveryId, Locale, PersonId};
use linli_world::{NOW, Result, World, on_both, refusal};
use uuid::Uuid;

fn staff(email: &str) -> NewInvitation<'_> {
    NewInvitation {
        name: "新同事",
        email,
        locale: Locale::En,
        role: COMMUNITY_STAFF,
        organisation: None,
        community: None,
        role_expires: None,
    }
}

/// Invites by letter; answers the id and the code.
async fn invited(world: &World, new: &NewInvitation<'_>) -> Result<(DeliveryId, String)> {
    let admin = Admin {
        person: Some(world.admin),
    };
    Ok(act!(world.core, |work| async {
        let id = invitation::invite(work, &admin, new).await?;
        let (_, code) = invitation::letter(work, &admin, id).await?;
        Ok((id, code))
    }
    .await)?)
}

async fn login(world: &World, person: PersonId) -> Login {
    view!(world.core, |work| Login::find(work, person).await)
        .unwrap()
        .unwrap()
}

async fn accept(world: &World, person: PersonId, code: &str) -> linli_core::Result<()> {
    let login = login(world, person).await;
    act!(world.core, |work| invitation::accept(work, &login, code)
        .await)
}

fn over() -> Refusal {
    Refusal::Invitation(InvitationRefusal::Over)
}

on_both!(an_invitation_gives_its_role_once, |world| {
    let new = NewInvitation {
        community: Some(world.east),
        ..staff("")
    };
    let (id, code) = invited(&world, &new).await?;
    // As somebody types it from a letter.
    let typed = code.to_lowercase().replace('-', " ").replace('0', "o");
    accept(&world, world.zhao, &typed).await?;
    let zhao = login(&world, world.zhao).await;
    assert!(zhao.community_staff(world.east).is_ok() && zhao.community_staff(world.west).is_err());
    assert_eq!(refusal(accept(&world, world.wang, &code).await), over());
    assert_eq!(refusal(accept(&world, world.zhao, &code).await), over());
    let stolen = world
        .sql("UPDATE invitation SET accepted = NULL, accepted_by = NULL")
        .await;
    assert!(stolen.is_err(), "the database keeps it used as well");
    let other = world
        .sql("UPDATE invitation SET role = 'district-admin'")
        .await;
    assert!(other.is_err(), "and what it is for");
    let admin = Admin::at_command_line();
    let revoked = act!(world.core, |work| invitation::revoke(work, &admin, id)
        .await);
    assert_eq!(refusal(revoked), over());
});

on_both!(two_who_accept_at_once_are_one, |world| {
    let (_, code) = invited(&world, &staff("")).await?;
    let racers: Vec<_> = [world.li, world.wang, world.zhao, world.daughter]
        .map(|person| {
            let (core, code) = (world.core.clone(), code.clone());
            tokio::spawn(async move {
                let login = view!(core, |work| Login::find(work, person).await)?.unwrap();
                act!(core, |work| invitation::accept(work, &login, &code).await)
            })
        })
        .into_iter()
        .collect();
    let mut accepted = 0;
    for racer in racers {
        match racer.await? {
            Ok(()) => accepted += 1,
            Err(error) => assert_eq!(error.refusal(), Some(&over())),
        }
    }
    assert_eq!(accepted, 1);
});

on_both!(a_new_person_joins_with_an_account, |world| {
    let (_, code) = invited(&world, &staff("")).await?;
    let hash = account::hash_password(
        &mut linli_domain::random::Stream::new([7; 32]),
        "a good password",
    )
    .await?;
    let taken = act!(world.core, |work| invitation::accept_anew(
        work, &code, "li", &hash
    )
    .await);
    assert!(
        matches!(refusal(taken), Refusal::Taken(_)),
        "and the invitation is still open"
    );
    let person = act!(world.core, |work| invitation::accept_anew(
        work, &code, "newcomer", &hash
    )
    .await)?;
    let newcomer = login(&world, person).await;
    assert_eq!(newcomer.name, "新同事");
    assert!(newcomer.is_community_staff());
    assert_eq!(
        account::log_in(&world.core, "newcomer", "a good password", "192.0.2.1").await?,
        person
    );
});

on_both!(what_is_old_revoked_or_made_up_opens_nothing, |world| {
    let admin = Admin::at_command_line();
    let (id, code) = invited(&world, &staff("")).await?;
    act!(world.core, |work| invitation::revoke(work, &admin, id)
        .await)?;
    assert_eq!(refusal(accept(&world, world.li, &code).await), over());
    let letter = act!(world.core, |work| invitation::letter(work, &admin, id)
        .await);
    assert_eq!(refusal(letter), over());
    let (_, code) = invited(&world, &staff("")).await?;
    for made_up in ["", "0000-0000-0000-0000", &code[1..]] {
        assert_eq!(refusal(accept(&world, world.li, made_up).await), over());
    }
    world.clock.set(NOW.plus_days(DAYS));
    assert_eq!(refusal(accept(&world, world.li, &code).await), over());
    let late = world
        .sql(&format!(
            "UPDATE invitation SET accepted = expires, accepted_by = invited_by WHERE revoked IS NULL AND created = {}",
            NOW.0
        ))
        .await;
    assert!(late.is_err(), "the database looks at the time as well");
});

on_both!(who_is_no_admin_any_more_has_invited_nobody, |world| {
    let (_, code) = invited(&world, &staff("")).await?;
    world
        .sql("UPDATE role SET revoked = 1 WHERE code = 'district-admin'")
        .await?;
    assert_eq!(
        refusal(accept(&world, world.li, &code).await),
        Refusal::Invitation(InvitationRefusal::InviterGone)
    );
});

on_both!(an_invitation_names_a_role_that_there_is, |world| {
    let admin = Admin {
        person: Some(world.admin),
    };
    let wrong = [
        NewInvitation {
            organisation: Some(world.care),
            ..staff("")
        },
        NewInvitation {
            role: DISTRICT_ADMIN,
            community: Some(world.east),
            ..staff("")
        },
        NewInvitation {
            role: "care-worker",
            ..staff("")
        },
        NewInvitation {
            name: " ",
            ..staff("")
        },
        staff("no address"),
    ];
    for new in wrong {
        let refused = act!(world.core, |work| invitation::invite(work, &admin, &new)
            .await);
        let _ = refusal(refused);
    }
});

on_both!(an_invitation_by_mail_has_a_link_that_works, |world| {
    let (id, code) = invited(&world, &staff("new@example.org")).await?;
    let owner = Uuid::from_u128(9);
    let base = Some("https://linli.example");
    let mails = act!(world.core, |work| outbox::claim(work, owner, base, 10)
        .await)?;
    let [mail] = &mails[..] else {
        panic!("one mail")
    };
    assert_eq!((mail.to.as_str(), mail.id), ("new@example.org", id));
    assert!(
        mail.text
            .contains(&format!("https://linli.example/invitation?code={code}")),
        "{}",
        mail.text
    );
    accept(&world, world.li, &code).await?;
});
