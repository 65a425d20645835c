//! For whom a space is booked, and who may book for them.

use crate::caller::{Actor, Office};
use crate::error::{Refusal, Result};
use crate::space::SpaceRefusal;
use crate::work::Work;
use linli_domain::space::OpenTo;
use linli_domain::{CommunityId, OrganisationId, PersonId};
use linli_store::booking::Booking;
use linli_store::space::Space;

/// For whom a space is booked.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Party {
    /// A resident.
    Resident(PersonId),
    /// An organisation.
    Organisation(OrganisationId),
    /// The community itself, by its staff.
    Community,
}

impl Party {
    /// For whom a booking is.
    pub fn of(booking: &Booking) -> Self {
        Self::from_ids(booking.resident_id, booking.organisation_id)
    }

    pub(crate) fn from_ids(
        resident: Option<PersonId>,
        organisation: Option<OrganisationId>,
    ) -> Self {
        match (resident, organisation) {
            (Some(resident), _) => Self::Resident(resident),
            (None, Some(organisation)) => Self::Organisation(organisation),
            (None, None) => Self::Community,
        }
    }

    /// The resident, if it is one.
    pub fn resident(self) -> Option<PersonId> {
        match self {
            Self::Resident(resident) => Some(resident),
            _ => None,
        }
    }

    /// The organisation, if it is one.
    pub fn organisation(self) -> Option<OrganisationId> {
        match self {
            Self::Organisation(organisation) => Some(organisation),
            _ => None,
        }
    }

    /// Whether the actor is them or acts for them. Nobody is the community as such: its staff govern the space.
    pub(crate) fn is_of(self, actor: &Actor) -> bool {
        match self {
            Self::Resident(resident) => actor.acts_for(resident),
            Self::Organisation(organisation) => matches!(
                actor.office,
                Office::Organisation(of, _) | Office::Background(of, _) if of == organisation
            ),
            Self::Community => false,
        }
    }
}

/// Whether the actor may book a space for a party; answers whether as the space's own staff, who are not bound by every
/// rule. An organisation's staff may book for residents of the community where they work: they are asked to. Nobody does so
/// in the background, where no resident has asked.
pub(crate) async fn authorise(
    work: &mut Work,
    actor: &Actor,
    space: &Space,
    party: Party,
) -> Result<bool> {
    match party {
        Party::Community => {
            crate::space::govern(actor, space.community_id)?;
            Ok(true)
        }
        Party::Organisation(_) if party.is_of(actor) => {
            check_open(work, space, party).await?;
            Ok(false)
        }
        Party::Resident(resident) => {
            let home = home(work, resident).await?;
            let serves = matches!(
                actor.office,
                Office::Organisation(_, at) if at == space.community_id && home == Some(at)
            );
            if !party.is_of(actor) && !serves {
                return Err(Refusal::NotAllowed.into());
            }
            check_home(space, home)?;
            Ok(false)
        }
        Party::Organisation(_) => Err(Refusal::NotAllowed.into()),
    }
}

/// Whether a space is open to a party now.
pub(crate) async fn check_open(work: &mut Work, space: &Space, party: Party) -> Result<()> {
    match party {
        Party::Community => Ok(()),
        Party::Organisation(_) if space.rules.open_to.contains(&OpenTo::Organisations) => Ok(()),
        Party::Organisation(_) => Err(SpaceRefusal::NotOpen.into()),
        Party::Resident(resident) => {
            let home = home(work, resident).await?;
            check_home(space, home)
        }
    }
}

fn check_home(space: &Space, home: Option<CommunityId>) -> Result<()> {
    let open_to = &space.rules.open_to;
    let is_open = home.is_some_and(|home| {
        open_to.contains(&OpenTo::District)
            || (open_to.contains(&OpenTo::Community) && home == space.community_id)
    });
    if is_open {
        Ok(())
    } else {
        Err(SpaceRefusal::NotOpen.into())
    }
}

async fn home(work: &mut Work, resident: PersonId) -> Result<Option<CommunityId>> {
    let person = work.tx.find_person(resident).await?;
    Ok(person.and_then(|person| person.community_id))
}
