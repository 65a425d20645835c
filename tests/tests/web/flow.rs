//! Spaces, courses and cases from page to page: what residents book, wait for and ask, and what staff do at their desks.

use anyhow::Context as _;
use jiff::civil::date;
use linli_core::case::{self, Opening, Place, TypeDraft};
use linli_core::course::{self, Draft};
use linli_core::space::{self, SpaceInput};
use linli_core::{Actor, Admin, Channel, Office, account, act, attendance};
use linli_domain::case::{Priority, Sla};
use linli_domain::enrolment::{CourseKind, WaitingRule};
use linli_domain::recurrence::Recurrence;
use linli_domain::slot::WorkingHours;
use linli_domain::space::SpaceRules;
use linli_domain::{CaseId, CourseId, Localised, SpaceId};
use linli_tests::html::{self, Form};
use linli_tests::site::{Answer, Site};
use linli_world::{Database, office_hours};
use reqwest::StatusCode;

/// A test on both databases, without any plugin.
macro_rules! on_both_hosts {
    ($name:ident, |$site:ident| $body:block) => {
        mod $name {
            use super::*;
            async fn run(database: Database) -> anyhow::Result<()> {
                let $site = Site::open(database).await?;
                $body
                Ok(())
            }
            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn sqlite() -> anyhow::Result<()> {
                run(Database::Sqlite).await
            }
            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn postgres() -> anyhow::Result<()> {
                run(Database::Postgres).await
            }
        }
    };
}

/// The form of a page that does something: by a hidden field, or by one of its buttons.
fn form(page: &Answer, verb: &str) -> anyhow::Result<Form> {
    let found = html::forms(&page.text)
        .into_iter()
        .find(|form| form.value("do") == Some(verb) || form.offered("do").contains(&verb));
    let found = found.with_context(|| format!("no form does '{verb}': {}", page.main()))?;
    Ok(found.with("do", verb))
}

/// A space of `east` that is open every day from 8 to 22.
async fn room(site: &Site, approval: bool) -> linli_core::Result<SpaceId> {
    let staff = Admin::at_command_line().at(site.world.east).actor();
    act!(site.world.core, |work| async {
        let input = SpaceInput {
            name: Localised::new("活动室", "Activity room"),
            place: "2-3".into(),
            kind: "room".into(),
            equipment: Vec::new(),
            capacity: 20,
            concurrency: 1,
            rules: SpaceRules {
                approval,
                ..SpaceRules::default()
            },
        };
        let space = space::add(work, &staff, site.world.east, input).await?;
        let hours = WorkingHours {
            days: Recurrence::new(date(2026, 1, 1), "FREQ=DAILY")
                .map_err(|error| linli_core::Error::Internal(error.to_string()))?,
            from_minute: 480,
            to_minute: 1_320,
            holidays: Default::default(),
        };
        space::add_hours(work, &staff, space.id, hours).await?;
        Ok(space.id)
    }
    .await)
}

/// Wang works for the community as well.
async fn hire_wang(site: &Site) -> linli_core::Result<()> {
    let admin = Admin::at_command_line();
    act!(site.world.core, |work| account::grant_community_staff(
        work,
        &admin,
        site.world.wang,
        Some(site.world.east)
    )
    .await)
    .map(drop)
}

