//! Records, timers, notices, sessions, forms.

use linli_core::notice::{self, Draft, Format, Message, Recipient};
use linli_core::{Login, Refusal, Service, act, record, timer, view};
use linli_domain::*;
use linli_store::invocation::PendingForm;
use linli_store::notice::StoredArgument;
use linli_store::session::Session;
use linli_world::NOW;
use linli_world::on_both;
use linli_world::{installed, refusal};
use serde_json::json;

on_both!(records_have_versions, |world| {
    let service = installed(&world).await?;
    let put = async |key: &str, document: &str, expected| {
        act!(world.core, |work| record::put(
            work,
            &service,
            "notes",
            key,
            document,
            Some(world.li),
            expected
        )
        .await)
    };
    assert_eq!(put("a", r#"{"n":1}"#, Some(0)).await?, 1);
    assert_eq!(
        refusal(put("a", "{}", Some(0)).await),
        Refusal::VersionConflict(1)
    );
    assert_eq!(put("a", r#"{"n":2}"#, Some(1)).await?, 2);
    assert_eq!(put("a", r#"{"n":3}"#, None).await?, 3);
    assert_eq!(
        refusal(put("b", "{}", Some(4)).await),
        Refusal::VersionConflict(0)
    );
    for (key, document) in [
        ("", "{}"),
        (&"k".repeat(129), "{}"),
        ("k", "{"),
        ("k", r#""\u0000""#),
        ("k", &"9".repeat(65_537)),
    ] {
        assert!(
            matches!(refusal(put(key, document, None).await), Refusal::Invalid(_)),
            "{key:.10} {document:.10}"
        );
    }
    let undeclared = act!(world.core, |work| record::put(
        work, &service, "secrets", "a", "1", None, None
    )
    .await);
    assert_eq!(refusal(undeclared), Refusal::Undeclared("secrets".into()));
    let found = view!(world.core, |work| record::find(
        work, &service, "notes", "a"
    )
    .await)?
    .unwrap();
    assert_eq!(
        (found.document, found.subject_id),
        (json!({ "n": 3 }), Some(world.li))
    );
});

on_both!(records_are_listed_in_slices_and_by_subject, |world| {
    let service = installed(&world).await?;
    act!(world.core, |work| async {
        for number in 0..5 {
            let subject = (number % 2 == 0).then_some(world.li);
            record::put(
                work,
                &service,
                "notes",
                &format!("k{number}"),
                "1",
                subject,
                None,
            )
            .await?;
        }
        Ok(())
    }
    .await)?;
    let list = async |subject, after: &str, limit| {
        let list = view!(world.core, |work| record::list(
            work, &service, "notes", subject, after, limit
        )
        .await);
        list.map(|list| {
            list.into_iter()
                .map(|record| record.key)
                .collect::<Vec<_>>()
        })
    };
    assert_eq!(list(None, "", 2).await?, ["k0", "k1"]);
    assert_eq!(list(None, "k1", 100).await?, ["k2", "k3", "k4"]);
    assert_eq!(list(Some(world.li), "k0", 100).await?, ["k2", "k4"]);
    assert!(matches!(
        refusal(list(None, "", 0).await),
        Refusal::Invalid(_)
    ));
    assert!(act!(world.core, |work| record::delete(
        work, &service, "notes", "k0"
    )
    .await)?);
    assert!(!act!(world.core, |work| record::delete(
        work, &service, "notes", "k0"
    )
    .await)?);
});

on_both!(two_installations_never_see_each_others_records, |world| {
    let service = installed(&world).await?;
    let id = world
        .enable(
            linli_world::manifest("care/other"),
            b"another",
            Default::default(),
        )
        .await?;
    let other = world.service(id).await?;
    act!(world.core, |work| record::put(
        work, &service, "notes", "a", "1", None, None
    )
    .await)?;
    assert!(
        view!(world.core, |work| record::find(work, &other, "notes", "a")
            .await)?
        .is_none()
    );
});

on_both!(a_timer_is_taken_once, |world| {
    let service = installed(&world).await?;
    act!(world.core, |work| timer::set(
        work,
        &service,
        "t",
        NOW.plus_minutes(5),
        "x"
    )
    .await)?;
    let due = async |now| {
        view!(world.core, |work| async {
            Ok(work.tx.list_due_timers(now, 10).await?)
        }
        .await)
    };
    assert!(due(NOW).await?.is_empty());
    let mut timers = due(NOW.plus_minutes(5)).await?;
    assert_eq!(timers.len(), 1);
    let claimed = timers.remove(0);
    act!(world.core, |work| timer::set(
        work,
        &service,
        "t",
        NOW.plus_minutes(9),
        "y"
    )
    .await)?;
    assert!(
        !act!(world.core, |work| async {
            Ok(work.tx.take_timer(&claimed).await?)
        }
        .await)?,
        "it was set anew"
    );
    let claimed = due(NOW.plus_minutes(9)).await?.remove(0);
    assert!(act!(world.core, |work| async {
        Ok(work
            .tx
            .postpone_timer(&claimed, 1, NOW.plus_minutes(20), false)
            .await?)
    }
    .await)?);
    assert!(due(NOW.plus_minutes(19)).await?.is_empty());
    let claimed = due(NOW.plus_minutes(20)).await?.remove(0);
    assert_eq!(claimed.attempts, 1);
    assert!(act!(world.core, |work| async {
        Ok(work.tx.take_timer(&claimed).await?)
    }
    .await)?);
    assert!(!act!(world.core, |work| timer::clear(work, &service, "t").await)?);
    assert!(matches!(
        refusal(act!(world.core, |work| timer::set(
            work, &service, "", NOW, ""
        )
        .await)),
        Refusal::Invalid(_)
    ));
});

struct Plain;
impl Format for Plain {
    fn instant(&self, at: Instant, _: &Service, _: Locale) -> String {
        at.to_rfc3339()
    }
}

on_both!(notices_reach_persons_delegates_and_roles, |world| {
    let service = installed(&world).await?;
    let message = |who| Message {
        key: "hello".into(),
        arguments: vec![("who".into(), who)],
    };
    let name_of_li = StoredArgument::Person {
        person: world.li,
        field: "name".into(),
    };
    let draft = Draft {
        title: message(StoredArgument::Text("<b>you</b>".into())),
        body: message(name_of_li),
        urgency: Urgency::Routine,
        path: Some("/".into()),
    };
    let send = async |to: Recipient, draft: &Draft| {
        let mut sent = 0;
        act!(world.core, |work| notice::send(
            work, &service, &to, draft, &mut sent
        )
        .await)
    };
    assert_eq!(send(Recipient::Person(world.li), &draft).await?, 1);
    assert_eq!(send(Recipient::DelegatesOf(world.li), &draft).await?, 1);
    assert_eq!(send(Recipient::DelegatesOf(world.wang), &draft).await?, 0);
    assert_eq!(
        send(Recipient::Role("care-worker".into()), &draft).await?,
        1
    );
    assert_eq!(
        refusal(send(Recipient::Role("boss".into()), &draft).await),
        Refusal::Undeclared("boss".into())
    );
    let missing = Draft {
        title: Message {
            key: "hello".into(),
            arguments: vec![],
        },
        ..draft.clone()
    };
    assert_eq!(
        refusal(send(Recipient::Person(world.li), &missing).await),
        Refusal::Undeclared("hello.who".into())
    );

    let inbox = async |person| {
        let login = view!(world.core, |work| Login::find(work, person).await)
            .unwrap()
            .unwrap();
        let mut read = Vec::new();
        let list = view!(world.core, |work| notice::list(
            work,
            &login,
            Locale::En,
            None,
            10,
            &Plain,
            &mut read
        )
        .await)
        .unwrap();
        (
            list.into_iter()
                .map(|notice| (notice.notice.id, notice.title, notice.body))
                .collect::<Vec<_>>(),
            login,
        )
    };
    let (mine, login) = inbox(world.li).await;
    assert_eq!(
        (mine[0].1.as_str(), mine[0].2.as_str()),
        ("hello <b>you</b>", "hello 李秀英")
    );
    assert_eq!(
        inbox(world.daughter).await.0[0].2,
        "hello 李秀英",
        "a delegate reads of whom she acts for"
    );
    assert_eq!(
        inbox(world.worker).await.0[0].2,
        "hello —",
        "no basis, no name"
    );
    let unread = async || {
        view!(world.core, |work| async {
            Ok(work.tx.count_unread_notices(world.li).await?)
        }
        .await)
    };
    assert_eq!(unread().await?, 1);
    act!(world.core, |work| notice::open(work, &login, mine[0].0)
        .await)?;
    assert_eq!(unread().await?, 0);
    let (_, stranger) = inbox(world.wang).await;
    assert_eq!(
        refusal(act!(world.core, |work| notice::open(
            work, &stranger, mine[0].0
        )
        .await)),
        Refusal::NotFound("notice")
    );
});

on_both!(too_many_notices_are_refused, |world| {
    let service = installed(&world).await?;
    let message = Message {
        key: "hello".into(),
        arguments: vec![("who".into(), StoredArgument::Number(1.0))],
    };
    let draft = Draft {
        title: message.clone(),
        body: message,
        urgency: Urgency::Routine,
        path: None,
    };
    let flood = act!(world.core, |work| async {
        let mut sent = 0;
        for _ in 0..51 {
            notice::send(
                work,
                &service,
                &Recipient::Person(world.li),
                &draft,
                &mut sent,
            )
            .await?;
        }
        Ok(())
    }
    .await);
    assert_eq!(refusal(flood), Refusal::OverBudget("notices"));
    assert_eq!(
        view!(world.core, |work| async {
            Ok(work.tx.count_unread_notices(world.li).await?)
        }
        .await)?,
        0,
        "none of them went out"
    );
});

on_both!(sessions_end, |world| {
    let session = Session {
        id: "s".into(),
        handle: uuid::Uuid::from_u128(7),
        person_id: Some(world.li),
        data: json!({}),
        device: "Firefox".into(),
        begun: NOW,
        seen: NOW,
        expires: NOW.plus_minutes(10),
    };
    act!(world.core, |work| async {
        Ok(work.tx.create_session(&session).await?)
    }
    .await)?;
    let find = async |now| {
        view!(world.core, |work| async {
            Ok(work.tx.find_session("s", now).await?)
        }
        .await)
    };
    assert_eq!(find(NOW).await?, Some(session.clone()));
    assert_eq!(find(NOW.plus_minutes(10)).await?, None);
    act!(world.core, |work| async {
        Ok(work.tx.delete_sessions_of(world.li).await?)
    }
    .await)?;
    assert_eq!(find(NOW).await?, None);
    let revived = act!(world.core, |work| async {
        Ok(work.tx.update_session(&session).await?)
    }
    .await)?;
    assert!(!revived, "what was ended stays ended");
    act!(world.core, |work| async {
        Ok(work.tx.create_session(&session).await?)
    }
    .await)?;
    let gone = act!(world.core, |work| async {
        Ok(work
            .tx
            .delete_expired_sessions(NOW.plus_minutes(11), NOW)
            .await?)
    }
    .await)?;
    assert_eq!(gone, 1);
});

on_both!(kept_forms_and_answers_belong_to_one_person, |world| {
    let service = installed(&world).await?;
    let id = uuid::Uuid::from_u128(7);
    let form = PendingForm {
        id,
        person_id: world.li,
        data: json!({ "f": 1 }),
        created: NOW,
    };
    act!(world.core, |work| async {
        work.tx.create_pending_form(&form).await?;
        Ok(work
            .tx
            .create_answer(service.id(), world.li, "key", &json!("done"), NOW)
            .await?)
    }
    .await)?;
    let found = async |person| {
        view!(world.core, |work| async {
            Ok((
                work.tx.find_pending_form(person, id).await?,
                work.tx.find_answer(service.id(), person, "key").await?,
            ))
        }
        .await)
    };
    assert_eq!(found(world.li).await?, (Some(form), Some(json!("done"))));
    assert_eq!(found(world.wang).await?, (None, None));
    let twice = act!(world.core, |work| async {
        Ok(work
            .tx
            .create_answer(service.id(), world.li, "key", &json!(1), NOW)
            .await?)
    }
    .await);
    assert!(twice.is_err());
    assert_eq!(
        act!(world.core, |work| async {
            Ok(work.tx.delete_old_forms(NOW.plus_minutes(1)).await?)
        }
        .await)?,
        2
    );
});
