//! One sample or more of every view.

mod flow;

use jiff::civil::Weekday;
use linli_core::letter::Letter;
use linli_domain::budget::Budgets;
use linli_domain::need::NeedState;
use linli_domain::notice::Channel;
use linli_domain::outbound::RequestState;
use linli_domain::time::{DAY, HOUR, MINUTE};
use linli_domain::{DeliveryId, Instant, Locale};
use linli_engine::page as wit;
use linli_engine::types::{CalendarRef, PersonField, PersonRef, Slot};
use linli_web::format::Viewer;
use linli_web::layout::Page;
use linli_web::page::admin::*;
use linli_web::page::*;
use linli_web::render::submission::Posted;
use linli_web::render::{self, Persons, Refused, Shown};
use std::collections::HashMap;
use uuid::Uuid;

/// 2026-11-24 14:00 in Shanghai.
pub const NOW: Instant = Instant(1_795_500_000_000_000);

/// Every view, by the name of its file.
pub fn all(viewer: &Viewer) -> Vec<(&'static str, Box<dyn Page>)> {
    let mut all: Vec<(&'static str, Box<dyn Page>)> = vec![
        (
            "login",
            Box::new(LoginPage {
                district: "清和区".into(),
                ..LoginPage::default()
            }),
        ),
        ("login-wrong", Box::new(login(LoginProblem::Wrong))),
        ("login-too-many", Box::new(login(LoginProblem::TooMany(15)))),
        (
            "login-code",
            Box::new(LoginCodePage {
                next: "/inbox".into(),
                problem: Some(LoginProblem::WrongCode),
            }),
        ),
        (
            "prove",
            Box::new(ProvePage {
                next: "/admin/invitations".into(),
                ..ProvePage::default()
            }),
        ),
        (
            "prove-code",
            Box::new(ProvePage {
                asked_code: true,
                problem: Some(LoginProblem::WrongCode),
                ..ProvePage::default()
            }),
        ),
        ("account", Box::new(security(true))),
        ("account-prove", Box::new(security(false))),
        ("invitation-code", Box::new(InvitationPage::default())),
        ("invitation-new", Box::new(invitation(None))),
        ("invitation-mine", Box::new(invitation(Some("刘芳")))),
        ("home", Box::new(home())),
        (
            "home-empty",
            Box::new(HomePage {
                name: "赵强".into(),
                community: Some("和平社区".into()),
                ..HomePage::default()
            }),
        ),
        (
            "home-found-none",
            Box::new(HomePage {
                name: "赵强".into(),
                community: Some("和平社区".into()),
                looked_for: "木工".into(),
                ..HomePage::default()
            }),
        ),
        (
            "home-nothing",
            Box::new(HomePage {
                name: "赵强".into(),
                ..HomePage::default()
            }),
        ),
        ("consent", Box::new(consent())),
        ("inbox", Box::new(inbox())),
        ("inbox-empty", Box::new(InboxPage::default())),
        ("contact", Box::new(contact())),
        ("contact-empty", Box::new(ContactPage::default())),
        (
            "contact-confirm",
            Box::new(ConfirmEmailPage {
                action: "/contact/confirm/1/00ff".into(),
            }),
        ),
        ("letters", Box::new(letters())),
        ("letters-empty", Box::new(LettersPage::default())),
        (
            "letters-places",
            Box::new(PlacesPage {
                title: "信件".into(),
                places: vec![("春晖社区".into(), "/letters/chunhui".into())],
            }),
        ),
        ("admin-dead-letters", Box::new(dead_letters())),
        (
            "admin-dead-letters-empty",
            Box::new(DeadLettersPage::default()),
        ),
        ("admin-recipients", Box::new(recipients())),
        ("my-data", Box::new(my_data())),
        ("needs", Box::new(needs())),
        ("needs-empty", Box::new(NeedsPage::default())),
        ("household", Box::new(household())),
        ("household-empty", Box::new(HouseholdPage::default())),
        ("emergencies", Box::new(emergencies())),
        ("emergencies-empty", Box::new(EmergenciesPage::default())),
        ("corrections", Box::new(corrections())),
        ("corrections-empty", Box::new(CorrectionsPage::default())),
        ("counter", Box::new(counter(None))),
        (
            "counter-session",
            Box::new(counter(Some(("王秀兰".into(), later(30 * MINUTE))))),
        ),
        ("admin-emergencies", Box::new(reviews())),
        ("admin-emergencies-empty", Box::new(ReviewsPage::default())),
        ("admin-duties", Box::new(duties())),
        ("admin-duties-empty", Box::new(DutiesPage::default())),
        ("my-data-empty", Box::new(MyDataPage::default())),
        (
            "feed",
            Box::new(FeedPage {
                url: "linli.example/feed/q1w2e3r4t5y6u7i8o9p0a1s2d3f4g5h6.ics".into(),
                of_space: None,
            }),
        ),
        ("acting-for", Box::new(acting_for())),
        ("hours", Box::new(hours())),
        ("error-not-found", Box::new(ErrorPage::NotFound)),
        ("error-forbidden", Box::new(ErrorPage::Forbidden)),
        ("error-wrong-method", Box::new(ErrorPage::WrongMethod)),
        ("error-other-site", Box::new(ErrorPage::OtherSite)),
        (
            "error-malformed",
            Box::new(ErrorPage::Malformed("key".into())),
        ),
        (
            "error-too-large",
            Box::new(ErrorPage::TooLarge("16 MiB".into())),
        ),
        ("error-too-many", Box::new(ErrorPage::TooMany(30))),
        (
            "error-busy",
            Box::new(ErrorPage::Busy {
                service: "居家养老".into(),
                seconds: 5,
            }),
        ),
        (
            "error-paused",
            Box::new(ErrorPage::Paused {
                service: "居家养老".into(),
                organisation: "金晖养老服务中心".into(),
                seconds: 90,
            }),
        ),
        ("error-ill", Box::new(ill())),
        (
            "error-problem",
            Box::new(ErrorPage::Problem {
                service: "居家养老".into(),
                text: "这位护理员今天请假了。".into(),
            }),
        ),
        (
            "error-ask",
            Box::new(ErrorPage::AskResident {
                service: "居家养老".into(),
                fields: vec!["姓名".into(), "住址".into()],
                child: false,
            }),
        ),
        (
            "error-ask-guardian",
            Box::new(ErrorPage::AskResident {
                service: "托育".into(),
                fields: vec!["姓名".into()],
                child: true,
            }),
        ),
        (
            "consent-guardian",
            Box::new(ConsentPage {
                guardian_needed: true,
                ..consent()
            }),
        ),
        (
            "error-gone",
            Box::new(ErrorPage::Gone {
                href: "/c/chunhui/jinhui/eldercare/".into(),
            }),
        ),
        (
            "error-internal",
            Box::new(ErrorPage::Internal {
                request: "019ab3c4".into(),
            }),
        ),
        ("plugin-blocks", Box::new(plugin(viewer, &blocks(), None))),
        ("plugin-form", Box::new(plugin(viewer, &form(14), None))),
        (
            "plugin-form-refused",
            Box::new(plugin(viewer, &form(14), Some(refused(viewer)))),
        ),
        (
            "plugin-many-slots",
            Box::new(plugin(viewer, &form(500), None)),
        ),
        ("admin-overview", Box::new(overview())),
        ("admin-organisations", Box::new(organisations())),
        ("admin-organisation", Box::new(organisation())),
        ("admin-releases", Box::new(releases())),
        ("admin-release", Box::new(release())),
        ("admin-installations", Box::new(installations())),
        ("admin-enable", Box::new(enable())),
        ("admin-invitations", Box::new(invitations())),
        (
            "admin-invitations-empty",
            Box::new(InvitationsPage::default()),
        ),
        ("admin-invitation-letter", Box::new(invitation_letter())),
        ("admin-installation", Box::new(installation(viewer))),
        (
            "admin-failure",
            Box::new(FailurePage {
                href: "/admin/installations/1/failures/2".into(),
                installation: "/admin/installations/1".into(),
                service: "居家养老".into(),
                community: "春晖社区".into(),
                at: NOW,
                what: "pages.act /book".into(),
                reason: "wasm trap: wasm `unreachable` instruction executed".into(),
                request: "019ab3c4-7d2e-7000-8000-2f4c5a6b7c8d".into(),
                back_trace: vec!["eldercare::book::slot".into(), "pages.act".into()],
                used: vec![("host-calls".into(), "7".into())],
                last_calls: vec!["context.current".into(), "records.get".into()],
                is_recorded: true,
            }),
        ),
    ];
    all.extend(flow::all());
    all
}

