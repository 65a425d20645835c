//! Types of cases.

use crate::column::row;
use crate::{StoreResult, Tx};
use linli_domain::{CaseTypeId, CommunityId, InstallationId, Instant, Localised};

row! {
    /// A type of cases: of the district where neither community nor installation is set, else of that one.
    pub struct CaseType {
        /// The id.
        pub id: CaseTypeId,
        /// Whose, if a community's.
        pub community_id: Option<CommunityId>,
        /// Whose, if an installation's.
        pub installation_id: Option<InstallationId>,
        /// Its code there.
        pub code: String,
        /// Its name.
        pub title: Localised,
        /// Working minutes until the first response is due.
        pub response_minutes: i64,
        /// Working minutes until the resolution is due.
        pub resolution_minutes: i64,
        /// Whether only those who deal with a case may see it.
        pub confidential: bool,
        /// When it was last changed.
        pub changed: Instant,
        /// Since when no case of it can be opened.
        pub retired: Option<Instant>,
    }
}

macro_rules! select {
    ($rest:literal) => {
        concat!(
            "SELECT id, community_id, installation_id, code, title, response_minutes, resolution_minutes, confidential, \
             changed, retired FROM case_type ",
            $rest
        )
    };
}

impl Tx {
    /// Adds a type.
    pub async fn create_case_type(&mut self, t: &CaseType) -> StoreResult<()> {
        sql!(self, execute, "
            INSERT INTO case_type (id, community_id, installation_id, code, title, response_minutes, resolution_minutes,
              confidential, changed, retired)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
            t.id, t.community_id, t.installation_id, t.code, t.title, t.response_minutes, t.resolution_minutes,
            t.confidential, t.changed, t.retired)?;
        Ok(())
    }

    /// Writes what may change of a type.
    pub async fn update_case_type(&mut self, t: &CaseType) -> StoreResult<()> {
        sql!(self, execute, "
            UPDATE case_type SET title = $2, response_minutes = $3, resolution_minutes = $4, confidential = $5,
              changed = $6, retired = $7 WHERE id = $1",
            t.id, t.title, t.response_minutes, t.resolution_minutes, t.confidential, t.changed, t.retired)?;
        Ok(())
    }

    /// A type by its id.
    pub async fn find_case_type(&mut self, id: CaseTypeId) -> StoreResult<Option<CaseType>> {
        sql!(self, fetch_optional CaseType, select!("WHERE id = $1"), id)
    }

    /// The type of a code that an installation declares.
    pub async fn find_case_type_of_installation(
        &mut self,
        installation: InstallationId,
        code: &str,
    ) -> StoreResult<Option<CaseType>> {
        sql!(self, fetch_optional CaseType, select!("WHERE installation_id = $1 AND code = $2"), installation, code)
    }

    /// The type of a code that a community has of its own.
    pub async fn find_case_type_of_community(
        &mut self,
        community: CommunityId,
        code: &str,
    ) -> StoreResult<Option<CaseType>> {
        sql!(self, fetch_optional CaseType, select!("WHERE community_id = $1 AND code = $2"), community, code)
    }

    /// The type of a code that the whole district has.
    pub async fn find_case_type_of_district(
        &mut self,
        code: &str,
    ) -> StoreResult<Option<CaseType>> {
        sql!(self, fetch_optional CaseType,
            select!("WHERE community_id IS NULL AND installation_id IS NULL AND code = $1"), code)
    }

    /// All types that an installation declares or has declared, by code.
    pub async fn list_case_types_of_installation(
        &mut self,
        installation: InstallationId,
    ) -> StoreResult<Vec<CaseType>> {
        sql!(self, fetch_all CaseType, select!("WHERE installation_id = $1 ORDER BY code"), installation)
    }

    /// The types of which cases of the community itself can be opened: its own, and the district's.
    pub async fn list_case_types_of_community(
        &mut self,
        community: CommunityId,
    ) -> StoreResult<Vec<CaseType>> {
        sql!(self, fetch_all CaseType, select!("
            WHERE (community_id = $1 OR community_id IS NULL) AND installation_id IS NULL AND retired IS NULL
            ORDER BY code, id"), community)
    }
}
