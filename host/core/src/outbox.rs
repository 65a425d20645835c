//! The outbox: by which channels a notice goes out, who sends it, and what happens when that fails.
//!
//! A delivery stands in the database from the unit of work that made the notice. Whoever sends takes it with [`claim`] for
//! a time, sends, and says how it went with [`conclude`]. A process that dies between the two sends nothing twice that the
//! receiver could not recognise: the delivery's id goes out with every attempt.

use crate::caller::Actor;
use crate::error::{Error, Result};
use crate::service::Service;
use crate::work::Work;
use crate::{district, login_code, mail};
use jiff::tz::TimeZone;
use linli_domain::notice::{
    Channel, ChannelChoice, DeliveryState, MAX_ATTEMPTS, Urgency, retry_seconds,
};
use linli_domain::{CommunityId, DeliveryId, Instant, Locale, Localised, NoticeId, PersonId};
use linli_store::notice::Notice;
use linli_store::outbox::Delivery;
use serde_json::json;
use std::collections::BTreeSet;
use uuid::Uuid;

/// For how long a claim holds, in minutes: longer than any attempt takes.
pub const LEASE_MINUTES: i64 = 5;
/// The longest text about what went wrong that is kept, in characters.
const MAX_PROBLEM: usize = 500;

/// How a person can be reached.
pub(crate) struct Reach {
    /// By what.
    pub channels: BTreeSet<Channel>,
    /// What they chose.
    pub choice: ChannelChoice,
    /// Where they live.
    pub community: Option<CommunityId>,
    /// Their telephone number.
    phone: Option<String>,
    /// Their confirmed mail address.
    email: Option<String>,
}

impl Reach {
    /// Reads how a person can be reached now. Nobody reaches the dead.
    pub async fn of(work: &mut Work, person: PersonId) -> Result<Self> {
        let mut reach = Self {
            channels: BTreeSet::new(),
            choice: ChannelChoice::default(),
            community: None,
            phone: None,
            email: None,
        };
        let registration = work.tx.find_registration(person).await?;
        let lives = registration.is_some_and(|found| found.died.is_none());
        let Some(found) = work.tx.find_person(person).await?.filter(|_| lives) else {
            return Ok(reach);
        };
        if let Some(contact) = work.tx.find_contact(person).await? {
            reach.choice = contact.channels;
            reach.email = contact.email.filter(|_| contact.email_confirmed.is_some());
        }
        reach.community = found.community_id;
        reach.phone = found.phone;
        if reach.email.is_some() {
            reach.channels.insert(Channel::Mail);
        }
        if reach.phone.is_some() {
            reach.channels.extend([Channel::Sms, Channel::Voice]);
        }
        if found.household_id.is_some() && reach.community.is_some() {
            reach.channels.insert(Channel::Letter);
        }
        Ok(reach)
    }

    /// The first channel by which a notice has not gone out yet.
    pub async fn next_channel(&self, work: &mut Work, notice: &Notice) -> Result<Option<Channel>> {
        let used = work.tx.list_deliveries_of_notice(notice.id).await?;
        let ladder = self.choice.ladder(notice.urgency, &self.channels);
        Ok(ladder
            .into_iter()
            .find(|channel| used.iter().all(|delivery| delivery.channel != *channel)))
    }
}

/// Puts a notice into its reader's inbox and on its way out, all in the caller's unit of work.
pub(crate) async fn post(work: &mut Work, zone: &TimeZone, mut notice: Notice) -> Result<()> {
    let reach = Reach::of(work, notice.person_id).await?;
    let due = notice.urgency.not_before(work.now, zone);
    if let Some(minutes) = notice.urgency.patience_minutes() {
        notice.step = "channels".to_owned();
        notice.escalate_at = Some(due.plus_minutes(minutes));
    }
    work.tx.create_notice(&notice).await?;
    let ladder = reach.choice.ladder(notice.urgency, &reach.channels);
    if let Some(channel) = ladder.first() {
        send_by(work, &notice, *channel, reach.community, due).await?;
    }
    Ok(())
}

