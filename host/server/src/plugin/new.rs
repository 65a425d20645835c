//! `linli plugin new`: a starter plugin from the Rust SDK's template.

use anyhow::{Context, Result, bail};
use clap::Args;
use linli_domain::PluginId;
use std::fs;
use std::path::{Path, PathBuf};

/// `linli plugin new ORG/NAME`
#[derive(Args, Debug)]
pub struct NewArgs {
    /// Its id: your organisation's code and the plugin's own, such as jinhui/eldercare
    #[arg(value_name = "ORG/NAME")]
    id: PluginId,
    /// The folder to write; it must be new or empty [default: ./NAME]
    #[arg(long)]
    dir: Option<PathBuf>,
    /// The folder of linli-sdk, Linli's sdk/rust; found by itself inside a checkout of Linli
    #[arg(long, value_name = "PATH")]
    sdk: Option<PathBuf>,
}

/// The template's files: where each goes, and its text.
const TEMPLATE: [(&str, &str); 5] = [
    (
        "Cargo.toml",
        include_str!("../../../../sdk/rust/template/Cargo.toml.tmpl"),
    ),
    (
        "plugin.toml",
        include_str!("../../../../sdk/rust/template/plugin.toml.tmpl"),
    ),
    (
        "src/lib.rs",
        include_str!("../../../../sdk/rust/template/src/lib.rs.tmpl"),
    ),
    (
        "README.md",
        include_str!("../../../../sdk/rust/template/README.md.tmpl"),
    ),
    (
        ".gitignore",
        include_str!("../../../../sdk/rust/template/gitignore.tmpl"),
    ),
];

impl NewArgs {
    pub(super) fn run(self) -> Result<()> {
        let dir = self.dir.unwrap_or_else(|| self.id.plugin().into());
        let sdk = match &self.sdk {
            Some(path) => is_sdk(path)
                .then(|| path.canonicalize())
                .transpose()?
                .with_context(|| {
                    format!(
                        "{} is not linli-sdk: pass the folder sdk/rust of Linli with --sdk",
                        path.display()
                    )
                })?,
            None => find_sdk()?,
        };
        write(&self.id, &dir, &sdk)?;
        println!("Wrote the plugin {} into {}. Next:", self.id, dir.display());
        println!("  linli plugin build {}", dir.display());
        println!(
            "  linli plugin check {}/dist/{}-{}-0.1.0.wasm",
            dir.display(),
            self.id.organisation(),
            self.id.plugin()
        );
        println!("{} says how to go on.", dir.join("README.md").display());
        Ok(())
    }
}

fn write(id: &PluginId, dir: &Path, sdk: &Path) -> Result<()> {
    if fs::read_dir(dir).is_ok_and(|mut entries| entries.next().is_some()) {
        bail!(
            "{} is not empty, and nothing in it is overwritten: choose another folder with --dir",
            dir.display()
        );
    }
    for (name, text) in TEMPLATE {
        let path = dir.join(name);
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder)
                .with_context(|| format!("cannot create the folder {}", folder.display()))?;
        }
        fs::write(&path, fill(text, id, sdk)?)
            .with_context(|| format!("cannot write {}", path.display()))?;
    }
    Ok(())
}

/// The text with its placeholders filled in.
fn fill(text: &str, id: &PluginId, sdk: &Path) -> Result<String> {
    let sdk = sdk
        .to_str()
        .with_context(|| format!("the path {} is not UTF-8", sdk.display()))?;
    Ok(text
        .replace("{{org}}", id.organisation())
        .replace("{{name}}", id.plugin())
        .replace(
            "{{crate_name}}",
            &format!("{}-{}", id.organisation(), id.plugin()),
        )
        .replace("\"{{sdk}}\"", &toml::Value::from(sdk).to_string()))
}

/// The SDK in the checkout of Linli that holds the current directory or this binary.
fn find_sdk() -> Result<PathBuf> {
    let starts = [std::env::current_dir().ok(), std::env::current_exe().ok()];
    starts
        .iter()
        .flatten()
        .flat_map(|start| start.ancestors())
        .map(|folder| folder.join("sdk/rust"))
        .find(|folder| is_sdk(folder))
        .context("linli-sdk is not near: pass the folder sdk/rust of a checkout of Linli with --sdk PATH")
}

fn is_sdk(folder: &Path) -> bool {
    fs::read_to_string(folder.join("Cargo.toml"))
        .is_ok_and(|text| text.contains("name = \"linli-sdk\""))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_new_plugin_is_whole_and_nothing_is_overwritten() {
        let folder = tempfile::tempdir().unwrap();
        let dir = folder.path().join("hello");
        let sdk = folder.path().join("s d'k\"/rust");
        let id: PluginId = "my-org/hello".parse().unwrap();
        write(&id, &dir, &sdk).unwrap();

        let read = |name: &str| fs::read_to_string(dir.join(name)).unwrap();
        let manifest = linli_registry::manifest::parse(&read("plugin.toml")).unwrap();
        assert_eq!((&manifest.id, manifest.problems()), (&id, vec![]));
        let cargo: toml::Table = read("Cargo.toml").parse().unwrap();
        assert_eq!(cargo["package"]["name"].as_str(), Some("my-org-hello"));
        assert_eq!(
            cargo["package"]["version"].as_str(),
            Some(manifest.version.to_string().as_str())
        );
        assert_eq!(
            cargo["dependencies"]["linli-sdk"]["path"].as_str(),
            sdk.to_str()
        );
        for (name, _) in TEMPLATE {
            assert!(
                !read(name).contains("{{"),
                "a placeholder is left in {name}"
            );
        }
        let error = write(&id, &dir, &sdk).unwrap_err().to_string();
        assert!(error.contains("not empty"), "{error}");
    }

    #[test]
    fn the_sdk_is_found_from_inside_a_checkout() {
        assert!(is_sdk(&find_sdk().unwrap()));
    }
}
