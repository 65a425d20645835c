//! Residents: who lives where, moving in and out, death.
//!
//! Who gives a resident away decides where to: staff of the community they live in, or the district. Staff take in only
//! who lives nowhere in the district yet.

use crate::account;
use crate::caller::{Actor, Admin};
use crate::delegation;
use crate::error::{Refusal, Result};
use crate::slice;
use crate::topic;
use crate::work::Work;
use jiff::civil::Date;
use linli_domain::identity::IdentityNumber;
use linli_domain::resident::{HEAD, MAX_CODE};
use linli_domain::topic::{DIED, MOVED_IN, MOVED_OUT};
use linli_domain::{CommunityId, HouseholdId, Instant, Localised, PersonId, StayId};
use linli_store::housing::{Ending, Stay};
use linli_store::person::Person;
use linli_store::resident::{Listed, Registration};
use serde_json::json;
use uuid::Uuid;

/// The longest reason, place or piece of evidence, in bytes.
pub const MAX_TEXT: usize = 500;

/// How many persons with one telephone number, or with one name and day of birth, are looked at.
const MOST_NAMESAKES: i64 = 50;

/// The longest name, in characters.
pub const MAX_NAME: usize = 60;

/// Why an operation on residents and households did nothing.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ResidentRefusal {
    /// They live in another community, whose staff must move them.
    LivesElsewhere,
    /// They live in no community.
    LivesNowhere,
    /// They have died.
    HasDied,
    /// They are not known to have died.
    IsAlive,
    /// They are of no household, or not of this one.
    NotOfHousehold,
    /// A household must keep a member.
    Everybody,
    /// Nobody has that name and what was written beside it.
    NobodyMeant,
    /// Several have.
    Several,
}

impl ResidentRefusal {
    /// What it says to people.
    pub fn message(self) -> Localised {
        match self {
            Self::LivesElsewhere => Localised::new(
                "此人现居住在其他社区。请由该社区工作人员或区管理员办理迁出后再试。",
                "They live in another community. Ask its staff or the district's admin to move them out first.",
            ),
            Self::LivesNowhere => Localised::new(
                "此人目前不在任何社区居住，请先办理迁入。",
                "They live in no community. Move them in first.",
            ),
            Self::HasDied => Localised::new(
                "此人已登记去世。如登记有误，请先更正。",
                "They are recorded as having died. If that is wrong, correct it first.",
            ),
            Self::IsAlive => Localised::new(
                "此人没有去世登记，无需更正。",
                "They are not recorded as having died; there is nothing to correct.",
            ),
            Self::NotOfHousehold => Localised::new(
                "此人不属于这一户，请先把其登记到这一户。",
                "They are not of this household. Move them into it first.",
            ),
            Self::NobodyMeant => Localised::new(
                "没有找到姓名与所填信息都相符的人。请核对姓名，并填写其身份证号、手机号或出生日期（如 1950-06-01）。",
                "Nobody has this name and what is written beside it. Check the name, and write the identity number, the telephone \
                 number or the day of birth (such as 1950-06-01).",
            ),
            Self::Several => Localised::new(
                "有多人姓名与所填信息都相符，请改填身份证号。",
                "Several persons have this name and what is written beside it. Write the identity number instead.",
            ),
            Self::Everybody => Localised::new(
                "分户时原户须至少保留一人。如全户搬迁，请逐人办理迁移。",
                "Somebody must stay when a household is split. To move all of them, move each.",
            ),
        }
    }
}

/// Where somebody moves to.
#[derive(Clone, Debug)]
pub struct Move {
    /// The community.
    pub community: CommunityId,
    /// The household in it, where that is known.
    pub household: Option<HouseholdId>,
    /// Why, in words; may be empty.
    pub reason: String,
}

