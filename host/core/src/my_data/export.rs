//! A copy of everything that is held on one person (PIPL art. 45), as one JSON document that is written row by row.
//!
//! ```json
//! { "format": "linli-person-export", "version": 1, "exported": "2026-11-24T01:00:00Z", "person": "ID",
//!   "holdings": [
//!     { "table": "consent", "title": { "zh": "同意", "en": "Consents" },
//!       "correction": { "zh": "…", "en": "…" }, "retention": { … }, "erasure": { … },
//!       "rows": [ { "field": "phone", "granted": 1795482000000000, … } ] } ] }
//! ```
//! Instants are microseconds since 1970-01-01T00:00:00Z, days ISO 8601. Persons stand there by name: `self` is the person whose
//! copy it is, null nobody. Secrets by which one logs in (hashes of passwords, ids of sessions) are left out.

use super::in_person_or_admin;
use crate::caller::Actor;
use crate::error::{Error, Refusal, Result};
use crate::work::{Core, Work};
use crate::{act, view};
use linli_domain::{Localised, PersonId};
use linli_store::personal::{Correction, Erasure, HOLDINGS, Holding, Kind, Retention};
use serde_json::{Map, Value, json};
use std::collections::HashMap;
use std::io::Write;
use uuid::Uuid;

/// Rows that are held in memory at once.
const SLICE: i64 = 200;

/// Writes the copy. It is audited before the first byte is written.
pub async fn export(
    core: &Core,
    actor: &Actor,
    person: PersonId,
    out: &mut (dyn Write + Send),
) -> Result<()> {
    in_person_or_admin(actor, person)?;
    act!(core, |work| async {
        if work.tx.find_person(person).await?.is_none() {
            return Err(Refusal::NotFound("person").into());
        }
        work.audit_act(actor, Some(person), "person.export", person, json!({}))
            .await
    }
    .await)?;
    let mut ledger = core.store.begin_ledger_reading().await?;
    view!(core, |work| async {
        let mut writer = Writer {
            out,
            person,
            names: HashMap::new(),
        };
        writer.begin(&work.now.to_rfc3339())?;
        let mut first = true;
        for holding in HOLDINGS
            .iter()
            .filter(|holding| !holding.columns.is_empty())
        {
            writer.open(holding, first)?;
            first = false;
            let mut skip = 0;
            loop {
                let tx = if holding.in_ledger {
                    &mut ledger
                } else {
                    &mut work.tx
                };
                let rows = tx.list_held(holding, person, skip, SLICE).await?;
                let count = i64::try_from(rows.len()).unwrap_or(SLICE);
                for (at, row) in rows.into_iter().enumerate() {
                    let named = writer.named(work, holding, row).await?;
                    writer.row(named, skip == 0 && at == 0)?;
                }
                skip += count;
                if count < SLICE {
                    break;
                }
            }
            writer.text("]}")?;
        }
        writer.text("]}\n")
    }
    .await)
}

struct Writer<'a> {
    out: &'a mut (dyn Write + Send),
    person: PersonId,
    names: HashMap<Uuid, String>,
}