fn login(problem: LoginProblem) -> LoginPage {
    LoginPage {
        district: "清和区".into(),
        name: "wangxiulan".into(),
        next: "/inbox".into(),
        problem: Some(problem),
    }
}

fn security(proven: bool) -> SecurityPage {
    let session = |handle: &str, device: &str, days: i64, current| SessionEntry {
        handle: handle.into(),
        device: device.into(),
        begun: Instant(NOW.0 - days * DAY),
        seen: Instant(NOW.0 - days * HOUR),
        current,
    };
    SecurityPage {
        name: "wangxiulan".into(),
        sessions: vec![
            session("1", "iPhone", 0, true),
            session("2", "Windows", 3, false),
            session("3", "", 20, false),
        ],
        proven,
        problems: Vec::new(),
    }
}

fn invitation(me: Option<&str>) -> InvitationPage {
    InvitationPage {
        code: "7QK2-M9ZT-04XW-B1CD".into(),
        role: Some(InvitedRole {
            name: "刘芳".into(),
            role: "社区工作人员".into(),
            at: "春晖社区".into(),
            until: Some(Instant(NOW.0 + 365 * DAY)),
            expires: Instant(NOW.0 + 14 * DAY),
        }),
        me: me.map(str::to_owned),
        typed: String::new(),
        problems: Vec::new(),
    }
}

fn invitations() -> InvitationsPage {
    let entry = |id: &str, name: &str, state| InvitationEntry {
        id: id.into(),
        name: name.into(),
        role: "社区工作人员".into(),
        at: "春晖社区".into(),
        by_mail: id == "1",
        created: Instant(NOW.0 - DAY),
        expires: Instant(NOW.0 + 13 * DAY),
        state,
    };
    InvitationsPage {
        invitations: vec![
            entry("1", "刘芳", InvitationState::Open),
            entry("2", "孙涛", InvitationState::Accepted),
            entry("3", "周敏", InvitationState::Revoked),
            entry("4", "吴强", InvitationState::Expired),
        ],
        next: Some("/admin/invitations?at=1&id=1".into()),
        communities: vec![("1".into(), "春晖社区".into())],
        organisations: vec![("2".into(), "金晖养老服务中心".into())],
        ..InvitationsPage::default()
    }
}

fn invitation_letter() -> InvitationLetterPage {
    InvitationLetterPage {
        locale: Locale::ZhCn,
        district: "清和区".into(),
        name: "刘芳".into(),
        role: "社区工作人员".into(),
        at: "春晖社区".into(),
        code: "7QK2-M9ZT-04XW-B1CD".into(),
        expires: Instant(NOW.0 + 14 * DAY),
    }
}

