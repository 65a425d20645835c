//! `linli:host/space-directory` over [`linli_core::space`].

use super::calendars::civil_of;
use super::operation::{Answer, List, count, id_of, operation, period_of, range_of};
use crate::bindings::linli::host::space_directory::{Host, Space, SpacesSlice, Wanted};
use crate::bindings::linli::host::types::{Cursor, Date, Period, SpaceRef};
use crate::call::{Call, Unit};
use linli_core::space::{self, inventory};
use linli_core::store::space::Space as Row;
use linli_core::{Refusal, Result};
use linli_domain::SpaceId;

/// The reference of a space.
pub(super) fn space_ref(id: SpaceId) -> SpaceRef {
    SpaceRef { id: id.to_string() }
}

/// The space that a reference names, where the installation may know of it.
pub(super) async fn reach(unit: &mut Unit<'_>, space: &SpaceRef) -> Result<Row> {
    let id = id_of(&space.id, "space")?;
    space::find_for(unit.work, unit.service, id).await
}

fn shown(unit: &Unit<'_>, row: Row) -> Space {
    Space {
        space: space_ref(row.id),
        name: row.name.get(unit.caller.locale).to_owned(),
        place: row.place,
        kind: row.kind,
        equipment: row.equipment,
        capacity: count(row.capacity),
        concurrency: count(row.concurrency),
        approval: row.rules.approval,
        here: row.community_id == unit.service.community.id,
    }
}

fn day_of(day: Date) -> Result<jiff::civil::Date> {
    let problem = || Refusal::Invalid("from is no day of the calendar".to_owned());
    civil_of(day).ok_or_else(|| problem().into())
}

impl Host for Call {
    async fn list_spaces(&mut self, after: Option<Cursor>, limit: u16) -> Answer<SpacesSlice> {
        operation!(self, "space-directory.list-spaces", reads, [], |unit| {
            let list = List::of(unit, "spaces");
            let after = list.after(unit, after, |id| id.parse().ok())?;
            let community = unit.service.community.id;
            let rows = space::list(unit.work, community, after, limit).await?;
            let next = list.next(unit, limit, &rows, |last| last.id.to_string());
            let items = rows.into_iter().map(|row| shown(unit, row)).collect();
            Ok(SpacesSlice { items, next })
        })
    }

    async fn find_free(
        &mut self,
        wanted: Wanted,
        after: Option<Cursor>,
        limit: u16,
    ) -> Answer<SpacesSlice> {
        operation!(self, "space-directory.find-free", reads, [], |unit| {
            let name = format!(
                "spaces free {}-{} for {} with {:?} of {:?}",
                wanted.period.starts,
                wanted.period.ends,
                wanted.persons,
                wanted.equipment,
                wanted.kind
            );
            let list = List::of(unit, &name);
            let after = list.after(unit, after, |id| id.parse().ok())?;
            let wanted = inventory::Wanted {
                community: Some(unit.service.community.id),
                range: range_of(wanted.period)?,
                persons: wanted.persons,
                equipment: wanted.equipment,
                kind: wanted.kind,
            };
            let (rows, next) = inventory::find_free(unit.work, &wanted, after, limit).await?;
            let next = next.and_then(|next| list.seal(unit, &next.to_string()));
            let items = rows.into_iter().map(|row| shown(unit, row)).collect();
            Ok(SpacesSlice { items, next })
        })
    }

    async fn find(&mut self, space: SpaceRef) -> Answer<Space> {
        operation!(self, "space-directory.find", reads, [], |unit| {
            let row = reach(unit, &space).await?;
            Ok(shown(unit, row))
        })
    }

    async fn opening_hours(
        &mut self,
        space: SpaceRef,
        from: Date,
        days: u8,
    ) -> Answer<Vec<Period>> {
        operation!(self, "space-directory.opening-hours", reads, [], |unit| {
            let space = reach(unit, &space).await?;
            let from = day_of(from)?;
            let open = inventory::open_periods(unit.work, space.id, from, days.into()).await?;
            Ok(open.into_iter().map(period_of).collect())
        })
    }

    async fn free_times(
        &mut self,
        space: SpaceRef,
        from: Date,
        days: u8,
        minutes: u16,
    ) -> Answer<Vec<Period>> {
        operation!(self, "space-directory.free-times", reads, [], |unit| {
            let space = reach(unit, &space).await?;
            let from = day_of(from)?;
            let free =
                inventory::free_slots(unit.work, space.id, from, days.into(), minutes).await?;
            Ok(free.into_iter().map(period_of).collect())
        })
    }
}
