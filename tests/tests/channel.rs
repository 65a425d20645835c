//! Notices leave the host: by mail to a server that may be down, refuse or be slow; by a gateway for text messages and
//! calls; each once in the end, under the same id at every attempt.

#![expect(
    clippy::unwrap_used,
    reason = "a test that finds nothing there has failed"
)]

use anyhow::Result;
use axum::Router;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::routing::post;
use linli_core::outbox::{self, Outcome};
use linli_core::{Core, References, act, contact, notice, view};
use linli_domain::notice::{Channel, ChannelChoice, DeliveryState};
use linli_domain::random::SeededRandom;
use linli_domain::*;
use linli_jobs::{ChannelSettings, Channels, Sender};
use linli_store::contact::Contact;
use linli_store::outbox::Delivery;
use linli_store::{Keyring, Keys, Store};
use linli_world::{NOW, World, on_both};
use serde_json::Value;
use std::collections::BTreeSet;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::{TcpListener, TcpStream};

/// What a server does with what it is sent.
#[derive(Clone, Copy, PartialEq, Debug)]
enum Mood {
    Takes,
    /// 4xx of SMTP, 5xx of HTTP.
    FailsForNow,
    /// 5xx of SMTP, 4xx of HTTP.
    Refuses,
    /// The host's own password is wrong.
    KnowsNobody,
    Sleeps,
}

/// A server that keeps what it took.
struct Sink<T> {
    mood: Mutex<Mood>,
    taken: Mutex<Vec<T>>,
}

impl<T: Clone> Sink<T> {
    fn new() -> Arc<Self> {
        Arc::new(Self {
            mood: Mutex::new(Mood::Takes),
            taken: Mutex::new(Vec::new()),
        })
    }

    fn becomes(&self, mood: Mood) {
        *self.mood.lock().unwrap() = mood;
    }

    fn mood(&self) -> Mood {
        *self.mood.lock().unwrap()
    }

    fn taken(&self) -> Vec<T> {
        self.taken.lock().unwrap().clone()
    }
}

/// A mail server (RFC 5321) that keeps recipient and text.
async fn mail_server() -> Result<(Arc<Sink<(String, String)>>, SocketAddr)> {
    let sink = Sink::new();
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let address = listener.local_addr()?;
    let server = sink.clone();
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let sink = server.clone();
            tokio::spawn(async move { speak_smtp(stream, &sink).await });
        }
    });
    Ok((sink, address))
}

async fn speak_smtp(stream: TcpStream, sink: &Sink<(String, String)>) -> Result<()> {
    let mut stream = BufReader::new(stream);
    let (mut to, mut line) = (String::new(), String::new());
    stream.write_all(b"220 sink\r\n").await?;
    loop {
        line.clear();
        if stream.read_line(&mut line).await? == 0 {
            return Ok(());
        }
        let verb = line.get(..4).unwrap_or_default().to_ascii_uppercase();
        let answer = match verb.as_str() {
            "EHLO" | "HELO" => "250 sink",
            "RCPT" => match sink.mood() {
                Mood::Takes => {
                    to = line.trim().to_owned();
                    "250 fine"
                }
                Mood::FailsForNow => "451 try again",
                Mood::Refuses => "550 no such mailbox li@example.org",
                Mood::KnowsNobody => "530 authentication required",
                Mood::Sleeps => {
                    tokio::time::sleep(Duration::from_secs(60)).await;
                    return Ok(());
                }
            },
            "DATA" => {
                stream.write_all(b"354 go on\r\n").await?;
                let mut text = String::new();
                loop {
                    line.clear();
                    stream.read_line(&mut line).await?;
                    if line == ".\r\n" {
                        break;
                    }
                    text.push_str(&line);
                }
                sink.taken.lock().unwrap().push((to.clone(), text));
                "250 taken"
            }
            "QUIT" => {
                stream.write_all(b"221 bye\r\n").await?;
                return Ok(());
            }
            _ => "250 fine",
        };
        stream.write_all(format!("{answer}\r\n").as_bytes()).await?;
    }
}

/// A gateway that keeps key, authorisation and body.
type Post = (String, String, Value);

async fn gateway() -> Result<(Arc<Sink<Post>>, SocketAddr)> {
    let sink = Sink::new();
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let address = listener.local_addr()?;
    let router = Router::new()
        .route("/send", post(take))
        .with_state(sink.clone());
    tokio::spawn(async move { axum::serve(listener, router).await });
    Ok((sink, address))
}

async fn take(State(sink): State<Arc<Sink<Post>>>, headers: HeaderMap, body: String) -> StatusCode {
    let header = |name: &str| headers[name].to_str().unwrap().to_owned();
    match sink.mood() {
        Mood::Takes => {
            let body = serde_json::from_str(&body).unwrap();
            let post = (header("idempotency-key"), header("authorization"), body);
            sink.taken.lock().unwrap().push(post);
            StatusCode::ACCEPTED
        }
        Mood::FailsForNow => StatusCode::SERVICE_UNAVAILABLE,
        Mood::Refuses => StatusCode::UNPROCESSABLE_ENTITY,
        Mood::KnowsNobody => StatusCode::UNAUTHORIZED,
        Mood::Sleeps => {
            tokio::time::sleep(Duration::from_secs(60)).await;
            StatusCode::OK
        }
    }
}