fn service(title: &str, summary: &str, organisation: &str) -> ServiceEntry {
    let (title, summary, organisation) = (title.into(), summary.into(), organisation.into());
    ServiceEntry {
        title,
        summary,
        organisation,
        href: "/c/chunhui/jinhui/eldercare/".into(),
    }
}

fn home() -> HomePage {
    let space = |name: &str, capacity| SpaceEntry {
        name: name.into(),
        capacity,
    };
    HomePage {
        name: "王秀兰".into(),
        community: Some("春晖社区".into()),
        searchable: true,
        looked_for: String::new(),
        things: vec![
            ThingEntry {
                title: "收件箱".into(),
                about: "通知、提醒和预约消息".into(),
                href: "/inbox".into(),
                count: 3,
            },
            ThingEntry {
                title: "我的信息".into(),
                about: "谁可以看、谁看过您的信息".into(),
                href: "/my-data".into(),
                count: 0,
            },
        ],
        services: vec![
            service(
                "居家养老",
                "护理员上门照料：助浴、助餐、陪诊，时间由您选。",
                "金晖养老服务中心",
            ),
            service(
                "社区托育",
                "临时托管、假期看护，离家最近的放心去处。",
                "小树苗托育服务社",
            ),
            service("法律援助", "免费咨询、调解、代写文书。", "和睦法律服务所"),
        ],
        work: vec![StaffEntry {
            title: "居家养老".into(),
            community: "春晖社区".into(),
            role: "护理员".into(),
            pages: vec![("今日工作".into(), "/c/chunhui/jinhui/eldercare/day".into())],
        }],
        spaces: vec![
            space("活动室", 40),
            space("日间照料站", 20),
            space("社区食堂", 60),
        ],
    }
}

fn consent() -> ConsentPage {
    let field = |code: &str, title: &str, purpose: &str, necessary, sensitive| AskedField {
        code: code.into(),
        title: title.into(),
        purpose: purpose.into(),
        necessary,
        sensitive,
    };
    ConsentPage {
        service: "居家养老".into(),
        organisation: "金晖养老服务中心".into(),
        resident: Some("王秀兰".into()),
        fields: vec![
            field("age", "年龄", "确认是否符合服务条件", true, false),
            field("address", "住址", "护理员上门", true, false),
            field("phone", "电话号码", "上门前和您联系", false, false),
            field("care-level", "照护需要", "安排合适的护理员", false, true),
        ],
        guardian_needed: false,
        until: "2027年11月24日".into(),
        release: "a".repeat(64),
        pending: "019ab3c4-0000-7000-8000-000000000000".into(),
    }
}

fn inbox() -> InboxPage {
    let notice = |title: &str, body: &str, hours: i64, urgent, read| NoticeEntry {
        id: "1".into(),
        title: title.into(),
        body: body.into(),
        sender: "居家养老".into(),
        about: Some("王秀兰".into()),
        at: Instant(NOW.0 - hours * HOUR),
        urgent,
        read,
        href: Some("/c/chunhui/jinhui/eldercare/".into()),
        to_confirm: urgent,
    };
    InboxPage {
        notices: vec![
            notice(
                "护理员还没有到",
                "预约在 11月24日 周二 13:30，护理员李敏还没有签到。我们正在联系。",
                0,
                true,
                false,
            ),
            notice(
                "已预约",
                "11月26日 周四 09:00–10:00，李敏上门助浴。",
                5,
                false,
                false,
            ),
            notice("欢迎", "您可以在这里预约上门服务。", 60, false, true),
        ],
        next: Some("/inbox?after=x".into()),
    }
}

fn my_data() -> MyDataPage {
    let consent = |field: &str, purpose: &str, necessary| ConsentEntry {
        id: "1".into(),
        service: "居家养老".into(),
        plugin: "jinhui/eldercare".into(),
        organisation: "金晖养老服务中心".into(),
        field: field.into(),
        purpose: purpose.into(),
        necessary,
        separate: !necessary,
        by_guardian: !necessary,
        since: NOW,
        until: Some(Instant(NOW.0 + 365 * DAY)),
    };
    let disclosure = |who: &str, fields: &[&str], basis: &str| DisclosureEntry {
        at: Instant(NOW.0 - HOUR),
        who: who.into(),
        service: "居家养老".into(),
        fields: fields.iter().map(|field| (*field).to_owned()).collect(),
        purpose: "护理员上门".into(),
        basis: basis.into(),
        times: 1,
    };
    MyDataPage {
        phone: Some("13800000000".into()),
        in_person: true,
        resident: None,
        consents: vec![
            consent("年龄", "确认是否符合服务条件", true),
            consent("电话号码", "上门前和您联系", false),
        ],
        disclosures: vec![
            disclosure("李敏（护理员）", &["姓名", "住址"], "您的预约"),
            disclosure("居家养老", &["年龄"], "您的同意"),
        ],
        next: Some("/my-data?after=x".into()),
        feed: Subscription::Since(NOW),
        emergencies: vec![OwnEmergency {
            at: NOW,
            who: "陈护理".into(),
            service: "居家养老".into(),
            reason: "在家中摔倒，没有应答".into(),
            justified: Some(true),
            note: "属实".into(),
        }],
        locked: vec![("法律咨询".into(), later(-DAY))],
    }
}

fn acting_for() -> ActingForPage {
    let person = |id: &str, name: &str, relation: &str| Represented {
        id: id.into(),
        name: name.into(),
        relation: relation.into(),
        community: "春晖社区".into(),
    };
    ActingForPage {
        name: "刘芳".into(),
        represented: vec![
            person("1", "王秀兰", "受托代办"),
            person("2", "刘小雨", "监护人"),
        ],
        current: Some("1".into()),
    }
}