on_both_hosts!(a_space_is_booked_waited_for_and_given_up, |site| {
    let id = room(&site, false).await?;
    let (li, wang) = (site.log_in("li").await?, site.log_in("wang").await?);
    let listed = li.get("/spaces").await?;
    listed.must(StatusCode::OK, &["Activity room"])?;
    let page = format!("/spaces/{id}?day=2026-11-25&minutes=60");
    let book = |page: &Answer, verb, title: &str| -> anyhow::Result<Form> {
        let form = form(page, verb)?.with("title", title).with("persons", "2");
        let first = form.offered("slot").first().map(|slot| (*slot).to_owned());
        Ok(match first {
            Some(slot) => form.with("slot", slot),
            None => form,
        })
    };
    let shown = li.get(&page).await?;
    let shown = shown.must(StatusCode::OK, &["08:00–09:00", "21:00–22:00"])?;
    let booked = li.submit(&book(&shown, "book", "Chess")?).await?;
    booked.must(StatusCode::OK, &["It is booked", "Chess", "Activity room"])?;
    // The time is gone for Wang, who waits and wants to be asked.
    let shown = wang.get(&page).await?.must_not(&["08:00–09:00"])?;
    let wait = form(&shown, "wait")?
        .with("day", "2026-11-25")
        .with("from", "08:00")
        .with("to", "09:00")
        .with("title", "Mahjong")
        .with("persons", "4");
    let waits = wang.submit(&wait).await?;
    waits.must(StatusCode::OK, &["You are on the waiting list", "Mahjong"])?;
    // And again: told, not done twice.
    let again = wang.submit(&wait).await?;
    again.must(StatusCode::OK, &["Problem:"])?;
    let mine = li.get("/bookings").await?;
    let cancel = mine.form("/bookings/cancel")?;
    let other = wang.post_form(&cancel).await?;
    other.must(StatusCode::SEE_OTHER, &[])?;
    let still = li.get("/bookings").await?;
    still
        .must(StatusCode::OK, &["Chess"])?
        .must_not(&["Cancelled"])?;
    li.submit(&cancel)
        .await?
        .must(StatusCode::OK, &["It is cancelled"])?;
    let offered = wang.get("/bookings").await?;
    let offered = offered.must(StatusCode::OK, &["Held", "120 minutes are left"])?;
    let confirm = offered.form("/bookings/confirm")?;
    wang.submit(&confirm)
        .await?
        .must(StatusCode::OK, &["It is booked", "Booked"])?
        .must_not(&["minutes are left"])?;
    // Moved to where it is free; back into the closed night it does not go.
    let mine = wang.get("/bookings").await?;
    let to = |from: &str, until: &str| -> anyhow::Result<Form> {
        Ok(mine
            .form("/bookings/move")?
            .with("day", "2026-11-26")
            .with("from", from)
            .with("to", until))
    };
    wang.submit(&to("10:00", "11:00")?)
        .await?
        .must(StatusCode::OK, &["It is moved", "10:00–11:00"])?;
    wang.submit(&to("02:00", "03:00")?)
        .await?
        .must(StatusCode::OK, &["Problem:", "10:00–11:00"])?;
});

on_both_hosts!(a_series_is_reported_conflict_by_conflict, |site| {
    let id = room(&site, false).await?;
    let li = site.log_in("li").await?;
    let page = li.get(&format!("/spaces/{id}?day=2026-11-25")).await?;
    let series = |page: &Answer, verb: &str| -> anyhow::Result<Form> {
        Ok(form(page, verb)?
            .with("day", "2026-11-25")
            .with("from", "10:00")
            .with("to", "11:00")
            .with("weeks", "3")
            .with("title", "Choir")
            .with("persons", "9"))
    };
    li.submit(&series(&page, "check")?)
        .await?
        .must(StatusCode::OK, &["Nothing was booked yet", "All are free"])?;
    li.submit(&series(&page, "none")?)
        .await?
        .must(StatusCode::OK, &["It is booked", "Choir"])?;
    li.submit(&series(&page, "check")?)
        .await?
        .must(StatusCode::OK, &["3 cannot be booked", "10:00–11:00"])?;
    li.submit(&series(&page, "free")?).await?.must(
        StatusCode::OK,
        &["Nothing was booked", "3 cannot be booked"],
    )?;
    let mine = li.get("/bookings").await?;
    li.submit(&mine.form("/bookings/series")?)
        .await?
        .must(StatusCode::OK, &["It is cancelled"])?
        .must_not(&["Choir"])?;
    let past = li.get("/bookings?past=1").await?;
    past.must(StatusCode::OK, &["Choir", "Cancelled"])?;
});

