//! `linli:host/notices` over [`linli_core::notice`].

use super::appointments::localised_of;
use crate::bindings::linli::host::notices::{Host, Notice, NoticeError, Recipient, Urgency};
use crate::bindings::linli::host::types::{Argument, Message, PersonRef};
use crate::call::{Call, Unit, answer, check_text, host_call};
use crate::trap::HostTrap;
use linli_core::store::notice::StoredArgument;
use linli_core::{Refusal, notice};
use linli_domain::{Instant, PersonId};

type Answer<T> = wasmtime::Result<Result<T, NoticeError>>;

async fn open(unit: &mut Unit<'_>, person: &PersonRef) -> Answer<PersonId> {
    let person = unit.service.open_reference(unit.work, &person.id).await;
    answer("notices.send", person, |_| Some(NoticeError::NotFound))
}

fn check(name: &str, argument: &Argument) -> Result<(), HostTrap> {
    let texts: Vec<&str> = match argument {
        Argument::Text(text) => vec![text],
        Argument::Localised(text) => text
            .iter()
            .map(|translation| translation.text.as_str())
            .collect(),
        Argument::Person(field) => vec![&field.field],
        Argument::Number(number) if !number.is_finite() => {
            let problem = format!("the argument '{name}' is {number}");
            return Err(HostTrap::BadCall {
                function: "notices.send",
                problem,
            });
        }
        Argument::Number(_) | Argument::Instant(_) => Vec::new(),
    };
    check_text("notices.send", texts.into_iter().chain([name]))
}

async fn message(unit: &mut Unit<'_>, message: Message) -> Answer<notice::Message> {
    let mut arguments = Vec::with_capacity(message.arguments.len());
    for (name, argument) in message.arguments {
        check(&name, &argument)?;
        let stored = match argument {
            Argument::Text(text) => StoredArgument::Text(text),
            Argument::Number(number) => StoredArgument::Number(number),
            Argument::Instant(at) => {
                StoredArgument::Instant(Instant(at.clamp(-Instant::BOUND, Instant::BOUND)))
            }
            Argument::Localised(text) => match localised_of(text) {
                Some(text) => StoredArgument::Localised(text),
                None => {
                    return Ok(Err(NoticeError::Undeclared(format!(
                        "{}.{name}",
                        message.key
                    ))));
                }
            },
            Argument::Person(field) => match open(unit, &field.person).await? {
                Ok(person) => StoredArgument::Person {
                    person,
                    field: field.field,
                },
                Err(error) => return Ok(Err(error)),
            },
        };
        arguments.push((name, stored));
    }
    Ok(Ok(notice::Message {
        key: message.key,
        arguments,
    }))
}

impl Call {
    async fn send_notice(&mut self, to: Recipient, sent: Notice) -> Answer<u32> {
        let mut unit = self.unit().await?;
        let to = match to {
            Recipient::Person(person) => open(&mut unit, &person)
                .await?
                .map(notice::Recipient::Person),
            Recipient::DelegatesOf(person) => open(&mut unit, &person)
                .await?
                .map(notice::Recipient::DelegatesOf),
            Recipient::Role(role) => Ok(notice::Recipient::Role(role)),
        };
        let to = match to {
            Ok(to) => to,
            Err(error) => return Ok(Err(error)),
        };
        let title = match message(&mut unit, sent.title).await? {
            Ok(title) => title,
            Err(error) => return Ok(Err(error)),
        };
        let body = match message(&mut unit, sent.body).await? {
            Ok(body) => body,
            Err(error) => return Ok(Err(error)),
        };
        let urgency = match sent.urgency {
            Urgency::Routine => linli_domain::Urgency::Routine,
            Urgency::Important => linli_domain::Urgency::Important,
            Urgency::Urgent => linli_domain::Urgency::Urgent,
        };
        let draft = notice::Draft {
            title,
            body,
            urgency,
            path: sent.path,
        };
        let count = notice::send(unit.work, unit.service, &to, &draft, unit.notices_sent).await;
        answer("notices.send", count, |refusal| match refusal {
            Refusal::NotFound(_) => Some(NoticeError::NotFound),
            Refusal::Undeclared(what) => Some(NoticeError::Undeclared(what.clone())),
            Refusal::OverBudget(_) => Some(NoticeError::TooMany),
            _ => None,
        })
    }
}

impl Host for Call {
    async fn send(&mut self, to: Recipient, notice: Notice) -> Answer<u32> {
        host_call!(self, "notices.send", {
            self.writes("notices.send")?;
            check_text("notices.send", notice.path.as_deref())?;
            self.send_notice(to, notice).await
        })
    }
}
