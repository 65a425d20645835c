//! Invitations to roles: who was invited, inviting, letters, taking back.

use crate::app::App;
use crate::i18n::Text;
use crate::page::admin::{InvitationEntry, InvitationLetterPage, InvitationState, InvitationsPage};
use crate::route::admin::problems;
use crate::route::inbox::Before;
use crate::visit::{DistrictAdmin, ProvenAdmin, Visit, see_other};
use axum::extract::{Form, Path, Query, State};
use axum::response::Response;
use linli_core::caller::{COMMUNITY_STAFF, DISTRICT_ADMIN, ENTERPRISE_CONTACT, VOLUNTEER};
use linli_core::invitation::{self, NewInvitation};
use linli_core::{Admin, Refusal, act, view};
use linli_domain::{CommunityId, DeliveryId, Instant, Locale, OrganisationId};
use serde::Deserialize;

/// What a role of the host's own is called; the code of any other.
pub(crate) fn role_name(t: Text, code: &str) -> String {
    match code {
        DISTRICT_ADMIN => t.role_district_admin().to_owned(),
        COMMUNITY_STAFF => t.role_community_staff().to_owned(),
        VOLUNTEER => t.role_volunteer().to_owned(),
        ENTERPRISE_CONTACT => t.role_enterprise_contact().to_owned(),
        code => code.to_owned(),
    }
}

/// Where a role is.
pub(crate) fn where_name(
    t: Text,
    organisation: Option<String>,
    community: Option<String>,
) -> String {
    let community = community.unwrap_or_else(|| t.role_everywhere().to_owned());
    match organisation {
        Some(organisation) => format!("{organisation} · {community}"),
        None => community,
    }
}

/// Shows all of them.
pub(crate) async fn list(
    DistrictAdmin { visit, admin }: DistrictAdmin,
    Query(before): Query<Before>,
) -> Response {
    let before = before.position().map(|(at, id)| (at, DeliveryId(id)));
    show(
        &visit,
        &admin,
        before,
        InvitationForm::default(),
        Vec::new(),
    )
    .await
}

async fn show(
    visit: &Visit,
    admin: &Admin,
    before: Option<(Instant, DeliveryId)>,
    typed: InvitationForm,
    problems: Vec<String>,
) -> Response {
    let found = view!(visit.app.core, |work| async {
        Ok((
            invitation::list(work, admin, before).await?,
            work.tx.list_communities().await?,
            work.tx.list_organisations().await?,
        ))
    }
    .await);
    let (invitations, communities, organisations) = match found {
        Ok(found) => found,
        Err(error) => return visit.refuse(error).await,
    };
    let (locale, now, t) = (visit.viewer.locale, visit.viewer.now, visit.viewer.text());
    let full = i64::try_from(invitations.len()).is_ok_and(|count| count == invitation::MAX_SLICE);
    let next = invitations
        .last()
        .filter(|_| full)
        .map(|last| format!("/admin/invitations?at={}&id={}", last.created.0, last.id));
    let name_of = |id: Option<CommunityId>| {
        let found = communities.iter().find(|found| Some(found.id) == id);
        found.map(|found| found.name.get(locale).to_owned())
    };
    let organisation_of = |id: Option<OrganisationId>| {
        let found = organisations.iter().find(|found| Some(found.id) == id);
        found.map(|found| found.name.get(locale).to_owned())
    };
    let entries = invitations
        .into_iter()
        .map(|invitation| InvitationEntry {
            id: invitation.id.to_string(),
            state: if invitation.accepted.is_some() {
                InvitationState::Accepted
            } else if invitation.revoked.is_some() {
                InvitationState::Revoked
            } else if invitation.expires <= now {
                InvitationState::Expired
            } else {
                InvitationState::Open
            },
            role: role_name(t, &invitation.role),
            at: where_name(
                t,
                organisation_of(invitation.organisation_id),
                name_of(invitation.community_id),
            ),
            by_mail: invitation.email.is_some(),
            name: invitation.name,
            created: invitation.created,
            expires: invitation.expires,
        })
        .collect();
    let page = InvitationsPage {
        invitations: entries,
        next,
        communities: communities
            .iter()
            .map(|found| (found.id.to_string(), found.name.get(locale).to_owned()))
            .collect(),
        organisations: organisations
            .iter()
            .map(|found| (found.id.to_string(), found.name.get(locale).to_owned()))
            .collect(),
        typed: [typed.name, typed.email, typed.role],
        problems,
    };
    visit.page(&page).await
}

