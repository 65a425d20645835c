//! Public holidays and make-up working days.

use crate::column::row;
use crate::{StoreResult, Tx};
use jiff::civil::Date;
use linli_domain::Localised;
use linli_domain::holiday::SpecialDay;

row! {
    /// A day on which work differs from what its weekday says.
    pub struct SpecialDayRow {
        /// The day.
        pub day: Date,
        /// `holiday` or `working-day`.
        pub kind: String,
        /// For a working day: the weekday that it stands for, 1 Monday to 7 Sunday.
        pub stands_for: Option<i64>,
        /// What it is called.
        pub name: Localised,
    }
}

impl SpecialDayRow {
    /// In what the day differs; none where the row says nothing that this release knows.
    pub fn special(&self) -> Option<SpecialDay> {
        let stands_for = match self.stands_for {
            Some(weekday) => Some(i8::try_from(weekday).ok()?),
            None => None,
        };
        SpecialDay::read(&self.kind, stands_for)
    }
}

impl Tx {
    /// Writes a special day; replaces what was there.
    pub async fn put_special_day(
        &mut self,
        day: Date,
        special: SpecialDay,
        name: &Localised,
    ) -> StoreResult<()> {
        sql!(
            self,
            execute,
            "
            INSERT INTO special_day (day, kind, stands_for, name) VALUES ($1, $2, $3, $4)
            ON CONFLICT (day) DO UPDATE SET kind = $2, stands_for = $3, name = $4",
            day,
            special.code(),
            special.stands_for().map(i64::from),
            name
        )?;
        Ok(())
    }

    /// Removes a special day; true if it existed.
    pub async fn delete_special_day(&mut self, day: Date) -> StoreResult<bool> {
        Ok(sql!(self, execute, "DELETE FROM special_day WHERE day = $1", day)? > 0)
    }

    /// The special days of the half-open range, by date.
    pub async fn list_special_days(
        &mut self,
        from: Date,
        to: Date,
    ) -> StoreResult<Vec<SpecialDayRow>> {
        sql!(self, fetch_all SpecialDayRow, "
            SELECT day, kind, stands_for, name FROM special_day WHERE day >= $1 AND day < $2 ORDER BY day", from, to)
    }
}
