//! Requests to recipients outside the host: what is posted, what is claimed, and what becomes of it.

use linli_core::outbound::send::{self, Attempt, Outgoing};
use linli_core::outbound::{self, OutboundRefusal, grant};
use linli_core::store::outbound::Outbound;
use linli_core::{Admin, Login, Refusal, Service, act, consent, installation, view};
use linli_domain::notice::MAX_ATTEMPTS;
use linli_domain::outbound::{
    Answer, Body, Failure, MAX_OF_INVOCATION, Method, Piece, Recipient, Request, RequestState,
};
use linli_domain::permission::Permission;
use linli_domain::{Manifest, OutboundId};
use linli_world::{NOW, Result, World, manifest, on_both, refusal, resident};
use serde_json::json;
use uuid::Uuid;

const OURS: Uuid = Uuid::from_u128(1);
const OTHERS: Uuid = Uuid::from_u128(2);
const SECRET: &str = "not-for-plugins";

fn recipient() -> Recipient {
    serde_json::from_value(json!({
        "purpose": { "zh": "转诊", "en": "Referrals" },
        "hosts": ["clinic.example.org"],
        "methods": ["POST", "GET"],
        "persons-data": true,
        "reply-headers": ["etag"],
        "secrets": { "token": {
            "title": { "zh": "密钥", "en": "Key" }, "header": "authorization", "format": "Bearer {}"
        } },
    }))
    .unwrap()
}

fn declares(id: &str) -> Manifest {
    let mut manifest = manifest(id);
    manifest.outbound.insert("clinic".into(), recipient());
    manifest
}

fn admin() -> Admin {
    Admin::at_command_line()
}

/// An installation that may send to the clinic.
async fn ready(world: &World, id: &str) -> Result<Service> {
    let permissions = [Permission("linli:host/outbound@0.1".into())];
    let id = world
        .enable(declares(id), id.as_bytes(), permissions.into())
        .await?;
    act!(world.core, |work| async {
        grant::grant(work, &admin(), id, "clinic").await?;
        grant::enter_secret(work, &admin(), id, "clinic", "token", SECRET).await
    }
    .await)?;
    world.service(id).await
}

fn request(body: Body) -> Request {
    Request {
        method: Method::Post,
        url: "https://clinic.example.org/v1/referrals".into(),
        headers: vec![("accept".into(), "application/json".into())],
        body,
        tag: "case 1".into(),
    }
}

fn plain() -> Request {
    request(Body::Json(vec![Piece::Text("{}".into())]))
}

async fn post(
    world: &World,
    service: &Service,
    request: &Request,
) -> linli_core::Result<OutboundId> {
    act!(world.core, |work| {
        outbound::post(
            work,
            service,
            &resident(world.li),
            "clinic",
            request,
            &mut 0,
        )
        .await
    })
}

async fn claim(world: &World, owner: Uuid) -> Result<Vec<Outgoing>> {
    Ok(act!(world.core, |work| send::claim(work, owner, 20).await)?)
}

async fn found(world: &World, id: OutboundId) -> Result<Outbound> {
    let found = view!(world.core, |work| async {
        Ok(work.tx.find_outbound(id).await?)
    }
    .await)?;
    Ok(found.unwrap())
}

async fn conclude(world: &World, id: OutboundId, attempt: &Attempt) -> Result<bool> {
    Ok(act!(world.core, |work| send::conclude(
        work, OURS, id, attempt
    )
    .await)?)
}

fn answered(status: u16) -> Attempt {
    let answer = Answer::Answered {
        status,
        headers: Vec::new(),
        body: "{}".into(),
    };
    Attempt::Answered {
        answer,
        status,
        retry_after: None,
    }
}

fn failure(found: &Outbound) -> Failure {
    match serde_json::from_str(found.reply.as_deref().unwrap()).unwrap() {
        Answer::Failed { code, .. } => code,
        other => panic!("it failed: {other:?}"),
    }
}

