//! `linli admin account …`

use super::ADMIN;
use crate::host::{DataArgs, open_core};
use anyhow::{Context as _, Result, bail};
use clap::{Args, Subcommand};
use jiff::civil::Date;
use linli_core::delegation::{self, NewDelegation};
use linli_core::store::delegation::Delegation;
use linli_core::store::person::{Person, Role};
use linli_core::{Core, Refusal, Work, account, act, calendar, district, organisation, view};
use linli_domain::delegation::{DelegationKind, Scope};
use linli_domain::random::Stream;
use linli_domain::{Instant, Locale, PersonId, PluginId};
use std::fmt::{self, Display, Formatter};
use std::path::PathBuf;

#[derive(Subcommand, Debug)]
pub(crate) enum Command {
    /// Add a person with a log-in
    Add {
        /// User name
        login: String,
        /// The person's name
        #[arg(long)]
        name: String,
        /// Code of the community they live in
        #[arg(long)]
        community: Option<String>,
        /// Building they live in, such as 3号楼; added where it is new
        #[arg(long, requires_all = ["community", "unit"])]
        building: Option<String>,
        /// Unit in the building, such as 402室
        #[arg(long, requires = "building")]
        unit: Option<String>,
        /// Day of birth, such as 1950-06-01
        #[arg(long)]
        born: Option<Date>,
        /// Telephone number
        #[arg(long)]
        phone: Option<String>,
        #[command(flatten)]
        password: Password,
    },
    /// Replace a password; ends all sessions of the account
    Password {
        /// User name
        login: String,
        #[command(flatten)]
        password: Password,
    },
    /// Make somebody a district admin
    MakeAdmin {
        /// User name
        login: String,
    },
    /// Give somebody a role at an organisation, with a calendar to be booked in
    MakeStaff {
        /// User name
        login: String,
        /// Code of the organisation
        #[arg(long)]
        organisation: String,
        /// Code of the community
        #[arg(long)]
        community: String,
        /// Code of the role, as the organisation's plugins declare it
        #[arg(long)]
        role: String,
    },
    /// Let one person act for another
    Delegate {
        /// User name of the delegate
        login: String,
        /// User name of the resident
        #[arg(long = "for")]
        resident: String,
        /// The delegate is the resident's parent or legal guardian
        #[arg(long)]
        guardian: bool,
        /// On what evidence, such as the number of a signed form
        #[arg(long)]
        evidence: String,
        /// Only in this service, such as care/visits; may be repeated. Confidential services must be named here
        #[arg(long = "service")]
        services: Vec<PluginId>,
        /// In all other services too that are not confidential; so it is where none is named
        #[arg(long)]
        all_services: bool,
        /// The last day on which they may act, such as 2027-12-31
        #[arg(long)]
        until: Option<Date>,
    },
    /// List the roles of somebody, and for whom they may act
    Roles {
        /// User name
        login: String,
    },
    /// End a role of somebody, at once
    EndRole {
        /// User name
        login: String,
        /// Code of the role, such as district-admin
        #[arg(long)]
        role: String,
        /// Code of the organisation, where they hold the role at several
        #[arg(long)]
        organisation: Option<String>,
        /// Code of the community, where they hold the role in several
        #[arg(long)]
        community: Option<String>,
    },
    /// End that one person may act for another, at once
    EndDelegation {
        /// User name of the delegate
        login: String,
        /// User name of the resident
        #[arg(long = "for")]
        resident: String,
    },
}

/// Where a password comes from.
#[derive(Args, Debug)]
#[group(id = "password-source")]
pub(crate) struct Password {
    /// File that holds the password; asked for where it is missing
    #[arg(long, value_name = "FILE")]
    password_file: Option<PathBuf>,
}

