//! The chain of the audit: it shows whether a row was changed, removed, inserted or moved behind the host's back, and it
//! outlives lawful erasure.
//!
//! A row is appended with a random salt by the unit of work that does what it tells. Later the sealer gives it the next place:
//! its commitment is SHA-256 over salt and row, its link SHA-256 over the link before, the place and the commitment. Of an
//! erased row only the commitment stays, which without the salt tells nothing. The last link, the head, is signed with the
//! host's lookup key: who has the database but not the key file cannot forge a chain. Who has an old copy of the database
//! can put it back; that shows against a head that was noted elsewhere ([`verify`] takes it).

use crate::error::Result;
use crate::{Actor, Work};
use linli_domain::PersonId;
use linli_store::audit::{AuditHead, AuditLink, AuditRow};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};
use std::collections::{BTreeSet, HashMap};
use std::fmt::{self, Display, Formatter};
use std::str::FromStr;

/// How many rows one unit of work links: on SQLite it holds up all others.
pub const BATCH: i64 = 100;
/// How many links are verified at once.
const PAGE: i64 = 500;
/// How many erased rows one row about an erasure lists.
const LISTED: usize = 500;

/// Links the next rows; answers how many. Of several sealers at once one wins, and the others start again after it.
pub async fn seal(work: &mut Work) -> Result<u64> {
    let rows = work.tx.list_unlinked_audit(BATCH).await?;
    if rows.is_empty() {
        return Ok(0);
    }
    let (mut sequence, mut link) = match work.tx.find_audit_head().await? {
        Some(head) => (head.sequence, head.link),
        None => (0, GENESIS.to_vec()),
    };
    let mut links = Vec::new();
    for row in &rows {
        // Without a salt it was blanked before it was linked: it is linked all the same, and verifying tells.
        let commitment = commitment(row, row.salt.as_deref().unwrap_or_default());
        sequence += 1;
        link = chained(&link, sequence, &commitment);
        links.push(AuditLink {
            sequence,
            audit_id: row.id,
            commitment,
            link: link.clone(),
        });
    }
    let signature = signature(work, sequence, &link);
    let head = AuditHead {
        sequence,
        link,
        signature,
    };
    work.tx.create_audit_links(&links, &head).await?;
    Ok(u64::try_from(links.len()).unwrap_or(u64::MAX))
}

/// The last link, as an admin notes it: `PLACE:HASH`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Head {
    /// Its place.
    pub sequence: i64,
    /// Its hash.
    pub link: Vec<u8>,
}

impl Display for Head {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        write!(f, "{}:", self.sequence)?;
        self.link
            .iter()
            .try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl FromStr for Head {
    type Err = &'static str;
    fn from_str(text: &str) -> std::result::Result<Self, Self::Err> {
        let bad = "write the head as `linli admin verify-audit` printed it: PLACE:HASH, with 64 hexadecimal digits";
        let (sequence, digits) = text.trim().split_once(':').ok_or(bad)?;
        if digits.len() != 64 || !digits.bytes().all(|digit| digit.is_ascii_hexdigit()) {
            return Err(bad);
        }
        let bytes = (0..32).map(|at| u8::from_str_radix(digits.get(2 * at..2 * at + 2)?, 16).ok());
        Ok(Self {
            sequence: sequence.parse().map_err(|_| bad)?,
            link: bytes.collect::<Option<_>>().ok_or(bad)?,
        })
    }
}

/// What is wrong with the chain.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Broken {
    /// The link at this place is gone.
    LinkMissing(i64),
    /// The link at this place does not follow from the one before: it was changed, inserted or moved.
    LinkChanged(i64),
    /// The row of the link at this place was removed.
    RowMissing(i64),
    /// The row of the link at this place is not the one that was linked.
    RowChanged(i64),
    /// The row of the link at this place was blanked, and no row about an erasure lists it.
    Blanked(i64),
    /// So many rows say that they are linked and are not in the chain: they were inserted.
    Inserted(i64),
    /// The chain ends at the first place and the head is at the second: the links between were removed.
    Truncated(i64, i64),
    /// The head was not written by this host.
    HeadForged,
    /// The noted head is not in the chain: it was replaced by another.
    Replaced(Head),
}

impl Display for Broken {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::LinkMissing(at) => write!(f, "link {at} is missing: somebody removed it"),
            Self::LinkChanged(at) => {
                write!(f, "link {at} does not follow from the one before it: it was changed, inserted or moved")
            }
            Self::RowMissing(at) => write!(f, "the row of link {at} is missing: somebody removed it"),
            Self::RowChanged(at) => write!(f, "the row of link {at} was changed after it was linked"),
            Self::Blanked(at) => {
                write!(f, "the row of link {at} was blanked, and no erasure is recorded that did it")
            }
            Self::Inserted(count) => {
                write!(f, "{count} rows were inserted: they say that they are linked and are not in the chain")
            }
            Self::Truncated(last, head) => {
                write!(f, "the chain ends with link {last}; links up to {head} were there and were removed")
            }
            Self::HeadForged => {
                f.write_str("the head of the chain was not written by a host with these keys: the whole chain may be made up")
            }
            Self::Replaced(head) => {
                write!(f, "the noted head {head} is not in the chain: the chain was cut or made anew since it was noted")
            }
        }
    }
}

