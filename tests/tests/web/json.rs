//! Pages as JSON: the same page, the same authority, the same act.

use anyhow::{Context as _, Result};
use linli_tests::on_site;
use linli_tests::site::{Answer, Client, HOME_CARE};
use linli_world::NOW;
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

async fn get(client: &Client, path: &str) -> Result<(Answer, Value)> {
    let request = client.request(Method::GET, path);
    let answer = client
        .send(request.header("accept", "application/json"))
        .await?;
    let body = serde_json::from_str(&answer.text)?;
    Ok((answer, body))
}

async fn post(client: &Client, path: &str, body: &Value) -> Result<(Answer, Value)> {
    let request = client.request(Method::POST, path).json(body);
    let answer = client.send(request).await?;
    let body = serde_json::from_str(&answer.text).with_context(|| answer.text.clone())?;
    Ok((answer, body))
}

fn block<'v>(page: &'v Value, kind: &str) -> Result<&'v Value> {
    let blocks = page["blocks"].as_array().context("no blocks")?;
    let found = blocks.iter().find(|block| block["kind"] == kind);
    found.with_context(|| format!("no {kind} in {page}"))
}

fn is_problem(answer: &Answer, body: &Value, status: StatusCode, code: &str) {
    assert_eq!(answer.status, status, "{body}");
    assert_eq!(answer.headers["content-type"], "application/problem+json");
    assert_eq!(body["type"], format!("urn:linli:problem:{code}"), "{body}");
    assert_eq!(body["status"], status.as_u16());
    assert!(body["title"].is_string() && body["detail"].is_string());
}

on_site!(a_visit_is_booked_with_json_once, |site| {
    let li = site.consenting("li").await?;
    let path = format!("{HOME_CARE}/book?offer=bathing");
    let (answer, page) = get(&li, &path).await?;
    assert_eq!(answer.status, StatusCode::OK);
    assert_eq!(answer.headers["content-type"], "application/json");
    assert_eq!(page["service"]["href"], HOME_CARE);
    assert_eq!(page["acting_for"], Value::Null);
    let html = li.get(&path).await?;
    let title = page["title"].as_str().context("no title")?;
    html.must(StatusCode::OK, &[title])?;
    let form = block(&page, "form")?;
    let fields = form["fields"].as_array().context("no fields")?;
    let slot = fields
        .iter()
        .find(|field| field["name"] == "slot")
        .context("no slot")?;
    let starts = NOW.plus_minutes(crate::TOMORROW_AT_10).to_rfc3339();
    let slots = slot["input"]["slots"].as_array().context("no slots")?;
    let slot = slots
        .iter()
        .find(|slot| slot["starts"] == starts.as_str())
        .with_context(|| format!("no slot at {starts}: {slots:?}"))?;
    let mut post_body = form["submit"]["post"].clone();
    let href = form["submit"]["href"].as_str().context("no href")?;
    // Without a slot it is invalid, by field.
    let (answer, body) = post(&li, href, &post_body).await?;
    is_problem(&answer, &body, StatusCode::UNPROCESSABLE_ENTITY, "invalid");
    assert_eq!(body["errors"][0]["field"], "slot");
    post_body["values"] = json!({ "slot": slot["value"], "wish": "请轻一点 & <b>" });
    // For somebody else it is refused.
    let mut foreign = post_body.clone();
    foreign["for"] = json!("somebody");
    let (answer, body) = post(&li, href, &foreign).await?;
    is_problem(&answer, &body, StatusCode::CONFLICT, "gone");
    let (answer, done) = post(&li, href, &post_body).await?;
    assert_eq!(answer.status, StatusCode::OK, "{done}");
    let to = done["to"].as_str().context("it leads nowhere")?;
    let (answer, again) = post(&li, href, &post_body).await?;
    assert_eq!((answer.status, &again), (StatusCode::OK, &done), "once");
    li.get(to)
        .await?
        .must(StatusCode::OK, &["请轻一点 &amp; &lt;b&gt;"])?;
    let (_, visit) = get(&li, to).await?;
    assert!(
        visit.to_string().contains("请轻一点 & <b>"),
        "plain text: {visit}"
    );
    // What is said is in the answer, not on the next page.
    assert!(done["say"].is_string());
});

on_site!(json_opens_no_more_than_pages, |site| {
    let visitor = site.visitor()?;
    let (answer, body) = get(&visitor, HOME_CARE).await?;
    is_problem(&answer, &body, StatusCode::UNAUTHORIZED, "log-in");
    let zhao = site.log_in("zhao").await?;
    let (answer, body) = get(&zhao, HOME_CARE).await?;
    is_problem(&answer, &body, StatusCode::NOT_FOUND, "not-found");
    // Who has agreed to nothing is asked, in a browser.
    let li = site.log_in("li").await?;
    let (answer, body) = get(&li, HOME_CARE).await?;
    is_problem(&answer, &body, StatusCode::FORBIDDEN, "consent-needed");
    let asked = body["href"].as_str().context("no href")?;
    li.agree(asked).await?;
    let (answer, _) = get(&li, HOME_CARE).await?;
    assert_eq!(answer.status, StatusCode::OK);
    // By the end of the address as well.
    for path in [
        format!("{HOME_CARE}/.json"),
        format!("{HOME_CARE}/book.json?offer=bathing"),
    ] {
        let answer = li.get(&path).await?;
        let page: Value = serde_json::from_str(&answer.text)?;
        assert!(page["blocks"].is_array(), "{path}");
    }
    // The delegate's page says for whom it is.
    let daughter = site.log_in("daughter").await?;
    let choose = daughter.get("/acting-for").await?;
    let form = choose
        .form("/acting-for")?
        .with("person", site.world.li.to_string());
    daughter.post_form(&form).await?;
    let (answer, page) = get(&daughter, HOME_CARE).await?;
    assert_eq!(answer.status, StatusCode::OK, "{page}");
    assert_eq!(page["acting_for"], "李秀英");
});

on_site!(a_post_of_json_is_read_or_refused, |site| {
    let li = site.consenting("li").await?;
    let path = format!("{HOME_CARE}/book?offer=bathing");
    for body in [
        "",
        "{",
        "[]",
        "3",
        "{\"values\": 3}",
        "{\"values\": {\"a\": {}}}",
    ] {
        let request = li
            .request(Method::POST, &path)
            .header("content-type", "application/json")
            .body(body);
        let answer = li.send(request).await?;
        let said: Value = serde_json::from_str(&answer.text)?;
        is_problem(&answer, &said, StatusCode::BAD_REQUEST, "malformed");
    }
    let request = li
        .request(Method::POST, &path)
        .header("origin", "https://evil.example")
        .json(&json!({}));
    let answer = li.send(request).await?;
    let said: Value = serde_json::from_str(&answer.text)?;
    is_problem(&answer, &said, StatusCode::FORBIDDEN, "other-site");
});

on_site!(a_wrong_method_says_which_are_right, |site| {
    let li = site.log_in("li").await?;
    for (method, path, allowed) in [
        (Method::DELETE, "/home", "GET"),
        (Method::GET, "/logout", "POST"),
        (Method::PUT, HOME_CARE, "POST"),
    ] {
        let request = li.request(method.clone(), path);
        let answer = li
            .send(request.header("sec-fetch-site", "same-origin"))
            .await?;
        let answer = answer.must(StatusCode::METHOD_NOT_ALLOWED, &["<h1"])?;
        let allow = answer.headers["allow"].to_str()?;
        assert!(allow.contains(allowed), "{method} {path}: {allow}");
    }
});