impl Password {
    async fn hash(&self, core: &Core) -> Result<String> {
        let password = match &self.password_file {
            Some(path) => std::fs::read_to_string(path)
                .with_context(|| format!("cannot read the password from {}", path.display()))?
                .trim_end_matches(['\r', '\n'])
                .to_owned(),
            None => {
                let first = rpassword::prompt_password("Password: ")?;
                if first != rpassword::prompt_password("Once more: ")? {
                    bail!("the two passwords differ; start again");
                }
                first
            }
        };
        Ok(account::hash_password(&mut Stream::new(core.seed()), &password).await?)
    }
}

/// The end of a day in the district.
async fn end_of(core: &Core, day: Date) -> Result<Instant> {
    let zone = view!(core, |work| district::zone(work).await)?;
    let next = day.tomorrow().context("the day is too late")?;
    Instant::from_civil(next.at(0, 0, 0, 0), &zone).context("the day is too late")
}

async fn person(core: &Core, login: &str) -> Result<PersonId> {
    let found = view!(core, |work| async {
        Ok(work.tx.find_account_by_login(login).await?)
    }
    .await)?;
    Ok(found
        .with_context(|| format!("there is no account '{login}'"))?
        .person_id)
}

/// A role with the codes of where it is held.
struct Held {
    role: Role,
    organisation: Option<String>,
    community: Option<String>,
}

impl Display for Held {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.role.code)?;
        if let Some(organisation) = &self.organisation {
            write!(f, "\tat {organisation}")?;
        }
        match &self.community {
            Some(community) => write!(f, "\tin {community}"),
            None => write!(f, "\teverywhere"),
        }
    }
}

async fn held(work: &mut Work, person: PersonId) -> linli_core::Result<Vec<Held>> {
    let mut list = Vec::new();
    for role in work.tx.list_roles(person, work.now).await? {
        let organisation = match role.organisation_id {
            Some(id) => work.tx.find_organisation(id).await?.map(|found| found.slug),
            None => None,
        };
        let community = match role.community_id {
            Some(id) => work.tx.find_community(id).await?.map(|found| found.slug),
            None => None,
        };
        list.push(Held {
            role,
            organisation,
            community,
        });
    }
    Ok(list)
}

/// For whom a person may act, by user name.
async fn acts_for(
    work: &mut Work,
    delegate: PersonId,
) -> linli_core::Result<Vec<(String, Delegation)>> {
    let mut list = Vec::new();
    for delegation in delegation::of_delegate(work, delegate).await? {
        let account = work.tx.find_account(delegation.resident_id).await?;
        let resident = account.map_or_else(
            || delegation.resident_id.to_string(),
            |account| account.login,
        );
        list.push((resident, delegation));
    }
    Ok(list)
}

