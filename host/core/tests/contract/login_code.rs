//! Codes to log in: who gets one, what it opens, and what guessing brings.

use linli_core::login_code::{self, ATTEMPTS, MINUTES};
use linli_core::outbox::{self, Outgoing};
use linli_core::{Refusal, account, act};
use linli_domain::notice::ChannelChoice;
use linli_domain::{DeliveryId, PersonId};
use linli_store::contact::Contact;
use linli_world::{NOW, Result, World, on_both, refusal};
use uuid::Uuid;

const HERE: &str = "192.0.2.1";

async fn has_mail(world: &World, person: PersonId, confirmed: bool) -> Result<()> {
    let contact = Contact {
        person_id: person,
        email: Some("li@example.org".into()),
        email_confirmed: confirmed.then_some(NOW),
        channels: ChannelChoice::default(),
        changed: NOW,
    };
    Ok(act!(world.core, |work| async {
        Ok(work.tx.put_contact(&contact).await?)
    }
    .await)?)
}

async fn mails(world: &World) -> Result<Vec<Outgoing>> {
    let owner = Uuid::from_u128(9);
    Ok(act!(world.core, |work| outbox::claim(
        work, owner, None, 10
    )
    .await)?)
}

fn digits(mail: &Outgoing) -> String {
    let digits: String = mail.text.chars().filter(char::is_ascii_digit).collect();
    digits.chars().take(6).collect()
}

async fn redeem(world: &World, id: DeliveryId, code: &str) -> Result<PersonId, Refusal> {
    match login_code::redeem(&world.core, id, code, HERE, None).await {
        Ok(entry) => Ok(entry.person),
        Err(error) => Err(error.refusal().cloned().unwrap()),
    }
}

on_both!(a_code_by_mail_opens_its_account_once, |world| {
    has_mail(&world, world.li, true).await?;
    let id = login_code::ask(&world.core, " LI ", HERE).await?;
    let [mail] = &mails(&world).await?[..] else {
        panic!("one mail")
    };
    assert_eq!((mail.to.as_str(), mail.id), ("li@example.org", id));
    let code = digits(mail);
    assert!(!mail.subject.contains(&code));
    let spaced = format!("{} {}", &code[..3], &code[3..]);
    assert_eq!(redeem(&world, id, &spaced).await, Ok(world.li));
    assert_eq!(redeem(&world, id, &code).await, Err(Refusal::WrongCode));
    let again = world
        .sql("UPDATE login_code SET used = NULL, attempts = 0")
        .await;
    assert!(again.is_err(), "the database keeps it used as well");
});

on_both!(
    a_code_is_for_the_session_that_asked_and_ten_minutes,
    |world| {
        has_mail(&world, world.li, true).await?;
        let id = login_code::ask(&world.core, "li", HERE).await?;
        let code = digits(&mails(&world).await?[0]);
        let elsewhere = login_code::ask(&world.core, "wang", HERE).await?;
        for foreign in [elsewhere, DeliveryId(Uuid::from_u128(5))] {
            assert_eq!(
                redeem(&world, foreign, &code).await,
                Err(Refusal::WrongCode)
            );
        }
        world.clock.set(NOW.plus_minutes(MINUTES));
        assert_eq!(redeem(&world, id, &code).await, Err(Refusal::WrongCode));
    }
);

on_both!(a_code_bears_five_guesses, |world| {
    has_mail(&world, world.li, true).await?;
    let id = login_code::ask(&world.core, "li", HERE).await?;
    let code = digits(&mails(&world).await?[0]);
    let wrong = if code == "000000" { "000001" } else { "000000" };
    for _ in 0..ATTEMPTS {
        assert_eq!(redeem(&world, id, wrong).await, Err(Refusal::WrongCode));
    }
    assert_eq!(redeem(&world, id, &code).await, Err(Refusal::WrongCode));
    let more = world.sql("UPDATE login_code SET attempts = 6").await;
    assert!(more.is_err());
});

on_both!(guesses_at_codes_made_at_once_are_five_too, |world| {
    has_mail(&world, world.li, true).await?;
    let id = login_code::ask(&world.core, "li", HERE).await?;
    let code = digits(&mails(&world).await?[0]);
    let wrong = if code == "000000" { "000001" } else { "000000" };
    let guesses: Vec<_> = (0..12)
        .map(|number| {
            let (core, address) = (world.core.clone(), format!("198.51.100.{number}"));
            tokio::spawn(async move { login_code::redeem(&core, id, wrong, &address, None).await })
        })
        .collect();
    for guess in guesses {
        assert_eq!(refusal(guess.await?), Refusal::WrongCode);
    }
    assert_eq!(
        redeem(&world, id, &code).await,
        Err(Refusal::WrongCode),
        "all five are used up"
    );
});

on_both!(asking_tells_nothing_about_an_account, |world| {
    // One with a confirmed address, one with an address that was not, one without, and nobody.
    has_mail(&world, world.li, true).await?;
    has_mail(&world, world.wang, false).await?;
    let mut rows = Vec::new();
    for name in ["li", "wang", "zhao", "nobody"] {
        let id = login_code::ask(&world.core, name, HERE).await?;
        rows.push(
            world
                .sql(&format!("UPDATE login_code SET attempts = attempts WHERE posted IS NULL AND used IS NULL AND attempts = 0 AND asked = {}", NOW.0))
                .await?,
        );
        assert_eq!(redeem(&world, id, "123456").await, Err(Refusal::WrongCode));
    }
    assert_eq!(rows, [1; 4], "each wrote one row and no delivery");
    let deliveries = world.sql("UPDATE delivery SET attempts = attempts").await?;
    assert_eq!(deliveries, 0, "until the background looks");
    let mails = mails(&world).await?;
    assert_eq!(mails.len(), 1, "and then only to whom it belongs");
    // As often as for anybody.
    for name in ["nobody", "li"] {
        for _ in 1..5 {
            login_code::ask(&world.core, name, HERE).await?;
        }
        let refused = refusal(login_code::ask(&world.core, name, HERE).await);
        assert!(matches!(refused, Refusal::LockedOut(_)), "{name}");
    }
    account::log_in(&world.core, "li", linli_world::PASSWORD, HERE).await?;
});

on_both!(an_address_asks_and_guesses_only_so_often, |world| {
    for number in 0..20 {
        login_code::ask(&world.core, &format!("name{number}"), HERE).await?;
    }
    let refused = refusal(login_code::ask(&world.core, "another", HERE).await);
    assert!(matches!(refused, Refusal::LockedOut(_)));
    login_code::ask(&world.core, "another", "192.0.2.2").await?;
});

on_both!(a_closed_account_gets_no_code, |world| {
    has_mail(&world, world.li, true).await?;
    let id = login_code::ask(&world.core, "li", HERE).await?;
    let code = digits(&mails(&world).await?[0]);
    world.sql("UPDATE account SET closed = 1").await?;
    assert_eq!(redeem(&world, id, &code).await, Err(Refusal::WrongCode));
    login_code::ask(&world.core, "li", HERE).await?;
    world.clock.set(NOW.plus_minutes(1));
    assert!(mails(&world).await?.is_empty());
});
