//! `POST …/budgets` changes what an installation may use; `POST …/try` ends a pause.

use super::installation::{Shown, show_with};
use crate::page::admin::budget_fields;
use crate::render::submission::Posted;
use crate::visit::{DistrictAdmin, see_other};
use axum::body::Bytes;
use axum::extract::Path;
use axum::response::Response;
use linli_core::{Error, Refusal, act, installation};
use linli_domain::InstallationId;
use linli_domain::budget::{Budget, Budgets};

/// Changes budgets of an installation.
pub(crate) async fn set_budgets(
    DistrictAdmin { visit, admin }: DistrictAdmin,
    Path(id): Path<InstallationId>,
    body: Bytes,
) -> Response {
    let t = visit.viewer.text();
    let posted = Posted::from_body(&body);
    let mut fields = budget_fields(&Budgets::default(), t);
    let mut wanted = Vec::new();
    for (field, budget) in fields.iter_mut().zip(Budget::ALL) {
        let given = posted.first(&format!("s.{}", field.name));
        let Some(given) = given.map(str::trim) else {
            continue;
        };
        given.clone_into(&mut field.value);
        match given.parse() {
            Ok(amount) => wanted.push((budget, amount)),
            Err(_) => field.problem = Some(t.problem_whole_number().to_owned()),
        }
    }
    let refused = |budgets| Shown {
        budgets: Some(budgets),
        ..Shown::default()
    };
    if fields.iter().any(|field| field.problem.is_some()) {
        return show_with(&visit, id, refused(fields)).await;
    }
    let changed = act!(visit.app.core, |work| installation::set_budgets(
        work, &admin, id, &wanted
    )
    .await);
    match changed {
        Ok(()) => {
            visit.say(true, t.said_budgets_saved().to_owned()).await;
            see_other(&format!("/admin/installations/{id}"))
        }
        Err(Error::Refused(Refusal::Field { field, problem })) => {
            for shown in &mut fields {
                if shown.name == field {
                    shown.problem = Some(problem.get(visit.viewer.locale).to_owned());
                }
            }
            show_with(&visit, id, refused(fields)).await
        }
        Err(error) => visit.refuse(error).await,
    }
}

/// Lets the next visitor try a paused installation.
pub(crate) async fn try_now(
    DistrictAdmin { visit, admin }: DistrictAdmin,
    Path(id): Path<InstallationId>,
) -> Response {
    match act!(visit.app.core, |work| installation::try_now(
        work, &admin, id
    )
    .await)
    {
        Ok(()) => {
            let said = visit.viewer.text().said_pause_ended().to_owned();
            visit.say(true, said).await;
            see_other(&format!("/admin/installations/{id}"))
        }
        Err(error) => visit.refuse(error).await,
    }
}
