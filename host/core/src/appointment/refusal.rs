//! Why appointments and calendars refuse.

use super::hold::MAX_HELD;
use crate::error::{Error, Refusal};
use linli_domain::Localised;

/// A rule of appointments and calendars that refuses.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum AppointmentRefusal {
    /// The time for which it was held is over.
    HoldLapsed,
    /// The resident holds as many slots as are allowed.
    TooManyHolds,
    /// None of the calendars is free then.
    NoneFree,
    /// The resident waits for this on that day already.
    AlreadyWaiting,
    /// So many appointments to come run at once.
    CapacityInUse(usize),
}

impl AppointmentRefusal {
    /// What it says to people, in both languages.
    pub fn message(&self) -> Localised {
        match self {
            Self::HoldLapsed => Localised::new(
                "暂留时间已过，请重新选择时段。",
                "The slot is no longer kept for you. Choose one again.",
            ),
            Self::TooManyHolds => Localised::new(
                format!("最多同时暂留 {MAX_HELD} 个时段，请先确认或放弃其中一个。"),
                format!(
                    "At most {MAX_HELD} slots are kept for you at once. Confirm one or give it up."
                ),
            ),
            Self::NoneFree => Localised::new(
                "这个时段已没有人可以接待，请另选时段或加入候补。",
                "Nobody is free then. Choose another slot, or join the waiting list.",
            ),
            Self::AlreadyWaiting => Localised::new(
                "您已在当天的候补名单中，无需重复加入。",
                "You are on that day's waiting list already.",
            ),
            Self::CapacityInUse(most) => Localised::new(
                format!("已有 {most} 个预约同时进行，请先改期，或设置不小于 {most} 的人数。"),
                format!(
                    "{most} appointments run at once already. Move some, or set {most} or more."
                ),
            ),
        }
    }
}

impl From<AppointmentRefusal> for Error {
    fn from(refusal: AppointmentRefusal) -> Self {
        Self::Refused(Refusal::Appointment(refusal))
    }
}
