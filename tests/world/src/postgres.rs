//! A throw-away PostgreSQL server for a test run and a database of its own for each test; for benches one that is durable. A
//! missing server fails the test.

use anyhow::{Context as _, Result, bail};
use std::os::unix::fs::{MetadataExt as _, chown};
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

static SERVER: OnceLock<Result<Server, String>> = OnceLock::new();
static DATABASES: AtomicU32 = AtomicU32::new(0);

/// A server, which ends with this process.
#[derive(Debug)]
pub struct Server {
    bin: PathBuf,
    dir: PathBuf,
}

/// What makes a server fast that nobody needs after the test.
const THROW_AWAY: [&str; 4] = [
    "fsync=off",
    "full_page_writes=off",
    "synchronous_commit=off",
    "max_connections=300",
];
/// What a server of that size is given anywhere; nothing that makes it less durable.
const DURABLE: [&str; 3] = [
    "shared_buffers=1GB",
    "max_wal_size=1GB",
    "checkpoint_timeout=15min",
];

/// The URL of a new, empty database.
pub fn database() -> Result<String> {
    let server = SERVER.get_or_init(|| Server::start().map_err(|error| format!("{error:#}")));
    let server = server
        .as_ref()
        .map_err(|error| anyhow::anyhow!("{error}"))?;
    server.database(&format!(
        "test_{}",
        DATABASES.fetch_add(1, Ordering::Relaxed)
    ))
}

/// What `pg_dump` says of a database, without what only `psql` understands.
pub(crate) fn dump(url: &str) -> Result<String> {
    let bin = bin().context("PostgreSQL is not installed; run `cargo xtask setup`")?;
    let dumped = Command::new(bin.join("pg_dump"))
        .args([
            "--inserts",
            "--no-owner",
            "--no-privileges",
            "--no-comments",
            url,
        ])
        .output()?;
    if !dumped.status.success() {
        bail!("pg_dump: {}", String::from_utf8_lossy(&dumped.stderr));
    }
    let text = String::from_utf8(dumped.stdout)?;
    let lines = text
        .lines()
        .filter(|line| !line.starts_with('\\') && !line.starts_with("--") && !line.is_empty());
    Ok(lines.map(|line| format!("{line}\n")).collect())
}

impl Server {
    /// A durable server with its data in this folder; with the data that a server before left there.
    pub fn durable(dir: &Path) -> Result<Self> {
        Self::start_in(dir, &DURABLE)
    }

    fn start() -> Result<Self> {
        remove_left_behind();
        let dir = std::env::temp_dir().join(format!("linli-test-postgres-{}", std::process::id()));
        Self::start_in(&dir, &THROW_AWAY)
    }

    /// The URL of the database of this name, which is made where it is missing.
    pub fn database(&self, name: &str) -> Result<String> {
        let made = self
            .command("createdb")
            .arg("-h")
            .arg(&self.dir)
            .args(["-U", "linli", name])
            .output()?;
        let message = String::from_utf8_lossy(&made.stderr);
        if !made.status.success() && !message.contains("already exists") {
            bail!("createdb: {message}");
        }
        Ok(format!(
            "postgres:///{name}?host={}&user=linli",
            self.dir.display()
        ))
    }

    fn start_in(dir: &Path, settings: &[&str]) -> Result<Self> {
        let bin = bin().context("PostgreSQL's server is not installed; run `cargo xtask setup`")?;
        std::fs::create_dir_all(dir)?;
        // The server runs in that folder and is told of it by name.
        let dir = dir.canonicalize()?;
        if let Some((user, group)) = postgres_user() {
            chown(&dir, Some(user), Some(group))?;
        }
        let server = Self { bin, dir };
        let options = [
            "-D",
            "data",
            "-U",
            "linli",
            "-A",
            "trust",
            "-N",
            "--no-locale",
            "-E",
            "UTF8",
        ];
        if !server.dir.join("data/PG_VERSION").exists() {
            let made = server.command("initdb").args(options).output()?;
            if !made.status.success() {
                bail!("initdb: {}", String::from_utf8_lossy(&made.stderr));
            }
        }
        server.run(settings)?;
        let started = Instant::now();
        // The socket is there before the server answers on it: only pg_isready tells.
        while !server
            .command("pg_isready")
            .arg("-h")
            .arg(&server.dir)
            .args(["-U", "linli"])
            .status()?
            .success()
        {
            if started.elapsed() > Duration::from_secs(60) {
                bail!("PostgreSQL did not start within a minute");
            }
            std::thread::sleep(Duration::from_millis(20));
        }
        Ok(server)
    }

