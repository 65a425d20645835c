//! Compiles components in a process of their own, which may use only so much memory and time: the serving process never
//! runs a compiler. `worker.rs` is what runs there.

use crate::check::CheckError;
use crate::worker::REFUSED;
use std::collections::HashMap;
use std::ffi::OsString;
use std::path::PathBuf;
use std::process::{ExitStatus, Stdio};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::process::Command;
use tokio::sync::Semaphore;

/// The most machine code of one component, in bytes: 256 MiB.
const MOST_CODE: u64 = 256 << 20;
/// The most of what a worker says that is read, in bytes.
const MOST_SAID: u64 = 4 << 10;
/// Uploads that may wait for a worker, in all; each is held in memory while it waits.
const WAITING: usize = 16;
/// Uploads of one organisation that may wait for a worker, so that one that sends hundreds leaves room for others.
const WAITING_OF_ONE: usize = 4;

/// The program that compiles, and what it may use for one component.
#[derive(Clone, Debug)]
pub struct Worker {
    program: PathBuf,
    /// Before the limits.
    arguments: Vec<OsString>,
    memory: u64,
    cpu: Duration,
    wall: Duration,
}

impl Worker {
    /// This program itself, started with these arguments and then the limits: 2 GiB of address space, a minute of
    /// processor time, two minutes in all. (A component of 18 MB, Python's, needs 410 MB and 11 s.)
    pub fn this_program(arguments: &[&str]) -> Self {
        // Not its path: it may have been replaced by a newer version, whose code this process could not run.
        Self::program("/proc/self/exe", arguments)
    }

    /// The same with another program.
    pub fn program(program: impl Into<PathBuf>, arguments: &[&str]) -> Self {
        Self {
            program: program.into(),
            arguments: arguments.iter().map(OsString::from).collect(),
            memory: 2 << 30,
            cpu: Duration::from_secs(60),
            wall: Duration::from_secs(120),
        }
    }

    /// The same with other limits: bytes of address space, whole seconds of processor time, time in all.
    #[must_use]
    pub fn limited(self, memory: u64, cpu: Duration, wall: Duration) -> Self {
        Self {
            memory,
            cpu,
            wall,
            ..self
        }
    }

    /// Compiles a component.
    async fn compile(&self, component: &[u8]) -> Result<Compiled, CheckError> {
        let broken = |error: std::io::Error| {
            CheckError::Broken(format!(
                "cannot run {} to compile: {error}",
                self.program.display()
            ))
        };
        let mut worker = Command::new(&self.program)
            .args(&self.arguments)
            .arg(self.memory.to_string())
            .arg(self.cpu.as_secs().to_string())
            .env_clear()
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .map_err(broken)?;
        let (Some(mut input), Some(output), Some(errors)) = (
            worker.stdin.take(),
            worker.stdout.take(),
            worker.stderr.take(),
        ) else {
            return Err(CheckError::Broken("a worker has no pipes".to_owned()));
        };
        let work = async {
            let feed = async {
                // One that ends early has said why.
                let _ = input.write_all(component).await;
                drop(input);
            };
            let (mut code, mut said) = (Vec::new(), Vec::new());
            let (mut output, mut errors) = (output.take(MOST_CODE + 1), errors.take(MOST_SAID));
            let read = async {
                tokio::try_join!(output.read_to_end(&mut code), errors.read_to_end(&mut said))
            };
            let ((), read) = tokio::join!(feed, read);
            read?;
            // Whoever says more than is read would wait for ever.
            drop((output, errors));
            Ok::<_, std::io::Error>((worker.wait().await?, code, said))
        };
        let (status, code, said) = tokio::time::timeout(self.wall, work)
            .await
            .map_err(|_| {
                let seconds = self.wall.as_secs();
                CheckError::Compile(format!("compiling it takes more than {seconds} s"))
            })?
            .map_err(broken)?;
        if code.len() as u64 > MOST_CODE {
            let most = MOST_CODE >> 20;
            let problem = format!("its machine code has more than {most} MiB");
            return Err(CheckError::Compile(problem));
        }
        if status.success() {
            return Ok(Compiled(code));
        }
        Err(CheckError::Compile(self.why(status, &said)))
    }

