//! The calendar feed of a resident, from the page that makes its address to a program that has nothing else.

use crate::TOMORROW_AT_10;
use anyhow::Context as _;
use linli_tests::on_both_sites;
use linli_world::NOW;
use linli_world::python::{node, python};
use reqwest::{Method, StatusCode};

/// When the entries begin, in seconds, as Python's icalendar reads them.
const PYTHON: &str = r#"
import sys
from icalendar import Calendar
events = Calendar.from_ical(sys.stdin.buffer.read()).walk("VEVENT")
print(*(int(event["DTSTART"].dt.timestamp()) for event in events))
"#;

/// Likewise as ical.js does.
const NODE: &str = r#"
(async () => {
  const loaded = await import(require.resolve('ical.js'));
  const ICAL = loaded.default ?? loaded;
  const calendar = new ICAL.Component(ICAL.parse(require('fs').readFileSync(0, 'utf8')));
  const events = calendar.getAllSubcomponents('vevent').map((event) => new ICAL.Event(event));
  console.log(events.map((event) => event.startDate.toUnixTime()).join(' '));
})();
"#;

on_both_sites!(a_calendar_program_reads_by_the_address_alone, |site| {
    let li = site.consenting("li").await?;
    li.book("bathing", TOMORROW_AT_10).await?;
    let page = li.get("/my-data").await?;
    let page = page.must(StatusCode::OK, &["Appointments in your own calendar"])?;
    let made = li.post_form(&page.form("/my-data/feed")?).await?;
    let made = made.must(StatusCode::OK, &["shown only this once"])?;
    let (_, secret) = made.text.split_once("/feed/").context("no address")?;
    let secret = secret.split('"').next().unwrap_or_default();
    let path = format!("/feed/{secret}");
    let program = site.visitor()?;
    let read = program.get(&path).await?;
    let read = read.must(StatusCode::OK, &["BEGIN:VCALENDAR", "STATUS:CONFIRMED"])?;
    assert_eq!(read.headers["content-type"], "text/calendar; charset=utf-8");
    assert_eq!(read.headers["cache-control"], "private, max-age=300");
    assert!(!read.headers.contains_key("set-cookie"));
    let begins = (NOW.plus_minutes(TOMORROW_AT_10).0 / 1_000_000).to_string();
    assert_eq!(python(PYTHON, &read.text)?.trim(), begins);
    assert_eq!(node(NODE, &read.text)?.trim(), begins);
    let again = program
        .request(Method::GET, &path)
        .header("if-none-match", &read.headers["etag"]);
    let again = program.send(again).await?;
    again.must(StatusCode::NOT_MODIFIED, &[])?;
    // Whoever else logs in makes an address of their own, and a page shows none again.
    let page = li.get("/my-data").await?.must_not(&[secret])?;
    let revoked = li.submit(&page.form("/my-data/feed/revoke")?).await?;
    revoked.must(StatusCode::OK, &["The address no longer works"])?;
    for gone in [path.as_str(), "/feed/x.ics", "/feed/x"] {
        program.get(gone).await?.must(StatusCode::NOT_FOUND, &[])?;
    }
});
