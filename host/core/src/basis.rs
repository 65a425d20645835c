//! Every read of a person names a basis, checked inside the call's own transaction and disclosed to the resident (PIPL, the
//! Personal Information Protection Law, art. 13):
//!
//! - a **consent** that is live (arts 13(1), 14), for this plugin, field and purpose;
//! - a **contract** (art. 13(2)): the resident's own open appointment or case with this installation, for fields that the
//!   manifest calls necessary;
//! - a **statutory duty** (art. 13(3)) that two admins recorded with its article ([`crate::duty`]);
//! - an **emergency** (art. 13(4)) that staff declared and an admin reviews ([`crate::emergency`]).
//!
//! What is **sensitive** (art. 28: health, the identity number; everything of a child under 14) opens by a consent only where
//! that was given apart from others (art. 29), and, for a child, by a guardian (art. 31). A contract alone never opens it:
//! that a field is necessary for the service does not replace the separate consent.

use crate::caller::{Caller, CallerKind};
use crate::error::{Error, Refusal, Result};
use crate::service::Service;
use crate::work::Work;
use linli_domain::profile::{ProfileField, is_child};
use linli_domain::time::age_on;
use linli_domain::{DisclosureId, DutyId, EmergencyId, InvocationId, Localised, PersonId};
use linli_store::consent::Consent;
use linli_store::duty::Duty;
use linli_store::emergency::Emergency;
use linli_store::ledger::Disclosure;
use linli_store::person::Person;
use std::collections::{BTreeMap, BTreeSet};

/// The most fields of one read.
pub const MAX_FIELDS: usize = 16;

/// On what a read rests. Where several would do, the first of these is named.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Basis {
    /// A live consent.
    Consent,
    /// The resident's own open appointment or case.
    Contract,
    /// A statutory duty.
    Duty(DutyId),
    /// An emergency.
    Emergency(EmergencyId),
}

impl Basis {
    /// The code in the ledger.
    pub fn code(self) -> &'static str {
        match self {
            Self::Consent => "consent",
            Self::Contract => "contract",
            Self::Duty(_) => "duty",
            Self::Emergency(_) => "emergency",
        }
    }
}

/// The answer for one field.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum FieldValue {
    /// Its value.
    Present(String),
    /// It is empty.
    Absent,
    /// No basis allows it.
    Denied,
}

/// What was read of whom in one invocation, until it is written to the ledger.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Disclosures {
    read: BTreeMap<(PersonId, Basis, bool), BTreeSet<ProfileField>>,
    grounds: BTreeMap<Basis, Localised>,
}

impl Disclosures {
    fn add(&mut self, person: PersonId, opened: Opened, shown: bool, field: ProfileField) {
        self.read
            .entry((person, opened.basis, shown))
            .or_default()
            .insert(field);
        if let Some(ground) = opened.ground {
            self.grounds.insert(opened.basis, ground);
        }
    }

    /// Whether nothing was read.
    pub fn is_empty(&self) -> bool {
        self.read.is_empty()
    }

    /// As rows of the ledger.
    pub fn into_rows(
        self,
        work: &mut linli_domain::random::Stream,
        now: linli_domain::Instant,
        service: &Service,
        caller: &Caller,
        invocation: InvocationId,
    ) -> Vec<Disclosure> {
        let grounds = self.grounds;
        self.read
            .into_iter()
            .map(|((resident, basis, shown), fields)| Disclosure {
                purposes: purposes(service, &fields),
                id: DisclosureId(work.uuid(now)),
                resident_id: resident,
                installation_id: service.id(),
                actor_id: caller.person,
                fields: fields
                    .into_iter()
                    .map(|field| field.code().to_owned())
                    .collect(),
                basis: basis.code().to_owned(),
                ground: grounds.get(&basis).cloned(),
                shown,
                invocation_id: invocation,
                at: now,
            })
            .collect()
    }
}

/// What fields are read for, each purpose once.
fn purposes(service: &Service, fields: &BTreeSet<ProfileField>) -> Vec<Localised> {
    let mut purposes = Vec::new();
    for declared in fields
        .iter()
        .filter_map(|field| service.manifest.fields.get(field.code()))
    {
        if !purposes.contains(&declared.purpose) {
            purposes.push(declared.purpose.clone());
        }
    }
    purposes
}

/// How a plugin reads.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Manner {
    /// One person: a denied necessary field ends the invocation with [`Error::ConsentNeeded`].
    One,
    /// One of many: a denied necessary field is a refusal of that person only.
    OfMany,
}

