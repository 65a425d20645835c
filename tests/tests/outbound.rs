//! A plugin's requests leave the host and come back: to whom, with what, once, and never inside.

#![expect(
    clippy::unwrap_used,
    reason = "a test that finds nothing there has failed"
)]

use anyhow::Result;
use async_trait::async_trait;
use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse as _, Response};
use linli_core::outbound::{self, grant};
use linli_core::store::outbound::Outbound;
use linli_core::{Admin, Service, act, view};
use linli_domain::outbound::{Answer, Failure, Method, Piece, Request, RequestState};
use linli_domain::{Instant, OutboundId};
use linli_engine::{Engine, page};
use linli_jobs::{Courier, Jobs, Lookup, OutboundSettings};
use linli_registry::inspect;
use linli_tests::hostile::{self, Parts, submission};
use linli_tests::process;
use linli_world::{World, on_both, resident};
use std::collections::BTreeMap;
use std::io;
use std::net::IpAddr;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::io::AsyncWriteExt as _;
use tokio::net::TcpListener;

const SECRET: &str = "not-for-plugins";

/// Keeps what came back as the record `notes`/`k`: the body of an answer, which is JSON in these tests. A failure traps.
const KEEPS_REPLY: &str = "
    (if (local.get 6) (then (unreachable)))
    (if (i32.ne (local.get 7) (i32.const 200)) (then (unreachable)))
    (call $records_put (i32.const 512) (i32.const 5) (i32.const 520) (i32.const 1) (local.get 10) (local.get 11)
      (i32.const 0) (i32.const 0) (i32.const 0) (i32.const 0) (i64.const 0) (global.get $area))
    (if (i32.load8_u (global.get $area)) (then (unreachable)))
    (global.get $nothing)";
/// Posts to the clinic in an act.
const POSTS: Parts<'static> = Parts {
    act: r#"
        (call $post (i32.const 3072) (i32.const 6) (i32.const 2) (i32.const 3088) (i32.const 28) (i32.const 0) (i32.const 0)
          (i32.const 1) (i32.const 3136) (i32.const 1) (i32.const 0) (i32.const 0) (i32.const 3128) (i32.const 1)
          (global.get $area))
        (if (i32.load8_u (global.get $area)) (then (unreachable)))
        (global.get $done)"#,
    imports: r#"
        (import "linli:host/outbound@0.1.0" "post"
          (func $post (param i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32)))"#,
    // The list of one piece: the text `{}`.
    more: r#"
        (data (i32.const 3072) "clinic") (data (i32.const 3088) "https://clinic.example.org/x") (data (i32.const 3128) "t")
        (data (i32.const 3136) "\00\00\00\00\60\0c\00\00\02\00\00\00\00\00\00\00\00\00\00\00") (data (i32.const 3168) "{}")"#,
    replied: Some(KEEPS_REPLY),
    records: true,
    ..hostile::HEALTHY
};
/// Posts, and traps.
const TRAPS_AFTER_POST: Parts<'static> = Parts {
    act: "(call $post (i32.const 3072) (i32.const 6) (i32.const 2) (i32.const 3088) (i32.const 28) (i32.const 0) (i32.const 0)
          (i32.const 1) (i32.const 3136) (i32.const 1) (i32.const 0) (i32.const 0) (i32.const 3128) (i32.const 1)
          (global.get $area)) (unreachable)",
    ..POSTS
};
/// Posts while it shows a page.
const POSTS_IN_VIEW: Parts<'static> = Parts {
    view: POSTS.act,
    ..POSTS
};
/// Traps whenever it is told.
const TRAPS_WHEN_TOLD: Parts<'static> = Parts {
    replied: Some("(unreachable)"),
    ..POSTS
};

/// Answers for every name the same addresses, and counts how often it is asked.
struct Known(Vec<IpAddr>, AtomicU32);

#[async_trait]
impl Lookup for Known {
    async fn addresses(&self, _: &str) -> io::Result<Vec<IpAddr>> {
        self.1.fetch_add(1, Ordering::SeqCst);
        Ok(self.0.clone())
    }
}

fn known(addresses: &[&str]) -> Arc<Known> {
    let addresses = addresses.iter().map(|a| a.parse().unwrap()).collect();
    Arc::new(Known(addresses, AtomicU32::new(0)))
}

