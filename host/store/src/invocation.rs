//! What outlives one run of an invocation: forms that wait for consent, and answers by idempotency key.

use crate::column::row;
use crate::{StoreResult, Tx};
use linli_domain::{InstallationId, Instant, PersonId};
use serde_json::Value;
use uuid::Uuid;

row! {
    /// A posted form that waits while its sender is asked for consent.
    pub struct PendingForm {
        /// The id.
        pub id: Uuid,
        /// Who posted it.
        pub person_id: PersonId,
        /// What was posted.
        pub data: Value,
        /// When.
        pub created: Instant,
    }
}

row! {
    /// The answer to an act.
    pub struct Answer {
        /// What was answered.
        pub data: Value,
    }
}

impl Tx {
    /// Keeps a posted form.
    pub async fn create_pending_form(&mut self, form: &PendingForm) -> StoreResult<()> {
        sql!(
            self,
            execute,
            "INSERT INTO pending_form (id, person_id, data, created) VALUES ($1, $2, $3, $4)",
            form.id,
            form.person_id,
            form.data,
            form.created
        )?;
        Ok(())
    }

    /// A kept form of a person.
    pub async fn find_pending_form(
        &mut self,
        person: PersonId,
        id: Uuid,
    ) -> StoreResult<Option<PendingForm>> {
        sql!(self, fetch_optional PendingForm, "
            SELECT id, person_id, data, created FROM pending_form WHERE id = $1 AND person_id = $2", id, person)
    }

    /// Forgets a kept form.
    pub async fn delete_pending_form(&mut self, id: Uuid) -> StoreResult<()> {
        sql!(self, execute, "DELETE FROM pending_form WHERE id = $1", id)?;
        Ok(())
    }

    /// Removes kept forms and answers from before an instant.
    pub async fn delete_old_forms(&mut self, before: Instant) -> StoreResult<u64> {
        let forms = sql!(
            self,
            execute,
            "DELETE FROM pending_form WHERE created < $1",
            before
        )?;
        let answers = sql!(self, execute, "DELETE FROM answer WHERE at < $1", before)?;
        Ok(forms + answers)
    }

    /// The answer that an act was given before.
    pub async fn find_answer(
        &mut self,
        of: InstallationId,
        person: PersonId,
        key: &str,
    ) -> StoreResult<Option<Value>> {
        Ok(sql!(self, fetch_optional Answer, "
            SELECT data FROM answer WHERE installation_id = $1 AND person_id = $2 AND key = $3", of, person, key)?
            .map(|answer| answer.data))
    }

    /// Remembers an answer. A second one under the same key loses the race.
    pub async fn create_answer(
        &mut self,
        of: InstallationId,
        person: PersonId,
        key: &str,
        data: &Value,
        at: Instant,
    ) -> StoreResult<()> {
        sql!(
            self,
            execute,
            "INSERT INTO answer (installation_id, person_id, key, data, at) VALUES ($1, $2, $3, $4, $5)",
            of,
            person,
            key,
            data,
            at
        )?;
        Ok(())
    }
}
