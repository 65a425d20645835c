//! What goes out, to whom, once; what happens when it fails or nobody reads it.

use linli_core::contact::{self, ContactRefusal};
use linli_core::outbox::{self, LEASE_MINUTES, Outcome, Outgoing};
use linli_core::{Admin, Login, Refusal, account, act, dead_letter, letter, notice, view};
use linli_domain::notice::{Channel, ChannelChoice, DeliveryState, MAX_ATTEMPTS};
use linli_domain::*;
use linli_store::StoreError;
use linli_store::notice::Notice;
use linli_store::outbox::Delivery;
use linli_world::{NOW, Result, World, on_both, refusal};
use std::collections::BTreeSet;
use uuid::Uuid;

const BASE: Option<&str> = Some("https://linli.example");
const ME: Uuid = Uuid::from_u128(1);
const OTHER: Uuid = Uuid::from_u128(2);

async fn tell(world: &World, person: PersonId, urgency: Urgency) -> Result<NoticeId> {
    let title = Localised::new("秘密标题", "secret title");
    let body = Localised::new("秘密内容", "secret body");
    Ok(act!(world.core, |work| notice::tell(
        work,
        person,
        None,
        title.clone(),
        body.clone(),
        urgency,
        None
    )
    .await)?)
}

async fn claim(world: &World, owner: Uuid) -> Result<Vec<Outgoing>> {
    Ok(act!(world.core, |work| outbox::claim(
        work, owner, BASE, 50
    )
    .await)?)
}

async fn conclude(world: &World, owner: Uuid, id: DeliveryId, outcome: Outcome) -> Result<bool> {
    Ok(act!(world.core, |work| outbox::conclude(
        work, owner, id, &outcome
    )
    .await)?)
}

async fn escalate(world: &World) -> Result<u32> {
    Ok(act!(world.core, |work| notice::escalate(work, 100).await)?)
}

async fn login(world: &World, person: PersonId) -> Result<Login> {
    Ok(view!(world.core, |work| Login::find(work, person).await)?.unwrap())
}

async fn deliveries(world: &World, id: NoticeId) -> Result<Vec<Delivery>> {
    Ok(view!(world.core, |work| async {
        Ok(work.tx.list_deliveries_of_notice(id).await?)
    }
    .await)?)
}

/// The notices of a person, newest first.
async fn notices(world: &World, person: PersonId) -> Result<Vec<Notice>> {
    let end = (Instant(i64::MAX), NoticeId(Uuid::max()));
    Ok(view!(world.core, |work| async {
        Ok(work.tx.list_notices(person, end, 100).await?)
    }
    .await)?)
}

async fn confirm_mail(world: &World, person: PersonId, email: &str) -> Result<()> {
    let login = login(world, person).await?;
    act!(world.core, |work| contact::set_email(work, &login, email)
        .await)?;
    let question = claim(world, ME).await?.remove(0);
    assert_eq!(
        (question.to.as_str(), question.channel),
        (email, Channel::Mail)
    );
    let token = question.text.split('/').next_back().unwrap();
    let token = token.split('\n').next().unwrap();
    act!(world.core, |work| contact::confirm_email(
        work,
        question.id,
        token
    )
    .await)?;
    assert!(conclude(world, ME, question.id, Outcome::Sent).await?);
    Ok(())
}

async fn staff(world: &World, person: PersonId, community: CommunityId) -> Result<()> {
    let admin = Admin::at_command_line();
    Ok(act!(world.core, |work| account::grant_community_staff(
        work,
        &admin,
        person,
        Some(community)
    )
    .await)?)
}

on_both!(
    what_goes_out_says_that_there_is_a_message_not_what_it_says,
    |world| {
        let id = tell(&world, world.li, Urgency::Important).await?;
        let sent = claim(&world, ME).await?;
        assert_eq!(sent.len(), 1);
        assert_eq!(
            (sent[0].channel, sent[0].to.as_str(), sent[0].locale),
            (Channel::Sms, "13800000000", Locale::En),
            "she has no mail address, so the telephone is next"
        );
        assert!(
            sent[0]
                .text
                .contains(&format!("https://linli.example/inbox/{id}"))
        );
        assert!(sent[0].text.contains("Test District"), "{}", sent[0].text);
        for word in ["secret", "李秀英"] {
            assert!(!sent[0].text.contains(word) && !sent[0].subject.contains(word));
        }
        assert!(claim(&world, OTHER).await?.is_empty(), "it is held");
        assert!(!conclude(&world, OTHER, sent[0].id, Outcome::Sent).await?);
        assert!(conclude(&world, ME, sent[0].id, Outcome::Sent).await?);
        assert!(
            !conclude(&world, ME, sent[0].id, Outcome::Sent).await?,
            "once"
        );
        assert_eq!(deliveries(&world, id).await?[0].state, DeliveryState::Sent);
    }
);

