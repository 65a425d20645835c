//! Why a space cannot be booked.

use crate::error::{Error, Refusal};
use linli_domain::Localised;
use linli_domain::booking::{BookingState, WaitingState};
use linli_domain::quota::{Exceeded, QuotaKind};
use linli_domain::space::Misfit;

/// A rule of spaces that refuses. Each says what to do.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum SpaceRefusal {
    /// As many bookings as the space takes at once are there already.
    Full,
    /// The space is not open for all of that time.
    Closed,
    /// The space cannot be booked for some of that time.
    BlackedOut,
    /// The space is out of use.
    OutOfUse,
    /// The time does not fit the space's rules.
    Misfit(Misfit),
    /// The space is not open to whom it is for.
    NotOpen,
    /// More people than the space holds; how many it holds.
    TooManyPersons(i64),
    /// A quota would be exceeded.
    Quota(Exceeded),
    /// The state of the booking does not allow it.
    WrongState(BookingState),
    /// The hold has expired.
    HoldExpired,
    /// It has begun.
    Begun,
    /// Places are free: there is nothing to wait for.
    NothingToWaitFor,
    /// They wait for it already.
    WaitsAlready,
    /// The place in the waiting list does not allow it.
    WaitingIs(WaitingState),
    /// More is booked at once than the new concurrency allows; how much.
    BookedMoreOften(usize),
}

impl From<SpaceRefusal> for Error {
    fn from(refusal: SpaceRefusal) -> Self {
        Refusal::Space(refusal).into()
    }
}

impl SpaceRefusal {
    /// What it says to people, in both languages.
    pub fn message(&self) -> Localised {
        match self {
            Self::Full => Localised::new(
                "这个时段已被约满。请另选时段，或登记候补。",
                "This time is fully booked. Choose another, or join the waiting list.",
            ),
            Self::Closed => Localised::new(
                "场地在这个时段不开放，请在开放时间内另选时段。",
                "The space is not open for all of this time. Choose a time within its opening hours.",
            ),
            Self::BlackedOut => Localised::new(
                "场地在这个时段停用，请另选时段。",
                "The space cannot be booked for some of this time. Choose another.",
            ),
            Self::OutOfUse => Localised::new(
                "该场地已停用，请选择其他场地。",
                "This space is out of use. Choose another.",
            ),
            Self::Misfit(misfit) => misfit_message(*misfit),
            Self::NotOpen => Localised::new(
                "该场地不对此预约人开放，请选择其他场地，或联系社区工作人员。",
                "This space is not open to whom it would be booked for. Choose another, or ask the community's staff.",
            ),
            Self::TooManyPersons(capacity) => Localised::new(
                format!("该场地最多容纳 {capacity} 人，请减少人数或选择更大的场地。"),
                format!("This space holds {capacity} people. Bring fewer, or choose a larger one."),
            ),
            Self::Quota(exceeded) => quota_message(*exceeded),
            Self::WrongState(state) => Localised::new(
                format!("这个场地预约当前为“{}”，不能执行此操作。", state_zh(*state)),
                format!("This booking is {state} now, which does not allow this."),
            ),
            Self::HoldExpired => Localised::new(
                "保留已过期，请重新预约。",
                "The hold has expired. Book again.",
            ),
            Self::Begun => Localised::new(
                "这个预约已经开始，不能再更改。如有需要，请联系社区工作人员。",
                "It has begun and cannot be changed any more. Ask the community's staff if you need to.",
            ),
            Self::NothingToWaitFor => Localised::new(
                "这个时段仍有空位，可以直接预约。",
                "There is a place free at this time: book it.",
            ),
            Self::WaitsAlready => Localised::new(
                "您已登记这个时段的候补，有空位时会通知您。",
                "You wait for this time already. You will be told when a place becomes free.",
            ),
            Self::WaitingIs(state) => Localised::new(
                "这条候补登记已经结束，请重新预约或登记。",
                format!("This place in the waiting list is {state}. Book or join again."),
            ),
            Self::BookedMoreOften(times) => Localised::new(
                format!(
                    "已有 {times} 个预约同时占用该场地。请先移动或取消其中一些，再减少可同时预约数。"
                ),
                format!(
                    "{times} bookings take the space at once already. Move or cancel some first, then lower the number."
                ),
            ),
        }
    }
}

