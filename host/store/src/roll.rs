//! The import of a resident roll: staged in batches, switched by statements over whole sets.

use crate::column::{ToColumn as _, row};
use crate::person::Count;
use crate::tx::On;
use crate::{StoreError, StoreResult, Tx};
use jiff::civil::Date;
use linli_domain::topic::MOVED_IN;
use linli_domain::{CommunityId, Instant, PersonId, RollId};
use serde_json::Value;

row! {
    /// An import.
    pub struct Roll {
        /// The id.
        pub id: RollId,
        /// Whose roll.
        pub community_id: CommunityId,
        /// With which key its values are sealed.
        pub sealing: i64,
        /// Since when.
        pub begun: Instant,
        /// When it was switched.
        pub done: Option<Instant>,
    }
}

row! {
    /// A person whose identity number stands in a roll.
    pub struct Known {
        /// Who.
        pub id: PersonId,
        /// The keyed hash of the number.
        pub identity_fingerprint: Vec<u8>,
        /// Where they live.
        pub community_id: Option<CommunityId>,
        /// When they died.
        pub died: Option<Date>,
    }
}

row! {
    struct SealingKey {
        pub version: i64,
    }
}

/// What is staged at once, as arrays of JSON: ids and bytes in hexadecimal, in the order of the columns.
#[derive(Clone, Debug, Default)]
pub struct Staged {
    /// New buildings: id, name.
    pub buildings: Vec<Value>,
    /// New households: id, building, unit.
    pub households: Vec<Value>,
    /// Rows: person, whether new, name, birth date, sex, phone, its fingerprint, identity number, its fingerprint, household,
    /// relation, residence, registered place, stay.
    pub rows: Vec<Value>,
    /// Segments: resident, code, id.
    pub segments: Vec<Value>,
    /// Needs: resident, code, id, note.
    pub needs: Vec<Value>,
}

/// Runs a text with its binds that differs between the databases.
macro_rules! apart {
    ($tx:expr, $sqlite:expr, $postgres:expr $(, $bind:expr)*) => {
        match &mut ($tx).on {
            On::Sqlite(tx) => sqlx::query($sqlite)$(.bind($bind))*.execute(&mut **tx).await.map(|done| done.rows_affected()),
            On::Postgres(tx) => sqlx::query($postgres)$(.bind($bind))*.execute(&mut **tx).await.map(|done| done.rows_affected()),
        }.map_err(StoreError::from)
    };
}

impl Tx {
    /// Which key seals now.
    pub async fn sealing_version(&mut self) -> StoreResult<i64> {
        Ok(sql!(self, fetch_one SealingKey, "SELECT version FROM host_key WHERE sealing")?.version)
    }

    /// Begins an import.
    pub async fn create_roll(&mut self, roll: &Roll) -> StoreResult<()> {
        sql!(
            self,
            execute,
            "INSERT INTO roll (id, community_id, sealing, begun) VALUES ($1, $2, $3, $4)",
            roll.id,
            roll.community_id,
            roll.sealing,
            roll.begun
        )?;
        Ok(())
    }

    /// An import by its id.
    pub async fn find_roll(&mut self, id: RollId) -> StoreResult<Option<Roll>> {
        sql!(self, fetch_optional Roll, "SELECT id, community_id, sealing, begun, done FROM roll WHERE id = $1", id)
    }

