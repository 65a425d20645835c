//! What an operation answers when it does not do what was asked.

use crate::appointment::AppointmentRefusal;
use crate::case::CaseRefusal;
use crate::consent::ConsentRefusal;
use crate::contact::ContactRefusal;
use crate::counter::CounterRefusal;
use crate::delegation::DelegationRefusal;
use crate::duty::DutyRefusal;
use crate::emergency::EmergencyRefusal;
use crate::enrolment::EnrolmentRefusal;
use crate::invitation::InvitationRefusal;
use crate::key::KeyRefusal;
use crate::my_data::RightsRefusal;
use crate::need::NeedRefusal;
use crate::outbound::OutboundRefusal;
use crate::record::RecordRefusal;
use crate::resident::ResidentRefusal;
use crate::roll::RollRefusal;
use linli_domain::appointment::AppointmentState;
use linli_domain::permission::Permission;
use linli_domain::{Instant, Localised, PersonId};
use linli_store::StoreError;

/// Why an operation did nothing.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The database failed or a race was lost.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// A rule refuses it; who asked can mend it.
    #[error("{}", .0.message().en)]
    Refused(Refusal),
    /// A necessary field of a person may not be read: the resident must be asked.
    #[error("consent is needed to read {fields:?}")]
    ConsentNeeded {
        /// Whose fields.
        person: PersonId,
        /// Which, by code.
        fields: Vec<String>,
    },
    /// Something inside the host is broken.
    #[error("{0}")]
    Internal(String),
}

/// A result of an operation.
pub type Result<T> = std::result::Result<T, Error>;

impl From<Refusal> for Error {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal)
    }
}

impl From<CounterRefusal> for Error {
    fn from(refusal: CounterRefusal) -> Self {
        Self::Refused(Refusal::Counter(refusal))
    }
}

impl From<DelegationRefusal> for Error {
    fn from(refusal: DelegationRefusal) -> Self {
        Self::Refused(Refusal::Delegation(refusal))
    }
}

impl From<NeedRefusal> for Error {
    fn from(refusal: NeedRefusal) -> Self {
        Self::Refused(Refusal::Need(refusal))
    }
}

impl From<RollRefusal> for Error {
    fn from(refusal: RollRefusal) -> Self {
        Self::Refused(Refusal::Roll(refusal))
    }
}

impl From<ResidentRefusal> for Error {
    fn from(refusal: ResidentRefusal) -> Self {
        Self::Refused(Refusal::Resident(refusal))
    }
}

impl Error {
    /// Whether the whole unit of work should be run again.
    pub fn is_conflict(&self) -> bool {
        matches!(self, Self::Store(error) if error.is_conflict() || matches!(error, StoreError::Exists { .. }))
    }

    /// Whether the database had no connection free in time: try again in a moment.
    pub fn is_busy(&self) -> bool {
        matches!(self, Self::Store(StoreError::Busy))
    }

    /// The refusal, if it is one.
    pub fn refusal(&self) -> Option<&Refusal> {
        if let Self::Refused(refusal) = self {
            Some(refusal)
        } else {
            None
        }
    }
}