on_both_hosts!(staff_approve_bookings_and_keep_spaces, |site| {
    let id = room(&site, true).await?;
    hire_wang(&site).await?;
    let (li, wang) = (site.log_in("li").await?, site.log_in("wang").await?);
    let page = format!("/spaces/{id}?day=2026-11-25&minutes=60");
    for title in ["Chess", "Tea"] {
        let shown = li.get(&page).await?;
        let book = form(&shown, "book")?;
        let slot = book.offered("slot").first().map(|slot| (*slot).to_owned());
        let book = book
            .with("slot", slot.context("no slot")?)
            .with("title", title)
            .with("persons", "2");
        li.submit(&book)
            .await?
            .must(StatusCode::OK, &["Asked for", title])?;
    }
    let desk = wang.get("/work/east/community").await?;
    desk.must(StatusCode::OK, &["Bookings to approve"])?;
    let requests = "/work/east/community/requests";
    let asked = wang.get(requests).await?;
    let asked = asked.must(StatusCode::OK, &["Chess", "Tea"])?;
    wang.submit(&form(&asked, "approve")?)
        .await?
        .must(StatusCode::OK, &["Done"])?
        .must_not(&["Chess"])?;
    let asked = wang.get(requests).await?;
    let reject = form(&asked, "reject")?;
    wang.submit(&reject.clone().with("text", ""))
        .await?
        .must(StatusCode::OK, &["Give a reason", "Tea"])?;
    wang.submit(&reject.with("text", "Painters come"))
        .await?
        .must(StatusCode::OK, &["There is nothing to approve"])?;
    for path in [
        requests,
        "/work/east/community",
        "/work/east/community/spaces",
    ] {
        li.get(path).await?.must(StatusCode::FORBIDDEN, &[])?;
        let elsewhere = path.replace("east", "west");
        wang.get(&elsewhere)
            .await?
            .must(StatusCode::FORBIDDEN, &[])?;
    }
    // A space from nothing: added, opened, blacked out, its calendar read by whoever has the address.
    let spaces = wang.get("/work/east/community/spaces").await?;
    let add = spaces.form("/work/east/community/spaces")?;
    let add = add.with("zh", "书房").with("en", "Study");
    let added = wang.submit(&add).await?;
    let added = added.must(StatusCode::OK, &["Study", "open for 0 hours"])?;
    let study = html::links(&added.text);
    let study = study
        .iter()
        .filter(|link| link.contains("/spaces/"))
        .find(|link| !link.contains(&id.to_string()));
    let study = study.context("no page of it")?;
    let opened = wang
        .submit(&form(&wang.get(study).await?, "hours")?)
        .await?;
    let opened = opened.must(StatusCode::OK, &["08:00–20:00"])?;
    let blackout = form(&opened, "blackout")?
        .with("day", "2026-11-30")
        .with("from", "08:00")
        .with("to", "20:00")
        .with("text", "Painters");
    let blocked = wang.submit(&blackout).await?;
    let blocked = blocked.must(StatusCode::OK, &["Painters"])?;
    wang.submit(&form(&blocked, "lift")?)
        .await?
        .must(StatusCode::OK, &["Saved"])?
        .must_not(&["Painters"])?;
    let made = wang.post_form(&form(&blocked, "feed")?).await?;
    let made = made.must(StatusCode::OK, &["shown only this once"])?;
    let (_, secret) = made.text.split_once("/feed/").context("no address")?;
    let secret = secret.split('"').next().unwrap_or_default();
    site.visitor()?
        .get(&format!("/feed/{secret}"))
        .await?
        .must(StatusCode::OK, &["BEGIN:VCALENDAR", "书房"])?;
});

