//! Logging in, passwords and roles.

use crate::caller::{Admin, COMMUNITY_STAFF, DISTRICT_ADMIN, Login};
use crate::delegation::{self, NewDelegation};
use crate::error::{Error, Refusal, Result};
use crate::login::{self, Attempt};
use crate::resident;
use crate::work::{Core, Work};
use argon2::Argon2;
use argon2::password_hash::{PasswordHasher as _, PasswordVerifier as _};
use linli_domain::delegation::{DelegationKind, Scope};
use linli_domain::identity::IdentityNumber;
use linli_domain::random::Stream;
use linli_domain::{CommunityId, Instant, Locale, OrganisationId, PersonId, RoleId};
use linli_store::person::{Account, Person, Role};
use serde_json::json;
use tokio::sync::{Semaphore, SemaphorePermit};

/// The shortest password, in characters (NIST SP 800-63B section 5.1.1.2 asks for 8).
pub const MIN_PASSWORD: usize = 8;
/// The longest, so that hashing stays bounded.
pub const MAX_PASSWORD: usize = 200;

/// Checks a log-in name and password from a browser that the account does not know. `address` is where the request came from.
pub async fn log_in(core: &Core, name: &str, password: &str, address: &str) -> Result<PersonId> {
    let attempt = Attempt {
        name,
        password,
        address,
        device: None,
    };
    Ok(login::log_in(core, &attempt).await?.person)
}

/// Whether a password belongs to a hash. Without one it costs as much and never does.
pub(crate) async fn verify_password(hash: Option<String>, password: String) -> Result<bool> {
    let hash = hash.unwrap_or_else(|| DUMMY_HASH.to_owned());
    blocking(permit().await?, move || {
        Argon2::default()
            .verify_password(password.as_bytes(), hash.as_str())
            .is_ok()
    })
    .await
}

/// A hash of nothing that anybody knows.
const DUMMY_HASH: &str = "$argon2id$v=19$m=19456,t=2,p=1$c29tZXNhbHRzb21lc2FsdA$5EWkc7nIQ0XjdHyEvdW+ZjVUfTCe/p8qQO6hhvLzyJs";

/// Hashes a password with Argon2id (RFC 9106) and the crate's default parameters: 19 MiB, two passes.
pub async fn hash_password(stream: &mut Stream, password: &str) -> Result<String> {
    let length = password.chars().count();
    if !(MIN_PASSWORD..=MAX_PASSWORD).contains(&length) {
        return Err(Refusal::field(
            "password",
            format!("密码须为 {MIN_PASSWORD}–{MAX_PASSWORD} 个字符"),
            format!("A password has {MIN_PASSWORD}–{MAX_PASSWORD} characters"),
        )
        .into());
    }
    let mut salt = [0; 16];
    stream.fill(&mut salt);
    let password = password.to_owned();
    blocking(permit().await?, move || {
        Argon2::default()
            .hash_password_with_salt(password.as_bytes(), &salt)
            .map(|hash| hash.to_string())
            .map_err(|error| Error::Internal(format!("cannot hash a password: {error}")))
    })
    .await?
}

/// How many passwords the process hashes at once: each takes 19 MiB and a core.
static HASHING: Semaphore = Semaphore::const_new(4);

async fn permit() -> Result<SemaphorePermit<'static>> {
    HASHING
        .acquire()
        .await
        .map_err(|error| Error::Internal(error.to_string()))
}

/// Runs it on a thread that may block. The permit is held there to the end, also where nobody waits for it any more.
async fn blocking<T: Send + 'static>(
    permit: SemaphorePermit<'static>,
    work: impl FnOnce() -> T + Send + 'static,
) -> Result<T> {
    tokio::task::spawn_blocking(move || {
        let done = work();
        drop(permit);
        done
    })
    .await
    .map_err(|error| Error::Internal(error.to_string()))
}

/// A resident identity number in normal form.
fn identity_number(written: &str) -> Result<IdentityNumber> {
    match written.parse::<IdentityNumber>() {
        Ok(number) => Ok(number),
        Err(error) => Err(Refusal::field(
            "identity-number",
            "公民身份号码不正确，请对照身份证核对全部 18 位",
            format!(
                "This is no identity number ({error}). Compare all 18 characters with the card"
            ),
        )
        .into()),
    }
}

