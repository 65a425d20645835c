//! `linli:host/space-bookings` over [`linli_core::booking`].

use super::operation::{
    Answer, List, at, count, id_of, instant, open, operation, period_of, range_of, reference_of,
};
use super::spaces::{reach, space_ref};
use crate::bindings::linli::host::space_bookings::{
    Booking, BookingRef, BookingsSlice, Draft, Host, Waiting, WaitingRef,
};
use crate::bindings::linli::host::types::{Cursor, Period, PersonRef};
use crate::call::{Call, Unit};
use linli_core::booking::{self, Party, waiting};
use linli_core::store::booking::Booking as Row;
use linli_core::store::waiting::Waiting as WaitingRow;
use linli_core::{Error, Refusal, Result, space};
use linli_domain::{BookingId, SpaceId};

fn booking_ref(id: BookingId) -> BookingRef {
    BookingRef { id: id.to_string() }
}

fn shown(unit: &Unit<'_>, row: Row) -> Result<Booking> {
    Ok(Booking {
        period: period_of(row.range()),
        booking: booking_ref(row.id),
        space: space_ref(row.space_id),
        resident: reference_of(unit, row.resident_id)?,
        title: row.title,
        persons: count(row.persons),
        state: row.state.code().to_owned(),
        expires: row.expires.map(|at| at.0),
        sequence: count(row.sequence),
    })
}

fn shown_waiting(unit: &Unit<'_>, row: WaitingRow) -> Result<Waiting> {
    Ok(Waiting {
        period: period_of(row.range()),
        waiting: WaitingRef {
            id: row.id.to_string(),
        },
        space: space_ref(row.space_id),
        resident: reference_of(unit, row.resident_id)?,
        title: row.title,
        state: row.state.code().to_owned(),
        booking: row.booking_id.map(booking_ref),
    })
}

async fn party(unit: &mut Unit<'_>, resident: Option<&PersonRef>) -> Result<Party> {
    Ok(match resident {
        Some(resident) => Party::Resident(open(unit, resident).await?),
        None => Party::Organisation(unit.service.organisation.id),
    })
}

async fn draft_of(unit: &mut Unit<'_>, draft: Draft) -> Result<booking::Draft> {
    let space = reach(unit, &draft.space).await?;
    Ok(booking::Draft {
        space: space.id,
        range: range_of(draft.period)?,
        party: party(unit, draft.resident.as_ref()).await?,
        title: draft.title,
        persons: draft.persons,
    })
}

/// The booking that a reference names, where its space is one that the installation may know of.
async fn reach_booking(unit: &mut Unit<'_>, booking: &BookingRef) -> Result<BookingId> {
    let id = id_of(&booking.id, "booking")?;
    let actor = unit.caller.actor(unit.service);
    let found = booking::find(unit.work, &actor, id).await?;
    match is_in_reach(unit, found.space_id).await? {
        true => Ok(id),
        false => Err(Refusal::NotFound("booking").into()),
    }
}

async fn is_in_reach(unit: &mut Unit<'_>, space: SpaceId) -> Result<bool> {
    match space::find_for(unit.work, unit.service, space).await {
        Ok(_) => Ok(true),
        Err(Error::Refused(Refusal::NotFound(_))) => Ok(false),
        Err(error) => Err(error),
    }
}

impl Host for Call {
    async fn hold(&mut self, draft: Draft) -> Answer<Booking> {
        operation!(
            self,
            "space-bookings.hold",
            writes,
            [&draft.title],
            |unit| {
                let draft = draft_of(unit, draft).await?;
                let actor = unit.caller.actor(unit.service);
                let row = booking::hold(unit.work, &actor, &draft).await?;
                shown(unit, row)
            }
        )
    }

    async fn book(&mut self, draft: Draft) -> Answer<Booking> {
        operation!(
            self,
            "space-bookings.book",
            writes,
            [&draft.title],
            |unit| {
                let draft = draft_of(unit, draft).await?;
                let actor = unit.caller.actor(unit.service);
                let row = booking::book(unit.work, &actor, &draft).await?;
                shown(unit, row)
            }
        )
    }

