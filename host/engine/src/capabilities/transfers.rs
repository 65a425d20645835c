//! `linli:host/case-transfer` over [`linli_core::case`].

use super::cases::{case_ref, reach};
use super::operation::{Answer, List, at, id_of, operation};
use crate::bindings::linli::host::case_transfer::{
    Handover, HandoverRef, HandoversSlice, Host, Office,
};
use crate::bindings::linli::host::types::{CaseRef, Cursor};
use crate::call::{Call, Unit};
use linli_core::{Refusal, Result, case, organisation};
use linli_domain::HandoverId;
use linli_domain::case::Accountable;

fn handover_ref(id: HandoverId) -> HandoverRef {
    HandoverRef { id: id.to_string() }
}

async fn office_of(unit: &mut Unit<'_>, office: Office) -> Result<Accountable> {
    Ok(match office {
        Office::Organisation(slug) => {
            Accountable::Organisation(organisation::find(unit.work, &slug).await?.id)
        }
        Office::Community => Accountable::Community,
        Office::District => Accountable::District,
    })
}

/// Only whoever works for the organisation deals with hand-overs.
fn staff(unit: &Unit<'_>) -> Result<()> {
    match unit.caller.works_for_organisation() {
        true => Ok(()),
        false => Err(Refusal::NotAllowed.into()),
    }
}

impl Host for Call {
    async fn ask(&mut self, case: CaseRef, to: Office, reason: String) -> Answer<HandoverRef> {
        operation!(self, "case-transfer.ask", writes, [&reason], |unit| {
            let id = reach(unit, &case).await?;
            let to = office_of(unit, to).await?;
            let actor = unit.caller.actor(unit.service);
            let id = case::ask_handover(unit.work, &actor, id, to, &reason).await?;
            Ok(handover_ref(id))
        })
    }

    async fn accept(&mut self, handover: HandoverRef) -> Answer<CaseRef> {
        operation!(self, "case-transfer.accept", writes, [], |unit| {
            staff(unit)?;
            let id = id_of(&handover.id, "hand-over")?;
            let actor = unit.caller.actor(unit.service);
            let found = case::find_handover(unit.work, &actor, id).await?;
            case::accept_handover(unit.work, &actor, id).await?;
            Ok(case_ref(found.case_id))
        })
    }

    async fn reject(&mut self, handover: HandoverRef, reason: String) -> Answer<()> {
        operation!(self, "case-transfer.reject", writes, [&reason], |unit| {
            staff(unit)?;
            let id = id_of(&handover.id, "hand-over")?;
            let actor = unit.caller.actor(unit.service);
            case::reject_handover(unit.work, &actor, id, &reason).await
        })
    }

    async fn withdraw(&mut self, handover: HandoverRef) -> Answer<()> {
        operation!(self, "case-transfer.withdraw", writes, [], |unit| {
            staff(unit)?;
            let id = id_of(&handover.id, "hand-over")?;
            let actor = unit.caller.actor(unit.service);
            case::withdraw_handover(unit.work, &actor, id).await
        })
    }

    async fn list_incoming(&mut self, after: Option<Cursor>, limit: u16) -> Answer<HandoversSlice> {
        operation!(self, "case-transfer.list-incoming", reads, [], |unit| {
            staff(unit)?;
            let list = List::of(unit, "incoming hand-overs");
            let after = list.after(unit, after, at)?;
            let actor = unit.caller.actor(unit.service);
            let community = unit.service.community.id;
            let rows = case::list_incoming(unit.work, &actor, community, after, limit).await?;
            let next = list.next(unit, limit, &rows, |last| {
                format!("{} {}", last.asked.0, last.id)
            });
            let items = rows.into_iter().map(|row| Handover {
                handover: handover_ref(row.id),
                case: case_ref(row.case_id),
                reason: row.reason,
                asked: row.asked.0,
                expires: row.expires.0,
            });
            Ok(HandoversSlice {
                items: items.collect(),
                next,
            })
        })
    }
}