    /// The imports of a community.
    pub async fn list_rolls(&mut self, community: CommunityId) -> StoreResult<Vec<Roll>> {
        sql!(self, fetch_all Roll, "
            SELECT id, community_id, sealing, begun, done FROM roll WHERE community_id = $1 ORDER BY id", community)
    }

    /// Imports that began before an instant.
    pub async fn list_rolls_before(&mut self, before: Instant) -> StoreResult<Vec<Roll>> {
        sql!(self, fetch_all Roll, "
            SELECT id, community_id, sealing, begun, done FROM roll WHERE begun < $1 ORDER BY begun LIMIT 100", before)
    }

    /// Who has the identity numbers of these keyed hashes.
    pub async fn list_known(&mut self, fingerprints: &[Vec<u8>]) -> StoreResult<Vec<Known>> {
        let hex: Vec<Value> = fingerprints.iter().map(|bytes| hex(bytes).into()).collect();
        let hex = Value::Array(hex).to_column();
        match &mut self.on {
            On::Sqlite(tx) => sqlx::query_as::<_, Known>("
                SELECT id, identity_fingerprint, community_id, died FROM person
                WHERE identity_fingerprint IN (SELECT unhex(value) FROM json_each($1))")
                .bind(hex).fetch_all(&mut **tx).await,
            On::Postgres(tx) => sqlx::query_as::<_, Known>("
                SELECT id, identity_fingerprint, community_id, died FROM person
                WHERE identity_fingerprint IN (SELECT decode(value, 'hex') FROM jsonb_array_elements_text($1) AS t (value))")
                .bind(hex).fetch_all(&mut **tx).await,
        }
        .map_err(StoreError::from)
    }

    /// Stages a batch.
    pub async fn stage_roll(&mut self, id: RollId, staged: Staged) -> StoreResult<()> {
        let id = id.0;
        let json = |rows: Vec<Value>| Value::Array(rows).to_column();
        if !staged.buildings.is_empty() {
            apart!(self, "
                INSERT INTO roll_building (roll_id, id, name)
                SELECT $1, unhex(value ->> 0), value ->> 1 FROM json_each($2)", "
                INSERT INTO roll_building (roll_id, id, name)
                SELECT $1, (value ->> 0)::uuid, value ->> 1 FROM jsonb_array_elements($2) AS t (value)",
                id, json(staged.buildings.clone()))?;
        }
        if !staged.households.is_empty() {
            apart!(
                self,
                "
                INSERT INTO roll_household (roll_id, id, building_id, unit)
                SELECT $1, unhex(value ->> 0), unhex(value ->> 1), value ->> 2 FROM json_each($2)",
                "
                INSERT INTO roll_household (roll_id, id, building_id, unit)
                SELECT $1, (value ->> 0)::uuid, (value ->> 1)::uuid, value ->> 2
                FROM jsonb_array_elements($2) AS t (value)",
                id,
                json(staged.households.clone())
            )?;
        }
        apart!(self, "
            INSERT INTO roll_row (roll_id, person_id, is_new, name, birth_date, sex, phone, phone_fingerprint, identity_number,
              identity_fingerprint, household_id, relation, residence, registered_place, stay_id)
            SELECT $1, unhex(value ->> 0), value ->> 1, value ->> 2, value ->> 3, value ->> 4, unhex(value ->> 5),
              unhex(value ->> 6), unhex(value ->> 7), unhex(value ->> 8), unhex(value ->> 9), value ->> 10, value ->> 11,
              value ->> 12, unhex(value ->> 13)
            FROM json_each($2)", "
            INSERT INTO roll_row (roll_id, person_id, is_new, name, birth_date, sex, phone, phone_fingerprint, identity_number,
              identity_fingerprint, household_id, relation, residence, registered_place, stay_id)
            SELECT $1, (value ->> 0)::uuid, (value ->> 1)::boolean, value ->> 2, value ->> 3, value ->> 4,
              decode(value ->> 5, 'hex'), decode(value ->> 6, 'hex'), decode(value ->> 7, 'hex'), decode(value ->> 8, 'hex'),
              (value ->> 9)::uuid, value ->> 10, value ->> 11, value ->> 12, (value ->> 13)::uuid
            FROM jsonb_array_elements($2) AS t (value)",
            id, json(staged.rows.clone()))?;
        if !staged.segments.is_empty() {
            apart!(self, "
                INSERT INTO roll_segment (roll_id, resident_id, code, id)
                SELECT $1, unhex(value ->> 0), value ->> 1, unhex(value ->> 2) FROM json_each($2)", "
                INSERT INTO roll_segment (roll_id, resident_id, code, id)
                SELECT $1, (value ->> 0)::uuid, value ->> 1, (value ->> 2)::uuid FROM jsonb_array_elements($2) AS t (value)",
                id, json(staged.segments.clone()))?;
        }
        if !staged.needs.is_empty() {
            apart!(self, "
                INSERT INTO roll_need (roll_id, resident_id, code, id, note)
                SELECT $1, unhex(value ->> 0), value ->> 1, unhex(value ->> 2), unhex(value ->> 3) FROM json_each($2)", "
                INSERT INTO roll_need (roll_id, resident_id, code, id, note)
                SELECT $1, (value ->> 0)::uuid, value ->> 1, (value ->> 2)::uuid, decode(value ->> 3, 'hex')
                FROM jsonb_array_elements($2) AS t (value)",
                id, json(staged.needs.clone()))?;
        }
        crate::crash_at!("roll.stage");
        Ok(())
    }

    /// Makes ready for statements over all that is staged: on PostgreSQL they may take longer than others, and its planner
    /// must know how much there is.
    pub async fn prepare_switch(&mut self) -> StoreResult<()> {
        if let On::Postgres(tx) = &mut self.on {
            sqlx::raw_sql(
                "SET LOCAL statement_timeout = '10min';
                 ANALYZE roll_row, roll_segment, roll_need, roll_building, roll_household",
            )
            .execute(&mut **tx)
            .await?;
        }
        Ok(())
    }

    /// How many staged rows no longer fit what is there: persons who were added, moved, died or were removed since, and
    /// places of the same names.
    pub async fn count_stale_rows(&mut self, roll: &Roll) -> StoreResult<i64> {
        let (id, community) = (roll.id, roll.community_id);
        let persons = sql!(self, fetch_one Count, "
            SELECT count(*) AS count FROM roll_row r LEFT JOIN person p ON p.identity_fingerprint = r.identity_fingerprint
            WHERE r.roll_id = $1 AND CASE WHEN r.is_new THEN p.id IS NOT NULL
              ELSE p.id IS NULL OR p.id <> r.person_id OR p.died IS NOT NULL OR COALESCE(p.community_id, $2) <> $2 END",
            id, community)?.count;
        let buildings = sql!(self, fetch_one Count, "
            SELECT count(*) AS count FROM roll_building r JOIN building b ON b.community_id = $2 AND b.name = r.name
            WHERE r.roll_id = $1", id, community)?.count;
        let households = sql!(self, fetch_one Count, "
            SELECT count(*) AS count FROM roll_household r JOIN household h ON h.building_id = r.building_id AND h.unit = r.unit
            WHERE r.roll_id = $1", id)?.count;
        Ok(persons + buildings + households)
    }

    /// Makes all that is staged real. Segments are only touched where the roll has them. `review`: when needs are looked at
    /// again.
    pub async fn switch_roll(
        &mut self,
        roll: &Roll,
        by: Option<PersonId>,
        now: Instant,
        has_segments: bool,
        review: Date,
    ) -> StoreResult<()> {
        let (id, community) = (roll.id, roll.community_id);
        sql!(self, execute, "
            INSERT INTO building (id, community_id, name) SELECT id, $2, name FROM roll_building WHERE roll_id = $1",
            id, community)?;
        sql!(
            self,
            execute,
            "
            INSERT INTO household (id, building_id, unit, number)
            SELECT id, building_id, unit, 1 FROM roll_household WHERE roll_id = $1",
            id
        )?;
        crate::crash_at!("roll.switch");
        // A new head takes the place of the one before; who was head elsewhere and moves is head there no more.
        sql!(
            self,
            execute,
            "
            UPDATE person SET relation = NULL WHERE relation = 'head' AND household_id IN
              (SELECT household_id FROM roll_row WHERE roll_id = $1 AND relation = 'head')",
            id
        )?;
        sql!(self, execute, "
            UPDATE stay SET until = $3, ended_by = 'move' WHERE until IS NULL AND person_id IN
              (SELECT r.person_id FROM roll_row r JOIN person p ON p.id = r.person_id
               WHERE r.roll_id = $1 AND NOT r.is_new AND (p.community_id IS NULL OR p.community_id <> $2
                 OR (r.household_id IS NOT NULL AND (p.household_id IS NULL OR p.household_id <> r.household_id))))",
            id, community, now)?;
        // Who is known and lives nowhere comes to live here, and so do all who are new.
        sql!(self, execute, "
            INSERT INTO topic_message (id, name, community_id, subject_id, at)
            SELECT r.stay_id, $4, $2, r.person_id, $3 FROM roll_row r JOIN person p ON p.id = r.person_id
            WHERE r.roll_id = $1 AND NOT r.is_new AND p.community_id IS NULL", id, community, now, MOVED_IN)?;
        sql!(self, execute, "
            UPDATE person SET name = r.name, birth_date = r.birth_date, sex = r.sex, phone = COALESCE(r.phone, person.phone),
              phone_fingerprint = COALESCE(r.phone_fingerprint, person.phone_fingerprint),
              relation = CASE WHEN r.household_id IS NULL OR r.household_id = person.household_id
                THEN COALESCE(r.relation, person.relation) ELSE r.relation END,
              household_id = COALESCE(r.household_id, person.household_id), community_id = $2,
              residence = COALESCE(r.residence, person.residence),
              registered_place = COALESCE(r.registered_place, person.registered_place)
            FROM roll_row r WHERE r.roll_id = $1 AND NOT r.is_new AND person.id = r.person_id", id, community)?;
        sql!(self, execute, "
            INSERT INTO person (id, name, birth_date, sex, phone, phone_fingerprint, identity_number, identity_fingerprint,
              household_id, relation, community_id, residence, registered_place)
            SELECT person_id, name, birth_date, sex, phone, phone_fingerprint, identity_number, identity_fingerprint,
              household_id, relation, $2, residence, registered_place
            FROM roll_row WHERE roll_id = $1 AND is_new", id, community)?;
        sql!(
            self,
            execute,
            "
            INSERT INTO topic_message (id, name, community_id, subject_id, at)
            SELECT stay_id, $4, $2, person_id, $3 FROM roll_row WHERE roll_id = $1 AND is_new",
            id,
            community,
            now,
            MOVED_IN
        )?;
        sql!(self, execute, "
            INSERT INTO stay (id, person_id, community_id, household_id, since, reason)
            SELECT r.stay_id, r.person_id, $2, p.household_id, $3, '' FROM roll_row r JOIN person p ON p.id = r.person_id
            WHERE r.roll_id = $1 AND NOT EXISTS
              (SELECT 1 FROM stay s WHERE s.person_id = r.person_id AND s.until IS NULL)", id, community, now)?;
        crate::crash_at!("roll.switch");
        if has_segments {
            sql!(self, execute, "
                UPDATE segment SET ended = $2 WHERE ended IS NULL AND source = 'import'
                  AND resident_id IN (SELECT person_id FROM roll_row WHERE roll_id = $1)
                  AND NOT EXISTS (SELECT 1 FROM roll_segment r
                    WHERE r.roll_id = $1 AND r.resident_id = segment.resident_id AND r.code = segment.code)", id, now)?;
            sql!(
                self,
                execute,
                "
                INSERT INTO segment (id, resident_id, code, source, note, recorded, recorded_by)
                SELECT r.id, r.resident_id, r.code, 'import', '', $2, $3 FROM roll_segment r
                WHERE r.roll_id = $1 AND NOT EXISTS (SELECT 1 FROM segment s
                  WHERE s.resident_id = r.resident_id AND s.code = r.code AND s.ended IS NULL)",
                id,
                now,
                by
            )?;
        }
        crate::crash_at!("roll.switch");
        // What a resident has corrected, closed or withdrawn stays as it is.
        sql!(self, execute, "
            INSERT INTO need (id, resident_id, code, note, source, review, recorded, changed_by)
            SELECT r.id, r.resident_id, r.code, r.note, 'import', $2, $3, $4 FROM roll_need r
            WHERE r.roll_id = $1 AND NOT EXISTS (SELECT 1 FROM need n WHERE n.resident_id = r.resident_id AND n.code = r.code)",
            id, review, now, by)?;
        sql!(
            self,
            execute,
            "UPDATE roll SET done = $2 WHERE id = $1",
            id,
            now
        )?;
        crate::crash_at!("roll.switch");
        Ok(())
    }

    /// Removes some of what is staged; true once nothing of the import is left.
    pub async fn delete_roll(&mut self, id: RollId) -> StoreResult<bool> {
        const SOME: i64 = 2_000;
        let mut left = false;
        left |= sql!(
            self,
            execute,
            "
            DELETE FROM roll_need WHERE roll_id = $1 AND resident_id IN
              (SELECT resident_id FROM roll_need WHERE roll_id = $1 ORDER BY resident_id LIMIT $2)",
            id,
            SOME
        )? > 0;
        left |= sql!(self, execute, "
            DELETE FROM roll_segment WHERE roll_id = $1 AND resident_id IN
              (SELECT resident_id FROM roll_segment WHERE roll_id = $1 ORDER BY resident_id LIMIT $2)", id, SOME)? > 0;
        left |= sql!(
            self,
            execute,
            "
            DELETE FROM roll_row WHERE roll_id = $1 AND person_id IN
              (SELECT person_id FROM roll_row WHERE roll_id = $1 ORDER BY person_id LIMIT $2)",
            id,
            SOME
        )? > 0;
        left |= sql!(
            self,
            execute,
            "
            DELETE FROM roll_household WHERE roll_id = $1 AND id IN
              (SELECT id FROM roll_household WHERE roll_id = $1 ORDER BY id LIMIT $2)",
            id,
            SOME
        )? > 0;
        left |= sql!(
            self,
            execute,
            "
            DELETE FROM roll_building WHERE roll_id = $1 AND id IN
              (SELECT id FROM roll_building WHERE roll_id = $1 ORDER BY id LIMIT $2)",
            id,
            SOME
        )? > 0;
        if !left {
            sql!(self, execute, "DELETE FROM roll WHERE id = $1", id)?;
        }
        Ok(!left)
    }
}

/// Bytes in hexadecimal.
pub fn hex(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let digit = |at: u8| char::from(DIGITS[usize::from(at & 15)]);
    bytes
        .iter()
        .flat_map(|byte| [digit(byte >> 4), digit(*byte)])
        .collect()
}
