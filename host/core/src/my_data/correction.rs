//! Correction (PIPL art. 46). A resident changes their phone themself, at once; name, day of birth and identity number they
//! ask to have corrected, and staff of their community accept or reject it with a reason. Every request and decision stays.

use super::{RightsRefusal, check_text, tell};
use crate::caller::Actor;
use crate::error::{Refusal, Result};
use crate::slice;
use crate::work::Work;
use jiff::civil::Date;
use linli_domain::identity::IdentityNumber;
use linli_domain::{CommunityId, CorrectionId, Instant, Localised, PersonId};
use linli_store::correction::CorrectionRequest;
use linli_store::person::Person;
use serde_json::json;
use uuid::Uuid;

/// The longest name, in characters.
const MAX_NAME: usize = 60;

/// What can be asked to be corrected.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Field {
    /// The name.
    Name,
    /// The day of birth, ISO 8601.
    BirthDate,
    /// The resident identity number (GB 11643-1999).
    IdentityNumber,
}

impl Field {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Name, Self::BirthDate, Self::IdentityNumber];

    /// Its code.
    pub fn code(self) -> &'static str {
        match self {
            Self::Name => "name",
            Self::BirthDate => "birth-date",
            Self::IdentityNumber => "identity-number",
        }
    }

    /// The field with that code.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|field| field.code() == code)
    }

    /// What it is called.
    pub fn title(self) -> Localised {
        match self {
            Self::Name => Localised::new("姓名", "name"),
            Self::BirthDate => Localised::new("出生日期", "date of birth"),
            Self::IdentityNumber => Localised::new("身份证号", "identity number"),
        }
    }

    fn of(self, person: &Person) -> Option<String> {
        match self {
            Self::Name => Some(person.name.clone()),
            Self::BirthDate => person.birth_date.map(|day| day.to_string()),
            Self::IdentityNumber => person.identity_number.clone(),
        }
    }

    /// The value in its normal form.
    fn parse(self, text: &str, today: Date) -> Result<String> {
        let text = text.trim();
        match self {
            Self::Name if (1..=MAX_NAME).contains(&text.chars().count()) => Ok(text.to_owned()),
            Self::Name => Err(Refusal::field(
                "wanted",
                format!("姓名须为 1–{MAX_NAME} 个字"),
                format!("A name has 1–{MAX_NAME} characters"),
            )
            .into()),
            Self::BirthDate => match text.parse::<Date>() {
                Ok(day) if day <= today && day.year() >= 1850 => Ok(day.to_string()),
                _ => Err(Refusal::field(
                    "wanted",
                    "请填写如 1950-06-01 的日期，不晚于今天",
                    "Write a day such as 1950-06-01, not after today",
                )
                .into()),
            },
            Self::IdentityNumber => match text.parse::<IdentityNumber>() {
                Ok(number) => Ok(number.as_str().to_owned()),
                Err(_) => Err(Refusal::field(
                    "wanted",
                    "请填写 18 位身份证号，末位校验码须正确",
                    "Write the 18 characters of the identity number; its check character must be right",
                )
                .into()),
            },
        }
    }
}

/// Changes one's phone, or that of whom one acts for, at once; none removes it.
pub async fn set_phone(
    work: &mut Work,
    actor: &Actor,
    person: PersonId,
    phone: Option<&str>,
) -> Result<()> {
    if !actor.acts_for(person) {
        return Err(Refusal::NotAllowed.into());
    }
    let phone = phone.map(str::trim).filter(|phone| !phone.is_empty());
    let digits = |text: &str| text.bytes().filter(u8::is_ascii_digit).count();
    let is_phone = |text: &str| {
        (5..=20).contains(&digits(text))
            && text.len() <= 30
            && text
                .bytes()
                .all(|b| b.is_ascii_digit() || b"+-() ".contains(&b))
    };
    if phone.is_some_and(|phone| !is_phone(phone)) {
        return Err(Refusal::field(
            "phone",
            "请填写 5–20 位数字的电话号码",
            "Write a telephone number of 5–20 digits",
        )
        .into());
    }
    let mut found = work
        .tx
        .find_person(person)
        .await?
        .ok_or(Refusal::NotFound("person"))?;
    found.phone = phone.map(str::to_owned);
    work.tx.correct_person(&found).await?;
    work.audit_act(
        actor,
        Some(person),
        "person.set-phone",
        person,
        json!({ "removed": phone.is_none() }),
    )
    .await
}

