//! Persons and what they are: accounts, roles.

use crate::column::row;
use crate::{StoreResult, Tx};
use jiff::civil::Date;
use linli_domain::{CommunityId, HouseholdId, Instant, Locale, OrganisationId, PersonId, RoleId};
use uuid::Uuid;

/// A person. Phone and identity number are sealed in the database.
#[derive(Clone, Debug, PartialEq)]
pub struct Person {
    /// The id.
    pub id: PersonId,
    /// The name.
    pub name: String,
    /// Day of birth.
    pub birth_date: Option<Date>,
    /// `female` or `male`.
    pub sex: Option<String>,
    /// A telephone number, as it was written.
    pub phone: Option<String>,
    /// The resident identity number (GB 11643-1999), in normal form; no two persons have the same.
    pub identity_number: Option<String>,
    /// Self-reported need of care; sealed in the database.
    pub care_level: Option<String>,
    /// The household, for residents.
    pub household_id: Option<HouseholdId>,
    /// The community of residence, for residents.
    pub community_id: Option<CommunityId>,
}

row! {
    struct PersonRow {
        pub id: PersonId,
        pub name: String,
        pub birth_date: Option<Date>,
        pub sex: Option<String>,
        pub phone: Option<Vec<u8>>,
        pub identity_number: Option<Vec<u8>>,
        pub care_level: Option<Vec<u8>>,
        pub household_id: Option<HouseholdId>,
        pub community_id: Option<CommunityId>,
    }
}

row! {
    /// A log-in.
    pub struct Account {
        /// Whose it is.
        pub person_id: PersonId,
        /// The name to log in with.
        pub login: String,
        /// Argon2id, as a PHC string.
        pub password_hash: String,
        /// The language of the host's pages.
        pub locale: Locale,
        /// When it was made.
        pub created: Instant,
    }
}

row! {
    /// A role that a person holds.
    pub struct Role {
        /// The id.
        pub id: RoleId,
        /// Who holds it.
        pub person_id: PersonId,
        /// `district-admin`, or the code of an organisation's role.
        pub code: String,
        /// The organisation, for its staff.
        pub organisation_id: Option<OrganisationId>,
        /// Where; everywhere if none.
        pub community_id: Option<CommunityId>,
        /// Since when.
        pub granted: Instant,
        /// Until when; without end if none.
        pub expires: Option<Instant>,
    }
}

row! {
    /// A number of rows.
    pub struct Count {
        /// How many.
        pub count: i64,
    }
}

impl Tx {
    /// Adds a person. [`StoreError::Exists`](crate::StoreError::Exists) where another has the identity number.
    pub async fn create_person(&mut self, person: &Person) -> StoreResult<()> {
        let id = person.id.0;
        let phone = self
            .seal_some("person.phone", id, person.phone.as_deref())
            .await?;
        let phone_fingerprint = person
            .phone
            .as_deref()
            .map(|phone| self.phone_fingerprint(phone));
        let identity = person.identity_number.as_deref();
        let identity_fingerprint = identity.map(|number| self.fingerprint("identity", number));
        let identity = self
            .seal_some("person.identity_number", id, identity)
            .await?;
        let care_level = self
            .seal_some("person.care_level", id, person.care_level.as_deref())
            .await?;
        sql!(self, execute, "
            INSERT INTO person (id, name, birth_date, sex, phone, phone_fingerprint, identity_number, identity_fingerprint,
                care_level, household_id, community_id)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
            person.id, person.name, person.birth_date, person.sex, phone, phone_fingerprint, identity,
            identity_fingerprint, care_level, person.household_id, person.community_id)?;
        Ok(())
    }

    /// Writes name, day of birth, phone and identity number of a person; true if there is one.
    /// [`StoreError::Exists`](crate::StoreError::Exists) where another has the identity number.
    pub async fn correct_person(&mut self, person: &Person) -> StoreResult<bool> {
        let id = person.id.0;
        let phone = self
            .seal_some("person.phone", id, person.phone.as_deref())
            .await?;
        let phone_fingerprint = person
            .phone
            .as_deref()
            .map(|phone| self.phone_fingerprint(phone));
        let identity = person.identity_number.as_deref();
        let identity_fingerprint = identity.map(|number| self.fingerprint("identity", number));
        let identity = self
            .seal_some("person.identity_number", id, identity)
            .await?;
        Ok(sql!(self, execute, "
            UPDATE person SET name = $2, birth_date = $3, phone = $4, phone_fingerprint = $5, identity_number = $6,
              identity_fingerprint = $7 WHERE id = $1",
            person.id, person.name, person.birth_date, phone, phone_fingerprint, identity, identity_fingerprint)? > 0)
    }

