//! Files that appear whole or not at all.

use anyhow::{Context, Result};
use std::io::Write;
use std::path::Path;
use tempfile::NamedTempFile;

/// Writes a file that anyone may read, in place of an older one if there is one.
pub fn write(path: &Path, bytes: &[u8]) -> Result<()> {
    let file = beside(path, bytes, 0o644)?;
    file.persist(path)
        .with_context(|| format!("cannot write {}", path.display()))?;
    Ok(())
}

/// Writes a file that must not exist yet, with these permissions.
pub fn create(path: &Path, bytes: &[u8], mode: u32) -> Result<()> {
    let file = beside(path, bytes, mode)?;
    file.persist_noclobber(path)
        .with_context(|| format!("cannot create {}", path.display()))?;
    Ok(())
}

fn beside(path: &Path, bytes: &[u8], mode: u32) -> Result<NamedTempFile> {
    use std::os::unix::fs::PermissionsExt;
    let folder = path
        .parent()
        .filter(|folder| !folder.as_os_str().is_empty())
        .unwrap_or(Path::new("."));
    let write = || {
        let mut file = tempfile::Builder::new()
            .prefix(".linli-")
            .tempfile_in(folder)?;
        file.write_all(bytes)?;
        file.as_file()
            .set_permissions(std::fs::Permissions::from_mode(mode))?;
        file.as_file().sync_all()?;
        Ok::<_, std::io::Error>(file)
    };
    write().with_context(|| format!("cannot write into the folder {}", folder.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn create_keeps_what_is_there_and_write_replaces_it() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a");
        create(&path, b"1", 0o600).unwrap();
        assert!(create(&path, b"2", 0o600).is_err());
        assert_eq!(std::fs::read(&path).unwrap(), b"1");
        write(&path, b"3").unwrap();
        assert_eq!(std::fs::read(&path).unwrap(), b"3");
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1);
    }
}