on_both!(what_may_not_be_sent_is_not_posted, |world| {
    let service = ready(&world, "care/visits").await?;
    let elsewhere = |url: &str| Request {
        url: url.into(),
        ..plain()
    };
    let header = |name: &str, value: &str| Request {
        headers: vec![(name.into(), value.into())],
        ..plain()
    };
    let bad = [
        elsewhere("https://evil.example/"),
        elsewhere("http://clinic.example.org/"),
        elsewhere("https://127.0.0.1/"),
        elsewhere("https://clinic.example.org@127.0.0.1/"),
        elsewhere("https://clinic.example.org:22/"),
        elsewhere("https://clinic.example.org/\r\nX: y"),
        header("x-note", "a\r\nHost: evil"),
        header("authorization", "Bearer mine"),
        header("host", "evil.example"),
        header("content-length", "1"),
        header("idempotency-key", "1"),
        Request {
            method: Method::Delete,
            ..plain()
        },
        Request {
            tag: "a".repeat(1_025),
            ..plain()
        },
        request(Body::Json(vec![Piece::Text("{".into())])),
        request(Body::Text {
            media_type: "a\r\nb".into(),
            text: String::new(),
        }),
        request(Body::Text {
            media_type: "text/plain".into(),
            text: "a".repeat((256 << 10) + 1),
        }),
    ];
    for request in bad {
        let refused = refusal(post(&world, &service, &request).await);
        assert!(
            matches!(refused, Refusal::Invalid(_)),
            "{request:?}: {refused:?}"
        );
    }
    let undeclared = act!(world.core, |work| {
        let li = resident(world.li);
        outbound::post(work, &service, &li, "bank", &plain(), &mut 0).await
    });
    assert_eq!(refusal(undeclared), Refusal::Undeclared("bank".into()));
    post(&world, &service, &plain()).await?;
});

on_both!(nothing_is_posted_without_grant_and_secret, |world| {
    let id = world
        .enable(declares("care/visits"), b"a", Default::default())
        .await?;
    let service = world.service(id).await?;
    let not_granted = Refusal::Outbound(OutboundRefusal::NotGranted("clinic".into()));
    assert_eq!(refusal(post(&world, &service, &plain()).await), not_granted);
    let enter = async |value: &str| {
        act!(world.core, |work| grant::enter_secret(
            work,
            &admin(),
            id,
            "clinic",
            "token",
            value
        )
        .await)
    };
    assert_eq!(refusal(enter(SECRET).await), not_granted);
    act!(world.core, |work| grant::grant(
        work,
        &admin(),
        id,
        "clinic"
    )
    .await)?;
    let no_secret = Refusal::Outbound(OutboundRefusal::NoSecret("token".into()));
    assert_eq!(refusal(post(&world, &service, &plain()).await), no_secret);
    for bad in [
        "short",
        "with\r\nanother: header",
        " spaces around ",
        "密钥密钥密钥",
    ] {
        let refused = refusal(enter(bad).await);
        assert_eq!(refused, Refusal::Outbound(OutboundRefusal::BadSecret));
    }
    enter(SECRET).await?;
    post(&world, &service, &plain()).await?;
    // Revoked: the secret is gone with the grant.
    act!(world.core, |work| grant::revoke(
        work,
        &admin(),
        id,
        "clinic"
    )
    .await)?;
    act!(world.core, |work| grant::grant(
        work,
        &admin(),
        id,
        "clinic"
    )
    .await)?;
    assert_eq!(refusal(post(&world, &service, &plain()).await), no_secret);
});

on_both!(a_secret_is_sealed_and_in_nothing_that_is_shown, |world| {
    let service = ready(&world, "care/visits").await?;
    post(&world, &service, &plain()).await?;
    let shown = view!(world.core, |work| grant::show(
        work,
        &admin(),
        service.id(),
        None
    )
    .await)?;
    assert_eq!(shown.secrets.len(), 1);
    assert!(!format!("{shown:?}").contains(SECRET));
    let outgoing = claim(&world, OURS).await?;
    assert_eq!(
        outgoing[0].secret_headers[0].1.0,
        format!("Bearer {SECRET}")
    );
    assert!(!format!("{outgoing:?}").contains(SECRET));
    let holds = |table: &str, column: &str| {
        let hex: String = SECRET.bytes().map(|b| format!("{b:02x}")).collect();
        match world.url.starts_with("sqlite") {
            true => format!(
                "DELETE FROM {table} WHERE lower(hex({column})) LIKE '%{hex}%' OR {column} LIKE '%{SECRET}%'"
            ),
            false => format!("DELETE FROM {table} WHERE encode({column}, 'hex') LIKE '%{hex}%'"),
        }
    };
    assert_eq!(world.sql(&holds("outbound_secret", "value")).await?, 0);
    assert_eq!(world.sql(&holds("outbound_request", "content")).await?, 0);
    let audit = format!("DELETE FROM audit WHERE CAST(detail AS TEXT) LIKE '%{SECRET}%'");
    assert_eq!(world.sql(&audit).await?, 0);
});

