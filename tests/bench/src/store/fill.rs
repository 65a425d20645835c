//! What a year leaves behind: residents in households, their needs, a case each, visits on every working day, the audit.

use super::district::{COMMUNITY, Community};
use super::sink::{Cell, Sink, Table};
use anyhow::{Context as _, Result};
use jiff::ToSpan as _;
use jiff::civil::date;
use linli_core::view;
use linli_domain::*;
use linli_store::{Keys, Mode, Store, Tx};
use linli_world::{NOW, core_on, keyring};
use uuid::{Builder, Uuid};

/// Midnight in Shanghai of the day of [`NOW`], in microseconds.
pub const MIDNIGHT: i64 = NOW.0 - 9 * HOUR;
/// An hour, in microseconds.
pub const HOUR: i64 = 3_600_000_000;
/// A day, in microseconds.
pub const DAY: i64 = 24 * HOUR;
/// The days on which visits were and will be.
pub const DAYS: std::ops::Range<i64> = -300..65;
/// How many visits a calendar has on a working day, in sixteen half hours.
const VISITS: u64 = 5;
/// How many live in a household.
pub const HOUSEHOLD: u64 = 3;
/// How many households live in a building.
const BUILDING: u64 = 100;

/// Kinds of ids.
#[derive(Clone, Copy, Debug)]
pub enum Kind {
    /// A resident.
    Resident = 1,
    /// A household.
    Household,
    /// A case.
    Case,
    /// A building.
    Building,
    /// Where somebody lives since when.
    Stay,
    /// A need.
    Need,
    /// Who takes part in a case.
    Party,
    /// A comment on a case.
    Comment,
    /// A visit.
    Appointment,
    /// A line of a visit's history.
    Change,
    /// A line of the audit.
    Audit,
}

/// The id of the n-th of its kind: UUIDs of version 7 that grow with time, as those of the host.
pub fn id(kind: Kind, n: u64) -> Uuid {
    let millis = u64::try_from((NOW.0 - 300 * DAY) / 1_000).unwrap_or(0) + n;
    let high = mix(n ^ ((kind as u64) << 56)).to_le_bytes();
    let low = mix(n.wrapping_add(kind as u64)).to_le_bytes();
    let mut random = [0; 10];
    random[..8].copy_from_slice(&high);
    random[8..].copy_from_slice(&low[..2]);
    Builder::from_unix_timestamp_millis(millis, &random).into_uuid()
}

/// SplitMix64.
pub fn mix(n: u64) -> u64 {
    let mut z = n.wrapping_add(0x9E37_79B9_7F4A_7C15);
    z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    z ^ (z >> 31)
}

/// Whose the n-th case or need is: neighbours in time are no neighbours in the district.
pub fn owner(n: u64, residents: u64) -> u64 {
    // A prime that divides no number of residents that anybody measures.
    n * 7_919 % residents
}

/// The n-th identity number of a region of six digits, valid by GB 11643-1999.
pub fn identity(region: &str, n: u64) -> Result<String> {
    let day = date(1930, 1, 1).checked_add(i64::try_from(n / 1_000)?.days())?;
    let body = format!("{region}{}{:03}", day.strftime("%Y%m%d"), n % 1_000);
    let weights = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
    let digits = body.bytes().map(|digit| usize::from(digit - b'0'));
    let sum: usize = digits
        .zip(weights)
        .map(|(digit, weight)| digit * weight)
        .sum();
    let check = b"10X98765432"[sum % 11];
    Ok(format!("{body}{}", char::from(check)))
}

const PERSON: Table = Table {
    name: "person",
    columns: "id, name, birth_date, sex, phone, phone_fingerprint, identity_number, identity_fingerprint, household_id, \
              community_id, relation, residence",
};
const STAY: Table = Table {
    name: "stay",
    columns: "id, person_id, community_id, household_id, since, reason",
};
const BUILDINGS: Table = Table {
    name: "building",
    columns: "id, community_id, name",
};
const HOUSEHOLDS: Table = Table {
    name: "household",
    columns: "id, building_id, unit, number",
};
const NEED: Table = Table {
    name: "need",
    columns: "id, resident_id, code, note, version, state, source, review, recorded",
};
const CASE: Table = Table {
    name: "case_file",
    columns: "id, community_id, year, number, type_id, depth, title, description, category, priority, place, channel, opened, \
              opened_by, opened_for, confidential, state, live, office, level, responded, response_escalated, \
              resolution_escalated, waited_minutes, resolved, ended, round, comments, next_due, changed, version",
};
const PARTY: Table = Table {
    name: "case_party",
    columns: "id, case_id, role, person_id, community_office, added, added_by",
};
const EVENT: Table = Table {
    name: "case_event",
    columns: "case_id, version, at, actor_id, actor_office, event, note, state, office",
};
const COMMENT: Table = Table {
    name: "case_comment",
    columns: "id, case_id, kind, text, author_office, at",
};
const COUNTER: Table = Table {
    name: "case_counter",
    columns: "community_id, year, last",
};
const APPOINTMENT: Table = Table {
    name: "appointment",
    columns: "id, calendar_id, installation_id, resident_id, service, title, starts, ends, state, sequence, own",
};
const CHANGE: Table = Table {
    name: "appointment_change",
    columns: "id, appointment_id, at, actor_id, change, starts, ends, calendar_id, note",
};
const AUDIT: Table = Table {
    name: "audit",
    columns: "id, at, actor_id, subject_id, action, object, detail, salt, linked",
};