fn misfit_message(misfit: Misfit) -> Localised {
    match misfit {
        Misfit::Past => Localised::new(
            "请选择将来的时间，且结束时间晚于开始时间。",
            "Choose a time to come, whose end is after its start.",
        ),
        Misfit::TooShort(minutes) => Localised::new(
            format!("每次预约至少 {minutes} 分钟，请延长。"),
            format!("A booking lasts at least {minutes} minutes. Make it longer."),
        ),
        Misfit::TooLong(minutes) => Localised::new(
            format!("每次预约最多 {minutes} 分钟，请缩短。"),
            format!("A booking lasts at most {minutes} minutes. Make it shorter."),
        ),
        Misfit::OffGrid(minutes) => Localised::new(
            format!("开始时间和时长须为 {minutes} 分钟的整数倍，请调整。"),
            format!("Start and length are multiples of {minutes} minutes. Adjust them."),
        ),
        Misfit::TooSoon(minutes) => Localised::new(
            format!("须至少提前 {minutes} 分钟预约，请选择更晚的时间。"),
            format!("Book at least {minutes} minutes ahead. Choose a later time."),
        ),
        Misfit::TooFar(days) => Localised::new(
            format!("最多可提前 {days} 天预约，请选择更早的日期。"),
            format!("Bookings reach at most {days} days ahead. Choose an earlier day."),
        ),
    }
}

fn quota_message(exceeded: Exceeded) -> Localised {
    let Exceeded { kind, limit, from } = exceeded;
    let (zh, en) = match kind {
        QuotaKind::WeekBookings => (
            format!("每周最多 {limit} 次"),
            format!("{limit} bookings a week"),
        ),
        QuotaKind::WeekHours => (
            format!("每周最多 {limit} 小时"),
            format!("{limit} hours a week"),
        ),
        QuotaKind::MonthBookings => (
            format!("每月最多 {limit} 次"),
            format!("{limit} bookings a month"),
        ),
        QuotaKind::MonthHours => (
            format!("每月最多 {limit} 小时"),
            format!("{limit} hours a month"),
        ),
    };
    Localised::new(
        format!("超出该场地的预约额度（{zh}）。请选择 {from} 或以后的日期，或先取消一个预约。"),
        format!(
            "That is more than the space's quota of {en}. Choose a day from {from} on, or cancel a booking first."
        ),
    )
}

fn state_zh(state: BookingState) -> &'static str {
    match state {
        BookingState::Held => "保留中",
        BookingState::Requested => "待审批",
        BookingState::Booked => "已预约",
        BookingState::Cancelled => "已取消",
        BookingState::Rejected => "未通过",
        BookingState::Expired => "已过期",
        BookingState::Completed => "已结束",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn chinese_texts_hold_no_english() {
        let exceeded = Exceeded {
            kind: QuotaKind::MonthHours,
            limit: 4,
            from: jiff::civil::date(2026, 12, 1),
        };
        let misfits = [
            Misfit::Past,
            Misfit::TooShort(30),
            Misfit::TooLong(240),
            Misfit::OffGrid(30),
            Misfit::TooSoon(60),
            Misfit::TooFar(90),
        ];
        let states = BookingState::ALL.iter().copied();
        let refusals = [
            SpaceRefusal::Full,
            SpaceRefusal::Closed,
            SpaceRefusal::BlackedOut,
            SpaceRefusal::OutOfUse,
            SpaceRefusal::NotOpen,
            SpaceRefusal::TooManyPersons(12),
            SpaceRefusal::Quota(exceeded),
            SpaceRefusal::HoldExpired,
            SpaceRefusal::Begun,
            SpaceRefusal::NothingToWaitFor,
            SpaceRefusal::WaitsAlready,
            SpaceRefusal::WaitingIs(WaitingState::Left),
            SpaceRefusal::BookedMoreOften(3),
        ];
        for refusal in refusals
            .into_iter()
            .chain(misfits.map(SpaceRefusal::Misfit))
            .chain(states.map(SpaceRefusal::WrongState))
        {
            let text = refusal.message().zh;
            assert!(!text.contains(|c: char| c.is_ascii_alphabetic()), "{text}");
        }
        let quota = SpaceRefusal::Quota(exceeded).message().en;
        assert!(quota.contains("4 hours a month") && quota.contains("2026-12-01"));
    }
}
