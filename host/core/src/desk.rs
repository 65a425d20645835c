//! Desks: the offices in which somebody who is logged in works, as the host's own pages know them.

use crate::caller::{Actor, COMMUNITY_STAFF, Channel, Login, Office};
use crate::error::{Refusal, Result};
use crate::work::Work;
use linli_domain::case::Accountable;
use linli_domain::{CommunityId, Localised};
use linli_store::organisation::Organisation;
use linli_store::place::Community;
use uuid::Uuid;

/// The name in addresses of the district's desk, and of every community's own.
pub const DISTRICT: &str = "district";
/// The name in addresses of a community's own office.
pub const COMMUNITY: &str = "community";

/// An office in which somebody works.
#[derive(Clone, Debug)]
pub struct Desk {
    /// Which office.
    pub office: Accountable,
    /// What it is called: of an organisation or a community with where it is.
    pub name: Localised,
    /// `community/office`, as it stands in addresses.
    pub path: String,
    /// Where; nowhere for the district.
    pub community: CommunityId,
    /// Who acts there.
    pub actor: Actor,
}

impl Desk {
    fn new(login: &Login, community: &Community, organisation: Option<&Organisation>) -> Self {
        let (office, acts, code) = match organisation {
            Some(found) => (
                Accountable::Organisation(found.id),
                Office::Organisation(found.id, community.id),
                found.slug.as_str(),
            ),
            None => (
                Accountable::Community,
                Office::Community(community.id),
                COMMUNITY,
            ),
        };
        let name = match organisation {
            Some(found) => Localised::new(
                format!("{} · {}", found.name.zh, community.name.zh),
                format!("{} · {}", found.name.en, community.name.en),
            ),
            None => community.name.clone(),
        };
        Self {
            office,
            name,
            path: format!("{}/{code}", community.slug),
            community: community.id,
            actor: actor(login, acts),
        }
    }

    fn district(login: &Login) -> Self {
        Self {
            office: Accountable::District,
            name: Localised::new("区级", "District"),
            path: format!("{DISTRICT}/{DISTRICT}"),
            community: CommunityId(Uuid::nil()),
            actor: actor(login, Office::District),
        }
    }
}

fn actor(login: &Login, office: Office) -> Actor {
    Actor {
        person: Some(login.person),
        subject: None,
        office,
        channel: Channel::Web,
    }
}

/// The offices in which somebody works now: an admin in the district's, staff where their roles say.
pub async fn list(work: &mut Work, login: &Login) -> Result<Vec<Desk>> {
    let mut desks = Vec::new();
    if login.is_admin() {
        desks.push(Desk::district(login));
    }
    let all = work.tx.list_communities().await?;
    for community in &all {
        for role in &login.roles {
            if role.community_id.is_some_and(|at| at != community.id) {
                continue;
            }
            let desk = match role.organisation_id {
                Some(id) => {
                    let found = work.tx.find_organisation(id).await?;
                    found.map(|found| Desk::new(login, community, Some(&found)))
                }
                None if role.code == COMMUNITY_STAFF => Some(Desk::new(login, community, None)),
                None => None,
            };
            desks.extend(desk.filter(|desk| desks.iter().all(|known| known.path != desk.path)));
        }
    }
    Ok(desks)
}

/// One of them, by its names in addresses. An admin may work at every community's.
pub async fn find(work: &mut Work, login: &Login, community: &str, office: &str) -> Result<Desk> {
    let absent = Refusal::NotFound("page");
    if (community, office) == (DISTRICT, DISTRICT) {
        login.admin()?;
        return Ok(Desk::district(login));
    }
    let community = work.tx.find_community_by_slug(community).await?;
    let community = community.ok_or(absent.clone())?;
    if office == COMMUNITY {
        login.community_staff(community.id)?;
        return Ok(Desk::new(login, &community, None));
    }
    let organisation = work.tx.find_organisation_by_slug(office).await?;
    let organisation = organisation.ok_or(absent.clone())?;
    if login
        .roles_at(organisation.id, community.id)
        .next()
        .is_none()
    {
        return Err(absent.into());
    }
    Ok(Desk::new(login, &community, Some(&organisation)))
}
