//! The district and its communities.

use crate::caller::Admin;
use crate::error::{Error, Refusal, Result};
use crate::place;
use crate::work::Work;
use jiff::tz::TimeZone;
use linli_domain::{CommunityId, HouseholdId, Localised, id};
use linli_store::place::{Community, District};
use serde_json::json;

/// The zone where no district has been named yet.
pub const DEFAULT_ZONE: &str = "Asia/Shanghai";

/// The district's time zone.
pub async fn zone(work: &mut Work) -> Result<TimeZone> {
    zone_of(work.tx.find_district().await?.as_ref())
}

/// The time zone of a district that was read already; [`DEFAULT_ZONE`] where none has been named.
pub fn zone_of(district: Option<&District>) -> Result<TimeZone> {
    let name = district.map_or(DEFAULT_ZONE, |district| &district.zone);
    TimeZone::get(name)
        .map_err(|error| Error::Internal(format!("the district's zone cannot be used: {error}")))
}

/// Names the district, once.
pub async fn found(work: &mut Work, admin: &Admin, district: &District) -> Result<()> {
    if let Some(district) = work.tx.find_district().await? {
        return Err(Refusal::Taken(district.name.en).into());
    }
    if TimeZone::get(&district.zone).is_err() {
        return Err(Refusal::field(
            "zone",
            "没有这个时区，请填写如 Asia/Shanghai",
            "There is no such zone; write one such as Asia/Shanghai",
        )
        .into());
    }
    work.tx.create_district(district).await?;
    work.audit(
        admin.person,
        None,
        "district.found",
        &district.name.en,
        json!({ "zone": district.zone }),
    )
    .await
}

/// Adds a community.
pub async fn add_community(
    work: &mut Work,
    admin: &Admin,
    slug: &str,
    name: &Localised,
) -> Result<Community> {
    check_slug(slug)?;
    check_name(name)?;
    if work.tx.find_community_by_slug(slug).await?.is_some() {
        return Err(Refusal::Taken(slug.to_owned()).into());
    }
    let community = Community {
        id: work.id(),
        slug: slug.to_owned(),
        name: name.clone(),
    };
    work.tx.create_community(&community).await?;
    work.audit(admin.person, None, "community.add", slug, json!({}))
        .await?;
    Ok(community)
}

/// A community by its code.
pub async fn community(work: &mut Work, slug: &str) -> Result<Community> {
    let found = work.tx.find_community_by_slug(slug).await?;
    found.ok_or_else(|| Refusal::NotFound("community").into())
}

/// The first household of a unit in a building; building and household are added where they are new.
pub async fn household(
    work: &mut Work,
    community: CommunityId,
    building: &str,
    unit: &str,
) -> Result<HouseholdId> {
    let building = place::check_place("building", building)?;
    let unit = place::check_place("unit", unit)?;
    let building_id = match work.tx.find_building_by_name(community, building).await? {
        Some(found) => found.id,
        None => {
            let id = work.id();
            work.tx.create_building(id, community, building).await?;
            id
        }
    };
    let there = work.tx.list_households_in_unit(building_id, unit).await?;
    if let Some(found) = there.first() {
        return Ok(found.id);
    }
    let id = work.id();
    work.tx.create_household(id, building_id, unit, 1).await?;
    Ok(id)
}

/// Checks a code that appears in addresses.
pub fn check_slug(slug: &str) -> Result<()> {
    if id::is_slug(slug) {
        return Ok(());
    }
    Err(Refusal::field(
        "slug",
        "代码须为 1–40 个小写字母、数字或连字符，以字母开头",
        "A code has 1–40 of a–z, 0–9 and '-', beginning with a letter",
    )
    .into())
}

/// Checks a name in both languages.
pub fn check_name(name: &Localised) -> Result<()> {
    for (field, text) in [("name-zh", &name.zh), ("name-en", &name.en)] {
        if text.trim().is_empty() || text.chars().count() > 80 {
            return Err(
                Refusal::field(field, "名称须为 1–80 个字", "A name has 1–80 characters").into(),
            );
        }
    }
    Ok(())
}
