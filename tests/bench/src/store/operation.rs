//! The point operations that are measured: what each is given is drawn outside of the time that counts.

use super::district::Site;
use super::fill::{DAY, DAYS, HOUR, HOUSEHOLD, Kind, MIDNIGHT, id, owner};
use anyhow::{Context as _, Result};
use linli_core::{
    Actor, Caller, CallerKind, Channel, Office, act, appointment, calendar, case, household, need,
    view,
};
use linli_domain::slot::{Range, SlotRules};
use linli_domain::*;
use std::collections::BTreeSet;

/// A point operation.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Operation {
    /// A plugin's reference is opened: whose it is, and whether the plugin serves them.
    ResidentByReference,
    /// The members of a household.
    Household,
    /// The free slots of a calendar on a day.
    FreeSlotsDay,
    /// A slot is booked.
    BookSlot,
    /// A resident opens the page of their case.
    CasePage,
    /// A resident says what they need.
    RecordNeed,
}

/// What a visit is booked by.
pub const HALF_HOURS: SlotRules = SlotRules {
    minutes: 30,
    buffer_minutes: 0,
    notice_minutes: 0,
    horizon_days: None,
};

/// What an operation is given.
#[derive(Debug)]
pub enum Case {
    /// A reference, in which community of the site, and of whom.
    Reference(usize, String, PersonId),
    /// A household, for one of its members.
    Household(HouseholdId, PersonId),
    /// A calendar, in which community, and a day.
    Slots(usize, CalendarId, Instant),
    /// A slot of a calendar, in which community, for whom.
    Book(usize, CalendarId, Range, PersonId),
    /// A case and who asked.
    Page(CaseId, PersonId),
    /// Who needs something.
    Need(PersonId),
}

/// Draws cases, the same ones in each run.
#[derive(Debug, Default)]
pub struct Draw {
    count: u64,
    booked: BTreeSet<(u64, CalendarId, i64)>,
}

impl Draw {
    /// A number below `bound`.
    fn below(&mut self, bound: u64) -> u64 {
        self.count += 1;
        super::fill::mix(self.count) % bound
    }

    /// A half hour of a working day after all that the district was filled with, booked by none of the draws before.
    fn slot(&mut self, residents: u64, calendar: CalendarId) -> Result<Range> {
        loop {
            let day = DAYS.end + i64::try_from(self.below(600))?;
            let half = i64::try_from(self.below(16))?;
            let starts = MIDNIGHT + day * DAY + 9 * HOUR + half * HOUR / 2;
            // NOW is a Tuesday.
            if (1 + day).rem_euclid(7) < 5 && self.booked.insert((residents, calendar, starts)) {
                return Ok(Range::new(Instant(starts), Instant(starts + HOUR / 2)));
            }
        }
    }
}

impl Operation {
    /// All of them.
    pub const ALL: [Self; 6] = [
        Self::ResidentByReference,
        Self::Household,
        Self::FreeSlotsDay,
        Self::BookSlot,
        Self::CasePage,
        Self::RecordNeed,
    ];

    /// Its name in results.
    pub fn name(self) -> &'static str {
        match self {
            Self::ResidentByReference => "resident_by_reference",
            Self::Household => "household",
            Self::FreeSlotsDay => "free_slots_day",
            Self::BookSlot => "book_slot",
            Self::CasePage => "case_page",
            Self::RecordNeed => "record_need",
        }
    }

    /// Draws what it is given.
    pub fn draw(self, site: &Site, draw: &mut Draw) -> Result<Case> {
        let n = draw.below(site.residents);
        let at = usize::try_from(n / super::district::COMMUNITY)?;
        let community = &site.communities[at];
        let person = PersonId(id(Kind::Resident, n));
        let calendar =
            community.calendars[usize::try_from(draw.below(community.calendars.len() as u64))?];
        Ok(match self {
            Self::ResidentByReference => {
                let plugin = community.service.plugin();
                let reference = site.core.references.seal(plugin, person);
                Case::Reference(at, reference.context("no reference")?, person)
            }
            Self::Household => {
                Case::Household(HouseholdId(id(Kind::Household, n / HOUSEHOLD)), person)
            }
            Self::FreeSlotsDay => {
                let days = u64::try_from(DAYS.end)?;
                let day = 1 + i64::try_from(draw.below(days - 1))?;
                Case::Slots(at, calendar, Instant(MIDNIGHT + day * DAY))
            }
            Self::BookSlot => {
                let range = draw.slot(site.residents, calendar)?;
                Case::Book(at, calendar, range, person)
            }
            Self::CasePage => {
                let asked = PersonId(id(Kind::Resident, owner(n, site.residents)));
                Case::Page(CaseId(id(Kind::Case, n)), asked)
            }
            Self::RecordNeed => Case::Need(person),
        })
    }
}

/// A resident at the web for themself.
fn resident(person: PersonId) -> Actor {
    Actor {
        person: Some(person),
        subject: Some(person),
        office: Office::Resident,
        channel: Channel::Web,
    }
}

/// A resident who uses a plugin.
fn caller(person: PersonId) -> Caller {
    Caller {
        kind: CallerKind::Resident,
        person: Some(person),
        subject: Some(person),
        role: None,
        locale: Locale::ZhCn,
    }
}

/// Runs the core's operation as the web and the engine do.
pub async fn run(site: &Site, case: &Case) -> Result<()> {
    let core = &site.core;
    match case {
        Case::Reference(at, reference, person) => {
            let service = &site.communities[*at].service;
            let opened = view!(core, |work| service.open_reference(work, reference).await)?;
            anyhow::ensure!(opened == *person, "the reference is somebody else's");
        }
        Case::Household(home, person) => {
            let actor = resident(*person);
            let members = view!(core, |work| household::list_members(work, &actor, *home)
                .await)?;
            anyhow::ensure!(!members.is_empty(), "nobody lives there");
        }
        Case::Slots(at, calendar, day) => {
            let service = &site.communities[*at].service;
            let day = day.to_civil(&service.zone).date();
            view!(core, |work| calendar::free_slots(
                work,
                service,
                &[*calendar],
                day,
                1,
                HALF_HOURS,
                None
            )
            .await)?;
        }
        Case::Book(at, calendar, range, person) => {
            let service = &site.communities[*at].service;
            let booking = appointment::Booking {
                calendar: *calendar,
                range: *range,
                resident: *person,
                service: "visit".into(),
                title: Localised::new("上门", "Visit"),
                rules: HALF_HOURS,
            };
            let caller = caller(*person);
            act!(core, |work| appointment::book(
                work,
                service,
                &caller,
                booking.clone()
            )
            .await)?;
        }
        Case::Page(id, person) => {
            let actor = resident(*person);
            let page = view!(core, |work| case::page(work, &actor, *id).await)?;
            anyhow::ensure!(page.comments.len() == 1, "the case has one comment");
        }
        Case::Need(person) => {
            let (actor, said) = (
                resident(*person),
                need::Said {
                    code: "bench".into(),
                    note: "每周三次，少盐，牙口不好".into(),
                    ..need::Said::default()
                },
            );
            act!(core, |work| need::record(work, &actor, *person, &said)
                .await)?;
        }
    }
    Ok(())
}
