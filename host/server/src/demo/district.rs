//! The made-up district: the same people each time, for they are drawn from a fixed seed. Ages follow today's date.

use super::{ADMIN, names};
use anyhow::Result;
use jiff::civil::Date;
use linli_core::resident;
use linli_core::space::{self, SpaceInput};
use linli_core::store::need::Need;
use linli_core::store::person::Person;
use linli_core::store::place::District;
use linli_core::{Core, Work, account, act, calendar, district, organisation};
use linli_domain::holiday::Holidays;
use linli_domain::need::{NeedState, REVIEW_DAYS};
use linli_domain::random::Stream;
use linli_domain::recurrence::Recurrence;
use linli_domain::slot::WorkingHours;
use linli_domain::{CommunityId, HouseholdId, Locale, Localised, PersonId};
use std::collections::{BTreeSet, HashMap};

/// Every demo account's password.
pub const PASSWORD: &str = "linli-demo";
/// Code of the community in which plugins are enabled.
pub const FIRST_COMMUNITY: &str = "chunhui";
/// What the people are drawn from.
const SEED: [u8; 32] = *b"linli: the district of the demo!";
/// Households of each community.
const HOUSEHOLDS: usize = 62;

/// An account of the demo.
pub struct DemoAccount {
    /// User name.
    pub login: &'static str,
    /// What is printed at the start.
    pub who: &'static str,
    name: &'static str,
    female: bool,
    age: i16,
    community: Option<&'static str>,
}

/// Everybody who can log in.
pub const ACCOUNTS: [DemoAccount; 8] = [
    DemoAccount {
        login: "admin",
        who: "区级管理员 周文彬, district admin",
        name: "周文彬",
        female: false,
        age: 46,
        community: None,
    },
    DemoAccount {
        login: "li",
        who: "居民 李秀英, resident of Chunhui, 79, lives alone",
        name: "李秀英",
        female: true,
        age: 79,
        community: Some("chunhui"),
    },
    DemoAccount {
        login: "xiaomei",
        who: "李秀英的女儿 李晓梅, her daughter and delegate in another city",
        name: "李晓梅",
        female: true,
        age: 51,
        community: None,
    },
    DemoAccount {
        login: "wang",
        who: "居民 王建军, resident of Chunhui, 34",
        name: "王建军",
        female: false,
        age: 34,
        community: Some("chunhui"),
    },
    DemoAccount {
        login: "zhao",
        who: "居民 赵玉珍, resident of Heping, 74, where home care is not enabled",
        name: "赵玉珍",
        female: true,
        age: 74,
        community: Some("heping"),
    },
    DemoAccount {
        login: "chen",
        who: "护理员 陈雪梅, care worker of Jinhui",
        name: "陈雪梅",
        female: true,
        age: 41,
        community: None,
    },
    DemoAccount {
        login: "zhou",
        who: "护理员 周海波, care worker of Jinhui",
        name: "周海波",
        female: false,
        age: 38,
        community: None,
    },
    DemoAccount {
        login: "lin",
        who: "护理主管 林雅琴, care coordinator of Jinhui",
        name: "林雅琴",
        female: true,
        age: 50,
        community: None,
    },
];

/// Makes it, in one unit of work.
pub async fn found(core: &Core) -> Result<()> {
    let mut salts = Stream::new(core.seed());
    let mut hashes = HashMap::new();
    for account in &ACCOUNTS {
        hashes.insert(
            account.login,
            account::hash_password(&mut salts, PASSWORD).await?,
        );
    }
    Ok(act!(core, |work| populate(work, &hashes).await)?)
}

