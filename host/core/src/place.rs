//! Places: subdistrict (街道) → community → grid (网格) → building → household. District admins keep subdistricts and the
//! names of communities; a community's staff keep what lies within it.

use crate::caller::Actor;
use crate::district::{check_name, check_slug};
use crate::error::{Refusal, Result};
use crate::slice;
use crate::work::Work;
use linli_domain::{BuildingId, CommunityId, GridId, HouseholdId, Localised, SubdistrictId};
use linli_store::housing::{Building, Household};
use linli_store::place::{Community, Grid, Subdistrict};
use serde_json::json;

/// The longest name of a grid, a building or a unit, in characters.
pub const MAX_NAME: usize = 40;

/// Adds a subdistrict to the district.
pub async fn add_subdistrict(
    work: &mut Work,
    actor: &Actor,
    slug: &str,
    name: &Localised,
) -> Result<Subdistrict> {
    actor.must_govern_district()?;
    check_slug(slug)?;
    check_name(name)?;
    if work.tx.find_subdistrict_by_slug(slug).await?.is_some() {
        return Err(Refusal::Taken(slug.to_owned()).into());
    }
    let subdistrict = Subdistrict {
        id: work.id(),
        slug: slug.to_owned(),
        name: name.clone(),
    };
    work.tx.create_subdistrict(&subdistrict).await?;
    work.audit_act(
        actor,
        None,
        "subdistrict.add",
        subdistrict.id,
        json!({ "slug": slug }),
    )
    .await?;
    Ok(subdistrict)
}

/// Names a subdistrict anew.
pub async fn rename_subdistrict(
    work: &mut Work,
    actor: &Actor,
    id: SubdistrictId,
    name: &Localised,
) -> Result<()> {
    actor.must_govern_district()?;
    check_name(name)?;
    find_subdistrict(work, id).await?;
    work.tx.rename_subdistrict(id, name).await?;
    work.audit_act(
        actor,
        None,
        "subdistrict.rename",
        id,
        json!({ "name": name }),
    )
    .await
}

/// The subdistricts, by code; `after` is the code that the last slice ended with.
pub async fn list_subdistricts(
    work: &mut Work,
    after: Option<&str>,
    limit: u16,
) -> Result<Vec<Subdistrict>> {
    let limit = slice::limit(limit)?;
    Ok(work
        .tx
        .list_subdistricts(after.unwrap_or(""), limit)
        .await?)
}

/// Says to which subdistrict a community belongs, or to none.
pub async fn assign_community(
    work: &mut Work,
    actor: &Actor,
    community: CommunityId,
    subdistrict: Option<SubdistrictId>,
) -> Result<()> {
    actor.must_govern_district()?;
    find_community(work, community).await?;
    if let Some(id) = subdistrict {
        find_subdistrict(work, id).await?;
    }
    work.tx
        .set_community_subdistrict(community, subdistrict)
        .await?;
    let detail = json!({ "subdistrict": subdistrict });
    work.audit_act(actor, None, "community.assign", community, detail)
        .await
}

/// Names a community anew.
pub async fn rename_community(
    work: &mut Work,
    actor: &Actor,
    id: CommunityId,
    name: &Localised,
) -> Result<()> {
    actor.must_govern_district()?;
    check_name(name)?;
    find_community(work, id).await?;
    work.tx.rename_community(id, name).await?;
    work.audit_act(actor, None, "community.rename", id, json!({ "name": name }))
        .await
}

/// The communities of a subdistrict, by code; `after` is the code that the last slice ended with.
pub async fn list_communities(
    work: &mut Work,
    subdistrict: SubdistrictId,
    after: Option<&str>,
    limit: u16,
) -> Result<Vec<Community>> {
    let limit = slice::limit(limit)?;
    Ok(work
        .tx
        .list_communities_of(subdistrict, after.unwrap_or(""), limit)
        .await?)
}

/// Adds a grid to a community.
pub async fn add_grid(
    work: &mut Work,
    actor: &Actor,
    community: CommunityId,
    name: &str,
) -> Result<Grid> {
    actor.must_govern(community)?;
    let name = check_place("grid", name)?;
    find_community(work, community).await?;
    grid_must_be_free(work, community, name).await?;
    let grid = Grid {
        id: work.id(),
        community_id: community,
        name: name.to_owned(),
    };
    work.tx.create_grid(&grid).await?;
    let detail = json!({ "community": community, "name": name });
    work.audit_act(actor, None, "grid.add", grid.id, detail)
        .await?;
    Ok(grid)
}

