//! The real `linli` binary: run to its end, or served on a free port until the test is over.

use anyhow::{Context as _, Result, bail};
use linli_engine::{Engine, Worker};
use linli_world::World;
use linli_world::postgres::end_with_parent;
use std::ffi::OsStr;
use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc;
use std::time::Duration;

/// Where cargo builds: the parent of the folder of the profile.
pub fn target() -> Result<PathBuf> {
    let folder = profile()?;
    Ok(folder
        .parent()
        .context("the profile's folder has no parent")?
        .to_owned())
}

/// The folder of the profile. Test executables are in `deps` below it.
fn profile() -> Result<PathBuf> {
    let me = std::env::current_exe()?;
    let folder = me.parent().and_then(Path::parent);
    Ok(folder.context("this test runs from nowhere")?.to_owned())
}

/// The binary beside this test.
pub fn linli() -> Result<PathBuf> {
    let binary = profile()?.join("linli");
    if !binary.is_file() {
        bail!(
            "{} is missing; build it with `cargo build --workspace --bins`",
            binary.display()
        );
    }
    Ok(binary)
}

/// An engine for a district of tests, whose components the binary beside this test compiles.
pub fn engine(world: &World) -> Result<Engine> {
    let cache = world.dir.path().join("cache");
    Ok(Engine::start(world.core.clone(), &cache, worker()?)?)
}

/// The binary beside this test, as what compiles components.
pub fn worker() -> Result<Worker> {
    Ok(Worker::program(linli()?, &["compile-component"]))
}

/// The component file of a plugin that ships with Linli, such as `eldercare`.
pub fn component(plugin: &str) -> Result<PathBuf> {
    let dist = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("../plugins/{plugin}/dist"));
    let built = std::fs::read_dir(&dist).ok().and_then(|entries| {
        let mut files: Vec<_> = entries
            .flatten()
            .map(|entry| entry.path())
            .filter(|path| path.extension() == Some(OsStr::new("wasm")))
            .collect();
        files.sort();
        files.pop()
    });
    built.with_context(|| {
        format!("the plugin {plugin} is not built; run `cargo xtask test --only plugins`")
    })
}

/// Runs `linli` to its end and answers what it printed.
pub fn run<Arg: AsRef<OsStr>>(arguments: impl IntoIterator<Item = Arg>) -> Result<String> {
    let mut command = Command::new(linli()?);
    let done = command
        .args(arguments)
        .stdin(Stdio::null())
        .output()
        .context("cannot start linli")?;
    if !done.status.success() {
        bail!("{command:?}: {}", String::from_utf8_lossy(&done.stderr));
    }
    Ok(String::from_utf8_lossy(&done.stdout).into_owned())
}

/// A serving `linli`. Dropping it ends it.
pub struct Server {
    child: Child,
    /// Where it answers, such as `http://127.0.0.1:40001`.
    pub url: String,
}

impl Server {
    /// Starts `linli` with a command that serves, on a free port, and waits until it says that it is ready.
    pub fn start<Arg: AsRef<OsStr>>(arguments: impl IntoIterator<Item = Arg>) -> Result<Self> {
        let mut command = Command::new(linli()?);
        command
            .args(arguments)
            .args(["--listen", "127.0.0.1:0"])
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::piped());
        end_with_parent(&mut command);
        let mut server = Self {
            child: command.spawn().context("cannot start linli")?,
            url: String::new(),
        };
        let said = server
            .child
            .stderr
            .take()
            .context("linli has no standard error")?;
        let (ready, is_ready) = mpsc::channel();
        std::thread::spawn(move || {
            // Reads on to the end, so that the server never waits for a full pipe. The test's output has the log.
            for line in BufReader::new(said).lines().map_while(Result::ok) {
                if let Some((_, rest)) = line.split_once("ready on http://") {
                    let address = rest.split_whitespace().next().unwrap_or_default();
                    let _ = ready.send(format!("http://{address}"));
                }
                eprintln!("linli: {line}");
            }
        });
        server.url = is_ready
            .recv_timeout(Duration::from_secs(120))
            .context("linli was not ready within two minutes; its log stands above")?;
        Ok(server)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
