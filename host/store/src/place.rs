//! District, subdistricts, communities and grids.

use crate::column::row;
use crate::{StoreResult, Tx};
use linli_domain::{CommunityId, GridId, Localised, SubdistrictId};

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
    /// A subdistrict (街道) of the district.
    pub struct Subdistrict {
        /// Its id.
        pub id: SubdistrictId,
        /// Its code.
        pub slug: String,
        /// Its name.
        pub name: Localised,
    }
}

row! {
    /// A grid of a community (网格).
    pub struct Grid {
        /// Its id.
        pub id: GridId,
        /// Where.
        pub community_id: CommunityId,
        /// Its name, one of its kind in the community.
        pub name: String,
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

    /// Names a community anew.
    pub async fn rename_community(&mut self, id: CommunityId, name: &Localised) -> StoreResult<()> {
        sql!(
            self,
            execute,
            "UPDATE community SET name = $2 WHERE id = $1",
            id,
            name
        )?;
        Ok(())
    }

    /// Says to which subdistrict a community belongs.
    pub async fn set_community_subdistrict(
        &mut self,
        id: CommunityId,
        subdistrict: Option<SubdistrictId>,
    ) -> StoreResult<()> {
        sql!(
            self,
            execute,
            "UPDATE community SET subdistrict_id = $2 WHERE id = $1",
            id,
            subdistrict
        )?;
        Ok(())
    }

    /// The communities of a subdistrict, by code, after a code.
    pub async fn list_communities_of(
        &mut self,
        subdistrict: SubdistrictId,
        after: &str,
        limit: i64,
    ) -> StoreResult<Vec<Community>> {
        sql!(self, fetch_all Community, "
            SELECT id, slug, name FROM community WHERE subdistrict_id = $1 AND slug > $2 ORDER BY slug LIMIT $3",
            subdistrict, after, limit)
    }

    /// Adds a subdistrict.
    pub async fn create_subdistrict(&mut self, subdistrict: &Subdistrict) -> StoreResult<()> {
        sql!(
            self,
            execute,
            "INSERT INTO subdistrict (id, slug, name) VALUES ($1, $2, $3)",
            subdistrict.id,
            subdistrict.slug,
            subdistrict.name
        )?;
        Ok(())
    }

    /// A subdistrict by its id.
    pub async fn find_subdistrict(
        &mut self,
        id: SubdistrictId,
    ) -> StoreResult<Option<Subdistrict>> {
        sql!(self, fetch_optional Subdistrict, "SELECT id, slug, name FROM subdistrict WHERE id = $1", id)
    }

    /// A subdistrict by its code.
    pub async fn find_subdistrict_by_slug(
        &mut self,
        slug: &str,
    ) -> StoreResult<Option<Subdistrict>> {
        sql!(self, fetch_optional Subdistrict, "SELECT id, slug, name FROM subdistrict WHERE slug = $1", slug)
    }

    /// The subdistricts, by code, after a code.
    pub async fn list_subdistricts(
        &mut self,
        after: &str,
        limit: i64,
    ) -> StoreResult<Vec<Subdistrict>> {
        sql!(self, fetch_all Subdistrict, "
            SELECT id, slug, name FROM subdistrict WHERE slug > $1 ORDER BY slug LIMIT $2", after, limit)
    }

    /// Names a subdistrict anew.
    pub async fn rename_subdistrict(
        &mut self,
        id: SubdistrictId,
        name: &Localised,
    ) -> StoreResult<()> {
        sql!(
            self,
            execute,
            "UPDATE subdistrict SET name = $2 WHERE id = $1",
            id,
            name
        )?;
        Ok(())
    }

    /// Adds a grid.
    pub async fn create_grid(&mut self, grid: &Grid) -> StoreResult<()> {
        sql!(
            self,
            execute,
            "INSERT INTO grid (id, community_id, name) VALUES ($1, $2, $3)",
            grid.id,
            grid.community_id,
            grid.name
        )?;
        Ok(())
    }

    /// A grid by its id.
    pub async fn find_grid(&mut self, id: GridId) -> StoreResult<Option<Grid>> {
        sql!(self, fetch_optional Grid, "SELECT id, community_id, name FROM grid WHERE id = $1", id)
    }

    /// The grid of a community with that name.
    pub async fn find_grid_by_name(
        &mut self,
        community: CommunityId,
        name: &str,
    ) -> StoreResult<Option<Grid>> {
        sql!(self, fetch_optional Grid, "
            SELECT id, community_id, name FROM grid WHERE community_id = $1 AND name = $2", community, name)
    }

    /// The grids of a community, by name, after a name.
    pub async fn list_grids(
        &mut self,
        community: CommunityId,
        after: &str,
        limit: i64,
    ) -> StoreResult<Vec<Grid>> {
        sql!(self, fetch_all Grid, "
            SELECT id, community_id, name FROM grid WHERE community_id = $1 AND name > $2 ORDER BY name LIMIT $3",
            community, after, limit)
    }

    /// Names a grid anew.
    pub async fn rename_grid(&mut self, id: GridId, name: &str) -> StoreResult<()> {
        sql!(
            self,
            execute,
            "UPDATE grid SET name = $2 WHERE id = $1",
            id,
            name
        )?;
        Ok(())
    }
}
