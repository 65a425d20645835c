//! The district at a glance.

use crate::app::App;
use crate::page::admin::{OverviewPage, Trouble};
use crate::visit::DistrictAdmin;
use axum::extract::State;
use axum::response::Response;
use linli_core::{Service, dead_letter, view};

/// How long a failure counts as trouble, in minutes.
const TROUBLE_MINUTES: i64 = 24 * 60;
/// How many ill services are shown.
const TROUBLES: i64 = 50;

/// Shows it.
pub(crate) async fn overview(
    DistrictAdmin { visit, admin }: DistrictAdmin,
    State(app): State<App>,
) -> Response {
    let found = view!(app.core, |work| async {
        let communities = work.tx.list_communities().await?;
        let mut residents = 0;
        for community in &communities {
            residents += work.tx.count_residents(community.id).await?;
        }
        let services = Service::list_enabled(work, None).await?;
        let organisations = work.tx.list_organisations().await?.len();
        let releases = work.tx.list_releases().await?;
        Ok((
            communities.len(),
            residents,
            services,
            organisations,
            releases,
            dead_letter::list(work, &admin, None).await?.len(),
        ))
    }
    .await);
    let (communities, residents, services, organisations, releases, dead) = match found {
        Ok(found) => found,
        Err(error) => return visit.refuse(error).await,
    };
    let locale = visit.viewer.locale;
    let since = visit.viewer.now.plus_minutes(-TROUBLE_MINUTES);
    let failures = match app.core.store.list_failing(since, TROUBLES).await {
        Ok(failures) => failures,
        Err(error) => return visit.fault(&error).await,
    };
    let troubles = failures
        .into_iter()
        .filter_map(|failure| {
            let mut enabled = services.iter();
            let service = enabled.find(|service| service.id() == failure.installation_id)?;
            Some(Trouble {
                service: service.manifest.title.get(locale).to_owned(),
                community: service.community.name.get(locale).to_owned(),
                reason: failure.reason,
                at: failure.at,
                href: format!("/admin/installations/{}", service.id()),
            })
        })
        .collect();
    let count = |number: usize| u64::try_from(number).unwrap_or(u64::MAX);
    let page = OverviewPage {
        district: visit.district.clone(),
        residents: u64::try_from(residents).unwrap_or_default(),
        communities: count(communities),
        organisations: count(organisations),
        installations: count(services.len()),
        waiting: releases
            .iter()
            .filter(|release| release.state == "waiting")
            .map(|release| {
                let name = format!("{} {}", release.manifest.title.get(locale), release.version);
                (name, format!("/admin/releases/{}", release.id))
            })
            .collect(),
        troubles,
        dead: count(dead),
    };
    visit.page(&page).await
}
