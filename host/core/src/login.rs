//! Logging in with a password, and what keeps guessers out without keeping owners out.

use crate::account::{MAX_PASSWORD, verify_password};
use crate::act;
use crate::error::{Refusal, Result};
use crate::work::{Core, Work};
use linli_domain::lockout::{self, Count};
use linli_domain::{Instant, PersonId};
use linli_store::person::Account;
use serde_json::json;
use uuid::Uuid;

/// The longest log-in name that is looked at, in characters.
const MAX_NAME: usize = 100;
/// How many accounts a device is known to.
const DEVICE_ACCOUNTS: usize = 4;

/// A try to log in.
#[derive(Clone, Copy, Debug)]
pub struct Attempt<'a> {
    /// The log-in name, as typed.
    pub name: &'a str,
    /// The password.
    pub password: &'a str,
    /// Where the request came from.
    pub address: &'a str,
    /// What the browser was given when somebody logged in on it: [`Entry::device`].
    pub device: Option<&'a str>,
}

/// Somebody is in.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Entry {
    /// Who.
    pub person: PersonId,
    /// What the browser keeps, so that strangers' guesses do not pause its owner. It opens nothing by itself.
    pub device: String,
}

/// A name in normal form.
pub(crate) fn normal(name: &str) -> String {
    name.trim().to_lowercase().chars().take(MAX_NAME).collect()
}

/// Checks a log-in name and password.
pub async fn log_in(core: &Core, attempt: &Attempt<'_>) -> Result<Entry> {
    let name = normal(attempt.name);
    // It counts as a failure until it turns out to be none: guesses made at once cannot outrun the lock.
    let (account, knock) = act!(core, |work| async {
        let account = match work.tx.find_account_by_login(&name).await? {
            Some(account) => work.tx.find_account(account.person_id).await?,
            None => None,
        };
        let knock = knock(
            work,
            &name,
            account.as_ref(),
            attempt.address,
            attempt.device,
        )
        .await?;
        Ok((account, knock))
    }
    .await)?;
    // An unknown name costs as much as a wrong password, so that time tells nothing.
    let hash = account
        .as_ref()
        .map(|account| account.password_hash.clone());
    let password: String = attempt.password.chars().take(MAX_PASSWORD).collect();
    let right = verify_password(hash, password).await?;
    match account {
        Some(account) if right => {
            act!(core, |work| async {
                knock.forget(work).await?;
                enter(work, account.person_id, &name, "password", attempt.device).await
            }
            .await)
        }
        _ => {
            act!(core, |work| work
                .audit(
                    None,
                    None,
                    "account.log-in-failed",
                    &name,
                    json!({ "address": attempt.address }),
                )
                .await)?;
            Err(Refusal::WrongPassword.into())
        }
    }
}

/// Notes that somebody is in, and makes the device known to their account.
pub(crate) async fn enter(
    work: &mut Work,
    person: PersonId,
    name: &str,
    by: &str,
    device: Option<&str>,
) -> Result<Entry> {
    work.audit(
        Some(person),
        None,
        "account.log-in",
        name,
        json!({ "by": by }),
    )
    .await?;
    Ok(Entry {
        person,
        device: know(work, person, device),
    })
}

/// A failure that is counted already.
pub(crate) struct Knock {
    counted: Vec<(Uuid, String, bool)>,
}

impl Knock {
    /// It was no failure. What only this browser and address have failed before is forgotten with it; what strangers have
    /// failed at a name is not.
    pub async fn forget(&self, work: &mut Work) -> Result<()> {
        for (id, subject, own) in &self.counted {
            if *own {
                work.tx.delete_login_failures(subject).await?;
            } else {
                work.tx.delete_login_failure(*id).await?;
            }
        }
        Ok(())
    }
}