/// Asks for a field to be corrected.
pub async fn request(
    work: &mut Work,
    actor: &Actor,
    person: PersonId,
    field: Field,
    wanted: &str,
    reason: &str,
) -> Result<CorrectionId> {
    let (true, Some(by)) = (actor.acts_for(person), actor.person) else {
        return Err(Refusal::NotAllowed.into());
    };
    check_text("reason", reason, 1)?;
    let found = work
        .tx
        .find_person(person)
        .await?
        .ok_or(Refusal::NotFound("person"))?;
    let zone = crate::district::zone(work).await?;
    let wanted = field.parse(wanted, work.now.to_civil(&zone).date())?;
    let previous = field.of(&found);
    if previous.as_ref() == Some(&wanted) {
        return Err(Refusal::from(RightsRefusal::Unchanged).into());
    }
    let waits =
        |request: &CorrectionRequest| request.state == "waiting" && request.field == field.code();
    if work.tx.list_corrections_of(person).await?.iter().any(waits) {
        return Err(Refusal::from(RightsRefusal::Waiting).into());
    }
    let request = CorrectionRequest {
        id: work.id(),
        person_id: person,
        community_id: found.community_id,
        field: field.code().to_owned(),
        previous,
        wanted,
        reason: reason.to_owned(),
        requested: work.now,
        requested_by: by,
        state: "waiting".to_owned(),
        decided: None,
        decided_by: None,
        note: String::new(),
    };
    work.tx.create_correction(&request).await?;
    work.audit_act(
        actor,
        Some(person),
        "correction.request",
        request.id,
        json!({ "field": field.code() }),
    )
    .await?;
    Ok(request.id)
}

/// Requests that wait for a community's staff, the oldest first; those of persons who live nowhere wait for the district's
/// admins, where `community` is none. `after` is where the last slice ended.
pub async fn list_waiting(
    work: &mut Work,
    actor: &Actor,
    community: Option<CommunityId>,
    after: Option<(Instant, CorrectionId)>,
    limit: u16,
) -> Result<Vec<CorrectionRequest>> {
    match community {
        Some(community) => actor.must_govern(community)?,
        None => actor.must_govern_district()?,
    }
    let limit = slice::limit(limit)?;
    let after = after.unwrap_or((Instant(i64::MIN), CorrectionId(Uuid::nil())));
    Ok(work
        .tx
        .list_waiting_corrections(community, after, limit)
        .await?)
}

/// Staff of the person's community, or the district, accept a request or reject it, and say why. Nobody decides their own.
pub async fn decide(
    work: &mut Work,
    actor: &Actor,
    id: CorrectionId,
    accept: bool,
    note: &str,
) -> Result<()> {
    let request = work
        .tx
        .find_correction(id)
        .await?
        .ok_or(Refusal::NotFound("correction"))?;
    let governs = match request.community_id {
        Some(community) => actor.governs(community),
        None => actor.office == crate::Office::District,
    };
    let own = [request.person_id, request.requested_by].map(Some);
    if !governs || (actor.person.is_some() && own.contains(&actor.person)) {
        return Err(Refusal::NotAllowed.into());
    }
    check_text("note", note, 1)?;
    let state = if accept { "accepted" } else { "rejected" };
    if !work
        .tx
        .decide_correction(id, state, actor.person, note, work.now)
        .await?
    {
        return Err(Refusal::from(RightsRefusal::Decided).into());
    }
    let field = Field::from_code(&request.field).ok_or(Refusal::NotFound("correction"))?;
    if accept {
        apply(work, field, &request).await?;
    }
    let title = field.title();
    let title = if accept {
        Localised::new(
            format!("已更正：{}", title.zh),
            format!("Corrected: {}", title.en),
        )
    } else {
        Localised::new(
            format!("更正申请未通过：{}", title.zh),
            format!("Not corrected: {}", title.en),
        )
    };
    tell(work, request.person_id, title, Localised::new(note, note)).await?;
    work.audit_act(
        actor,
        Some(request.person_id),
        "correction.decide",
        id,
        json!({ "field": request.field, "accepted": accept }),
    )
    .await
}

async fn apply(work: &mut Work, field: Field, request: &CorrectionRequest) -> Result<()> {
    let mut person = work
        .tx
        .find_person(request.person_id)
        .await?
        .ok_or(Refusal::NotFound("person"))?;
    match field {
        Field::Name => person.name.clone_from(&request.wanted),
        Field::BirthDate => person.birth_date = request.wanted.parse().ok(),
        Field::IdentityNumber => {
            let other = work.tx.find_person_by_identity(&request.wanted).await?;
            if other.is_some_and(|other| other.id != person.id) {
                return Err(Refusal::Taken(request.wanted.clone()).into());
            }
            person.identity_number = Some(request.wanted.clone());
        }
    }
    work.tx.correct_person(&person).await?;
    Ok(())
}
