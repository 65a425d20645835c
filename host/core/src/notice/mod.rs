//! Notices to persons: [`send`] by a plugin, [`tell`] by the host itself; [`list`], [`open`] and
//! [`acknowledge`] in the reader's inbox; [`escalate`] while a reader does not confirm.

mod escalation;
mod inbox;

pub use escalation::{acknowledge, escalate};
pub(crate) use inbox::own_text;
pub use inbox::{Format, ReadableNotice, list, open};

use crate::delegation;
use crate::error::{Error, Refusal, Result};
use crate::service::Service;
use crate::work::Work;
use crate::{district, outbox};
use linli_domain::budget::Budget;
use linli_domain::manifest::placeholders;
use linli_domain::{Instant, Localised, NoticeId, PersonId, Urgency};
use linli_store::notice::{Notice, StoredArgument, StoredMessage};
use std::collections::BTreeSet;
use uuid::Uuid;

/// The most persons whom one invocation may send to.
pub const MAX_NOTICES: u32 = 50;
/// A budget of so many notices a day, or fewer, is counted at each call.
const COUNTED_ALWAYS: u32 = 200;
/// The most arguments of one message.
const MAX_ARGUMENTS: usize = 16;
/// The longest text of an argument, in bytes.
pub const MAX_TEXT: usize = 4_096;
/// The longest name of an argument, in bytes.
const MAX_NAME: usize = 64;
/// The longest path, in bytes.
const MAX_PATH: usize = 512;

/// To whom.
#[derive(Clone, Debug)]
pub enum Recipient {
    /// One person.
    Person(PersonId),
    /// A resident's live delegates and guardians.
    DelegatesOf(PersonId),
    /// Whoever holds the role at the organisation in the community.
    Role(String),
}

/// A message of the manifest with what stands in for its names.
#[derive(Clone, Debug)]
pub struct Message {
    /// Which.
    pub key: String,
    /// What stands in.
    pub arguments: Vec<(String, StoredArgument)>,
}

/// What is sent.
#[derive(Clone, Debug)]
pub struct Draft {
    /// Its title.
    pub title: Message,
    /// Its text.
    pub body: Message,
    /// How urgent it is.
    pub urgency: Urgency,
    /// The plugin's page that it leads to.
    pub path: Option<String>,
}

/// Sends a notice and answers how many it went to. `sent` counts over the invocation.
pub async fn send(
    work: &mut Work,
    service: &Service,
    to: &Recipient,
    draft: &Draft,
    sent: &mut u32,
) -> Result<u32> {
    let title = resolve(service, &draft.title)?;
    let body = resolve(service, &draft.body)?;
    if draft.path.as_ref().is_some_and(|path| !is_path(path)) {
        return Err(Refusal::Invalid(format!(
            "path must begin with '/', have at most {MAX_PATH} bytes, no dot segments and no character that an address \
             cannot hold"
        ))
        .into());
    }
    let recipients: Vec<(PersonId, Option<PersonId>)> = match to {
        Recipient::Person(person) => vec![(*person, None)],
        Recipient::DelegatesOf(resident) => delegation::of_resident(work, *resident)
            .await?
            .into_iter()
            .filter(|delegation| delegation::in_scope(delegation, service))
            .map(|delegation| (delegation.delegate_id, Some(*resident)))
            .collect(),
        Recipient::Role(code) => {
            if !service.manifest.roles.contains_key(code) {
                return Err(Refusal::Undeclared(code.chars().take(64).collect()).into());
            }
            let holders = work
                .tx
                .list_role_holders(
                    service.organisation.id,
                    service.community.id,
                    code,
                    work.now,
                )
                .await?;
            let holders: BTreeSet<_> = holders.into_iter().map(|role| role.person_id).collect();
            holders.into_iter().map(|person| (person, None)).collect()
        }
    };
    // Before the first is stored: a plugin that is told 'too many' has sent none.
    let count = u32::try_from(recipients.len()).unwrap_or(u32::MAX);
    let total = sent.saturating_add(count);
    if total > MAX_NOTICES {
        return Err(Refusal::OverBudget("notices").into());
    }
    if !within_a_day(work, service, count).await? {
        return Err(Refusal::OverBudget("notices").into());
    }
    *sent = total;
    for (person, subject) in &recipients {
        let notice = Notice {
            id: work.id(),
            person_id: *person,
            installation_id: Some(service.id()),
            subject_id: *subject,
            title: title.clone(),
            body: body.clone(),
            urgency: draft.urgency,
            path: draft.path.clone(),
            created: work.now,
            read: None,
            acknowledged: None,
            step: "done".to_owned(),
            escalate_at: None,
            origin_id: None,
            about: None,
            withdrawn: None,
        };
        outbox::post(work, &service.zone, notice).await?;
    }
    Ok(count)
}