impl Writer<'_> {
    fn text(&mut self, text: &str) -> Result<()> {
        self.out
            .write_all(text.as_bytes())
            .map_err(|error| Error::Internal(format!("the export cannot be written: {error}")))
    }

    fn begin(&mut self, exported: &str) -> Result<()> {
        let (exported, person) = (json!(exported), json!(self.person));
        self.text(&format!(
            "{{\"format\":\"linli-person-export\",\"version\":1,\"exported\":{exported},\"person\":{person},\"holdings\":["
        ))
    }

    fn open(&mut self, holding: &Holding, first: bool) -> Result<()> {
        let [zh, en] = holding.title;
        let about = [
            ("table", json!(holding.table)),
            ("title", json!(Localised::new(zh, en))),
            ("correction", json!(correction(holding.correction))),
            ("retention", json!(retention(holding.retention))),
            ("erasure", json!(erasure(holding.erasure))),
        ];
        let about: Vec<_> = about
            .iter()
            .map(|(name, value)| format!("\"{name}\":{value}"))
            .collect();
        let comma = if first { "" } else { "," };
        self.text(&format!("{comma}\n{{{},\"rows\":[", about.join(",")))
    }

    fn row(&mut self, row: Map<String, Value>, first: bool) -> Result<()> {
        let comma = if first { "" } else { "," };
        self.text(&format!("{comma}\n{}", Value::Object(row)))
    }

    /// Puts names in the place of persons' ids.
    async fn named(
        &mut self,
        work: &mut Work,
        holding: &Holding,
        mut row: Map<String, Value>,
    ) -> Result<Map<String, Value>> {
        for (column, _) in holding
            .columns
            .iter()
            .filter(|(_, kind)| *kind == Kind::Person)
        {
            let id = row
                .get(*column)
                .and_then(Value::as_str)
                .and_then(|text| Uuid::parse_str(text).ok());
            let Some(id) = id else { continue };
            let name = match self.names.get(&id) {
                _ if id == self.person.0 => "self".to_owned(),
                Some(name) => name.clone(),
                None => {
                    let found = work.tx.find_person(PersonId(id)).await?;
                    let name = found.map_or_else(String::new, |person| person.name);
                    self.names.insert(id, name.clone());
                    name
                }
            };
            row.insert((*column).to_owned(), Value::String(name));
        }
        Ok(row)
    }
}

fn correction(how: Correction) -> Localised {
    match how {
        Correction::Own => Localised::new("可自行修改", "You change it yourself"),
        Correction::Request => Localised::new(
            "电话可自行修改；其他内容可申请更正，由社区工作人员办理",
            "You change the phone yourself; ask for the rest to be corrected, and community staff decide",
        ),
        Correction::Keeper => Localised::new(
            "请联系记录它的服务或工作人员更正",
            "Ask the service or the staff who recorded it",
        ),
        Correction::Record => Localised::new(
            "记录发生过的事，不作更改",
            "It records what happened and is not changed",
        ),
    }
}

/// How long something is kept, in words.
pub fn retention(how: Retention) -> Localised {
    match how {
        Retention::WhileRegistered => {
            Localised::new("登记期间保存", "As long as the person is registered")
        }
        Retention::Days(_, days) | Retention::DaysWhere(_, days, _) => {
            Localised::new(format!("保存 {days} 天"), format!("{days} days"))
        }
        Retention::With(..) => {
            Localised::new("与所属记录一同保存", "As long as what it belongs to")
        }
        Retention::Manifest => {
            Localised::new("按各服务声明的期限保存", "As long as each service declares")
        }
        Retention::Short => Localised::new("用完即清除", "Until it has served its purpose"),
        Retention::ForGood => Localised::new("长期保存", "For good"),
    }
}

/// What erasure does, in words.
pub fn erasure(how: Erasure) -> Localised {
    match how {
        Erasure::Delete => Localised::new("删除", "Deleted"),
        Erasure::Blank(_) | Erasure::BlankWhere(..) => Localised::new(
            "抹去内容，仅保留不含身份信息的记录",
            "Blanked; a row without anything that identifies you stays",
        ),
        Erasure::Keep([zh, en]) => Localised::new(zh, en),
        Erasure::Records => Localised::new(
            "删除；法律要求服务保留的除外",
            "Deleted, but for what the law has a service keep",
        ),
        Erasure::Tombstone => Localised::new(
            "抹去全部内容，仅保留内部编号",
            "All of it is blanked; an internal number stays",
        ),
        Erasure::Audit => Localised::new(
            "抹去内容，仅保留用于防篡改校验的摘要",
            "Blanked; the commitments that show tampering stay",
        ),
    }
}