/// A rule that refuses. Each says what to do.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Refusal {
    /// There is no such thing, or not for who asks.
    NotFound(&'static str),
    /// Who asks may not do this.
    NotAllowed,
    /// Log-in name or password are wrong.
    WrongPassword,
    /// A code to log in is wrong, was used or is too old.
    WrongCode,
    /// Too many failed log-ins; the instant from which it may be tried again.
    LockedOut(Instant),
    /// A value is outside its range; text in English for developers, such as `minutes is 0; it must be 5–720`.
    Invalid(String),
    /// A value of a form is wrong.
    Field {
        /// Which field.
        field: &'static str,
        /// What is wrong and what to write instead.
        problem: Localised,
    },
    /// The name is taken.
    Taken(String),
    /// The slot was booked by somebody else.
    SlotTaken,
    /// The slot is outside working hours, too soon or not one that the rules give.
    SlotNotOffered,
    /// A rule of appointments and calendars.
    Appointment(AppointmentRefusal),
    /// A rule of courses and enrolments.
    Enrolment(EnrolmentRefusal),
    /// The state does not allow it.
    WrongState(AppointmentState),
    /// The manifest does not declare it.
    Undeclared(String),
    /// The record is at another version; 0 where it does not exist.
    VersionConflict(u64),
    /// A budget of the installation is used up.
    OverBudget(&'static str),
    /// The component's signer is none of the organisation's keys, or similar; with the mend.
    Package(Localised),
    /// The release was reviewed already or not yet.
    ReviewState(String),
    /// Enabling needs permissions that were not granted.
    NotGranted(Vec<Permission>),
    /// A person's channels stay as they are.
    Contact(ContactRefusal),
    /// Acting at the counter.
    Counter(CounterRefusal),
    /// Delegates and guardians.
    Delegation(DelegationRefusal),
    /// Needs of residents.
    Need(NeedRefusal),
    /// The import of a resident roll.
    Roll(RollRefusal),
    /// Residents and households.
    Resident(ResidentRefusal),
    /// A right over one's own data cannot be used so.
    Rights(RightsRefusal),
    /// A record is shut.
    Record(RecordRefusal),
    /// A consent cannot be given so.
    Consent(ConsentRefusal),
    /// A statutory duty cannot be recorded so.
    Duty(DutyRefusal),
    /// An emergency cannot be declared or reviewed so.
    Emergency(EmergencyRefusal),
    /// A rule of cases.
    Case(CaseRefusal),
    /// A rule of spaces and their bookings.
    Space(crate::space::SpaceRefusal),
    /// A rule of requests to recipients outside the host.
    Outbound(OutboundRefusal),
    /// A key cannot be dropped.
    Key(KeyRefusal),
    /// An invitation cannot be made or used so.
    Invitation(InvitationRefusal),
}

impl Refusal {
    /// A wrong value of a form.
    pub fn field(field: &'static str, zh: impl Into<String>, en: impl Into<String>) -> Self {
        Self::Field {
            field,
            problem: Localised::new(zh, en),
        }
    }

    /// What it says to people, in both languages.
    pub fn message(&self) -> Localised {
        match self {
            Self::NotFound(what) => Localised::new(
                format!(
                    "找不到：{}。它可能已被移除，或者不对您开放。",
                    thing_zh(what)
                ),
                format!(
                    "There is no such {what}. It may have been removed, or it is not open to you."
                ),
            ),
            Self::NotAllowed => Localised::new(
                "您没有权限执行此操作。如有需要，请联系区管理员。",
                "You may not do this. If you need to, ask the district's admin.",
            ),
            Self::WrongPassword => Localised::new(
                "用户名或密码不正确，请检查后重试。",
                "The user name or the password is wrong. Check both and try again.",
            ),
            Self::WrongCode => Localised::new(
                "验证码不正确或已失效，请核对邮件中的 6 位数字，或重新获取。",
                "The code is wrong or too old. Compare the six digits with the mail, or ask for a new code.",
            ),
            Self::LockedOut(_) => Localised::new(
                "尝试次数过多，请一小时后再试，或联系社区工作人员。",
                "There were too many tries. Try again in an hour, or ask your community's staff.",
            ),
            Self::Invalid(problem) => Localised::new(
                format!("填写的内容无法使用，请检查后重试。（技术信息：{problem}）"),
                format!("That cannot be used. Check it and try again. (Details: {problem})"),
            ),
            Self::Field { problem, .. } => problem.clone(),
            Self::Case(refusal) => refusal.message(),
            Self::Taken(name) => Localised::new(
                format!("“{name}”已被使用，请换一个。"),
                format!("'{name}' is taken. Choose another."),
            ),
            Self::SlotTaken => Localised::new(
                "这个时段刚刚被别人预约了，请另选一个。",
                "Somebody has just booked this slot. Choose another.",
            ),
            Self::SlotNotOffered => Localised::new(
                "这个时段不可预约，请从列表中另选一个。",
                "This slot is not offered. Choose one from the list.",
            ),
            Self::Appointment(refusal) => refusal.message(),
            Self::Enrolment(refusal) => refusal.message(),
            Self::WrongState(state) => Localised::new(
                format!("当前状态（{}）不允许此操作。", state_zh(*state)),
                format!("It is {state} now, which does not allow this."),
            ),
            Self::Undeclared(what) => Localised::new(
                format!("此服务的清单没有声明 {what}，请联系服务提供方。"),
                format!(
                    "The service's manifest does not declare {what}. Its publisher can add it."
                ),
            ),
            Self::VersionConflict(version) => Localised::new(
                format!("内容已被他人修改（当前版本 {version}），请重新打开后再试。"),
                format!(
                    "Somebody changed it (it is at version {version} now). Open it again and repeat your change."
                ),
            ),
            Self::OverBudget("appointments") => Localised::new(
                "您尚未完成的预约已达上限。请先取消一个，或等其中一个结束后再预约。",
                "You have as many open appointments as are allowed. Cancel one, or wait until one is over, and book again.",
            ),
            Self::OverBudget("working hours") => Localised::new(
                "工作时间段的数量已达上限。请先删除一个不再需要的，再添加。",
                "This calendar has as many working hours as are allowed. Remove some that are no longer needed, and add again.",
            ),
            Self::OverBudget(what) => Localised::new(
                format!("已达到{}上限。", thing_zh(what)),
                format!("The limit of {what} is reached."),
            ),
            Self::Package(problem) => problem.clone(),
            Self::Contact(refusal) => refusal.message(),
            Self::Counter(refusal) => refusal.message(),
            Self::Delegation(refusal) => refusal.message(),
            Self::Need(refusal) => refusal.message(),
            Self::Roll(refusal) => refusal.message(),
            Self::Resident(refusal) => refusal.message(),
            Self::Space(refusal) => refusal.message(),
            Self::ReviewState(state) => Localised::new(
                format!("此版本当前为“{}”，不能执行此操作。", review_zh(state)),
                format!("This release is {state}, which does not allow this."),
            ),
            Self::NotGranted(permissions) => {
                let names: Vec<_> = permissions.iter().map(ToString::to_string).collect();
                let names = names.join(", ");
                Localised::new(
                    format!("启用失败：该插件必须获得以下权限：{names}。请勾选后重试，或不启用。"),
                    format!(
                        "It cannot be enabled without {names}. Grant them, or do not enable it."
                    ),
                )
            }
            Self::Rights(refusal) => refusal.message(),
            Self::Record(refusal) => refusal.message(),
            Self::Consent(refusal) => refusal.message(),
            Self::Duty(refusal) => refusal.message(),
            Self::Emergency(refusal) => refusal.message(),
            Self::Outbound(refusal) => refusal.message(),
            Self::Key(refusal) => refusal.message(),
            Self::Invitation(refusal) => refusal.message(),
        }
    }
}

fn thing_zh(what: &str) -> &str {
    match what {
        "page" => "页面",
        "person" => "人员",
        "service" => "服务",
        "community" => "社区",
        "organisation" => "机构",
        "release" => "版本",
        "installation" => "已启用的服务",
        "appointment" => "预约",
        "calendar" => "日程",
        "notice" => "通知",
        "letter" => "信件",
        "dead letter" => "未送达的消息",
        "consent" => "授权",
        "key" => "密钥",
        "role" => "角色",
        "delegation" => "委托关系",
        "need" => "需求",
        "segment" => "人群分类",
        "segments" => "人群分类数量",
        "subdistrict" => "街道",
        "grid" => "网格",
        "building" => "楼栋",
        "household" => "住户",
        "working hours" => "工作时间段",
        "waiting" => "候补",
        "space" => "场地",
        "recording" => "故障记录",
        "feed" => "日历订阅",
        "booking" => "场地预约",
        "series" => "重复预约",
        "blackout" => "停用时段",
        "opening hours" => "开放时间",
        "bookings" => "场地预约数量",
        "waiting lists" => "候补登记数量",
        "exceptions" => "特殊开放日数量",
        "course" => "课程",
        "session" => "课次",
        "session of a browser" => "登录会话",
        "enrolment" => "报名",
        "attendance" => "签到记录",
        "staff" => "工作人员人数",
        "special day" => "节假日或调休日",
        "form" => "表单",
        "hold" => "依法保全",
        "correction" => "更正申请",
        "statutory duty" => "法定职责",
        "emergency" => "紧急情况",
        "records" => "记录数量",
        "timers" => "定时数量",
        "notices" => "通知数量",
        "request" => "请求",
        "requests of an invocation" => "一次操作的外部请求数量",
        "requests a day" => "每日外部请求数量",
        "file" => "文件",
        "bytes of files" => "文件总容量",
        other => other,
    }
}

fn state_zh(state: AppointmentState) -> &'static str {
    match state {
        AppointmentState::Held => "暂留",
        AppointmentState::Booked => "已预约",
        AppointmentState::CheckedIn => "已签到",
        AppointmentState::Completed => "已完成",
        AppointmentState::Cancelled => "已取消",
        AppointmentState::Missed => "未上门",
    }
}

fn review_zh(state: &str) -> &str {
    match state {
        "waiting" => "待审核",
        "approved" => "已通过",
        "rejected" => "已驳回",
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn chinese_texts_name_things_in_chinese() {
        let things = [
            "page",
            "person",
            "service",
            "community",
            "organisation",
            "release",
            "installation",
            "appointment",
            "calendar",
            "notice",
            "consent",
            "key",
            "role",
            "delegation",
            "working hours",
            "special day",
            "statutory duty",
            "hold",
            "correction",
            "emergency",
        ];
        let budgets = [
            "appointments",
            "notices",
            "records",
            "timers",
            "working hours",
        ];
        let absent = things.map(Refusal::NotFound);
        let used_up = budgets.map(Refusal::OverBudget);
        for refusal in absent.iter().chain(&used_up) {
            let text = refusal.message().zh;
            assert!(!text.contains(|c: char| c.is_ascii_alphabetic()), "{text}");
        }
    }
}
