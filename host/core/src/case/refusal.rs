//! Why an operation on a case did nothing.

use super::{CLOSE_AFTER_DAYS, MAX_WAITED_DAYS, REOPEN_DAYS, UNDO_DAYS};
use linli_domain::Localised;
use linli_domain::case::CaseState;

/// A rule of cases that refuses.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum CaseRefusal {
    /// The case is in a state that does not allow it; somebody may have been faster.
    WrongState(CaseState),
    /// Nobody handles a complaint against themself.
    Conflict,
    /// They work for another office, or no more.
    NotStaff,
    /// The other office does not work in that community, or answers for the case already.
    NoSuchOffice,
    /// A hand-over waits for an answer already.
    HandoverPending,
    /// The hand-over was answered, taken back or is too late.
    HandoverOver,
    /// Sub-cases are still open.
    SubCasesOpen,
    /// The case of which it is a part has ended.
    ParentEnded,
    /// Sub-cases of sub-cases have none.
    TooDeep,
    /// There are as many as there may be.
    TooMany(Many),
    /// It would wait, or has waited, longer than it may.
    WaitTooLong,
    /// The time in which it could be done is over.
    TooLate(Late),
    /// These two cannot be merged.
    NoMerge(NoMerge),
    /// This closing was rated already.
    AlreadyRated,
    /// They are a party already, or one whom it cannot be against.
    AlreadyParty,
}

/// Of what there is a limit.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Many {
    /// Live cases of one resident.
    LiveCases,
    /// Sub-cases of one case.
    SubCases,
    /// Parties of one case.
    Parties,
    /// Comments on one case.
    Comments,
    /// Cases merged into one.
    Merged,
}

/// What was too late.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Late {
    /// To reopen it.
    Reopen,
    /// To undo a merge.
    Undo,
}

/// Why two cases are no duplicates.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum NoMerge {
    /// They are one.
    Same,
    /// They belong to different communities or services.
    Elsewhere,
    /// One is confidential and the other is not, or both are but are not for the same resident.
    Confidential,
    /// One is a part of the other.
    Related,
    /// Others were merged into the first.
    HasMerged,
    /// The one complains of who asks in the other.
    CrossComplaint,
}

impl CaseRefusal {
    /// What it says to people, in both languages.
    pub fn message(&self) -> Localised {
        match self {
            Self::WrongState(state) => Localised::new(
                format!(
                    "工单当前状态为“{}”，不能执行此操作。请刷新后再试。",
                    state_zh(*state)
                ),
                format!(
                    "The case is {state} now, which does not allow this. Open it again to see what has changed."
                ),
            ),
            Self::Conflict => Localised::new(
                "被投诉的个人或机构不能经办此工单。请选择其他人员或机构，或上报区里。",
                "Nobody handles a complaint against themself or their organisation. Choose somebody else, or pass it to the district.",
            ),
            Self::NotStaff => Localised::new(
                "此人不是负责单位的工作人员。请选择该单位的人员。",
                "They are no staff of the office that answers for the case. Choose somebody who is.",
            ),
            Self::NoSuchOffice => Localised::new(
                "该单位不在此社区提供服务，或已经负责此工单。请选择其他单位。",
                "That office does not work in this community, or answers for the case already. Choose another.",
            ),
            Self::HandoverPending => Localised::new(
                "已有一个移交在等待答复。请等待答复，或先撤回。",
                "A hand-over waits for an answer already. Wait for it, or take it back first.",
            ),
            Self::HandoverOver => Localised::new(
                "此移交已答复、已撤回或已过期。如仍需移交，请重新发起。",
                "This hand-over was answered, taken back or is too late. Ask for a new one if it is still needed.",
            ),
            Self::SubCasesOpen => Localised::new(
                "仍有未办结的子工单。请先办结子工单。",
                "Sub-cases are still open. End them first.",
            ),
            Self::ParentEnded => Localised::new(
                "上级工单已办结。请先重新打开上级工单，或新建工单。",
                "The case of which this is a part has ended. Reopen that one first, or open a new case.",
            ),
            Self::TooDeep => Localised::new(
                "子工单最多三级。请在上一级新建。",
                "Sub-cases go three levels deep at most. Open it one level higher.",
            ),
            Self::TooMany(many) => {
                let (zh, en) = many.words();
                Localised::new(format!("{zh}。"), format!("{en}."))
            }
            Self::WaitTooLong => Localised::new(
                format!(
                    "等待时间须晚于现在，每次最多 30 天，累计最多 {MAX_WAITED_DAYS} 天。请选择更早的日期，或继续办理。"
                ),
                format!(
                    "A case waits until a later instant, at most 30 days at once and {MAX_WAITED_DAYS} days in all. \
                     Choose an earlier day, or go on with it."
                ),
            ),
            Self::TooLate(Late::Reopen) => Localised::new(
                format!("办结已超过 {REOPEN_DAYS} 天，不能再重新打开。请新建工单。"),
                format!(
                    "It was closed more than {REOPEN_DAYS} days ago and cannot be reopened. Open a new case."
                ),
            ),
            Self::TooLate(Late::Undo) => Localised::new(
                format!("合并已超过 {UNDO_DAYS} 天，不能撤销。请新建工单。"),
                format!(
                    "It was merged more than {UNDO_DAYS} days ago; that cannot be undone. Open a new case."
                ),
            ),
            Self::NoMerge(why) => {
                let (zh, en) = why.words();
                Localised::new(
                    format!("不能合并：{zh}。"),
                    format!("They cannot be merged: {en}."),
                )
            }
            Self::AlreadyRated => Localised::new(
                "您已经评价过这次办理结果。",
                "You have rated this closing already.",
            ),
            Self::AlreadyParty => Localised::new(
                "该当事人已在此工单中，或与其现有身份冲突。请检查后重试。",
                "They are a party of this case already, in this role or in one that excludes it. Check whom you mean.",
            ),
        }
    }
}

