//! Permissions: the interfaces that a component imports, as `linli:host/NAME` at `0.MINOR` or `MAJOR`.

use crate::Localised;
use serde::{Deserialize, Serialize};
use std::fmt;

/// One permission: an interface of the host. `linli:host/types` is none.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Permission(
    /// Such as `linli:host/records@0.1`.
    pub String,
);

/// What the host offers, and how an admin reads it.
pub struct Offered {
    /// `linli:host/NAME`.
    pub interface: &'static str,
    /// The compatible version range: the major version or, below 1.0, `0.MINOR`.
    pub version: &'static str,
    /// What it may do, in plain language.
    pub meaning: fn() -> Localised,
}

impl Offered {
    /// The permission that importing it asks for.
    pub fn permission(&self) -> Permission {
        Permission(format!("{}@{}", self.interface, self.version))
    }
}

/// Every interface that the host offers and that is a permission.
pub const OFFERED: &[Offered] = &[
    Offered {
        interface: "linli:host/context",
        version: "0.1",
        meaning: || {
            Localised::new(
                "知道是谁在使用、在替谁办事，以及当前时间；不含任何个人信息字段",
                "Know who is asking and for whom, and the time; no personal fields",
            )
        },
    },
    Offered {
        interface: "linli:host/profile",
        version: "0.1",
        meaning: || {
            Localised::new(
                "在居民同意或另有依据时，读取其声明的个人信息字段",
                "Read the personal fields it declares, where the resident consents or another basis allows it",
            )
        },
    },
    Offered {
        interface: "linli:host/households",
        version: "0.1",
        meaning: || {
            Localised::new(
                "查看居民的同住人、代办人和监护人（须有居民同意或其他依据）",
                "See who lives with a resident and who may act for them, where the resident consents or another basis allows it",
            )
        },
    },
    Offered {
        interface: "linli:host/needs",
        version: "0.1",
        meaning: || {
            Localised::new(
                "查看居民的需求档案（须有居民同意或其他依据）",
                "See what residents need, where the resident consents or another basis allows it",
            )
        },
    },
    Offered {
        interface: "linli:host/needs-write",
        version: "0.1",
        meaning: || {
            Localised::new(
                "登记、更正居民的需求，居民可随时看到并提出异议",
                "Record and correct what residents need; the resident sees it and may object",
            )
        },
    },
    Offered {
        interface: "linli:host/space-directory",
        version: "0.1",
        meaning: || {
            Localised::new(
                "查看社区可预约的场地、开放时间与空闲时段",
                "See the spaces that can be booked, when they are open and when they are free",
            )
        },
    },
    Offered {
        interface: "linli:host/space-bookings",
        version: "0.1",
        meaning: || {
            Localised::new(
                "替居民或本机构预约、改期、取消场地，加入候补",
                "Book, move and cancel spaces for residents or this organisation, and wait for them",
            )
        },
    },
    Offered {
        interface: "linli:host/enrolments",
        version: "0.1",
        meaning: || {
            Localised::new(
                "开设课程和班级，办理报名、候补、签到",
                "Offer courses and groups, enrol residents, keep waiting lists and attendance",
            )
        },
    },
    Offered {
        interface: "linli:host/cases",
        version: "0.1",
        meaning: || {
            Localised::new(
                "受理和办理居民的事项与投诉，并记录过程",
                "Open and deal with cases of residents, complaints included, and keep their history",
            )
        },
    },
    Offered {
        interface: "linli:host/case-transfer",
        version: "0.1",
        meaning: || {
            Localised::new(
                "把工单移交给其他机构，或接收移交来的工单",
                "Hand cases over to other offices, and take over what they hand over",
            )
        },
    },
    Offered {
        interface: "linli:host/calendars",
        version: "0.1",
        meaning: || {
            Localised::new(
                "查看本机构工作人员在本社区的排班与空闲时段",
                "See when this organisation's staff work and are free in the community",
            )
        },
    },
    Offered {
        interface: "linli:host/appointments",
        version: "0.1",
        meaning: || {
            Localised::new(
                "替居民预约、改期、取消，并记录工作人员签到、签退",
                "Book, move and cancel appointments for residents, and record staff checking in and out",
            )
        },
    },
    Offered {
        interface: "linli:host/timers",
        version: "0.1",
        meaning: || {
            Localised::new(
                "设置定时，到时在后台运行",
                "Set timers and run in the background when they are due",
            )
        },
    },
    Offered {
        interface: "linli:host/records",
        version: "0.1",
        meaning: || {
            Localised::new(
                "在本社区保存它自己的业务记录",
                "Keep its own records for this community",
            )
        },
    },
    Offered {
        interface: "linli:host/notices",
        version: "0.1",
        meaning: || {
            Localised::new(
                "向居民、其代办人和本机构工作人员发送通知",
                "Send notices to residents, their delegates and this organisation's staff",
            )
        },
    },
    Offered {
        interface: "linli:host/outbound",
        version: "0.1",
        meaning: || {
            Localised::new(
                "向清单列明、并由管理员逐一批准的外部接收方发送请求",
                "Send requests to recipients outside the host that its manifest names and an admin grants one by one",
            )
        },
    },
    Offered {
        interface: "linli:host/settings",
        version: "0.1",
        meaning: || {
            Localised::new(
                "读取管理员为它填写的设置",
                "Read the settings that an admin made for it",
            )
        },
    },
    Offered {
        interface: "linli:host/log",
        version: "0.1",
        meaning: || {
            Localised::new(
                "写运行日志，供发布者和管理员查看",
                "Write log lines for its publisher and the admin",
            )
        },
    },
];

impl Permission {
    /// The interface without its version.
    pub fn interface(&self) -> &str {
        self.0
            .split_once('@')
            .map_or(&self.0, |(interface, _)| interface)
    }

    /// What it may do, in plain language; the bare name for one that this host no longer offers.
    pub fn meaning(&self) -> Localised {
        OFFERED
            .iter()
            .find(|offered| offered.permission() == *self)
            .map_or_else(
                || Localised::new(self.0.clone(), self.0.clone()),
                |offered| (offered.meaning)(),
            )
    }
}

impl fmt::Display for Permission {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
