//! The probe: a guest that makes the calls that it is told to.

use anyhow::{Context, Result, bail};
use linli_core::{Caller, Service, act, consent};
use linli_domain::{Manifest, PersonId};
use linli_engine::{Answer, Engine, page};
use linli_registry::{inspect, manifest};
use linli_world::World;
use std::collections::BTreeSet;
use std::path::Path;

/// The probe, enabled in `east`.
pub struct Probe<'a> {
    world: &'a World,
    engine: Engine,
    pub service: Service,
}

impl<'a> Probe<'a> {
    /// With everything that it imports.
    pub async fn new(world: &'a World) -> Result<Self> {
        Self::without(world, "care/probe", &[]).await
    }

    /// Under another id, without some of the interfaces.
    pub async fn without(world: &'a World, id: &str, denied: &[&str]) -> Result<Self> {
        let (bytes, manifest) = component(id)?;
        let mut permissions = inspect(&bytes)?.permissions();
        permissions.retain(|permission| {
            let name = permission.interface().trim_start_matches("linli:host/");
            !denied.contains(&name)
        });
        let id = world.enable(manifest, &bytes, permissions).await?;
        Ok(Self {
            world,
            engine: linli_tests::process::engine(world)?,
            service: world.service(id).await?,
        })
    }

    /// What the probe calls a person.
    pub fn person(&self, person: PersonId) -> Result<String> {
        let sealed = self
            .world
            .core
            .references
            .seal(self.service.plugin(), person);
        sealed.context("no reference")
    }

    /// Calls a function while a page is shown.
    pub async fn try_view(
        &self,
        caller: &Caller,
        call: &str,
        arguments: &[(&str, &str)],
    ) -> Answer<page::Page> {
        let request = page::Request {
            address: page::Address {
                path: "/".into(),
                query: pairs(call, arguments),
            },
        };
        self.engine.view(&self.service, caller, request).await
    }

    /// The same; it must answer.
    pub async fn view(
        &self,
        caller: &Caller,
        call: &str,
        arguments: &[(&str, &str)],
    ) -> Result<String> {
        let answer = self.try_view(caller, call, arguments).await;
        let Answer::Done(page) = &answer else {
            bail!("{call}: {answer:?}")
        };
        match &page.blocks[..] {
            [page::Block::Text(line)] => match &line[..] {
                [page::Inline::Text(said)] => Ok(said.clone()),
                _ => bail!("{line:?}"),
            },
            blocks => bail!("{blocks:?}"),
        }
    }

    /// Calls a function in an act.
    pub async fn act(
        &self,
        caller: &Caller,
        call: &str,
        arguments: &[(&str, &str)],
    ) -> Result<String> {
        let submission = page::Submission {
            address: page::Address {
                path: "/".into(),
                query: Vec::new(),
            },
            action: "call".into(),
            arguments: pairs(call, arguments),
            values: Vec::new(),
        };
        let answer = self
            .engine
            .act(&self.service, caller, submission, None)
            .await;
        match answer {
            Answer::Done(page::Outcome::Done(done)) => done.say.context("it said nothing"),
            other => bail!("{call}: {other:?}"),
        }
    }

    /// That a call which writes ends a view.
    pub async fn cannot_write(&self, caller: &Caller, call: &str) -> Result<()> {
        match self.try_view(caller, call, &[]).await {
            Answer::Ill(illness) if illness.reason.contains("which writes") => Ok(()),
            other => bail!("{call} in a view: {other:?}"),
        }
    }

    /// The resident agrees that the probe reads these fields.
    pub async fn agree(&self, caller: &Caller, fields: &[&str], apart: &[&str]) -> Result<()> {
        let set = |codes: &[&str]| codes.iter().map(|code| (*code).to_owned()).collect();
        let agreed = consent::Agreed {
            release: self.service.digest.clone(),
            together: set(fields),
            apart: set(apart),
        };
        Ok(act!(self.world.core, |work| consent::give(
            work,
            &self.service,
            caller,
            &agreed
        )
        .await)?)
    }
}

fn pairs(call: &str, arguments: &[(&str, &str)]) -> Vec<(String, String)> {
    let all = std::iter::once(("call", call)).chain(arguments.iter().copied());
    all.map(|(name, text)| (name.to_owned(), text.to_owned()))
        .collect()
}