/// A plugin reads fields of a person.
pub async fn read_fields(
    work: &mut Work,
    service: &Service,
    reader: &Caller,
    reference: &str,
    fields: &[String],
    manner: Manner,
    disclosures: &mut Disclosures,
) -> Result<Vec<(String, FieldValue)>> {
    if fields.len() > MAX_FIELDS {
        return Err(
            Refusal::Invalid(format!("{} fields; at most {MAX_FIELDS}", fields.len())).into(),
        );
    }
    let fields = fields
        .iter()
        .map(|code| declared(service, code))
        .collect::<Result<Vec<_>>>()?;
    let person = service.open_reference(work, reference).await?;
    let Some(row) = work.tx.find_person(person).await? else {
        return Err(Refusal::NotFound("person").into());
    };
    let bases = Bases::find(work, service, reader, &row, &fields).await?;
    let denied: Vec<_> = fields
        .iter()
        .filter(|field| bases.of(service, **field).is_none() && is_necessary(service, **field))
        .map(|field| field.code().to_owned())
        .collect();
    if !denied.is_empty() {
        return Err(match manner {
            Manner::One => Error::ConsentNeeded {
                person,
                fields: denied,
            },
            Manner::OfMany => Refusal::NotAllowed.into(),
        });
    }
    let mut values = Vec::with_capacity(fields.len());
    for field in fields {
        let value = match bases.of(service, field) {
            None => FieldValue::Denied,
            Some(opened) => {
                disclosures.add(person, opened, false, field);
                value_of(work, service, &row, field)
                    .await?
                    .map_or(FieldValue::Absent, FieldValue::Present)
            }
        };
        values.push((field.code().to_owned(), value));
    }
    Ok(values)
}

/// A plugin reads what a field that is no text stands for, of a resident: checks the basis and discloses the read.
///
/// # Errors
/// [`Error::ConsentNeeded`] where the field is necessary and no basis allows it, [`Refusal::NotAllowed`] where it is
/// optional, [`Refusal::Undeclared`] where the manifest does not declare it.
pub(crate) async fn open_field(
    work: &mut Work,
    service: &Service,
    reader: &Caller,
    person: PersonId,
    field: ProfileField,
    disclosures: &mut Disclosures,
) -> Result<()> {
    if !service.manifest.fields.contains_key(field.code()) {
        return Err(Refusal::Undeclared(field.code().to_owned()).into());
    }
    let absent = Refusal::NotFound("person");
    let row = work.tx.find_person(person).await?.ok_or(absent)?;
    let bases = Bases::find(work, service, reader, &row, &[field]).await?;
    match bases.of(service, field) {
        Some(opened) => {
            disclosures.add(person, opened, false, field);
            Ok(())
        }
        None if is_necessary(service, field) => Err(Error::ConsentNeeded {
            person,
            fields: vec![field.code().to_owned()],
        }),
        None => Err(Refusal::NotAllowed.into()),
    }
}

/// The host fills in a field of a person on a page for its viewer. One's own fields, and those of whom one acts for, need
/// no basis; nor does the name under which staff of the organisation serve.
pub async fn show_field(
    work: &mut Work,
    service: &Service,
    viewer: &Caller,
    reference: &str,
    field: &str,
    disclosures: &mut Disclosures,
) -> Result<FieldValue> {
    let Some(field) = ProfileField::from_code(field)
        .filter(|field| field.is_text() && service.manifest.fields.contains_key(field.code()))
    else {
        return Ok(FieldValue::Denied);
    };
    let person = match service.open_reference(work, reference).await {
        Ok(person) => person,
        Err(Error::Refused(_)) => return Ok(FieldValue::Denied),
        Err(error) => return Err(error),
    };
    show_person(work, service, viewer, person, field, disclosures).await
}

/// The same for a person whom the host itself names.
pub async fn show_person(
    work: &mut Work,
    service: &Service,
    viewer: &Caller,
    person: PersonId,
    field: ProfileField,
    disclosures: &mut Disclosures,
) -> Result<FieldValue> {
    let Some(row) = work.tx.find_person(person).await? else {
        return Ok(FieldValue::Absent);
    };
    let own = viewer.person == Some(person) || viewer.acts_for(person);
    let serves_under_this_name =
        field == ProfileField::Name && service.employs(work, person).await?;
    if !own && !serves_under_this_name {
        let bases = Bases::find(work, service, viewer, &row, &[field]).await?;
        match bases.of(service, field) {
            Some(opened) if viewer.works_for_organisation() => {
                disclosures.add(person, opened, true, field)
            }
            _ => return Ok(FieldValue::Denied),
        }
    }
    Ok(value_of(work, service, &row, field)
        .await?
        .map_or(FieldValue::Absent, FieldValue::Present))
}

/// The basis that opens a field, with the article that the resident reads.
struct Opened {
    basis: Basis,
    ground: Option<Localised>,
}

/// The bases that an installation has for a person now.
struct Bases {
    child: bool,
    consents: BTreeSet<String>,
    contract: bool,
    duties: Vec<Duty>,
    emergency: Option<Emergency>,
}

