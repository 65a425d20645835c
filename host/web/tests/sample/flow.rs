//! Samples of bookings, spaces, courses, cases and desks.

use super::NOW;
use jiff::civil::{Weekday, date};
use linli_domain::Instant;
use linli_domain::case::{CaseState, CommentKind, PartyRole};
use linli_domain::enrolment::{Attendance, EnrolmentState};
use linli_domain::slot::Range;
use linli_domain::time::{HOUR, MINUTE};
use linli_web::layout::{Page, Place};
use linli_web::page::admin::{HolidaysPage, SpecialDayEntry};
use linli_web::page::*;

/// Each by the name of its file.
pub fn all() -> Vec<(&'static str, Box<dyn Page>)> {
    vec![
        ("bookings", Box::new(bookings())),
        ("bookings-empty", Box::new(BookingsPage::default())),
        ("spaces", Box::new(spaces(true))),
        ("spaces-empty", Box::new(spaces(false))),
        ("space", Box::new(space(Some(report())))),
        ("space-full", Box::new(space(None))),
        ("courses", Box::new(courses())),
        ("courses-empty", Box::new(CoursesPage::default())),
        ("course", Box::new(course())),
        ("cases", Box::new(cases())),
        ("cases-empty", Box::new(CasesPage::default())),
        ("case", Box::new(case(true))),
        ("desk-case", Box::new(case(false))),
        (
            "desk-list",
            Box::new(DesksPage {
                desks: vec![("春晖社区".into(), "/work/chunhui/community".into())],
            }),
        ),
        ("desk", Box::new(desk())),
        ("desk-empty", Box::new(DeskPage::default())),
        ("desk-requests", Box::new(requests())),
        ("desk-courses", Box::new(kept())),
        ("desk-session", Box::new(session())),
        ("desk-spaces", Box::new(facilities())),
        ("desk-space", Box::new(facility())),
        ("admin-holidays", Box::new(holidays())),
    ]
}

fn at(hours: i64) -> Instant {
    Instant(NOW.0 + hours * HOUR)
}

fn hour(hours: i64) -> Range {
    Range::new(at(hours), at(hours + 1))
}

fn entry(id: &str, kind: EntryKind, standing: Standing) -> Entry {
    Entry {
        id: id.into(),
        kind,
        title: "下棋".into(),
        place: "活动室 2号楼 3层".into(),
        starts: at(20),
        ends: at(21),
        standing,
        held_until: (standing == Standing::Held).then_some(Instant(NOW.0 + 9 * MINUTE)),
        series: (standing == Standing::Booked).then(|| "7".into()),
    }
}

fn bookings() -> BookingsPage {
    BookingsPage {
        subject: "1".into(),
        past: false,
        entries: vec![
            entry("1", EntryKind::Appointment, Standing::Held),
            entry("2", EntryKind::Booking, Standing::Requested),
            entry("3", EntryKind::Booking, Standing::Booked),
            entry("4", EntryKind::Booking, Standing::Off),
        ],
        waits: vec![Wait {
            id: "5".into(),
            of_space: false,
            what: "居家养老 · 助浴".into(),
            when: "11月25日".into(),
            place: Some(2),
        }],
    }
}

fn spaces(some: bool) -> SpacesPage {
    let card = SpaceCard {
        name: "活动室".into(),
        place: "2号楼 3层".into(),
        capacity: 20,
        href: "/spaces/1".into(),
    };
    SpacesPage {
        range: hour(20),
        persons: 4,
        searched: some,
        spaces: if some { vec![card] } else { Vec::new() },
        problems: if some {
            Vec::new()
        } else {
            vec!["请填写日期".into()]
        },
    }
}

fn report() -> SeriesReport {
    SeriesReport {
        booked: Some(7),
        conflicts: vec![(hour(44), "这个时段已约满".into())],
    }
}

fn space(report: Option<SeriesReport>) -> SpacePage {
    SpacePage {
        id: "1".into(),
        subject: "2".into(),
        name: "活动室".into(),
        at: "2号楼 3层".into(),
        capacity: 20,
        approval: true,
        day: date(2026, 11, 25),
        minutes: 60,
        slots: if report.is_some() {
            (18..30).map(hour).collect()
        } else {
            Vec::new()
        },
        report,
    }
}

