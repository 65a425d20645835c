//! `linli:host/records` over [`linli_core::record`].

use super::appointments::list_of;
use crate::bindings::linli::host::records::{Host, RecordError, RecordsSlice, Stored};
use crate::bindings::linli::host::types::{Cursor, PersonRef};
use crate::call::{Call, Unit, answer, check_text, host_call};
use crate::trap::HostTrap;
use linli_core::store::record::Record;
use linli_core::{Refusal, record};
use linli_domain::PersonId;

type Answer<T> = wasmtime::Result<Result<T, RecordError>>;

fn error_of(refusal: &Refusal) -> Option<RecordError> {
    Some(match refusal {
        Refusal::Undeclared(_) => RecordError::UndeclaredCollection,
        Refusal::VersionConflict(version) => RecordError::VersionConflict(*version),
        Refusal::OverBudget(_) => RecordError::OverBudget,
        Refusal::Record(_) => RecordError::Locked,
        Refusal::Invalid(problem) => RecordError::Invalid(problem.clone()),
        other => RecordError::Invalid(other.message().en),
    })
}

fn shown(unit: &Unit<'_>, row: Record) -> Result<Stored, HostTrap> {
    let subject = row
        .subject_id
        .map(|person| unit.service.reference(unit.work, person))
        .transpose()?;
    Ok(Stored {
        key: row.key,
        document: row.document.to_string(),
        version: u64::try_from(row.version).unwrap_or_default(),
        subject: subject.map(|id| PersonRef { id }),
        updated: row.updated.0,
    })
}

async fn open(
    function: &'static str,
    unit: &mut Unit<'_>,
    subject: Option<PersonRef>,
) -> Answer<Option<PersonId>> {
    let Some(subject) = subject else {
        return Ok(Ok(None));
    };
    let person = unit.service.open_reference(unit.work, &subject.id).await;
    let unknown = |_: &Refusal| {
        Some(RecordError::Invalid(
            "subject is nobody whom this installation serves".to_owned(),
        ))
    };
    Ok(answer(function, person, unknown)?.map(Some))
}

impl Host for Call {
    async fn get(&mut self, collection: String, key: String) -> Answer<Option<Stored>> {
        host_call!(self, "records.get", {
            check_text("records.get", [key.as_str()])?;
            let unit = self.unit().await?;
            let row = record::find(unit.work, unit.service, &collection, &key).await;
            Ok(match answer("records.get", row, error_of)? {
                Ok(row) => Ok(row.map(|row| shown(&unit, row)).transpose()?),
                Err(error) => Err(error),
            })
        })
    }

    async fn put(
        &mut self,
        collection: String,
        key: String,
        document: String,
        subject: Option<PersonRef>,
        expected: Option<u64>,
    ) -> Answer<u64> {
        host_call!(self, "records.put", {
            self.writes("records.put")?;
            check_text("records.put", [key.as_str()])?;
            if !self.used.may_write(document.len()) {
                return Ok(Err(RecordError::OverBudget));
            }
            let mut unit = self.unit().await?;
            let subject = match open("records.put", &mut unit, subject).await? {
                Ok(subject) => subject,
                Err(error) => return Ok(Err(error)),
            };
            let put = record::put(
                unit.work,
                unit.service,
                &collection,
                &key,
                &document,
                subject,
                expected,
            )
            .await;
            answer("records.put", put, error_of)
        })
    }

    async fn delete(&mut self, collection: String, key: String) -> Answer<bool> {
        host_call!(self, "records.delete", {
            self.writes("records.delete")?;
            check_text("records.delete", [key.as_str()])?;
            let unit = self.unit().await?;
            let deleted = record::delete(unit.work, unit.service, &collection, &key).await;
            answer("records.delete", deleted, error_of)
        })
    }

    async fn list_records(
        &mut self,
        collection: String,
        subject: Option<PersonRef>,
        after: Option<Cursor>,
        limit: u16,
    ) -> Answer<RecordsSlice> {
        host_call!(self, "records.list-records", {
            let mut unit = self.unit().await?;
            let subject = match open("records.list-records", &mut unit, subject).await? {
                Ok(subject) => subject,
                Err(error) => return Ok(Err(error)),
            };
            let about = subject.map(|person| person.to_string()).unwrap_or_default();
            let list = list_of(&unit, &format!("records of {collection} about {about}"));
            let after = match after {
                None => String::new(),
                Some(cursor) => match unit.work.references.open_cursor(&list, &cursor.id) {
                    Some(key) => key,
                    None => {
                        return Ok(Err(RecordError::Invalid(
                            "after is no cursor of this list".to_owned(),
                        )));
                    }
                },
            };
            let rows =
                record::list(unit.work, unit.service, &collection, subject, &after, limit).await;
            let rows = match answer("records.list-records", rows, error_of)? {
                Ok(rows) => rows,
                Err(error) => return Ok(Err(error)),
            };
            let full = rows.len() >= usize::from(limit);
            let next = rows
                .last()
                .filter(|_| full)
                .and_then(|last| unit.work.references.seal_cursor(&list, &last.key));
            let items = rows
                .into_iter()
                .map(|row| shown(&unit, row))
                .collect::<Result<_, _>>()?;
            Ok(Ok(RecordsSlice {
                items,
                next: next.map(|id| Cursor { id }),
            }))
        })
    }
}