fn hours() -> HoursPage {
    let hours = vec![
        WorkingHours {
            id: "1".into(),
            days: vec![Weekday::Monday, Weekday::Tuesday, Weekday::Friday],
            from: 510,
            to: 720,
        },
        WorkingHours {
            id: "2".into(),
            days: vec![Weekday::Thursday],
            from: 780,
            to: 1020,
        },
    ];
    HoursPage {
        calendars: vec![StaffCalendar {
            id: "c".into(),
            title: "金晖养老服务中心 · 春晖社区 · 护理员".into(),
            hours,
        }],
        problems: vec![],
    }
}

fn ill() -> ErrorPage {
    ErrorPage::Ill {
        service: "居家养老".into(),
        organisation: "金晖养老服务中心".into(),
        request: "019ab3c4".into(),
        acted: true,
    }
}

fn overview() -> OverviewPage {
    OverviewPage {
        district: "清和区".into(),
        residents: 312,
        communities: 2,
        organisations: 2,
        installations: 1,
        waiting: vec![("居家养老 0.2.0".into(), "/admin/releases/1".into())],
        troubles: vec![Trouble {
            service: "居家养老".into(),
            community: "春晖社区".into(),
            reason: "超过运算时间上限（200 毫秒）".into(),
            at: NOW,
            href: "/admin/installations/1".into(),
        }],
        dead: 2,
    }
}

fn contact() -> ContactPage {
    ContactPage {
        email: "wang@example.org".into(),
        confirmed: false,
        phone: Some("13800000000".into()),
        problems: vec!["这不是可用的邮箱地址。".into()],
        ..ContactPage::default()
    }
}

fn letters() -> LettersPage {
    LettersPage {
        community: "春晖社区".into(),
        action: "/letters/chunhui".into(),
        letters: vec![Letter {
            id: DeliveryId(Uuid::nil()),
            created: NOW,
            name: "王秀兰".into(),
            address: "3号楼 502".into(),
            sender: "清和区".into(),
            locale: Locale::ZhCn,
            title: "请确认您的代办人".into(),
            text: "刘芳现在可以为您办理社区服务。".into(),
        }],
        next: Some("/letters/chunhui?at=1&id=1".into()),
    }
}

fn recipients() -> RecipientsPage {
    let entry = |granted: bool| RecipientEntry {
        code: if granted { "clinic" } else { "map" }.into(),
        purpose: "向社区卫生服务中心转诊".into(),
        hosts: vec![
            "clinic.example.org".into(),
            "clinic.example.org:8443".into(),
        ],
        methods: vec!["GET".into(), "POST".into()],
        persons_data: granted,
        granted,
        secrets: vec![
            AskedSecret {
                name: "token".into(),
                title: "接口密钥".into(),
                entered: Some(NOW),
            },
            AskedSecret {
                name: "app".into(),
                title: "应用编号".into(),
                entered: None,
            },
        ],
    };
    let request = |state: RequestState, can_retry: bool| RequestEntry {
        id: Uuid::nil().to_string(),
        recipient: "clinic".into(),
        state,
        attempts: 8,
        at: NOW,
        problem: "clinic.example.org did not answer in time".into(),
        can_retry,
    };
    RecipientsPage {
        installation: "/admin/installations/1".into(),
        service: "居家养老".into(),
        community: "春晖社区".into(),
        recipients: vec![entry(true), entry(false)],
        requests: vec![
            request(RequestState::Waiting, false),
            request(RequestState::Dead, true),
            request(RequestState::Sent, true),
            request(RequestState::Dropped, false),
        ],
        next: Some("/admin/installations/1/recipients?at=0&id=0".into()),
        problems: vec!["密钥须为 8–2048 个可见的 ASCII 字符。".into()],
    }
}

fn dead_letters() -> DeadLettersPage {
    DeadLettersPage {
        letters: vec![DeadLetter {
            id: Uuid::nil().to_string(),
            channel: Channel::Sms,
            at: NOW,
            attempts: 8,
            problem: "the gateway answered 503 Service Unavailable".into(),
        }],
        next: None,
        topics: vec![DeadTopic {
            subscriber: Uuid::nil().to_string(),
            title: "居家养老 · 春晖社区".into(),
            name: "moved-in".into(),
            position: 7,
            at: NOW,
            attempts: 8,
            problem: "it answered forbidden".into(),
        }],
    }
}

fn organisations() -> OrganisationsPage {
    let entry = |code: &str, name: &str, keys, releases| OrganisationEntry {
        code: code.into(),
        name: name.into(),
        keys,
        releases,
    };
    OrganisationsPage {
        organisations: vec![
            entry("jinhui", "金晖养老服务中心", 1, 2),
            entry("hemu", "和睦法律服务所", 0, 0),
        ],
        typed: ["Jin Hui".into(), "金晖".into(), String::new()],
        problems: vec!["代码只能用小写字母、数字和连字符。".into()],
    }
}

fn organisation() -> OrganisationPage {
    let key = |label: &str, revoked| KeyEntry {
        id: "1".into(),
        label: label.into(),
        key: "RWQf6LRCGA9i53mlYecO4IzT51TGPpvWucNSCh1CBM0QTaLn73Y7GFO3".into(),
        added: NOW,
        revoked,
    };
    OrganisationPage {
        code: "jinhui".into(),
        name: "金晖养老服务中心".into(),
        keys: vec![key("2026 年发布公钥", None), key("旧公钥", Some(NOW))],
        releases: vec![("居家养老 0.1.0".into(), "/admin/releases/1".into())],
        ..OrganisationPage::default()
    }
}

