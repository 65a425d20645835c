//! Needs (需求档案): recorded by the resident, staff, a plugin or an import; each change is a new version and the old ones
//! are kept. The resident sees them, corrects them, objects to what others wrote and withdraws them; the community's staff
//! record, correct, review and close them.

pub mod plugin;

use crate::caller::{Actor, Channel};
use crate::error::{Refusal, Result};
use crate::resident;
use crate::slice;
use crate::work::Work;
use jiff::ToSpan as _;
use jiff::civil::Date;
use linli_domain::need::{MAX_NOTE, MAX_OPEN, NeedState, REVIEW_DAYS};
use linli_domain::{CommunityId, Localised, NeedId, PersonId, PluginId};
use linli_store::need::Need;
use serde_json::json;
use uuid::Uuid;

/// Why an operation on a need did nothing.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum NeedRefusal {
    /// Somebody changed it meanwhile.
    Changed,
    /// It is in another state.
    State(NeedState),
    /// The resident has too many open ones.
    TooMany,
}

impl NeedRefusal {
    /// What it says to people.
    pub fn message(self) -> Localised {
        match self {
            Self::Changed => Localised::new(
                "这项需求已被他人修改，请重新打开后再试。",
                "Somebody changed this need. Open it again and repeat your change.",
            ),
            Self::State(state) => {
                let zh = match state {
                    NeedState::Open => "未满足",
                    NeedState::Met => "已满足",
                    NeedState::Withdrawn => "已撤回",
                };
                Localised::new(
                    format!("这项需求当前为“{zh}”，不能执行此操作。如仍有需要，请重新提出。"),
                    format!(
                        "This need is {state} now, which does not allow this. If it is there again, open it again."
                    ),
                )
            }
            Self::TooMany => Localised::new(
                format!("未满足的需求最多 {MAX_OPEN} 项，请先撤回或关闭一项。"),
                format!(
                    "A resident has at most {MAX_OPEN} open needs. Withdraw or close one first."
                ),
            ),
        }
    }
}

/// What is said of a need.
#[derive(Clone, Debug, Default)]
pub struct Said {
    /// Which, by code.
    pub code: String,
    /// In words, at most 2,000 bytes.
    pub note: String,
    /// When to look at it again; in a year if none.
    pub review: Option<Date>,
    /// The plugin through which it is said.
    pub plugin: Option<PluginId>,
}

/// Records a need.
pub async fn record(work: &mut Work, actor: &Actor, person: PersonId, said: &Said) -> Result<Need> {
    check(said)?;
    let source = source(work, actor, person, said.plugin.as_ref()).await?;
    let open = work.tx.count_open_needs(person).await?;
    if usize::try_from(open).is_ok_and(|open| open >= MAX_OPEN) {
        return Err(NeedRefusal::TooMany.into());
    }
    let need = Need {
        id: work.id(),
        resident_id: person,
        code: said.code.clone(),
        note: said.note.clone(),
        version: 1,
        state: NeedState::Open,
        source: source.to_owned(),
        plugin: said.plugin.clone(),
        review: review(work, said.review).await?,
        objection: None,
        recorded: work.now,
        changed_by: actor.person,
    };
    work.tx.create_need(&need).await?;
    note(work, actor, &need, "record").await?;
    Ok(need)
}

/// Says anew what a need is. `version` is the one that was read. What staff write answers an objection.
pub async fn correct(
    work: &mut Work,
    actor: &Actor,
    id: NeedId,
    version: i64,
    said: &Said,
) -> Result<Need> {
    let before = find(work, actor, id).await?;
    say(work, actor, before, version, said).await
}

async fn say(
    work: &mut Work,
    actor: &Actor,
    before: Need,
    version: i64,
    said: &Said,
) -> Result<Need> {
    check(said)?;
    at_version(&before, version)?;
    if before.state != NeedState::Open {
        return Err(NeedRefusal::State(before.state).into());
    }
    let source = source(work, actor, before.resident_id, said.plugin.as_ref()).await?;
    let next = Need {
        code: said.code.clone(),
        note: said.note.clone(),
        source: source.to_owned(),
        plugin: said.plugin.clone(),
        review: review(work, said.review).await?,
        objection: None,
        ..before.clone()
    };
    change(work, actor, before, next, "correct").await
}

/// The resident objects to what others wrote: it stays, with the objection, and is due for review at once.
pub async fn object(
    work: &mut Work,
    actor: &Actor,
    id: NeedId,
    version: i64,
    text: &str,
) -> Result<Need> {
    check_text("objection", text)?;
    let before = find_open(work, actor, id, version).await?;
    if !actor.acts_for(before.resident_id) {
        return Err(Refusal::NotAllowed.into());
    }
    let next = Need {
        objection: Some(text.to_owned()),
        ..before.clone()
    };
    change(work, actor, before, next, "object").await
}

/// Staff have looked at it and it still stands: they look again on that day. It answers no objection.
pub async fn keep(
    work: &mut Work,
    actor: &Actor,
    id: NeedId,
    version: i64,
    again: Option<Date>,
) -> Result<Need> {
    let before = find_open(work, actor, id, version).await?;
    if actor.acts_for(before.resident_id) {
        return Err(Refusal::NotAllowed.into());
    }
    let next = Need {
        review: review(work, again).await?,
        ..before.clone()
    };
    change(work, actor, before, next, "review").await
}

/// Changes where a need stands: anybody who may change it meets or opens it, only the resident withdraws it.
pub async fn become_state(
    work: &mut Work,
    actor: &Actor,
    id: NeedId,
    version: i64,
    state: NeedState,
) -> Result<Need> {
    let before = find(work, actor, id).await?;
    move_to(work, actor, before, version, state).await
}