/// Moves somebody in: who lives nowhere in the district yet, from elsewhere in the community, or from another community by
/// who governs that one.
pub async fn move_in(work: &mut Work, actor: &Actor, person: PersonId, to: &Move) -> Result<()> {
    check_text("reason", &to.reason)?;
    let mut registration = find_alive(work, person).await?;
    let from = registration.community_id;
    match from {
        None => actor.must_govern(to.community)?,
        Some(from) if actor.governs(from) => {}
        Some(_) if actor.governs(to.community) => {
            return Err(ResidentRefusal::LivesElsewhere.into());
        }
        Some(_) => return Err(Refusal::NotAllowed.into()),
    }
    if work.tx.find_community(to.community).await?.is_none() {
        return Err(Refusal::NotFound("community").into());
    }
    if let Some(household) = to.household {
        let found = work.tx.find_residence(household).await?;
        if found.is_none_or(|found| found.community_id != to.community) {
            return Err(Refusal::NotFound("household").into());
        }
    }
    registration.community_id = Some(to.community);
    settle(work, registration, to.household, &to.reason).await?;
    let detail = json!({
        "from": from, "to": to.community, "household": to.household,
    });
    work.audit_act(actor, Some(person), "resident.move-in", person, detail)
        .await?;
    if from == Some(to.community) {
        return Ok(());
    }
    if let Some(from) = from {
        topic::publish_host(work, MOVED_OUT, from, person).await?;
    }
    topic::publish_host(work, MOVED_IN, to.community, person).await
}

/// Moves somebody out of the district.
pub async fn move_out(
    work: &mut Work,
    actor: &Actor,
    person: PersonId,
    reason: &str,
) -> Result<()> {
    check_text("reason", reason)?;
    let mut registration = find_governed(work, actor, person).await?;
    let from = registration.community_id.take();
    leave(work, registration, Ending::Departure, reason).await?;
    let detail = json!({ "from": from });
    work.audit_act(actor, Some(person), "resident.move-out", person, detail)
        .await?;
    match from {
        Some(from) => topic::publish_host(work, MOVED_OUT, from, person).await,
        None => Ok(()),
    }
}

/// Writes down how somebody's residence stands to their registration (户籍), and where they are registered.
pub async fn register(
    work: &mut Work,
    actor: &Actor,
    person: PersonId,
    residence: Option<&str>,
    place: Option<&str>,
    household: Option<HouseholdId>,
) -> Result<()> {
    check_text("registered-place", place.unwrap_or_default())?;
    check_code("residence", residence)?;
    let mut registration = find_governed(work, actor, person).await?;
    if let Some(household) = household
        && work.tx.find_household(household).await?.is_none()
    {
        return Err(Refusal::NotFound("household").into());
    }
    registration.residence = residence.map(str::to_owned);
    registration.registered_place = place.map(str::to_owned);
    registration.registered_household_id = household;
    work.tx.update_registration(&registration).await?;
    let detail = json!({ "residence": residence, "household": household });
    work.audit_act(actor, Some(person), "resident.register", person, detail)
        .await
}

/// Corrects a resident's name, day of birth and sex (`female` or `male`).
pub async fn correct_profile(
    work: &mut Work,
    actor: &Actor,
    person: PersonId,
    name: &str,
    birth_date: Option<Date>,
    sex: Option<&str>,
) -> Result<()> {
    let name = name.trim();
    if !(1..=MAX_NAME).contains(&name.chars().count()) || name.contains(char::is_control) {
        return Err(Refusal::field(
            "name",
            format!("姓名须为 1–{MAX_NAME} 个字"),
            format!("A name has 1–{MAX_NAME} characters"),
        )
        .into());
    }
    if sex.is_some_and(|sex| !["female", "male"].contains(&sex)) {
        return Err(
            Refusal::field("sex", "性别须为 female 或 male", "Write female or male").into(),
        );
    }
    find_governed(work, actor, person).await?;
    work.tx
        .update_profile(person, name, birth_date, sex)
        .await?;
    work.audit_act(actor, Some(person), "resident.correct", person, json!({}))
        .await
}

/// Whom somebody means who writes a name and something that only who knows them knows: their identity number, telephone
/// number or day of birth (such as 1950-06-01). Both must be right; only persons for whom `fits` holds are looked at.
///
/// # Errors
/// Not found where nobody is meant, [`ResidentRefusal::Several`] where more than one is.
pub(crate) async fn identify(
    work: &mut Work,
    name: &str,
    known: &str,
    fits: impl Fn(&Person) -> bool,
) -> Result<Person> {
    let (name, known) = (name.trim(), known.trim());
    let found = if let Ok(number) = known.parse::<IdentityNumber>() {
        let found = work.tx.find_person_by_identity(number.as_str()).await?;
        found.into_iter().collect()
    } else if let Ok(day) = known.parse::<Date>() {
        work.tx
            .list_persons_named(name, day, MOST_NAMESAKES)
            .await?
    } else {
        work.tx
            .list_persons_by_phone(known, None, MOST_NAMESAKES)
            .await?
    };
    let mut meant = found
        .into_iter()
        .filter(|person| person.name == name && fits(person));
    match (meant.next(), meant.next()) {
        (Some(one), None) => Ok(one),
        (Some(_), Some(_)) => Err(ResidentRefusal::Several.into()),
        (None, _) => Err(ResidentRefusal::NobodyMeant.into()),
    }
}