/// Adds a person with a log-in; the password is hashed already.
pub async fn create(
    work: &mut Work,
    admin: &Admin,
    person: &Person,
    login: &str,
    password_hash: &str,
    locale: Locale,
) -> Result<()> {
    let login = login.trim().to_lowercase();
    if login.is_empty() || login.len() > 100 || login.contains(char::is_whitespace) {
        return Err(Refusal::field(
            "login",
            "用户名须为 1–100 个字符，不含空格",
            "A user name has 1–100 characters and no spaces",
        )
        .into());
    }
    if work.tx.find_account_by_login(&login).await?.is_some() {
        return Err(Refusal::Taken(login).into());
    }
    let mut person = person.clone();
    if let Some(number) = &person.identity_number {
        let number = identity_number(number)?;
        if work
            .tx
            .find_person_by_identity(number.as_str())
            .await?
            .is_some()
        {
            return Err(Refusal::field(
                "identity-number",
                "已有人员登记了这个公民身份号码，请核对",
                "Somebody is registered with this identity number. Check it",
            )
            .into());
        }
        // The number says when they were born, and so whether they are a child.
        let born = number.birth_date();
        if person.birth_date.is_some_and(|said| said != born) {
            return Err(Refusal::field(
                "birth-date",
                "出生日期与公民身份号码不一致，请核对",
                "The birth date differs from that in the identity number. Check both",
            )
            .into());
        }
        person.birth_date = Some(born);
        person.identity_number = Some(number.as_str().to_owned());
    }
    work.tx.create_person(&person).await?;
    if let Some(community) = person.community_id {
        resident::begin_stay(work, person.id, community, person.household_id, "").await?;
    }
    let account = Account {
        person_id: person.id,
        login: login.clone(),
        password_hash: password_hash.to_owned(),
        locale,
        created: work.now,
    };
    work.tx.create_account(&account).await?;
    work.audit(
        admin.person,
        Some(person.id),
        "account.create",
        login,
        json!({}),
    )
    .await
}

/// Replaces a password and ends all sessions of its account.
pub async fn set_password(
    work: &mut Work,
    admin: &Admin,
    login: &str,
    password_hash: &str,
) -> Result<()> {
    let login = login.trim().to_lowercase();
    let account = work
        .tx
        .find_account_by_login(&login)
        .await?
        .ok_or(Refusal::NotFound("person"))?;
    work.tx
        .set_account_password(account.person_id, password_hash)
        .await?;
    work.tx.delete_sessions_of(account.person_id).await?;
    work.tx.delete_login_failures_of_name(&login).await?;
    work.audit(
        admin.person,
        Some(account.person_id),
        "account.set-password",
        login,
        json!({}),
    )
    .await
}

/// A person changes their own password, which was proved just now; all their sessions end but the one that `but` names.
pub async fn change_password(
    work: &mut Work,
    login: &Login,
    password_hash: &str,
    but: &str,
) -> Result<()> {
    let person = login.person;
    if !work.tx.set_account_password(person, password_hash).await? {
        return Err(Refusal::NotFound("person").into());
    }
    let ended = work.tx.delete_other_sessions(person, but).await?;
    let who = Some(person);
    work.audit(
        who,
        who,
        "account.change-password",
        person,
        json!({ "ended": ended }),
    )
    .await
}

/// Makes a person a district admin.
pub async fn grant_admin(work: &mut Work, admin: &Admin, person: PersonId) -> Result<()> {
    grant_role(work, admin, &RoleGrant::of(person, DISTRICT_ADMIN)).await
}

/// Makes a person staff of a community, or of all communities.
pub async fn grant_community_staff(
    work: &mut Work,
    admin: &Admin,
    person: PersonId,
    community: Option<CommunityId>,
) -> Result<()> {
    let grant = RoleGrant {
        community,
        ..RoleGrant::of(person, COMMUNITY_STAFF)
    };
    grant_role(work, admin, &grant).await
}

/// Gives a person a role at an organisation, in one community or in all.
pub async fn grant_staff_role(
    work: &mut Work,
    admin: &Admin,
    person: PersonId,
    organisation: OrganisationId,
    community: Option<CommunityId>,
    code: &str,
) -> Result<()> {
    let grant = RoleGrant {
        organisation: Some(organisation),
        community,
        ..RoleGrant::of(person, code)
    };
    grant_role(work, admin, &grant).await
}

/// A role to be granted.
#[derive(Clone, Copy, Debug)]
pub struct RoleGrant<'a> {
    /// To whom.
    pub person: PersonId,
    /// [`DISTRICT_ADMIN`] or [`COMMUNITY_STAFF`], which are of no organisation; [`VOLUNTEER`](crate::caller::VOLUNTEER),
    /// [`ENTERPRISE_CONTACT`](crate::caller::ENTERPRISE_CONTACT) or a
    /// code of an organisation's own.
    pub code: &'a str,
    /// At which organisation.
    pub organisation: Option<OrganisationId>,
    /// Where; everywhere if none.
    pub community: Option<CommunityId>,
    /// Until when; without end if none.
    pub expires: Option<Instant>,
}

impl<'a> RoleGrant<'a> {
    /// A role of no organisation, everywhere, without end.
    pub fn of(person: PersonId, code: &'a str) -> Self {
        Self {
            person,
            code,
            organisation: None,
            community: None,
            expires: None,
        }
    }
}

/// Refuses what is no role, and one that is over before it begins.
pub(crate) fn check_grant(work: &Work, grant: &RoleGrant<'_>) -> Result<()> {
    let of_the_host = [DISTRICT_ADMIN, COMMUNITY_STAFF].contains(&grant.code);
    // A district admin of one community would be one of all.
    let elsewhere = grant.code == DISTRICT_ADMIN && grant.community.is_some();
    if elsewhere
        || of_the_host == grant.organisation.is_some()
        || !linli_domain::id::is_slug(grant.code)
    {
        return Err(Refusal::field(
            "role",
            "没有这个角色代码",
            "That is no code of an organisation's role",
        )
        .into());
    }
    if grant.expires.is_some_and(|expires| expires <= work.now) {
        return Err(Refusal::field(
            "expires",
            "截止时间须在现在之后",
            "A role must end after now",
        )
        .into());
    }
    Ok(())
}