on_both_hosts!(a_last_place_is_waited_for_offered_and_taken, |site| {
    let keeper = Admin::at_command_line().at(site.world.east).actor();
    let draft = Draft {
        kind: CourseKind::Sessions,
        title: Localised::new("书法", "Calligraphy"),
        capacity: 1,
        ratio: None,
        ages: (None, None),
        hours: vec![office_hours()],
        days: (date(2026, 11, 25), Some(date(2027, 3, 1))),
        rule: WaitingRule::default(),
        offer_hours: 2,
        open: (None, None),
    };
    let id: CourseId = act!(site.world.core, |work| async {
        let id = course::create(work, &keeper, None, site.world.east, &draft).await?;
        let (from, to) = (date(2026, 11, 25), date(2026, 11, 28));
        attendance::plan(work, &keeper, id, from, to).await?;
        Ok(id)
    }
    .await)?;
    let (li, wang) = (site.log_in("li").await?, site.log_in("wang").await?);
    let page = format!("/courses/{id}");
    let shown = li.get(&page).await?;
    let shown = shown.must(StatusCode::OK, &["Calligraphy", "1 place", "09:00–17:00"])?;
    li.submit(&form(&shown, "enrol")?)
        .await?
        .must(StatusCode::OK, &["You have a place"])?;
    let shown = wang.get(&page).await?;
    wang.submit(&form(&shown, "enrol")?).await?.must(
        StatusCode::OK,
        &["You are on the waiting list", "place 1 in the list"],
    )?;
    let leave = form(&li.get("/courses").await?, "leave")?;
    li.submit(&leave)
        .await?
        .must(StatusCode::OK, &["It is cancelled"])?;
    let offered = wang.get("/courses").await?;
    let offered = offered.must(StatusCode::OK, &["A place is kept for you"])?;
    wang.submit(&form(&offered, "accept")?)
        .await?
        .must(StatusCode::OK, &["You have a place"])?;
    // At the desk: who comes and goes.
    let admin = site.log_in("admin").await?;
    let kept = admin.get("/work/east/community/courses").await?;
    let kept = kept.must(StatusCode::OK, &["Calligraphy"])?;
    let session = kept.link("/sessions/")?;
    // The next day, when everybody logs in anew.
    site.at_minute(1_440);
    let (admin, wang) = (site.log_in("admin").await?, site.log_in("wang").await?);
    let shown = admin.get(&session).await?;
    let shown = shown.must(StatusCode::OK, &["王", "Not written yet"])?;
    admin
        .submit(&form(&shown, "in")?)
        .await?
        .must(StatusCode::OK, &["Present", "came at 09:00"])?;
    let shown = admin.get(&session).await?;
    admin
        .submit(&form(&shown, "out")?)
        .await?
        .must(StatusCode::OK, &["left at 09:00"])?;
    let off = form(&shown, "call-off")?.with("text", "Ill");
    admin
        .submit(&off)
        .await?
        .must(StatusCode::OK, &["Does not take place", "Ill"])?;
    wang.get(&session).await?.must(StatusCode::FORBIDDEN, &[])?;
});

/// A repair that Li asks for.
async fn open(site: &Site) -> linli_core::Result<CaseId> {
    let admin = Admin {
        person: Some(site.world.admin),
    };
    let li = Actor {
        person: Some(site.world.li),
        subject: Some(site.world.li),
        office: Office::Resident,
        channel: Channel::Web,
    };
    act!(site.world.core, |work| async {
        let draft = TypeDraft {
            title: Localised::new("报修", "Repair"),
            sla: Sla {
                response_minutes: 120,
                resolution_minutes: 960,
            },
            confidential: false,
        };
        case::define_for_district(work, &admin.actor(), "repair", &draft).await?;
        let opening = Opening {
            community: site.world.east,
            installation: None,
            kind: "repair".into(),
            title: "Lamp <b>".into(),
            description: "The lamp at house 3 is out".into(),
            category: "lighting".into(),
            priority: Priority::Normal,
            place: Place::default(),
            parties: Vec::new(),
            parent: None,
            details: None,
        };
        Ok(case::open(work, &li, &opening).await?.0)
    }
    .await)
}

