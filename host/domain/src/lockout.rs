//! How long nobody may try again after failed log-ins.
//!
//! What is counted is not only the name: whoever knows a name could lock its owner out with it. A stranger's guesses at a
//! name count by the address that they come from, and only many of them, from wherever, pause the name for strangers. A
//! device on which the owner was logged in before has a count of its own, which strangers cannot use up.

/// What failures are counted of: how many are free, and for how long each counts.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Count {
    /// How many failures bring no pause yet.
    pub free: i64,
    /// For how long a failure counts, in minutes.
    pub window_minutes: i64,
}

/// A name, tried from one address.
pub const PAIR: Count = Count {
    free: 8,
    window_minutes: 24 * 60,
};
/// A name, from wherever strangers try it.
pub const NAME: Count = Count {
    free: 40,
    window_minutes: 24 * 60,
};
/// An address, whatever names are tried: several people share one.
pub const ADDRESS: Count = Count {
    free: 40,
    window_minutes: 15,
};
/// A device that the account knows.
pub const DEVICE: Count = Count {
    free: 8,
    window_minutes: 24 * 60,
};
/// Codes by mail, asked for or typed, from one address.
pub const CODES: Count = Count {
    free: 20,
    window_minutes: 15,
};

/// The first pause, in minutes.
const FIRST: i64 = 15;
/// The longest: a name is never shut for good.
const LONGEST: i64 = 60;

impl Count {
    /// For how long after the last of `failures` nobody may try again, in minutes: 15, 30, then 60 after each further one.
    pub fn pause_minutes(self, failures: i64) -> i64 {
        let beyond = failures - self.free;
        if beyond < 0 {
            return 0;
        }
        FIRST.saturating_mul(1 << beyond.min(10)).min(LONGEST)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_grow_and_end() {
        let pauses = [0, 7, 8, 9, 10, 11, 1_000].map(|failures| PAIR.pause_minutes(failures));
        assert_eq!(pauses, [0, 0, 15, 30, 60, 60, 60]);
    }
}
