//! The import of a resident roll (居民花名册): all rows or none.
//!
//! The file is read once, row by row. Good rows are staged in small transactions; every bad one is reported. Only if all
//! are good does one transaction of statements over whole sets make them real, so that readers see the roll before or
//! after and the writer of SQLite is held for a moment only. An import that is killed leaves nothing but staged rows, which
//! the next one and [`sweep`] remove.
//!
//! A row finds its resident again by the identity number. What a row leaves blank stays as it is; segments that an earlier
//! import gave and this one does not are ended, where the roll has that column; needs are added where the resident has none
//! of that code. Nobody is moved away from another community, and nobody who is missing is removed.

mod read;

use crate::act;
use crate::caller::Actor;
use crate::error::{Error, Refusal, Result};
use crate::view;
use crate::work::{Core, Work};
use jiff::ToSpan as _;
use jiff::civil::Date;
use linli_domain::need::REVIEW_DAYS;
use linli_domain::random::Stream;
use linli_domain::resident::HEAD;
use linli_domain::roll::{Column, Header, Problem, Row, read_row};
use linli_domain::{
    BuildingId, CommunityId, HouseholdId, Instant, Localised, NeedId, PersonId, RollId, SegmentId,
    StayId,
};
use linli_store::StoreError;
use linli_store::roll::{Roll, Staged, hex};
use read::Rows;
use serde_json::{Value, json};
use std::collections::{BTreeMap, HashMap};
use std::io::{Read, Seek};

/// The most rows of one file.
pub const MAX_ROWS: u64 = 1_000_000;
/// How many rows are staged at once.
const BATCH: usize = 500;
/// After how long what is left of an import is swept out, in minutes.
const LEFT_MINUTES: i64 = 24 * 60;

/// Why a roll was not imported.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum RollRefusal {
    /// It is neither UTF-8 nor GB18030.
    Encoding,
    /// The row that begins on this line does not end.
    LongRow(u64),
    /// It has no rows.
    Empty,
    /// It has too many rows.
    TooLong,
    /// Another import of the same community began meanwhile.
    Replaced,
    /// What it was checked against changed meanwhile.
    Changed,
}

impl RollRefusal {
    /// What it says to people.
    pub fn message(self) -> Localised {
        match self {
            Self::Encoding => Localised::new(
                "文件编码无法识别，请另存为 UTF-8 编码的 CSV 后重试。",
                "The file's encoding cannot be read. Save it as CSV in UTF-8 and try again.",
            ),
            Self::LongRow(line) => Localised::new(
                format!("第 {line} 行开始的内容过长，多半是引号没有成对。请检查该行的引号后重试。"),
                format!(
                    "The row that begins on line {line} does not end; most likely a quotation mark is not closed. Mend that line and \
                     try again."
                ),
            ),
            Self::Empty => Localised::new(
                "文件中没有居民数据，请在表头下填写后重试。",
                "There are no rows below the headings. Fill them in and try again.",
            ),
            Self::TooLong => Localised::new(
                format!("一次最多导入 {MAX_ROWS} 行，请拆分为多个文件。"),
                format!("At most {MAX_ROWS} rows are imported at once. Split the file."),
            ),
            Self::Replaced => Localised::new(
                "同一社区的另一次导入已开始，本次导入已取消，没有写入任何内容。",
                "Another import for the same community has begun. This one is cancelled and has changed nothing.",
            ),
            Self::Changed => Localised::new(
                "核对期间数据有变动，没有写入任何内容，请重新导入。",
                "What the roll was checked against has changed meanwhile. Nothing was written; import it again.",
            ),
        }
    }
}

/// A bad row, or one of its cells.
#[derive(Clone, Debug)]
pub struct RowProblem {
    /// The line on which the row begins, from 1.
    pub line: u64,
    /// What is wrong.
    pub problem: Problem,
}

/// What an import did, or would do.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Outcome {
    /// Rows read.
    pub rows: u64,
    /// Residents who are new.
    pub created: u64,
    /// Residents who were known.
    pub updated: u64,
    /// Problems found; where there are any, nothing was imported.
    pub problems: u64,
    /// Whether it was imported.
    pub done: bool,
}

/// What an import tells while it runs.
pub trait Report: Send {
    /// A row is bad.
    fn problem(&mut self, problem: &RowProblem);
    /// So many rows have been read.
    fn progress(&mut self, rows: u64);
    /// All of them are good; now they are made real at once, which takes a while where there are many.
    fn switching(&mut self, _rows: u64) {}
}