    /// Starts the server from a thread that lives as long as the test process: the server ends with that thread.
    fn run(&self, settings: &[&str]) -> Result<()> {
        let mut command = self.command("postgres");
        command
            .args(["-D", "data", "-k"])
            .arg(&self.dir)
            .args(["-c", "listen_addresses="]);
        for setting in settings {
            command.args(["-c", setting]);
        }
        end_with_parent(&mut command);
        let (started, start) = std::sync::mpsc::channel::<std::io::Result<Child>>();
        std::thread::spawn(move || {
            let child = command.spawn();
            let up = child.is_ok();
            if started.send(child).is_ok() && up {
                loop {
                    std::thread::park();
                }
            }
        });
        start.recv()??;
        Ok(())
    }

    fn command(&self, name: &str) -> Command {
        let mut command = Command::new(self.bin.join(name));
        command
            .current_dir(&self.dir)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .env_remove("PGDATA");
        if let Some((user, group)) = postgres_user() {
            command.uid(user).gid(group);
        }
        if name == "postgres" {
            command.stderr(Stdio::null());
        }
        command
    }
}

/// Makes a child end when the thread that spawned it ends.
#[expect(unsafe_code, reason = "the only way to run code between fork and exec")]
pub fn end_with_parent(command: &mut Command) {
    // SAFETY: prctl(2) is async-signal-safe and touches nothing but the child's own attributes.
    unsafe {
        command.pre_exec(|| {
            if libc::prctl(libc::PR_SET_PDEATHSIG, libc::SIGINT) == -1 {
                return Err(std::io::Error::last_os_error());
            }
            Ok(())
        });
    }
}

/// The folder of the newest installed server's programs.
fn bin() -> Option<PathBuf> {
    let mut versions: Vec<_> = std::fs::read_dir("/usr/lib/postgresql")
        .ok()?
        .filter_map(|entry| Some((entry.ok()?.file_name().to_str()?.parse::<u32>().ok()?, ())))
        .collect();
    versions.sort_unstable();
    let (version, ()) = versions.pop()?;
    let bin = PathBuf::from(format!("/usr/lib/postgresql/{version}/bin"));
    bin.join("initdb").exists().then_some(bin)
}

/// PostgreSQL refuses to run as root: then the ids of the user `postgres`.
fn postgres_user() -> Option<(u32, u32)> {
    if std::fs::metadata("/proc/self").ok()?.uid() != 0 {
        return None;
    }
    let users = std::fs::read_to_string("/etc/passwd").ok()?;
    let mut fields = users
        .lines()
        .find(|line| line.starts_with("postgres:"))?
        .split(':')
        .skip(2);
    Some((fields.next()?.parse().ok()?, fields.next()?.parse().ok()?))
}

/// Removes the folders of test runs that are over.
fn remove_left_behind() {
    let Ok(entries) = std::fs::read_dir(std::env::temp_dir()) else {
        return;
    };
    for entry in entries.flatten() {
        let name = entry.file_name();
        let pid = name
            .to_str()
            .and_then(|name| name.strip_prefix("linli-test-postgres-"));
        if pid.is_some_and(|pid| !Path::new("/proc").join(pid).exists()) {
            let _ = std::fs::remove_dir_all(entry.path());
        }
    }
}