on_both_hosts!(a_case_goes_from_resident_to_desk_and_back, |site| {
    let id = open(&site).await?;
    hire_wang(&site).await?;
    let (li, wang) = (site.log_in("li").await?, site.log_in("wang").await?);
    let worker = site.log_in("worker").await?;
    let (own, desk) = (
        format!("/cases/{id}"),
        format!("/work/east/community/cases/{id}"),
    );
    li.get("/cases")
        .await?
        .must(StatusCode::OK, &["Lamp &lt;b&gt;", "Repair", "Open"])?;
    let mine = li.get(&own).await?;
    let mine = mine.must(
        StatusCode::OK,
        &["First response", "The office of", "house 3"],
    )?;
    li.submit(&form(&mine, "comment")?.with("text", "It is dark"))
        .await?
        .must(StatusCode::OK, &["It is dark", "The resident"])?;
    wang.get(&own).await?.must(StatusCode::NOT_FOUND, &[])?;
    // Wang takes it up, waits for a part, hands it over; the care workers refuse and take it.
    let queue = wang.get("/work/east/community").await?;
    queue.must(StatusCode::OK, &["Lamp &lt;b&gt;"])?;
    for verb in ["accept", "start"] {
        let page = wang.get(&desk).await?;
        wang.submit(&form(&page, verb)?)
            .await?
            .must(StatusCode::OK, &["Done"])?;
    }
    let page = wang.get(&desk).await?;
    let wait = form(&page, "wait")?.with("text", "A part is missing");
    wang.submit(&wait)
        .await?
        .must(StatusCode::OK, &["The clock stands", "A part is missing"])?;
    let page = wang.get(&desk).await?;
    wang.submit(&form(&page, "resume")?)
        .await?
        .must(StatusCode::OK, &["Being worked on"])?;
    let incoming = "/work/east/care";
    for (answer, words) in [("reject", "not taken over"), ("accept", "taken over")] {
        let page = wang.get(&desk).await?;
        let over = form(&page, "hand-over")?
            .with("to", "care")
            .with("text", "Not ours");
        wang.submit(&over)
            .await?
            .must(StatusCode::OK, &["Asked to take it over"])?;
        let asked = worker.get(incoming).await?;
        let asked = asked.must(StatusCode::OK, &["You are asked to take over", "Not ours"])?;
        let reply = form(&asked, answer)?.with("text", "Nor ours");
        worker
            .submit(&reply)
            .await?
            .must(StatusCode::OK, &["Done"])?;
        wang.get(&desk).await?.must(StatusCode::OK, &[words])?;
    }
    let theirs = format!("{incoming}/cases/{id}");
    let page = worker.get(&theirs).await?;
    let answer = form(&page, "resolve")?.with("text", "A new lamp burns");
    worker
        .submit(&answer)
        .await?
        .must(StatusCode::OK, &["Answered"])?;
    // Li reads the answer, closes, rates, and is not content after all.
    let mine = li.get(&own).await?;
    let mine = mine.must(StatusCode::OK, &["A new lamp burns", "public"])?;
    li.submit(&form(&mine, "close")?)
        .await?
        .must(StatusCode::OK, &["Closed"])?;
    let mine = li.get(&own).await?;
    li.submit(&form(&mine, "rate")?.with("stars", "2"))
        .await?
        .must(StatusCode::OK, &["2 stars"])?;
    let mine = li.get(&own).await?;
    li.submit(&form(&mine, "reopen")?.with("text", "Dark again"))
        .await?
        .must(StatusCode::OK, &["Reopened"])?;
    // What the form was shown for is not done for somebody else.
    let daughter = site.log_in("daughter").await?;
    let foreign = form(&li.get(&own).await?, "comment")?.with("text", "not hers");
    daughter
        .post_form(&foreign)
        .await?
        .must(StatusCode::SEE_OTHER, &[])?;
    li.get(&own).await?.must_not(&["not hers"])?;
});

on_both_hosts!(an_admin_enters_holidays, |site| {
    let admin = site.log_in("admin").await?;
    let page = admin.get("/admin/holidays").await?;
    let page = page.must(StatusCode::OK, &["Holidays", "2026"])?;
    let put = form(&page, "put")?
        .with("day", "2026-12-31")
        .with("kind", "holiday")
        .with("zh", "盘点")
        .with("en", "Stocktaking");
    let entered = admin.submit(&put).await?;
    let entered = entered.must(StatusCode::OK, &["Stocktaking"])?;
    // A working day that makes up for another is at a week-end.
    let wrong = put.with("kind", "1");
    admin
        .submit(&wrong)
        .await?
        .must(StatusCode::OK, &["make-up working day is a Saturday"])?;
    let mut removals = html::forms(&entered.text).into_iter();
    let removal = removals
        .find(|form| form.value("do") == Some("remove") && form.value("day") == Some("2026-12-31"));
    admin
        .submit(&removal.context("it cannot be removed")?)
        .await?
        .must(StatusCode::OK, &["Saved"])?
        .must_not(&["Stocktaking"])?;
    let li = site.log_in("li").await?;
    li.get("/admin/holidays")
        .await?
        .must(StatusCode::FORBIDDEN, &[])?;
});