/// Imports a roll for a community that the actor governs, or only checks it where `dry_run`.
///
/// # Errors
/// Where the file as a whole cannot be read, or the database fails. Bad rows are no error: they are reported and counted.
pub async fn import<R: Read + Seek + Send>(
    core: &Core,
    actor: &Actor,
    community: CommunityId,
    file: R,
    dry_run: bool,
    report: &mut dyn Report,
) -> Result<Outcome> {
    actor.must_govern(community)?;
    let mut import = Import::begin(core, community, dry_run, report).await?;
    let read = import.read(file).await;
    let ended = match read {
        Ok(()) => import.switch(actor).await,
        Err(error) => Err(error),
    };
    let (id, outcome) = (import.id, import.outcome);
    if !dry_run {
        remove(core, id).await?;
    }
    ended.map(|()| outcome)
}

/// Removes what is left of imports that were killed; answers how many there were.
pub async fn sweep(core: &Core) -> Result<usize> {
    let old = view!(core, |work| async {
        let before = work.now.plus_minutes(-LEFT_MINUTES);
        Ok(work.tx.list_rolls_before(before).await?)
    }
    .await)?;
    for roll in &old {
        remove(core, roll.id).await?;
    }
    Ok(old.len())
}

async fn remove(core: &Core, id: RollId) -> Result<()> {
    while !act!(core, |work| async { Ok(work.tx.delete_roll(id).await?) }
        .await)?
    {}
    Ok(())
}

struct Import<'a> {
    core: &'a Core,
    community: CommunityId,
    dry_run: bool,
    report: &'a mut dyn Report,
    id: RollId,
    sealing: i64,
    today: Date,
    now: Instant,
    stream: Stream,
    outcome: Outcome,
    has_segments: bool,
    buildings: HashMap<String, BuildingId>,
    households: HashMap<(BuildingId, String), HouseholdId>,
    /// On which line an identity number stands, by its keyed hash.
    seen: HashMap<Vec<u8>, u64>,
    /// On which line a household's head stands.
    heads: HashMap<HouseholdId, u64>,
}

impl<'a> Import<'a> {
    async fn begin(
        core: &'a Core,
        community: CommunityId,
        dry_run: bool,
        report: &'a mut dyn Report,
    ) -> Result<Self> {
        let (now, mut stream) = (core.now(), Stream::new(core.seed()));
        let id = RollId(stream.uuid(now));
        let (found, today, sealing) = view!(core, |work| async {
            let zone = crate::district::zone(work).await?;
            let today = work.now.to_civil(&zone).date();
            let sealing = work.tx.sealing_version().await?;
            Ok((work.tx.find_community(community).await?, today, sealing))
        }
        .await)?;
        if found.is_none() {
            return Err(Refusal::NotFound("community").into());
        }
        let (buildings, households) = view!(core, |work| places(work, community).await)?;
        if !dry_run {
            let former = view!(core, |work| async {
                Ok(work.tx.list_rolls(community).await?)
            }
            .await)?;
            for roll in former {
                remove(core, roll.id).await?;
            }
            let roll = Roll {
                id,
                community_id: community,
                sealing,
                begun: now,
                done: None,
            };
            act!(core, |work| async { Ok(work.tx.create_roll(&roll).await?) }
                .await)?;
        }
        Ok(Self {
            core,
            community,
            dry_run,
            report,
            id,
            sealing,
            today,
            now,
            stream,
            outcome: Outcome::default(),
            has_segments: false,
            buildings,
            households,
            seen: HashMap::new(),
            heads: HashMap::new(),
        })
    }

    fn refuse(&mut self, line: u64, problem: Problem) {
        self.outcome.problems += 1;
        self.report.problem(&RowProblem { line, problem });
    }

    async fn read(&mut self, file: impl Read + Seek + Send) -> Result<()> {
        let mut rows = Rows::open(file)?;
        let header = match rows.next()? {
            None => return Err(RollRefusal::Empty.into()),
            Some((line, headings)) => match Header::read(&headings) {
                Ok(header) => header,
                Err(problems) => {
                    for problem in problems {
                        self.refuse(line, problem);
                    }
                    return Ok(());
                }
            },
        };
        self.has_segments = header.has(Column::Segments);
        let mut batch = Vec::with_capacity(BATCH);
        while let Some((line, cells)) = rows.next()? {
            self.outcome.rows += 1;
            if self.outcome.rows > MAX_ROWS {
                return Err(RollRefusal::TooLong.into());
            }
            match read_row(&header, &cells, self.today) {
                Ok(row) => batch.push((line, row)),
                Err(problems) => {
                    for problem in problems {
                        self.refuse(line, problem);
                    }
                }
            }
            if batch.len() == BATCH {
                self.stage(std::mem::take(&mut batch)).await?;
                self.report.progress(self.outcome.rows);
            }
        }
        self.stage(batch).await?;
        self.report.progress(self.outcome.rows);
        if self.outcome.rows == 0 {
            return Err(RollRefusal::Empty.into());
        }
        Ok(())
    }