impl Bases {
    async fn find(
        work: &mut Work,
        service: &Service,
        reader: &Caller,
        person: &Person,
        wanted: &[ProfileField],
    ) -> Result<Self> {
        let child = is_child_now(work, service, person);
        let consents = work
            .tx
            .list_live_consents(person.id, service.plugin(), work.now)
            .await?
            .into_iter()
            .filter(|consent| covers(service, consent, child))
            .map(|consent| consent.field)
            .collect();
        let mut bases = Self {
            child,
            consents,
            contract: has_contract(work, service, person.id).await?,
            duties: Vec::new(),
            emergency: None,
        };
        // The rarer ones only where they would make a difference, and never for what a resident does: a duty is the
        // organisation's, and an emergency that of its staff, who answer for each look.
        if reader.works_for_organisation()
            && wanted
                .iter()
                .any(|field| bases.of(service, *field).is_none())
        {
            let (community, now) = (service.community.id, work.now);
            bases.duties = work
                .tx
                .list_live_duties(service.plugin(), community, now)
                .await?;
            if reader.kind == CallerKind::Staff {
                bases.emergency = work
                    .tx
                    .find_open_emergency(person.id, service.id(), now)
                    .await?;
            }
        }
        Ok(bases)
    }

    fn of(&self, service: &Service, field: ProfileField) -> Option<Opened> {
        let without_ground = |basis| {
            Some(Opened {
                basis,
                ground: None,
            })
        };
        if self.consents.contains(field.code()) {
            return without_ground(Basis::Consent);
        }
        if self.contract && is_necessary(service, field) && !field.is_sensitive_of(self.child) {
            return without_ground(Basis::Contract);
        }
        if let Some(duty) = self
            .duties
            .iter()
            .find(|duty| duty.fields.iter().any(|code| code == field.code()))
        {
            return Some(Opened {
                basis: Basis::Duty(duty.id),
                ground: Some(Localised::new(
                    format!("{}：{}", duty.law.zh, duty.article.zh),
                    format!("{}: {}", duty.law.en, duty.article.en),
                )),
            });
        }
        // Why it was declared is sealed in the main database, and stays out of the ledger.
        self.emergency.as_ref().map(|emergency| Opened {
            basis: Basis::Emergency(emergency.id),
            ground: None,
        })
    }
}

/// Whether the resident has a contract with the installation: an open appointment, case or enrolment of their own. What this very unit of
/// work booked or opened is none: a plugin must not make its own basis.
pub(crate) async fn has_contract(
    work: &mut Work,
    service: &Service,
    person: PersonId,
) -> Result<bool> {
    // An appointment is a basis until the end of the day after it, so that its work can be finished.
    let since = work.now.plus_days(-1);
    let open = work
        .tx
        .list_open_appointments(person, service.id(), since)
        .await?;
    let booked = open
        .iter()
        .any(|appointment| appointment.own && !work.booked.contains(&appointment.id));
    Ok(booked
        || work
            .tx
            .has_open_case(person, service.id(), work.now)
            .await?
        || work
            .tx
            .has_open_enrolment(person, service.id(), work.now)
            .await?)
}

/// Whether a person is a child under 14 today, in the district's zone.
pub(crate) fn is_child_now(work: &Work, service: &Service, person: &Person) -> bool {
    is_child(person.birth_date, work.now.to_civil(&service.zone).date())
}

/// Whether a live consent opens its field: given for the purpose that the running release declares (another is asked for
/// anew), by a guardian where the person is a child and not by one as of a child who is none any more, and apart where the
/// field is sensitive.
pub(crate) fn covers(service: &Service, consent: &Consent, child: bool) -> bool {
    let apart = ProfileField::from_code(&consent.field)
        .is_some_and(|field| consent.separate || !field.is_sensitive_of(child));
    apart && consent.for_child == child && is_for_this_purpose(service, consent)
}

fn is_for_this_purpose(service: &Service, consent: &Consent) -> bool {
    service
        .manifest
        .fields
        .get(&consent.field)
        .is_some_and(|declared| declared.purpose == consent.purpose)
}

fn is_necessary(service: &Service, field: ProfileField) -> bool {
    service
        .manifest
        .fields
        .get(field.code())
        .is_some_and(|field| field.necessary)
}

fn declared(service: &Service, code: &str) -> Result<ProfileField> {
    ProfileField::from_code(code)
        .filter(|field| field.is_text() && service.manifest.fields.contains_key(code))
        .ok_or_else(|| Refusal::Undeclared(code.chars().take(64).collect()).into())
}

async fn value_of(
    work: &mut Work,
    service: &Service,
    person: &Person,
    field: ProfileField,
) -> Result<Option<String>> {
    Ok(match field {
        ProfileField::Name => Some(person.name.clone()),
        ProfileField::BirthDate => person.birth_date.map(|day| day.to_string()),
        ProfileField::Age => {
            let today = work.now.to_civil(&service.zone).date();
            person
                .birth_date
                .map(|birth| age_on(birth, today).to_string())
        }
        ProfileField::Sex => person.sex.clone(),
        ProfileField::Phone => person.phone.clone(),
        ProfileField::CareLevel => person.care_level.clone(),
        ProfileField::IdentityNumber => person.identity_number.clone(),
        ProfileField::Household | ProfileField::Delegates | ProfileField::Needs => None,
        ProfileField::Address => match person.household_id {
            None => None,
            Some(household) => work
                .tx
                .find_residence(household)
                .await?
                .map(|home| format!("{} {}", home.building, home.unit)),
        },
    })
}