    /// A person by id.
    pub async fn find_person(&mut self, id: PersonId) -> StoreResult<Option<Person>> {
        let found = sql!(self, fetch_optional PersonRow, "
            SELECT id, name, birth_date, sex, phone, identity_number, care_level, household_id, community_id FROM person
            WHERE id = $1", id)?;
        found.map(|row| self.person(row)).transpose()
    }

    /// The person with an identity number, which is in normal form.
    pub async fn find_person_by_identity(&mut self, number: &str) -> StoreResult<Option<Person>> {
        let fingerprint = self.fingerprint("identity", number);
        let found = sql!(self, fetch_optional PersonRow, "
            SELECT id, name, birth_date, sex, phone, identity_number, care_level, household_id, community_id FROM person
            WHERE identity_fingerprint = $1", fingerprint)?;
        found.map(|row| self.person(row)).transpose()
    }

    /// The persons with a telephone number, after `after`, by id: a family may share one.
    pub async fn list_persons_by_phone(
        &mut self,
        phone: &str,
        after: Option<PersonId>,
        limit: i64,
    ) -> StoreResult<Vec<Person>> {
        let fingerprint = self.phone_fingerprint(phone);
        let after = after.unwrap_or(PersonId(Uuid::nil()));
        let found = sql!(self, fetch_all PersonRow, "
            SELECT id, name, birth_date, sex, phone, identity_number, care_level, household_id, community_id FROM person
            WHERE phone_fingerprint = $1 AND id > $2 ORDER BY id LIMIT $3", fingerprint, after, limit)?;
        found.into_iter().map(|row| self.person(row)).collect()
    }

    /// Persons of a name who were born on a day, by id.
    pub async fn list_persons_named(
        &mut self,
        name: &str,
        born: Date,
        limit: i64,
    ) -> StoreResult<Vec<Person>> {
        let found = sql!(self, fetch_all PersonRow, "
            SELECT id, name, birth_date, sex, phone, identity_number, care_level, household_id, community_id FROM person
            WHERE birth_date = $2 AND name = $1 ORDER BY id LIMIT $3", name, born, limit)?;
        found.into_iter().map(|row| self.person(row)).collect()
    }

    fn phone_fingerprint(&self, phone: &str) -> Vec<u8> {
        self.fingerprint("phone", &linli_domain::phone::normal(phone))
    }

    fn person(&self, row: PersonRow) -> StoreResult<Person> {
        let id = row.id.0;
        let identity = row.identity_number.as_deref();
        Ok(Person {
            phone: self.unseal_some("person.phone", id, row.phone.as_deref())?,
            identity_number: self.unseal_some("person.identity_number", id, identity)?,
            id: row.id,
            name: row.name,
            birth_date: row.birth_date,
            sex: row.sex,
            care_level: self.unseal_some("person.care_level", id, row.care_level.as_deref())?,
            household_id: row.household_id,
            community_id: row.community_id,
        })
    }

    /// The number of residents of a community.
    pub async fn count_residents(&mut self, community: CommunityId) -> StoreResult<i64> {
        Ok(sql!(self, fetch_one Count, "SELECT count(*) AS count FROM person WHERE community_id = $1", community)?.count)
    }

    /// Gives a person a log-in.
    pub async fn create_account(&mut self, account: &Account) -> StoreResult<()> {
        sql!(
            self,
            execute,
            "INSERT INTO account (person_id, login, password_hash, locale, created) VALUES ($1, $2, $3, $4, $5)",
            account.person_id,
            account.login,
            account.password_hash,
            account.locale,
            account.created
        )?;
        Ok(())
    }

    /// The account of a log-in name.
    pub async fn find_account_by_login(&mut self, login: &str) -> StoreResult<Option<Account>> {
        sql!(self, fetch_optional Account, "
            SELECT person_id, login, password_hash, locale, created FROM account WHERE login = $1", login)
    }

    /// A person's account, unless it is closed.
    pub async fn find_account(&mut self, person: PersonId) -> StoreResult<Option<Account>> {
        sql!(self, fetch_optional Account, "
            SELECT person_id, login, password_hash, locale, created FROM account
            WHERE person_id = $1 AND closed IS NULL", person)
    }

    /// Changes the language of an account.
    pub async fn set_account_locale(
        &mut self,
        person: PersonId,
        locale: Locale,
    ) -> StoreResult<()> {
        sql!(
            self,
            execute,
            "UPDATE account SET locale = $2 WHERE person_id = $1",
            person,
            locale
        )?;
        Ok(())
    }

    /// Changes the password of an account; true if there is one.
    pub async fn set_account_password(
        &mut self,
        person: PersonId,
        password_hash: &str,
    ) -> StoreResult<bool> {
        Ok(sql!(
            self,
            execute,
            "UPDATE account SET password_hash = $2 WHERE person_id = $1",
            person,
            password_hash
        )? > 0)
    }

    /// Forgets one failed log-in: it turned out to be none.
    pub async fn delete_login_failure(&mut self, id: Uuid) -> StoreResult<()> {
        sql!(self, execute, "DELETE FROM login_failure WHERE id = $1", id)?;
        Ok(())
    }

    /// Grants a role.
    pub async fn create_role(&mut self, role: &Role) -> StoreResult<()> {
        sql!(
            self,
            execute,
            "
            INSERT INTO role (id, person_id, code, organisation_id, community_id, granted, expires)
            VALUES ($1, $2, $3, $4, $5, $6, $7)",
            role.id,
            role.person_id,
            role.code,
            role.organisation_id,
            role.community_id,
            role.granted,
            role.expires
        )?;
        Ok(())
    }

    /// The roles that a person holds now.
    pub async fn list_roles(&mut self, person: PersonId, now: Instant) -> StoreResult<Vec<Role>> {
        sql!(self, fetch_all Role, "
            SELECT id, person_id, code, organisation_id, community_id, granted, expires FROM role
            WHERE person_id = $1 AND revoked IS NULL AND (expires IS NULL OR expires > $2) ORDER BY granted, id",
            person, now)
    }

    /// Who holds an office of the district itself.
    pub async fn list_office_holders(
        &mut self,
        code: &str,
        now: Instant,
    ) -> StoreResult<Vec<Role>> {
        sql!(self, fetch_all Role, "
            SELECT id, person_id, code, organisation_id, community_id, granted, expires FROM role
            WHERE organisation_id IS NULL AND community_id IS NULL AND code = $1 AND revoked IS NULL
              AND (expires IS NULL OR expires > $2) ORDER BY granted, id", code, now)
    }

    /// Who holds a role of an organisation in a community.
    pub async fn list_role_holders(
        &mut self,
        organisation: OrganisationId,
        community: CommunityId,
        code: &str,
        now: Instant,
    ) -> StoreResult<Vec<Role>> {
        sql!(self, fetch_all Role, "
            SELECT id, person_id, code, organisation_id, community_id, granted, expires FROM role
            WHERE organisation_id = $1 AND (community_id = $2 OR community_id IS NULL) AND code = $3 AND revoked IS NULL
              AND (expires IS NULL OR expires > $4)
            ORDER BY granted, id", organisation, community, code, now)
    }

    /// Roles whose time is over and that nobody has ended yet, the oldest first.
    pub async fn list_expired_roles(&mut self, now: Instant, limit: i64) -> StoreResult<Vec<Role>> {
        sql!(self, fetch_all Role, "
            SELECT id, person_id, code, organisation_id, community_id, granted, expires FROM role
            WHERE revoked IS NULL AND expires <= $1 ORDER BY expires, id LIMIT $2", now, limit)
    }

    /// Says until when a role lasts.
    pub async fn set_role_expiry(
        &mut self,
        id: RoleId,
        expires: Option<Instant>,
    ) -> StoreResult<()> {
        sql!(
            self,
            execute,
            "UPDATE role SET expires = $2 WHERE id = $1",
            id,
            expires
        )?;
        Ok(())
    }

    /// Ends a role; true if it was live.
    pub async fn revoke_role(&mut self, id: RoleId, now: Instant) -> StoreResult<bool> {
        Ok(sql!(
            self,
            execute,
            "UPDATE role SET revoked = $2 WHERE id = $1 AND revoked IS NULL",
            id,
            now
        )? > 0)
    }
}