on_both!(at_night_only_what_is_urgent_goes_out, |world| {
    let night = NOW.plus_minutes(14 * 60);
    world.clock.set(night);
    tell(&world, world.li, Urgency::Important).await?;
    let urgent = tell(&world, world.wang, Urgency::Urgent).await?;
    let sent = claim(&world, ME).await?;
    assert_eq!(sent.len(), 1);
    assert_eq!(deliveries(&world, urgent).await?[0].id, sent[0].id);
    assert!(conclude(&world, ME, sent[0].id, Outcome::Sent).await?);
    world.clock.set(night.plus_minutes(8 * 60));
    assert_eq!(claim(&world, ME).await?.len(), 1, "at seven");
});

on_both!(many_who_claim_at_once_never_get_the_same, |world| {
    for _ in 0..20 {
        tell(&world, world.li, Urgency::Urgent).await?;
    }
    let mut racers = tokio::task::JoinSet::new();
    for racer in 1..=8_u128 {
        let core = world.core.clone();
        racers.spawn(async move {
            let owner = Uuid::from_u128(racer);
            let mut mine = Vec::new();
            loop {
                let some = act!(core, |work| outbox::claim(work, owner, BASE, 3).await).unwrap();
                if some.is_empty() {
                    return mine;
                }
                for message in some {
                    let sent = act!(core, |work| outbox::conclude(
                        work,
                        owner,
                        message.id,
                        &Outcome::Sent
                    )
                    .await)
                    .unwrap();
                    assert!(sent);
                    mine.push(message.id);
                }
            }
        });
    }
    let all: Vec<_> = racers.join_all().await.into_iter().flatten().collect();
    assert_eq!(all.len(), 20);
    assert_eq!(all.iter().collect::<BTreeSet<_>>().len(), 20);
});

on_both!(
    what_a_dead_process_held_is_sent_by_another_under_the_same_id,
    |world| {
        tell(&world, world.li, Urgency::Urgent).await?;
        let first = claim(&world, ME).await?;
        world.clock.set(NOW.plus_minutes(LEASE_MINUTES));
        let second = claim(&world, OTHER).await?;
        assert_eq!(first, second, "the same message, word for word");
        assert!(
            !conclude(&world, ME, first[0].id, Outcome::Sent).await?,
            "who comes back too late does nothing"
        );
        assert!(conclude(&world, OTHER, second[0].id, Outcome::Sent).await?);
    }
);

on_both!(
    a_channel_is_tried_again_with_growing_waits_and_then_given_up,
    |world| {
        let id = tell(&world, world.li, Urgency::Urgent).await?;
        let mut waits = Vec::new();
        let mut now = NOW;
        for attempt in 1..=MAX_ATTEMPTS {
            let claimed = claim(&world, ME).await?;
            let sms = claimed
                .iter()
                .find(|message| message.channel == Channel::Sms);
            let sms = sms.unwrap_or_else(|| unreachable!("attempt {attempt}: {claimed:?}"));
            let problem = Outcome::Failed("the gateway is down".into());
            assert!(conclude(&world, ME, sms.id, problem).await?);
            let stored = &deliveries(&world, id).await?[0];
            assert_eq!((stored.channel, stored.attempts), (Channel::Sms, attempt));
            if attempt < MAX_ATTEMPTS {
                waits.push((stored.next_try.0 - now.0) / 1_000_000);
                now = stored.next_try;
                world.clock.set(Instant(now.0 - 1));
                assert!(claim(&world, ME).await?.is_empty(), "not before its time");
                world.clock.set(now);
            } else {
                assert_eq!(stored.state, DeliveryState::Dead);
            }
        }
        for (wait, least) in waits
            .iter()
            .zip([30, 120, 480, 1_920, 7_680, 21_600, 21_600])
        {
            assert!((least..=least * 3 / 2).contains(wait), "{waits:?}");
        }
        let voice = claim(&world, ME).await?;
        assert_eq!(
            voice[0].channel,
            Channel::Voice,
            "the next channel takes its place at once"
        );

        let admin = login(&world, world.admin).await?.admin()?;
        let dead = view!(world.core, |work| dead_letter::list(work, &admin, None)
            .await)?;
        assert_eq!(
            (dead.len(), dead[0].problem.as_str()),
            (1, "the gateway is down")
        );
        let sms = dead[0].id;
        act!(world.core, |work| dead_letter::retry(work, &admin, sms)
            .await)?;
        let again = claim(&world, ME).await?;
        assert_eq!(again[0].id, sms, "under the same id");
        assert!(conclude(&world, ME, sms, Outcome::Refused("no such number".into())).await?);
        act!(world.core, |work| dead_letter::put_away(work, &admin, sms)
            .await)?;
        let gone = act!(world.core, |work| dead_letter::retry(work, &admin, sms)
            .await);
        assert_eq!(refusal(gone), Refusal::NotFound("dead letter"));
    }
);