pub(crate) async fn run(command: &Command, data: &DataArgs) -> Result<()> {
    let core = &open_core(data).await?;
    match command {
        Command::Add {
            login,
            name,
            community,
            building,
            unit,
            born,
            phone,
            password,
        } => {
            let hash = password.hash(core).await?;
            act!(core, |work| async {
                let community_id = match community {
                    Some(slug) => Some(district::community(work, slug).await?.id),
                    None => None,
                };
                let household_id = match (community_id, building, unit) {
                    (Some(community), Some(building), Some(unit)) => {
                        Some(district::household(work, community, building, unit).await?)
                    }
                    _ => None,
                };
                let person = Person {
                    id: work.id(),
                    name: name.clone(),
                    birth_date: *born,
                    sex: None,
                    phone: phone.clone(),
                    identity_number: None,
                    care_level: None,
                    household_id,
                    community_id,
                };
                account::create(work, &ADMIN, &person, login, &hash, Locale::default()).await
            }
            .await)?;
            println!("Added {name}, who logs in as {login}.");
        }
        Command::Password { login, password } => {
            let hash = password.hash(core).await?;
            act!(core, |work| account::set_password(
                work, &ADMIN, login, &hash
            )
            .await)?;
            println!("Replaced the password of {login}.");
        }
        Command::MakeAdmin { login } => {
            let person = person(core, login).await?;
            act!(core, |work| account::grant_admin(work, &ADMIN, person)
                .await)?;
            println!("{login} is a district admin.");
        }
        Command::MakeStaff {
            login,
            organisation,
            community,
            role,
        } => {
            let person = person(core, login).await?;
            act!(core, |work| async {
                let organisation = organisation::find(work, organisation).await?;
                let community = district::community(work, community).await?;
                account::grant_staff_role(
                    work,
                    &ADMIN,
                    person,
                    organisation.id,
                    Some(community.id),
                    role,
                )
                .await?;
                let calendars = work
                    .tx
                    .list_calendars(organisation.id, community.id)
                    .await?;
                if !calendars
                    .iter()
                    .any(|calendar| calendar.holder_id == Some(person) && calendar.role == *role)
                {
                    let who = work
                        .tx
                        .find_person(person)
                        .await?
                        .ok_or(Refusal::NotFound("person"))?;
                    calendar::create(work, organisation.id, community.id, person, role, &who.name)
                        .await?;
                }
                Ok(())
            }
            .await)?;
            println!(
                "{login} is {role} of {organisation} in {community}. They set their working hours on the web."
            );
        }
        Command::Delegate {
            login,
            resident,
            guardian,
            evidence,
            services,
            all_services,
            until,
        } => {
            let (delegate, resident_id) =
                (person(core, login).await?, person(core, resident).await?);
            let new = NewDelegation {
                resident: resident_id,
                delegate,
                kind: if *guardian {
                    DelegationKind::Guardian
                } else {
                    DelegationKind::Delegate
                },
                scope: Scope {
                    all: *all_services || services.is_empty(),
                    services: services.iter().cloned().collect(),
                },
                evidence: evidence.clone(),
                expires: match until {
                    Some(day) => Some(end_of(core, *day).await?),
                    None => None,
                },
            };
            act!(core, |work| delegation::grant(work, &ADMIN.actor(), &new)
                .await)?;
            println!("{login} may act for {resident}.");
        }
        Command::Roles { login } => {
            let person = person(core, login).await?;
            let (roles, delegations) = view!(core, |work| async {
                Ok((held(work, person).await?, acts_for(work, person).await?))
            }
            .await)?;
            if roles.is_empty() && delegations.is_empty() {
                println!("{login} holds no role and acts for nobody.");
            }
            for role in roles {
                println!("{role}");
            }
            for (resident, delegation) in delegations {
                let until = delegation
                    .expires
                    .map_or_else(String::new, |at| format!(" until {}", at.to_rfc3339()));
                println!("{}\tfor {resident}{until}", delegation.kind);
            }
        }
        Command::EndRole {
            login,
            role,
            organisation,
            community,
        } => {
            let person = person(core, login).await?;
            let held = view!(core, |work| held(work, person).await)?;
            let is =
                |wanted: &Option<String>, slug: &Option<String>| wanted.is_none() || wanted == slug;
            let meant: Vec<_> = held
                .iter()
                .filter(|held| {
                    held.role.code == *role
                        && is(organisation, &held.organisation)
                        && is(community, &held.community)
                })
                .collect();
            let [one] = meant[..] else {
                if meant.is_empty() {
                    bail!("{login} holds no such role; see: linli admin account roles {login}");
                }
                let list: Vec<_> = meant.iter().map(|held| held.to_string()).collect();
                bail!(
                    "{login} holds several; say which with --organisation and --community:\n{}",
                    list.join("\n")
                );
            };
            act!(core, |work| account::revoke_role(
                work,
                &ADMIN,
                person,
                one.role.id
            )
            .await)?;
            println!("{login} is no longer {role}.");
            if one.organisation.is_some() {
                println!(
                    "Nobody can book them in it any more. Appointments that were made stay; the organisation cancels or keeps them."
                );
            }
        }
        Command::EndDelegation { login, resident } => {
            let (delegate, resident_id) =
                (person(core, login).await?, person(core, resident).await?);
            act!(core, |work| delegation::revoke(
                work,
                &ADMIN.actor(),
                resident_id,
                delegate
            )
            .await)?;
            println!("{login} may no longer act for {resident}.");
        }
    }
    Ok(())
}