/// Has a notice go out by a channel, not before `due`.
pub(crate) async fn send_by(
    work: &mut Work,
    notice: &Notice,
    channel: Channel,
    community: Option<CommunityId>,
    due: Instant,
) -> Result<()> {
    let delivery = new(
        work,
        notice.person_id,
        Some(notice.id),
        channel,
        community,
        due,
    );
    Ok(work.tx.create_delivery(&delivery).await?)
}

/// A delivery that waits from `due` on.
pub(crate) fn new(
    work: &mut Work,
    person: PersonId,
    notice: Option<NoticeId>,
    channel: Channel,
    community: Option<CommunityId>,
    due: Instant,
) -> Delivery {
    Delivery {
        id: work.id(),
        person_id: person,
        notice_id: notice,
        channel,
        community_id: community,
        state: DeliveryState::Waiting,
        attempts: 0,
        next_try: due,
        claimed_by: None,
        problem: String::new(),
        created: work.now,
        ended: None,
    }
}

/// What is handed to a channel. It holds no field of a person but the address: the text only says that there is a message.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Outgoing {
    /// The delivery, the same at every attempt: what Message-ID and Idempotency-Key are made from.
    pub id: DeliveryId,
    /// By what.
    pub channel: Channel,
    /// The mail address or telephone number; empty for a letter.
    pub to: String,
    /// The reader's language.
    pub locale: Locale,
    /// In one line.
    pub subject: String,
    /// The text.
    pub text: String,
}

/// Whether anything is due, without taking it.
pub async fn is_due(work: &mut Work) -> Result<bool> {
    Ok(work.tx.has_due_delivery(work.now).await? || login_code::is_due(work).await?)
}

/// Takes deliveries that are due for `owner`, a process, and answers those that are still wanted. `base` is where the host
/// is reached, such as `https://linli.example`; without it texts have no link.
pub async fn claim(
    work: &mut Work,
    owner: Uuid,
    base: Option<&str>,
    limit: u16,
) -> Result<Vec<Outgoing>> {
    login_code::post(work).await?;
    let until = work.now.plus_minutes(LEASE_MINUTES);
    let claimed = work
        .tx
        .claim_deliveries(owner, work.now, until, limit.into())
        .await?;
    let zone = district::zone(work).await?;
    let mut outgoing = Vec::new();
    for delivery in claimed {
        if delivery.attempts > MAX_ATTEMPTS {
            let problem = format!(
                "it was begun {MAX_ATTEMPTS} times, and no process came to say how it went"
            );
            die(work, &delivery, owner, &problem).await?;
            continue;
        }
        match compose(work, &delivery, base, &zone).await? {
            Composed::NotNow(later) => {
                let id = delivery.id;
                work.tx.put_off_delivery(id, owner, later).await?;
            }
            Composed::Outgoing(message) => outgoing.push(message),
            Composed::Unwanted => {
                end(work, &delivery, owner, DeliveryState::Cancelled, "").await?;
            }
            Composed::Unreachable(problem) => {
                end(work, &delivery, owner, DeliveryState::Skipped, problem).await?;
                fall_back(work, &delivery).await?;
            }
        }
    }
    Ok(outgoing)
}