    fn why(&self, status: ExitStatus, said: &[u8]) -> String {
        use std::os::unix::process::ExitStatusExt as _;
        if status.code() == Some(REFUSED) {
            let said = String::from_utf8_lossy(said);
            return said.split_whitespace().collect::<Vec<_>>().join(" ");
        }
        match status.signal() {
            Some(libc::SIGXCPU) => format!(
                "compiling it takes more than {} s of processor time",
                self.cpu.as_secs()
            ),
            _ => format!(
                "compiling it needs more than {} MiB of memory, or breaks the compiler ({status})",
                self.memory >> 20
            ),
        }
    }
}

/// Machine code of a component, as a worker made it.
#[derive(Clone, PartialEq, Eq)]
pub struct Compiled(pub(crate) Vec<u8>);

impl std::fmt::Debug for Compiled {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Compiled({} bytes)", self.0.len())
    }
}

/// Takes turns with the workers: one compiles what residents wait for, another what publishers upload.
#[derive(Clone)]
pub(crate) struct Compiler {
    worker: Worker,
    loads: Arc<Semaphore>,
    uploads: Arc<Semaphore>,
    waiting: Arc<Mutex<HashMap<String, usize>>>,
}

impl Compiler {
    pub(crate) fn new(worker: Worker) -> Self {
        Self {
            worker,
            loads: Arc::new(Semaphore::new(1)),
            uploads: Arc::new(Semaphore::new(1)),
            waiting: Arc::default(),
        }
    }

    /// Compiles an approved component that is to run now.
    pub(crate) async fn load(&self, component: &[u8]) -> Result<Compiled, CheckError> {
        let _turn = turn(&self.loads).await?;
        self.worker.compile(component).await
    }

    /// Compiles an upload, unless too many wait. `from` is whose it is.
    pub(crate) async fn upload(
        &self,
        component: &[u8],
        from: &str,
    ) -> Result<Compiled, CheckError> {
        let _place = Place::take(&self.waiting, from)?;
        let _turn = turn(&self.uploads).await?;
        self.worker.compile(component).await
    }
}

async fn turn(turns: &Semaphore) -> Result<tokio::sync::SemaphorePermit<'_>, CheckError> {
    let turn = turns.acquire().await;
    turn.map_err(|error| CheckError::Broken(error.to_string()))
}

/// A place among the uploads that wait or are compiled.
struct Place {
    waiting: Arc<Mutex<HashMap<String, usize>>>,
    of: String,
}

impl Place {
    fn take(waiting: &Arc<Mutex<HashMap<String, usize>>>, of: &str) -> Result<Self, CheckError> {
        let mut places = waiting.lock().unwrap_or_else(PoisonError::into_inner);
        let own = places.get(of).copied().unwrap_or_default();
        if own >= WAITING_OF_ONE || places.values().sum::<usize>() >= WAITING {
            return Err(CheckError::Busy);
        }
        places.insert(of.to_owned(), own + 1);
        Ok(Self {
            waiting: waiting.clone(),
            of: of.to_owned(),
        })
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut places = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
        match places.get_mut(&self.of) {
            Some(own) if *own > 1 => *own -= 1,
            _ => {
                places.remove(&self.of);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_organisation_leaves_room_for_others() {
        let waiting = Arc::default();
        let take = |of: &str| Place::take(&waiting, of);
        let crowd: Vec<_> = (0..1_000).map_while(|_| take("crowd").ok()).collect();
        assert_eq!(crowd.len(), WAITING_OF_ONE);
        let mut others: Vec<_> = (0..).map_while(|n| take(&format!("org{n}")).ok()).collect();
        assert_eq!(others.len(), WAITING - WAITING_OF_ONE);
        drop(crowd);
        others.push(take("crowd").unwrap());
        others.clear();
        assert!(waiting.lock().unwrap().is_empty());
    }
}
