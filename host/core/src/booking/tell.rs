//! What residents are told of their bookings, where somebody else than they did it.

use crate::caller::Actor;
use crate::error::Result;
use crate::work::Work;
use crate::{district, notice, space};
use linli_domain::booking::BookingState;
use linli_domain::notice::Urgency;
use linli_domain::{Instant, Localised};
use linli_store::booking::Booking;
use linli_store::series::Series;

/// What happened to a booking.
pub(crate) enum News<'a> {
    /// Staff approved it.
    Approved,
    /// It is at another time.
    Moved,
    /// It ended in the state that it is in, for this reason if one was given.
    Ended(&'a str),
    /// A place became free, and it was booked.
    Promoted,
    /// A place became free, and it is held until the booking expires.
    Offered,
}

/// Tells the resident whom a booking is for, unless they did it themself.
pub(crate) async fn party(
    work: &mut Work,
    actor: &Actor,
    booking: &Booking,
    news: &News<'_>,
) -> Result<()> {
    let Some(resident) = booking.resident_id.filter(|who| actor.person != Some(*who)) else {
        return Ok(());
    };
    let Some((title, important)) = headline(booking, news) else {
        return Ok(());
    };
    let name = space::find(work, booking.space_id).await?.name;
    let from = clock(work, booking.starts).await?;
    let to = clock(work, booking.ends).await?;
    let mut body = Localised::new(
        format!("{}：{}，{from} 至 {to}。", name.zh, booking.title),
        format!("{}: {}, {from} to {to}.", name.en, booking.title),
    );
    if let News::Ended(reason) = news
        && !reason.is_empty()
    {
        body.zh.push_str(&format!("原因：{reason}"));
        body.en.push_str(&format!(" Reason: {reason}"));
    }
    if let (News::Offered, Some(expires)) = (news, booking.expires) {
        let until = clock(work, expires).await?;
        body.zh
            .push_str(&format!("请在 {until} 前确认，过时将让给下一位。"));
        body.en.push_str(&format!(
            " Confirm before {until}; after that it goes to the next in line."
        ));
    }
    let path = "/bookings";
    if matches!(news, News::Offered) {
        return notice::offer(work, resident, None, (title, body), booking.id.0, path).await;
    }
    let urgency = if important {
        Urgency::Important
    } else {
        Urgency::Routine
    };
    let path = Some(path.to_owned());
    notice::tell(work, resident, None, title, body, urgency, path)
        .await
        .map(drop)
}

/// Tells the resident whom a series is for that so many of its bookings were cancelled, unless they did it themself.
pub(crate) async fn series_ended(
    work: &mut Work,
    actor: &Actor,
    series: &Series,
    count: i64,
    reason: &str,
) -> Result<()> {
    let Some(resident) = series.resident_id.filter(|who| actor.person != Some(*who)) else {
        return Ok(());
    };
    let name = space::find(work, series.space_id).await?.name;
    let mut body = Localised::new(
        format!("{}：共取消 {count} 次预约。", name.zh),
        format!("{}: {count} bookings were cancelled.", name.en),
    );
    if !reason.is_empty() {
        body.zh.push_str(&format!("原因：{reason}"));
        body.en.push_str(&format!(" Reason: {reason}"));
    }
    let title = Localised::new(
        "您的重复场地预约已取消",
        "Your repeated bookings were cancelled",
    );
    notice::tell(work, resident, None, title, body, Urgency::Important, None)
        .await
        .map(drop)
}

/// The title of a notice, and whether it is important; none where there is nothing to tell: nobody waits for word of a hold
/// that they let go.
fn headline(booking: &Booking, news: &News<'_>) -> Option<(Localised, bool)> {
    let (zh, en, important) = match (news, booking.state) {
        (News::Approved, _) => ("场地预约已通过", "Your booking was approved", false),
        (News::Moved, _) => ("场地预约时间有变", "Your booking was moved", true),
        (News::Promoted, BookingState::Requested) => (
            "候补到位，等待社区审批",
            "A place became free; the community's staff will decide",
            false,
        ),
        (News::Promoted, _) => (
            "候补成功，场地已预约",
            "A place became free and is booked for you",
            true,
        ),
        (News::Offered, _) => ("有空位了，请确认", "A place became free: confirm it", true),
        (News::Ended(_), BookingState::Cancelled) => {
            ("场地预约已取消", "Your booking was cancelled", true)
        }
        (News::Ended(_), BookingState::Rejected) => {
            ("场地预约未通过", "Your booking was not approved", true)
        }
        (News::Ended(_), BookingState::Expired) if booking.expires.is_none() => (
            "场地预约申请已过期",
            "Your booking was not decided in time",
            true,
        ),
        (News::Ended(_), _) => return None,
    };
    Some((Localised::new(zh, en), important))
}

/// Day and time in the district's zone.
async fn clock(work: &mut Work, at: Instant) -> Result<String> {
    let at = at.to_civil(&district::zone(work).await?);
    Ok(at.strftime("%Y-%m-%d %H:%M").to_string())
}