/// What verifying found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verified {
    /// How many links are right, up to the first that is not.
    pub links: i64,
    /// How many rows of them were erased.
    pub erased: i64,
    /// How many rows wait to be linked: nothing shows yet whether they are changed.
    pub unlinked: i64,
    /// The head, for noting elsewhere; none where nothing is linked.
    pub head: Option<Head>,
    /// The first thing that is wrong.
    pub broken: Option<Broken>,
}

/// Verifies the whole chain, page by page. `noted` is a head that was printed before.
pub async fn verify(work: &mut Work, noted: Option<&Head>) -> Result<Verified> {
    let head = work.tx.find_audit_head().await?;
    let mut found = Verified {
        links: 0,
        erased: 0,
        unlinked: work.tx.count_unlinked_audit().await?,
        head: head.as_ref().map(|head| Head {
            sequence: head.sequence,
            link: head.link.clone(),
        }),
        broken: None,
    };
    found.broken = links(work, noted, head, &mut found).await?.err();
    Ok(found)
}

async fn links(
    work: &mut Work,
    noted: Option<&Head>,
    head: Option<AuditHead>,
    found: &mut Verified,
) -> Result<std::result::Result<(), Broken>> {
    let (mut before, mut at) = (GENESIS.to_vec(), 0);
    let (mut blanked, mut recorded) = (BTreeSet::new(), BTreeSet::new());
    let mut seen = noted.is_none_or(|noted| noted.sequence == 0);
    loop {
        let page = work.tx.list_audit_links(at, PAGE).await?;
        let (Some(first), Some(last)) = (page.first(), page.last()) else {
            break;
        };
        let rows = work
            .tx
            .list_audit_of_links(first.sequence, last.sequence)
            .await?;
        let rows: HashMap<_, _> = rows.into_iter().map(|row| (row.id, row)).collect();
        for link in page {
            at += 1;
            if link.sequence != at {
                return Ok(Err(Broken::LinkMissing(at)));
            }
            if chained(&before, at, &link.commitment) != link.link {
                return Ok(Err(Broken::LinkChanged(at)));
            }
            let Some(row) = rows.get(&link.audit_id) else {
                return Ok(Err(Broken::RowMissing(at)));
            };
            match &row.salt {
                None => {
                    blanked.insert(at);
                    found.erased += 1;
                }
                Some(salt) if commitment(row, salt) == link.commitment => {
                    recorded.extend(places_of_erasure(row));
                }
                Some(_) => return Ok(Err(Broken::RowChanged(at))),
            }
            seen =
                seen || noted.is_some_and(|noted| noted.sequence == at && noted.link == link.link);
            before = link.link;
            found.links = at;
        }
    }
    // An erasure that is not linked yet counts as well.
    for row in work.tx.list_unlinked_audit_of(ERASED).await? {
        recorded.extend(places_of_erasure(&row));
    }
    let (sequence, link, signed) = match head {
        Some(head) => (head.sequence, head.link, head.signature),
        None if at == 0 => return inserted(work, at).await,
        None => return Ok(Err(Broken::HeadForged)),
    };
    if signature(work, sequence, &link) != signed {
        return Ok(Err(Broken::HeadForged));
    }
    if at < sequence {
        return Ok(Err(Broken::Truncated(at, sequence)));
    }
    if at > sequence || link != before {
        return Ok(Err(Broken::LinkChanged(sequence + 1)));
    }
    if let Some(place) = blanked.difference(&recorded).next() {
        return Ok(Err(Broken::Blanked(*place)));
    }
    if let (false, Some(noted)) = (seen, noted) {
        return Ok(Err(Broken::Replaced(noted.clone())));
    }
    inserted(work, at).await
}

async fn inserted(work: &mut Work, links: i64) -> Result<std::result::Result<(), Broken>> {
    let more = work.tx.count_linked_audit().await? - links;
    Ok(if more > 0 {
        Err(Broken::Inserted(more))
    } else {
        Ok(())
    })
}

/// What a row about an erasure is called.
const ERASED: &str = "audit.erase";

/// The places of the rows that were erased, where a row tells of an erasure.
fn places_of_erasure(row: &AuditRow) -> Vec<i64> {
    let listed = row.detail["places"]
        .as_array()
        .filter(|_| row.action == ERASED);
    listed
        .into_iter()
        .flatten()
        .filter_map(Value::as_i64)
        .collect()
}

