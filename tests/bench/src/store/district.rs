//! A district of a given size, made once, and what a measured operation needs to know of it.

use super::fill;
use super::raw::Raw;
use anyhow::{Result, bail};
use linli_core::case::TypeDraft;
use linli_core::store::place::District;
use linli_core::{Admin, Core, Service, act, view};
use linli_core::{calendar, case, district, holiday, installation, organisation, release};
use linli_domain::case::Sla;
use linli_domain::*;
use linli_world::{core_on, digest, manifest, office_hours};
use std::collections::BTreeSet;
use tokio::sync::Mutex;

/// How many residents a community has.
pub const COMMUNITY: u64 = 3_000;
/// How many residents one care worker's calendar serves.
pub const CALENDAR: u64 = 1_000;
/// The code of the type of all cases.
const KIND: &str = "repair";

/// A database with a district in it.
pub struct Site {
    /// How many residents it has.
    pub residents: u64,
    /// The host.
    pub core: Core,
    /// Its communities, in order.
    pub communities: Vec<Community>,
    /// A connection for bare SQL.
    pub raw: Mutex<Raw>,
}

/// A community of the district.
#[derive(Clone, Debug)]
pub struct Community {
    /// Its residents, by number.
    pub residents: std::ops::Range<u64>,
    /// The service that works there.
    pub service: Service,
    /// The calendars of its care workers.
    pub calendars: Vec<CalendarId>,
}

impl Site {
    /// Opens the district at this address; founds and fills it where there is none.
    pub async fn open(url: &str, residents: u64) -> Result<Self> {
        let core = core_on(url).await?;
        let found = view!(core, |work| async { Ok(work.tx.find_district().await?) }
            .await)?;
        let communities = match found {
            None => {
                eprintln!("  filling {url} with {residents} residents");
                found_district(&core, residents).await?;
                let communities = list(&core, residents).await?;
                core.store.close().await;
                fill::fill(url, residents, &communities).await?;
                communities
            }
            // What is filled last says that all of it is there.
            Some(district) if district.demo => list(&core, residents).await?,
            Some(_) => bail!("{url} was filled only in part; remove it"),
        };
        core.store.close().await;
        Ok(Self {
            residents,
            core: core_on(url).await?,
            communities,
            raw: Mutex::new(Raw::open(url).await?),
        })
    }

    /// Closes all connections.
    pub async fn close(self) -> Result<()> {
        self.core.store.close().await;
        self.raw.into_inner().close().await
    }
}

fn slug(at: u64) -> String {
    format!("community-{at}")
}

async fn found_district(core: &Core, residents: u64) -> Result<()> {
    let admin = Admin::at_command_line();
    let (care, release) = act!(core, |work| async {
        let name = Localised::new("测试区", "Test District");
        let zone = "Asia/Shanghai".into();
        district::found(
            work,
            &admin,
            &District {
                name,
                zone,
                demo: false,
            },
        )
        .await?;
        holiday::import_default(work, &admin, 2026).await?;
        let draft = TypeDraft {
            title: Localised::new("维修", "Repair"),
            sla: Sla {
                response_minutes: 240,
                resolution_minutes: 2_400,
            },
            confidential: false,
        };
        case::define_for_district(work, &admin.actor(), KIND, &draft).await?;
        let care =
            organisation::register(work, &admin, "care", &Localised::new("关爱", "Care")).await?;
        let component = release::CheckedComponent {
            bytes: b"a component".to_vec(),
            digest: digest(b"a component"),
            manifest: manifest("care/visits"),
            permissions: BTreeSet::new(),
            key_id: "bench".into(),
        };
        let release = release::submit(work, &admin, &care, &component).await?;
        release::review(work, &admin, release, release::Verdict::Approve, "").await?;
        Ok((care.id, release))
    }
    .await)?;
    for at in 0..residents.div_ceil(COMMUNITY) {
        let here = (residents - at * COMMUNITY).min(COMMUNITY);
        act!(core, |work| async {
            let name = Localised::new(format!("社区{at}"), format!("Community {at}"));
            let community = district::add_community(work, &admin, &slug(at), &name).await?;
            installation::enable(
                work,
                &admin,
                release,
                community.id,
                &BTreeSet::new(),
                &serde_json::Map::new(),
            )
            .await?;
            for calendar in 0..here.div_ceil(CALENDAR) {
                let title = format!("护理员{calendar}");
                let actor = admin.actor();
                let id = calendar::open(work, &actor, care, community.id, "care-worker", &title, 1)
                    .await?;
                calendar::put_hours(work, id, &office_hours(), None).await?;
            }
            Ok(())
        }
        .await)?;
    }
    Ok(())
}

async fn list(core: &Core, residents: u64) -> Result<Vec<Community>> {
    let plugin: PluginId = "care/visits".parse()?;
    let mut communities = Vec::new();
    for at in 0..residents.div_ceil(COMMUNITY) {
        let (service, calendars) = view!(core, |work| async {
            let installation = installation::find(work, &plugin, &slug(at)).await?;
            let service = Service::of(work, installation).await?;
            let calendars = calendar::list(work, &service, None).await?;
            Ok((service, calendars))
        }
        .await)?;
        communities.push(Community {
            residents: at * COMMUNITY..residents.min((at + 1) * COMMUNITY),
            service,
            calendars: calendars.into_iter().map(|calendar| calendar.id).collect(),
        });
    }
    Ok(communities)
}
