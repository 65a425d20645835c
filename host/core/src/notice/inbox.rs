//! The inbox: a person's notices as they read them.

use crate::basis::{self, Disclosures, FieldValue};
use crate::caller::{Caller, CallerKind, Login};
use crate::error::{Refusal, Result};
use crate::service::Service;
use crate::work::Work;
use linli_domain::profile::ProfileField;
use linli_domain::{Locale, NoticeId, PersonId};
use linli_store::notice::{Notice, StoredArgument, StoredMessage};

/// A notice as its reader sees it.
#[derive(Clone, Debug)]
pub struct ReadableNotice {
    /// The notice.
    pub notice: Notice,
    /// Which service sent it; none for the host itself.
    pub service: Option<Service>,
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
        let Some(installation) = notice.installation_id else {
            readable.push(ReadableNotice {
                title: own_text(&notice.title, locale),
                body: own_text(&notice.body, locale),
                notice,
                service: None,
            });
            continue;
        };
        let Some(service) = Service::find(work, installation).await? else {
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
            service: Some(service),
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

/// What a notice of the host itself says: its text stands there whole, without names.
pub(crate) fn own_text(message: &StoredMessage, locale: Locale) -> String {
    message.text.get(locale).to_owned()
}

/// Opens what a notice leads to, which confirms it; answers it with the service that sent it; none for the host itself.
pub async fn open(
    work: &mut Work,
    login: &Login,
    id: NoticeId,
) -> Result<(Notice, Option<Service>)> {
    let notice = work
        .tx
        .find_notice(id)
        .await?
        .filter(|notice| notice.person_id == login.person);
    let notice = notice.ok_or(Refusal::NotFound("notice"))?;
    super::acknowledge(work, login, id).await?;
    let service = match notice.installation_id {
        Some(installation) => Some(
            Service::find(work, installation)
                .await?
                .ok_or(Refusal::NotFound("service"))?,
        ),
        None => None,
    };
    Ok((notice, service))
}