async fn move_to(
    work: &mut Work,
    actor: &Actor,
    before: Need,
    version: i64,
    state: NeedState,
) -> Result<Need> {
    at_version(&before, version)?;
    if !before.state.may_become(state) {
        return Err(NeedRefusal::State(before.state).into());
    }
    let own = actor.acts_for(before.resident_id);
    if !own && [state, before.state].contains(&NeedState::Withdrawn) {
        return Err(Refusal::NotAllowed.into());
    }
    let next = Need {
        state,
        ..before.clone()
    };
    let verb = match state {
        NeedState::Open => "open",
        NeedState::Met => "meet",
        NeedState::Withdrawn => "withdraw",
    };
    change(work, actor, before, next, verb).await
}

/// A need in its latest version, for the resident, who acts for them, and who governs their community.
pub async fn find(work: &mut Work, actor: &Actor, id: NeedId) -> Result<Need> {
    let absent = Refusal::NotFound("need");
    let need = work.tx.find_need(id).await?.ok_or(absent.clone())?;
    match resident::find(work, actor, need.resident_id).await {
        Ok(_) => Ok(need),
        Err(error) if error.refusal().is_some() => Err(absent.into()),
        Err(error) => Err(error),
    }
}

/// A resident's needs, by id; `after` is the one that the last slice ended with.
pub async fn list(
    work: &mut Work,
    actor: &Actor,
    person: PersonId,
    after: Option<NeedId>,
    limit: u16,
) -> Result<Vec<Need>> {
    let limit = slice::limit(limit)?;
    resident::find(work, actor, person).await?;
    let after = after.unwrap_or(NeedId(Uuid::nil()));
    Ok(work.tx.list_needs(person, after, limit).await?)
}

/// The versions of a need before the latest, the oldest first; `after` is the version that the last slice ended with.
pub async fn history(
    work: &mut Work,
    actor: &Actor,
    id: NeedId,
    after: Option<i64>,
    limit: u16,
) -> Result<Vec<Need>> {
    let limit = slice::limit(limit)?;
    let need = find(work, actor, id).await?;
    Ok(work
        .tx
        .list_need_versions(&need, after.unwrap_or(0), limit)
        .await?)
}

/// Open needs in a community that are to be looked at by a day or that were objected to, of one code or of all, by review
/// date; `after` is where the last slice ended.
pub async fn list_due(
    work: &mut Work,
    actor: &Actor,
    community: CommunityId,
    code: Option<&str>,
    day: Date,
    after: Option<(Date, NeedId)>,
    limit: u16,
) -> Result<Vec<Need>> {
    actor.must_govern(community)?;
    let limit = slice::limit(limit)?;
    let after = after.unwrap_or((Date::ZERO, NeedId(Uuid::nil())));
    Ok(work
        .tx
        .list_needs_due(community, code.unwrap_or(""), day, after, limit)
        .await?)
}

async fn find_open(work: &mut Work, actor: &Actor, id: NeedId, version: i64) -> Result<Need> {
    let need = find(work, actor, id).await?;
    at_version(&need, version)?;
    if need.state != NeedState::Open {
        return Err(NeedRefusal::State(need.state).into());
    }
    Ok(need)
}

fn at_version(need: &Need, version: i64) -> Result<()> {
    if need.version == version {
        Ok(())
    } else {
        Err(NeedRefusal::Changed.into())
    }
}

/// Who says so, if they may.
async fn source(
    work: &mut Work,
    actor: &Actor,
    person: PersonId,
    plugin: Option<&PluginId>,
) -> Result<&'static str> {
    let registration = resident::find_alive(work, person).await?;
    let community = registration.community_id;
    let works = community.is_some_and(|at| actor.works_for(at).is_some());
    match (actor.channel == Channel::Plugin, plugin) {
        (true, Some(_)) if works || actor.acts_for(person) => Ok("plugin"),
        (false, None) if actor.acts_for(person) => Ok("resident"),
        (false, None) if community.is_some_and(|at| actor.governs(at)) => Ok("staff"),
        _ => Err(Refusal::NotAllowed.into()),
    }
}

async fn change(
    work: &mut Work,
    actor: &Actor,
    before: Need,
    mut next: Need,
    verb: &str,
) -> Result<Need> {
    next.version = before.version + 1;
    next.recorded = work.now;
    next.changed_by = actor.person;
    let kept = work.id();
    if !work.tx.update_need(&before, &next, kept).await? {
        return Err(NeedRefusal::Changed.into());
    }
    note(work, actor, &next, verb).await?;
    Ok(next)
}

async fn note(work: &mut Work, actor: &Actor, need: &Need, verb: &str) -> Result<()> {
    let detail = json!({ "code": need.code, "version": need.version });
    let action = format!("need.{verb}");
    work.audit_act(actor, Some(need.resident_id), &action, need.id, detail)
        .await
}

async fn review(work: &mut Work, day: Option<Date>) -> Result<Date> {
    let zone = crate::district::zone(work).await?;
    let today = work.now.to_civil(&zone).date();
    match day {
        Some(day) if day < today => Err(Refusal::field(
            "review",
            "复核日期不能早于今天",
            "The day of review cannot be before today",
        )
        .into()),
        Some(day) => Ok(day),
        None => Ok(today.saturating_add(REVIEW_DAYS.days())),
    }
}

fn check(said: &Said) -> Result<()> {
    resident::check_code("need", Some(&said.code))?;
    check_text("note", &said.note)
}

fn check_text(field: &'static str, text: &str) -> Result<()> {
    if !text.trim().is_empty() && text.len() <= MAX_NOTE {
        return Ok(());
    }
    Err(Refusal::field(
        field,
        format!("请用文字说明（最多 {MAX_NOTE} 字节）"),
        format!("Say it in words, in at most {MAX_NOTE} bytes"),
    )
    .into())
}
