//! Who takes part in a case.

use crate::column::row;
use crate::{StoreResult, Tx};
use linli_domain::case::PartyRole;
use linli_domain::{CaseId, CasePartyId, Instant, OrganisationId, PersonId};

row! {
    /// A party as it stands in the database.
    struct PartyRow {
        /// The id.
        pub id: CasePartyId,
        /// Of which case.
        pub case_id: CaseId,
        /// In which role.
        pub role: PartyRole,
        /// Which person.
        pub person_id: Option<PersonId>,
        /// Which organisation.
        pub organisation_id: Option<OrganisationId>,
        /// Whether it is the office of the case's community.
        pub community_office: bool,
        /// The name, sealed, of somebody whom the host does not know.
        pub name: Option<Vec<u8>>,
        /// How to reach them, sealed.
        pub contact: Option<Vec<u8>>,
        /// Since when.
        pub added: Instant,
        /// By whom.
        pub added_by: Option<PersonId>,
        /// Until when.
        pub removed: Option<Instant>,
        /// By whom removed.
        pub removed_by: Option<PersonId>,
        /// Which other case brought it along: the parent, or one that was merged.
        pub brought_by: Option<CaseId>,
    }
}

/// A party of a case: a person, an organisation, the community's office, or somebody by name.
#[derive(Clone, Debug, PartialEq)]
pub struct CaseParty {
    /// The id.
    pub id: CasePartyId,
    /// Of which case.
    pub case_id: CaseId,
    /// In which role.
    pub role: PartyRole,
    /// Which person.
    pub person_id: Option<PersonId>,
    /// Which organisation.
    pub organisation_id: Option<OrganisationId>,
    /// Whether it is the office of the case's community.
    pub community_office: bool,
    /// The name of somebody whom the host does not know.
    pub name: Option<String>,
    /// How to reach them.
    pub contact: Option<String>,
    /// Since when.
    pub added: Instant,
    /// By whom.
    pub added_by: Option<PersonId>,
    /// Which other case brought it along: the parent, or one that was merged.
    pub brought_by: Option<CaseId>,
}

/// The sealed columns.
const NAME: &str = "case_party.name";
const CONTACT: &str = "case_party.contact";

impl Tx {
    /// Adds a party. The database refuses a respondent who handles the case.
    pub async fn create_case_party(&mut self, p: &CaseParty) -> StoreResult<()> {
        let name = self.seal_some(NAME, p.id.0, p.name.as_deref()).await?;
        let contact = self
            .seal_some(CONTACT, p.id.0, p.contact.as_deref())
            .await?;
        sql!(self, execute, "
            INSERT INTO case_party (id, case_id, role, person_id, organisation_id, community_office, name, contact, added,
              added_by, brought_by)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
            p.id, p.case_id, p.role, p.person_id, p.organisation_id, p.community_office, name, contact, p.added, p.added_by,
            p.brought_by)?;
        Ok(())
    }

    /// Ends that somebody is a party; true if they were.
    pub async fn remove_case_party(
        &mut self,
        id: CasePartyId,
        now: Instant,
        by: Option<PersonId>,
    ) -> StoreResult<bool> {
        Ok(sql!(
            self,
            execute,
            "UPDATE case_party SET removed = $2, removed_by = $3 WHERE id = $1 AND removed IS NULL",
            id,
            now,
            by
        )? > 0)
    }

    /// Ends what another case, its parent or one that was merged into it, brought to a case.
    pub async fn remove_brought_parties(
        &mut self,
        id: CaseId,
        from: CaseId,
        now: Instant,
        by: Option<PersonId>,
    ) -> StoreResult<()> {
        sql!(self, execute, "
            UPDATE case_party SET removed = $3, removed_by = $4 WHERE case_id = $1 AND brought_by = $2 AND removed IS NULL",
            id, from, now, by)?;
        Ok(())
    }

    /// The parties of a case now, in the order in which they came.
    pub async fn list_case_parties(&mut self, id: CaseId) -> StoreResult<Vec<CaseParty>> {
        let rows = sql!(self, fetch_all PartyRow, "
            SELECT id, case_id, role, person_id, organisation_id, community_office, name, contact, added, added_by, removed,
              removed_by, brought_by FROM case_party WHERE case_id = $1 AND removed IS NULL ORDER BY added, id", id)?;
        rows.into_iter().map(|row| self.open_party(row)).collect()
    }

    fn open_party(&self, row: PartyRow) -> StoreResult<CaseParty> {
        Ok(CaseParty {
            name: self.unseal_some(NAME, row.id.0, row.name.as_deref())?,
            contact: self.unseal_some(CONTACT, row.id.0, row.contact.as_deref())?,
            id: row.id,
            case_id: row.case_id,
            role: row.role,
            person_id: row.person_id,
            organisation_id: row.organisation_id,
            community_office: row.community_office,
            added: row.added,
            added_by: row.added_by,
            brought_by: row.brought_by,
        })
    }
}
