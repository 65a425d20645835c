//! What time alone does to bookings: holds expire, requests come too late, bookings are over, waiting is in vain.

use super::end_all;
use crate::error::Result;
use crate::work::Work;
use linli_domain::booking::BookingState;
use linli_store::booking::BookingChange;

/// The most bookings that one unit of work sweeps in each way.
const SLICE: i64 = 100;

/// Marks what time has done, a slice of it; answers how many bookings changed. Run it until it answers 0. Nothing waits for
/// it: an expired hold is free for whoever books, swept or not.
pub async fn sweep(work: &mut Work) -> Result<usize> {
    let expired = work.tx.list_expired_holds(work.now, SLICE).await?;
    let ended = work.tx.list_ended_bookings(work.now, SLICE).await?;
    let count = expired.len() + ended.len();
    let (late, ended): (Vec<_>, Vec<_>) = ended
        .into_iter()
        .partition(|booking| booking.state == BookingState::Requested);
    let unanswered = expired.into_iter().chain(late).collect();
    end_all(work, unanswered, BookingState::Expired).await?;
    for mut booking in ended {
        // That a booking is over is nothing that anybody did: history says it, the audit need not.
        booking.state = BookingState::Completed;
        booking.sequence += 1;
        booking.changed = work.now;
        work.tx.update_booking(&booking).await?;
        let line = BookingChange {
            booking_id: booking.id,
            sequence: booking.sequence,
            at: work.now,
            actor_id: None,
            change: booking.state.code().to_owned(),
            starts: booking.starts,
            ends: booking.ends,
            note: String::new(),
        };
        work.tx.create_booking_change(&line).await?;
    }
    work.tx.lapse_waiting(work.now).await?;
    Ok(count)
}
