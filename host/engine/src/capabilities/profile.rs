//! `linli:host/profile` over [`linli_core::basis`].

use crate::bindings::linli::host::profile::{FieldValue, Host, ReadError, Value};
use crate::bindings::linli::host::types::PersonRef;
use crate::call::{Call, answer, host_call};
use crate::trap::HostTrap;
use linli_core::Refusal;
use linli_core::basis::{self, Manner};

/// The most persons of one call.
const MAX_PEOPLE: usize = 100;

impl Call {
    async fn read_fields(
        &mut self,
        function: &'static str,
        person: &PersonRef,
        fields: &[String],
        manner: Manner,
    ) -> wasmtime::Result<Result<Vec<FieldValue>, ReadError>> {
        let unit = self.unit().await?;
        let read = basis::read_fields(
            unit.work,
            unit.service,
            unit.caller,
            &person.id,
            fields,
            manner,
            unit.disclosures,
        )
        .await;
        let read = answer(function, read, |refusal| match refusal {
            Refusal::NotFound(_) => Some(ReadError::NotFound),
            Refusal::Undeclared(field) => Some(ReadError::UndeclaredField(field.clone())),
            Refusal::NotAllowed => Some(ReadError::Denied),
            _ => None,
        })?;
        Ok(read.map(|values| {
            values
                .into_iter()
                .map(|(field, value)| FieldValue {
                    field,
                    value: match value {
                        basis::FieldValue::Present(value) => Value::Present(value),
                        basis::FieldValue::Absent => Value::Absent,
                        basis::FieldValue::Denied => Value::Denied,
                    },
                })
                .collect()
        }))
    }
}

impl Host for Call {
    async fn read(
        &mut self,
        person: PersonRef,
        fields: Vec<String>,
    ) -> wasmtime::Result<Result<Vec<FieldValue>, ReadError>> {
        host_call!(self, "profile.read", {
            self.read_fields("profile.read", &person, &fields, Manner::One)
                .await
        })
    }

    async fn read_many(
        &mut self,
        people: Vec<PersonRef>,
        fields: Vec<String>,
    ) -> wasmtime::Result<Vec<Result<Vec<FieldValue>, ReadError>>> {
        host_call!(self, "profile.read-many", {
            if people.len() > MAX_PEOPLE {
                let problem = format!("{} people; at most {MAX_PEOPLE}", people.len());
                return Err(HostTrap::BadCall {
                    function: "profile.read-many",
                    problem,
                }
                .into());
            }
            let mut answers = Vec::with_capacity(people.len());
            for person in &people {
                answers.push(
                    self.read_fields("profile.read-many", person, &fields, Manner::OfMany)
                        .await?,
                );
            }
            Ok(answers)
        })
    }
}