enum Composed {
    Outgoing(Outgoing),
    NotNow(Instant),
    Unwanted,
    Unreachable(&'static str),
}

async fn compose(
    work: &mut Work,
    delivery: &Delivery,
    base: Option<&str>,
    zone: &TimeZone,
) -> Result<Composed> {
    let account = work.tx.find_account(delivery.person_id).await?;
    let locale = account.map_or_else(Locale::default, |account| account.locale);
    let (subject, text, to) = match delivery.notice_id {
        None => match mail::compose(work, delivery, base).await? {
            Some((to, subject, text)) => (subject, text, to),
            None => return Ok(Composed::Unwanted),
        },
        Some(id) => {
            let Some(notice) = work.tx.find_notice(id).await? else {
                return Ok(Composed::Unwanted);
            };
            let seen = match notice.urgency {
                Urgency::Routine => notice.read.is_some(),
                Urgency::Important | Urgency::Urgent => notice.acknowledged.is_some(),
            };
            if seen || notice.withdrawn.is_some() {
                return Ok(Composed::Unwanted);
            }
            let due = notice.urgency.not_before(work.now, zone);
            if due > work.now {
                return Ok(Composed::NotNow(due));
            }
            let reach = Reach::of(work, delivery.person_id).await?;
            if !reach.channels.contains(&delivery.channel) {
                return Ok(Composed::Unreachable(
                    "the person has no such address any more",
                ));
            }
            let to = match delivery.channel {
                Channel::Mail => reach.email.unwrap_or_default(),
                Channel::Sms | Channel::Voice => reach.phone.unwrap_or_default(),
                Channel::Letter => String::new(),
            };
            let sender = sender(work, &notice).await?;
            let (subject, text) = announcement(delivery.channel, &sender, id, base);
            (subject, text, to)
        }
    };
    Ok(Composed::Outgoing(Outgoing {
        id: delivery.id,
        channel: delivery.channel,
        to,
        locale,
        subject: subject.get(locale).to_owned(),
        text: text.get(locale).to_owned(),
    }))
}

/// Who sent a notice: a service, or the district.
pub(crate) async fn sender(work: &mut Work, notice: &Notice) -> Result<Localised> {
    let service = match notice.installation_id {
        Some(id) => Service::find(work, id).await?,
        None => None,
    };
    Ok(match service {
        Some(service) => service.manifest.title.clone(),
        None => host_name(work).await?,
    })
}

/// What the host calls itself.
pub(crate) async fn host_name(work: &mut Work) -> Result<Localised> {
    let district = work.tx.find_district().await?;
    Ok(district.map_or_else(|| Localised::new("邻里", "Linli"), |found| found.name))
}

/// That there is a message, without what it says.
fn announcement(
    channel: Channel,
    sender: &Localised,
    notice: NoticeId,
    base: Option<&str>,
) -> (Localised, Localised) {
    let subject = Localised::new(
        format!("您有一条来自“{}”的消息", sender.zh),
        format!("You have a message from {}", sender.en),
    );
    // Nobody can press a link that is read out to them.
    let link = base.filter(|_| channel != Channel::Voice);
    let text = match link {
        Some(base) => Localised::new(
            format!(
                "{}。请登录查看：{base}/inbox/{notice}\n为保护隐私，此处不显示内容。",
                subject.zh
            ),
            format!(
                "{}. Log in to read it: {base}/inbox/{notice}\nTo keep it private, its text does not stand here.",
                subject.en
            ),
        ),
        None => Localised::new(
            format!("{}。请登录邻里查看，或到社区服务中心询问。", subject.zh),
            format!(
                "{}. Log in to Linli to read it, or ask at your community's office.",
                subject.en
            ),
        ),
    };
    (subject, text)
}

/// How an attempt went.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Outcome {
    /// The channel has taken it.
    Sent,
    /// It waits for the community's staff to print it.
    ToPrint,
    /// The host does not have this channel.
    NoChannel,
    /// It failed in a way that may pass; what was tried and why it failed.
    Failed(String),
    /// It was refused for good.
    Refused(String),
}