/// Grants a role. One that the person holds already lasts as long as is said now.
pub async fn grant_role(work: &mut Work, admin: &Admin, grant: &RoleGrant<'_>) -> Result<()> {
    check_grant(work, grant)?;
    let registration = work.tx.find_registration(grant.person).await?;
    if registration.is_none_or(|person| person.died.is_some()) {
        return Err(Refusal::NotFound("person").into());
    }
    let held = work.tx.list_roles(grant.person, work.now).await?;
    let held = held.into_iter().find(|role| {
        role.code == grant.code
            && role.organisation_id == grant.organisation
            && role.community_id == grant.community
    });
    match held {
        Some(role) if role.expires == grant.expires => return Ok(()),
        Some(role) => work.tx.set_role_expiry(role.id, grant.expires).await?,
        None => {
            let role = Role {
                id: work.id(),
                person_id: grant.person,
                code: grant.code.to_owned(),
                organisation_id: grant.organisation,
                community_id: grant.community,
                granted: work.now,
                expires: grant.expires,
            };
            work.tx.create_role(&role).await?;
        }
    }
    let detail = json!({
        "organisation": grant.organisation, "community": grant.community, "expires": grant.expires,
    });
    work.audit_act(
        &admin.actor(),
        Some(grant.person),
        "role.grant",
        grant.code,
        detail,
    )
    .await
}

/// Ends roles whose time is over, some at a time, and closes their calendars; answers how many it ended. They count for
/// nothing from the moment they expire; this only clears up after them.
pub async fn end_expired_roles(work: &mut Work) -> Result<usize> {
    let expired = work.tx.list_expired_roles(work.now, 100).await?;
    for role in &expired {
        let left = work.tx.list_roles(role.person_id, work.now).await?;
        end_role(work, None, role, &left).await?;
    }
    Ok(expired.len())
}

/// Ends a role that a person holds. Nobody can book them in that role any more; appointments that were made stay.
pub async fn revoke_role(
    work: &mut Work,
    admin: &Admin,
    person: PersonId,
    role: RoleId,
) -> Result<()> {
    let held = work.tx.list_roles(person, work.now).await?;
    let (mut ended, left): (Vec<_>, Vec<_>) = held.into_iter().partition(|held| held.id == role);
    let role = ended.pop().ok_or(Refusal::NotFound("role"))?;
    end_role(work, admin.person, &role, &left).await
}

/// Ends a role and closes the calendars that none of the roles that are left covers.
async fn end_role(work: &mut Work, by: Option<PersonId>, role: &Role, left: &[Role]) -> Result<()> {
    work.tx.revoke_role(role.id, work.now).await?;
    for calendar in work.tx.list_calendars_of(role.person_id).await? {
        let covers = |role: &Role| {
            role.code == calendar.role
                && role.organisation_id == Some(calendar.organisation_id)
                && role
                    .community_id
                    .is_none_or(|at| at == calendar.community_id)
        };
        if !covers(role) || left.iter().any(covers) {
            continue;
        }
        for hours in work.tx.list_working_hours(calendar.id).await? {
            work.tx.delete_working_hours(calendar.id, hours.id).await?;
            work.audit(
                by,
                None,
                "working-hours.remove",
                calendar.id,
                json!({ "id": hours.id }),
            )
            .await?;
        }
    }
    work.audit(
        by,
        Some(role.person_id),
        "role.revoke",
        &role.code,
        json!({ "organisation": role.organisation_id, "community": role.community_id }),
    )
    .await
}

/// Lets one person act for another in all services that are not confidential, on evidence.
pub async fn delegate(
    work: &mut Work,
    admin: &Admin,
    resident: PersonId,
    delegate: PersonId,
    kind: &str,
    evidence: &str,
    expires: Option<Instant>,
) -> Result<()> {
    let kind = DelegationKind::from_code(kind).ok_or_else(|| {
        Refusal::field(
            "kind",
            "请填写 delegate（受托人）或 guardian（监护人）",
            "Write delegate or guardian",
        )
    })?;
    let new = NewDelegation {
        resident,
        delegate,
        kind,
        scope: Scope::all(),
        evidence: evidence.to_owned(),
        expires,
    };
    delegation::grant(work, &admin.actor(), &new).await?;
    Ok(())
}

/// Changes the language of one's pages.
pub async fn set_locale(work: &mut Work, login: &Login, locale: Locale) -> Result<()> {
    Ok(work.tx.set_account_locale(login.person, locale).await?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_dummy_hash_is_a_hash_that_nobody_matches() {
        assert!(
            Argon2::default()
                .verify_password(b"password", DUMMY_HASH)
                .is_err()
        );
        assert!(argon2::password_hash::phc::PasswordHash::new(DUMMY_HASH).is_ok());
    }
}