on_both!(a_release_that_names_other_hosts_is_granted_anew, |world| {
    let service = ready(&world, "care/visits").await?;
    let waiting = post(&world, &service, &plain()).await?;
    let mut manifest = declares("care/visits");
    manifest.version = "1.1.0".parse()?;
    if let Some(clinic) = manifest.outbound.get_mut("clinic") {
        clinic.hosts.insert("evil.example.org".into());
    }
    let permissions = [Permission("linli:host/outbound@0.1".into())];
    let id = world.enable(manifest, b"b", permissions.into()).await?;
    assert_eq!(id, service.id());
    let service = world.service(id).await?;
    let not_granted = Refusal::Outbound(OutboundRefusal::NotGranted("clinic".into()));
    assert_eq!(refusal(post(&world, &service, &plain()).await), not_granted);
    assert!(
        claim(&world, OURS).await?.is_empty(),
        "what waits is not sent"
    );
    assert_eq!(failure(&found(&world, waiting).await?), Failure::NotGranted);
    act!(world.core, |work| grant::grant(
        work,
        &admin(),
        id,
        "clinic"
    )
    .await)?;
    let secrets = view!(world.core, |work| async {
        Ok(work.tx.list_entered_secrets(id).await?)
    }
    .await)?;
    assert!(
        secrets.is_empty(),
        "a secret goes to no host that it was not entered for"
    );
});

on_both!(a_grant_withdrawn_between_post_and_send_holds, |world| {
    let service = ready(&world, "care/visits").await?;
    let id = post(&world, &service, &plain()).await?;
    let clinic = service.id();
    act!(world.core, |work| grant::revoke(
        work,
        &admin(),
        clinic,
        "clinic"
    )
    .await)?;
    assert!(claim(&world, OURS).await?.is_empty());
    let dead = found(&world, id).await?;
    assert_eq!(
        (dead.state, failure(&dead)),
        (RequestState::Dead, Failure::NotGranted)
    );
    assert_eq!(dead.tell_at, Some(NOW), "the plugin is told");
});

on_both!(
    what_is_disabled_sends_nothing_until_it_is_enabled,
    |world| {
        let service = ready(&world, "care/visits").await?;
        let id = post(&world, &service, &plain()).await?;
        let switch = async |on: bool| {
            act!(world.core, |work| match on {
                true => installation::enable_again(work, &admin(), service.id()).await,
                false => installation::disable(work, &admin(), service.id()).await,
            })
        };
        switch(false).await?;
        assert!(claim(&world, OURS).await?.is_empty());
        assert_eq!(found(&world, id).await?.state, RequestState::Waiting);
        switch(true).await?;
        assert_eq!(claim(&world, OURS).await?.len(), 1);
        // It waited for too long.
        let late = post(&world, &service, &plain()).await?;
        switch(false).await?;
        world.clock.set(NOW.plus_days(4));
        switch(true).await?;
        assert!(claim(&world, OURS).await?.is_empty());
        assert_eq!(failure(&found(&world, late).await?), Failure::Expired);
    }
);

on_both!(requests_have_budgets, |world| {
    let service = ready(&world, "care/visits").await?;
    let li = resident(world.li);
    let many = act!(world.core, |work| async {
        let mut posted = 0;
        for _ in 0..MAX_OF_INVOCATION {
            outbound::post(work, &service, &li, "clinic", &plain(), &mut posted).await?;
        }
        outbound::post(work, &service, &li, "clinic", &plain(), &mut posted).await
    }
    .await);
    assert_eq!(
        refusal(many),
        Refusal::OverBudget("requests of an invocation")
    );
    act!(world.core, |work| async {
        for _ in 0..linli_domain::budget::Budget::Outbound.default() {
            outbound::post(work, &service, &li, "clinic", &plain(), &mut 0).await?;
        }
        Ok(())
    }
    .await)?;
    let refused = refusal(post(&world, &service, &plain()).await);
    assert_eq!(refused, Refusal::OverBudget("requests a day"));
    let other = ready(&world, "care/other").await?;
    post(&world, &other, &plain()).await?;
    // A neighbour's turn comes at once, whatever waits before it.
    let claimed = claim(&world, OURS).await?;
    let of = |service: &Service| {
        let plugin = service.plugin();
        claimed.iter().filter(|out| out.plugin == *plugin).count()
    };
    assert_eq!(
        (of(&service), of(&other)),
        (2, 1),
        "two of one are on their way"
    );
    assert!(claim(&world, OTHERS).await?.is_empty());
    world.clock.set(NOW.plus_days(1).plus_minutes(1));
    post(&world, &service, &plain()).await?;
});

