//! Segments that residents belong to.

use crate::column::row;
use crate::resident::Listed;
use crate::{StoreResult, Tx};
use jiff::civil::Date;
use linli_domain::{CommunityId, Instant, PersonId, SegmentId};

row! {
    /// A resident belongs to a segment (人群分类).
    pub struct Segment {
        /// The id.
        pub id: SegmentId,
        /// Who.
        pub resident_id: PersonId,
        /// Which, by code.
        pub code: String,
        /// Who said so: `staff` or `import`.
        pub source: String,
        /// On what it rests, in words; may be empty.
        pub note: String,
        /// Since when.
        pub recorded: Instant,
        /// By whom.
        pub recorded_by: Option<PersonId>,
        /// When it is to be looked at again.
        pub review: Option<Date>,
    }
}

impl Tx {
    /// Puts a resident into a segment.
    pub async fn create_segment(&mut self, s: &Segment) -> StoreResult<()> {
        sql!(
            self,
            execute,
            "
            INSERT INTO segment (id, resident_id, code, source, note, recorded, recorded_by, review)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
            s.id,
            s.resident_id,
            s.code,
            s.source,
            s.note,
            s.recorded,
            s.recorded_by,
            s.review
        )?;
        Ok(())
    }

    /// The segments that a resident was put into and still belongs to, by code.
    pub async fn list_segments(&mut self, resident: PersonId) -> StoreResult<Vec<Segment>> {
        sql!(self, fetch_all Segment, "
            SELECT id, resident_id, code, source, note, recorded, recorded_by, review FROM segment
            WHERE resident_id = $1 AND ended IS NULL ORDER BY code", resident)
    }

    /// Takes a resident out of a segment; true if they belonged to it.
    pub async fn end_segment(
        &mut self,
        resident: PersonId,
        code: &str,
        now: Instant,
    ) -> StoreResult<bool> {
        Ok(sql!(
            self,
            execute,
            "UPDATE segment SET ended = $3 WHERE resident_id = $1 AND code = $2 AND ended IS NULL",
            resident,
            code,
            now
        )? > 0)
    }

    /// The residents of a community whom somebody put into a segment, by id, after an id.
    pub async fn list_residents_in_segment(
        &mut self,
        community: CommunityId,
        code: &str,
        after: PersonId,
        limit: i64,
    ) -> StoreResult<Vec<Listed>> {
        sql!(self, fetch_all Listed, "
            SELECT person.id, name, birth_date, sex, household_id, relation FROM person
            JOIN segment ON resident_id = person.id AND code = $2 AND ended IS NULL
            WHERE community_id = $1 AND person.id > $3 ORDER BY person.id LIMIT $4", community, code, after, limit)
    }

    /// The residents of a community who were born between two days, both included, by id, after an id.
    pub async fn list_residents_born(
        &mut self,
        community: CommunityId,
        born: (Date, Date),
        after: PersonId,
        limit: i64,
    ) -> StoreResult<Vec<Listed>> {
        sql!(self, fetch_all Listed, "
            SELECT id, name, birth_date, sex, household_id, relation FROM person
            WHERE community_id = $1 AND birth_date >= $2 AND birth_date <= $3 AND id > $4 ORDER BY id LIMIT $5",
            community, born.0, born.1, after, limit)
    }
}
