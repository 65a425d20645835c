//! District, communities, buildings, households and spaces.

use crate::column::row;
use crate::{StoreResult, Tx};
use linli_domain::{BuildingId, CommunityId, HouseholdId, Localised, SpaceId};

row! {
    /// The district that this host serves.
    pub struct District {
        /// Its name.
        pub name: Localised,
        /// Its IANA time zone.
        pub zone: String,
        /// Whether it is the demo district, made up by a generator.
        pub demo: bool,
    }
}

row! {
    /// A community (社区).
    pub struct Community {
        /// Its id.
        pub id: CommunityId,
        /// Its code in addresses.
        pub slug: String,
        /// Its name.
        pub name: Localised,
    }
}

row! {
    /// A facility of a community.
    pub struct Space {
        /// Its id.
        pub id: SpaceId,
        /// Where it is.
        pub community_id: CommunityId,
        /// Its name.
        pub name: Localised,
        /// How many people it holds, at least 1.
        pub capacity: i64,
    }
}

row! {
    /// A building, by its id.
    pub struct Building {
        /// Its id.
        pub id: BuildingId,
    }
}

row! {
    /// A household, by its id.
    pub struct Household {
        /// Its id.
        pub id: HouseholdId,
    }
}

impl Tx {
    /// Names the district, once.
    pub async fn create_district(&mut self, district: &District) -> StoreResult<()> {
        sql!(
            self,
            execute,
            "INSERT INTO district (id, name, zone, demo) VALUES (1, $1, $2, $3)",
            district.name,
            district.zone,
            district.demo
        )?;
        Ok(())
    }

    /// The district, if it has been named.
    pub async fn find_district(&mut self) -> StoreResult<Option<District>> {
        sql!(self, fetch_optional District, "SELECT name, zone, demo FROM district")
    }

    /// Adds a community.
    pub async fn create_community(&mut self, community: &Community) -> StoreResult<()> {
        sql!(
            self,
            execute,
            "INSERT INTO community (id, slug, name) VALUES ($1, $2, $3)",
            community.id,
            community.slug,
            community.name
        )?;
        Ok(())
    }

    /// All communities, by code.
    pub async fn list_communities(&mut self) -> StoreResult<Vec<Community>> {
        sql!(self, fetch_all Community, "SELECT id, slug, name FROM community ORDER BY slug")
    }

    /// A community by its id.
    pub async fn find_community(&mut self, id: CommunityId) -> StoreResult<Option<Community>> {
        sql!(self, fetch_optional Community, "SELECT id, slug, name FROM community WHERE id = $1", id)
    }

    /// A community by its code.
    pub async fn find_community_by_slug(&mut self, slug: &str) -> StoreResult<Option<Community>> {
        sql!(self, fetch_optional Community, "SELECT id, slug, name FROM community WHERE slug = $1", slug)
    }

    /// Adds a building.
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

    /// The building of a community with that name.
    pub async fn find_building(
        &mut self,
        community: CommunityId,
        name: &str,
    ) -> StoreResult<Option<BuildingId>> {
        let found = sql!(self, fetch_optional Building, "
            SELECT id FROM building WHERE community_id = $1 AND name = $2 ORDER BY id LIMIT 1", community, name)?;
        Ok(found.map(|building| building.id))
    }

    /// The household of a building in that unit.
    pub async fn find_household(
        &mut self,
        building: BuildingId,
        unit: &str,
    ) -> StoreResult<Option<HouseholdId>> {
        let found = sql!(self, fetch_optional Household, "
            SELECT id FROM household WHERE building_id = $1 AND unit = $2 ORDER BY id LIMIT 1", building, unit)?;
        Ok(found.map(|household| household.id))
    }

    /// Adds a household in a building.
    pub async fn create_household(
        &mut self,
        id: HouseholdId,
        building: BuildingId,
        unit: &str,
    ) -> StoreResult<()> {
        sql!(
            self,
            execute,
            "INSERT INTO household (id, building_id, unit) VALUES ($1, $2, $3)",
            id,
            building,
            unit
        )?;
        Ok(())
    }

    /// Adds a space.
    pub async fn create_space(&mut self, space: &Space) -> StoreResult<()> {
        sql!(
            self,
            execute,
            "INSERT INTO space (id, community_id, name, capacity) VALUES ($1, $2, $3, $4)",
            space.id,
            space.community_id,
            space.name,
            space.capacity
        )?;
        Ok(())
    }

    /// A community's spaces.
    pub async fn list_spaces(&mut self, community: CommunityId) -> StoreResult<Vec<Space>> {
        sql!(self, fetch_all Space, "SELECT id, community_id, name, capacity FROM space WHERE community_id = $1 ORDER BY id",
            community)
    }
}