    async fn confirm(&mut self, booking: BookingRef) -> Answer<Booking> {
        operation!(self, "space-bookings.confirm", writes, [], |unit| {
            let id = reach_booking(unit, &booking).await?;
            let actor = unit.caller.actor(unit.service);
            let row = booking::confirm(unit.work, &actor, id).await?;
            shown(unit, row)
        })
    }

    async fn move_to(&mut self, booking: BookingRef, period: Period) -> Answer<Booking> {
        operation!(self, "space-bookings.move-to", writes, [], |unit| {
            let id = reach_booking(unit, &booking).await?;
            let range = range_of(period)?;
            let actor = unit.caller.actor(unit.service);
            let row = booking::move_to(unit.work, &actor, id, range).await?;
            shown(unit, row)
        })
    }

    async fn cancel(&mut self, booking: BookingRef, reason: String) -> Answer<Booking> {
        operation!(self, "space-bookings.cancel", writes, [&reason], |unit| {
            let id = reach_booking(unit, &booking).await?;
            let actor = unit.caller.actor(unit.service);
            let row = booking::cancel(unit.work, &actor, id, &reason).await?;
            shown(unit, row)
        })
    }

    async fn find(&mut self, booking: BookingRef) -> Answer<Booking> {
        operation!(self, "space-bookings.find", reads, [], |unit| {
            let id = reach_booking(unit, &booking).await?;
            let actor = unit.caller.actor(unit.service);
            let row = booking::find(unit.work, &actor, id).await?;
            shown(unit, row)
        })
    }

    async fn list_bookings(
        &mut self,
        resident: Option<PersonRef>,
        since: i64,
        after: Option<Cursor>,
        limit: u16,
    ) -> Answer<BookingsSlice> {
        operation!(self, "space-bookings.list-bookings", reads, [], |unit| {
            let since = instant("since", since)?;
            let party = party(unit, resident.as_ref()).await?;
            let list = List::of(unit, &format!("bookings of {party:?} since {}", since.0));
            let after = list.after(unit, after, at)?;
            let actor = unit.caller.actor(unit.service);
            let rows = match party {
                Party::Resident(resident) => {
                    booking::list_of_resident(unit.work, &actor, resident, since, after, limit)
                        .await?
                }
                _ => {
                    let of = unit.service.organisation.id;
                    booking::list_of_organisation(unit.work, &actor, of, since, after, limit)
                        .await?
                }
            };
            let next = list.next(unit, limit, &rows, |last| {
                format!("{} {}", last.starts.0, last.id)
            });
            let mut items = Vec::with_capacity(rows.len());
            for row in rows {
                if is_in_reach(unit, row.space_id).await? {
                    items.push(shown(unit, row)?);
                }
            }
            Ok(BookingsSlice { items, next })
        })
    }

    async fn join_waiting(&mut self, draft: Draft, ask: bool) -> Answer<Waiting> {
        operation!(
            self,
            "space-bookings.join-waiting",
            writes,
            [&draft.title],
            |unit| {
                let draft = draft_of(unit, draft).await?;
                let actor = unit.caller.actor(unit.service);
                let row = waiting::join(unit.work, &actor, &draft, ask).await?;
                shown_waiting(unit, row)
            }
        )
    }

    async fn leave_waiting(&mut self, waiting: WaitingRef) -> Answer<()> {
        operation!(self, "space-bookings.leave-waiting", writes, [], |unit| {
            let id = id_of(&waiting.id, "waiting")?;
            let actor = unit.caller.actor(unit.service);
            waiting::leave(unit.work, &actor, id).await
        })
    }

    async fn list_waiting(&mut self, resident: Option<PersonRef>) -> Answer<Vec<Waiting>> {
        operation!(self, "space-bookings.list-waiting", reads, [], |unit| {
            let party = party(unit, resident.as_ref()).await?;
            let actor = unit.caller.actor(unit.service);
            let rows = waiting::list_of(unit.work, &actor, party).await?;
            let mut items = Vec::with_capacity(rows.len());
            for row in rows {
                if is_in_reach(unit, row.space_id).await? {
                    items.push(shown_waiting(unit, row)?);
                }
            }
            Ok(items)
        })
    }
}