fn place(state: EnrolmentState) -> MyPlace {
    MyPlace {
        id: state.code().into(),
        title: "书法".into(),
        href: "/courses/1".into(),
        state,
        position: (state == EnrolmentState::Waiting).then_some(3),
        rule: "先登记者优先".into(),
        offer_until: (state == EnrolmentState::Offered).then(|| at(2)),
    }
}

fn courses() -> CoursesPage {
    CoursesPage {
        subject: "1".into(),
        mine: [
            EnrolmentState::Waiting,
            EnrolmentState::Offered,
            EnrolmentState::Enrolled,
        ]
        .map(place)
        .into(),
        courses: vec![CourseCard {
            title: "日托".into(),
            href: "/courses/2".into(),
            days: (date(2026, 12, 1), None),
            places: 12,
        }],
        next: Some("/courses?day=2026-12-01&id=2".into()),
    }
}

fn course() -> CoursePage {
    CoursePage {
        subject: "1".into(),
        href: "/courses/1".into(),
        title: "书法".into(),
        days: (date(2026, 11, 25), Some(date(2027, 2, 28))),
        places: 12,
        rule: "先登记者优先".into(),
        mine: None,
        sessions: vec![(at(20), at(22), false), (at(44), at(46), true)],
    }
}

fn case_entry(state: CaseState) -> CaseEntry {
    CaseEntry {
        number: "2026-000123".into(),
        title: "路灯不亮".into(),
        kind: "报修".into(),
        state,
        due: Some(at(if state == CaseState::Open { -2 } else { 20 })),
        changed: at(-3),
        href: "/cases/1".into(),
    }
}

fn cases() -> CasesPage {
    CasesPage {
        cases: CaseState::ALL.iter().copied().map(case_entry).collect(),
        next: Some("/cases?before=1".into()),
    }
}

fn comment(kind: CommentKind, retracted: bool) -> CommentEntry {
    CommentEntry {
        by_office: kind != CommentKind::Resident,
        kind,
        text: "师傅明天上门。".into(),
        at: at(-1),
        retracted,
    }
}

fn case(own: bool) -> CaseSheet {
    use CaseVerb::{
        Accept, Answer, Cancel, Close, Comment, HandOver, Merge, Rate, Reopen, Resolve, Resume,
        Start, TakeBack, Wait, Withdraw,
    };
    CaseSheet {
        place: if own { Place::Cases } else { Place::Work },
        back: ("/cases".into(), "我的工单".into()),
        action: "/cases/1".into(),
        subject: own.then(|| "1".into()),
        number: "2026-000123".into(),
        title: "路灯不亮".into(),
        kind: "报修".into(),
        description: "3号楼前的路灯坏了".into(),
        at: "3号楼前".into(),
        state: CaseState::Waiting,
        office: "春晖社区居委会".into(),
        assignee: (!own).then(|| "陈社工".into()),
        opened: at(-30),
        response_due: Some(at(-1)),
        resolution_due: Some(at(20)),
        waits: Some(("等配件".into(), at(48))),
        parties: vec![(PartyRole::Reporter, "李秀英".into())],
        comments: vec![
            comment(CommentKind::Public, false),
            comment(CommentKind::Resident, true),
        ],
        answers: vec![comment(CommentKind::Public, false)],
        history: if own {
            Vec::new()
        } else {
            vec![(at(-30), "opened".into(), String::new())]
        },
        sub_cases: if own {
            Vec::new()
        } else {
            vec![case_entry(CaseState::Open)]
        },
        hidden: u32::from(!own),
        asked: (!own).then(|| "法律援助".into()),
        stars: Some(4),
        verbs: if own {
            vec![Comment, Close, Rate, Reopen, Withdraw]
        } else {
            vec![
                Accept, Start, Wait, Resume, Resolve, Close, Comment, Answer, HandOver, TakeBack,
                Merge, Cancel,
            ]
        },
        offices: vec![("community".into(), "春晖社区居委会".into())],
    }
}