impl Many {
    fn words(self) -> (&'static str, &'static str) {
        match self {
            Self::LiveCases => (
                "您未办结的工单已达上限（50 个），请等其中一些办结后再提交",
                "You have 50 open cases, as many as are allowed. Wait until some of them end",
            ),
            Self::SubCases => (
                "子工单已达上限（50 个），请把工作写进现有的子工单",
                "The case has 50 sub-cases, as many as are allowed. Use one that exists",
            ),
            Self::Parties => (
                "当事人已达上限（50 个），请把其余的写进说明",
                "The case has 50 parties, as many as are allowed. Name the others in a comment",
            ),
            Self::Comments => (
                "留言已达上限（10000 条），请新建工单继续",
                "The case has 10,000 comments, as many as are allowed. Go on in a new case",
            ),
            Self::Merged => (
                "合并到此工单的已达上限（100 个），请合并到另一个",
                "100 cases were merged into this one, as many as are allowed. Merge into another",
            ),
        }
    }
}

impl NoMerge {
    fn words(self) -> (&'static str, &'static str) {
        match self {
            Self::Same => (
                "这是同一个工单，请选择另一个",
                "they are one case; choose another",
            ),
            Self::Elsewhere => (
                "两个工单属于不同社区或服务，请改为移交",
                "they belong to different communities or services; hand one over instead",
            ),
            Self::Confidential => (
                "保密工单只能与同一居民的保密工单合并，请分别办理",
                "a confidential case is merged only with a confidential one of the same resident; deal with each by itself",
            ),
            Self::Related => (
                "一个是另一个的子工单，请直接办结子工单",
                "one is a part of the other; end that part instead",
            ),
            Self::HasMerged => (
                "已有其他工单合并到它，请反向合并",
                "others were merged into the first; merge the second into the first instead",
            ),
            Self::CrossComplaint => (
                "双方互相投诉，请分别办理",
                "the one complains of who asks in the other; deal with each by itself",
            ),
        }
    }
}

/// What a state is called in Chinese.
pub fn state_zh(state: CaseState) -> &'static str {
    match state {
        CaseState::Open => "待受理",
        CaseState::Accepted => "已受理",
        CaseState::InProgress => "办理中",
        CaseState::Waiting => "等待中",
        CaseState::Resolved => "已答复",
        CaseState::Closed => "已办结",
        CaseState::Reopened => "重新打开",
        CaseState::Cancelled => "已取消",
        CaseState::Merged => "已合并",
    }
}

const _: () = assert!(CLOSE_AFTER_DAYS < REOPEN_DAYS);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn refusals_speak_both_languages() {
        let many = [
            Many::LiveCases,
            Many::SubCases,
            Many::Parties,
            Many::Comments,
            Many::Merged,
        ];
        let merges = [
            NoMerge::Same,
            NoMerge::Elsewhere,
            NoMerge::Confidential,
            NoMerge::Related,
            NoMerge::HasMerged,
            NoMerge::CrossComplaint,
        ];
        let states = CaseState::ALL
            .iter()
            .map(|state| CaseRefusal::WrongState(*state));
        let refusals = many
            .map(CaseRefusal::TooMany)
            .into_iter()
            .chain(merges.map(CaseRefusal::NoMerge))
            .chain([Late::Reopen, Late::Undo].map(CaseRefusal::TooLate))
            .chain(states)
            .chain([
                CaseRefusal::Conflict,
                CaseRefusal::WaitTooLong,
                CaseRefusal::AlreadyParty,
            ]);
        for refusal in refusals {
            let text = refusal.message();
            assert!(
                !text.zh.contains(|c: char| c.is_ascii_alphabetic()),
                "{}",
                text.zh
            );
            assert!(text.en.is_ascii() && text.en.ends_with('.'), "{}", text.en);
        }
    }
}