/// Whether an installation may send so many more within 24 hours.
///
/// A count reads what others insert, so that under PostgreSQL's serializable isolation any two acts that count and send would
/// lose a race to each other, and it reads many rows. So a large budget is counted only one time in 16, drawn from the
/// unit of work's stream, which no plugin can foresee: 16 calls more than it has at the mean.
async fn within_a_day(work: &mut Work, service: &Service, more: u32) -> Result<bool> {
    let most = service.installation.budgets.get(Budget::Notices);
    let mut drawn = [0];
    work.stream.fill(&mut drawn);
    if most > COUNTED_ALWAYS && !drawn[0].is_multiple_of(16) {
        return Ok(true);
    }
    let since = work.now.plus_days(-1);
    let sent = work
        .tx
        .count_notices_since(service.id(), since, i64::from(most))
        .await?;
    Ok(sent + i64::from(more) <= i64::from(most))
}

/// Puts a notice of the host itself into a person's inbox, in the caller's unit of work. `subject`: for a delegate, whom it
/// is about. `path`: the page of the host that it leads to, such as `/my-data`. Both texts have 1–4,096 bytes in each
/// language and stand as they are, so they hold only what the person may read.
pub async fn tell(
    work: &mut Work,
    person: PersonId,
    subject: Option<PersonId>,
    title: Localised,
    body: Localised,
    urgency: Urgency,
    path: Option<String>,
) -> Result<NoticeId> {
    for text in [&title.zh, &title.en, &body.zh, &body.en] {
        if text.is_empty() || text.len() > MAX_TEXT {
            return Err(Error::Internal(format!(
                "a text of a notice has {} bytes; it must have 1–{MAX_TEXT}",
                text.len()
            )));
        }
    }
    if path.as_ref().is_some_and(|path| !is_path(path)) {
        return Err(Error::Internal(
            "a notice leads to a page of the host by its path, such as /my-data".to_owned(),
        ));
    }
    let mut notice = host_notice(work, person, title, body, urgency);
    notice.subject_id = subject;
    notice.path = path;
    let id = notice.id;
    let zone = district::zone(work).await?;
    outbox::post(work, &zone, notice).await?;
    Ok(id)
}

/// A notice of the host itself, not yet sent.
pub(crate) fn host_notice(
    work: &mut Work,
    person: PersonId,
    title: Localised,
    body: Localised,
    urgency: Urgency,
) -> Notice {
    let own = |text| StoredMessage {
        text,
        arguments: vec![],
    };
    Notice {
        id: work.id(),
        person_id: person,
        installation_id: None,
        subject_id: None,
        title: own(title),
        body: own(body),
        urgency,
        path: None,
        created: work.now,
        read: None,
        acknowledged: None,
        step: "done".to_owned(),
        escalate_at: None,
        origin_id: None,
        about: None,
        withdrawn: None,
    }
}

/// From when on an offer to somebody counts that is made now: when its notice may first go out, which is not at night.
pub(crate) async fn reaches(work: &mut Work) -> Result<Instant> {
    let zone = district::zone(work).await?;
    Ok(Urgency::Important.not_before(work.now, &zone))
}

