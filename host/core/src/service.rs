//! A plugin in a community, as somebody reaches it: who may open which of its pages.

use crate::caller::{Caller, CallerKind, Login};
use crate::delegation;
use crate::error::{Refusal, Result};
use crate::work::Work;
use jiff::tz::TimeZone;
use linli_domain::manifest::{PageEntry, RESIDENT_AUDIENCE};
use linli_domain::{CommunityId, InstallationId, Locale, Manifest, PersonId, PluginId};
use linli_store::installation::Installation;
use linli_store::organisation::Organisation;
use linli_store::place::Community;
use linli_store::release::Release;
use std::collections::BTreeSet;
use std::sync::Arc;

/// A plugin in a community, with all that its operations need to know.
#[derive(Clone, Debug)]
pub struct Service {
    /// The installation.
    pub installation: Installation,
    /// Where.
    pub community: Community,
    /// Whose.
    pub organisation: Organisation,
    /// What runs.
    pub digest: String,
    /// What it says of itself.
    pub manifest: Arc<Manifest>,
    /// The district's time zone.
    pub zone: TimeZone,
}

impl Service {
    /// Its plugin.
    pub fn plugin(&self) -> &PluginId {
        &self.installation.plugin
    }

    /// Its installation.
    pub fn id(&self) -> InstallationId {
        self.installation.id
    }

    /// Reads it, enabled or not.
    pub async fn find(work: &mut Work, id: InstallationId) -> Result<Option<Self>> {
        match work.tx.find_installation(id).await? {
            Some(installation) => Self::of(work, installation).await.map(Some),
            None => Ok(None),
        }
    }

    /// Completes an installation.
    pub async fn of(work: &mut Work, installation: Installation) -> Result<Self> {
        let community = work
            .tx
            .find_community(installation.community_id)
            .await?
            .ok_or(Refusal::NotFound("community"))?;
        let release: Release = work
            .tx
            .find_release(installation.release_id)
            .await?
            .ok_or(Refusal::NotFound("release"))?;
        let organisation = work
            .tx
            .find_organisation(release.organisation_id)
            .await?
            .ok_or(Refusal::NotFound("organisation"))?;
        let zone = crate::district::zone(work).await?;
        Ok(Self {
            installation,
            community,
            organisation,
            digest: release.digest,
            manifest: Arc::new(release.manifest),
            zone,
        })
    }

    /// What is enabled in a community, or anywhere: one query, however many there are.
    pub async fn list_enabled(
        work: &mut Work,
        community: Option<CommunityId>,
    ) -> Result<Vec<Self>> {
        let found = match community {
            Some(community) => work.tx.list_served_in(community).await?,
            None => work.tx.list_served().await?,
        };
        let zone = crate::district::zone(work).await?;
        Ok(found
            .into_iter()
            .map(|served| Self {
                installation: Installation {
                    id: served.id,
                    plugin: served.plugin,
                    community_id: served.community_id,
                    release_id: served.release_id,
                    permissions: served.permissions,
                    settings: served.settings,
                    enabled: served.enabled,
                    changed: served.changed,
                    budgets: served.budgets,
                    breaker: served.breaker,
                },
                community: Community {
                    id: served.community_id,
                    slug: served.community_slug,
                    name: served.community_name,
                },
                organisation: Organisation {
                    id: served.organisation_id,
                    slug: served.organisation_slug,
                    name: served.organisation_name,
                    created: served.organisation_created,
                },
                digest: served.digest,
                manifest: Arc::new(served.manifest),
                zone: zone.clone(),
            })
            .collect())
    }

    /// Whether it is what somebody looks for: each of their words stands in its name, its summary or its organisation's
    /// name, in either language.
    pub fn answers_to(&self, looked_for: &str) -> bool {
        let texts = [
            &self.manifest.title,
            &self.manifest.summary,
            &self.organisation.name,
        ]
        .map(|text| format!("{}\n{}", text.zh, text.en).to_lowercase());
        looked_for
            .to_lowercase()
            .split_whitespace()
            .all(|word| texts.iter().any(|text| text.contains(word)))
    }

    /// The reference of a person for this plugin.
    pub fn reference(&self, work: &Work, person: PersonId) -> Result<String> {
        work.references
            .seal(self.plugin(), person)
            .ok_or_else(|| crate::Error::Internal("cannot make a reference".to_owned()))
    }

    /// Whom a reference names, if they are a resident that this installation serves or staff of its organisation.
    pub async fn open_reference(&self, work: &mut Work, reference: &str) -> Result<PersonId> {
        let person = work
            .references
            .open(self.plugin(), reference)
            .ok_or(Refusal::NotFound("person"))?;
        if self.serves(work, person).await? || self.employs(work, person).await? {
            Ok(person)
        } else {
            Err(Refusal::NotFound("person").into())
        }
    }

    /// Whether a person is a resident of the community.
    pub async fn serves(&self, work: &mut Work, person: PersonId) -> Result<bool> {
        let found = work.tx.find_person(person).await?;
        Ok(found.is_some_and(|person| person.community_id == Some(self.community.id)))
    }

