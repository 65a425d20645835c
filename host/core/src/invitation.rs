//! Roles by invitation: an admin says which role and for whom, and the invited takes it with a code, on the account that
//! they have or a new one. The code goes by mail or on a letter; it is a keyed hash of the invitation's id, so that a letter
//! can be printed again and the database holds no code.

use crate::account::{self, RoleGrant};
use crate::caller::{Admin, DISTRICT_ADMIN, Login};
use crate::error::{Refusal, Result};
use crate::mail::Mail;
use crate::outbox;
use crate::work::Work;
use linli_domain::notice::{Channel, is_mail_address};
use linli_domain::{CommunityId, DeliveryId, Instant, Locale, Localised, OrganisationId, PersonId};
use linli_store::invitation::Invitation;
use linli_store::person::Person;
use serde_json::json;
use uuid::Uuid;

/// For how long an invitation can be accepted, in days.
pub const DAYS: i64 = 14;
/// The longest name, in characters.
pub const MAX_NAME: usize = 60;
/// The most invitations of one list.
pub const MAX_SLICE: i64 = 50;
/// Crockford's base 32: without letters that look like digits.
const DIGITS: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/// Why an invitation cannot be made or used so.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum InvitationRefusal {
    /// No name was written.
    NoName,
    /// It is no mail address.
    NoMailAddress,
    /// It was used, revoked or is too old, or there is none with this code.
    Over,
    /// Whoever invited is no admin any more.
    InviterGone,
}

impl InvitationRefusal {
    /// What it says to people, in both languages.
    pub fn message(&self) -> Localised {
        match self {
            Self::NoName => Localised::new(
                format!("请填写受邀人的姓名（1–{MAX_NAME} 个字）。"),
                format!("Write the name of whom you invite, at most {MAX_NAME} characters."),
            ),
            Self::NoMailAddress => Localised::new(
                "这不是可用的邮箱地址，请填写如 name@example.com 的地址，或留空并打印邀请信。",
                "This cannot be a mail address. Write one such as name@example.com, or leave it empty and print the letter.",
            ),
            Self::Over => Localised::new(
                "没有可用的邀请：邀请码有误，或邀请已被使用、撤回或过期。请核对邀请码，或联系邀请您的人。",
                "There is no such invitation: the code is wrong, or it was used, revoked or is too old. Check the code, or ask \
                 who invited you.",
            ),
            Self::InviterGone => Localised::new(
                "邀请您的人已不再是管理员，此邀请失效，请联系区管理员重新邀请。",
                "Who invited you is no admin any more, so this invitation is void. Ask the district's admin for another.",
            ),
        }
    }
}

impl From<InvitationRefusal> for crate::Error {
    fn from(refusal: InvitationRefusal) -> Self {
        Self::Refused(Refusal::Invitation(refusal))
    }
}

/// What an admin writes.
#[derive(Clone, Debug)]
pub struct NewInvitation<'a> {
    /// Whom it is meant for.
    pub name: &'a str,
    /// Where it goes by mail; by letter if empty.
    pub email: &'a str,
    /// In which language.
    pub locale: Locale,
    /// The role's code.
    pub role: &'a str,
    /// At which organisation.
    pub organisation: Option<OrganisationId>,
    /// Where; everywhere if none.
    pub community: Option<CommunityId>,
    /// Until when the role lasts.
    pub role_expires: Option<Instant>,
}

/// Invites somebody.
pub async fn invite(work: &mut Work, admin: &Admin, new: &NewInvitation<'_>) -> Result<DeliveryId> {
    let (name, email) = (new.name.trim(), new.email.trim());
    if name.is_empty() || name.chars().count() > MAX_NAME {
        return Err(InvitationRefusal::NoName.into());
    }
    // Mail is written by the outbox, which must know whose it is.
    let by_mail = !email.is_empty() && admin.person.is_some();
    if by_mail && !is_mail_address(email) {
        return Err(InvitationRefusal::NoMailAddress.into());
    }
    let id: DeliveryId = work.id();
    let grant = RoleGrant {
        person: PersonId(Uuid::nil()),
        code: new.role,
        organisation: new.organisation,
        community: new.community,
        expires: new.role_expires,
    };
    account::check_grant(work, &grant)?;
    let invitation = Invitation {
        id,
        code_hash: hash(work, &code(work, id)),
        name: name.to_owned(),
        email: by_mail.then(|| email.to_owned()),
        locale: new.locale,
        role: new.role.to_owned(),
        organisation_id: new.organisation,
        community_id: new.community,
        role_expires: new.role_expires,
        invited_by: admin.person,
        created: work.now,
        expires: work.now.plus_days(DAYS),
        accepted: None,
        accepted_by: None,
        revoked: None,
        revoked_by: None,
    };
    work.tx.create_invitation(&invitation).await?;
    if let Some(person) = admin.person.filter(|_| by_mail) {
        let now = work.now;
        let mut delivery = outbox::new(work, person, None, Channel::Mail, None, now);
        delivery.id = id;
        work.tx.create_delivery(&delivery).await?;
    }
    let detail = json!({
        "role": new.role, "organisation": new.organisation, "community": new.community, "mail": by_mail,
    });
    work.audit_act(&admin.actor(), None, "invitation.make", id, detail)
        .await?;
    Ok(id)
}

/// The code: sixteen characters, 80 bits.
fn code(work: &Work, id: DeliveryId) -> String {
    let hash = work.tx.fingerprint("invitation-code", &id.to_string());
    hash.iter()
        .take(16)
        .enumerate()
        .flat_map(|(index, byte)| {
            let gap = (index > 0 && index % 4 == 0).then_some('-');
            gap.into_iter()
                .chain([char::from(DIGITS[usize::from(byte % 32)])])
        })
        .collect()
}