/// What a clinic does with a request.
#[derive(Clone, Copy, PartialEq, Debug)]
enum Mood {
    Answers,
    Fails,
    Redirects(u16),
    Echoes,
    Floods,
    Sleeps,
}

/// A server that keeps what it was sent.
#[derive(Clone)]
struct Clinic {
    mood: Arc<Mutex<Mood>>,
    taken: Arc<Mutex<Vec<(HeaderMap, Bytes)>>>,
    port: u16,
}

impl Clinic {
    async fn open() -> Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let clinic = Self {
            mood: Arc::new(Mutex::new(Mood::Answers)),
            taken: Arc::default(),
            port: listener.local_addr()?.port(),
        };
        let router = Router::new().fallback(take).with_state(clinic.clone());
        tokio::spawn(async move { axum::serve(listener, router).await });
        Ok(clinic)
    }

    fn becomes(&self, mood: Mood) {
        *self.mood.lock().unwrap() = mood;
    }

    fn taken(&self) -> Vec<(HeaderMap, Bytes)> {
        self.taken.lock().unwrap().clone()
    }
}

async fn take(State(clinic): State<Clinic>, headers: HeaderMap, body: Bytes) -> Response {
    let mood = *clinic.mood.lock().unwrap();
    clinic.taken.lock().unwrap().push((headers.clone(), body));
    match mood {
        Mood::Answers => ([("etag", "\"7\"")], "{\"ok\":true}").into_response(),
        Mood::Fails => StatusCode::SERVICE_UNAVAILABLE.into_response(),
        Mood::Redirects(port) => {
            let to = format!("http://127.0.0.1:{port}/secret");
            (StatusCode::TEMPORARY_REDIRECT, [("location", to)]).into_response()
        }
        Mood::Echoes => {
            let token = headers["authorization"].to_str().unwrap();
            (
                [("etag", token.to_owned())],
                format!("{{\"you sent\":\"{token}\"}}"),
            )
                .into_response()
        }
        Mood::Floods => "x".repeat(300 << 10).into_response(),
        Mood::Sleeps => {
            tokio::time::sleep(Duration::from_secs(60)).await;
            StatusCode::OK.into_response()
        }
    }
}

/// A server that answers everybody without end; how many have connected.
async fn endless(pause: Duration) -> Result<(u16, Arc<AtomicU32>)> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let (port, connected) = (listener.local_addr()?.port(), Arc::new(AtomicU32::new(0)));
    let count = connected.clone();
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            count.fetch_add(1, Ordering::SeqCst);
            tokio::spawn(async move {
                let head = b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n";
                stream.write_all(head).await?;
                loop {
                    stream.write_all(b"1\r\nx\r\n").await?;
                    tokio::time::sleep(pause).await;
                }
                #[expect(unreachable_code, reason = "names the type of the error")]
                io::Result::Ok(())
            });
        }
    });
    Ok((port, connected))
}

/// An installation of a fixture that may send to `host`.
async fn enable(world: &World, parts: Parts<'_>, name: &str, host: &str) -> Result<Service> {
    let outbound = format!(
        r#"
        [outbound.clinic]
        purpose = {{ zh = "转诊", en = "Referrals" }}
        hosts = ["{host}"]
        methods = ["POST"]
        reply-headers = ["etag", "location"]
        [outbound.clinic.secrets.token]
        title = {{ zh = "密钥", en = "Key" }}
        header = "authorization"
        format = "Bearer {{}}"
        "#
    );
    let manifest = hostile::manifest(&format!("care/{name}"), "1.0.0") + &outbound;
    let bytes = hostile::with_manifest(parts, &manifest);
    let inspected = inspect(&bytes)?;
    let permissions = inspected.permissions();
    let id = world
        .enable(inspected.manifest, &bytes, permissions)
        .await?;
    let admin = Admin::at_command_line();
    act!(world.core, |work| async {
        grant::grant(work, &admin, id, "clinic").await?;
        grant::enter_secret(work, &admin, id, "clinic", "token", SECRET).await
    }
    .await)?;
    world.service(id).await
}

fn engine(world: &World) -> Result<Engine> {
    process::engine(world)
}

fn jobs(world: &World) -> Result<Jobs> {
    Ok(Jobs::new(world.core.clone(), engine(world)?))
}

