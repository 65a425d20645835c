//! Who may run now: bounded for each installation and in all, with a bounded wait.

use crate::limit::{CONCURRENT, WAITING_OF_INSTALLATION};
use linli_domain::InstallationId;
use std::collections::HashMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// The turns of all installations.
pub(crate) struct Queue {
    all: Arc<Semaphore>,
    installations: Mutex<HashMap<InstallationId, Arc<Turns>>>,
    one_writer: bool,
    wait: Duration,
}

struct Turns {
    /// How many at once.
    most: usize,
    any: Arc<Semaphore>,
    acts: Arc<Semaphore>,
    waiting: AtomicUsize,
}

/// Held while an invocation runs.
pub(crate) struct Turn(
    #[expect(dead_code, reason = "held, then dropped")] Vec<OwnedSemaphorePermit>,
);

impl Queue {
    /// `one_writer`: one act of an installation runs at a time. `wait`: the longest wait for a turn.
    pub(crate) fn new(one_writer: bool, wait: Duration) -> Self {
        Self {
            all: Arc::new(Semaphore::new(CONCURRENT)),
            installations: Mutex::new(HashMap::new()),
            one_writer,
            wait,
        }
    }

    /// Waits for a turn of an installation that may run `most` at once; none where too many wait or it takes too long.
    pub(crate) async fn turn(&self, of: InstallationId, act: bool, most: usize) -> Option<Turn> {
        let turns = self.turns(of, most);
        if turns.waiting.fetch_add(1, Ordering::Relaxed) >= WAITING_OF_INSTALLATION {
            turns.waiting.fetch_sub(1, Ordering::Relaxed);
            return None;
        }
        // First the installation's own: one that is crowded takes no turn from the others while it waits.
        let waiting = async {
            let mut permits = Vec::with_capacity(3);
            if act {
                permits.push(turns.acts.clone().acquire_owned().await.ok()?);
            }
            permits.push(turns.any.clone().acquire_owned().await.ok()?);
            permits.push(self.all.clone().acquire_owned().await.ok()?);
            Some(Turn(permits))
        };
        let turn = tokio::time::timeout(self.wait, waiting).await;
        turns.waiting.fetch_sub(1, Ordering::Relaxed);
        turn.ok().flatten()
    }

    /// The turns of an installation, made anew where its budget has changed; those that run end under the old one.
    fn turns(&self, of: InstallationId, most: usize) -> Arc<Turns> {
        let mut installations = self
            .installations
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        match installations.get(&of) {
            Some(turns) if turns.most == most => turns.clone(),
            _ => {
                let acts = if self.one_writer { 1 } else { most };
                let turns = Arc::new(Turns {
                    most,
                    any: Arc::new(Semaphore::new(most)),
                    acts: Arc::new(Semaphore::new(acts)),
                    waiting: AtomicUsize::new(0),
                });
                installations.insert(of, turns.clone());
                turns
            }
        }
    }

    /// Waits until nothing runs; nothing begins afterwards.
    pub(crate) async fn drain(&self) {
        if let Ok(all) = u32::try_from(CONCURRENT) {
            let _held = self.all.acquire_many(all).await;
            self.all.close();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    #[tokio::test]
    async fn a_crowded_installation_is_busy_and_another_is_not() {
        let queue = Queue::new(true, Duration::from_millis(20));
        let (crowded, other) = (
            InstallationId(Uuid::from_u128(1)),
            InstallationId(Uuid::from_u128(2)),
        );
        let mut held = Vec::new();
        for _ in 0..6 {
            held.push(queue.turn(crowded, false, 6).await.unwrap());
        }
        assert!(queue.turn(crowded, false, 6).await.is_none());
        assert!(queue.turn(other, true, 6).await.is_some());
        held.pop();
        assert!(queue.turn(crowded, false, 6).await.is_some());
        assert!(queue.turn(crowded, false, 1).await.is_some());
    }

    #[tokio::test]
    async fn acts_of_one_installation_take_turns() {
        let queue = Queue::new(true, Duration::from_millis(20));
        let of = InstallationId(Uuid::from_u128(1));
        let _first = queue.turn(of, true, 6).await.unwrap();
        assert!(queue.turn(of, true, 6).await.is_none());
        assert!(queue.turn(of, false, 6).await.is_some());
    }
}
