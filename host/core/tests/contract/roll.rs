//! The import of a resident roll: all rows or none.

use linli_core::roll::{self, Outcome, Report, RollRefusal, RowProblem};
use linli_core::store::resident::Listed;
use linli_core::{Actor, Admin, Mode, Refusal, Result, act, need, resident, segment, view};
use linli_domain::identity::IdentityNumber;
use linli_domain::need::NeedState;
use linli_domain::*;
use linli_world::{World, on_both, refusal};
use std::io::Cursor;
use tokio::sync::Notify;

const HEADER: &str = "姓名,身份证号,联系电话,楼栋,房号,与户主关系,人群分类,需求\n";

#[derive(Default)]
struct Told(Vec<RowProblem>);

impl Report for Told {
    fn problem(&mut self, problem: &RowProblem) {
        self.0.push(problem.clone());
    }
    fn progress(&mut self, _rows: u64) {}
}

fn staff(community: CommunityId) -> Actor {
    Admin::at_command_line().at(community).actor()
}

/// The n-th identity number: a woman of 1960 for even n.
fn identity(n: u32) -> String {
    let order = n % 1000;
    let day = jiff::civil::date(1960, 1, 1)
        .checked_add(jiff::Span::new().days(i64::from(n / 1000)))
        .unwrap();
    let body = format!("110105{}{order:03}", day.strftime("%Y%m%d"));
    "0123456789X"
        .chars()
        .map(|check| format!("{body}{check}"))
        .find(|number| number.parse::<IdentityNumber>().is_ok())
        .unwrap()
}

fn rows(from: u32, to: u32) -> String {
    (from..to)
        .map(|n| {
            let (building, unit) = (n / 60 + 1, n / 2 % 30 + 101);
            let relation = if n % 2 == 0 { "户主" } else { "配偶" };
            format!(
                "居民{n},{},1390000{n:04},{building}号楼,{unit},{relation},独居；残疾,meals:少盐\n",
                identity(n)
            )
        })
        .collect()
}

async fn import(
    world: &World,
    text: impl Into<Vec<u8>>,
    dry_run: bool,
) -> (Result<Outcome>, Vec<RowProblem>) {
    let mut told = Told::default();
    let file = Cursor::new(text.into());
    let done = roll::import(
        &world.core,
        &staff(world.east),
        world.east,
        file,
        dry_run,
        &mut told,
    )
    .await;
    (done, told.0)
}

async fn residents(world: &World) -> Vec<Listed> {
    let (mut all, mut after) = (Vec::new(), None);
    loop {
        let page = view!(world.core, |work| resident::list(
            work,
            &staff(world.east),
            world.east,
            after,
            100
        )
        .await)
        .unwrap();
        let Some(last) = page.last() else { return all };
        after = Some(last.id);
        all.extend(page);
    }
}

/// Nothing is staged.
async fn nothing_is_left(world: &World) {
    let mut work = world.core.begin(Mode::View).await.unwrap();
    assert!(work.tx.list_rolls(world.east).await.unwrap().is_empty());
}