on_both!(two_who_claim_at_once_never_get_the_same, |world| {
    let service = ready(&world, "care/visits").await?;
    let id = post(&world, &service, &plain()).await?;
    let (ours, others) = tokio::join!(claim(&world, OURS), claim(&world, OTHERS));
    assert_eq!(ours?.len() + others?.len(), 1);
    // Who holds it dies; after a while somebody else gets it, under the same id.
    world.clock.set(NOW.plus_minutes(6));
    let again = claim(&world, OURS).await?;
    assert_eq!((again.len(), again[0].id), (1, id));
    let late = act!(world.core, |work| send::conclude(
        work,
        OTHERS,
        id,
        &answered(200)
    )
    .await)?;
    assert!(!late, "whose time is over says nothing");
    assert!(conclude(&world, id, &answered(200)).await?);
    assert!(!conclude(&world, id, &answered(200)).await?, "once");
});

on_both!(
    what_may_pass_is_tried_again_and_given_up_in_the_end,
    |world| {
        let service = ready(&world, "care/visits").await?;
        let id = post(&world, &service, &plain()).await?;
        for attempt in 1..=MAX_ATTEMPTS {
            assert_eq!(claim(&world, OURS).await?.len(), 1, "{attempt}");
            assert!(conclude(&world, id, &answered(503)).await?);
            let now = found(&world, id).await?;
            if attempt < MAX_ATTEMPTS {
                assert_eq!((now.state, now.attempts), (RequestState::Waiting, attempt));
                assert!(claim(&world, OURS).await?.is_empty(), "not at once");
                world.clock.set(now.next_try);
            }
        }
        let dead = found(&world, id).await?;
        assert_eq!(dead.state, RequestState::Dead);
        assert!(dead.reply.unwrap().contains("503"));
        let retry = async || {
            act!(world.core, |work| grant::retry(
                work,
                &admin(),
                service.id(),
                id
            )
            .await)
        };
        retry().await?;
        let nothing = Refusal::Outbound(OutboundRefusal::NothingToRetry);
        assert_eq!(refusal(retry().await), nothing);
        assert_eq!(
            claim(&world, OURS).await?[0].id,
            id,
            "the same Idempotency-Key"
        );
        assert!(conclude(&world, id, &answered(404)).await?);
        assert_eq!(
            found(&world, id).await?.state,
            RequestState::Sent,
            "404 is an answer"
        );
        let elsewhere = ready(&world, "care/other").await?;
        let foreign = act!(world.core, |work| grant::retry(
            work,
            &admin(),
            elsewhere.id(),
            id
        )
        .await);
        assert_eq!(refusal(foreign), Refusal::NotFound("request"));
    }
);

/// Li agrees that the service reads her phone.
async fn agree(world: &World, service: &Service) -> Result<()> {
    let agreed = consent::Agreed {
        release: service.digest.clone(),
        together: ["phone".to_owned()].into(),
        apart: Default::default(),
    };
    let li = resident(world.li);
    Ok(act!(world.core, |work| consent::give(
        work, service, &li, &agreed
    )
    .await)?)
}

/// A body with the phone of a person.
fn with_phone(reference: &str) -> Request {
    let phone = Piece::Person {
        reference: reference.into(),
        field: "phone".into(),
    };
    request(Body::Json(vec![
        Piece::Text("{\"phone\":".into()),
        phone,
        Piece::Text("}".into()),
    ]))
}

