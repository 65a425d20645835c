//! Round robin: whichever of several calendars is free.

use super::{AppointmentRefusal, Booking, authorise_for, book, check_slot};
use crate::calendar;
use crate::caller::Caller;
use crate::error::{Error, Refusal, Result};
use crate::service::Service;
use crate::work::Work;
use jiff::civil::Date;
use linli_domain::{CalendarId, Instant};
use linli_store::appointment::Appointment;

/// Books with whichever of several calendars is free then: the one that is booked least on that day, of those the one
/// whose appointment before lies longest ago, of those the one with the least id. `booking.calendar` is not looked at.
pub async fn book_any(
    work: &mut Work,
    service: &Service,
    caller: &Caller,
    calendars: &[CalendarId],
    mut booking: Booking,
) -> Result<Appointment> {
    if calendars.is_empty() || calendars.len() > calendar::MAX_CALENDARS {
        let most = calendar::MAX_CALENDARS;
        let problem = format!("{} calendars; it must be 1–{most}", calendars.len());
        return Err(Refusal::Invalid(problem).into());
    }
    authorise_for(service, caller, work, booking.resident).await?;
    let day = booking.range.starts.to_civil(&service.zone).date();
    let midnight = |day: Date| Instant::from_civil(day.at(0, 0, 0, 0), &service.zone);
    let next = day.tomorrow().ok();
    let (Some(from), Some(to)) = (midnight(day), next.and_then(midnight)) else {
        return Err(Refusal::SlotNotOffered.into());
    };
    let mut free = Vec::new();
    for id in calendars {
        let (range, rules) = (booking.range, booking.rules);
        match check_slot(work, service, *id, range, rules, None).await {
            Ok(()) => {
                let booked = work.tx.count_appointments(*id, from, to).await?;
                let before = work.tx.find_last_start(*id, range.starts).await?;
                free.push((booked, before, *id));
            }
            Err(Error::Refused(Refusal::SlotTaken | Refusal::SlotNotOffered)) => {}
            Err(error) => return Err(error),
        }
    }
    let Some((_, _, chosen)) = free.into_iter().min() else {
        return Err(AppointmentRefusal::NoneFree.into());
    };
    booking.calendar = chosen;
    book(work, service, caller, booking).await
}