fn hash(work: &Work, code: &str) -> Vec<u8> {
    let normal: String = code
        .chars()
        .filter(char::is_ascii_alphanumeric)
        .map(|c| match c.to_ascii_uppercase() {
            'O' => '0',
            'I' | 'L' => '1',
            c => c,
        })
        .take(32)
        .collect();
    work.tx.fingerprint("invitation", &normal)
}

/// The invitation of a code, while it can be accepted.
pub async fn open(work: &mut Work, code: &str) -> Result<Invitation> {
    let hash = hash(work, code);
    let found = work.tx.find_invitation_by_code(&hash).await?;
    let found = found
        .filter(|found| found.accepted.is_none() && found.revoked.is_none())
        .filter(|found| found.expires > work.now)
        .ok_or(InvitationRefusal::Over)?;
    if let Some(inviter) = found.invited_by {
        let roles = work.tx.list_roles(inviter, work.now).await?;
        if !roles.iter().any(|role| role.code == DISTRICT_ADMIN) {
            return Err(InvitationRefusal::InviterGone.into());
        }
    }
    Ok(found)
}

/// Takes the role on an account that exists.
pub async fn accept(work: &mut Work, login: &Login, code: &str) -> Result<()> {
    let invitation = open(work, code).await?;
    take(work, &invitation, login.person).await
}

/// Takes the role on a new account; answers whose it is. The password is hashed already.
pub async fn accept_anew(
    work: &mut Work,
    code: &str,
    login: &str,
    password_hash: &str,
) -> Result<PersonId> {
    let invitation = open(work, code).await?;
    let person = Person {
        id: work.id(),
        name: invitation.name.clone(),
        birth_date: None,
        sex: None,
        phone: None,
        identity_number: None,
        care_level: None,
        household_id: None,
        community_id: None,
    };
    let admin = Admin {
        person: invitation.invited_by,
    };
    let locale = invitation.locale;
    account::create(work, &admin, &person, login, password_hash, locale).await?;
    take(work, &invitation, person.id).await?;
    Ok(person.id)
}

async fn take(work: &mut Work, invitation: &Invitation, person: PersonId) -> Result<()> {
    let now = work.now;
    if !work
        .tx
        .accept_invitation(invitation.id, person, now)
        .await?
    {
        return Err(InvitationRefusal::Over.into());
    }
    let admin = Admin {
        person: invitation.invited_by,
    };
    let grant = RoleGrant {
        person,
        code: &invitation.role,
        organisation: invitation.organisation_id,
        community: invitation.community_id,
        expires: invitation.role_expires,
    };
    account::grant_role(work, &admin, &grant).await?;
    let who = Some(person);
    work.audit(who, who, "invitation.accept", invitation.id, json!({}))
        .await
}

/// Takes an invitation back.
pub async fn revoke(work: &mut Work, admin: &Admin, id: DeliveryId) -> Result<()> {
    let now = work.now;
    if !work.tx.revoke_invitation(id, admin.person, now).await? {
        return Err(InvitationRefusal::Over.into());
    }
    work.audit_act(&admin.actor(), None, "invitation.revoke", id, json!({}))
        .await
}

/// All invitations before `(created, id)`, the newest first.
pub async fn list(
    work: &mut Work,
    _: &Admin,
    before: Option<(Instant, DeliveryId)>,
) -> Result<Vec<Invitation>> {
    let before = before.unwrap_or((Instant(i64::MAX), DeliveryId(Uuid::max())));
    Ok(work.tx.list_invitations(before, MAX_SLICE).await?)
}

/// What the letter of an open invitation says, with its code.
pub async fn letter(
    work: &mut Work,
    admin: &Admin,
    id: DeliveryId,
) -> Result<(Invitation, String)> {
    let found = work.tx.find_invitation(id).await?;
    let found = found
        .filter(|found| found.accepted.is_none() && found.revoked.is_none())
        .filter(|found| found.expires > work.now)
        .ok_or(InvitationRefusal::Over)?;
    work.audit_act(&admin.actor(), None, "invitation.print", id, json!({}))
        .await?;
    let code = code(work, id);
    Ok((found, code))
}

/// The mail; none where it can no longer be accepted, or the host does not know where it is reached.
pub(crate) async fn mail(
    work: &mut Work,
    invitation: &Invitation,
    base: Option<&str>,
) -> Result<Option<Mail>> {
    let over = invitation.accepted.is_some()
        || invitation.revoked.is_some()
        || invitation.expires <= work.now;
    let (Some(email), Some(base), false) = (&invitation.email, base, over) else {
        return Ok(None);
    };
    let host = outbox::host_name(work).await?;
    let link = format!("{base}/invitation?code={}", code(work, invitation.id));
    // The outbox chooses the inviter's language; the invited has their own.
    let (subject, text) = match invitation.locale {
        Locale::ZhCn => (
            format!("“{}”邀请您加入", host.zh),
            format!(
                "{}：\n“{}”邀请您承担一项工作。请打开以下链接查看并接受（{DAYS} 天内有效，只能使用一次）：\n{link}\n\
                 如果您不认识我们，请忽略此邮件，并且不要把链接转给别人。",
                invitation.name, host.zh
            ),
        ),
        Locale::En => (
            format!("{} invites you", host.en),
            format!(
                "Dear {},\n{} invites you to take on a role. Open this link within {DAYS} days to see which, and to accept; it \
                 works once:\n{link}\nIf you do not know us, do nothing, and hand the link to nobody.",
                invitation.name, host.en
            ),
        ),
    };
    Ok(Some((
        email.clone(),
        Localised::new(subject.clone(), subject),
        Localised::new(text.clone(), text),
    )))
}