async fn populate(work: &mut Work, hashes: &HashMap<&str, String>) -> linli_core::Result<()> {
    let mut stream = Stream::new(SEED);
    let named = District {
        name: Localised::new("清和区", "Qinghe District"),
        zone: district::DEFAULT_ZONE.to_owned(),
        demo: true,
    };
    district::found(work, &ADMIN, &named).await?;
    let today = work.now.to_civil(&district::zone(work).await?).date();

    let mut communities = HashMap::new();
    let mut homes = HashMap::new();
    for (slug, zh, en) in [
        ("chunhui", "春晖社区", "Chunhui"),
        ("heping", "和平社区", "Heping"),
    ] {
        let community = district::add_community(work, &ADMIN, slug, &Localised::new(zh, en))
            .await?
            .id;
        communities.insert(slug, community);
        for (zh, en, capacity) in [
            ("多功能活动室", "Activity room", 40),
            ("日间照料室", "Day-care room", 18),
            ("社区书屋", "Reading room", 24),
            ("会议室", "Meeting room", 12),
        ] {
            let staff = ADMIN.at(community).actor();
            let input = SpaceInput {
                name: Localised::new(zh, en),
                place: "社区服务中心".into(),
                kind: "room".into(),
                equipment: Vec::new(),
                capacity,
                concurrency: 1,
                rules: Default::default(),
            };
            let space = space::add(work, &staff, community, input).await?;
            let hours = WorkingHours {
                days: Recurrence {
                    first: today.first_of_year(),
                    rule: "FREQ=DAILY".into(),
                    except: BTreeSet::new(),
                },
                from_minute: 480,
                to_minute: 1_260,
                holidays: Holidays::Ignore,
            };
            space::add_hours(work, &staff, space.id, hours).await?;
        }
        let vacant = settle(work, &mut stream, community, today).await?;
        homes.insert(slug, vacant);
    }

    let jinhui = organisation::register(
        work,
        &ADMIN,
        "jinhui",
        &Localised::new("金晖养老服务中心", "Jinhui Elder Care"),
    )
    .await?
    .id;
    organisation::register(
        work,
        &ADMIN,
        "tongxin",
        &Localised::new("同心法律服务中心", "Tongxin Legal Aid"),
    )
    .await?;

    let mut people = HashMap::new();
    for entry in &ACCOUNTS {
        let person = Person {
            id: work.id(),
            name: entry.name.to_owned(),
            birth_date: Some(born(&mut stream, today, entry.age)),
            sex: Some(sex(entry.female)),
            phone: Some(phone(&mut stream)),
            identity_number: None,
            care_level: None,
            household_id: entry.community.and_then(|slug| homes.get_mut(slug)?.pop()),
            community_id: entry.community.map(|slug| communities[slug]),
        };
        account::create(
            work,
            &ADMIN,
            &person,
            entry.login,
            &hashes[entry.login],
            Locale::ZhCn,
        )
        .await?;
        people.insert(entry.login, person.id);
    }
    account::grant_admin(work, &ADMIN, people["admin"]).await?;
    account::delegate(
        work,
        &ADMIN,
        people["li"],
        people["xiaomei"],
        "delegate",
        "2026-03 委托书（社区存档）",
        None,
    )
    .await?;
    record_need(work, people["li"], "home-care", "独居，需要助浴和陪诊").await?;

    let chunhui = communities[FIRST_COMMUNITY];
    for (login, role) in [
        ("chen", "care-worker"),
        ("zhou", "care-worker"),
        ("lin", "care-coordinator"),
    ] {
        account::grant_staff_role(work, &ADMIN, people[login], jinhui, Some(chunhui), role).await?;
    }
    let weekdays = "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR";
    for (login, rule, from_minute, to_minute) in [
        ("chen", weekdays, 510, 1_020),
        ("zhou", weekdays, 540, 1_080),
        ("zhou", "FREQ=WEEKLY;BYDAY=SA", 540, 720),
    ] {
        let holder = people[login];
        let mine = work.tx.list_calendars_of(holder).await?;
        let calendar = match mine.first() {
            Some(calendar) => calendar.id,
            None => {
                let title = ACCOUNTS
                    .iter()
                    .find(|entry| entry.login == login)
                    .map_or(login, |entry| entry.name);
                calendar::create(work, jinhui, chunhui, holder, "care-worker", title).await?
            }
        };
        let days = Recurrence {
            first: today,
            rule: rule.to_owned(),
            except: BTreeSet::new(),
        };
        calendar::put_hours(
            work,
            calendar,
            &WorkingHours {
                days,
                from_minute,
                to_minute,
                holidays: Holidays::Ignore,
            },
            None,
        )
        .await?;
    }
    Ok(())
}