/// Tells somebody that something is kept for them: a booking, an appointment or an enrolment. When that is over,
/// [`withdraw`] calls the notice off. `subject`: for a guardian, whom it is about. `path`: where it is accepted.
pub(crate) async fn offer(
    work: &mut Work,
    person: PersonId,
    subject: Option<PersonId>,
    (title, body): (Localised, Localised),
    about: Uuid,
    path: &str,
) -> Result<()> {
    let mut notice = host_notice(work, person, title, body, Urgency::Important);
    notice.subject_id = subject;
    notice.path = Some(path.to_owned());
    notice.about = Some(about);
    let zone = district::zone(work).await?;
    outbox::post(work, &zone, notice).await
}

/// What was offered was taken, declined or went to somebody else: nothing more goes out about it, and nobody is told that
/// its notice was not confirmed.
pub(crate) async fn withdraw(work: &mut Work, about: Uuid) -> Result<()> {
    Ok(work.tx.withdraw_notices(about, work.now).await?)
}

/// Whether it is the path of a page, with or without a query: nothing that a browser reads as another place.
fn is_path(text: &str) -> bool {
    let (path, query) = text.split_once('?').unwrap_or((text, ""));
    let holds = |c: char| c.is_alphanumeric() || "-._~!$&'()*+,;=:@%/".contains(c);
    let dots = |segment: &str| {
        let segment = segment.replace("%2e", ".").replace("%2E", ".");
        segment == "." || segment == ".."
    };
    text.len() <= MAX_PATH
        && path.starts_with('/')
        && !path.contains("//")
        && path.chars().all(holds)
        && query.chars().all(|c| holds(c) || c == '?')
        && !path.split('/').any(dots)
}

fn resolve(service: &Service, message: &Message) -> Result<StoredMessage> {
    let text = service
        .manifest
        .messages
        .get(&message.key)
        .ok_or_else(|| Refusal::Undeclared(message.key.chars().take(64).collect()))?;
    if message.arguments.len() > MAX_ARGUMENTS {
        return Err(
            Refusal::Invalid(format!("a message has at most {MAX_ARGUMENTS} arguments")).into(),
        );
    }
    for (name, argument) in &message.arguments {
        let longest = match argument {
            StoredArgument::Text(text) => text.len(),
            StoredArgument::Localised(text) => text.zh.len().max(text.en.len()),
            StoredArgument::Person { field, .. } => field.len(),
            StoredArgument::Number(_) | StoredArgument::Instant(_) => 0,
        };
        if name.len() > MAX_NAME || longest > MAX_TEXT {
            let name: String = name.chars().take(MAX_NAME).collect();
            return Err(Refusal::Invalid(format!(
                "the argument '{name}' has {longest} bytes; at most {MAX_TEXT}, and {MAX_NAME} for its name"
            ))
            .into());
        }
    }
    for name in placeholders(&text.zh) {
        if !message.arguments.iter().any(|(given, _)| given == name) {
            return Err(Refusal::Undeclared(format!("{}.{name}", message.key)).into());
        }
    }
    Ok(StoredMessage {
        text: text.clone(),
        arguments: message.arguments.clone(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_leads_to_a_page_of_the_plugin() {
        for path in [
            "/",
            "/visits/1",
            "/visits/1?day=2026-11-24&x=%E5%A5%BD",
            "/探访/1",
            "/a/",
        ] {
            assert!(is_path(path), "{path}");
        }
        let long = format!("/{}", "a".repeat(MAX_PATH));
        for path in [
            "",
            "visits",
            "//example.org",
            "/a//b",
            "/..",
            "/a/../b",
            "/a/.",
            "/a/%2e%2E/b",
            "/a\\b",
            "/a b",
            "/a\nb",
            "/a#b",
            "/<b>",
            "/a?b=c d",
            long.as_str(),
        ] {
            assert!(!is_path(path), "{path}");
        }
    }
}
