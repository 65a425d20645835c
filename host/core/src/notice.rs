//! Notices to persons, in their inboxes.

use crate::basis::{self, Disclosures, FieldValue};
use crate::caller::{Caller, CallerKind, Login};
use crate::error::{Refusal, Result};
use crate::service::Service;
use crate::work::Work;
use linli_domain::manifest::placeholders;
use linli_domain::profile::ProfileField;
use linli_domain::{Locale, NoticeId, PersonId};
use linli_store::notice::{Notice, StoredArgument, StoredMessage};
use std::collections::BTreeSet;

/// The most persons whom one invocation may send to.
pub const MAX_NOTICES: u32 = 50;
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
    /// `routine`, `important` or `urgent`.
    pub urgency: &'static str,
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
        Recipient::DelegatesOf(resident) => work
            .tx
            .list_delegations_of_resident(*resident, work.now)
            .await?
            .into_iter()
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
    *sent = total;
    for (person, subject) in &recipients {
        let notice = Notice {
            id: work.id(),
            person_id: *person,
            installation_id: service.id(),
            subject_id: *subject,
            title: title.clone(),
            body: body.clone(),
            urgency: draft.urgency.to_owned(),
            path: draft.path.clone(),
            created: work.now,
            read: None,
        };
        work.tx.create_notice(&notice).await?;
    }
    Ok(count)
}

/// Whether it is the path of a plugin's page, with or without a query: nothing that a browser reads as another place.
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

/// A notice as its reader sees it.
#[derive(Clone, Debug)]
pub struct ReadableNotice {
    /// The notice.
    pub notice: Notice,
    /// Which service sent it.
    pub service: Service,
    /// Its title.
    pub title: String,
    /// Its text.
    pub body: String,
}

/// Formats what stands in for names: how instants and numbers look is the reader's host page's business.
pub trait Format {
    /// An instant in the service's zone.
    fn instant(&self, at: linli_domain::Instant, service: &Service, locale: Locale) -> String;
}

/// A person's notices before a position, newest first, rendered for them. Persons' fields are checked for the reader now.
pub async fn list(
    work: &mut Work,
    login: &Login,
    locale: Locale,
    before: Option<(linli_domain::Instant, NoticeId)>,
    limit: u16,
    format: &(dyn Format + Sync),
    disclosures: &mut Vec<(Service, Caller, Disclosures)>,
) -> Result<Vec<ReadableNotice>> {
    let before = before.unwrap_or((linli_domain::Instant(i64::MAX), NoticeId(uuid::Uuid::max())));
    let notices = work
        .tx
        .list_notices(login.person, before, limit.into())
        .await?;
    let mut readable = Vec::with_capacity(notices.len());
    for notice in notices {
        let Some(service) = Service::find(work, notice.installation_id).await? else {
            continue;
        };
        let reader = reader(&service, login, notice.subject_id, locale);
        let mut read = Disclosures::default();
        let title = render(work, &service, &reader, &notice.title, format, &mut read).await?;
        let body = render(work, &service, &reader, &notice.body, format, &mut read).await?;
        if !read.is_empty() {
            disclosures.push((service.clone(), reader, read));
        }
        readable.push(ReadableNotice {
            notice,
            service,
            title,
            body,
        });
    }
    Ok(readable)
}

/// As what somebody reads a notice.
fn reader(service: &Service, login: &Login, subject: Option<PersonId>, locale: Locale) -> Caller {
    let staff = login
        .roles_at(service.organisation.id, service.community.id)
        .next()
        .map(str::to_owned);
    let acts = subject.filter(|subject| login.delegation_for(*subject).is_some());
    let kind = match (&acts, &staff) {
        (Some(_), _) => CallerKind::Delegate,
        (None, Some(_)) => CallerKind::Staff,
        (None, None) => CallerKind::Resident,
    };
    Caller {
        kind,
        person: Some(login.person),
        subject: acts,
        role: staff,
        locale,
    }
}

async fn render(
    work: &mut Work,
    service: &Service,
    reader: &Caller,
    message: &StoredMessage,
    format: &(dyn Format + Sync),
    disclosures: &mut Disclosures,
) -> Result<String> {
    let mut text = String::new();
    let mut rest = message.text.get(reader.locale);
    while let Some((before, after)) = rest.split_once('{') {
        text.push_str(before);
        let Some((name, after)) = after.split_once('}') else {
            break;
        };
        rest = after;
        match message
            .arguments
            .iter()
            .find(|(given, _)| given == name)
            .map(|(_, argument)| argument)
        {
            None => text.push('—'),
            Some(StoredArgument::Text(value)) => text.push_str(value),
            Some(StoredArgument::Localised(value)) => text.push_str(value.get(reader.locale)),
            Some(StoredArgument::Number(value)) => text.push_str(&value.to_string()),
            Some(StoredArgument::Instant(at)) => {
                text.push_str(&format.instant(*at, service, reader.locale))
            }
            Some(StoredArgument::Person { person, field }) => {
                let declared = ProfileField::from_code(field)
                    .filter(|field| service.manifest.fields.contains_key(field.code()));
                let value = match declared {
                    Some(field) => {
                        basis::show_person(work, service, reader, *person, field, disclosures)
                            .await?
                    }
                    None => FieldValue::Denied,
                };
                text.push_str(if let FieldValue::Present(value) = &value {
                    value
                } else {
                    "—"
                });
            }
        }
    }
    text.push_str(rest);
    Ok(text)
}

/// Marks a notice as read and answers it.
pub async fn open(work: &mut Work, login: &Login, id: NoticeId) -> Result<(Notice, Service)> {
    let notice = work
        .tx
        .find_notice(id)
        .await?
        .filter(|notice| notice.person_id == login.person);
    let notice = notice.ok_or(Refusal::NotFound("notice"))?;
    work.tx.mark_notice_read(login.person, id, work.now).await?;
    let service = Service::find(work, notice.installation_id)
        .await?
        .ok_or(Refusal::NotFound("service"))?;
    Ok((notice, service))
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