on_both!(
    what_is_not_confirmed_goes_on_to_delegates_and_staff,
    |world| {
        staff(&world, world.wang, world.east).await?;
        staff(&world, world.zhao, world.west).await?;
        let id = tell(&world, world.li, Urgency::Urgent).await?;
        let mut now = NOW;
        let mut step = async |expected: &[(Channel, DeliveryState)]| -> Result<()> {
            now = now.plus_minutes(15);
            world.clock.set(Instant(now.0 - 1));
            assert_eq!(escalate(&world).await?, 0, "not before its time");
            world.clock.set(now);
            let (one, two) = tokio::join!(escalate(&world), escalate(&world));
            assert_eq!(one? + two?, 1, "once, whoever looks");
            let found = deliveries(&world, id).await?;
            let found: Vec<_> = found.iter().map(|d| (d.channel, d.state)).collect();
            assert_eq!(found, expected);
            Ok(())
        };
        let waiting = |channel| (channel, DeliveryState::Waiting);
        step(&[waiting(Channel::Sms), waiting(Channel::Voice)]).await?;
        assert!(notices(&world, world.daughter).await?.is_empty());
        step(&[waiting(Channel::Sms), waiting(Channel::Voice)]).await?;
        let told = notices(&world, world.daughter).await?;
        assert_eq!(
            (told.len(), told[0].origin_id, told[0].subject_id),
            (1, Some(id), Some(world.li))
        );
        assert!(
            !format!("{:?}", told[0]).contains("secret"),
            "not what it says"
        );
        assert!(notices(&world, world.wang).await?.is_empty());
        // The daughter's own notice climbs her own ladder, and goes to nobody else.
        let now = now.plus_minutes(15);
        world.clock.set(now);
        escalate(&world).await?;
        assert_eq!(
            notices(&world, world.wang).await?.len(),
            1,
            "staff of her community"
        );
        assert!(
            notices(&world, world.zhao).await?.is_empty(),
            "not of another"
        );
        for minutes in [15, 30, 45, 60, 75] {
            world.clock.set(now.plus_minutes(minutes));
            escalate(&world).await?;
        }
        assert_eq!(notices(&world, world.daughter).await?.len(), 1);
        assert_eq!(notices(&world, world.wang).await?.len(), 1);
        assert_eq!(escalate(&world).await?, 0, "it comes to an end");
    }
);

on_both!(a_confirmation_ends_it_all, |world| {
    let id = tell(&world, world.li, Urgency::Urgent).await?;
    let stranger = login(&world, world.wang).await?;
    let refused = act!(world.core, |work| notice::acknowledge(work, &stranger, id)
        .await);
    assert_eq!(refusal(refused), Refusal::NotFound("notice"));
    let li = login(&world, world.li).await?;
    act!(world.core, |work| notice::acknowledge(work, &li, id).await)?;
    assert!(
        claim(&world, ME).await?.is_empty(),
        "what was not sent yet is called off"
    );
    assert_eq!(
        deliveries(&world, id).await?[0].state,
        DeliveryState::Cancelled
    );
    world.clock.set(NOW.plus_days(3));
    assert_eq!(escalate(&world).await?, 0);

    // A delegate who says that she knows ends it too.
    let id = tell(&world, world.li, Urgency::Urgent).await?;
    for minutes in [15, 30] {
        world.clock.set(NOW.plus_days(3).plus_minutes(minutes));
        escalate(&world).await?;
    }
    let told = notices(&world, world.daughter).await?.remove(0);
    assert_eq!(told.origin_id, Some(id));
    let daughter = login(&world, world.daughter).await?;
    act!(world.core, |work| notice::acknowledge(
        work, &daughter, told.id
    )
    .await)?;
    world.clock.set(NOW.plus_days(6));
    assert_eq!(escalate(&world).await?, 0);
});

