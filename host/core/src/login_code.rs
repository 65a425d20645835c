//! Logging in with a code that goes out by mail, also by whoever forgot their password.
//!
//! Asking does the same for every name: it writes a row, whether somebody has the name and can be written to or not; the
//! background writes the mail. The code is a keyed hash of the row's id, so that it stands nowhere. Only the session that
//! asked holds the id, and so only it can use the code.

use crate::error::{Refusal, Result};
use crate::login::{self, Entry};
use crate::mail::Mail;
use crate::outbox;
use crate::work::{Core, Work};
use crate::{act, contact};
use linli_domain::notice::Channel;
use linli_domain::{DeliveryId, Instant, Localised};
use linli_store::login_code::LoginCode;
use serde_json::json;

/// For how long a code can be used, in minutes.
pub const MINUTES: i64 = 10;
/// How often somebody may type one.
pub const ATTEMPTS: i64 = 5;
/// How many codes a name may ask for within an hour.
const AN_HOUR: i64 = 5;
/// And within a day.
const A_DAY: i64 = 10;
/// How many the background hands to the outbox at once.
const AT_ONCE: i64 = 20;

/// Asks for a code; the answer is the same whether somebody has the name or not. Keep it in the session.
pub async fn ask(core: &Core, name: &str, address: &str) -> Result<DeliveryId> {
    let name = login::normal(name);
    act!(core, |work| async {
        login::count_code(work, address).await?;
        let name_hash = work.tx.fingerprint("login-code-name", &name);
        for (minutes, most) in [(60, AN_HOUR), (24 * 60, A_DAY)] {
            let since = work.now.plus_minutes(-minutes);
            if work.tx.count_login_codes(&name_hash, since).await? >= most {
                return Err(Refusal::LockedOut(work.now.plus_minutes(60)).into());
            }
        }
        let account = work.tx.find_account_by_login(&name).await?;
        let code = LoginCode {
            id: work.id(),
            person_id: account.map(|account| account.person_id),
            name_hash,
            asked: work.now,
            expires: work.now.plus_minutes(MINUTES),
            attempts: 0,
            posted: None,
            used: None,
        };
        work.tx.create_login_code(&code).await?;
        let detail = json!({ "address": address });
        work.audit(None, code.person_id, "account.ask-code", code.id, detail)
            .await?;
        Ok(code.id)
    }
    .await)
}

/// Logs in with what was typed. `id` is from the session that asked.
pub async fn redeem(
    core: &Core,
    id: DeliveryId,
    typed: &str,
    address: &str,
    device: Option<&str>,
) -> Result<Entry> {
    let typed: String = typed.chars().filter(char::is_ascii_digit).collect();
    // A wrong one is counted, so this is kept whatever it says.
    let entry = act!(core, |work| async {
        let counted = login::count_code(work, address).await?;
        if !work.tx.try_login_code(id, ATTEMPTS, work.now).await? {
            return Ok(None);
        }
        let code = work.tx.find_login_code(id).await?;
        let person = code.and_then(|code| code.person_id);
        let account = match person {
            Some(person) => work.tx.find_account(person).await?,
            None => None,
        };
        let right = login::same(&typed, &self::code(work, id));
        match account {
            Some(account) if right && work.tx.use_login_code(id, work.now).await? => {
                work.tx.delete_login_failure(counted).await?;
                login::enter(work, account.person_id, &account.login, "code", device)
                    .await
                    .map(Some)
            }
            _ => {
                let detail = json!({ "address": address, "by": "code" });
                work.audit(None, person, "account.log-in-failed", id, detail)
                    .await?;
                Ok(None)
            }
        }
    }
    .await)?;
    entry.ok_or_else(|| Refusal::WrongCode.into())
}

/// Six digits.
fn code(work: &Work, id: DeliveryId) -> String {
    let hash = work.tx.fingerprint("login-code", &id.to_string());
    let number = hash
        .iter()
        .take(8)
        .fold(0_u64, |number, byte| number << 8 | u64::from(*byte));
    format!("{:06}", number % 1_000_000)
}

/// Whether a code waits for the outbox.
pub(crate) async fn is_due(work: &mut Work) -> Result<bool> {
    Ok(work.tx.has_login_code_to_post().await?)
}

/// Hands codes to the outbox.
pub(crate) async fn post(work: &mut Work) -> Result<()> {
    for code in work.tx.list_login_codes_to_post(AT_ONCE).await? {
        let now = work.now;
        work.tx.set_login_code_posted(code.id, now).await?;
        if let Some(person) = code.person_id
            && code.expires > now
        {
            let mut delivery = outbox::new(work, person, None, Channel::Mail, None, now);
            delivery.id = code.id;
            work.tx.create_delivery(&delivery).await?;
        }
    }
    Ok(())
}

/// The mail; none where the code is over or used, or the person has no address that they confirmed.
pub(crate) async fn mail(work: &mut Work, code: &LoginCode) -> Result<Option<Mail>> {
    let (Some(person), None) = (code.person_id, code.used) else {
        return Ok(None);
    };
    if code.expires <= work.now || work.tx.find_account(person).await?.is_none() {
        return Ok(None);
    }
    let contact = contact::find(work, person).await?;
    let Some(email) = contact.email.filter(|_| contact.email_confirmed.is_some()) else {
        return Ok(None);
    };
    let host = outbox::host_name(work).await?;
    let number = self::code(work, code.id);
    // Not in the subject, which telephones show while they are locked.
    let subject = Localised::new(
        format!("登录验证码 · {}", host.zh),
        format!("Your code to log in · {}", host.en),
    );
    let text = Localised::new(
        format!(
            "您的登录验证码是：{number}\n{MINUTES} 分钟内有效，只能在您请求验证码的那个浏览器里使用。\n\
             工作人员不会向您索要验证码，请勿告诉任何人。如果不是您在登录，请忽略此邮件。"
        ),
        format!(
            "Your code to log in is: {number}\nIt works for {MINUTES} minutes, and only in the browser in which you asked for \
             it.\nNobody who works here asks you for it: tell it to no one. If it was not you, do nothing."
        ),
    );
    Ok(Some((email, subject, text)))
}

/// Removes codes that are long over.
pub async fn sweep(work: &mut Work) -> Result<u64> {
    let before: Instant = work.now.plus_days(-1);
    Ok(work.tx.delete_old_login_codes(before).await?)
}
