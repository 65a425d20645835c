//! Why enrolments refuse.

use crate::error::{Error, Refusal};
use linli_domain::Localised;
use linli_domain::enrolment::EnrolmentState;

/// A rule of enrolments that refuses.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum EnrolmentRefusal {
    /// The resident has a place, or waits for one.
    AlreadyEnrolled,
    /// The resident is younger or older than the course is for.
    WrongAge,
    /// Enrolment is not open now.
    NotOpen,
    /// There is no free place.
    Full,
    /// The time to accept is over.
    OfferLapsed,
    /// The state does not allow it.
    WrongState(EnrolmentState),
    /// So many places are taken already.
    PlacesTaken(i64),
    /// So many are there that the staff can look after no more.
    StaffBusy(i64),
    /// The place is not for that day.
    NotThatDay,
}

impl EnrolmentRefusal {
    /// What it says to people, in both languages.
    pub fn message(&self) -> Localised {
        match self {
            Self::AlreadyEnrolled => Localised::new(
                "已经报名或正在候补，无需重复报名。",
                "There is a place, or a wait for one, already.",
            ),
            Self::WrongAge => Localised::new(
                "年龄不符合要求，请选择适合年龄的课程或班级。",
                "The age does not fit. Choose a course or group for that age.",
            ),
            Self::NotOpen => Localised::new(
                "目前不在报名时间内，请在报名时间内再试。",
                "Enrolment is not open now. Try again when it is.",
            ),
            Self::Full => Localised::new(
                "名额已满，可加入候补或选择其他课程。",
                "There is no free place. Join the waiting list, or choose another course.",
            ),
            Self::OfferLapsed => Localised::new(
                "确认时间已过，名额已让给下一位。可重新加入候补。",
                "The time to accept is over and the place has gone to the next. You can join the list again.",
            ),
            Self::WrongState(state) => Localised::new(
                format!("当前状态（{}）不允许此操作。", state_zh(*state)),
                format!("It is {state} now, which does not allow this."),
            ),
            Self::PlacesTaken(taken) => Localised::new(
                format!("已有 {taken} 人占用名额，名额或工作人员不能少于此数所需。"),
                format!(
                    "{taken} places are taken. Keep the capacity and the staff that they need."
                ),
            ),
            Self::StaffBusy(there) => Localised::new(
                format!(
                    "已有 {there} 人在场，达到本次工作人员可照护的上限，请先安排更多工作人员。"
                ),
                format!(
                    "{there} are there, as many as the session's staff may look after. Assign more staff first."
                ),
            ),
            Self::NotThatDay => Localised::new(
                "该名额不包括这一天，或这次活动已取消。",
                "The place is not for that day, or the session is cancelled.",
            ),
        }
    }
}

fn state_zh(state: EnrolmentState) -> &'static str {
    match state {
        EnrolmentState::Waiting => "候补中",
        EnrolmentState::Offered => "待确认",
        EnrolmentState::Enrolled => "已报名",
        EnrolmentState::Completed => "已结束",
        EnrolmentState::Cancelled => "已取消",
        EnrolmentState::Transferred => "已转班",
        EnrolmentState::Lapsed => "逾期未确认",
    }
}

impl From<EnrolmentRefusal> for Error {
    fn from(refusal: EnrolmentRefusal) -> Self {
        Self::Refused(Refusal::Enrolment(refusal))
    }
}