fn releases() -> ReleasesPage {
    let entry = |version: &str, state| ReleaseEntry {
        href: "/admin/releases/1".into(),
        title: "居家养老".into(),
        plugin: "jinhui/eldercare".into(),
        version: version.into(),
        state,
        uploaded: NOW,
    };
    ReleasesPage {
        releases: vec![
            entry("0.3.0", ReleaseState::Waiting),
            entry("0.2.0", ReleaseState::Rejected),
            entry("0.1.0", ReleaseState::Approved),
        ],
        limit: "16 MiB".into(),
        problem: Some(UploadProblem {
            file: "jinhui-eldercare-0.3.0.wasm".into(),
            reasons: vec!["它导入了 wasi:cli/environment@0.2.0，邻里不提供。".into()],
        }),
    }
}

fn release() -> ReleasePage {
    ReleasePage {
        href: "/admin/releases/1".into(),
        title: "居家养老".into(),
        summary: "护理员上门照料：助浴、助餐、陪诊，时间由您选。".into(),
        plugin: "jinhui/eldercare".into(),
        version: "0.1.0".into(),
        organisation: "金晖养老服务中心".into(),
        licence: "Apache-2.0".into(),
        digest: "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08".into(),
        size: 161_000,
        state: ReleaseState::Waiting,
        uploaded: NOW,
        signed_by: "2026 年发布公钥".into(),
        key_revoked: false,
        permissions: linli_domain::permission::OFFERED
            .iter()
            .map(|offered| AskedPermission {
                code: offered.permission().0,
                meaning: (offered.meaning)().zh,
                optional: offered.interface.ends_with("records"),
            })
            .collect(),
        fields: vec![
            ReadField {
                title: "年龄".into(),
                purpose: "确认是否符合服务条件".into(),
                necessary: true,
                sensitive: false,
            },
            ReadField {
                title: "照护需要".into(),
                purpose: "安排合适的护理员".into(),
                necessary: false,
                sensitive: true,
            },
        ],
        collections: vec![AskedCollection {
            code: "plans".into(),
            purpose: "照护计划".into(),
            sensitive: true,
            retention_days: 730,
        }],
        recipients: vec![AskedRecipient {
            hosts: vec!["clinic.example.org".into()],
            purpose: "向社区卫生服务中心转诊".into(),
            persons_data: true,
        }],
        pages: vec![
            AskedPage {
                path: "/".into(),
                title: "我的预约".into(),
                audience: vec!["居民".into()],
            },
            AskedPage {
                path: "/day".into(),
                title: "今日工作".into(),
                audience: vec!["护理员".into()],
            },
        ],
        problems: vec![],
    }
}

fn installations() -> InstallationsPage {
    let href = || "/admin/installations/1".to_owned();
    let row = |title: &str, plugin: &str, cells| PluginRow {
        title: title.into(),
        plugin: plugin.into(),
        cells,
    };
    InstallationsPage {
        communities: vec!["春晖社区".into(), "和平社区".into()],
        plugins: vec![
            row(
                "居家养老",
                "jinhui/eldercare",
                vec![
                    Cell::Installed {
                        href: href(),
                        version: "0.1.0".into(),
                        state: InstallationState::Enabled,
                    },
                    Cell::Offer { href: href() },
                ],
            ),
            row(
                "法律援助",
                "hemu/legal-aid",
                vec![
                    Cell::Installed {
                        href: href(),
                        version: "1.0.2".into(),
                        state: InstallationState::Ill,
                    },
                    Cell::Nothing,
                ],
            ),
        ],
    }
}

fn schema() -> serde_json::Value {
    serde_json::json!({ "type": "object", "properties": {
        "minimum-age": { "type": "integer", "minimum": 0, "default": 60, "title": "最低年龄 · Minimum age" },
        "phone-first": { "type": "boolean", "default": true, "title": "上门前先打电话 · Phone before a visit" },
        "hotline": { "type": "string", "default": "021-5555 0100", "title": "热线 · Hotline", "description": "显示在每个页面上" },
        "late-alert": { "enum": ["15", "30", "60"], "default": "15", "title": "迟到提醒（分钟）" },
    }})
}

fn enable() -> EnablePage {
    EnablePage {
        href: "/admin/installations/new?release=1&community=chunhui".into(),
        hidden: vec![("release".into(), "1".into())],
        service: "居家养老 0.1.0".into(),
        community: "春晖社区".into(),
        grants: linli_domain::permission::OFFERED
            .iter()
            .map(|offered| AskedGrant {
                code: offered.permission().0,
                meaning: (offered.meaning)().zh,
                optional: offered.interface.ends_with("records"),
                granted: true,
            })
            .collect(),
        settings: settings::fields(&schema(), &serde_json::Map::new()),
        problems: vec![],
    }
}

fn installation(viewer: &Viewer) -> InstallationPage {
    InstallationPage {
        href: "/admin/installations/1".into(),
        service: "居家养老".into(),
        plugin: "jinhui/eldercare".into(),
        version: "0.1.0".into(),
        release: "/admin/releases/1".into(),
        community: "春晖社区".into(),
        state: InstallationState::Paused,
        since: NOW,
        grants: vec![
            "知道是谁在使用、在替谁办事，以及当前时间".into(),
            "替居民预约、改期、取消".into(),
        ],
        withheld: vec!["在本社区保存它自己的业务记录".into()],
        recipients: Some("/admin/installations/1/recipients".into()),
        settings: settings::fields(&schema(), &serde_json::Map::new()),
        failures: vec![FailureEntry {
            at: NOW,
            what: "act book".into(),
            reason: "超过运算时间上限（200 毫秒），什么也没有写入".into(),
            request: "019ab3c4-7d2e-7000-8000-2f4c5a6b7c8d".into(),
        }],
        log: vec![
            LogEntry {
                at: NOW,
                level: "warn".into(),
                line: "no free calendar".into(),
            },
            LogEntry {
                at: NOW,
                level: "info".into(),
                line: "booked".into(),
            },
        ],
        pause: Some(Pause {
            since: NOW,
            next: NOW.plus_minutes(2),
            times: 3,
            reason: "it used up its running time (200 ms)".into(),
            request: "019ab3c4-7d2e-7000-8000-2f4c5a6b7c8d".into(),
        }),
        budgets: budget_fields(&Budgets::default(), viewer.text()),
        problems: vec![],
    }
}