/// Says how `owner`'s attempt went; false if somebody else has the delivery by now. What is lost by one channel goes out by
/// the next that the person chose.
pub async fn conclude(
    work: &mut Work,
    owner: Uuid,
    id: DeliveryId,
    outcome: &Outcome,
) -> Result<bool> {
    let Some(delivery) = work.tx.find_delivery(id).await? else {
        return Ok(false);
    };
    let (state, problem) = match outcome {
        Outcome::ToPrint => return Ok(work.tx.hand_over_letter(id, owner).await?),
        Outcome::Failed(problem) if delivery.attempts < MAX_ATTEMPTS => {
            let later = next_try(work, delivery.attempts);
            let next = allowed(work, delivery.notice_id, later).await?;
            let problem = shortened(problem);
            return Ok(work.tx.postpone_delivery(id, owner, next, &problem).await?);
        }
        Outcome::Sent => (DeliveryState::Sent, String::new()),
        Outcome::NoChannel => (
            DeliveryState::Skipped,
            format!("this host has no channel '{}'", delivery.channel),
        ),
        Outcome::Failed(problem) | Outcome::Refused(problem) => {
            (DeliveryState::Dead, shortened(problem))
        }
    };
    if state == DeliveryState::Dead {
        return die(work, &delivery, owner, &problem).await;
    }
    if !end(work, &delivery, owner, state, &problem).await? {
        return Ok(false);
    }
    if state != DeliveryState::Sent {
        fall_back(work, &delivery).await?;
    }
    Ok(true)
}

/// When something is tried again that failed this many times.
pub(crate) fn next_try(work: &mut Work, attempts: i64) -> Instant {
    let seconds = retry_seconds(attempts);
    // Half as much again at most, so that what failed together does not come back together.
    let jitter = work.stream.below(seconds.unsigned_abs() * 500_000);
    let wait = seconds * 1_000_000 + i64::try_from(jitter).unwrap_or(0);
    Instant(work.now.0.saturating_add(wait))
}

/// When a delivery may go out that is to go out at `at`: of a notice that is not urgent, not at night.
pub(crate) async fn allowed(
    work: &mut Work,
    notice: Option<NoticeId>,
    at: Instant,
) -> Result<Instant> {
    let Some(id) = notice else {
        return Ok(at);
    };
    let zone = district::zone(work).await?;
    let notice = work.tx.find_notice(id).await?;
    Ok(notice.map_or(at, |notice| notice.urgency.not_before(at, &zone)))
}

/// Gives a delivery up; false if somebody else has it by now.
async fn die(work: &mut Work, delivery: &Delivery, owner: Uuid, problem: &str) -> Result<bool> {
    if !end(work, delivery, owner, DeliveryState::Dead, problem).await? {
        return Ok(false);
    }
    fall_back(work, delivery).await?;
    let detail = json!({ "channel": delivery.channel.code(), "attempts": delivery.attempts });
    let (host, subject) = (Actor::host(), Some(delivery.person_id));
    work.audit_act(&host, subject, "delivery.die", delivery.id, detail)
        .await?;
    Ok(true)
}

pub(crate) fn shortened(problem: &str) -> String {
    problem.chars().take(MAX_PROBLEM).collect()
}

async fn end(
    work: &mut Work,
    delivery: &Delivery,
    owner: Uuid,
    state: DeliveryState,
    problem: &str,
) -> Result<bool> {
    let now = work.now;
    Ok(work
        .tx
        .end_delivery(delivery.id, owner, state, problem, now)
        .await?)
}

/// A channel has failed: the next one takes its place at once.
async fn fall_back(work: &mut Work, delivery: &Delivery) -> Result<()> {
    let Some(id) = delivery.notice_id else {
        return Ok(());
    };
    let notice = work.tx.find_notice(id).await?;
    let notice = notice.ok_or_else(|| Error::Internal("a delivery without its notice".into()))?;
    if notice.acknowledged.is_some()
        || notice.withdrawn.is_some()
        || notice.read.is_some() && !notice.urgency.wants_confirmation()
    {
        return Ok(());
    }
    let reach = Reach::of(work, notice.person_id).await?;
    let zone = district::zone(work).await?;
    let due = notice.urgency.not_before(work.now, &zone);
    match reach.next_channel(work, &notice).await? {
        Some(channel) => send_by(work, &notice, channel, reach.community, due).await,
        // Nothing is left to wait for.
        None if notice.step == "channels" => Ok(work
            .tx
            .set_notice_step(id, "delegates", Some(work.now))
            .await?),
        None => Ok(()),
    }
}