/// Names a grid anew.
pub async fn rename_grid(work: &mut Work, actor: &Actor, id: GridId, name: &str) -> Result<()> {
    let grid = find_grid(work, actor, id).await?;
    let name = check_place("grid", name)?;
    if name == grid.name {
        return Ok(());
    }
    grid_must_be_free(work, grid.community_id, name).await?;
    work.tx.rename_grid(id, name).await?;
    let detail = json!({ "from": grid.name, "name": name });
    work.audit_act(actor, None, "grid.rename", id, detail).await
}

/// The grids of a community, by name; `after` is the name that the last slice ended with.
pub async fn list_grids(
    work: &mut Work,
    community: CommunityId,
    after: Option<&str>,
    limit: u16,
) -> Result<Vec<Grid>> {
    let limit = slice::limit(limit)?;
    Ok(work
        .tx
        .list_grids(community, after.unwrap_or(""), limit)
        .await?)
}

/// Adds a building to a community, in a grid of it or in none yet.
pub async fn add_building(
    work: &mut Work,
    actor: &Actor,
    community: CommunityId,
    grid: Option<GridId>,
    name: &str,
) -> Result<Building> {
    actor.must_govern(community)?;
    let name = check_place("building", name)?;
    find_community(work, community).await?;
    building_must_be_free(work, community, name).await?;
    let building = Building {
        id: work.id(),
        community_id: community,
        grid_id: grid_of(work, community, grid).await?,
        name: name.to_owned(),
    };
    work.tx
        .create_building(building.id, community, name)
        .await?;
    if grid.is_some() {
        work.tx.update_building(&building).await?;
    }
    let detail = json!({ "community": community, "grid": grid, "name": name });
    work.audit_act(actor, None, "building.add", building.id, detail)
        .await?;
    Ok(building)
}

/// Changes a building's name and the grid that it belongs to, one of its own community.
pub async fn change_building(
    work: &mut Work,
    actor: &Actor,
    id: BuildingId,
    name: &str,
    grid: Option<GridId>,
) -> Result<Building> {
    let mut building = find_building(work, actor, id).await?;
    let name = check_place("building", name)?;
    if name != building.name {
        building_must_be_free(work, building.community_id, name).await?;
        building.name = name.to_owned();
    }
    building.grid_id = grid_of(work, building.community_id, grid).await?;
    work.tx.update_building(&building).await?;
    let detail = json!({ "grid": grid, "name": name });
    work.audit_act(actor, None, "building.change", id, detail)
        .await?;
    Ok(building)
}

/// The buildings of a community, by name; `after` is the name that the last slice ended with.
pub async fn list_buildings(
    work: &mut Work,
    community: CommunityId,
    after: Option<&str>,
    limit: u16,
) -> Result<Vec<Building>> {
    let limit = slice::limit(limit)?;
    Ok(work
        .tx
        .list_buildings(community, after.unwrap_or(""), limit)
        .await?)
}

/// The buildings of a grid, by name; `after` is the name that the last slice ended with.
pub async fn list_buildings_of_grid(
    work: &mut Work,
    grid: GridId,
    after: Option<&str>,
    limit: u16,
) -> Result<Vec<Building>> {
    let limit = slice::limit(limit)?;
    Ok(work
        .tx
        .list_buildings_of_grid(grid, after.unwrap_or(""), limit)
        .await?)
}

/// Adds a household in a unit of a building: the next of that unit.
pub async fn add_household(
    work: &mut Work,
    actor: &Actor,
    building: BuildingId,
    unit: &str,
) -> Result<Household> {
    let building = find_building(work, actor, building).await?;
    let unit = check_place("unit", unit)?;
    let household = Household {
        id: work.id(),
        building_id: building.id,
        unit: unit.to_owned(),
        number: next_number(work, building.id, unit).await?,
    };
    work.tx
        .create_household(household.id, building.id, unit, household.number)
        .await?;
    let detail = json!({ "building": building.id, "unit": unit, "number": household.number });
    work.audit_act(actor, None, "household.add", household.id, detail)
        .await?;
    Ok(household)
}