fn plugin(viewer: &Viewer, page: &wit::Page, refused: Option<Refused>) -> PluginPage {
    render::check(page).unwrap();
    let mut persons = Persons::default();
    for field in render::person_fields(page) {
        let shown = if field.field == "name" {
            Shown::Text("李敏".into())
        } else {
            Shown::Denied
        };
        persons.insert(&field, shown);
    }
    let titles = [
        ("c1".to_owned(), "李敏".to_owned()),
        ("c2".to_owned(), "陈建国".to_owned()),
    ];
    let content = render::page(
        page,
        &render::Context {
            viewer,
            base: "/c/chunhui/jinhui/eldercare",
            address: &address("/book"),
            persons: &persons,
            calendars: &HashMap::from(titles),
            refused: refused.as_ref(),
            subject: "",
            new_key: &|| "key-1".to_owned(),
        },
    );
    let entry = |title: &str, href: &str, current| MenuEntry {
        title: title.into(),
        href: href.into(),
        current,
    };
    PluginPage {
        service: "居家养老".into(),
        organisation: "金晖养老服务中心".into(),
        menu: vec![
            entry("我的预约", "/c/chunhui/jinhui/eldercare/", true),
            entry("预约上门", "/c/chunhui/jinhui/eldercare/book", false),
        ],
        title: render::title(page),
        content,
    }
}

fn address(path: &str) -> wit::Address {
    wit::Address {
        path: path.into(),
        query: vec![],
    }
}

fn link(label: &str, path: &str) -> wit::Link {
    wit::Link {
        label: label.into(),
        to: address(path),
    }
}

fn text(text: &str) -> wit::Inline {
    wit::Inline::Text(text.into())
}

fn person(field: &str) -> wit::Inline {
    wit::Inline::Person(PersonField {
        person: PersonRef { id: "p1".into() },
        field: field.into(),
    })
}

fn mark(label: &str, tone: wit::Tone) -> wit::Mark {
    wit::Mark {
        label: label.into(),
        tone,
    }
}

fn action(
    name: &str,
    label: &str,
    effect: &str,
    confirm: Option<&str>,
    destructive: bool,
) -> wit::Action {
    wit::Action {
        name: name.into(),
        label: label.into(),
        effect: effect.into(),
        confirm: confirm.map(str::to_owned),
        destructive,
        arguments: vec![("appointment".into(), "a1".into())],
    }
}

fn cancel() -> wit::Action {
    action(
        "cancel",
        "取消预约",
        "护理员会收到通知。",
        Some("取消这次上门？"),
        true,
    )
}

/// A page with every block.
pub fn blocks() -> wit::Page {
    let event = |title: &str, offset: i64, tone, label: &str, actions| wit::Event {
        title: text(title),
        starts: NOW.0 + offset,
        ends: Some(NOW.0 + offset + HOUR),
        mark: Some(mark(label, tone)),
        lines: vec![person("name"), person("address")],
        to: Some(address("/visit")),
        actions,
    };
    let events = || {
        vec![
            event(
                "助浴",
                2 * HOUR,
                wit::Tone::Good,
                "已签到",
                vec![action("check-out", "签退", "记录离开的时间。", None, false)],
            ),
            event("陪诊", DAY, wit::Tone::Neutral, "已预约", vec![cancel()]),
        ]
    };
    wit::Page {
        title: "我的上门服务".into(),
        back: Some(link("返回", "/")),
        blocks: vec![
            wit::Block::Notice(wit::Alert {
                tone: wit::Tone::Good,
                text: vec![text("您的预约已经确认。")],
            }),
            wit::Block::Notice(wit::Alert {
                tone: wit::Tone::Warning,
                text: vec![text("明天有雨，护理员可能晚到几分钟。")],
            }),
            wit::Block::Text(vec![
                text("下一次：由 "),
                person("name"),
                text(" 上门，"),
                wit::Inline::Period((NOW.0 + HOUR, NOW.0 + 2 * HOUR)),
                text("，第 "),
                wit::Inline::Number(1234.5),
                text(" 次。"),
                wit::Inline::Link(link("改时间", "/move")),
            ]),
            wit::Block::Heading("概况".into()),
            wit::Block::Facts(vec![
                wit::Fact {
                    label: "护理员".into(),
                    value: person("name"),
                },
                wit::Fact {
                    label: "电话".into(),
                    value: person("phone"),
                },
                wit::Fact {
                    label: "状态".into(),
                    value: wit::Inline::Mark(mark("已预约", wit::Tone::Info)),
                },
                wit::Fact {
                    label: "首次服务".into(),
                    value: wit::Inline::Date(wit::Date {
                        year: 2025,
                        month: 3,
                        day: 1,
                    }),
                },
            ]),
            wit::Block::Heading("日程".into()),
            wit::Block::Calendar(wit::EventList {
                events: events(),
                empty: "没有安排".into(),
            }),
            wit::Block::Heading("服务项目".into()),
            wit::Block::Cards(wit::CardList {
                cards: vec![
                    wit::Card {
                        title: text("助浴"),
                        mark: Some(mark("名额紧张", wit::Tone::Warning)),
                        lines: vec![text("60 分钟，带齐浴具。"), text("适合行动不便的老人。")],
                        links: vec![link("预约", "/book")],
                        actions: vec![],
                    },
                    wit::Card {
                        title: text("助餐"),
                        mark: None,
                        lines: vec![text("送餐上门。")],
                        links: vec![],
                        actions: vec![cancel()],
                    },
                ],
                empty: "没有项目".into(),
                next: Some(address("/?page=2")),
            }),
            wit::Block::Heading("费用".into()),
            wit::Block::Table(wit::Table {
                caption: "十一月".into(),
                columns: vec![
                    wit::Column {
                        label: "日期".into(),
                        numeric: false,
                    },
                    wit::Column {
                        label: "项目".into(),
                        numeric: false,
                    },
                    wit::Column {
                        label: "小时".into(),
                        numeric: true,
                    },
                ],
                rows: vec![
                    vec![
                        wit::Inline::Date(wit::Date {
                            year: 2026,
                            month: 11,
                            day: 3,
                        }),
                        text("助浴"),
                        wit::Inline::Number(1.0),
                    ],
                    vec![
                        wit::Inline::Date(wit::Date {
                            year: 2026,
                            month: 11,
                            day: 17,
                        }),
                        text("陪诊"),
                        wit::Inline::Number(2.5),
                    ],
                ],
                empty: "还没有记录".into(),
                next: None,
            }),
            wit::Block::Progress(wit::Progress {
                label: "申请进度".into(),
                steps: vec!["提交".into(), "评估".into(), "上门".into()],
                current: 1,
            }),
            wit::Block::Timeline(wit::EventList {
                events: events(),
                empty: String::new(),
            }),
            wit::Block::Cards(wit::CardList {
                cards: vec![],
                empty: "还没有照护计划。先预约一次评估。".into(),
                next: None,
            }),
            wit::Block::Actions(vec![
                action("pause", "暂停服务", "两周内不再上门。", None, false),
                cancel(),
            ]),
            wit::Block::Links(vec![
                link("服务说明", "/about"),
                link("联系我们", "/contact"),
            ]),
            wit::Block::Other(wit::Unknown {
                kind: "map".into(),
                fallback: "地点：春晖路 8 号".into(),
            }),
        ],
    }
}

