//! `linli:host/needs` and `linli:host/needs-write` over [`linli_core::need`].

use super::calendars::{civil_of, date_of};
use super::operation::{Answer, List, code, id_of, open, operation, reference};
use crate::bindings::linli::host::needs::{self, Need, NeedRef, NeedsSlice};
use crate::bindings::linli::host::needs_write::{self, Said};
use crate::bindings::linli::host::types::{Cursor, PersonRef};
use crate::call::{Call, Unit};
use linli_core::need::{self, plugin};
use linli_core::store::need::Need as Row;
use linli_core::{Refusal, Result};

fn shown(unit: &Unit<'_>, row: Row) -> Result<Need> {
    Ok(Need {
        need: NeedRef {
            id: row.id.to_string(),
        },
        resident: reference(unit, row.resident_id)?,
        ours: row.plugin.as_ref() == Some(unit.service.plugin()),
        code: row.code,
        note: row.note,
        version: u64::try_from(row.version).unwrap_or_default(),
        state: row.state.code().to_owned(),
        source: row.source,
        review: date_of(row.review),
        objection: row.objection,
        changed: row.recorded.0,
    })
}

fn said_of(unit: &Unit<'_>, said: Said) -> Result<need::Said> {
    let no_day = || Refusal::Invalid("review is no day of the calendar".to_owned());
    let review = said.review.map(|day| civil_of(day).ok_or_else(no_day));
    Ok(need::Said {
        code: said.code,
        note: said.note,
        review: review.transpose()?,
        plugin: Some(unit.service.plugin().clone()),
    })
}

/// A version of the contract as the database counts; one beyond its numbers is none.
fn version_of(version: u64) -> i64 {
    i64::try_from(version).unwrap_or(i64::MAX)
}

fn slice(
    unit: &Unit<'_>,
    list: &List,
    limit: u16,
    rows: Vec<Row>,
    position: impl FnOnce(&Row) -> String,
) -> Result<NeedsSlice> {
    let next = list.next(unit, limit, &rows, position);
    let items = rows.into_iter().map(|row| shown(unit, row));
    Ok(NeedsSlice {
        items: items.collect::<Result<_>>()?,
        next,
    })
}

impl needs::Host for Call {
    async fn list_of_resident(
        &mut self,
        resident: PersonRef,
        after: Option<Cursor>,
        limit: u16,
    ) -> Answer<NeedsSlice> {
        operation!(self, "needs.list-of-resident", reads, [], |unit| {
            let resident = open(unit, &resident).await?;
            let list = List::of(unit, &format!("needs of {resident}"));
            let after = list.after(unit, after, |id| id.parse().ok())?;
            let rows = plugin::list(
                unit.work,
                unit.service,
                unit.caller,
                resident,
                after,
                limit,
                unit.disclosures,
            )
            .await?;
            slice(unit, &list, limit, rows, |last| last.id.to_string())
        })
    }

    async fn history(
        &mut self,
        need: NeedRef,
        after: Option<Cursor>,
        limit: u16,
    ) -> Answer<NeedsSlice> {
        operation!(self, "needs.history", reads, [], |unit| {
            let id = id_of(&need.id, "need")?;
            let list = List::of(unit, &format!("versions of {id}"));
            let after = list.after(unit, after, |version| version.parse().ok())?;
            let rows = plugin::history(
                unit.work,
                unit.service,
                unit.caller,
                id,
                after,
                limit,
                unit.disclosures,
            )
            .await?;
            slice(unit, &list, limit, rows, |last| last.version.to_string())
        })
    }
}

impl needs_write::Host for Call {
    async fn add_need(&mut self, resident: PersonRef, said: Said) -> Answer<Need> {
        operation!(
            self,
            "needs-write.add-need",
            writes,
            [&said.code, &said.note],
            |unit| {
                let resident = open(unit, &resident).await?;
                let said = said_of(unit, said)?;
                let actor = unit.caller.actor(unit.service);
                let row = need::record(unit.work, &actor, resident, &said).await?;
                shown(unit, row)
            }
        )
    }

    async fn correct(&mut self, need: NeedRef, version: u64, said: Said) -> Answer<Need> {
        operation!(
            self,
            "needs-write.correct",
            writes,
            [&said.code, &said.note],
            |unit| {
                let id = id_of(&need.id, "need")?;
                let said = said_of(unit, said)?;
                let version = version_of(version);
                let row = plugin::correct(unit.work, unit.service, unit.caller, id, version, &said)
                    .await?;
                shown(unit, row)
            }
        )
    }

    async fn change_state(&mut self, need: NeedRef, version: u64, state: String) -> Answer<Need> {
        operation!(self, "needs-write.change-state", writes, [&state], |unit| {
            let id = id_of(&need.id, "need")?;
            let state = code("state", &state)?;
            let version = version_of(version);
            let row =
                plugin::become_state(unit.work, unit.service, unit.caller, id, version, state)
                    .await?;
            shown(unit, row)
        })
    }
}
