//! Buildings, households and where residents have lived.

use crate::column::row;
use crate::{StoreResult, Tx};
use linli_domain::{BuildingId, CommunityId, GridId, HouseholdId, Instant, PersonId, StayId};

row! {
    /// A building of a community.
    pub struct Building {
        /// Its id.
        pub id: BuildingId,
        /// Where.
        pub community_id: CommunityId,
        /// To which grid it belongs, once that is known.
        pub grid_id: Option<GridId>,
        /// Its name, one of its kind in the community.
        pub name: String,
    }
}

row! {
    /// A household (户) in a unit of a building.
    pub struct Household {
        /// Its id.
        pub id: HouseholdId,
        /// In which building.
        pub building_id: BuildingId,
        /// In which unit.
        pub unit: String,
        /// From 1: which household of that unit.
        pub number: i64,
    }
}

row! {
    /// Where a household lives, in words.
    pub struct Residence {
        /// The building's name.
        pub building: String,
        /// The unit in it.
        pub unit: String,
        /// The community.
        pub community_id: CommunityId,
    }
}

row! {
    /// A stretch of time for which a resident lived somewhere.
    pub struct Stay {
        /// The id.
        pub id: StayId,
        /// Who.
        pub person_id: PersonId,
        /// In which community.
        pub community_id: CommunityId,
        /// In which household, where that is known.
        pub household_id: Option<HouseholdId>,
        /// Since when, as the host knows it.
        pub since: Instant,
        /// Until when; none where they live there now.
        pub until: Option<Instant>,
        /// Why they came, in words; may be empty.
        pub reason: String,
        /// How it ended: `move`, `departure` or `death`; none while it lasts, or where that is not known.
        pub ended_by: Option<String>,
        /// Why they left, in words; may be empty.
        pub left_because: String,
    }
}

/// How a stay ends.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Ending {
    /// They moved inside the district.
    Move,
    /// They left the district.
    Departure,
    /// They died.
    Death,
}

impl Ending {
    /// Its code.
    pub fn code(self) -> &'static str {
        match self {
            Self::Move => "move",
            Self::Departure => "departure",
            Self::Death => "death",
        }
    }
}

impl Tx {
    /// Adds a building, of no grid yet.
    pub async fn create_building(
        &mut self,
        id: BuildingId,
        community: CommunityId,
        name: &str,
    ) -> StoreResult<()> {
        sql!(
            self,
            execute,
            "INSERT INTO building (id, community_id, name) VALUES ($1, $2, $3)",
            id,
            community,
            name
        )?;
        Ok(())
    }