    /// Checks rows against each other and against who is known, and stages them.
    async fn stage(&mut self, batch: Vec<(u64, Row)>) -> Result<()> {
        if batch.is_empty() {
            return Ok(());
        }
        let core = self.core;
        let mut unit = core.begin(crate::Mode::View).await?;
        let fingerprints: Vec<_> = batch
            .iter()
            .map(|(_, row)| unit.tx.fingerprint("identity", row.identity.as_str()))
            .collect();
        let known = unit.tx.list_known(&fingerprints).await?;
        let known: BTreeMap<_, _> = known
            .into_iter()
            .map(|known| (known.identity_fingerprint.clone(), known))
            .collect();
        let mut staged = Staged::default();
        for ((line, row), fingerprint) in batch.into_iter().zip(fingerprints) {
            if let Some(first) = self.seen.get(&fingerprint).copied() {
                self.refuse(line, twice(&row, first));
                continue;
            }
            self.seen.insert(fingerprint.clone(), line);
            let found = known.get(&fingerprint);
            if let Some(problem) = found.and_then(|known| elsewhere(&row, known, self.community)) {
                self.refuse(line, problem);
                continue;
            }
            let household = row
                .home
                .clone()
                .map(|(building, unit)| self.household(&building, unit, &mut staged));
            if let (Some(household), Some(HEAD)) = (household, row.relation)
                && let Some(first) = self.heads.insert(household, line)
            {
                self.refuse(line, second_head(first));
                continue;
            }
            let person = match found {
                Some(known) => {
                    self.outcome.updated += 1;
                    known.id
                }
                None => {
                    self.outcome.created += 1;
                    PersonId(self.stream.uuid(self.now))
                }
            };
            // Sealing and staging are in vain once nothing will be imported.
            if !self.dry_run && self.outcome.problems == 0 {
                let new = found.is_none();
                self.put(
                    &mut unit,
                    &mut staged,
                    person,
                    new,
                    household,
                    &row,
                    &fingerprint,
                )
                .await?;
            }
        }
        drop(unit);
        if self.dry_run || self.outcome.problems > 0 || staged.rows.is_empty() {
            return Ok(());
        }
        let id = self.id;
        let done = act!(core, |work| async {
            Ok(work.tx.stage_roll(id, staged.clone()).await?)
        }
        .await);
        done.map_err(|error| match error {
            // The import's own row is gone.
            Error::Store(StoreError::Refused { .. }) => RollRefusal::Replaced.into(),
            other => other,
        })
    }

    /// The household of a unit, new where it is not there.
    fn household(&mut self, building: &str, unit: String, staged: &mut Staged) -> HouseholdId {
        let building = match self.buildings.get(building) {
            Some(id) => *id,
            None => {
                let id = BuildingId(self.stream.uuid(self.now));
                staged
                    .buildings
                    .push(json!([id.0.simple().to_string(), building]));
                self.buildings.insert(building.to_owned(), id);
                id
            }
        };
        let place = (building, unit);
        if let Some(found) = self.households.get(&place) {
            return *found;
        }
        let id = HouseholdId(self.stream.uuid(self.now));
        staged.households.push(json!([
            id.0.simple().to_string(),
            building.0.simple().to_string(),
            place.1
        ]));
        self.households.insert(place, id);
        id
    }

