//! Who may act for whom.

use crate::column::row;
use crate::{StoreResult, Tx};
use jiff::civil::Date;
use linli_domain::{DelegationId, Instant, PersonId, PluginId};
use std::collections::BTreeSet;

row! {
    /// One person may act for another.
    pub struct Delegation {
        /// The id.
        pub id: DelegationId,
        /// Who is acted for.
        pub resident_id: PersonId,
        /// Who acts.
        pub delegate_id: PersonId,
        /// `delegate` or `guardian`.
        pub kind: String,
        /// Whether it rests on the resident being under age, and ends with that.
        pub minor: bool,
        /// Whether it is for all services that are not confidential, and for what the host itself offers.
        pub all_services: bool,
        /// For these services, confidential or not.
        pub services: BTreeSet<PluginId>,
        /// On what evidence it was granted.
        pub evidence: String,
        /// Since when.
        pub granted: Instant,
        /// Until when.
        pub expires: Option<Instant>,
    }
}

impl Tx {
    /// Lets one person act for another.
    pub async fn create_delegation(&mut self, delegation: &Delegation) -> StoreResult<()> {
        sql!(
            self,
            execute,
            "
            INSERT INTO delegation (id, resident_id, delegate_id, kind, minor, all_services, services, evidence, granted, expires)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
            delegation.id,
            delegation.resident_id,
            delegation.delegate_id,
            delegation.kind,
            delegation.minor,
            delegation.all_services,
            delegation.services,
            delegation.evidence,
            delegation.granted,
            delegation.expires
        )?;
        Ok(())
    }

    /// For whom a person may act now. Who was born on `adult_born` or before is of age today.
    pub async fn list_delegations_of_delegate(
        &mut self,
        delegate: PersonId,
        now: Instant,
        adult_born: Date,
    ) -> StoreResult<Vec<Delegation>> {
        sql!(self, fetch_all Delegation, "
            SELECT delegation.id, resident_id, delegate_id, kind, minor, all_services, services, evidence, granted, expires
            FROM delegation JOIN person ON person.id = resident_id
            WHERE delegate_id = $1 AND revoked IS NULL AND (expires IS NULL OR expires > $2)
              AND (NOT minor OR birth_date > $3)
            ORDER BY granted, delegation.id", delegate, now, adult_born)
    }

    /// Who may act for a resident now. Who was born on `adult_born` or before is of age today.
    pub async fn list_delegations_of_resident(
        &mut self,
        resident: PersonId,
        now: Instant,
        adult_born: Date,
    ) -> StoreResult<Vec<Delegation>> {
        sql!(self, fetch_all Delegation, "
            SELECT delegation.id, resident_id, delegate_id, kind, minor, all_services, services, evidence, granted, expires
            FROM delegation JOIN person ON person.id = resident_id
            WHERE resident_id = $1 AND revoked IS NULL AND (expires IS NULL OR expires > $2)
              AND (NOT minor OR birth_date > $3)
            ORDER BY granted, delegation.id", resident, now, adult_born)
    }

    /// The delegation of one person for another that nobody has ended yet, also where its time is over.
    pub async fn find_delegation(
        &mut self,
        resident: PersonId,
        delegate: PersonId,
    ) -> StoreResult<Option<Delegation>> {
        sql!(self, fetch_optional Delegation, "
            SELECT id, resident_id, delegate_id, kind, minor, all_services, services, evidence, granted, expires
            FROM delegation WHERE resident_id = $1 AND delegate_id = $2 AND revoked IS NULL", resident, delegate)
    }

    /// Delegations by and for a person that nobody has ended yet.
    pub async fn list_delegations_of(&mut self, person: PersonId) -> StoreResult<Vec<Delegation>> {
        sql!(self, fetch_all Delegation, "
            SELECT id, resident_id, delegate_id, kind, minor, all_services, services, evidence, granted, expires
            FROM delegation WHERE (resident_id = $1 OR delegate_id = $1) AND revoked IS NULL ORDER BY granted, id", person)
    }

    /// Delegations whose time is over and that nobody has ended yet, the oldest first.
    pub async fn list_expired_delegations(
        &mut self,
        now: Instant,
        limit: i64,
    ) -> StoreResult<Vec<Delegation>> {
        sql!(self, fetch_all Delegation, "
            SELECT id, resident_id, delegate_id, kind, minor, all_services, services, evidence, granted, expires
            FROM delegation WHERE revoked IS NULL AND expires <= $1 ORDER BY expires, id LIMIT $2", now, limit)
    }

    /// Ends a delegation; true if it was live.
    pub async fn revoke_delegation(&mut self, id: DelegationId, now: Instant) -> StoreResult<bool> {
        Ok(sql!(
            self,
            execute,
            "UPDATE delegation SET revoked = $2 WHERE id = $1 AND revoked IS NULL",
            id,
            now
        )? > 0)
    }
}