on_both!(a_roll_is_imported_and_imported_again, |world| {
    let east = staff(world.east);
    let (done, problems) = import(&world, format!("{HEADER}{}", rows(0, 700)), false).await;
    assert!(problems.is_empty(), "{problems:?}");
    let expected = Outcome {
        rows: 700,
        created: 700,
        updated: 0,
        problems: 0,
        done: true,
    };
    assert_eq!(done?, expected);
    let all = residents(&world).await;
    assert_eq!(all.len(), 702);
    let arrivals = "SELECT name FROM topic_message";
    let arrivals = world.texts(arrivals).await?;
    assert_eq!(arrivals.len(), 700, "each is told once");
    assert!(arrivals.iter().all(|name| name == "moved-in"));
    let one = all.iter().find(|one| one.name == "居民2").unwrap().clone();
    assert_eq!(
        (one.relation.as_deref(), one.birth_date),
        (Some("head"), Some(jiff::civil::date(1960, 1, 1)))
    );
    let (person, home, segments, needs, stays) = view!(world.core, |work| async {
        Ok((
            work.tx
                .find_person_by_identity(&identity(2))
                .await?
                .unwrap(),
            work.tx
                .find_residence(one.household_id.unwrap())
                .await?
                .unwrap(),
            segment::list(work, &east, one.id).await?,
            need::list(work, &east, one.id, None, 10).await?,
            resident::list_stays(work, &east, one.id, None, 10).await?,
        ))
    }
    .await)?;
    assert_eq!(
        (person.id, person.phone.as_deref()),
        (one.id, Some("13900000002"))
    );
    assert_eq!(
        (home.building.as_str(), home.unit.as_str()),
        ("1号楼", "102")
    );
    assert_eq!(
        segments.iter().map(|s| s.code.as_str()).collect::<Vec<_>>(),
        ["disabled", "living-alone"]
    );
    assert_eq!(
        (needs[0].note.as_str(), needs[0].source.as_str()),
        ("少盐", "import")
    );
    assert_eq!(stays.len(), 1);
    nothing_is_left(&world).await;

    // She corrects nothing but takes back her need; then the roll comes again: moved, a blank phone, one segment.
    let own = Actor {
        subject: Some(one.id),
        office: linli_core::Office::Resident,
        ..east
    };
    act!(world.core, |work| need::become_state(
        work,
        &own,
        needs[0].id,
        1,
        NeedState::Withdrawn
    )
    .await)?;
    world.clock.set(world.core.now().plus_days(30));
    let again = format!(
        "{HEADER}居民二,{},,8号楼,101,,living-alone,meals:又来\n",
        identity(2)
    );
    let (done, problems) = import(&world, again, false).await;
    assert!(problems.is_empty(), "{problems:?}");
    assert_eq!((done?.updated, residents(&world).await.len()), (1, 702));
    let (person, registration, segments, needs, stays) = view!(world.core, |work| async {
        Ok((
            work.tx.find_person(one.id).await?.unwrap(),
            resident::find(work, &east, one.id).await?,
            segment::list(work, &east, one.id).await?,
            need::list(work, &east, one.id, None, 10).await?,
            resident::list_stays(work, &east, one.id, None, 10).await?,
        ))
    }
    .await)?;
    assert_eq!(
        (person.name.as_str(), person.phone.as_deref()),
        ("居民二", Some("13900000002"))
    );
    assert_ne!(registration.household_id, one.household_id);
    assert_eq!(
        registration.relation, None,
        "a relation does not move along"
    );
    assert_eq!(segments.len(), 1);
    assert_eq!(
        (needs.len(), needs[0].state),
        (1, NeedState::Withdrawn),
        "what she took back stays so"
    );
    assert_eq!(
        stays
            .iter()
            .map(|stay| stay.until.is_some())
            .collect::<Vec<_>>(),
        [true, false]
    );
});

on_both!(every_bad_row_is_told_and_none_is_imported, |world| {
    let zhao = world.zhao;
    act!(world.core, |work| async {
        let mut person = work.tx.find_person(zhao).await?.unwrap();
        person.id = work.id();
        person.identity_number = Some(identity(900));
        Ok(work.tx.create_person(&person).await?)
    }
    .await)?;
    let text = format!(
        "{HEADER}{}\
         ,{},,,,,,\n\
         甲,123,电话,1号楼,,朋友,over-80,???\n\
         乙,{},,,,,,\n\
         丙,{},,1号楼,101,户主,,\n\
         丁,{},,,,,,\n",
        rows(0, 10),
        identity(800),
        identity(3),
        identity(801),
        identity(900),
    );
    let (done, problems) = import(&world, text.clone(), false).await;
    let outcome = done?;
    assert_eq!(
        (outcome.rows, outcome.problems, outcome.done),
        (15, 10, false)
    );
    let told: Vec<_> = problems
        .iter()
        .map(|p| (p.line, p.problem.column.en.as_str()))
        .collect();
    for expected in [
        (12, "name"),
        (13, "identity-number"),
        (13, "phone"),
        (13, "unit"),
        (13, "relation"),
        (13, "segments"),
        (13, "needs"),
        (14, "identity-number"),
        (15, "relation"),
        (16, "identity-number"),
    ] {
        assert!(told.contains(&expected), "{expected:?} is not in {told:?}");
    }
    assert!(
        problems
            .iter()
            .any(|p| p.problem.problem.zh.contains("第 5 行")),
        "where it stands first"
    );
    assert_eq!(residents(&world).await.len(), 2);
    nothing_is_left(&world).await;
    let (dry, again) = import(&world, text, true).await;
    assert_eq!(
        (dry?.problems, again.len()),
        (10, 10),
        "a dry run tells the same"
    );
    let (dry, _) = import(&world, format!("{HEADER}{}", rows(0, 10)), true).await;
    assert_eq!((dry?.created, residents(&world).await.len()), (10, 2));
});