/// Fills a community's buildings with households, and answers some homes that stay vacant for the demo's accounts.
async fn settle(
    work: &mut Work,
    stream: &mut Stream,
    community: CommunityId,
    today: Date,
) -> linli_core::Result<Vec<HouseholdId>> {
    let mut buildings = Vec::new();
    for number in 1..=6 {
        let id = work.id();
        work.tx
            .create_building(id, community, &format!("{number}号楼"))
            .await?;
        buildings.push(id);
    }
    let mut vacant = Vec::new();
    for index in 0..HOUSEHOLDS {
        let household = work.id();
        let (floor, door) = (index / 12 + 1, index / 6 % 2 + 1);
        work.tx
            .create_household(
                household,
                buildings[index % 6],
                &format!("{floor}0{door}室"),
                1,
            )
            .await?;
        if index % 20 == 7 {
            vacant.push(household);
            continue;
        }
        for (age, female, surname) in family(stream) {
            move_in(
                work, stream, community, household, today, age, female, surname,
            )
            .await?;
        }
    }
    Ok(vacant)
}

/// Who lives together: elders alone and in pairs, couples with children, three generations.
fn family(stream: &mut Stream) -> Vec<(i16, bool, &'static str)> {
    let years = |stream: &mut Stream, from: u64, span: u64| {
        i16::try_from(from + stream.below(span)).unwrap_or(40)
    };
    let (his, hers) = (names::surname(stream), names::surname(stream));
    let kind = stream.below(10);
    let mut people = Vec::new();
    if kind <= 1 {
        let female = stream.below(3) > 0;
        people.push((
            years(stream, 68, 24),
            female,
            if female { hers } else { his },
        ));
    } else if kind <= 3 {
        let age = years(stream, 62, 24);
        people.extend([(age, false, his), (age - 2, true, hers)]);
    } else {
        let age = years(stream, 28, 22);
        people.extend([(age, false, his), (age - 1, true, hers)]);
        for _ in 0..=stream.below(2) {
            people.push((
                years(stream, 1, 17).min(age - 22).max(0),
                stream.below(2) == 0,
                his,
            ));
        }
        if kind >= 8 {
            people.push((age + years(stream, 24, 8), true, names::surname(stream)));
        }
    }
    people
}

#[expect(
    clippy::too_many_arguments,
    reason = "each is one fact of the person who moves in"
)]
async fn move_in(
    work: &mut Work,
    stream: &mut Stream,
    community: CommunityId,
    household: HouseholdId,
    today: Date,
    age: i16,
    female: bool,
    surname: &str,
) -> linli_core::Result<()> {
    let birth = born(stream, today, age);
    let frail = age >= 75 && stream.below(3) == 0;
    let person = Person {
        id: work.id(),
        name: format!(
            "{surname}{}",
            names::given_name(stream, female, birth.year())
        ),
        birth_date: Some(birth),
        sex: Some(sex(female)),
        phone: (age >= 12).then(|| phone(stream)),
        identity_number: None,
        care_level: frail.then(|| "部分失能".to_owned()),
        household_id: Some(household),
        community_id: Some(community),
    };
    work.tx.create_person(&person).await?;
    resident::begin_stay(work, person.id, community, Some(household), "").await?;
    if frail {
        record_need(work, person.id, "home-care", "行动不便，需要上门照护").await?;
    } else if age <= 3 {
        record_need(work, person.id, "childcare", "需要托育").await?;
    } else if (22..55).contains(&age) && stream.below(12) == 0 {
        record_need(work, person.id, "employment", "正在找工作").await?;
    }
    Ok(())
}

async fn record_need(
    work: &mut Work,
    resident: PersonId,
    code: &str,
    note: &str,
) -> linli_core::Result<()> {
    let zone = district::zone(work).await?;
    let need = Need {
        id: work.id(),
        resident_id: resident,
        code: code.to_owned(),
        note: note.to_owned(),
        version: 1,
        state: NeedState::Open,
        source: "staff".to_owned(),
        plugin: None,
        review: work.now.plus_days(REVIEW_DAYS).to_civil(&zone).date(),
        objection: None,
        recorded: work.now,
        changed_by: None,
    };
    Ok(work.tx.create_need(&need).await?)
}

fn born(stream: &mut Stream, today: Date, age: i16) -> Date {
    let back = i64::from(age) * 365
        + i64::from(age) / 4
        + 1
        + i64::try_from(stream.below(360)).unwrap_or(0);
    today
        .checked_sub(jiff::Span::new().days(back))
        .unwrap_or(today)
}

fn sex(female: bool) -> String {
    if female { "female" } else { "male" }.to_owned()
}

fn phone(stream: &mut Stream) -> String {
    let prefixes = ["135", "136", "138", "139", "150", "158", "186", "189"];
    let prefix = prefixes[usize::try_from(stream.below(8)).unwrap_or(0)];
    format!("{prefix}{:08}", stream.below(100_000_000))
}