fn settings() -> ChannelSettings {
    ChannelSettings {
        public_url: Some("https://linli.example".into()),
        timeout: Duration::from_millis(700),
        ..ChannelSettings::default()
    }
}

fn by_mail(server: SocketAddr) -> Result<Channels> {
    Ok(Channels::new(&ChannelSettings {
        smtp_url: Some(format!("smtp://{server}")),
        smtp_from: Some("邻里 <linli@example.net>".into()),
        ..settings()
    })?)
}

fn by_gateway(server: SocketAddr) -> Result<Channels> {
    Ok(Channels::new(&ChannelSettings {
        gateway_url: Some(format!("http://{server}/send")),
        gateway_secret: Some("s3cret".into()),
        ..settings()
    })?)
}

fn process(world: &World, channels: &Channels) -> Sender {
    Sender::new(world.core.clone(), channels.clone())
}

/// Li chooses one channel for everything, and has confirmed her mail address.
async fn chooses(world: &World, channel: Channel) -> Result<()> {
    let one: BTreeSet<_> = [channel].into();
    let contact = Contact {
        person_id: world.li,
        email: Some("li@example.org".into()),
        email_confirmed: Some(NOW),
        channels: ChannelChoice {
            routine: one.clone(),
            important: one.clone(),
            urgent: one,
        },
        changed: NOW,
    };
    act!(world.core, |work| async {
        Ok(work.tx.put_contact(&contact).await?)
    }
    .await)?;
    assert_eq!(
        view!(world.core, |work| contact::find(work, world.li).await)?,
        contact
    );
    Ok(())
}

async fn tell(world: &World) -> Result<NoticeId> {
    let text = || Localised::new("秘密", "secret");
    Ok(act!(world.core, |work| notice::tell(
        work,
        world.li,
        None,
        text(),
        text(),
        Urgency::Urgent,
        None
    )
    .await)?)
}

async fn delivery(world: &World, id: NoticeId) -> Result<Delivery> {
    let found = view!(world.core, |work| async {
        Ok(work.tx.list_deliveries_of_notice(id).await?)
    }
    .await)?;
    Ok(found[0].clone())
}

on_both!(
    mail_arrives_under_an_id_of_its_own_and_says_nothing,
    |world| {
        let (sink, server) = mail_server().await?;
        chooses(&world, Channel::Mail).await?;
        let process = process(&world, &by_mail(server)?);
        let id = tell(&world).await?;
        assert_eq!(
            (process.send_due().await?, process.send_due().await?),
            (1, 0)
        );
        let sent = delivery(&world, id).await?;
        assert_eq!(sent.state, DeliveryState::Sent);
        let taken = sink.taken();
        assert_eq!(taken.len(), 1);
        assert!(taken[0].0.contains("<li@example.org>"), "{}", taken[0].0);
        // RFC 2045 section 6.7: long lines are broken.
        let text = &taken[0].1.replace("=\r\n", "");
        assert!(
            text.contains(&format!("Message-ID: <{}@example.net>", sent.id)),
            "{text}"
        );
        assert!(text.contains("linli.example/inbox/"), "{text}");
        assert!(
            !text.contains("secret") && !text.contains("李秀英"),
            "{text}"
        );
    }
);

on_both!(
    mail_is_tried_again_while_the_server_is_down_slow_or_asks_for_it,
    |world| {
        let (sink, server) = mail_server().await?;
        chooses(&world, Channel::Mail).await?;
        let nowhere = TcpListener::bind("127.0.0.1:0").await?.local_addr()?;
        let id = tell(&world).await?;
        let mut attempts = 0;
        for (mood, to) in [
            (Mood::Takes, nowhere),
            (Mood::FailsForNow, server),
            (Mood::KnowsNobody, server),
            (Mood::Sleeps, server),
            (Mood::Takes, server),
        ] {
            sink.becomes(mood);
            let before = delivery(&world, id).await?;
            world.clock.set(before.next_try.max(NOW));
            assert_eq!(process(&world, &by_mail(to)?).send_due().await?, 1);
            attempts += 1;
            let after = delivery(&world, id).await?;
            assert_eq!((after.id, after.attempts), (before.id, attempts));
            if attempts < 5 {
                assert_eq!(
                    after.state,
                    DeliveryState::Waiting,
                    "{mood:?}: {}",
                    after.problem
                );
                assert!(!after.problem.is_empty());
            } else {
                assert_eq!(after.state, DeliveryState::Sent);
            }
        }
        assert_eq!(sink.taken().len(), 1);
    }
);