/// Fills the district. The database is nobody else's meanwhile.
pub async fn fill(url: &str, residents: u64, communities: &[Community]) -> Result<()> {
    let kind = case_type(url).await?;
    // What is sealed is sealed by the store: any store with the same keys does it.
    let folder = tempfile::tempdir()?;
    let keys = Keys::fixed(keyring());
    let beside = format!("sqlite:{}", folder.path().join("keys.db").display());
    let store = Store::open(&beside, keys).await?;
    let mut sealer = store.begin(Mode::View).await?;
    let mut sink = Sink::open(url).await?;
    people(&mut sink, &mut sealer, residents, communities).await?;
    eprintln!("    residents are there");
    needs(&mut sink, &mut sealer, residents).await?;
    eprintln!("    needs are there");
    cases(&mut sink, kind, residents, communities).await?;
    eprintln!("    cases are there");
    visits(&mut sink, communities).await?;
    eprintln!("    visits are there");
    sink.close().await?;
    drop(sealer);
    store.close().await;
    Ok(())
}

/// The only type of cases of the district.
async fn case_type(url: &str) -> Result<Uuid> {
    let core = core_on(url).await?;
    let found = view!(core, |work| async {
        Ok(work.tx.find_case_type_of_district("repair").await?)
    }
    .await)?;
    core.store.close().await;
    Ok(found.context("the type of cases is missing")?.id.0)
}

async fn people(
    sink: &mut Sink,
    sealer: &mut Tx,
    residents: u64,
    communities: &[Community],
) -> Result<()> {
    for community in communities {
        let place = community.service.community.id.0;
        let homes =
            community.residents.start / HOUSEHOLD..community.residents.end.div_ceil(HOUSEHOLD);
        for home in homes {
            let building = home / BUILDING;
            if home % BUILDING == 0 {
                let name = format!("{}号楼", building + 1);
                let cells = [
                    id(Kind::Building, building).into(),
                    place.into(),
                    name.into(),
                ];
                sink.put(BUILDINGS, cells).await?;
            }
            let unit = format!("{}", 100 + home % BUILDING);
            let cells = [
                id(Kind::Household, home).into(),
                id(Kind::Building, building).into(),
                unit.into(),
                1.into(),
            ];
            sink.put(HOUSEHOLDS, cells).await?;
        }
    }
    for n in 0..residents {
        let community = &communities[usize::try_from(n / COMMUNITY)?];
        let place = community.service.community.id.0;
        let person = id(Kind::Resident, n);
        let household = id(Kind::Household, n / HOUSEHOLD);
        let phone = format!("13{n:09}");
        let number = identity("310101", n)?;
        let relation = ["head", "spouse", "daughter"][usize::try_from(n % HOUSEHOLD)?];
        let birth = date(1930, 1, 1).checked_add(i64::try_from(n / 1_000)?.days())?;
        let cells = [
            person.into(),
            format!("居民{n}").into(),
            birth.to_string().into(),
            if n % 2 == 0 { "female" } else { "male" }.into(),
            sealer.seal("person.phone", person, &phone).await?.into(),
            sealer.fingerprint("phone", &phone::normal(&phone)).into(),
            sealer
                .seal("person.identity_number", person, &number)
                .await?
                .into(),
            sealer.fingerprint("identity", &number).into(),
            household.into(),
            place.into(),
            relation.into(),
            "registered".into(),
        ];
        sink.put(PERSON, cells).await?;
        let since = NOW.0 - 300 * DAY;
        let cells = [
            id(Kind::Stay, n).into(),
            person.into(),
            place.into(),
            household.into(),
            since.into(),
            "".into(),
        ];
        sink.put(STAY, cells).await?;
    }
    Ok(())
}

async fn needs(sink: &mut Sink, sealer: &mut Tx, residents: u64) -> Result<()> {
    for n in 0..2 * residents {
        let need = id(Kind::Need, n);
        let code = if n < residents { "meals" } else { "company" };
        let note = sealer
            .seal("need.note", need, "每周三次，少盐，牙口不好")
            .await?;
        let at = NOW.0 - 300 * DAY + i64::try_from(n)? * 1_000;
        let cells = [
            need.into(),
            id(Kind::Resident, owner(n % residents, residents)).into(),
            code.into(),
            note.into(),
            1.into(),
            "open".into(),
            "staff".into(),
            "2027-06-01".into(),
            at.into(),
        ];
        sink.put(NEED, cells).await?;
    }
    Ok(())
}