on_both!(a_routine_notice_that_was_read_does_not_go_out, |world| {
    confirm_mail(&world, world.li, "li@example.org").await?;
    let id = tell(&world, world.li, Urgency::Routine).await?;
    act!(world.core, |work| async {
        Ok(work.tx.mark_all_notices_read(world.li, NOW).await?)
    }
    .await)?;
    assert!(claim(&world, ME).await?.is_empty());
    assert_eq!(
        deliveries(&world, id).await?[0].state,
        DeliveryState::Cancelled
    );
    tell(&world, world.li, Urgency::Routine).await?;
    assert_eq!(claim(&world, ME).await?[0].to, "li@example.org");
});

on_both!(
    a_mail_address_is_used_once_its_owner_has_confirmed_it,
    |world| {
        let li = login(&world, world.li).await?;
        let set = async |email: &str| {
            act!(world.core, |work| contact::set_email(work, &li, email)
                .await)
        };
        assert_eq!(
            refusal(set("li@localhost").await),
            Refusal::Contact(ContactRefusal::NoMailAddress)
        );
        set("li@example.org").await?;
        tell(&world, world.li, Urgency::Routine).await?;
        let first = claim(&world, ME).await?;
        assert_eq!(first.len(), 1, "only the question goes to it");
        let token_of = |message: &Outgoing| {
            let end = message
                .text
                .split_once(&format!("{}/", message.id))
                .unwrap()
                .1;
            end.split('\n').next().unwrap().to_owned()
        };
        let confirm = async |id: DeliveryId, token: &str| {
            act!(world.core, |work| contact::confirm_email(work, id, token)
                .await)
        };
        let too_old = Refusal::Contact(ContactRefusal::LinkTooOld);
        assert_eq!(refusal(confirm(first[0].id, "0000").await), too_old);
        set("other@example.org").await?;
        let second = claim(&world, ME).await?;
        assert_eq!(
            refusal(confirm(first[0].id, &token_of(&first[0])).await),
            too_old,
            "the address has changed"
        );
        world.clock.set(NOW.plus_days(7));
        assert_eq!(
            refusal(confirm(second[0].id, &token_of(&second[0])).await),
            too_old
        );
        world.clock.set(NOW.plus_minutes(1));
        assert_eq!(
            confirm(second[0].id, &token_of(&second[0])).await?,
            world.li
        );
        let found = view!(world.core, |work| contact::find(work, world.li).await)?;
        assert!(found.email_confirmed.is_some());
        for number in 0..3 {
            set(&format!("li{number}@example.org")).await?;
        }
        assert_eq!(
            refusal(set("li9@example.org").await),
            Refusal::Contact(ContactRefusal::TooManyQuestions)
        );
        set("").await?;
        let found = view!(world.core, |work| contact::find(work, world.li).await)?;
        assert_eq!((found.email, found.email_confirmed), (None, None));
    }
);

on_both!(a_person_chooses_their_channels, |world| {
    confirm_mail(&world, world.li, "li@example.org").await?;
    let li = login(&world, world.li).await?;
    let choice = ChannelChoice {
        routine: BTreeSet::new(),
        important: [Channel::Voice].into(),
        urgent: [Channel::Mail].into(),
    };
    act!(world.core, |work| contact::choose(
        work,
        &li,
        choice.clone()
    )
    .await)?;
    tell(&world, world.li, Urgency::Routine).await?;
    assert!(claim(&world, ME).await?.is_empty(), "the inbox is enough");
    tell(&world, world.li, Urgency::Important).await?;
    assert_eq!(claim(&world, ME).await?[0].channel, Channel::Voice);
    tell(&world, world.li, Urgency::Urgent).await?;
    assert_eq!(claim(&world, ME).await?[0].channel, Channel::Mail);
});