/// How somebody belongs to a household and to a place, for themself, who acts for them, and who governs their community.
pub async fn find(work: &mut Work, actor: &Actor, person: PersonId) -> Result<Registration> {
    let found = work.tx.find_registration(person).await?;
    found
        .filter(|found| {
            actor.acts_for(person)
                || actor.governs_district()
                || found.community_id.is_some_and(|at| actor.governs(at))
        })
        .ok_or_else(|| Refusal::NotFound("person").into())
}

/// The residents of a community, by id; `after` is whom the last slice ended with.
pub async fn list(
    work: &mut Work,
    actor: &Actor,
    community: CommunityId,
    after: Option<PersonId>,
    limit: u16,
) -> Result<Vec<Listed>> {
    actor.must_govern(community)?;
    let limit = slice::limit(limit)?;
    let after = after.unwrap_or(PersonId(Uuid::nil()));
    Ok(work.tx.list_residents(community, after, limit).await?)
}

/// Where somebody has lived in the district, the oldest first; `after` is where the last slice ended.
pub async fn list_stays(
    work: &mut Work,
    actor: &Actor,
    person: PersonId,
    after: Option<(Instant, StayId)>,
    limit: u16,
) -> Result<Vec<Stay>> {
    let limit = slice::limit(limit)?;
    find(work, actor, person).await?;
    let after = after.unwrap_or((Instant(i64::MIN), StayId(Uuid::nil())));
    Ok(work.tx.list_stays(person, after, limit).await?)
}

/// Writes down that somebody has died. It ends where they live, all delegations by and for them, their roles, and their
/// log-in with its sessions.
pub async fn record_death(
    work: &mut Work,
    actor: &Actor,
    person: PersonId,
    day: Date,
    evidence: &str,
) -> Result<()> {
    if evidence.trim().is_empty() {
        return Err(Refusal::field(
            "evidence",
            "请写明依据，如死亡证明编号",
            "Say on what evidence, such as the number of the certificate",
        )
        .into());
    }
    check_text("evidence", evidence)?;
    let today = work
        .now
        .to_civil(&crate::district::zone(work).await?)
        .date();
    if day > today {
        return Err(Refusal::field(
            "died",
            "去世日期不能在今天之后",
            "The day of death cannot be after today",
        )
        .into());
    }
    let mut registration = find_alive(work, person).await?;
    match registration.community_id {
        Some(community) => actor.must_govern(community)?,
        None => actor.must_govern_district()?,
    }
    registration.died = Some(day);
    // Whoever serves beyond the community is not its staff's to end.
    let roles = work.tx.list_roles(person, work.now).await?;
    if !roles
        .iter()
        .all(|role| role.community_id.is_some() && role.community_id == registration.community_id)
    {
        actor.must_govern_district()?;
    }
    let community = registration.community_id.take();
    leave(work, registration, Ending::Death, "").await?;
    for role in roles {
        let admin = Admin {
            person: actor.person,
        };
        account::revoke_role(work, &admin, person, role.id).await?;
    }
    delegation::end_by_death(work, actor, person).await?;
    work.tx.set_account_closed(person, Some(work.now)).await?;
    work.tx.delete_sessions_of(person).await?;
    let detail = json!({ "day": day, "evidence": evidence, "community": community });
    work.audit_act(actor, Some(person), "resident.die", person, detail)
        .await?;
    match community {
        Some(community) => topic::publish_host(work, DIED, community, person).await,
        None => Ok(()),
    }
}