async fn cases(
    sink: &mut Sink,
    kind: Uuid,
    residents: u64,
    communities: &[Community],
) -> Result<()> {
    let apart = 300 * DAY / i64::try_from(residents)?;
    let mut numbers = vec![0_i64; communities.len()];
    for n in 0..residents {
        let resident = owner(n, residents);
        let at = usize::try_from(resident / COMMUNITY)?;
        let place = communities[at].service.community.id.0;
        numbers[at] += 1;
        let (case, person) = (id(Kind::Case, n), id(Kind::Resident, resident));
        let opened = NOW.0 - 300 * DAY + apart * i64::try_from(n)?;
        // One in ten is still open.
        let ended = (n % 10 != 0).then_some(opened + DAY);
        let state = if ended.is_some() {
            "closed"
        } else {
            "accepted"
        };
        let due = if ended.is_some() {
            Instant::BOUND
        } else {
            opened + 20 * DAY
        };
        let cells: [Cell; 31] = [
            case.into(),
            place.into(),
            2026.into(),
            numbers[at].into(),
            kind.into(),
            1.into(),
            "楼道灯不亮".into(),
            "三楼的楼道灯已经三天不亮了，老人上下楼不方便，请尽快派人来看。".into(),
            "repair".into(),
            "normal".into(),
            "3号楼 三层".into(),
            "web".into(),
            opened.into(),
            person.into(),
            person.into(),
            false.into(),
            state.into(),
            ended.is_none().into(),
            "community".into(),
            "party".into(),
            (opened + HOUR).into(),
            false.into(),
            false.into(),
            0.into(),
            ended.into(),
            ended.into(),
            0.into(),
            1.into(),
            due.into(),
            ended.unwrap_or(opened).into(),
            2.into(),
        ];
        sink.put(CASE, cells).await?;
        let cells = [
            id(Kind::Party, n).into(),
            case.into(),
            "reporter".into(),
            person.into(),
            false.into(),
            opened.into(),
            person.into(),
        ];
        sink.put(PARTY, cells).await?;
        for (version, event) in [(1, "opened"), (2, "accepted")] {
            let cells = [
                case.into(),
                version.into(),
                opened.into(),
                person.into(),
                "resident".into(),
                event.into(),
                "".into(),
                "open".into(),
                "community".into(),
            ];
            sink.put(EVENT, cells).await?;
        }
        let cells = [
            id(Kind::Comment, n).into(),
            case.into(),
            "public".into(),
            "已安排师傅明天上午上门查看。".into(),
            "community".into(),
            (opened + HOUR).into(),
        ];
        sink.put(COMMENT, cells).await?;
        audit(sink, n, opened, person, "case.opened", case).await?;
    }
    for (community, last) in communities.iter().zip(numbers) {
        let place = community.service.community.id.0;
        sink.put(COUNTER, [place.into(), 2026.into(), last.into()])
            .await?;
    }
    Ok(())
}

async fn audit(
    sink: &mut Sink,
    n: u64,
    at: i64,
    person: Uuid,
    action: &str,
    object: Uuid,
) -> Result<()> {
    let detail = format!("{{\"office\":\"resident\",\"channel\":\"web\",\"for\":\"{person}\"}}");
    let cells = [
        id(Kind::Audit, n).into(),
        at.into(),
        person.into(),
        person.into(),
        action.into(),
        object.to_string().into(),
        detail.into(),
        vec![7_u8; 32].into(),
        true.into(),
    ];
    sink.put(AUDIT, cells).await
}

async fn visits(sink: &mut Sink, communities: &[Community]) -> Result<()> {
    let mut n = 0;
    let mut turns = vec![0_u64; communities.len()];
    // NOW is a Tuesday.
    for day in DAYS.filter(|day| (1 + day).rem_euclid(7) < 5) {
        for (community, turn) in communities.iter().zip(&mut turns) {
            for calendar in &community.calendars {
                for visit in 0..VISITS {
                    let here = community.residents.end - community.residents.start;
                    let person = id(Kind::Resident, community.residents.start + *turn * 7 % here);
                    *turn += 1;
                    let half = i64::try_from(visit * 3)?;
                    let starts = MIDNIGHT + day * DAY + 9 * HOUR + half * HOUR / 2;
                    let ends = starts + HOUR / 2;
                    let state = if ends < NOW.0 { "completed" } else { "booked" };
                    let appointment = id(Kind::Appointment, n);
                    let cells = [
                        appointment.into(),
                        calendar.0.into(),
                        community.service.id().0.into(),
                        person.into(),
                        "visit".into(),
                        "{\"en\":\"Visit\",\"zh\":\"上门\"}".into(),
                        starts.into(),
                        ends.into(),
                        state.into(),
                        0.into(),
                        true.into(),
                    ];
                    sink.put(APPOINTMENT, cells).await?;
                    let cells = [
                        id(Kind::Change, n).into(),
                        appointment.into(),
                        (starts - 7 * DAY).into(),
                        person.into(),
                        "booked".into(),
                        starts.into(),
                        ends.into(),
                        calendar.0.into(),
                        "".into(),
                    ];
                    sink.put(CHANGE, cells).await?;
                    n += 1;
                }
            }
        }
    }
    Ok(())
}