on_both!(
    a_roll_in_the_encoding_of_chinese_spreadsheets_is_read,
    |world| {
        let text = format!("{HEADER}{}", rows(0, 4));
        let (encoded, _, _) = encoding_rs::GB18030.encode(&text);
        let (done, problems) = import(&world, encoded.into_owned(), false).await;
        assert!(problems.is_empty(), "{problems:?}");
        assert_eq!(done?.created, 4);
        let marked = [&[0xef, 0xbb, 0xbf], text.as_bytes()].concat();
        let (done, _) = import(&world, marked, false).await;
        assert_eq!(done?.updated, 4);
        assert!(
            residents(&world)
                .await
                .iter()
                .any(|one| one.name == "居民3")
        );
    }
);

on_both!(odd_files_are_refused_in_words, |world| {
    let roll = |text: &str| import(&world, text.as_bytes().to_vec(), false);
    for (text, why) in [
        ("", RollRefusal::Empty),
        ("姓名,身份证号\n", RollRefusal::Empty),
        ("\u{feff}\n\n", RollRefusal::Empty),
    ] {
        assert_eq!(refusal(roll(text).await.0), Refusal::Roll(why), "{text:?}");
    }
    let endless = format!("{HEADER}\"{}", "x,y\n".repeat(40_000));
    assert_eq!(
        refusal(roll(&endless).await.0),
        Refusal::Roll(RollRefusal::LongRow(2))
    );
    let utf16: Vec<u8> = "\u{feff}姓名"
        .encode_utf16()
        .flat_map(u16::to_le_bytes)
        .collect();
    assert_eq!(
        refusal(import(&world, utf16, false).await.0),
        Refusal::Roll(RollRefusal::Encoding)
    );
    for headings in [
        "姓名;身份证号\n甲;1\n",
        "姓名,姓名,身份证号\n",
        "name\n",
        "\0,\u{202e}\n",
    ] {
        let (done, problems) = roll(headings).await;
        assert!(!done?.done && !problems.is_empty(), "{headings:?}");
    }
    let stranger = roll::import(
        &world.core,
        &staff(world.west),
        world.east,
        Cursor::new(Vec::new()),
        true,
        &mut Told::default(),
    )
    .await;
    assert_eq!(refusal(stranger), Refusal::NotAllowed);
    nothing_is_left(&world).await;
    assert_eq!(residents(&world).await.len(), 2);
});

on_both!(whatever_a_file_holds_all_or_nothing_is_imported, |world| {
    // Cells from a small set of troublesome ones, mixed by a fixed sequence.
    let cells = [
        "",
        " ",
        "甲",
        "\"",
        "\"\"",
        "\"a,b\"",
        "\"x\ny\"",
        "'110105196001010011",
        "=1+1",
        "\u{fffd}",
        "\t",
        "１２３",
        "\r",
        "head",
        "户主",
        ";;;",
        "a:b;c",
        "0",
        "9999-99-99",
        "\u{0}",
    ];
    let good = identity(5);
    let mut state = 7_u32;
    let mut next = |most: usize| {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        usize::try_from(state >> 8).unwrap_or(0) % most
    };
    for _ in 0..40 {
        let mut text = HEADER.to_owned();
        for _ in 0..=next(6) {
            for _ in 0..next(12) {
                let cell = if next(4) == 0 {
                    good.as_str()
                } else {
                    cells[next(cells.len())]
                };
                text += cell;
                text.push(',');
            }
            text += ["\n", "\r\n", "\r"][next(3)];
        }
        let before = residents(&world).await.len();
        let (done, problems) = import(&world, text.clone(), false).await;
        let after = residents(&world).await.len();
        match done {
            Ok(outcome) if outcome.done => {
                assert!(problems.is_empty());
                assert_eq!(u64::try_from(after - before)?, outcome.created, "{text:?}");
            }
            Ok(outcome) => assert!(outcome.problems > 0 && before == after, "{text:?}"),
            Err(error) => assert!(
                error.refusal().is_some() && before == after,
                "{text:?}: {error}"
            ),
        }
    }
});

