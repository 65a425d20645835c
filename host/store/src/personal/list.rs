//! The list.

use super::Correction::{Keeper, Own, Record, Request};
use super::Erasure::{Audit, Blank, BlankWhere, Delete, Keep, Records, Tombstone};
use super::Kind::{Flag, Id, Json, Person, Plain, Sealed};
use super::Retention::{Days, DaysWhere, ForGood, Manifest, Short, WhileRegistered, With};
use super::{Erasure, Holding, Retention};

/// Three years, the general limitation period (Civil Code art. 188), which is also how long records of processing are kept
/// (PIPL art. 56).
pub const THREE_YEARS: i64 = 1_096;

const CLAIMS: Erasure = Keep([
    "诉讼时效期间（《民法典》第一百八十八条）内须保留办理记录；已不含姓名等身份信息",
    "Kept for the limitation period (Civil Code art. 188), under a person without a name",
]);
const PROOF: Erasure = Keep([
    "个人信息处理者须能证明处理的依据（《个人信息保护法》第五十六条、第六十九条）；已不含姓名等身份信息",
    "Who processes personal data must be able to prove on what basis (PIPL arts 56, 69); kept under a person without a name",
]);
const OFFICE: Erasure = Keep([
    "任职记录用于说明谁在何时有权办理；已不含姓名等身份信息",
    "Says who held which office when; kept under a person without a name",
]);

/// Rows of a case that the person reported or that is about them.
const OF_OWN_CASE: &str = "case_id IN (SELECT id FROM case_file WHERE opened_for = $1 UNION SELECT case_id FROM case_party \
    WHERE person_id = $1 AND role IN ('reporter', 'subject'))";
/// That nobody else reported the row's case or is its subject.
const NOBODY_ELSES_CASE: &str = "NOT EXISTS (SELECT 1 FROM case_party AS other WHERE other.case_id = {table}.case_id \
    AND other.person_id <> $1 AND other.role IN ('reporter', 'subject'))";

/// As long as the case.
const CASE: Retention = With("case_file", "case_id");
/// That a case is over, that no sub-case of it and none that was merged into it is left, and that nobody whom it is about is under a hold.
const CASE_IS_FREE: &str = "NOT case_file.live AND NOT EXISTS (SELECT 1 FROM case_file AS other WHERE other.parent_id = case_file.id \
    OR other.merged_into = case_file.id) AND NOT EXISTS (SELECT 1 FROM case_party JOIN hold ON hold.person_id = case_party.person_id \
    WHERE case_party.case_id IN (case_file.id, case_file.parent_id, case_file.merged_into) AND hold.lifted IS NULL)";
/// That an enrolment is over, and was so before `$1`.
const ENROLMENT_IS_OVER: &str = "enrolment.state NOT IN ('waiting', 'offered', 'enrolled') AND NOT EXISTS \
    (SELECT 1 FROM enrolment_change AS change WHERE change.enrolment_id = enrolment.id AND change.at >= $1)";

/// What most tables have in common: rows by id that are deleted with the person and are not changed.
const HELD: Holding = Holding {
    table: "",
    title: ["", ""],
    in_ledger: false,
    of: "",
    subjects: &[],
    actors: &[],
    key: "id",
    referenced: &[],
    columns: &[],
    correction: Record,
    retention: WhileRegistered,
    erasure: Delete,
};

/// A table that only says who acted.
const fn acts(
    table: &'static str,
    title: [&'static str; 2],
    actors: &'static [&'static str],
) -> Holding {
    Holding {
        table,
        title,
        actors,
        retention: ForGood,
        erasure: OFFICE,
        ..HELD
    }
}