/// A page with a form of every input and so many slots.
pub fn form(slots: i64) -> wit::Page {
    let field = |name: &str,
                 label: &str,
                 hint: Option<&str>,
                 required,
                 input,
                 value,
                 category: Option<&str>| wit::Field {
        name: name.into(),
        label: label.into(),
        hint: hint.map(str::to_owned),
        required,
        input,
        value,
        category: category.map(str::to_owned),
    };
    let choice = |value: &str, label: &str| wit::Choice {
        value: value.into(),
        label: label.into(),
    };
    let slot = |n: i64| Slot {
        calendar: CalendarRef {
            id: if n % 2 == 0 { "c1" } else { "c2" }.into(),
        },
        starts: NOW.0 + (n / 10) * DAY - 5 * HOUR + (n % 10) * 60 * MINUTE,
        ends: NOW.0 + (n / 10) * DAY - 4 * HOUR + (n % 10) * 60 * MINUTE,
    };
    wit::Page {
        title: "预约上门".into(),
        back: Some(link("我的预约", "/")),
        blocks: vec![wit::Block::Form(wit::Form {
            fields: vec![
                field(
                    "when",
                    "什么时候",
                    None,
                    true,
                    wit::Input::Slot((0..slots).map(slot).collect()),
                    wit::Value::None,
                    None,
                ),
                field(
                    "service",
                    "什么服务",
                    None,
                    true,
                    wit::Input::Choice(vec![
                        choice("bath", "助浴"),
                        choice("meal", "助餐"),
                        choice("clinic", "陪诊"),
                    ]),
                    wit::Value::Text("bath".into()),
                    None,
                ),
                field(
                    "extras",
                    "还需要",
                    Some("可以多选"),
                    false,
                    wit::Input::Several(vec![
                        choice("chair", "轮椅"),
                        choice("dialect", "会说本地话"),
                    ]),
                    wit::Value::Many(vec!["dialect".into()]),
                    None,
                ),
                field(
                    "contact",
                    "联系人",
                    None,
                    true,
                    wit::Input::Line(20),
                    wit::Value::None,
                    Some("name"),
                ),
                field(
                    "note",
                    "身体情况",
                    Some("过敏、行动不便等"),
                    false,
                    wit::Input::Paragraph(200),
                    wit::Value::None,
                    Some("health"),
                ),
                field(
                    "floor",
                    "楼层",
                    None,
                    false,
                    wit::Input::Number(wit::NumberLimits {
                        min: Some(1.0),
                        max: Some(33.0),
                        step: Some(1.0),
                        unit: Some("层".into()),
                    }),
                    wit::Value::Number(3.0),
                    None,
                ),
                field(
                    "from",
                    "从哪天开始",
                    None,
                    false,
                    wit::Input::Date(wit::DateLimits {
                        min: Some(wit::Date {
                            year: 2026,
                            month: 11,
                            day: 24,
                        }),
                        max: None,
                    }),
                    wit::Value::Date(wit::Date {
                        year: 2026,
                        month: 12,
                        day: 1,
                    }),
                    None,
                ),
                field(
                    "call",
                    "几点打电话",
                    None,
                    false,
                    wit::Input::Time,
                    wit::Value::Time(570),
                    None,
                ),
                field(
                    "alone",
                    "独居吗",
                    None,
                    true,
                    wit::Input::YesNo,
                    wit::Value::None,
                    None,
                ),
                field(
                    "rating",
                    "上次满意吗",
                    None,
                    false,
                    wit::Input::Rating(5),
                    wit::Value::None,
                    None,
                ),
            ],
            submit: action(
                "book",
                "预约",
                "护理员和您都会收到通知。",
                Some("预约这个时间？"),
                false,
            ),
        })],
    }
}

