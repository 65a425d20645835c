//! Qualifications of an organisation's staff.

use crate::column::row;
use crate::{StoreResult, Tx};
use jiff::civil::Date;
use linli_domain::{Instant, OrganisationId, PersonId, QualificationId};

row! {
    /// What a member of staff has shown that they are qualified for.
    pub struct Qualification {
        /// The id.
        pub id: QualificationId,
        /// Whose it is.
        pub person_id: PersonId,
        /// For which organisation they work with it.
        pub organisation_id: OrganisationId,
        /// What for, as a code, such as `nursing`.
        pub code: String,
        /// Who issued it.
        pub issuer: String,
        /// The last day on which it is valid.
        pub valid_until: Date,
        /// When it was recorded.
        pub recorded: Instant,
        /// By which admin; none at the command line.
        pub recorded_by: Option<PersonId>,
        /// When it was withdrawn, or replaced by a newer one.
        pub withdrawn: Option<Instant>,
        /// By which admin.
        pub withdrawn_by: Option<PersonId>,
        /// When it was told that it ran out.
        pub told: Option<Instant>,
    }
}

impl Tx {
    /// Records a qualification.
    pub async fn create_qualification(&mut self, q: &Qualification) -> StoreResult<()> {
        sql!(self, execute, "
            INSERT INTO qualification (id, person_id, organisation_id, code, issuer, valid_until, recorded, recorded_by, withdrawn,
              withdrawn_by, told)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
            q.id, q.person_id, q.organisation_id, q.code, q.issuer, q.valid_until, q.recorded, q.recorded_by, q.withdrawn,
            q.withdrawn_by, q.told)?;
        Ok(())
    }

    /// A qualification by its id.
    pub async fn find_qualification(
        &mut self,
        id: QualificationId,
    ) -> StoreResult<Option<Qualification>> {
        sql!(self, fetch_optional Qualification, "
            SELECT id, person_id, organisation_id, code, issuer, valid_until, recorded, recorded_by, withdrawn, withdrawn_by, told
            FROM qualification WHERE id = $1", id)
    }

    /// The qualifications at an organisation that nobody has withdrawn, those that run out first before the others, after
    /// `(valid_until, id)`.
    pub async fn list_qualifications(
        &mut self,
        organisation: OrganisationId,
        after: (Date, QualificationId),
        limit: i64,
    ) -> StoreResult<Vec<Qualification>> {
        sql!(self, fetch_all Qualification, "
            SELECT id, person_id, organisation_id, code, issuer, valid_until, recorded, recorded_by, withdrawn, withdrawn_by, told
            FROM qualification WHERE organisation_id = $1 AND withdrawn IS NULL AND (valid_until, id) > ($2, $3)
            ORDER BY valid_until, id LIMIT $4", organisation, after.0, after.1, limit)
    }

    /// Ends the live qualification of somebody at an organisation for a code; true if there was one.
    pub async fn replace_qualification(
        &mut self,
        person: PersonId,
        organisation: OrganisationId,
        code: &str,
        by: Option<PersonId>,
        now: Instant,
    ) -> StoreResult<bool> {
        Ok(sql!(
            self,
            execute,
            "
            UPDATE qualification SET withdrawn = $5, withdrawn_by = $4
            WHERE person_id = $1 AND organisation_id = $2 AND code = $3 AND withdrawn IS NULL",
            person,
            organisation,
            code,
            by,
            now
        )? > 0)
    }

    /// Withdraws a qualification; true if nobody had.
    pub async fn withdraw_qualification(
        &mut self,
        id: QualificationId,
        by: Option<PersonId>,
        now: Instant,
    ) -> StoreResult<bool> {
        Ok(sql!(self, execute, "
            UPDATE qualification SET withdrawn = $3, withdrawn_by = $2 WHERE id = $1 AND withdrawn IS NULL", id, by, now)? > 0)
    }

    /// Qualifications whose last day is before `today` and of which nobody has been told that, the oldest first.
    pub async fn list_qualifications_to_tell(
        &mut self,
        today: Date,
        limit: i64,
    ) -> StoreResult<Vec<Qualification>> {
        sql!(self, fetch_all Qualification, "
            SELECT id, person_id, organisation_id, code, issuer, valid_until, recorded, recorded_by, withdrawn, withdrawn_by, told
            FROM qualification WHERE withdrawn IS NULL AND told IS NULL AND valid_until < $1 ORDER BY valid_until, id LIMIT $2",
            today, limit)
    }

    /// It was told that a qualification ran out; true if that was not so before.
    pub async fn mark_qualification_told(
        &mut self,
        id: QualificationId,
        now: Instant,
    ) -> StoreResult<bool> {
        Ok(sql!(
            self,
            execute,
            "UPDATE qualification SET told = $2 WHERE id = $1 AND told IS NULL",
            id,
            now
        )? > 0)
    }
}
