//! `GET …/failures/ID` shows a failure, `GET …/failures/ID/report.json` is what its publisher gets; `POST …/failures/ID/recording`
//! hands the true recording to the admin, which the audit tells.

use super::installation::{find, what_of};
use crate::page::ErrorPage;
use crate::page::admin::FailurePage;
use crate::visit::{DistrictAdmin, Visit};
use axum::extract::Path;
use axum::http::HeaderValue;
use axum::http::header::{CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::response::{IntoResponse as _, Response};
use linli_core::store::ledger::Failure;
use linli_core::{Service, act, failure};
use linli_domain::{InstallationId, InvocationId};
use linli_engine::report;
use serde_json::{Value, json};

async fn failure_of(
    visit: &Visit,
    id: InstallationId,
    request: InvocationId,
) -> Result<(Service, Failure), Response> {
    let (service, _) = find(visit, id).await?;
    match visit.app.core.store.find_failure(id, request).await {
        Ok(Some(failure)) => Ok((service, failure)),
        Ok(None) => Err(visit.error(&ErrorPage::NotFound).await),
        Err(error) => Err(visit.fault(&error).await),
    }
}

/// Shows a failure.
pub(crate) async fn show(
    DistrictAdmin { visit, .. }: DistrictAdmin,
    Path((id, request)): Path<(InstallationId, InvocationId)>,
) -> Response {
    let (service, failure) = match failure_of(&visit, id, request).await {
        Ok(found) => found,
        Err(response) => return response,
    };
    let locale = visit.viewer.locale;
    let texts = |value: Option<&Value>| -> Vec<String> {
        let values = value.and_then(Value::as_array).into_iter().flatten();
        values
            .filter_map(|text| Some(text.as_str()?.to_owned()))
            .collect()
    };
    let used = failure.report.get("used");
    let amounts = used.and_then(Value::as_object).into_iter().flatten();
    let page = FailurePage {
        href: format!("/admin/installations/{id}/failures/{request}"),
        installation: format!("/admin/installations/{id}"),
        service: service.manifest.title.get(locale).to_owned(),
        community: service.community.name.get(locale).to_owned(),
        at: failure.at,
        what: what_of(&failure.report),
        reason: failure.reason.clone(),
        request: request.to_string(),
        back_trace: texts(failure.report.get("back-trace")),
        used: amounts
            .filter_map(|(name, amount)| Some((name.clone(), amount.as_i64()?.to_string())))
            .collect(),
        last_calls: texts(used.and_then(|used| used.get("last-host-calls"))),
        is_recorded: failure.report.get("replay").is_some_and(Value::is_object),
    };
    visit.page(&page).await
}

/// What the publisher gets.
pub(crate) async fn report(
    DistrictAdmin { visit, .. }: DistrictAdmin,
    Path((id, request)): Path<(InstallationId, InvocationId)>,
) -> Response {
    match failure_of(&visit, id, request).await {
        Ok((service, failure)) => {
            let seed = visit.app.core.seed();
            let report = report::for_publisher(&failure, &service.manifest, seed);
            file(&format!("linli-report-{request}.json"), &report)
        }
        Err(response) => response,
    }
}

/// The true recording, for the admin.
pub(crate) async fn recording(
    DistrictAdmin { visit, admin }: DistrictAdmin,
    Path((id, request)): Path<(InstallationId, InvocationId)>,
) -> Response {
    let (service, found) = match failure_of(&visit, id, request).await {
        Ok(found) => found,
        Err(response) => return response,
    };
    let opened = act!(visit.app.core, |work| failure::open(
        work, &admin, id, request
    )
    .await);
    let recorded = match opened {
        Ok(text) => serde_json::from_str::<Value>(&text).unwrap_or_default(),
        Err(error) => return visit.refuse(error).await,
    };
    let report = json!({
        "linli-report": 1,
        "plugin": service.plugin(),
        "invocation": request,
        "at": found.at.to_rfc3339(),
        "reason": found.reason,
        "report": { "replay": recorded },
    });
    file(&format!("linli-recording-{request}.json"), &report)
}

fn file(name: &str, content: &Value) -> Response {
    let mut response = format!("{content:#}\n").into_response();
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    if let Ok(disposition) = HeaderValue::from_str(&format!("attachment; filename=\"{name}\"")) {
        headers.insert(CONTENT_DISPOSITION, disposition);
    }
    response
}