async fn knock(
    work: &mut Work,
    name: &str,
    account: Option<&Account>,
    address: &str,
    device: Option<&str>,
) -> Result<Knock> {
    let known = account.and_then(|account| known(work, account.person_id, device));
    let mut counts = Vec::new();
    if let Some(nonce) = known {
        let subject = format!("device {nonce}");
        if paused_until(work, &subject, lockout::DEVICE)
            .await?
            .is_none()
        {
            counts.push((subject, name, true));
        }
    }
    if counts.is_empty() {
        let strangers = [
            (format!("pair {name} {address}"), lockout::PAIR, name, true),
            (format!("name {name}"), lockout::NAME, name, false),
            (format!("address {address}"), lockout::ADDRESS, "", false),
        ];
        let mut until = None;
        for (subject, count, ..) in &strangers {
            until = until.max(paused_until(work, subject, *count).await?);
        }
        if let Some(until) = until {
            return Err(Refusal::LockedOut(until).into());
        }
        counts.extend(strangers.map(|(subject, _, of_name, own)| (subject, of_name, own)));
    }
    let mut counted = Vec::new();
    for (subject, of_name, own) in counts {
        let (id, now) = (work.id(), work.now);
        work.tx
            .create_login_failure(id, &subject, of_name, now)
            .await?;
        counted.push((id, subject, own));
    }
    Ok(Knock { counted })
}

/// Counts what may be done only so often from an address; refuses what is too often.
pub(crate) async fn count_code(work: &mut Work, address: &str) -> Result<Uuid> {
    let subject = format!("code {address}");
    if let Some(until) = paused_until(work, &subject, lockout::CODES).await? {
        return Err(Refusal::LockedOut(until).into());
    }
    let (id, now) = (work.id(), work.now);
    work.tx.create_login_failure(id, &subject, "", now).await?;
    Ok(id)
}

async fn paused_until(work: &mut Work, subject: &str, count: Count) -> Result<Option<Instant>> {
    let since = work.now.plus_minutes(-count.window_minutes);
    let failures = work.tx.count_login_failures(subject, since).await?;
    let until = failures
        .last
        .map(|last| last.plus_minutes(count.pause_minutes(failures.count)));
    Ok(until.filter(|until| *until > work.now))
}

/// The part of a browser's token that says that an account knows it.
fn mac(work: &Work, person: PersonId, nonce: &str) -> String {
    let hash = work
        .tx
        .fingerprint("login-device", &format!("{person} {nonce}"));
    hash.iter()
        .take(16)
        .map(|byte| format!("{byte:02x}"))
        .collect()
}

/// The nonce by which an account knows a browser.
fn known(work: &Work, person: PersonId, device: Option<&str>) -> Option<String> {
    device?
        .split('~')
        .take(DEVICE_ACCOUNTS)
        .filter_map(|token| token.split_once('.'))
        .find(|(nonce, given)| nonce.len() == 32 && same(given, &mac(work, person, nonce)))
        .map(|(nonce, _)| nonce.to_owned())
}

/// Whether two texts are the same, in a time that does not tell where they differ.
pub(crate) fn same(one: &str, other: &str) -> bool {
    one.len() == other.len()
        && one
            .bytes()
            .zip(other.bytes())
            .fold(0, |differ, (one, other)| differ | (one ^ other))
            == 0
}

/// What a browser keeps from now on: an account more that knows it, the newest first.
fn know(work: &mut Work, person: PersonId, device: Option<&str>) -> String {
    if known(work, person, device).is_some() {
        return device.unwrap_or_default().to_owned();
    }
    let mut nonce = [0; 16];
    work.stream.fill(&mut nonce);
    let nonce: String = nonce.iter().map(|byte| format!("{byte:02x}")).collect();
    let new = format!("{nonce}.{}", mac(work, person, &nonce));
    let before = device.unwrap_or_default().split('~');
    let kept = before
        .filter(|token| token.len() == 65 && token.is_ascii())
        .take(DEVICE_ACCOUNTS - 1);
    std::iter::once(new.as_str())
        .chain(kept)
        .collect::<Vec<_>>()
        .join("~")
}