#[derive(Default, Deserialize)]
pub(crate) struct InvitationForm {
    name: String,
    #[serde(default)]
    email: String,
    language: String,
    office: String,
    #[serde(default)]
    role: String,
    #[serde(default)]
    community: String,
}

/// Invites somebody.
pub(crate) async fn invite(
    ProvenAdmin { visit, admin }: ProvenAdmin,
    State(app): State<App>,
    Form(form): Form<InvitationForm>,
) -> Response {
    let community = form.community.parse::<CommunityId>().ok();
    // An office of the district or a community, or an organisation's own role.
    let organisation = form.office.parse::<OrganisationId>().ok();
    let role = match organisation {
        Some(_) => form.role.trim(),
        None => form.office.as_str(),
    };
    let invited = act!(app.core, |work| async {
        if let Some(id) = organisation {
            let found = work.tx.find_organisation(id).await?;
            found.ok_or(Refusal::NotFound("organisation"))?;
        }
        let new = NewInvitation {
            name: &form.name,
            email: &form.email,
            locale: Locale::from_tag(&form.language).unwrap_or_default(),
            role,
            organisation,
            community: community.filter(|_| role != DISTRICT_ADMIN),
            role_expires: None,
        };
        invitation::invite(work, &admin, &new).await
    }
    .await);
    match invited {
        Ok(_) => {
            let said = visit.viewer.text().said_invited(form.name.trim());
            visit.say(true, said).await;
            see_other("/admin/invitations")
        }
        Err(error) => match problems(&visit, error) {
            Ok(problems) => show(&visit, &admin, None, form, problems).await,
            Err(error) => visit.refuse(error).await,
        },
    }
}

/// Takes one back.
pub(crate) async fn revoke(
    DistrictAdmin { visit, admin }: DistrictAdmin,
    State(app): State<App>,
    Path(id): Path<DeliveryId>,
) -> Response {
    match act!(app.core, |work| invitation::revoke(work, &admin, id).await) {
        Ok(()) => {
            let said = visit.viewer.text().said_invitation_revoked();
            visit.say(true, said).await;
            see_other("/admin/invitations")
        }
        Err(error) => visit.refuse(error).await,
    }
}

/// Shows the letter with the code, to be printed. It is a post: whoever sees the code is written down.
pub(crate) async fn letter(
    ProvenAdmin { visit, admin }: ProvenAdmin,
    State(app): State<App>,
    Path(id): Path<DeliveryId>,
) -> Response {
    let found = act!(app.core, |work| async {
        let (invitation, code) = invitation::letter(work, &admin, id).await?;
        let organisation = match invitation.organisation_id {
            Some(id) => work.tx.find_organisation(id).await?,
            None => None,
        };
        let community = match invitation.community_id {
            Some(id) => work.tx.find_community(id).await?,
            None => None,
        };
        let district = work.tx.find_district().await?;
        Ok((invitation, code, organisation, community, district))
    }
    .await);
    match found {
        Ok((invitation, code, organisation, community, district)) => {
            // In the language of whom it is for.
            let locale = invitation.locale;
            let t = Text::of(locale);
            let page = InvitationLetterPage {
                locale,
                district: district
                    .map_or_else(String::new, |found| found.name.get(locale).to_owned()),
                role: role_name(t, &invitation.role),
                at: where_name(
                    t,
                    organisation.map(|found| found.name.get(locale).to_owned()),
                    community.map(|found| found.name.get(locale).to_owned()),
                ),
                name: invitation.name,
                code,
                expires: invitation.expires,
            };
            visit.page(&page).await
        }
        Err(error) => visit.refuse(error).await,
    }
}
