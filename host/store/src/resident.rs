//! Residents: where they live and are registered, their households, their end.

use crate::column::row;
use crate::{StoreResult, Tx};
use jiff::civil::Date;
use linli_domain::{CommunityId, HouseholdId, Instant, PersonId};

row! {
    /// How a person belongs to a household and to a place.
    pub struct Registration {
        /// Who.
        pub id: PersonId,
        /// Where they live.
        pub community_id: Option<CommunityId>,
        /// In which household.
        pub household_id: Option<HouseholdId>,
        /// The code of their relation to its head; `head` for the head.
        pub relation: Option<String>,
        /// The code of how residence and registration stand to each other.
        pub residence: Option<String>,
        /// The registered residence (户籍地) in words.
        pub registered_place: Option<String>,
        /// The household of the district in which they are registered.
        pub registered_household_id: Option<HouseholdId>,
        /// The day on which they died.
        pub died: Option<Date>,
    }
}

row! {
    /// A resident as lists show them.
    pub struct Listed {
        /// Who.
        pub id: PersonId,
        /// The name.
        pub name: String,
        /// Day of birth.
        pub birth_date: Option<Date>,
        /// `female` or `male`.
        pub sex: Option<String>,
        /// In which household they live.
        pub household_id: Option<HouseholdId>,
        /// The code of their relation to its head.
        pub relation: Option<String>,
    }
}

impl Tx {
    /// How a person belongs to a household and to a place.
    pub async fn find_registration(&mut self, id: PersonId) -> StoreResult<Option<Registration>> {
        sql!(self, fetch_optional Registration, "
            SELECT id, community_id, household_id, relation, residence, registered_place, registered_household_id, died
            FROM person WHERE id = $1", id)
    }

    /// Writes all of it.
    pub async fn update_registration(&mut self, r: &Registration) -> StoreResult<()> {
        sql!(self, execute, "
            UPDATE person SET community_id = $2, household_id = $3, relation = $4, residence = $5, registered_place = $6,
              registered_household_id = $7, died = $8 WHERE id = $1",
            r.id, r.community_id, r.household_id, r.relation, r.residence, r.registered_place,
            r.registered_household_id, r.died)?;
        Ok(())
    }

    /// Writes a person's name, day of birth and sex.
    pub async fn update_profile(
        &mut self,
        id: PersonId,
        name: &str,
        birth_date: Option<Date>,
        sex: Option<&str>,
    ) -> StoreResult<()> {
        sql!(
            self,
            execute,
            "UPDATE person SET name = $2, birth_date = $3, sex = $4 WHERE id = $1",
            id,
            name,
            birth_date,
            sex
        )?;
        Ok(())
    }

    /// The residents of a community, by id, after an id.
    pub async fn list_residents(
        &mut self,
        community: CommunityId,
        after: PersonId,
        limit: i64,
    ) -> StoreResult<Vec<Listed>> {
        sql!(self, fetch_all Listed, "
            SELECT id, name, birth_date, sex, household_id, relation FROM person
            WHERE community_id = $1 AND id > $2 ORDER BY id LIMIT $3", community, after, limit)
    }

    /// The members of a household, by id.
    pub async fn list_members(&mut self, household: HouseholdId) -> StoreResult<Vec<Listed>> {
        sql!(self, fetch_all Listed, "
            SELECT id, name, birth_date, sex, household_id, relation FROM person WHERE household_id = $1 ORDER BY id",
            household)
    }

    /// Forgets in which relation the members of a household stand to its head, and who that is.
    pub async fn clear_relations(&mut self, household: HouseholdId) -> StoreResult<()> {
        sql!(
            self,
            execute,
            "UPDATE person SET relation = NULL WHERE household_id = $1 AND relation IS NOT NULL",
            household
        )?;
        Ok(())
    }

    /// Closes a person's account, or opens it again where `closed` is none.
    pub async fn set_account_closed(
        &mut self,
        person: PersonId,
        closed: Option<Instant>,
    ) -> StoreResult<()> {
        sql!(
            self,
            execute,
            "UPDATE account SET closed = $2 WHERE person_id = $1",
            person,
            closed
        )?;
        Ok(())
    }
}