/// Every table that names a person, children before their parents.
pub const HOLDINGS: &[Holding] = &[
    Holding {
        table: "session",
        title: ["登录会话", "Sessions"],
        of: "person_id = $1",
        subjects: &["person_id"],
        // The id and the data are secrets of the browser.
        columns: &[
            ("device", Plain),
            ("begun", Plain),
            ("seen", Plain),
            ("expires", Plain),
        ],
        retention: Short,
        ..HELD
    },
    Holding {
        table: "login_code",
        title: ["登录验证码", "Codes to log in"],
        of: "person_id = $1",
        subjects: &["person_id"],
        columns: &[
            ("id", Id),
            ("asked", Plain),
            ("expires", Plain),
            ("used", Plain),
        ],
        retention: Short,
        ..HELD
    },
    Holding {
        table: "invitation",
        title: ["角色邀请", "Invitations to roles"],
        of: "accepted_by = $1",
        subjects: &["accepted_by"],
        actors: &["invited_by", "revoked_by"],
        columns: &[
            ("id", Id),
            ("name", Plain),
            ("email", Sealed("invitation.email")),
            ("role", Plain),
            ("organisation_id", Id),
            ("community_id", Id),
            ("created", Plain),
            ("accepted", Plain),
        ],
        retention: Days("created", 366),
        erasure: Blank("name = '', email = NULL"),
        ..HELD
    },
    Holding {
        table: "account",
        title: ["登录账号", "Account"],
        of: "person_id = $1",
        subjects: &["person_id"],
        key: "person_id",
        // The hash of the password is a secret.
        columns: &[
            ("login", Plain),
            ("locale", Plain),
            ("created", Plain),
            ("closed", Plain),
        ],
        correction: Own,
        ..HELD
    },
    Holding {
        table: "pending_form",
        title: ["等待同意的表单", "Forms that wait for consent"],
        of: "person_id = $1",
        subjects: &["person_id"],
        columns: &[("id", Id), ("data", Json), ("created", Plain)],
        correction: Own,
        retention: Short,
        ..HELD
    },
    Holding {
        table: "answer",
        title: ["表单的回执", "Answers to forms"],
        of: "person_id = $1",
        subjects: &["person_id"],
        key: "installation_id, person_id, key",
        columns: &[("installation_id", Id), ("data", Json), ("at", Plain)],
        retention: Short,
        ..HELD
    },
    Holding {
        table: "need_version",
        title: ["需求档案的旧版本", "Earlier versions of needs"],
        of: "need_id IN (SELECT id FROM need WHERE resident_id = $1)",
        subjects: &[],
        actors: &["changed_by"],
        columns: &[
            ("id", Id),
            ("need_id", Id),
            ("version", Plain),
            ("code", Plain),
            ("note", Sealed("need_version.note")),
            ("state", Plain),
            ("source", Plain),
            ("plugin", Plain),
            ("review", Plain),
            ("objection", Sealed("need_version.objection")),
            ("recorded", Plain),
            ("changed_by", Person),
        ],
        correction: Keeper,
        ..HELD
    },
    Holding {
        table: "need",
        title: ["需求档案", "Needs"],
        of: "resident_id = $1",
        subjects: &["resident_id"],
        actors: &["changed_by"],
        columns: &[
            ("id", Id),
            ("version", Plain),
            ("code", Plain),
            ("note", Sealed("need.note")),
            ("state", Plain),
            ("source", Plain),
            ("plugin", Plain),
            ("review", Plain),
            ("objection", Sealed("need.objection")),
            ("recorded", Plain),
            ("changed_by", Person),
        ],
        correction: Keeper,
        ..HELD
    },
    Holding {
        table: "segment",
        title: ["人群分类", "Segments"],
        of: "resident_id = $1",
        subjects: &["resident_id"],
        actors: &["recorded_by"],
        columns: &[
            ("id", Id),
            ("code", Plain),
            ("source", Plain),
            ("note", Plain),
            ("recorded", Plain),
            ("recorded_by", Person),
            ("review", Plain),
            ("ended", Plain),
        ],
        correction: Keeper,
        ..HELD
    },
    Holding {
        table: "feed",
        title: ["日历订阅地址", "Calendar feeds"],
        of: "person_id = $1",
        subjects: &["person_id"],
        columns: &[("id", Id), ("made", Plain), ("revoked", Plain)],
        correction: Own,
        ..HELD
    },
    Holding {
        table: "roll_need",
        title: ["导入中的需求", "Needs of an import under way"],
        of: "resident_id = $1",
        subjects: &["resident_id"],
        key: "roll_id, resident_id, code",
        columns: &[("roll_id", Id), ("code", Plain)],
        retention: Short,
        ..HELD
    },
    Holding {
        table: "roll_segment",
        title: ["导入中的人群分类", "Segments of an import under way"],
        of: "resident_id = $1",
        subjects: &["resident_id"],
        key: "roll_id, resident_id, code",
        columns: &[("roll_id", Id), ("code", Plain)],
        retention: Short,
        ..HELD
    },
    Holding {
        table: "roll_row",
        title: ["导入中的居民", "Residents of an import under way"],
        of: "person_id = $1",
        subjects: &["person_id"],
        key: "roll_id, person_id",
        columns: &[("roll_id", Id)],
        retention: Short,
        ..HELD
    },
    Holding {
        table: "record",
        title: ["服务的记录", "Records of services"],
        of: "subject_id = $1",
        subjects: &["subject_id"],
        key: "installation_id, collection, key",
        columns: &[
            ("installation_id", Id),
            ("collection", Plain),
            ("key", Plain),
            ("document", Json),
            ("version", Plain),
            ("updated", Plain),
        ],
        correction: Keeper,
        retention: Manifest,
        erasure: Records,
        ..HELD
    },
    Holding {
        table: "contact",
        title: ["联系方式与通知渠道", "Contact and channels"],
        of: "person_id = $1",
        subjects: &["person_id"],
        key: "person_id",
        columns: &[
            ("person_id", Id),
            ("email", Sealed("contact.email")),
            ("email_confirmed", Plain),
            ("channels", Json),
            ("changed", Plain),
        ],
        correction: Own,
        ..HELD
    },
    Holding {
        table: "delivery",
        title: ["通知的投递", "Deliveries of notices"],
        of: "person_id = $1 OR notice_id IN (SELECT id FROM notice WHERE person_id = $1 OR subject_id = $1)",
        subjects: &["person_id"],
        columns: &[
            ("id", Id),
            ("notice_id", Id),
            ("channel", Plain),
            ("state", Plain),
            ("problem", Plain),
            ("created", Plain),
            ("ended", Plain),
        ],
        retention: Days("created", 366),
        ..HELD
    },
    Holding {
        table: "notice",
        title: ["通知", "Notices"],
        of: "person_id = $1 OR subject_id = $1",
        subjects: &["person_id", "subject_id"],
        referenced: &[("notice", "origin_id")],
        columns: &[
            ("id", Id),
            ("person_id", Person),
            ("installation_id", Id),
            ("subject_id", Person),
            ("title", Json),
            ("body", Json),
            ("urgency", Plain),
            ("created", Plain),
            ("read", Plain),
        ],
        // A notice goes after its deliveries, which were created later.
        retention: Days("created", 400),
        ..HELD
    },
    Holding {
        table: "appointment_change",
        title: ["预约的变更记录", "Changes of appointments"],
        of: "appointment_id IN (SELECT id FROM appointment WHERE resident_id = $1)",
        subjects: &[],
        actors: &["actor_id"],
        columns: &[
            ("id", Id),
            ("appointment_id", Id),
            ("at", Plain),
            ("actor_id", Person),
            ("change", Plain),
            ("starts", Plain),
            ("ends", Plain),
            ("note", Plain),
        ],
        retention: With("appointment", "appointment_id"),
        erasure: Blank("note = ''"),
        ..HELD
    },
    Holding {
        table: "appointment_waiting",
        title: ["预约候补", "Waiting for appointments"],
        of: "resident_id = $1",
        subjects: &["resident_id"],
        columns: &[
            ("id", Id),
            ("installation_id", Id),
            ("service", Plain),
            ("title", Json),
            ("day", Plain),
            ("joined", Plain),
            ("state", Plain),
            ("appointment_id", Id),
        ],
        correction: Keeper,
        retention: Days("joined", THREE_YEARS),
        ..HELD
    },
    Holding {
        table: "appointment",
        title: ["预约", "Appointments"],
        of: "resident_id = $1",
        subjects: &["resident_id"],
        columns: &[
            ("id", Id),
            ("installation_id", Id),
            ("service", Plain),
            ("title", Json),
            ("starts", Plain),
            ("ends", Plain),
            ("state", Plain),
            ("checked_in", Plain),
            ("checked_out", Plain),
            ("own", Flag),
        ],
        correction: Keeper,
        retention: Days("ends", THREE_YEARS),
        erasure: CLAIMS,
        ..HELD
    },
    Holding {
        table: "calendar",
        title: ["工作日程", "Working calendars"],
        of: "holder_id = $1",
        subjects: &["holder_id"],
        columns: &[
            ("id", Id),
            ("organisation_id", Id),
            ("community_id", Id),
            ("role", Plain),
            ("title", Plain),
        ],
        correction: Keeper,
        erasure: Blank("title = ''"),
        ..HELD
    },
    Holding {
        table: "role",
        title: ["角色", "Roles"],
        of: "person_id = $1",
        subjects: &["person_id"],
        columns: &[
            ("id", Id),
            ("code", Plain),
            ("organisation_id", Id),
            ("community_id", Id),
            ("granted", Plain),
            ("expires", Plain),
            ("revoked", Plain),
        ],
        correction: Keeper,
        retention: ForGood,
        erasure: OFFICE,
        ..HELD
    },
    Holding {
        table: "delegation",
        title: ["委托与监护", "Delegations and guardianships"],
        of: "resident_id = $1 OR delegate_id = $1",
        subjects: &["resident_id", "delegate_id"],
        columns: &[
            ("id", Id),
            ("resident_id", Person),
            ("delegate_id", Person),
            ("kind", Plain),
            ("minor", Flag),
            ("all_services", Flag),
            ("services", Json),
            ("evidence", Plain),
            ("granted", Plain),
            ("expires", Plain),
            ("revoked", Plain),
        ],
        correction: Keeper,
        erasure: Blank("evidence = '', revoked = COALESCE(revoked, $2)"),
        ..HELD
    },
    Holding {
        table: "stay",
        title: ["居住经历", "Where they have lived"],
        of: "person_id = $1",
        subjects: &["person_id"],
        columns: &[
            ("id", Id),
            ("community_id", Id),
            ("household_id", Id),
            ("since", Plain),
            ("until", Plain),
            ("reason", Plain),
            ("ended_by", Plain),
            ("left_because", Plain),
        ],
        correction: Keeper,
        ..HELD
    },
    Holding {
        table: "consent",
        title: ["同意", "Consents"],
        of: "resident_id = $1",
        subjects: &["resident_id"],
        actors: &["granted_by", "withdrawn_by"],
        columns: &[
            ("id", Id),
            ("plugin", Plain),
            ("field", Plain),
            ("purpose", Json),
            ("granted", Plain),
            ("granted_by", Person),
            ("expires", Plain),
            ("withdrawn", Plain),
            ("withdrawn_by", Person),
            ("separate", Flag),
            ("for_child", Flag),
        ],
        correction: Own,
        retention: Days("expires", THREE_YEARS),
        erasure: PROOF,
        ..HELD
    },
    Holding {
        table: "restriction",
        title: ["已锁定的服务记录", "Records that are locked"],
        of: "resident_id = $1",
        subjects: &["resident_id"],
        key: "resident_id, plugin",
        columns: &[("plugin", Plain), ("since", Plain), ("cause", Plain)],
        correction: Own,
        // What the law has a plugin keep stays locked.
        erasure: Keep([
            "依法保留的服务记录继续锁定",
            "Records that the law has a service keep stay locked",
        ]),
        ..HELD
    },
    Holding {
        table: "emergency",
        title: ["紧急情况", "Emergencies"],
        of: "resident_id = $1",
        subjects: &["resident_id"],
        actors: &["declared_by", "reviewed_by"],
        columns: &[
            ("id", Id),
            ("installation_id", Id),
            ("declared_by", Person),
            ("reason", Sealed("emergency.reason")),
            ("declared", Plain),
            ("closes", Plain),
            ("reviewed", Plain),
            ("reviewed_by", Person),
            ("justified", Flag),
            ("note", Sealed("emergency.note")),
        ],
        retention: Days("closes", THREE_YEARS),
        erasure: Blank("reason = NULL, reason_plain = '', note = NULL, note_plain = NULL"),
        ..HELD
    },
    Holding {
        table: "correction",
        title: ["更正申请", "Requests for correction"],
        of: "person_id = $1",
        subjects: &["person_id"],
        actors: &["requested_by", "decided_by"],
        columns: &[
            ("id", Id),
            ("field", Plain),
            ("previous", Sealed("correction.previous")),
            ("wanted", Sealed("correction.wanted")),
            ("reason", Plain),
            ("requested", Plain),
            ("requested_by", Person),
            ("state", Plain),
            ("decided", Plain),
            ("decided_by", Person),
            ("note", Plain),
        ],
        retention: Days("decided", THREE_YEARS),
        ..HELD
    },
    Holding {
        table: "hold",
        title: ["依法保全", "Legal holds"],
        of: "person_id = $1",
        subjects: &["person_id"],
        actors: &["placed_by", "lifted_by"],
        columns: &[
            ("id", Id),
            ("reason", Plain),
            ("article", Plain),
            ("placed", Plain),
            ("placed_by", Person),
            ("lifted", Plain),
            ("lifted_by", Person),
        ],
        retention: Days("lifted", THREE_YEARS),
        erasure: Blank("reason = ''"),
        ..HELD
    },
    Holding {
        table: "erasure",
        title: ["删除申请", "Requests for erasure"],
        of: "person_id = $1",
        subjects: &["person_id"],
        actors: &["requested_by", "decided_by"],
        columns: &[
            ("id", Id),
            ("reason", Plain),
            ("requested", Plain),
            ("requested_by", Person),
            ("state", Plain),
            ("decided", Plain),
            ("decided_by", Person),
            ("note", Plain),
            ("report", Json),
        ],
        retention: ForGood,
        erasure: PROOF,
        ..HELD
    },
    Holding {
        table: "disclosure",
        title: ["谁看过我的信息", "Disclosures"],
        in_ledger: true,
        of: "resident_id = $1",
        subjects: &["resident_id"],
        actors: &["actor_id"],
        columns: &[
            ("id", Id),
            ("installation_id", Id),
            ("actor_id", Person),
            ("fields", Json),
            ("purposes", Json),
            ("basis", Plain),
            ("ground", Json),
            ("shown", Flag),
            ("at", Plain),
        ],
        retention: Days("at", THREE_YEARS),
        erasure: PROOF,
        ..HELD
    },
    Holding {
        table: "audit",
        title: ["办理记录", "Audit"],
        of: "subject_id = $1",
        subjects: &["subject_id"],
        actors: &["actor_id"],
        columns: &[
            ("id", Id),
            ("at", Plain),
            ("actor_id", Person),
            ("action", Plain),
            ("object", Plain),
            ("detail", Json),
        ],
        retention: ForGood,
        erasure: Audit,
        ..HELD
    },
    Holding {
        table: "topic_message",
        title: ["发给服务的消息", "Messages to services"],
        of: "subject_id = $1",
        subjects: &["subject_id"],
        columns: &[("id", Id), ("name", Plain), ("at", Plain)],
        retention: Short,
        ..HELD
    },
    Holding {
        table: "case_details",
        title: ["工单的表单内容", "Answers in cases"],
        of: OF_OWN_CASE,
        subjects: &[],
        key: "case_id",
        columns: &[("case_id", Id), ("answers", Json)],
        correction: Keeper,
        retention: CASE,
        erasure: BlankWhere("answers = '{}'", NOBODY_ELSES_CASE),
        ..HELD
    },
    Holding {
        table: "case_comment",
        title: ["工单的留言", "Comments on cases"],
        // What staff write among themselves about others is not theirs to read.
        of: "resident_id = $1 OR (author_id = $1 AND author_office IN ('resident', 'guardian'))",
        subjects: &["resident_id", "author_id"],
        actors: &["retracted_by"],
        columns: &[
            ("id", Id),
            ("case_id", Id),
            ("kind", Plain),
            ("text", Plain),
            ("author_id", Person),
            ("at", Plain),
            ("retracted", Plain),
        ],
        retention: CASE,
        erasure: Blank("text = ''"),
        ..HELD
    },
    Holding {
        table: "case_event",
        title: ["工单的经过", "What happened to cases"],
        of: OF_OWN_CASE,
        subjects: &[],
        actors: &["actor_id", "assignee_id"],
        key: "case_id, version",
        columns: &[
            ("case_id", Id),
            ("version", Plain),
            ("at", Plain),
            ("actor_id", Person),
            ("event", Plain),
            ("note", Plain),
            ("state", Plain),
        ],
        retention: CASE,
        erasure: BlankWhere("note = ''", NOBODY_ELSES_CASE),
        ..HELD
    },
    Holding {
        table: "case_handover",
        title: ["工单的移交", "Hand-overs of cases"],
        actors: &["asked_by", "decided_by"],
        retention: CASE,
        erasure: OFFICE,
        ..HELD
    },
    Holding {
        table: "case_rating",
        title: ["工单的评价", "Ratings of cases"],
        of: "person_id = $1",
        subjects: &["person_id"],
        actors: &["rated_by"],
        key: "case_id, round, person_id",
        columns: &[
            ("case_id", Id),
            ("stars", Plain),
            ("text", Plain),
            ("at", Plain),
            ("rated_by", Person),
        ],
        correction: Own,
        retention: CASE,
        erasure: Blank("text = ''"),
        ..HELD
    },
    Holding {
        table: "case_party",
        title: ["参与的工单", "Parts in cases"],
        of: "person_id = $1",
        subjects: &["person_id"],
        actors: &["added_by", "removed_by"],
        columns: &[
            ("id", Id),
            ("case_id", Id),
            ("role", Plain),
            ("added", Plain),
            ("removed", Plain),
        ],
        correction: Keeper,
        retention: CASE,
        erasure: CLAIMS,
        ..HELD
    },
    Holding {
        table: "case_file",
        title: ["工单", "Cases"],
        of: "opened_for = $1 OR id IN (SELECT case_id FROM case_party WHERE person_id = $1 AND role IN ('reporter', 'subject'))",
        subjects: &["opened_for"],
        actors: &["opened_by", "assignee_id"],
        referenced: &[("case_party", "brought_by")],
        columns: &[
            ("id", Id),
            ("community_id", Id),
            ("year", Plain),
            ("number", Plain),
            ("title", Plain),
            ("description", Plain),
            ("category", Plain),
            ("place", Plain),
            ("opened", Plain),
            ("opened_by", Person),
            ("state", Plain),
            ("assignee_id", Person),
            ("resolved", Plain),
            ("ended", Plain),
        ],
        correction: Keeper,
        retention: DaysWhere("changed", THREE_YEARS, CASE_IS_FREE),
        erasure: BlankWhere(
            "title = '—', description = '', place = ''",
            "NOT EXISTS (SELECT 1 FROM case_party AS other WHERE other.case_id = {table}.id AND other.person_id <> $1 \
             AND other.role IN ('reporter', 'subject'))",
        ),
        ..HELD
    },
    Holding {
        table: "booking_change",
        title: ["场地预订的变更记录", "Changes of bookings"],
        of: "booking_id IN (SELECT id FROM booking WHERE resident_id = $1)",
        subjects: &[],
        actors: &["actor_id"],
        key: "booking_id, sequence",
        columns: &[
            ("booking_id", Id),
            ("at", Plain),
            ("actor_id", Person),
            ("change", Plain),
            ("starts", Plain),
            ("ends", Plain),
            ("note", Plain),
        ],
        retention: With("booking", "booking_id"),
        erasure: Blank("note = ''"),
        ..HELD
    },
    Holding {
        table: "blackout_conflict",
        title: ["与停用冲突的预订", "Bookings under black-outs"],
        of: "booking_id IN (SELECT id FROM booking WHERE resident_id = $1)",
        subjects: &[],
        actors: &["settled_by"],
        key: "blackout_id, booking_id",
        columns: &[
            ("booking_id", Id),
            ("starts", Plain),
            ("state", Plain),
            ("settled", Plain),
        ],
        retention: With("booking", "booking_id"),
        erasure: CLAIMS,
        ..HELD
    },
    Holding {
        table: "waiting",
        title: ["场地候补", "Waiting for spaces"],
        of: "resident_id = $1",
        subjects: &["resident_id"],
        columns: &[
            ("id", Id),
            ("space_id", Id),
            ("title", Plain),
            ("persons", Plain),
            ("starts", Plain),
            ("ends", Plain),
            ("state", Plain),
            ("joined", Plain),
        ],
        correction: Own,
        retention: Days("starts", THREE_YEARS),
        ..HELD
    },
    Holding {
        table: "booking",
        title: ["场地预订", "Bookings of spaces"],
        of: "resident_id = $1",
        subjects: &["resident_id"],
        columns: &[
            ("id", Id),
            ("space_id", Id),
            ("title", Plain),
            ("persons", Plain),
            ("starts", Plain),
            ("ends", Plain),
            ("state", Plain),
            ("made", Plain),
        ],
        correction: Own,
        // What waited for it and began with it goes before.
        retention: Days("ends", THREE_YEARS),
        erasure: Blank("title = '—'"),
        ..HELD
    },
    Holding {
        table: "booking_series",
        title: ["连续预订", "Series of bookings"],
        of: "resident_id = $1",
        subjects: &["resident_id"],
        columns: &[
            ("id", Id),
            ("space_id", Id),
            ("hours", Json),
            ("made", Plain),
        ],
        correction: Own,
        retention: ForGood,
        erasure: CLAIMS,
        ..HELD
    },
    Holding {
        table: "counter_session",
        title: ["窗口代办", "Visits to the counter"],
        of: "resident_id = $1",
        subjects: &["resident_id"],
        actors: &["staff_id"],
        columns: &[
            ("id", Id),
            ("staff_id", Person),
            ("evidence", Plain),
            ("begun", Plain),
            ("ended", Plain),
        ],
        retention: Days("begun", THREE_YEARS),
        erasure: Blank("evidence = '—'"),
        ..HELD
    },
    Holding {
        table: "attendance",
        title: ["课程出勤", "Attendance"],
        of: "enrolment_id IN (SELECT id FROM enrolment WHERE resident_id = $1)",
        subjects: &[],
        actors: &["recorded_by"],
        key: "session_id, enrolment_id",
        columns: &[
            ("session_id", Id),
            ("enrolment_id", Id),
            ("status", Plain),
            ("checked_in", Plain),
            ("checked_out", Plain),
            ("picked_up_by", Plain),
            ("note", Plain),
            ("recorded", Plain),
            ("recorded_by", Person),
        ],
        correction: Keeper,
        retention: With("enrolment", "enrolment_id"),
        erasure: Blank("picked_up_by = '', note = ''"),
        ..HELD
    },
    Holding {
        table: "enrolment_change",
        title: ["报名的变更记录", "Changes of enrolments"],
        of: "enrolment_id IN (SELECT id FROM enrolment WHERE resident_id = $1)",
        subjects: &[],
        actors: &["actor_id"],
        columns: &[
            ("id", Id),
            ("enrolment_id", Id),
            ("at", Plain),
            ("actor_id", Person),
            ("change", Plain),
            ("note", Plain),
        ],
        retention: With("enrolment", "enrolment_id"),
        erasure: Blank("note = ''"),
        ..HELD
    },
    Holding {
        table: "enrolment",
        title: ["报名", "Enrolments"],
        of: "resident_id = $1",
        subjects: &["resident_id"],
        columns: &[
            ("id", Id),
            ("course_id", Id),
            ("state", Plain),
            ("from_day", Plain),
            ("to_day", Plain),
            ("joined", Plain),
            ("enrolled", Plain),
            ("own", Flag),
        ],
        correction: Keeper,
        retention: DaysWhere("joined", THREE_YEARS, ENROLMENT_IS_OVER),
        erasure: CLAIMS,
        ..HELD
    },
    Holding {
        table: "qualification",
        title: ["从业资格", "Qualifications"],
        of: "person_id = $1",
        subjects: &["person_id"],
        actors: &["recorded_by", "withdrawn_by"],
        columns: &[
            ("id", Id),
            ("organisation_id", Id),
            ("code", Plain),
            ("issuer", Plain),
            ("valid_until", Plain),
            ("recorded", Plain),
            ("withdrawn", Plain),
        ],
        correction: Keeper,
        retention: ForGood,
        erasure: OFFICE,
        ..HELD
    },
    Holding {
        table: "outbound_request",
        title: [
            "服务向外部发送的请求",
            "Requests that services sent to others",
        ],
        of: "resident_id = $1",
        subjects: &["resident_id"],
        columns: &[
            ("id", Id),
            ("installation_id", Id),
            ("recipient", Plain),
            ("content", Sealed("outbound_request.content")),
            ("state", Plain),
            ("reply", Sealed("outbound_request.reply")),
            ("created", Plain),
            ("ended", Plain),
        ],
        retention: Days("created", 30),
        ..HELD
    },
    Holding {
        key: "installation_id, recipient",
        ..acts(
            "outbound_grant",
            ["外部接收方的批准", "Grants of recipients"],
            &["granted_by"],
        )
    },
    acts(
        "outbound_secret",
        ["外部接收方的密钥登记", "Secrets of recipients"],
        &["entered_by"],
    ),
    acts(
        "course_staff",
        ["课程的工作人员", "Staff of courses"],
        &["person_id"],
    ),
    acts(
        "session_staff",
        ["课时的工作人员", "Staff of sessions"],
        &["person_id"],
    ),
    acts(
        "duty",
        ["法定职责", "Statutory duties"],
        &["proposed_by", "confirmed_by", "ended_by"],
    ),
    acts(
        "release",
        ["服务版本", "Releases"],
        &["uploaded_by", "reviewed_by"],
    ),
    Holding {
        table: "person",
        title: ["个人信息", "The person"],
        of: "id = $1",
        subjects: &["id"],
        columns: &[
            ("id", Id),
            ("name", Plain),
            ("birth_date", Plain),
            ("sex", Plain),
            ("phone", Sealed("person.phone")),
            ("identity_number", Sealed("person.identity_number")),
            ("care_level", Sealed("person.care_level")),
            ("relation", Plain),
            ("household_id", Id),
            ("community_id", Id),
            ("residence", Plain),
            ("registered_place", Plain),
            ("registered_household_id", Id),
            ("died", Plain),
            ("erased", Plain),
        ],
        correction: Request,
        erasure: Tombstone,
        ..HELD
    },
];