fn desk() -> DeskPage {
    DeskPage {
        name: "春晖社区".into(),
        href: "/work/chunhui/community".into(),
        is_community: true,
        cases: vec![
            case_entry(CaseState::Open),
            case_entry(CaseState::InProgress),
        ],
        overdue: false,
        next: Some("/work/chunhui/community?at=1&id=1".into()),
        incoming: vec![Incoming {
            id: "9".into(),
            reason: "不属本单位职责".into(),
            asked: at(-5),
            expires: at(67),
        }],
    }
}

fn desk_link() -> (String, String) {
    ("春晖社区".into(), "/work/chunhui/community".into())
}

fn requests() -> RequestsPage {
    let request = Wait {
        id: "3".into(),
        of_space: true,
        what: "活动室 · 下棋".into(),
        when: "11月25日 10:00–11:00".into(),
        place: None,
    };
    RequestsPage {
        desk: desk_link(),
        requests: vec![(request, 8)],
        next: None,
    }
}

fn kept() -> KeptCoursesPage {
    KeptCoursesPage {
        desk: desk_link(),
        courses: vec![KeptCourse {
            title: "书法".into(),
            days: (date(2026, 11, 25), Some(date(2027, 2, 28))),
            sessions: vec![(
                "/work/chunhui/community/sessions/1".into(),
                at(20),
                at(22),
                true,
            )],
        }],
    }
}

fn session() -> SessionPage {
    let person = |id: &str, status, came, left: Option<Instant>| Attendee {
        id: id.into(),
        name: "李秀英".into(),
        status,
        came,
        left: left.map(|at| (at, "女儿".into())),
    };
    SessionPage {
        back: ("/work/chunhui/community/courses".into(), "课程".into()),
        action: "/work/chunhui/community/sessions/1".into(),
        title: "书法".into(),
        starts: at(-1),
        ends: at(1),
        off: None,
        expected: vec![
            person("1", None, None, None),
            person("2", Some(Attendance::Present), Some(at(-1)), None),
            person("3", Some(Attendance::Late), Some(at(-1)), Some(NOW)),
            person("4", Some(Attendance::Absent), None, None),
            person("5", Some(Attendance::Excused), None, None),
        ],
    }
}

fn facilities() -> FacilitiesPage {
    FacilitiesPage {
        desk: desk_link(),
        spaces: vec![FacilityEntry {
            name: "活动室".into(),
            href: "/work/chunhui/community/spaces/1".into(),
            closed: true,
            hours: (98, 60),
            used: 39,
        }],
        next: None,
    }
}

fn facility() -> FacilityPage {
    FacilityPage {
        href: "/work/chunhui/community/spaces/1".into(),
        above: "/work/chunhui/community/spaces".into(),
        name: "活动室".into(),
        form: FacilityForm {
            name: ("活动室".into(), "Activity room".into()),
            place: "2号楼 3层".into(),
            ..FacilityForm::default()
        },
        closed: None,
        hours: vec![("1".into(), "周一、周二".into(), 480, 1_200)],
        exceptions: vec![
            ExceptionEntry {
                id: "1".into(),
                day: date(2026, 12, 1),
                open: Some((360, 480)),
            },
            ExceptionEntry {
                id: "2".into(),
                day: date(2026, 12, 2),
                open: None,
            },
        ],
        blackouts: vec![BlackoutEntry {
            id: "1".into(),
            reason: "粉刷".into(),
            made: at(-40),
            conflicts: vec![(at(20), at(21), "下棋".into())],
        }],
        feed: Some(at(-100)),
    }
}

fn holidays() -> HolidaysPage {
    HolidaysPage {
        year: 2026,
        days: vec![
            SpecialDayEntry {
                day: date(2026, 10, 1),
                stands_for: None,
                name: "国庆节".into(),
            },
            SpecialDayEntry {
                day: date(2026, 10, 10),
                stands_for: Some(Weekday::Friday),
                name: "国庆节调休".into(),
            },
        ],
        is_published: true,
    }
}
