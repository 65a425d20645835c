//! How a person wants to hear of notices: their mail address, which they confirm, and the channels they choose.

use crate::caller::Login;
use crate::error::{Refusal, Result};
use crate::outbox;
use crate::work::Work;
use linli_domain::notice::{Channel, ChannelChoice, is_mail_address};
use linli_domain::{DeliveryId, Localised, PersonId};
use linli_store::contact::Contact;
use linli_store::outbox::Delivery;
use serde_json::json;

/// For how long the question whether an address is right can be answered, in days.
const CONFIRM_DAYS: i64 = 7;
/// How often a person may have the question sent within a day.
const QUESTIONS_A_DAY: i64 = 5;

/// Why a person's channels stay as they are.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum ContactRefusal {
    /// It is no mail address.
    NoMailAddress,
    /// The question went out too often today.
    TooManyQuestions,
    /// The link is too old, was used for an address that changed meanwhile, or is none of the host's.
    LinkTooOld,
}

impl ContactRefusal {
    /// What it says to people, in both languages.
    pub fn message(&self) -> Localised {
        match self {
            Self::NoMailAddress => Localised::new(
                "这不是可用的邮箱地址，请填写如 name@example.com 的地址。",
                "This cannot be a mail address. Write one such as name@example.com.",
            ),
            Self::TooManyQuestions => Localised::new(
                "今天已多次发送确认邮件，请明天再试，或检查垃圾邮件箱。",
                "The confirmation was sent many times today. Look among unwanted mail, or try again tomorrow.",
            ),
            Self::LinkTooOld => Localised::new(
                "此链接已失效，请登录后在“通知方式”中重新保存邮箱。",
                "This link no longer works. Log in, and save your address again under 'How you are told'.",
            ),
        }
    }
}

/// What a person chose; the defaults where they never did.
pub async fn find(work: &mut Work, person: PersonId) -> Result<Contact> {
    Ok(work.tx.find_contact(person).await?.unwrap_or(Contact {
        person_id: person,
        email: None,
        email_confirmed: None,
        channels: ChannelChoice::default(),
        changed: work.now,
    }))
}

/// A person chooses their channels.
pub async fn choose(work: &mut Work, login: &Login, channels: ChannelChoice) -> Result<()> {
    let mut contact = find(work, login.person).await?;
    if contact.channels == channels {
        return Ok(());
    }
    let detail = json!({ "channels": channels });
    contact.channels = channels;
    contact.changed = work.now;
    work.tx.put_contact(&contact).await?;
    let who = Some(login.person);
    work.audit(who, who, "contact.choose", login.person, detail)
        .await
}

/// A person gives their mail address, or takes it away with an empty one. Nothing but the question whether it is right goes
/// to it before they have confirmed it.
pub async fn set_email(work: &mut Work, login: &Login, email: &str) -> Result<()> {
    let email = email.trim();
    let mut contact = find(work, login.person).await?;
    let new = (!email.is_empty()).then(|| email.to_owned());
    if contact.email == new && (new.is_none() || contact.email_confirmed.is_some()) {
        return Ok(());
    }
    if let Some(email) = &new {
        if !is_mail_address(email) {
            return Err(Refusal::Contact(ContactRefusal::NoMailAddress).into());
        }
        let since = work.now.plus_days(-1);
        if work.tx.count_questions(login.person, since).await? >= QUESTIONS_A_DAY {
            return Err(Refusal::Contact(ContactRefusal::TooManyQuestions).into());
        }
        let now = work.now;
        let question = outbox::new(work, login.person, None, Channel::Mail, None, now);
        work.tx.create_delivery(&question).await?;
    }
    let detail = json!({ "given": new.is_some() });
    contact.email = new;
    contact.email_confirmed = None;
    contact.changed = work.now;
    work.tx.put_contact(&contact).await?;
    let who = Some(login.person);
    work.audit(who, who, "contact.email", login.person, detail)
        .await
}

/// Whoever reads the mail confirms that the address is right; answers whose it is.
pub async fn confirm_email(work: &mut Work, question: DeliveryId, token: &str) -> Result<PersonId> {
    let too_old = || Refusal::Contact(ContactRefusal::LinkTooOld);
    let delivery = work.tx.find_delivery(question).await?;
    let delivery = delivery
        .filter(|found| found.notice_id.is_none())
        .filter(|found| found.created.plus_days(CONFIRM_DAYS) > work.now)
        .ok_or_else(too_old)?;
    let mut contact = find(work, delivery.person_id).await?;
    let email = contact.email.clone().ok_or_else(too_old)?;
    if self::token(work, question, &email) != token {
        return Err(too_old().into());
    }
    if contact.email_confirmed.is_none() {
        contact.email_confirmed = Some(work.now);
        contact.changed = work.now;
        work.tx.put_contact(&contact).await?;
        let who = Some(contact.person_id);
        work.audit(who, who, "contact.confirm", contact.person_id, json!({}))
            .await?;
    }
    Ok(contact.person_id)
}

/// The question whether a mail address is right: address, subject, text; none where it is no longer to be asked, or the
/// host does not know where it is reached.
pub(crate) async fn question(
    work: &mut Work,
    delivery: &Delivery,
    base: Option<&str>,
) -> Result<Option<(String, Localised, Localised)>> {
    let contact = find(work, delivery.person_id).await?;
    let (Some(email), Some(base)) = (contact.email, base) else {
        return Ok(None);
    };
    if contact.email_confirmed.is_some() {
        return Ok(None);
    }
    let host = outbox::host_name(work).await?;
    let token = token(work, delivery.id, &email);
    let link = format!("{base}/contact/confirm/{}/{token}", delivery.id);
    let subject = Localised::new(
        format!("请确认您的邮箱 · {}", host.zh),
        format!("Confirm your mail address · {}", host.en),
    );
    let text = Localised::new(
        format!(
            "有人在“{}”填写了这个邮箱，用来接收通知。如果是您，请打开以下链接确认（{CONFIRM_DAYS} 天内有效）：\n{link}\n\
             如果不是您，请忽略此邮件。",
            host.zh
        ),
        format!(
            "Somebody gave this address to {} to be told of notices. If it was you, open this link within {CONFIRM_DAYS} \
             days:\n{link}\nIf it was not you, do nothing.",
            host.en
        ),
    );
    Ok(Some((email, subject, text)))
}

/// What only a reader of the mail knows: a keyed hash of the question and the address, so that nothing of it is stored and
/// an address that changes makes it worthless.
fn token(work: &Work, question: DeliveryId, email: &str) -> String {
    let hash = work
        .tx
        .fingerprint("mail-confirmation", &format!("{question} {email}"));
    hash.iter().map(|byte| format!("{byte:02x}")).collect()
}