    #[expect(
        clippy::too_many_arguments,
        reason = "what a row becomes hangs on all of it"
    )]
    async fn put(
        &mut self,
        unit: &mut Work,
        staged: &mut Staged,
        person: PersonId,
        new: bool,
        household: Option<HouseholdId>,
        row: &Row,
        fingerprint: &[u8],
    ) -> Result<()> {
        let uuid = |id: uuid::Uuid| Value::from(id.simple().to_string());
        let bytes = |bytes: Option<Vec<u8>>| bytes.map(|bytes| hex(&bytes));
        let phone = unit
            .tx
            .seal_some("person.phone", person.0, row.phone.as_deref())
            .await?;
        let phone_fingerprint = row.phone.as_deref().map(|phone| {
            unit.tx
                .fingerprint("phone", &linli_domain::phone::normal(phone))
        });
        let identity = unit
            .tx
            .seal("person.identity_number", person.0, row.identity.as_str())
            .await?;
        let stay = StayId(self.stream.uuid(self.now));
        staged.rows.push(json!([
            uuid(person.0),
            new,
            row.name,
            row.birth_date.to_string(),
            row.sex,
            bytes(phone),
            bytes(phone_fingerprint),
            hex(&identity),
            hex(fingerprint),
            household.map(|id| uuid(id.0)),
            row.relation,
            row.residence,
            row.registered_place,
            uuid(stay.0),
        ]));
        for code in &row.segments {
            let id = SegmentId(self.stream.uuid(self.now));
            staged
                .segments
                .push(json!([uuid(person.0), code, uuid(id.0)]));
        }
        for (code, note) in &row.needs {
            let id = NeedId(self.stream.uuid(self.now));
            let note = unit.tx.seal("need.note", id.0, note).await?;
            staged
                .needs
                .push(json!([uuid(person.0), code, uuid(id.0), hex(&note)]));
        }
        Ok(())
    }

    /// Makes all of it real at once, if every row was good.
    async fn switch(&mut self, actor: &Actor) -> Result<()> {
        if self.dry_run || self.outcome.problems > 0 {
            return Ok(());
        }
        self.report.switching(self.outcome.rows);
        let (id, community, outcome) = (self.id, self.community, self.outcome);
        let (sealing, has_segments) = (self.sealing, self.has_segments);
        let review = self.today.saturating_add(REVIEW_DAYS.days());
        act!(self.core, |work| {
            async {
            work.tx.prepare_switch().await?;
            let roll = work.tx.find_roll(id).await?.ok_or(RollRefusal::Replaced)?;
            if work.tx.sealing_version().await? != sealing
                || work.tx.count_stale_rows(&roll).await? > 0
            {
                return Err(RollRefusal::Changed.into());
            }
            let now = work.now;
            work.tx
                .switch_roll(&roll, actor.person, now, has_segments, review)
                .await?;
            let detail = json!({
                "community": community, "rows": outcome.rows, "created": outcome.created, "updated": outcome.updated,
            });
            work.audit_act(actor, None, "roll.import", id, detail).await
        }
        .await
        })?;
        self.outcome.done = true;
        Ok(())
    }
}

type Places = (
    HashMap<String, BuildingId>,
    HashMap<(BuildingId, String), HouseholdId>,
);

/// The buildings of a community and the first household of each unit.
async fn places(work: &mut Work, community: CommunityId) -> Result<Places> {
    const PAGE: i64 = 1_000;
    let (mut buildings, mut households) = (HashMap::new(), HashMap::new());
    let mut after = String::new();
    loop {
        let page = work.tx.list_buildings(community, &after, PAGE).await?;
        let Some(last) = page.last() else { break };
        after.clone_from(&last.name);
        for building in page {
            let mut after = (String::new(), 0);
            loop {
                let page = work
                    .tx
                    .list_households(building.id, (&after.0, after.1), PAGE)
                    .await?;
                let Some(last) = page.last() else { break };
                after = (last.unit.clone(), last.number);
                for household in page {
                    households
                        .entry((building.id, household.unit))
                        .or_insert(household.id);
                }
            }
            buildings.insert(building.name, building.id);
        }
    }
    Ok((buildings, households))
}

fn twice(row: &Row, first: u64) -> Problem {
    Problem::of(
        Column::Identity,
        row.identity.as_str(),
        Localised::new(
            format!("与第 {first} 行的身份证号相同"),
            format!("Line {first} has the same identity number"),
        ),
        Localised::new(
            "请核对两行，删去重复的一行",
            "Check both lines and remove one",
        ),
    )
}

fn second_head(first: u64) -> Problem {
    Problem::of(
        Column::Relation,
        HEAD,
        Localised::new(
            format!("第 {first} 行已是这一户的户主"),
            format!("Line {first} is the head of this household already"),
        ),
        Localised::new("请只保留一位户主", "Keep one head for each household"),
    )
}

/// What is wrong where somebody is known but not a resident that this roll may change.
fn elsewhere(
    row: &Row,
    known: &linli_store::roll::Known,
    community: CommunityId,
) -> Option<Problem> {
    let (problem, mend) = if known.died.is_some() {
        (
            Localised::new("此人已登记去世", "They are recorded as having died"),
            Localised::new(
                "请删去这一行；如登记有误，请区管理员先更正",
                "Remove the line; if the record is wrong, the district's admin corrects it first",
            ),
        )
    } else if known.community_id.is_some_and(|at| at != community) {
        (
            Localised::new("此人登记在其他社区", "They live in another community"),
            Localised::new(
                "请先由该社区或区管理员办理迁出，或删去这一行",
                "Have that community or the district move them first, or remove the line",
            ),
        )
    } else {
        return None;
    };
    Some(Problem::of(
        Column::Identity,
        row.identity.as_str(),
        problem,
        mend,
    ))
}