on_both!(staff_print_the_letters_of_their_own_community, |world| {
    let li = login(&world, world.li).await?;
    let choice = ChannelChoice {
        important: [Channel::Letter].into(),
        ..ChannelChoice::default()
    };
    act!(world.core, |work| contact::choose(
        work,
        &li,
        choice.clone()
    )
    .await)?;
    let id = tell(&world, world.li, Urgency::Important).await?;
    let outgoing = claim(&world, ME).await?.remove(0);
    assert_eq!(
        (outgoing.channel, outgoing.to.as_str()),
        (Channel::Letter, "")
    );
    assert!(conclude(&world, ME, outgoing.id, Outcome::ToPrint).await?);
    let admin = Admin::at_command_line();
    let list = async |community| {
        let staff = admin.at(community);
        view!(world.core, |work| letter::list(work, &staff, None).await)
    };
    assert!(list(world.west).await?.is_empty());
    let letters = list(world.east).await?;
    assert_eq!(letters.len(), 1);
    assert_eq!(
        (letters[0].name.as_str(), letters[0].text.as_str()),
        ("李秀英", "secret body"),
        "what the host says itself stands there in full"
    );
    let letter = letters[0].id;
    let (east, west) = (admin.at(world.east), admin.at(world.west));
    let elsewhere = act!(world.core, |work| letter::printed(work, &west, letter)
        .await);
    assert_eq!(refusal(elsewhere), Refusal::NotFound("letter"));
    act!(world.core, |work| letter::printed(work, &east, letter)
        .await)?;
    let twice = act!(world.core, |work| letter::printed(work, &east, letter)
        .await);
    assert_eq!(refusal(twice), Refusal::NotFound("letter"));
    assert_eq!(deliveries(&world, id).await?[0].state, DeliveryState::Sent);
});

on_both!(
    the_database_itself_lets_a_notice_out_once_by_a_channel,
    |world| {
        let id = tell(&world, world.li, Urgency::Urgent).await?;
        let mut work = world.core.begin(linli_core::Mode::Act).await?;
        let mut again = work.tx.list_deliveries_of_notice(id).await?.remove(0);
        again.id = work.id();
        let error = work.tx.create_delivery(&again).await.unwrap_err();
        assert!(matches!(error, StoreError::Exists { .. }), "{error}");
    }
);

on_both!(nobody_writes_to_the_dead, |world| {
    let id = tell(&world, world.li, Urgency::Urgent).await?;
    act!(world.core, |work| async {
        let mut registration = work.tx.find_registration(world.li).await?.unwrap();
        registration.died = Some(jiff::civil::date(2026, 11, 24));
        Ok(work.tx.update_registration(&registration).await?)
    }
    .await)?;
    assert!(claim(&world, ME).await?.is_empty());
    assert_eq!(
        deliveries(&world, id).await?[0].state,
        DeliveryState::Skipped
    );
});

on_both!(what_failed_is_not_tried_again_at_night, |world| {
    // 21:59; half a minute later it is quiet.
    world.clock.set(NOW.plus_minutes(13 * 60 - 1));
    let id = tell(&world, world.li, Urgency::Important).await?;
    let sent = claim(&world, ME).await?;
    world.clock.set(NOW.plus_minutes(13 * 60));
    assert!(conclude(&world, ME, sent[0].id, Outcome::Failed("busy".into())).await?);
    let seven = NOW.plus_minutes(22 * 60);
    assert_eq!(deliveries(&world, id).await?[0].next_try, seven);
    // Nor what a process held that died; that costs it no attempt.
    world.clock.set(seven);
    claim(&world, ME).await?;
    let night = seven.plus_minutes(16 * 60);
    world.clock.set(night);
    assert!(claim(&world, OTHER).await?.is_empty());
    let waiting = &deliveries(&world, id).await?[0];
    assert_eq!(
        (waiting.next_try, waiting.attempts),
        (seven.plus_days(1), 2)
    );
    // Nor what an admin has tried again.
    world.clock.set(seven.plus_days(1));
    let sent = claim(&world, ME).await?;
    assert!(conclude(&world, ME, sent[0].id, Outcome::Refused("no".into())).await?);
    world.clock.set(night.plus_days(1));
    let admin = Admin::at_command_line();
    act!(world.core, |work| dead_letter::retry(
        work, &admin, sent[0].id
    )
    .await)?;
    assert_eq!(
        deliveries(&world, id).await?[0].next_try,
        seven.plus_days(2)
    );
});

on_both!(a_sender_that_dies_again_and_again_has_an_end, |world| {
    let id = tell(&world, world.li, Urgency::Urgent).await?;
    for _ in 0..MAX_ATTEMPTS {
        assert_eq!(claim(&world, ME).await?.len(), 1);
        let now = world.core.now();
        world.clock.set(now.plus_minutes(LEASE_MINUTES));
    }
    let next = claim(&world, ME).await?;
    let made = deliveries(&world, id).await?;
    let dead: Vec<_> = made
        .iter()
        .filter(|delivery| delivery.state == DeliveryState::Dead)
        .collect();
    assert_eq!(dead.len(), 1, "{made:?}");
    assert!(dead[0].problem.contains("begun 8 times"));
    assert!(next.is_empty());
    assert_eq!(claim(&world, ME).await?.len(), 1, "the next channel");
});