/// The component under an id, and its manifest.
fn component(id: &str) -> Result<(Vec<u8>, Manifest)> {
    let here = Path::new(env!("CARGO_MANIFEST_DIR")).join("probe");
    let file = here.join("dist/care-probe-0.1.0.wasm");
    let bytes = std::fs::read(&file).with_context(|| {
        format!(
            "{} is missing: `cargo xtask test` builds it before the tests, so does `linli plugin build tests/probe`",
            file.display()
        )
    })?;
    let text = std::fs::read_to_string(here.join("plugin.toml"))?;
    let text = text.replacen("care/probe", id, 1);
    let bytes = manifest::embed(&bytes, &text)?;
    Ok((bytes, manifest::parse(&text)?))
}

/// The ids of the references of one kind in what was said.
pub fn ids(said: &str, kind: &str) -> Vec<String> {
    let begin = format!("{kind} {{ id: \"");
    let mut found: Vec<String> = Vec::new();
    for rest in said.split(&begin).skip(1) {
        let id = rest.split('"').next().unwrap_or_default().to_owned();
        if !found.contains(&id) {
            found.push(id);
        }
    }
    found
}

/// The first of them.
pub fn id(said: &str, kind: &str) -> Result<String> {
    let mut found = ids(said, kind);
    if found.is_empty() {
        bail!("no {kind} in {said}")
    }
    Ok(found.remove(0))
}

/// That it was refused in this way, such as `NotFound` or a rule's code.
#[track_caller]
pub fn refused(said: &str, how: &str) {
    assert!(
        said.starts_with("Err(") && said.contains(how),
        "{how}? {said}"
    );
}

/// That it was done.
#[track_caller]
pub fn done(said: &str) {
    assert!(said.starts_with("Ok("), "{said}");
}

/// Every interface that can be denied is denied by its own stub.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_not_granted_answers_so() -> Result<()> {
    let world = World::new(linli_world::Database::Sqlite).await?;
    let denied = [
        "households",
        "needs",
        "needs-write",
        "space-directory",
        "space-bookings",
        "cases",
        "case-transfer",
        "enrolments",
    ];
    let probe = Probe::without(&world, "care/probe", &denied).await?;
    let caller = linli_world::resident(world.li);
    let calls = [
        "households.members",
        "needs.list-of-resident",
        "needs-write.add-need",
        "space-directory.list-spaces",
        "space-bookings.book",
        "cases.list-own",
        "case-transfer.list-incoming",
        "enrolments.list-courses",
    ];
    let covered: BTreeSet<_> = calls
        .iter()
        .filter_map(|call| call.split('.').next())
        .collect();
    assert_eq!(covered, denied.into_iter().collect());
    for call in calls {
        let said = probe.view(&caller, call, &[]).await?;
        assert_eq!(said, "Err(OperationError::NotAllowed)", "{call}");
    }
    Ok(())
}

/// Text with U+0000, which no database keeps, ends the invocation; limits of slices hold; a made-up cursor opens nothing.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn texts_slices_and_cursors_are_checked() -> Result<()> {
    let world = World::new(linli_world::Database::Sqlite).await?;
    let probe = Probe::new(&world).await?;
    let caller = linli_world::resident(world.li);
    for call in [
        "space-directory.list-spaces",
        "cases.list-own",
        "enrolments.list-courses",
    ] {
        for limit in ["0", "101", "65535"] {
            let said = probe.view(&caller, call, &[("limit", limit)]).await?;
            refused(&said, "limit is");
        }
        let said = probe.view(&caller, call, &[("after", "AAAA")]).await?;
        refused(&said, "after is no cursor of this list");
    }
    let li = probe.person(world.li)?;
    let nul = [
        ("resident", li.as_str()),
        ("code", "meals"),
        ("note", "a\0b"),
    ];
    let answer = probe.act(&caller, "needs-write.add-need", &nul).await;
    let why = answer.map_err(|error| error.to_string());
    assert!(
        matches!(&why, Err(why) if why.contains("U+0000")),
        "{why:?}"
    );
    Ok(())
}
