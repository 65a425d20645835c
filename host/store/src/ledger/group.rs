//! Group commit of the ledger on SQLite: whoever writes while another's entries are being made durable shares the next
//! commit with everybody else who does, so that many views pay for one write to the disk.

use super::LedgerEntries;
use crate::{Store, StoreError, StoreResult};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tokio::sync::oneshot;

/// The most writers that share a commit.
const TOGETHER: usize = 128;

/// Entries that wait for the next commit.
#[derive(Clone, Debug, Default)]
pub(crate) struct Group(Arc<Mutex<Waiting>>);

#[derive(Debug, Default)]
struct Waiting {
    writers: Vec<Writer>,
    /// Whether a task writes, which looks for more when it is done.
    writing: bool,
}

#[derive(Debug)]
struct Writer {
    entries: LedgerEntries,
    done: oneshot::Sender<StoreResult<()>>,
}

impl Group {
    fn lock(&self) -> MutexGuard<'_, Waiting> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Makes the entries durable together with those of others.
    pub(crate) async fn write(&self, store: &Store, entries: LedgerEntries) -> StoreResult<()> {
        let (done, is_done) = oneshot::channel();
        let must_write = {
            let mut waiting = self.lock();
            waiting.writers.push(Writer { entries, done });
            !std::mem::replace(&mut waiting.writing, true)
        };
        if must_write {
            let (group, store) = (self.clone(), store.clone());
            // A task of its own: it writes for others too, and nobody's hanging up may drop it midway.
            tokio::spawn(async move { group.write_all(&store).await });
        }
        // A task that broke off has written nothing.
        is_done.await.unwrap_or(Err(StoreError::Busy))
    }

    async fn write_all(&self, store: &Store) {
        let mut turn = Turn {
            group: self,
            done: false,
        };
        while let Some(writers) = turn.next() {
            let (entries, waiting): (Vec<_>, Vec<_>) = writers
                .into_iter()
                .map(|writer| (writer.entries, writer.done))
                .unzip();
            if store.write_ledger_now(&entries).await.is_ok() {
                for done in waiting {
                    let _ = done.send(Ok(()));
                }
                continue;
            }
            // One of them may be to blame: each for itself.
            for (entries, done) in entries.iter().zip(waiting) {
                let written = store.write_ledger_now(std::slice::from_ref(entries)).await;
                let _ = done.send(written);
            }
        }
    }
}

/// The turn of the task that writes. Where it breaks off, the next writer begins another.
struct Turn<'a> {
    group: &'a Group,
    done: bool,
}

impl Turn<'_> {
    /// Who is to be written next; nobody ends the turn.
    fn next(&mut self) -> Option<Vec<Writer>> {
        let mut waiting = self.group.lock();
        let count = waiting.writers.len().min(TOGETHER);
        if count == 0 {
            waiting.writing = false;
            self.done = true;
            return None;
        }
        Some(waiting.writers.drain(..count).collect())
    }
}

impl Drop for Turn<'_> {
    fn drop(&mut self) {
        if !self.done {
            let mut waiting = self.group.lock();
            waiting.writing = false;
            waiting.writers.clear();
        }
    }
}