/// Takes back that somebody has died, which was recorded in error: the stay that the death ended goes on, and they may log in;
/// who lived nowhere then lives nowhere now. Roles, delegations and relations to a head of household must be given anew.
pub async fn correct_death(
    work: &mut Work,
    actor: &Actor,
    person: PersonId,
    reason: &str,
) -> Result<()> {
    actor.must_govern_district()?;
    check_text("reason", reason)?;
    let found = work.tx.find_registration(person).await?;
    let mut registration = found.ok_or(Refusal::NotFound("person"))?;
    if registration.died.take().is_none() {
        return Err(ResidentRefusal::IsAlive.into());
    }
    if let Some(stay) = work.tx.find_stay_before_death(person).await? {
        registration.community_id = Some(stay.community_id);
        registration.household_id = stay.household_id;
        work.tx.reopen_stay(stay.id).await?;
    }
    work.tx.update_registration(&registration).await?;
    work.tx.set_account_closed(person, None).await?;
    let detail = json!({ "reason": reason });
    work.audit_act(
        actor,
        Some(person),
        "resident.correct-death",
        person,
        detail,
    )
    .await
}

/// A living resident of a community that the actor governs.
pub(crate) async fn find_governed(
    work: &mut Work,
    actor: &Actor,
    person: PersonId,
) -> Result<Registration> {
    let registration = find_alive(work, person).await?;
    match registration.community_id {
        Some(community) if actor.governs(community) => Ok(registration),
        None if actor.governs_district() => Err(ResidentRefusal::LivesNowhere.into()),
        _ => Err(Refusal::NotFound("person").into()),
    }
}

pub(crate) async fn find_alive(work: &mut Work, person: PersonId) -> Result<Registration> {
    let found = work.tx.find_registration(person).await?;
    let found = found.ok_or(Refusal::NotFound("person"))?;
    if found.died.is_some() {
        return Err(ResidentRefusal::HasDied.into());
    }
    Ok(found)
}

/// They live there from now on; in a new household with no relation to its head yet.
pub(crate) async fn settle(
    work: &mut Work,
    mut registration: Registration,
    household: Option<HouseholdId>,
    reason: &str,
) -> Result<()> {
    let Some(community_id) = registration.community_id else {
        return Err(ResidentRefusal::LivesNowhere.into());
    };
    if registration.household_id != household {
        widow_household(work, &registration).await?;
        registration.relation = None;
    }
    registration.household_id = household;
    work.tx.update_registration(&registration).await?;
    work.tx
        .end_stay(registration.id, work.now, Ending::Move, "")
        .await?;
    begin_stay(work, registration.id, community_id, household, reason).await
}

/// Writes down that somebody lives somewhere from now on, who lived nowhere. A new person's residence begins so.
pub async fn begin_stay(
    work: &mut Work,
    person: PersonId,
    community: CommunityId,
    household: Option<HouseholdId>,
    reason: &str,
) -> Result<()> {
    let stay = Stay {
        id: work.id(),
        person_id: person,
        community_id: community,
        household_id: household,
        since: work.now,
        until: None,
        reason: reason.to_owned(),
        ended_by: None,
        left_because: String::new(),
    };
    Ok(work.tx.create_stay(&stay).await?)
}

/// They live nowhere in the district from now on.
async fn leave(
    work: &mut Work,
    mut registration: Registration,
    ending: Ending,
    because: &str,
) -> Result<()> {
    widow_household(work, &registration).await?;
    registration.relation = None;
    registration.household_id = None;
    registration.community_id = None;
    work.tx.update_registration(&registration).await?;
    work.tx
        .end_stay(registration.id, work.now, ending, because)
        .await?;
    Ok(())
}

/// Where a head leaves, nobody stands in a relation to them any more.
async fn widow_household(work: &mut Work, registration: &Registration) -> Result<()> {
    if registration.relation.as_deref() == Some(HEAD)
        && let Some(household) = registration.household_id
    {
        work.tx.clear_relations(household).await?;
    }
    Ok(())
}

pub(crate) fn check_text(field: &'static str, text: &str) -> Result<()> {
    if text.len() <= MAX_TEXT {
        return Ok(());
    }
    Err(Refusal::field(
        field,
        format!("最多 {MAX_TEXT} 字节，请缩短"),
        format!("At most {MAX_TEXT} bytes; shorten it"),
    )
    .into())
}

pub(crate) fn check_code(field: &'static str, code: Option<&str>) -> Result<()> {
    if code.is_none_or(|code| code.len() <= MAX_CODE && linli_domain::id::is_slug(code)) {
        return Ok(());
    }
    Err(Refusal::field(
        field,
        "代码须为 1–40 个小写字母、数字或连字符，以字母开头",
        "A code has 1–40 of a–z, 0–9 and '-', beginning with a letter",
    )
    .into())
}