/// Sends to a port of this machine whatever goes to the clinic; other names lead to `addresses`.
fn courier(world: &World, port: u16, lookup: Arc<Known>) -> Result<Courier> {
    let settings = OutboundSettings {
        loopback: BTreeMap::from([("clinic.example.org".to_owned(), port)]),
        timeout: Duration::from_millis(400),
    };
    Ok(Courier::new(world.core.clone(), &settings, lookup)?)
}

async fn post(world: &World, service: &Service, url: &str) -> linli_core::Result<OutboundId> {
    let request = Request {
        method: Method::Post,
        url: url.to_owned(),
        headers: Vec::new(),
        body: linli_domain::outbound::Body::Json(vec![Piece::Text("{}".into())]),
        tag: "t".to_owned(),
    };
    let li = resident(world.li);
    act!(world.core, |work| outbound::post(
        work, service, &li, "clinic", &request, &mut 0
    )
    .await)
}

const URL: &str = "https://clinic.example.org/x";

async fn requests(world: &World, service: &Service) -> Result<Vec<Outbound>> {
    let shown = view!(world.core, |work| grant::show(
        work,
        &Admin::at_command_line(),
        service.id(),
        None
    )
    .await)?;
    Ok(shown.requests)
}

async fn found(world: &World, id: OutboundId) -> Result<Outbound> {
    let found = view!(world.core, |work| async {
        Ok(work.tx.find_outbound(id).await?)
    }
    .await)?;
    Ok(found.unwrap())
}

fn answer(found: &Outbound) -> Answer {
    serde_json::from_str(found.reply.as_deref().unwrap()).unwrap()
}

async fn record(world: &World, service: &Service) -> Result<Option<(String, i64)>> {
    let record = view!(world.core, |work| async {
        Ok(work.tx.find_record(service.id(), "notes", "k").await?)
    }
    .await)?;
    Ok(record.map(|record| (record.document.to_string(), record.version)))
}

on_both!(a_request_goes_out_and_its_reply_comes_back_once, |world| {
    let clinic = Clinic::open().await?;
    let service = enable(&world, POSTS, "posts", "clinic.example.org").await?;
    let (engine, li) = (engine(&world)?, resident(world.li));
    for _ in 0..2 {
        let done = engine.act(&service, &li, submission(), Some("1")).await;
        assert!(matches!(done, linli_engine::Answer::Done(_)), "{done:?}");
    }
    let posted = requests(&world, &service).await?;
    assert_eq!(posted.len(), 1, "a repeated act posts nothing twice");
    let (courier, jobs) = (courier(&world, clinic.port, known(&[]))?, jobs(&world)?);
    clinic.becomes(Mood::Fails);
    assert_eq!(courier.send_due().await?, 1);
    assert_eq!(courier.send_due().await?, 0, "not again at once");
    clinic.becomes(Mood::Answers);
    world.clock.set(found(&world, posted[0].id).await?.next_try);
    assert_eq!(courier.send_due().await?, 1);
    let taken = clinic.taken();
    assert_eq!(taken.len(), 2);
    for (headers, body) in &taken {
        let header = |name: &str| headers[name].to_str().unwrap().to_owned();
        assert_eq!(header("idempotency-key"), posted[0].id.to_string());
        assert_eq!(header("authorization"), format!("Bearer {SECRET}"));
        assert_eq!(header("content-type"), "application/json");
        assert_eq!(body.as_ref(), b"{}");
    }
    assert_eq!(record(&world, &service).await?, None, "nobody was told yet");
    assert_eq!(jobs.tell_outcomes().await?, 1);
    assert_eq!(jobs.tell_outcomes().await?, 0);
    // The outcome was read before somebody else told the plugin of it.
    let told = engine
        .tell(
            &service,
            &Outbound {
                tell_at: Some(posted[0].created),
                ..found(&world, posted[0].id).await?
            },
        )
        .await;
    assert!(matches!(told, linli_engine::Answer::Gone), "{told:?}");
    let (kept, version) = record(&world, &service).await?.unwrap();
    assert_eq!((kept.as_str(), version), ("{\"ok\":true}", 1));
    assert_eq!(
        requests(&world, &service).await?[0].state,
        RequestState::Sent
    );
});

