//! What the adapters of operations share: how a call becomes one, what its refusals become, references and cursors.

use crate::bindings::linli::host::types::{Cursor, OperationError, Period, PersonRef};
use crate::call::{Unit, instant_of};
use linli_core::{Refusal, Result};
use linli_domain::slot::Range;
use linli_domain::{Instant, Locale, PersonId};
use std::str::FromStr;

/// What a call of an operation answers: a trap, the contract's error, or its value.
pub(super) type Answer<T> = wasmtime::Result<std::result::Result<T, OperationError>>;

/// The body of a call that is one operation: counted and measured; `writes` traps in a view; a text with U+0000 traps; the
/// unit of work is `$unit`. `$body` answers a [`Result`] of `linli_core`, whose refusals become the contract's errors.
macro_rules! operation {
    ($call:ident, $name:literal, writes, [$($text:expr),* $(,)?], |$unit:ident| $body:block) => {
        $crate::call::host_call!($call, $name, {
            $call.writes($name)?;
            $crate::capabilities::operation::operation!(@run $call, $name, [$($text),*], |$unit| $body)
        })
    };
    ($call:ident, $name:literal, reads, [$($text:expr),* $(,)?], |$unit:ident| $body:block) => {
        $crate::call::host_call!($call, $name, {
            $crate::capabilities::operation::operation!(@run $call, $name, [$($text),*], |$unit| $body)
        })
    };
    (@run $call:ident, $name:literal, [$($text:expr),*], |$unit:ident| $body:block) => {{
        $crate::call::check_text($name, [$($text),*] as [&str; _])?;
        let mut whole = $call.unit().await?;
        let $unit = &mut whole;
        let locale = $unit.caller.locale;
        let done: linli_core::Result<_> = async { $body }.await;
        $crate::call::answer($name, done, |refusal| {
            Some($crate::capabilities::operation::error_of(refusal, locale))
        })
    }};
}
pub(super) use operation;

/// The contract's error for a refusal.
pub(super) fn error_of(refusal: &Refusal, locale: Locale) -> OperationError {
    match refusal {
        Refusal::NotFound(_) => OperationError::NotFound,
        Refusal::NotAllowed => OperationError::NotAllowed,
        Refusal::Invalid(problem) => OperationError::Invalid(problem.clone()),
        Refusal::Field { field, problem } => {
            OperationError::Invalid(format!("{field}: {}", problem.en))
        }
        Refusal::Undeclared(what) => OperationError::Undeclared(what.clone()),
        other => OperationError::Refused(super::refusal::shown(other, locale)),
    }
}

/// The thing that a reference of the contract names; what is none of ours is as absent.
pub(super) fn id_of<T: FromStr>(reference: &str, what: &'static str) -> Result<T> {
    reference
        .parse()
        .map_err(|_| Refusal::NotFound(what).into())
}

/// Whom a reference names, for this installation.
pub(super) async fn open(unit: &mut Unit<'_>, person: &PersonRef) -> Result<PersonId> {
    unit.service.open_reference(unit.work, &person.id).await
}

/// The reference of a person for this plugin.
pub(super) fn reference(unit: &Unit<'_>, person: PersonId) -> Result<PersonRef> {
    let id = unit.service.reference(unit.work, person)?;
    Ok(PersonRef { id })
}

/// The reference of a person, if there is one.
pub(super) fn reference_of(unit: &Unit<'_>, person: Option<PersonId>) -> Result<Option<PersonRef>> {
    person.map(|person| reference(unit, person)).transpose()
}

/// An instant within the contract's bounds.
pub(super) fn instant(what: &str, at: i64) -> Result<Instant> {
    instant_of(what, at).map_err(|problem| Refusal::Invalid(problem).into())
}

/// A stretch of time within the contract's bounds.
pub(super) fn range_of(period: Period) -> Result<Range> {
    Ok(Range::new(
        instant("period.starts", period.starts)?,
        instant("period.ends", period.ends)?,
    ))
}

/// A stretch of time, for the contract.
pub(super) fn period_of(range: Range) -> Period {
    Period {
        starts: range.starts.0,
        ends: range.ends.0,
    }
}

/// A number of the database, for the contract.
pub(super) fn count(number: i64) -> u32 {
    u32::try_from(number).unwrap_or_default()
}

/// What a code of the contract stands for.
pub(super) fn code<T: FromStr>(what: &str, code: &str) -> Result<T> {
    code.parse().map_err(|_| {
        let code: String = code.chars().take(64).collect();
        Refusal::Invalid(format!("{what} is '{code}', which is none")).into()
    })
}

/// What a cursor is bound to: an installation, an actor and a list.
pub(super) struct List(String);

impl List {
    /// The list called `name`, with all that it was asked for.
    pub(super) fn of(unit: &Unit<'_>, name: &str) -> Self {
        Self(super::appointments::list_of(unit, name))
    }

    /// Where the list goes on: from its beginning where there is no cursor.
    pub(super) fn after<T>(
        &self,
        unit: &Unit<'_>,
        after: Option<Cursor>,
        read: impl FnOnce(&str) -> Option<T>,
    ) -> Result<Option<T>> {
        let Some(after) = after else { return Ok(None) };
        let position = unit.work.references.open_cursor(&self.0, &after.id);
        position
            .as_deref()
            .and_then(read)
            .map(Some)
            .ok_or_else(|| Refusal::Invalid("after is no cursor of this list".to_owned()).into())
    }

    /// The cursor after the last of `rows`, where the slice is full and so may not be the last.
    pub(super) fn next<R>(
        &self,
        unit: &Unit<'_>,
        limit: u16,
        rows: &[R],
        position: impl FnOnce(&R) -> String,
    ) -> Option<Cursor> {
        let last = rows.last().filter(|_| rows.len() >= usize::from(limit))?;
        self.seal(unit, &position(last))
    }

    /// The cursor of a position.
    pub(super) fn seal(&self, unit: &Unit<'_>, position: &str) -> Option<Cursor> {
        let id = unit.work.references.seal_cursor(&self.0, position)?;
        Some(Cursor { id })
    }
}

/// A position of two parts, as `ONE TWO`.
pub(super) fn two<A: FromStr, B: FromStr>(position: &str) -> Option<(A, B)> {
    let (one, two) = position.split_once(' ')?;
    Some((one.parse().ok()?, two.parse().ok()?))
}

/// A position of an instant and an id.
pub(super) fn at<B: FromStr>(position: &str) -> Option<(Instant, B)> {
    two(position).map(|(at, id)| (Instant(at), id))
}