/// Says when the first batch is staged.
struct FirstBatch<'a>(&'a Notify);

impl Report for FirstBatch<'_> {
    fn problem(&mut self, _problem: &RowProblem) {}
    fn progress(&mut self, _rows: u64) {
        self.0.notify_one();
    }
}

on_both!(an_import_that_is_killed_leaves_nothing, |world| {
    let (staged, east) = (Notify::new(), staff(world.east));
    let text = format!("{HEADER}{}", rows(0, 1_200));
    let mut report = FirstBatch(&staged);
    {
        let running = roll::import(
            &world.core,
            &east,
            world.east,
            Cursor::new(text),
            false,
            &mut report,
        );
        tokio::select! {
            biased;
            () = staged.notified() => {}
            done = running => unreachable!("it was to be killed: {done:?}"),
        }
    }
    let left = async || {
        let mut work = world.core.begin(Mode::View).await.unwrap();
        work.tx.list_rolls(world.east).await.unwrap().len()
    };
    assert_eq!(
        (left().await, residents(&world).await.len()),
        (1, 2),
        "only staged"
    );
    world.clock.set(world.core.now().plus_days(2));
    roll::sweep(&world.core).await?;
    assert_eq!(
        (left().await, residents(&world).await.len()),
        (0, 2),
        "swept out"
    );
    let (done, _) = import(&world, format!("{HEADER}{}", rows(0, 20)), false).await;
    assert!(done?.done);
});

/// Runs another import of the same community when the first batch is staged.
struct Replacing<'a> {
    world: &'a World,
    second: Option<Result<Outcome>>,
}

impl Report for Replacing<'_> {
    fn problem(&mut self, _problem: &RowProblem) {}
    fn progress(&mut self, _rows: u64) {
        if self.second.is_some() {
            return;
        }
        let (world, runtime) = (self.world, tokio::runtime::Handle::current());
        let second = std::thread::scope(|scope| {
            let text = format!("{HEADER}{}", rows(0, 10));
            let other = scope.spawn(move || runtime.block_on(import(world, text, false)).0);
            other.join().unwrap()
        });
        self.second = Some(second);
    }
}

on_both!(an_import_that_another_replaces_changes_nothing, |world| {
    let text = Cursor::new(format!("{HEADER}{}", rows(0, 1_200)));
    let mut report = Replacing {
        world: &world,
        second: None,
    };
    let east = staff(world.east);
    let first = roll::import(&world.core, &east, world.east, text, false, &mut report).await;
    assert_eq!(report.second.unwrap()?.created, 10);
    assert_eq!(refusal(first), Refusal::Roll(RollRefusal::Replaced));
    assert_eq!(residents(&world).await.len(), 12);
    nothing_is_left(&world).await;
});

/// A roll of many rows is switched by statements that take longer than any other may: here each insert of residents takes
/// longer than the ten seconds that PostgreSQL's statements have.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_switch_may_take_longer_than_other_statements() -> linli_world::Result<()> {
    let world = World::new(linli_world::Database::Postgres).await?;
    world
        .sql(
            "CREATE FUNCTION slow() RETURNS trigger LANGUAGE plpgsql AS
               $$ BEGIN PERFORM pg_sleep(10.5); RETURN NULL; END $$;
             CREATE TRIGGER slow BEFORE INSERT ON person FOR EACH STATEMENT EXECUTE FUNCTION slow()",
        )
        .await?;
    let (done, problems) = import(&world, format!("{HEADER}{}", rows(0, 20)), false).await;
    assert!(problems.is_empty(), "{problems:?}");
    assert!(done?.done);
    // The limit was that transaction's alone.
    let other = act!(world.core, |work| async {
        let person = work.tx.find_person(world.li).await?.unwrap();
        let person = linli_core::store::person::Person {
            id: work.id(),
            phone: None,
            ..person
        };
        Ok(work.tx.create_person(&person).await?)
    }
    .await);
    assert!(other.is_err(), "a statement of ten seconds is stopped");
    nothing_is_left(&world).await;
    Ok(())
}