on_both!(mail_that_is_refused_for_good_is_dead_at_once, |world| {
    let (sink, server) = mail_server().await?;
    sink.becomes(Mood::Refuses);
    chooses(&world, Channel::Mail).await?;
    let id = tell(&world).await?;
    assert_eq!(process(&world, &by_mail(server)?).send_due().await?, 1);
    let dead = delivery(&world, id).await?;
    assert_eq!((dead.state, dead.attempts), (DeliveryState::Dead, 1));
    assert!(dead.problem.contains("550"), "{}", dead.problem);
    assert!(!dead.problem.contains("li@example.org"), "{}", dead.problem);
});

on_both!(
    a_process_that_dies_between_sending_and_noting_sends_under_the_same_id,
    |world| {
        let (sink, server) = mail_server().await?;
        chooses(&world, Channel::Mail).await?;
        let id = tell(&world).await?;
        let channels = by_mail(server)?;
        let dying = uuid::Uuid::from_u128(1);
        let claimed = act!(world.core, |work| outbox::claim(
            work,
            dying,
            channels.base(),
            10
        )
        .await)?;
        assert_eq!(channels.send(&claimed[0]).await, Outcome::Sent);
        world.clock.set(NOW.plus_minutes(outbox::LEASE_MINUTES));
        assert_eq!(process(&world, &channels).send_due().await?, 1);
        assert_eq!(delivery(&world, id).await?.state, DeliveryState::Sent);
        let ids: Vec<_> = sink
            .taken()
            .iter()
            .filter_map(|(_, text)| {
                text.lines()
                    .find(|line| line.starts_with("Message-ID:"))
                    .map(str::to_owned)
            })
            .collect();
        assert_eq!(ids.len(), 2);
        assert_eq!(ids[0], ids[1], "whoever receives both can tell");
    }
);

on_both!(a_text_message_is_posted_with_key_and_secret, |world| {
    let (sink, server) = gateway().await?;
    chooses(&world, Channel::Sms).await?;
    let process = process(&world, &by_gateway(server)?);
    let id = tell(&world).await?;
    for (mood, state) in [
        (Mood::FailsForNow, DeliveryState::Waiting),
        (Mood::KnowsNobody, DeliveryState::Waiting),
        (Mood::Sleeps, DeliveryState::Waiting),
        (Mood::Takes, DeliveryState::Sent),
    ] {
        sink.becomes(mood);
        world
            .clock
            .set(delivery(&world, id).await?.next_try.max(NOW));
        assert_eq!(process.send_due().await?, 1);
        let found = delivery(&world, id).await?;
        assert_eq!(found.state, state, "{mood:?}: {}", found.problem);
    }
    let sent = delivery(&world, id).await?;
    let taken = sink.taken();
    let (key, secret, body) = &taken[0];
    assert_eq!(
        (key, secret.as_str()),
        (&sent.id.to_string(), "Bearer s3cret")
    );
    assert_eq!(
        (&body["channel"], &body["to"], &body["id"]),
        (
            &"sms".into(),
            &"13800000000".into(),
            &sent.id.to_string().into()
        )
    );
    assert!(!body.to_string().contains("secret"), "{body}");

    sink.becomes(Mood::Refuses);
    let id = tell(&world).await?;
    assert_eq!(process.send_due().await?, 1);
    assert_eq!(delivery(&world, id).await?.state, DeliveryState::Dead);
});

on_both!(what_the_host_has_no_channel_for_is_skipped, |world| {
    chooses(&world, Channel::Voice).await?;
    let id = tell(&world).await?;
    assert_eq!(process(&world, &Channels::default()).send_due().await?, 1);
    assert_eq!(delivery(&world, id).await?.state, DeliveryState::Skipped);
});

/// Two processes on one database share what is due: each message leaves once.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_processes_share_the_work_without_doubling_it() -> Result<()> {
    let world = World::new(linli_world::Database::Postgres).await?;
    let (sink, server) = gateway().await?;
    chooses(&world, Channel::Sms).await?;
    for _ in 0..60 {
        tell(&world).await?;
    }
    let channels = by_gateway(server)?;
    let mut processes = tokio::task::JoinSet::new();
    for number in 0..2 {
        let ring = Keyring::generate([1; 32]);
        let references = References::new(ring.reference());
        let core = Core {
            store: Store::open(&world.url, Keys::fixed(ring)).await?,
            random: Arc::new(SeededRandom::new(50 + number)),
            references: Arc::new(references),
            ..world.core.clone()
        };
        let process = Sender::new(core, channels.clone());
        processes.spawn(async move {
            let mut tried = 0;
            loop {
                match process.send_due().await.unwrap() {
                    0 => return tried,
                    some => tried += some,
                }
            }
        });
    }
    let tried = processes.join_all().await;
    assert_eq!(tried.iter().sum::<u32>(), 60, "{tried:?}");
    let keys: BTreeSet<_> = sink.taken().into_iter().map(|(key, ..)| key).collect();
    assert_eq!((sink.taken().len(), keys.len()), (60, 60));
    Ok(())
}