/// Blanks what names a person: their id and log-in name, what was done and with what details. That something was done, and
/// when, stays, and the chain still verifies. Answers how many rows. Rows that wait are linked first.
pub async fn erase(work: &mut Work, actor: &Actor, person: PersonId) -> Result<u64> {
    while seal(work).await? > 0 {}
    let account = work.tx.find_account(person).await?;
    // Nobody is called so: a log-in name has no blanks.
    let login = account.map_or_else(|| " ".to_owned(), |account| account.login);
    let id = person.to_string();
    let mut places = Vec::new();
    loop {
        let rows = work.tx.list_audit_naming(person, &login, BATCH).await?;
        if rows.is_empty() {
            break;
        }
        for mut row in rows {
            if let Some(place) = work.tx.find_audit_place(row.id).await? {
                places.push(place.sequence);
            }
            row.actor_id = row.actor_id.filter(|actor| *actor != person);
            row.subject_id = row.subject_id.filter(|subject| *subject != person);
            if row.object == id || row.object == login {
                row.object.clear();
            }
            row.detail = json!({});
            work.tx.blank_audit(&row).await?;
        }
    }
    for listed in places.chunks(LISTED) {
        work.audit_act(actor, None, ERASED, "", json!({ "places": listed }))
            .await?;
    }
    Ok(u64::try_from(places.len()).unwrap_or(u64::MAX))
}

/// What the first link follows.
const GENESIS: [u8; 32] = [0; 32];

fn chained(before: &[u8], sequence: i64, commitment: &[u8]) -> Vec<u8> {
    digest(
        "linli audit link 1",
        &[before, &sequence.to_be_bytes(), commitment],
    )
}

/// The commitment of a row.
fn commitment(row: &AuditRow, salt: &[u8]) -> Vec<u8> {
    let id = |person: Option<PersonId>| {
        person.map_or_else(Vec::new, |person| person.0.as_bytes().to_vec())
    };
    let mut detail = String::new();
    canonical(&row.detail, &mut detail);
    digest(
        "linli audit row 1",
        &[
            salt,
            row.id.0.as_bytes(),
            &row.at.0.to_be_bytes(),
            &id(row.actor_id),
            &id(row.subject_id),
            row.action.as_bytes(),
            row.object.as_bytes(),
            detail.as_bytes(),
        ],
    )
}

fn signature(work: &Work, sequence: i64, link: &[u8]) -> Vec<u8> {
    let head = Head {
        sequence,
        link: link.to_vec(),
    };
    work.tx.fingerprint("audit-head", &head.to_string())
}

/// SHA-256 over parts, each with its length before it.
fn digest(of: &str, parts: &[&[u8]]) -> Vec<u8> {
    let mut digest = Sha256::new();
    digest.update(of.as_bytes());
    for part in parts {
        digest.update(u64::try_from(part.len()).unwrap_or(u64::MAX).to_be_bytes());
        digest.update(part);
    }
    digest.finalize().to_vec()
}

/// JSON with sorted keys and no blanks, whatever order the database keeps.
fn canonical(value: &Value, text: &mut String) {
    match value {
        Value::Object(fields) => {
            let mut fields: Vec<_> = fields.iter().collect();
            fields.sort_by_key(|(name, _)| *name);
            text.push('{');
            for (at, (name, value)) in fields.into_iter().enumerate() {
                if at > 0 {
                    text.push(',');
                }
                text.push_str(&Value::from(name.as_str()).to_string());
                text.push(':');
                canonical(value, text);
            }
            text.push('}');
        }
        Value::Array(values) => {
            text.push('[');
            for (at, value) in values.iter().enumerate() {
                if at > 0 {
                    text.push(',');
                }
                canonical(value, text);
            }
            text.push(']');
        }
        plain => text.push_str(&plain.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn json_is_the_same_in_any_order() {
        let mut text = String::new();
        canonical(
            &json!({ "b": [1, { "d": null, "c": "x\"" }], "a": true }),
            &mut text,
        );
        assert_eq!(text, r#"{"a":true,"b":[1,{"c":"x\"","d":null}]}"#);
    }

    #[test]
    fn a_head_is_read_as_it_was_written() {
        let head = Head {
            sequence: 12,
            link: vec![0xab; 32],
        };
        assert_eq!(head.to_string().parse(), Ok(head));
        for bad in [
            "",
            "12",
            "12:ab",
            &format!("x:{}", "ab".repeat(32)),
            &format!("1:{}é", "a".repeat(62)),
        ] {
            assert!(bad.parse::<Head>().is_err(), "{bad}");
        }
    }
}