    /// A building by its id.
    pub async fn find_building(&mut self, id: BuildingId) -> StoreResult<Option<Building>> {
        sql!(self, fetch_optional Building, "
            SELECT id, community_id, grid_id, name FROM building WHERE id = $1", id)
    }

    /// The building of a community with that name.
    pub async fn find_building_by_name(
        &mut self,
        community: CommunityId,
        name: &str,
    ) -> StoreResult<Option<Building>> {
        sql!(self, fetch_optional Building, "
            SELECT id, community_id, grid_id, name FROM building WHERE community_id = $1 AND name = $2", community, name)
    }

    /// The buildings of a community, by name, after a name.
    pub async fn list_buildings(
        &mut self,
        community: CommunityId,
        after: &str,
        limit: i64,
    ) -> StoreResult<Vec<Building>> {
        sql!(self, fetch_all Building, "
            SELECT id, community_id, grid_id, name FROM building WHERE community_id = $1 AND name > $2
            ORDER BY name LIMIT $3", community, after, limit)
    }

    /// The buildings of a grid, by name, after a name.
    pub async fn list_buildings_of_grid(
        &mut self,
        grid: GridId,
        after: &str,
        limit: i64,
    ) -> StoreResult<Vec<Building>> {
        sql!(self, fetch_all Building, "
            SELECT id, community_id, grid_id, name FROM building WHERE grid_id = $1 AND name > $2 ORDER BY name LIMIT $3",
            grid, after, limit)
    }

    /// Writes a building's name and grid.
    pub async fn update_building(&mut self, building: &Building) -> StoreResult<()> {
        sql!(
            self,
            execute,
            "UPDATE building SET name = $2, grid_id = $3 WHERE id = $1",
            building.id,
            building.name,
            building.grid_id
        )?;
        Ok(())
    }

    /// A household by its id.
    pub async fn find_household(&mut self, id: HouseholdId) -> StoreResult<Option<Household>> {
        sql!(self, fetch_optional Household, "
            SELECT id, building_id, unit, number FROM household WHERE id = $1", id)
    }

    /// The households of a building in that unit, by number.
    pub async fn list_households_in_unit(
        &mut self,
        building: BuildingId,
        unit: &str,
    ) -> StoreResult<Vec<Household>> {
        sql!(self, fetch_all Household, "
            SELECT id, building_id, unit, number FROM household WHERE building_id = $1 AND unit = $2 ORDER BY number",
            building, unit)
    }

    /// The households of a building, by unit and number, after a unit and number.
    pub async fn list_households(
        &mut self,
        building: BuildingId,
        after: (&str, i64),
        limit: i64,
    ) -> StoreResult<Vec<Household>> {
        sql!(self, fetch_all Household, "
            SELECT id, building_id, unit, number FROM household WHERE building_id = $1 AND (unit, number) > ($2, $3)
            ORDER BY unit, number LIMIT $4", building, after.0, after.1, limit)
    }

    /// Adds a household; `number` says which of its unit.
    pub async fn create_household(
        &mut self,
        id: HouseholdId,
        building: BuildingId,
        unit: &str,
        number: i64,
    ) -> StoreResult<()> {
        sql!(
            self,
            execute,
            "INSERT INTO household (id, building_id, unit, number) VALUES ($1, $2, $3, $4)",
            id,
            building,
            unit,
            number
        )?;
        Ok(())
    }

    /// Names the unit of a household anew.
    pub async fn update_household(&mut self, household: &Household) -> StoreResult<()> {
        sql!(
            self,
            execute,
            "UPDATE household SET unit = $2, number = $3 WHERE id = $1",
            household.id,
            household.unit,
            household.number
        )?;
        Ok(())
    }

    /// Where a household lives.
    pub async fn find_residence(
        &mut self,
        household: HouseholdId,
    ) -> StoreResult<Option<Residence>> {
        sql!(self, fetch_optional Residence, "
            SELECT building.name AS building, household.unit AS unit, building.community_id AS community_id FROM household
            JOIN building ON building.id = household.building_id WHERE household.id = $1", household)
    }

    /// Writes down that somebody lives somewhere from now on.
    pub async fn create_stay(&mut self, stay: &Stay) -> StoreResult<()> {
        sql!(
            self,
            execute,
            "
            INSERT INTO stay (id, person_id, community_id, household_id, since, until, reason, ended_by, left_because)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
            stay.id,
            stay.person_id,
            stay.community_id,
            stay.household_id,
            stay.since,
            stay.until,
            stay.reason,
            stay.ended_by,
            stay.left_because
        )?;
        Ok(())
    }

    /// Writes down that somebody no longer lives where they did; true if that was known.
    pub async fn end_stay(
        &mut self,
        person: PersonId,
        now: Instant,
        ending: Ending,
        because: &str,
    ) -> StoreResult<bool> {
        Ok(sql!(
            self,
            execute,
            "UPDATE stay SET until = $2, ended_by = $3, left_because = $4 WHERE person_id = $1 AND until IS NULL",
            person,
            now,
            ending.code(),
            because
        )? > 0)
    }

    /// The last stay of somebody, if it is one that a death ended.
    pub async fn find_stay_before_death(&mut self, person: PersonId) -> StoreResult<Option<Stay>> {
        sql!(self, fetch_optional Stay, "
            SELECT id, person_id, community_id, household_id, since, until, reason, ended_by, left_because FROM stay
            WHERE person_id = $1 AND ended_by = 'death' AND NOT EXISTS
              (SELECT 1 FROM stay AS later WHERE later.person_id = $1 AND (later.since, later.id) > (stay.since, stay.id))",
            person)
    }

    /// A stay goes on as if it had not ended.
    pub async fn reopen_stay(&mut self, id: StayId) -> StoreResult<()> {
        sql!(
            self,
            execute,
            "UPDATE stay SET until = NULL, ended_by = NULL, left_because = '' WHERE id = $1",
            id
        )?;
        Ok(())
    }

    /// Where somebody has lived, the oldest first; `after` is where the last page ended.
    pub async fn list_stays(
        &mut self,
        person: PersonId,
        after: (Instant, StayId),
        limit: i64,
    ) -> StoreResult<Vec<Stay>> {
        sql!(self, fetch_all Stay, "
            SELECT id, person_id, community_id, household_id, since, until, reason, ended_by, left_because FROM stay
            WHERE person_id = $1 AND (since, id) > ($2, $3) ORDER BY since, id LIMIT $4",
            person, after.0, after.1, limit)
    }
}