on_both!(
    a_persons_field_is_filled_in_on_a_basis_and_disclosed,
    |world| {
        let service = ready(&world, "care/visits").await?;
        let li = view!(world.core, |work| service.reference(work, world.li))?;
        let asked = post(&world, &service, &with_phone(&li)).await;
        assert!(
            matches!(&asked, Err(linli_core::Error::ConsentNeeded { fields, .. }) if fields == &["phone"]),
            "{asked:?}"
        );
        agree(&world, &service).await?;
        let id = post(&world, &service, &with_phone(&li)).await?;
        let kept = found(&world, id).await?;
        assert_eq!(kept.resident_id, Some(world.li));
        assert!(
            !kept.content.contains("13800"),
            "only the placeholder is kept"
        );
        let sent = claim(&world, OURS).await?;
        let body = sent[0].body.as_ref().map(|body| body.0.as_str());
        assert_eq!(body, Some("{\"phone\":\"13800000000\"}"));
        let disclosed = &sent[0].disclosures;
        assert_eq!(disclosed.len(), 1);
        assert_eq!(
            (disclosed[0].resident_id, disclosed[0].basis.as_str()),
            (world.li, "consent")
        );
        let purposes: Vec<_> = disclosed[0]
            .purposes
            .iter()
            .map(|p| p.en.as_str())
            .collect();
        assert!(
            purposes.contains(&"Sent to clinic.example.org: Referrals"),
            "{purposes:?}"
        );
        assert!(
            !format!("{sent:?}").contains("13800000000"),
            "no log can show it"
        );
        assert!(conclude(&world, id, &Attempt::Failed("down".into())).await?);
        // Withdrawn before the next attempt: it is not sent.
        let login = view!(world.core, |work| Login::find(work, world.li).await)?.unwrap();
        let consents = view!(world.core, |work| async {
            Ok(work.tx.list_consents(world.li).await?)
        }
        .await)?;
        act!(world.core, |work| consent::withdraw(
            work,
            &login,
            world.li,
            consents[0].id
        )
        .await)?;
        world.clock.set(found(&world, id).await?.next_try);
        assert!(claim(&world, OURS).await?.is_empty());
        assert_eq!(failure(&found(&world, id).await?), Failure::Denied);
    }
);

on_both!(
    placeholders_name_one_person_of_ours_in_a_place_of_their_own,
    |world| {
        let service = ready(&world, "care/visits").await?;
        agree(&world, &service).await?;
        let reference = async |person| view!(world.core, |work| service.reference(work, person));
        let (li, wang, zhao) = (
            reference(world.li).await?,
            reference(world.wang).await?,
            reference(world.zhao).await?,
        );
        let refused = refusal(post(&world, &service, &with_phone(&zhao)).await);
        assert_eq!(refused, Refusal::NotFound("person"), "she lives elsewhere");
        let forged = refusal(post(&world, &service, &with_phone("forged")).await);
        assert_eq!(forged, Refusal::NotFound("person"));
        let piece = |reference: &str| Piece::Person {
            reference: reference.into(),
            field: "phone".into(),
        };
        let text = |text: &str| Piece::Text(text.into());
        let two = request(Body::Json(vec![
            text("["),
            piece(&li),
            text(","),
            piece(&wang),
            text("]"),
        ]));
        let inside = request(Body::Json(vec![text("\"tel "), piece(&li), text("\"")]));
        for request in [two, inside] {
            let refused = refusal(post(&world, &service, &request).await);
            assert!(matches!(refused, Refusal::Invalid(_)), "{refused:?}");
        }
        let form = request(Body::Form(vec![text("phone="), piece(&li)]));
        post(&world, &service, &form).await?;
        let sent = claim(&world, OURS).await?;
        assert_eq!(sent[0].body.as_ref().unwrap().0, "phone=13800000000");
    }
);

on_both!(what_is_held_on_a_person_goes_with_them, |world| {
    use linli_core::store::personal::Holding;
    let service = ready(&world, "care/visits").await?;
    let id = post(&world, &service, &plain()).await?;
    let holding = Holding::of_table("outbound_request").unwrap();
    let held = act!(world.core, |work| Ok(work
        .tx
        .list_held(holding, world.li, 0, 10)
        .await?))?;
    assert_eq!(held.len(), 1);
    assert!(
        held[0]["content"]
            .as_str()
            .unwrap()
            .contains("clinic.example.org")
    );
    assert_eq!(claim(&world, OURS).await?.len(), 1);
    act!(world.core, |work| Ok(work
        .tx
        .delete_held(holding, world.li, 10)
        .await?))?;
    assert!(
        !conclude(&world, id, &answered(200)).await?,
        "erased while it was on its way"
    );
    let unlisted = world.core.store.list_unlisted_columns().await?;
    assert!(
        unlisted.iter().all(|name| !name.starts_with("outbound")),
        "{unlisted:?}"
    );
});
