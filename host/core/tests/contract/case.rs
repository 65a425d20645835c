//! Cases: opened, numbered, dealt with, ended; who may do what.

mod conflict;
mod due;
mod handover;
mod merge;
mod shut;
mod sight;
mod walk;
mod way;

use jiff::civil::date;
use linli_core::case::CaseRefusal;
use linli_core::case::{self, NewParty, Opening, Place, TypeDraft, Who};
use linli_core::store::person::Person;
use linli_core::{
    Actor, Admin, Channel, CommunityStaff, Office, Refusal, Result, account, act, organisation,
    view,
};
use linli_domain::case::{Accountable, CaseState, PartyRole, Priority, Sla};
use linli_domain::*;
use linli_world::World;

/// Staff of several offices beside the world's people.
pub struct Offices {
    /// Two of the east's own staff.
    pub chen: PersonId,
    pub fang: PersonId,
    /// One of the west's.
    pub gao: PersonId,
    /// A second organisation, which works in the east, and one of its staff.
    pub legal: OrganisationId,
    pub lawyer: PersonId,
    /// A second care worker.
    pub nurse: PersonId,
}

/// Hires the offices' staff and defines two types of cases: `repair`, and `abuse`, which is confidential.
pub async fn offices(world: &World) -> linli_world::Result<Offices> {
    let admin = Admin::at_command_line();
    let (east, west, care) = (world.east, world.west, world.care);
    Ok(act!(world.core, |work| async {
        let legal = organisation::register(work, &admin, "legal", &Localised::new("法援", "Legal"))
            .await?
            .id;
        let mut people = Vec::new();
        for name in ["陈社工", "方网格", "高社工", "律师", "护士"] {
            let mut person = work
                .tx
                .find_person(world.admin)
                .await?
                .ok_or(Refusal::NotFound("person"))?;
            person = Person {
                id: work.id(),
                name: name.into(),
                phone: None,
                ..person
            };
            work.tx.create_person(&person).await?;
            people.push(person.id);
        }
        let [chen, fang, gao, lawyer, nurse] = people[..] else {
            unreachable!("five people")
        };
        account::grant_community_staff(work, &admin, chen, Some(east)).await?;
        account::grant_community_staff(work, &admin, fang, Some(east)).await?;
        account::grant_community_staff(work, &admin, gao, Some(west)).await?;
        account::grant_staff_role(work, &admin, lawyer, legal, Some(east), "lawyer").await?;
        account::grant_staff_role(work, &admin, nurse, care, Some(east), "care-worker").await?;
        let draft = |confidential| TypeDraft {
            title: Localised::new("类型", "Type"),
            sla: Sla {
                response_minutes: 120,
                resolution_minutes: 960,
            },
            confidential,
        };
        case::define_for_district(work, &admin.actor(), "repair", &draft(false)).await?;
        case::define_for_district(work, &admin.actor(), "abuse", &draft(true)).await?;
        Ok(Offices {
            chen,
            fang,
            gao,
            legal,
            lawyer,
            nurse,
        })
    }
    .await)?)
}

/// A resident for themself.
pub fn resident(person: PersonId) -> Actor {
    Actor {
        person: Some(person),
        subject: Some(person),
        office: Office::Resident,
        channel: Channel::Web,
    }
}
/// Somebody for a resident.
pub fn delegate(person: PersonId, resident: PersonId) -> Actor {
    Actor {
        person: Some(person),
        subject: Some(resident),
        office: Office::Delegate,
        channel: Channel::Web,
    }
}
/// Staff of a community.
pub fn staff(person: PersonId, community: CommunityId) -> Actor {
    CommunityStaff {
        person: Some(person),
        community,
    }
    .actor()
}
/// Staff of an organisation.
pub fn employee(person: PersonId, organisation: OrganisationId, community: CommunityId) -> Actor {
    Actor {
        person: Some(person),
        subject: None,
        office: Office::Organisation(organisation, community),
        channel: Channel::Plugin,
    }
}
/// The district's admin.
pub fn district(world: &World) -> Actor {
    Admin {
        person: Some(world.admin),
    }
    .actor()
}

/// A repair in the east.
pub fn opening(world: &World) -> Opening {
    Opening {
        community: world.east,
        installation: None,
        kind: "repair".into(),
        title: "路灯不亮".into(),
        description: "3号楼前的路灯坏了".into(),
        category: "lighting".into(),
        priority: Priority::Normal,
        place: Place {
            text: "3号楼前".into(),
            ..Place::default()
        },
        parties: Vec::new(),
        parent: None,
        details: None,
    }
}
/// A person in a role.
pub fn party(role: PartyRole, person: PersonId) -> NewParty {
    NewParty {
        role,
        who: Who::Person(person),
    }
}

pub async fn open(world: &World, actor: &Actor, opening: &Opening) -> Result<CaseId> {
    act!(world.core, |work| async {
        Ok(case::open(work, actor, opening).await?.0)
    }
    .await)
}
pub async fn accept(world: &World, actor: &Actor, id: CaseId) -> Result<()> {
    act!(world.core, |work| case::accept(work, actor, id).await)
}
/// Accepts, begins and answers.
pub async fn resolve(world: &World, actor: &Actor, id: CaseId) -> Result<()> {
    act!(world.core, |work| async {
        case::accept(work, actor, id).await?;
        case::start(work, actor, id).await?;
        case::resolve(work, actor, id, "已修好").await
    }
    .await)
}
pub async fn hand_over(
    world: &World,
    from: &Actor,
    id: CaseId,
    to: Accountable,
) -> Result<HandoverId> {
    act!(world.core, |work| case::ask_handover(
        work,
        from,
        id,
        to,
        "不属本单位职责"
    )
    .await)
}
pub async fn page(world: &World, actor: &Actor, id: CaseId) -> Result<case::CasePage> {
    act!(world.core, |work| case::page(work, actor, id).await)
}
pub async fn file(world: &World, id: CaseId) -> linli_core::store::case::CaseFile {
    let found = view!(world.core, |work| async {
        Ok(work.tx.find_case(id).await?)
    }
    .await);
    found.unwrap().unwrap()
}
pub fn refused(refusal: CaseRefusal) -> Refusal {
    Refusal::Case(refusal)
}
/// An instant in Shanghai in November 2026; the world begins on Tuesday the 24th at 09:00.
pub fn at(day: i8, hour: i8) -> Instant {
    let zone = jiff::tz::TimeZone::get("Asia/Shanghai").unwrap();
    Instant::from_civil(date(2026, 11, day).at(hour, 0, 0, 0), &zone).unwrap()
}