on_both!(what_is_undone_and_what_is_shown_sends_nothing, |world| {
    let (engine, li) = (engine(&world)?, resident(world.li));
    let traps = enable(&world, TRAPS_AFTER_POST, "traps", "clinic.example.org").await?;
    let answer = engine.act(&traps, &li, submission(), Some("1")).await;
    assert!(matches!(answer, linli_engine::Answer::Ill(_)), "{answer:?}");
    let shows = enable(&world, POSTS_IN_VIEW, "shows", "clinic.example.org").await?;
    let request = page::Request {
        address: submission().address,
    };
    let linli_engine::Answer::Ill(illness) = engine.view(&shows, &li, request).await else {
        panic!("a page that posts is ill")
    };
    assert!(
        illness.reason.contains("outbound.post, which writes"),
        "{}",
        illness.reason
    );
    for service in [&traps, &shows] {
        assert!(requests(&world, service).await?.is_empty());
    }
});

on_both!(
    a_plugin_that_fails_at_a_reply_is_given_up_and_told_again,
    |world| {
        let clinic = Clinic::open().await?;
        let service = enable(&world, TRAPS_WHEN_TOLD, "traps", "clinic.example.org").await?;
        let well = enable(&world, POSTS, "well", "clinic.example.org").await?;
        let id = post(&world, &service, URL).await?;
        post(&world, &well, URL).await?;
        let (courier, jobs) = (courier(&world, clinic.port, known(&[]))?, jobs(&world)?);
        assert_eq!(courier.send_due().await?, 2);
        assert_eq!(jobs.tell_outcomes().await?, 1, "the neighbour");
        for _ in 1..5 {
            world.clock.set(world.core.now().plus_minutes(64));
            assert_eq!(jobs.tell_outcomes().await?, 0);
        }
        let failures = world.core.store.list_failures(service.id(), 100).await?;
        assert_eq!(failures.len(), 6, "five traps and giving up");
        world.clock.set(world.core.now().plus_days(1));
        assert_eq!(jobs.tell_outcomes().await?, 0);
        assert_eq!(found(&world, id).await?.tell_at, None);
        assert_eq!(courier.send_due().await?, 0, "it was sent, though");
        let admin = Admin::at_command_line();
        act!(world.core, |work| grant::retry(
            work,
            &admin,
            service.id(),
            id
        )
        .await)?;
        assert!(
            found(&world, id).await?.tell_at.is_some(),
            "it is told again"
        );
        assert_eq!(clinic.taken().len(), 2, "and not sent again");
    }
);

on_both!(a_redirect_is_an_answer_and_no_way_inside, |world| {
    let (clinic, inside) = (Clinic::open().await?, Clinic::open().await?);
    let service = enable(&world, POSTS, "posts", "clinic.example.org").await?;
    let id = post(&world, &service, URL).await?;
    clinic.becomes(Mood::Redirects(inside.port));
    let courier = courier(&world, clinic.port, known(&["127.0.0.1"]))?;
    assert_eq!(courier.send_due().await?, 1);
    assert!(inside.taken().is_empty(), "it was followed");
    assert!(matches!(
        answer(&found(&world, id).await?),
        Answer::Answered { status: 307, .. }
    ));
});

on_both!(a_name_that_leads_inside_is_not_connected_to, |world| {
    let (port, connected) = endless(Duration::from_millis(5)).await?;
    let host = format!("evil.example.org:{port}");
    let service = enable(&world, POSTS, "posts", &host).await?;
    for inside in [
        &["127.0.0.1"][..],
        &["::1"],
        &["::ffff:127.0.0.1"],
        &[
            "10.0.0.1",
            "127.0.0.1",
            "169.254.169.254",
            "100.100.100.200",
            "0.0.0.0",
        ],
        &[],
    ] {
        let id = post(&world, &service, &format!("https://{host}/x")).await?;
        let lookup = known(inside);
        let courier = courier(&world, 1, lookup.clone())?;
        assert_eq!(courier.send_due().await?, 1);
        assert_eq!(
            lookup.1.load(Ordering::SeqCst),
            1,
            "looked up by the client itself"
        );
        let dead = found(&world, id).await?;
        assert_eq!(dead.state, RequestState::Dead, "{inside:?}");
        assert!(matches!(
            answer(&dead),
            Answer::Failed {
                code: Failure::NotPublic,
                ..
            }
        ));
    }
    assert_eq!(connected.load(Ordering::SeqCst), 0);
    // A setting that leads one name to this machine leads no other there.
    let plain = post(&world, &service, &format!("http://{host}/x")).await;
    assert!(plain.is_err(), "without TLS nothing leaves");
});