fn refused(viewer: &Viewer) -> Refused {
    let page = form(14);
    let body = "action=book&a.appointment=a1&key=k&f.contact=%E5%88%98%E8%8A%B3&f.floor=99&f.when=1_2_gone&f.alone=yes&f.rating=4";
    let posted = Posted::from_body(body.as_bytes());
    let Some(render::submission::Located::Form(form)) = render::submission::locate(&page, &posted)
    else {
        panic!("no form")
    };
    let decoded = render::submission::decode(form, &posted, viewer);
    Refused {
        posted,
        problems: decoded.problems,
    }
}

fn later(microseconds: i64) -> Instant {
    Instant(NOW.0 + microseconds)
}

fn needs() -> NeedsPage {
    let need = |id: &str, code: &str, source: &str, state| NeedEntry {
        id: id.into(),
        version: 2,
        code: code.into(),
        note: "独居，需要助浴和陪诊".into(),
        state,
        source: source.into(),
        recorded: NOW,
        review: jiff::civil::date(2027, 11, 24),
        objection: (source == "staff").then(|| "我不是独居".into()),
        earlier: vec![Version {
            at: later(-DAY),
            note: "独居".into(),
            source: "import".into(),
        }],
    };
    NeedsPage {
        resident: Some("王秀兰".into()),
        needs: vec![
            need("n1", "home-care", "resident", NeedState::Open),
            need("n2", "own-code", "staff", NeedState::Open),
            need("n3", "meals", "plugin", NeedState::Met),
            need("n4", "repair", "import", NeedState::Withdrawn),
        ],
        next: Some("/needs?after=n4".into()),
    }
}

fn household() -> HouseholdPage {
    let entry = |delegate: &str, guardian| DelegateEntry {
        resident: "r".into(),
        delegate: delegate.into(),
        name: "李晓梅".into(),
        guardian,
        all: true,
        services: vec!["法律咨询".into()],
        until: Some(later(30 * DAY)),
    };
    HouseholdPage {
        resident: None,
        address: Some("3号楼 402".into()),
        members: vec![
            Member {
                name: "王秀兰".into(),
                head: true,
            },
            Member {
                name: "刘芳".into(),
                head: false,
            },
        ],
        delegates: vec![entry("d1", false), entry("d2", true)],
        represented: vec![entry("d3", false)],
        services: vec![("jinhui/eldercare".into(), "居家养老".into())],
        may_ask: true,
    }
}

fn emergencies() -> EmergenciesPage {
    let entry = |justified| DeclaredEntry {
        resident: "王秀兰".into(),
        service: "居家养老 · 春晖社区".into(),
        reason: "在家中摔倒，没有应答".into(),
        at: NOW,
        closes: later(DAY),
        justified,
        note: "属实".into(),
    };
    EmergenciesPage {
        services: vec![
            ("1".into(), "居家养老 · 春晖社区".into()),
            ("2".into(), "助餐 · 春晖社区".into()),
        ],
        declared: vec![entry(None), entry(Some(true)), entry(Some(false))],
        problems: vec!["没有找到此人".into()],
    }
}

fn reviews() -> ReviewsPage {
    let entry = |id: &str, justified: Option<bool>| ReviewEntry {
        id: id.into(),
        resident: "王秀兰".into(),
        declarer: "陈护理".into(),
        service: "居家养老".into(),
        reason: "在家中摔倒，没有应答".into(),
        at: NOW,
        overdue: justified.is_none(),
        justified,
        note: "属实".into(),
    };
    ReviewsPage {
        entries: vec![
            entry("e1", None),
            entry("e2", Some(true)),
            entry("e3", Some(false)),
        ],
        next: Some("/admin/emergencies?at=1&id=2".into()),
    }
}

fn duties() -> DutiesPage {
    let entry = |id: &str, state| DutyEntry {
        id: id.into(),
        plugin: "jinhui/eldercare".into(),
        community: (state == DutyState::InForce).then(|| "春晖社区".into()),
        fields: vec!["姓名".into(), "电话".into()],
        law: "《某法》第十三条".into(),
        article: "应当登记服务对象的姓名和联系方式。".into(),
        proposer: "孙主任".into(),
        confirmer: (state == DutyState::InForce).then(|| "周主任".into()),
        expires: later(90 * DAY),
        state,
    };
    DutiesPage {
        entries: vec![
            entry("d1", DutyState::Waits(true)),
            entry("d2", DutyState::Waits(false)),
            entry("d3", DutyState::InForce),
            entry("d4", DutyState::Expired),
            entry("d5", DutyState::Ended),
        ],
        fields: vec![
            ("name".into(), "姓名".into()),
            ("phone".into(), "电话".into()),
        ],
        communities: vec![("chunhui".into(), "春晖社区".into())],
        problems: vec!["请至少填写一个字段".into()],
        next: None,
    }
}

fn corrections() -> CorrectionsPage {
    CorrectionsPage {
        community: Some("春晖社区".into()),
        action: "/corrections/chunhui".into(),
        entries: vec![CorrectionEntry {
            id: "c1".into(),
            person: "王秀兰".into(),
            field: "姓名".into(),
            previous: "王秀兰".into(),
            wanted: "王秀岚".into(),
            reason: "写错了".into(),
            at: NOW,
        }],
        next: Some("/corrections/chunhui?at=1&id=2".into()),
    }
}

fn counter(session: Option<(String, Instant)>) -> CounterPage {
    CounterPage {
        community: "春晖社区".into(),
        action: "/counter/chunhui".into(),
        session,
    }
}
