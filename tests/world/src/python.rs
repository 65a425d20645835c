//! Second opinions: Python's dateutil and icalendar and JavaScript's ical.js, which `cargo xtask setup` puts into the build
//! folder.

use anyhow::{Context as _, Result, bail};
use std::ffi::OsStr;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// Runs a Python program with the packages of the build folder's `python`, gives it the input and answers what it printed.
pub fn python(program: &str, input: &str) -> Result<String> {
    let python = target()?.join("python/bin/python");
    answer(Command::new(&python).args(["-c", program]), input)
}

/// Runs a JavaScript program (CommonJS) with the packages of the build folder's `npm`, likewise.
pub fn node(program: &str, input: &str) -> Result<String> {
    let packages = target()?.join("npm/node_modules");
    let mut node = Command::new("node");
    node.args([OsStr::new("-e"), program.as_ref()])
        .env("NODE_PATH", packages);
    answer(&mut node, input)
}

fn answer(command: &mut Command, input: &str) -> Result<String> {
    let name = command.get_program().display().to_string();
    let mut child = command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .with_context(|| format!("cannot start {name}; run `cargo xtask setup`"))?;
    let mut pipe = child.stdin.take().context("the program has no input")?;
    let input = input.to_owned();
    // In a thread of its own: a program may answer before it has read all.
    let writer = std::thread::spawn(move || pipe.write_all(input.as_bytes()));
    let done = child.wait_with_output()?;
    let written = writer.join();
    if !done.status.success() {
        bail!(
            "{name} failed ({}); if it lacks a package, run `cargo xtask setup`:\n{}",
            done.status,
            String::from_utf8_lossy(&done.stderr)
        );
    }
    if !matches!(written, Ok(Ok(()))) {
        bail!("{name} did not read its input");
    }
    Ok(String::from_utf8(done.stdout)?)
}

/// Where cargo builds: test executables are in `PROFILE/deps` below it.
fn target() -> Result<PathBuf> {
    let me = std::env::current_exe()?;
    me.ancestors()
        .nth(3)
        .map(Path::to_owned)
        .context("this test runs from nowhere")
}
