//! `linli plugin keygen`: a pair of minisign keys.

use super::file;
use anyhow::{Context, Result, bail};
use clap::Args;
use minisign::KeyPair;
use std::path::{Path, PathBuf};

/// `linli plugin keygen FILE`
#[derive(Args, Debug)]
pub struct KeygenArgs {
    /// Where to write the secret key; keep it to yourself
    pub(crate) file: PathBuf,
    /// Read the password from the first line of this file instead of asking
    #[arg(long, value_name = "FILE")]
    pub(crate) password_file: Option<PathBuf>,
    /// Write the secret key unencrypted: only for keys that a machine guards otherwise
    #[arg(long, conflicts_with = "password_file")]
    pub(crate) no_password: bool,
}

impl KeygenArgs {
    pub(crate) fn run(self) -> Result<()> {
        let public = public_path(&self.file);
        for path in [&self.file, &public] {
            if path.exists() {
                bail!(
                    "{} exists already and is not overwritten: choose another name",
                    path.display()
                );
            }
        }
        let pair = if self.no_password {
            KeyPair::generate_unencrypted_keypair()
        } else {
            let password = match &self.password_file {
                Some(path) => password_in(path)?,
                None => new_password()?,
            };
            KeyPair::generate_encrypted_keypair(Some(password))
        };
        let pair = pair.context("cannot make keys")?;
        let secret_text = pair
            .sk
            .to_box(None)
            .context("cannot write the secret key")?
            .into_string();
        let public_text = pair
            .pk
            .to_box()
            .context("cannot write the public key")?
            .into_string();
        file::create(&self.file, secret_text.as_bytes(), 0o600)?;
        if let Err(error) = file::create(&public, public_text.as_bytes(), 0o644) {
            // A secret key whose public key nobody has is worth nothing.
            let _ = std::fs::remove_file(&self.file);
            return Err(error);
        }
        let id = linli_registry::signature::key_id(&public_text)?;
        println!("Key {id}");
        println!(
            "  secret: {}  keep it to yourself, and a copy in a safe place",
            self.file.display()
        );
        println!(
            "  public: {}  a district's admin registers it for your organisation",
            public.display()
        );
        Ok(())
    }
}

/// Where the public key goes.
fn public_path(secret: &Path) -> PathBuf {
    if secret
        .extension()
        .is_some_and(|extension| extension == "key")
    {
        return secret.with_extension("pub");
    }
    let mut path = secret.as_os_str().to_owned();
    path.push(".pub");
    path.into()
}

fn new_password() -> Result<String> {
    let password = ask("Password for the secret key: ")?;
    if password.is_empty() {
        bail!("the password is empty: choose one, or say --no-password");
    }
    if ask("The same again: ")? != password {
        bail!("the two passwords differ; nothing was written");
    }
    Ok(password)
}

/// Asks for a password at the terminal.
pub(super) fn ask(prompt: &str) -> Result<String> {
    rpassword::prompt_password(prompt).context(
        "cannot ask for the password, as there is no terminal: pass it with --password-file FILE",
    )
}

/// The password in the first line of a file.
pub(super) fn password_in(path: &Path) -> Result<String> {
    let text = std::fs::read_to_string(path)
        .with_context(|| format!("cannot read the password in {}", path.display()))?;
    match text.lines().next() {
        Some(line) if !line.is_empty() => Ok(line.to_owned()),
        _ => bail!(
            "the first line of {} is empty: it should hold the password",
            path.display()
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::PermissionsExt;

    fn args(file: PathBuf) -> KeygenArgs {
        KeygenArgs {
            file,
            password_file: None,
            no_password: true,
        }
    }

    #[test]
    fn keys_are_private_and_never_overwritten() {
        let folder = tempfile::tempdir().unwrap();
        let secret = folder.path().join("my.key");
        args(secret.clone()).run().unwrap();
        let before = std::fs::read(&secret).unwrap();
        assert_eq!(
            std::fs::metadata(&secret).unwrap().permissions().mode() & 0o777,
            0o600
        );
        assert!(folder.path().join("my.pub").exists());
        assert!(args(secret.clone()).run().is_err());
        std::fs::remove_file(&secret).unwrap();
        assert!(
            args(secret.clone()).run().is_err(),
            "the public key would be overwritten"
        );
        assert!(!secret.exists() && !before.is_empty());
    }

    #[test]
    fn the_public_key_lies_beside_the_secret_one() {
        assert_eq!(public_path(Path::new("a/my.key")), Path::new("a/my.pub"));
        assert_eq!(public_path(Path::new("my.org")), Path::new("my.org.pub"));
    }
}
