//! Spaces, their opening hours and the days on which they open differently.

use crate::column::row;
use crate::{StoreResult, Tx};
use jiff::civil::Date;
use linli_domain::slot::WorkingHours;
use linli_domain::space::SpaceRules;
use linli_domain::{CommunityId, Instant, Localised, SpaceExceptionId, SpaceHoursId, SpaceId};

row! {
    /// A facility of a community.
    pub struct Space {
        /// Its id.
        pub id: SpaceId,
        /// Where it is.
        pub community_id: CommunityId,
        /// Its name.
        pub name: Localised,
        /// How many people it holds, at least 1.
        pub capacity: i64,
        /// Building and floor, in words.
        pub place: String,
        /// A code such as `room`.
        pub kind: String,
        /// Codes of what is in it.
        pub equipment: Vec<String>,
        /// How many bookings it takes at once, at least 1.
        pub concurrency: i64,
        /// Under which rules it is booked.
        pub rules: SpaceRules,
        /// Since when it is out of use.
        pub closed: Option<Instant>,
    }
}

row! {
    /// A rule of opening hours.
    pub struct SpaceHours {
        /// Its id.
        pub id: SpaceHoursId,
        /// Of which space.
        pub space_id: SpaceId,
        /// The hours.
        pub hours: WorkingHours,
    }
}

row! {
    /// A day on which a space opens differently.
    pub struct SpaceException {
        /// Its id.
        pub id: SpaceExceptionId,
        /// Which space.
        pub space_id: SpaceId,
        /// The day.
        pub day: Date,
        /// From which minute of the day it opens; none where the regular hours of the day do not count.
        pub from_minute: Option<i64>,
        /// Until which minute.
        pub to_minute: Option<i64>,
    }
}

impl Tx {
    /// Adds a space.
    pub async fn create_space(&mut self, s: &Space) -> StoreResult<()> {
        sql!(self, execute, "
            INSERT INTO space (id, community_id, name, capacity, place, kind, equipment, concurrency, rules, closed)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
            s.id, s.community_id, s.name, s.capacity, s.place, s.kind, s.equipment, s.concurrency, s.rules, s.closed)?;
        Ok(())
    }

    /// Writes a space. The database refuses a concurrency below what is booked.
    pub async fn update_space(&mut self, s: &Space) -> StoreResult<()> {
        sql!(self, execute, "
            UPDATE space SET name = $2, capacity = $3, place = $4, kind = $5, equipment = $6, concurrency = $7, rules = $8,
              closed = $9 WHERE id = $1",
            s.id, s.name, s.capacity, s.place, s.kind, s.equipment, s.concurrency, s.rules, s.closed)?;
        Ok(())
    }

    /// A space by its id.
    pub async fn find_space(&mut self, id: SpaceId) -> StoreResult<Option<Space>> {
        sql!(self, fetch_optional Space, "
            SELECT id, community_id, name, capacity, place, kind, equipment, concurrency, rules, closed FROM space
            WHERE id = $1", id)
    }

    /// A community's spaces that are in use.
    pub async fn list_spaces(&mut self, community: CommunityId) -> StoreResult<Vec<Space>> {
        sql!(self, fetch_all Space, "
            SELECT id, community_id, name, capacity, place, kind, equipment, concurrency, rules, closed FROM space
            WHERE community_id = $1 AND closed IS NULL ORDER BY id", community)
    }

    /// Spaces in use that hold at least so many people, by id after `after`: of a community, or of all.
    pub async fn list_spaces_that_hold(
        &mut self,
        community: Option<CommunityId>,
        persons: i64,
        after: SpaceId,
        limit: i64,
    ) -> StoreResult<Vec<Space>> {
        match community {
            Some(community) => sql!(self, fetch_all Space, "
                SELECT id, community_id, name, capacity, place, kind, equipment, concurrency, rules, closed FROM space
                WHERE community_id = $1 AND closed IS NULL AND capacity >= $2 AND id > $3 ORDER BY id LIMIT $4",
                community, persons, after, limit),
            None => sql!(self, fetch_all Space, "
                SELECT id, community_id, name, capacity, place, kind, equipment, concurrency, rules, closed FROM space
                WHERE closed IS NULL AND capacity >= $1 AND id > $2 ORDER BY id LIMIT $3", persons, after, limit),
        }
    }

    /// Adds a rule of opening hours.
    pub async fn create_space_hours(&mut self, h: &SpaceHours) -> StoreResult<()> {
        sql!(
            self,
            execute,
            "INSERT INTO space_hours (id, space_id, hours) VALUES ($1, $2, $3)",
            h.id,
            h.space_id,
            h.hours
        )?;
        Ok(())
    }

    /// A space's opening hours.
    pub async fn list_space_hours(&mut self, space: SpaceId) -> StoreResult<Vec<SpaceHours>> {
        sql!(self, fetch_all SpaceHours, "
            SELECT id, space_id, hours FROM space_hours WHERE space_id = $1 ORDER BY id", space)
    }

    /// Removes a rule of opening hours; true if it existed.
    pub async fn delete_space_hours(
        &mut self,
        space: SpaceId,
        id: SpaceHoursId,
    ) -> StoreResult<bool> {
        let deleted = sql!(
            self,
            execute,
            "DELETE FROM space_hours WHERE id = $1 AND space_id = $2",
            id,
            space
        )?;
        Ok(deleted > 0)
    }

    /// Adds a day on which a space opens differently.
    pub async fn create_space_exception(&mut self, e: &SpaceException) -> StoreResult<()> {
        sql!(self, execute, "
            INSERT INTO space_exception (id, space_id, day, from_minute, to_minute) VALUES ($1, $2, $3, $4, $5)",
            e.id, e.space_id, e.day, e.from_minute, e.to_minute)?;
        Ok(())
    }

    /// A space's exceptions on the days from `from` to before `to`.
    pub async fn list_space_exceptions(
        &mut self,
        space: SpaceId,
        from: Date,
        to: Date,
    ) -> StoreResult<Vec<SpaceException>> {
        sql!(self, fetch_all SpaceException, "
            SELECT id, space_id, day, from_minute, to_minute FROM space_exception
            WHERE space_id = $1 AND day >= $2 AND day < $3 ORDER BY day, id",
            space, from, to)
    }

    /// Removes an exception; true if it existed.
    pub async fn delete_space_exception(
        &mut self,
        space: SpaceId,
        id: SpaceExceptionId,
    ) -> StoreResult<bool> {
        let deleted = sql!(
            self,
            execute,
            "DELETE FROM space_exception WHERE id = $1 AND space_id = $2",
            id,
            space
        )?;
        Ok(deleted > 0)
    }
}
