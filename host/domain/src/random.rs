//! Randomness: one injected source for the whole host, and seeds from which an invocation's ids and bytes are drawn again.

use crate::Instant;
use rand_chacha::ChaCha20Rng;
use rand_chacha::rand_core::{RngCore, SeedableRng};
use uuid::Uuid;

/// Where the host gets seeds.
pub trait RandomSource: Send + Sync + 'static {
    /// A fresh, unpredictable seed.
    fn seed(&self) -> Seed;
}

/// What a stream of random bytes starts from.
pub type Seed = [u8; 32];

/// The operating system's generator.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemRandom;

impl RandomSource for SystemRandom {
    fn seed(&self) -> Seed {
        let mut seed = Seed::default();
        let mut rng = ChaCha20Rng::from_os_rng();
        rng.fill_bytes(&mut seed);
        seed
    }
}

/// A predictable source for tests and for the demo district.
#[derive(Debug)]
pub struct SeededRandom(std::sync::Mutex<ChaCha20Rng>);

impl SeededRandom {
    /// The source that a number names.
    pub fn new(seed: u64) -> Self {
        Self(std::sync::Mutex::new(ChaCha20Rng::seed_from_u64(seed)))
    }
}

impl RandomSource for SeededRandom {
    fn seed(&self) -> Seed {
        let mut seed = Seed::default();
        self.0
            .lock()
            .unwrap_or_else(std::sync::PoisonError::into_inner)
            .fill_bytes(&mut seed);
        seed
    }
}

/// A stream drawn from a seed: ids and bytes, the same each time.
#[derive(Debug, Clone)]
pub struct Stream(ChaCha20Rng);

impl Stream {
    /// The stream of a seed.
    pub fn new(seed: Seed) -> Self {
        Self(ChaCha20Rng::from_seed(seed))
    }

    /// Fills the buffer.
    pub fn fill(&mut self, buffer: &mut [u8]) {
        self.0.fill_bytes(buffer);
    }

    /// A UUID version 7 for this instant.
    pub fn uuid(&mut self, now: Instant) -> Uuid {
        let mut random = [0; 10];
        self.fill(&mut random);
        let millis = u64::try_from(now.0 / 1_000).unwrap_or(0);
        uuid::Builder::from_unix_timestamp_millis(millis, &random).into_uuid()
    }

    /// A number below `bound`; 0 where `bound` is 0. The bias is below 2^-32 for bounds below 2^32.
    pub fn below(&mut self, bound: u64) -> u64 {
        if bound == 0 {
            0
        } else {
            self.0.next_u64() % bound
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_seed_gives_the_same_ids() {
        let ids = |seed| {
            let mut stream = Stream::new([seed; 32]);
            [
                stream.uuid(Instant(1_000_000)),
                stream.uuid(Instant(1_000_000)),
            ]
        };
        assert_eq!(ids(1), ids(1));
        assert_ne!(ids(1)[0], ids(1)[1]);
        assert_ne!(ids(1), ids(2));
        assert_eq!(ids(1)[0].get_version_num(), 7);
    }
}