/// Names the unit of a household anew: the household becomes the next of that unit.
pub async fn change_unit(
    work: &mut Work,
    actor: &Actor,
    id: HouseholdId,
    unit: &str,
) -> Result<Household> {
    let (mut household, _) = find_household(work, actor, id).await?;
    let unit = check_place("unit", unit)?;
    if unit == household.unit {
        return Ok(household);
    }
    household.number = next_number(work, household.building_id, unit).await?;
    household.unit = unit.to_owned();
    work.tx.update_household(&household).await?;
    let detail = json!({ "unit": unit, "number": household.number });
    work.audit_act(actor, None, "household.change-unit", id, detail)
        .await?;
    Ok(household)
}

/// The households of a building, by unit and number; `after` is where the last slice ended.
pub async fn list_households(
    work: &mut Work,
    actor: &Actor,
    building: BuildingId,
    after: Option<(&str, i64)>,
    limit: u16,
) -> Result<Vec<Household>> {
    let limit = slice::limit(limit)?;
    find_building(work, actor, building).await?;
    Ok(work
        .tx
        .list_households(building, after.unwrap_or(("", 0)), limit)
        .await?)
}

/// A household that the actor governs, with its community.
pub(crate) async fn find_household(
    work: &mut Work,
    actor: &Actor,
    id: HouseholdId,
) -> Result<(Household, CommunityId)> {
    let absent = Refusal::NotFound("household");
    let household = work.tx.find_household(id).await?.ok_or(absent.clone())?;
    let building = work.tx.find_building(household.building_id).await?;
    let community = building
        .map(|building| building.community_id)
        .filter(|community| actor.governs(*community))
        .ok_or(absent)?;
    Ok((household, community))
}

async fn find_community(work: &mut Work, id: CommunityId) -> Result<Community> {
    let found = work.tx.find_community(id).await?;
    found.ok_or_else(|| Refusal::NotFound("community").into())
}

async fn find_subdistrict(work: &mut Work, id: SubdistrictId) -> Result<Subdistrict> {
    let found = work.tx.find_subdistrict(id).await?;
    found.ok_or_else(|| Refusal::NotFound("subdistrict").into())
}

/// A grid, for who governs its community: to others there is none.
async fn find_grid(work: &mut Work, actor: &Actor, id: GridId) -> Result<Grid> {
    let found = work.tx.find_grid(id).await?;
    found
        .filter(|grid| actor.governs(grid.community_id))
        .ok_or_else(|| Refusal::NotFound("grid").into())
}

async fn find_building(work: &mut Work, actor: &Actor, id: BuildingId) -> Result<Building> {
    let found = work.tx.find_building(id).await?;
    found
        .filter(|building| actor.governs(building.community_id))
        .ok_or_else(|| Refusal::NotFound("building").into())
}

/// The grid, if it is one of that community.
async fn grid_of(
    work: &mut Work,
    community: CommunityId,
    grid: Option<GridId>,
) -> Result<Option<GridId>> {
    let Some(id) = grid else { return Ok(None) };
    let found = work.tx.find_grid(id).await?;
    found
        .filter(|grid| grid.community_id == community)
        .map(|grid| Some(grid.id))
        .ok_or_else(|| Refusal::NotFound("grid").into())
}

async fn grid_must_be_free(work: &mut Work, community: CommunityId, name: &str) -> Result<()> {
    match work.tx.find_grid_by_name(community, name).await? {
        Some(_) => Err(Refusal::Taken(name.to_owned()).into()),
        None => Ok(()),
    }
}

async fn building_must_be_free(work: &mut Work, community: CommunityId, name: &str) -> Result<()> {
    match work.tx.find_building_by_name(community, name).await? {
        Some(_) => Err(Refusal::Taken(name.to_owned()).into()),
        None => Ok(()),
    }
}

/// The number of the next household of a unit, from 1.
pub(crate) async fn next_number(work: &mut Work, building: BuildingId, unit: &str) -> Result<i64> {
    let there = work.tx.list_households_in_unit(building, unit).await?;
    Ok(there.last().map_or(1, |last| last.number + 1))
}

/// A name of a grid, a building or a unit, without white space around it.
pub(crate) fn check_place<'a>(field: &'static str, name: &'a str) -> Result<&'a str> {
    let name = name.trim();
    if (1..=MAX_NAME).contains(&name.chars().count()) && !name.contains(char::is_control) {
        return Ok(name);
    }
    Err(Refusal::field(
        field,
        format!("网格、楼栋和房号的名称须为 1–{MAX_NAME} 个字，且不含换行"),
        format!("Names of grids, buildings and units have 1–{MAX_NAME} characters in one line"),
    )
    .into())
}
