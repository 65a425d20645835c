//! The counter: a community's staff act for a resident who is there in person.

use crate::app::App;
use crate::page::CounterPage;
use crate::route::need::Recorded;
use crate::route::place;
use crate::visit::{LoggedIn, Visit};
use axum::extract::{Form, Path, State};
use axum::response::Response;
use linli_core::counter::{self, CounterRefusal};
use linli_core::delegation::{self, NewDelegation};
use linli_core::my_data::correction;
use linli_core::{Actor, CommunityStaff, Login, Refusal, Result, Work, act, district, need, view};
use linli_domain::PersonId;
use linli_domain::delegation::{DelegationKind, Scope};
use serde::Deserialize;

/// The communities at whose counter one serves.
pub(crate) async fn places(
    LoggedIn { visit, login }: LoggedIn,
    State(app): State<App>,
) -> Response {
    let title = visit.viewer.text().counter_title();
    place::choose(&visit, &app, &login, title, "/counter", None).await
}

async fn staff(work: &mut Work, login: &Login, slug: &str) -> Result<CommunityStaff> {
    let community = district::community(work, slug).await?;
    login.community_staff(community.id)
}

/// Who acts for whom, in the session that lasts.
async fn acting(work: &mut Work, login: &Login, slug: &str) -> Result<(Actor, PersonId)> {
    let staff = staff(work, login, slug).await?;
    let found = counter::current(work, &staff).await?;
    let (session, _) = found.ok_or(Refusal::Counter(CounterRefusal::Over))?;
    let actor = counter::actor(work, &staff, session.id).await?;
    Ok((actor, session.resident_id))
}

/// Shows the session, or the form to begin one.
pub(crate) async fn show(
    LoggedIn { visit, login }: LoggedIn,
    State(app): State<App>,
    Path(slug): Path<String>,
) -> Response {
    let found = view!(app.core, |work| async {
        let community = district::community(work, &slug).await?;
        let staff = login.community_staff(community.id)?;
        Ok((community, counter::current(work, &staff).await?))
    }
    .await);
    match found {
        Ok((community, session)) => {
            let page = CounterPage {
                community: community.name.get(visit.viewer.locale).to_owned(),
                action: format!("/counter/{slug}"),
                session: session.map(|(session, name)| (name, session.expires)),
            };
            visit.page(&page).await
        }
        Err(error) => visit.refuse(error).await,
    }
}

async fn done(visit: &Visit, slug: &str, result: Result<()>) -> Response {
    let said = visit.viewer.text().said_saved();
    visit.done(result, said, &format!("/counter/{slug}")).await
}

#[derive(Deserialize)]
pub(crate) struct Begun {
    name: String,
    known: String,
    evidence: String,
}

/// Begins to act for a resident.
pub(crate) async fn begin(
    LoggedIn { visit, login }: LoggedIn,
    State(app): State<App>,
    Path(slug): Path<String>,
    Form(form): Form<Begun>,
) -> Response {
    let result = act!(app.core, |work| async {
        let staff = staff(work, &login, &slug).await?;
        let resident = counter::find_resident(work, &staff, &form.name, &form.known).await?;
        counter::begin(work, &staff, resident, &form.evidence)
            .await
            .map(|_| ())
    }
    .await);
    let said = visit.viewer.text().said_counter_begun();
    visit.done(result, said, &format!("/counter/{slug}")).await
}

/// Ends the session.
pub(crate) async fn end(
    LoggedIn { visit, login }: LoggedIn,
    State(app): State<App>,
    Path(slug): Path<String>,
) -> Response {
    let result = act!(app.core, |work| async {
        let staff = staff(work, &login, &slug).await?;
        match counter::current(work, &staff).await? {
            Some((session, _)) => counter::end(work, &staff, session.id).await,
            None => Ok(()),
        }
    }
    .await);
    let said = visit.viewer.text().said_ended();
    visit.done(result, said, &format!("/counter/{slug}")).await
}

/// Records a need of theirs.
pub(crate) async fn need(
    LoggedIn { visit, login }: LoggedIn,
    State(app): State<App>,
    Path(slug): Path<String>,
    Form(form): Form<Recorded>,
) -> Response {
    let said = form.said();
    let result = act!(app.core, |work| async {
        let (actor, resident) = acting(work, &login, &slug).await?;
        need::record(work, &actor, resident, &said)
            .await
            .map(|_| ())
    }
    .await);
    done(&visit, &slug, result).await
}

#[derive(Deserialize)]
pub(crate) struct Phone {
    phone: String,
}

/// Changes their telephone number.
pub(crate) async fn phone(
    LoggedIn { visit, login }: LoggedIn,
    State(app): State<App>,
    Path(slug): Path<String>,
    Form(form): Form<Phone>,
) -> Response {
    let result = act!(app.core, |work| async {
        let (actor, resident) = acting(work, &login, &slug).await?;
        correction::set_phone(work, &actor, resident, Some(&form.phone)).await
    }
    .await);
    done(&visit, &slug, result).await
}

/// Lets somebody act for them.
pub(crate) async fn delegate(
    LoggedIn { visit, login }: LoggedIn,
    State(app): State<App>,
    Path(slug): Path<String>,
    Form(form): Form<Begun>,
) -> Response {
    let result = act!(app.core, |work| async {
        let (actor, resident) = acting(work, &login, &slug).await?;
        let delegate =
            delegation::find_delegate(work, &actor, resident, &form.name, &form.known).await?;
        let new = NewDelegation {
            resident,
            delegate,
            kind: DelegationKind::Delegate,
            scope: Scope::all(),
            evidence: form.evidence.clone(),
            expires: None,
        };
        delegation::grant(work, &actor, &new).await.map(|_| ())
    }
    .await);
    done(&visit, &slug, result).await
}
