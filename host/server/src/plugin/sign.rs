//! `linli plugin sign`: a detached minisign signature beside the component.

use super::check::{read_component, signature_path};
use super::{file, keygen};
use anyhow::{Context, Result};
use clap::Args;
use minisign::{PublicKey, SecretKey, SecretKeyBox};
use std::path::PathBuf;

/// `linli plugin sign FILE --key KEY`
#[derive(Args, Debug)]
pub struct SignArgs {
    /// The component file that `linli plugin build` wrote
    pub(crate) file: PathBuf,
    /// The secret key that `linli plugin keygen` or `minisign -G` wrote
    #[arg(long)]
    pub(crate) key: PathBuf,
    /// Read the key's password from the first line of this file instead of asking
    #[arg(long, value_name = "FILE")]
    pub(crate) password_file: Option<PathBuf>,
}

impl SignArgs {
    pub(crate) fn run(self) -> Result<()> {
        let component = read_component(&self.file)?;
        let text = std::fs::read_to_string(&self.key)
            .with_context(|| format!("cannot read the key {}", self.key.display()))?;
        let unlocked = unlock(&text, || match &self.password_file {
            Some(path) => keygen::password_in(path),
            None => keygen::ask(&format!("Password for {}: ", self.key.display())),
        });
        let key = unlocked.with_context(|| format!("cannot use the key {}", self.key.display()))?;
        let signature = sign(&component, &key)
            .with_context(|| format!("cannot sign {}", self.file.display()))?;
        let path = signature_path(&self.file);
        file::write(&path, signature.as_bytes())?;
        println!("{}", path.display());
        Ok(())
    }
}

/// The detached signature of a component, whose trusted comment names the release.
///
/// # Errors
/// Where a host would refuse the component anyway.
pub fn sign(component: &[u8], key: &SecretKey) -> Result<String> {
    let inspected = linli_registry::inspect(component).context("a host would refuse it")?;
    let comment = format!("{} {}", inspected.manifest.id, inspected.manifest.version);
    let public = PublicKey::from_secret_key(key)?;
    let signature = minisign::sign(
        Some(&public),
        key,
        component,
        Some(&comment),
        Some("signature of a Linli plugin"),
    )?;
    Ok(signature.into_string())
}

/// The secret key in a key file; asks for the password only when it is encrypted.
fn unlock(text: &str, password: impl FnOnce() -> Result<String>) -> Result<SecretKey> {
    let boxed = || SecretKeyBox::from_string(text).context("it is not a minisign secret key");
    if let Ok(key) = boxed()?.into_unencrypted_secret_key() {
        return Ok(key);
    }
    Ok(boxed()?.into_secret_key(Some(password()?))?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use anyhow::bail;
    use minisign::KeyPair;

    fn component() -> Vec<u8> {
        let text = r#"id = "my/hello"
            version = "1.0.0"
            licence = "MIT"
            title = { zh = "甲", en = "A" }
            summary = { zh = "乙", en = "B" }
            pages = [{ path = "/", title = { zh = "甲", en = "A" }, audience = ["resident"] }]"#;
        let bytes = wat::parse_str(
            r#"(component (instance $p) (export "linli:plugin/pages@0.1.0" (instance $p)))"#,
        )
        .unwrap();
        linli_registry::manifest::embed(&bytes, text).unwrap()
    }

    #[test]
    fn a_signature_verifies_and_names_the_release() {
        let pair = KeyPair::generate_unencrypted_keypair().unwrap();
        let signature = sign(&component(), &pair.sk).unwrap();
        linli_registry::signature::verify(&component(), &signature, &[&pair.pk.to_base64()])
            .unwrap();
        assert!(
            signature.contains("trusted comment: my/hello 1.0.0\n"),
            "{signature}"
        );
        assert!(sign(b"something else", &pair.sk).is_err());
    }

    #[test]
    fn a_password_is_asked_for_only_where_there_is_one() {
        let plain = KeyPair::generate_unencrypted_keypair()
            .unwrap()
            .sk
            .to_box(None)
            .unwrap()
            .into_string();
        unlock(&plain, || bail!("asked")).unwrap();
        let locked = KeyPair::generate_encrypted_keypair(Some("春晖".into()))
            .unwrap()
            .sk
            .to_box(None)
            .unwrap()
            .into_string();
        unlock(&locked, || Ok("春晖".into())).unwrap();
        assert!(
            unlock(&locked, || Ok("和平".into()))
                .unwrap_err()
                .to_string()
                .contains("password")
        );
        assert!(unlock("not a key", || bail!("asked")).is_err());
    }
}