    /// Whether a person works for the organisation in the community.
    pub async fn employs(&self, work: &mut Work, person: PersonId) -> Result<bool> {
        let roles = work.tx.list_roles(person, work.now).await?;
        Ok(roles.iter().any(|role| {
            role.organisation_id == Some(self.organisation.id)
                && role.community_id.is_none_or(|at| at == self.community.id)
        }))
    }
}

/// For whom somebody wants to act.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ActingFor {
    /// For themself, or as staff.
    Own,
    /// For a resident who has asked them to, or whose guardian they are.
    Resident(PersonId),
}

/// Opens a page of a plugin for somebody who is logged in: checks that the plugin is enabled there, that the page is for
/// them, and that they belong there. Absent and not-for-you are the same answer for residents of other communities.
pub async fn open_page(
    work: &mut Work,
    login: &Login,
    acting: ActingFor,
    locale: Locale,
    community: &str,
    plugin: &PluginId,
    path: &str,
) -> Result<(Service, Caller, PageEntry)> {
    let absent = Refusal::NotFound("service");
    let community = work
        .tx
        .find_community_by_slug(community)
        .await?
        .ok_or(absent.clone())?;
    let installation = work
        .tx
        .find_installation_of(plugin, community.id)
        .await?
        .ok_or(absent.clone())?;
    if !installation.enabled {
        return Err(absent.into());
    }
    let service = Service::of(work, installation).await?;
    let entry = service
        .manifest
        .page_of(path)
        .ok_or(Refusal::NotFound("page"))?
        .clone();
    let caller = caller_for(&service, login, acting, locale, &entry).ok_or(absent)?;
    Ok((service, caller, entry))
}

/// As what somebody may open a page; none where it is not for them.
pub fn caller_for(
    service: &Service,
    login: &Login,
    acting: ActingFor,
    locale: Locale,
    page: &PageEntry,
) -> Option<Caller> {
    let for_residents = page.audience.contains(RESIDENT_AUDIENCE);
    if let ActingFor::Resident(resident) = acting {
        let (delegation, _, community) = login
            .delegations
            .iter()
            .find(|(delegation, _, _)| delegation.resident_id == resident)?;
        let open = delegation::in_scope(delegation, service);
        if !for_residents || *community != Some(service.community.id) || !open {
            return None;
        }
        let kind = if delegation.kind == "guardian" {
            CallerKind::Guardian
        } else {
            CallerKind::Delegate
        };
        return Some(Caller {
            kind,
            person: Some(login.person),
            subject: Some(resident),
            role: None,
            locale,
        });
    }
    if let Some(role) = login
        .roles_at(service.organisation.id, service.community.id)
        .find(|role| page.audience.contains(*role))
    {
        let role = Some(role.to_owned());
        return Some(Caller {
            kind: CallerKind::Staff,
            person: Some(login.person),
            subject: None,
            role,
            locale,
        });
    }
    (for_residents && login.community == Some(service.community.id)).then_some(Caller {
        kind: CallerKind::Resident,
        person: Some(login.person),
        subject: Some(login.person),
        role: None,
        locale,
    })
}

/// The services that may be for somebody: of where they live, or whom they act for does; of where they work.
async fn services_of(work: &mut Work, login: &Login, acting: ActingFor) -> Result<Vec<Service>> {
    let mut communities: BTreeSet<CommunityId> = login.community_for(acting).into_iter().collect();
    if acting == ActingFor::Own {
        let mut at_organisations = login
            .roles
            .iter()
            .filter(|role| role.organisation_id.is_some());
        if at_organisations
            .clone()
            .any(|role| role.community_id.is_none())
        {
            return Service::list_enabled(work, None).await;
        }
        communities.extend(
            at_organisations
                .by_ref()
                .filter_map(|role| role.community_id),
        );
    }
    let mut services = Vec::new();
    for community in communities {
        services.extend(Service::list_enabled(work, Some(community)).await?);
    }
    Ok(services)
}

/// The enabled services of organisations for which somebody works, where they do.
pub async fn list_at_work(work: &mut Work, login: &Login) -> Result<Vec<Service>> {
    let mut services = services_of(work, login, ActingFor::Own).await?;
    services.retain(|service| login.works_at(service));
    Ok(services)
}

/// A service as menus list it: itself and those of its pages that are for somebody.
#[derive(Clone, Debug)]
pub struct MenuEntry {
    /// The service.
    pub service: Service,
    /// Its pages for menus.
    pub pages: Vec<PageEntry>,
}

/// The services that somebody may use, with the pages that menus list: where they live or act for somebody who does,
/// and where they work.
pub async fn list_menu(
    work: &mut Work,
    login: &Login,
    acting: ActingFor,
    locale: Locale,
) -> Result<Vec<MenuEntry>> {
    let mut entries = Vec::new();
    for service in services_of(work, login, acting).await? {
        let pages: Vec<_> = service
            .manifest
            .pages
            .iter()
            .filter(|page| page.menu && caller_for(&service, login, acting, locale, page).is_some())
            .cloned()
            .collect();
        if !pages.is_empty() {
            entries.push(MenuEntry { service, pages });
        }
    }
    Ok(entries)
}