on_both!(secrets_are_struck_out_of_what_comes_back, |world| {
    let clinic = Clinic::open().await?;
    let service = enable(&world, POSTS, "posts", "clinic.example.org").await?;
    let id = post(&world, &service, URL).await?;
    clinic.becomes(Mood::Echoes);
    courier(&world, clinic.port, known(&[]))?.send_due().await?;
    let reply = found(&world, id).await?.reply.unwrap();
    assert!(
        reply.contains("you sent") && !reply.contains(SECRET),
        "{reply}"
    );
    let jobs = jobs(&world)?;
    assert_eq!(jobs.tell_outcomes().await?, 1);
    let (kept, _) = record(&world, &service).await?.unwrap();
    assert!(kept.contains("Bearer …"), "{kept}");
});

on_both!(replies_without_end_are_cut_off, |world| {
    let clinic = Clinic::open().await?;
    let service = enable(&world, POSTS, "posts", "clinic.example.org").await?;
    let giant = post(&world, &service, URL).await?;
    clinic.becomes(Mood::Floods);
    courier(&world, clinic.port, known(&[]))?.send_due().await?;
    assert!(matches!(
        answer(&found(&world, giant).await?),
        Answer::Failed {
            code: Failure::TooLarge,
            ..
        }
    ));
    // As fast as it can, then a byte now and then: either way one attempt ends.
    for (pause, ends) in [(Duration::ZERO, true), (Duration::from_millis(20), false)] {
        let (port, connected) = endless(pause).await?;
        let id = post(&world, &service, URL).await?;
        let began = std::time::Instant::now();
        courier(&world, port, known(&[]))?.send_due().await?;
        assert!(began.elapsed() < Duration::from_secs(10));
        assert_eq!(connected.load(Ordering::SeqCst), 1);
        let now = found(&world, id).await?;
        assert!(now.state == RequestState::Waiting || ends, "{now:?}");
    }
});

on_both!(a_recipient_that_sleeps_holds_up_no_other, |world| {
    let clinic = Clinic::open().await?;
    let slow = enable(&world, POSTS, "slow", "clinic.example.org").await?;
    let other = enable(&world, POSTS, "other", "clinic.example.org").await?;
    for _ in 0..10 {
        post(&world, &slow, URL).await?;
    }
    clinic.becomes(Mood::Sleeps);
    let courier = courier(&world, clinic.port, known(&[]))?;
    let mut running = tokio::task::JoinSet::new();
    assert_eq!(
        courier.begin_due(&mut running).await?,
        2,
        "two of one at once"
    );
    assert_eq!(courier.begin_due(&mut running).await?, 0);
    clinic.becomes(Mood::Answers);
    let id = post(&world, &other, URL).await?;
    assert_eq!(
        courier.begin_due(&mut running).await?,
        1,
        "a neighbour's goes at once"
    );
    while running.join_next().await.is_some() {}
    assert_eq!(found(&world, id).await?.state, RequestState::Sent);
    let waiting = requests(&world, &slow).await?;
    assert!(
        waiting
            .iter()
            .all(|request| request.state == RequestState::Waiting)
    );
    assert!(waiting.iter().any(|request| {
        request
            .problem
            .contains("clinic.example.org did not answer in time")
    }));
    assert!(Instant(0) < waiting[0].created);
});

#[test]
fn a_manifest_names_no_address_of_inside() {
    for host in [
        "127.0.0.1",
        "localhost",
        "[::1]",
        "2130706433",
        "0x7f000001",
        "metadata.google.internal",
    ] {
        let manifest = hostile::manifest("care/posts", "1.0.0")
            + &format!(
                r#"
                [outbound.clinic]
                purpose = {{ zh = "甲", en = "A" }}
                hosts = ["{host}"]
                methods = ["POST"]
                "#
            );
        let refused = inspect(&hostile::with_manifest(hostile::HEALTHY, &manifest));
        assert!(
            refused
                .as_ref()
                .is_err_and(|error| error.to_string().contains(host)),
            "{host}: {refused:?}"
        );
    }
}

#[test]
fn replies_are_checked_when_a_component_is_uploaded() {
    let manifest = hostile::manifest("care/posts", "1.0.0");
    let inspected = inspect(&hostile::with_manifest(POSTS, &manifest)).unwrap();
    assert!(
        inspected
            .exports
            .contains(&linli_registry::PluginExport::Replies)
    );
    assert!(
        inspected
            .permissions()
            .iter()
            .any(|p| p.interface() == "linli:host/outbound")
    );
}
