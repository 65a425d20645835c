//! What this user's machine offers to both `linli` and `xtask`, which compiles this file as well: so it needs only anyhow.

use anyhow::{Context, Result};
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

/// The folder of what is built once for this user.
pub fn cache_folder() -> Result<PathBuf> {
    let cache = std::env::var_os("XDG_CACHE_HOME")
        .map(PathBuf::from)
        .filter(|folder| folder.is_absolute())
        .or_else(|| Some(std::env::home_dir()?.join(".cache")))
        .context("neither XDG_CACHE_HOME nor HOME says where to keep what is built once")?;
    Ok(cache.join("linli"))
}

/// Runs a command without a word of it, and kills it when it takes longer than `limit`.
pub fn succeeds_within(command: &mut Command, limit: Duration) -> bool {
    let quiet = command
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null());
    let Ok(mut child) = quiet.spawn() else {
        return false;
    };
    let start = Instant::now();
    loop {
        match child.try_wait() {
            Ok(Some(status)) => return status.success(),
            Ok(None) if start.elapsed() < limit => thread::sleep(Duration::from_millis(50)),
            _ => {
                // Both fail only when it has ended by itself.
                let _ = child.kill();
                let _ = child.wait();
                return false;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_command_that_takes_too_long_is_ended() {
        let start = Instant::now();
        assert!(!succeeds_within(
            Command::new("sleep").arg("30"),
            Duration::from_millis(100)
        ));
        assert!(start.elapsed() < Duration::from_secs(10));
        assert!(succeeds_within(
            &mut Command::new("true"),
            Duration::from_secs(10)
        ));
        assert!(!succeeds_within(
            &mut Command::new("/no/such/program"),
            Duration::from_secs(10)
        ));
    }
}
