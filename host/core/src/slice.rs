//! Lists are read in slices: how long one may be.

use crate::error::{Refusal, Result};

/// The most rows of one slice.
pub const MAX: u16 = 100;

/// The limit of a slice, 1–[`MAX`], as the store takes it.
///
/// # Errors
/// Where it is outside that range.
pub(crate) fn limit(limit: u16) -> Result<i64> {
    if (1..=MAX).contains(&limit) {
        Ok(limit.into())
    } else {
        Err(Refusal::Invalid(format!("limit is {limit}; it must be 1–{MAX}")).into())
    }
}
