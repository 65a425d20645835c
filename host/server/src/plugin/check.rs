//! `linli plugin check`: what a host would say at upload, before there is one.

use super::build::kilobytes;
use crate::host::worker;
use anyhow::{Context, Result};
use clap::Args;
use linli_domain::permission::Permission;
use linli_domain::{Localised, Manifest};
use linli_registry::{Inspected, PluginExport};
use std::collections::BTreeSet;
use std::fmt::Write;
use std::path::{Path, PathBuf};

/// `linli plugin check FILE [--key KEY.pub]`
#[derive(Args, Debug)]
pub struct CheckArgs {
    /// The component file that `linli plugin build` wrote
    file: PathBuf,
    /// Check FILE.minisig against this public key
    #[arg(long, value_name = "KEY.pub")]
    key: Option<PathBuf>,
}

impl CheckArgs {
    pub(super) fn run(self) -> Result<()> {
        let component = read_component(&self.file)?;
        let inspected = linli_registry::inspect(&component)
            .with_context(|| format!("a host would refuse {}", self.file.display()))?;
        runs(&component).with_context(|| format!("a host would refuse {}", self.file.display()))?;
        print!("{}", describe(&inspected));
        if let Some(key) = &self.key {
            let key = std::fs::read_to_string(key)
                .with_context(|| format!("cannot read {}", key.display()))?;
            let signature = signature_path(&self.file);
            let signature = std::fs::read_to_string(&signature)
                .with_context(|| format!("cannot read {}", signature.display()))?;
            let id = linli_registry::signature::verify(&component, &signature, &[&key])?;
            println!("\nThe signature is good; it was made with key {id}.");
        }
        Ok(())
    }
}

/// Compiles a component, links it and checks the types of its exports, as an upload does.
fn runs(component: &[u8]) -> Result<()> {
    let checker = linli_engine::Checker::start(worker())?;
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()?;
    runtime.block_on(checker.check(component, ""))?;
    Ok(())
}

/// Reads a component file; one that a host would never take is not read at all.
pub(super) fn read_component(path: &Path) -> Result<Vec<u8>> {
    let cannot = || format!("cannot read {}", path.display());
    let size = std::fs::metadata(path).with_context(cannot)?.len();
    let size = usize::try_from(size).unwrap_or(usize::MAX);
    if size > linli_registry::inspect::MAX_COMPONENT {
        return Err(linli_registry::InspectError::TooLarge { size }).with_context(cannot);
    }
    std::fs::read(path).with_context(cannot)
}

/// The detached signature's file: FILE.minisig.
pub(super) fn signature_path(component: &Path) -> PathBuf {
    let mut path = component.as_os_str().to_owned();
    path.push(".minisig");
    path.into()
}

fn describe(inspected: &Inspected) -> String {
    let Inspected {
        manifest,
        size,
        digest,
        required,
        optional,
        exports,
        ..
    } = inspected;
    let Manifest {
        id,
        version,
        licence,
        title,
        summary,
        pages,
        fields,
        collections,
        ..
    } = manifest;
    let mut text = String::new();
    let mut line = |line: String| {
        // Writing into a String cannot fail.
        let _ = writeln!(text, "{line}");
    };
    line(format!("{id} {version}: {}", both(title)));
    line(format!("  {}\n  {}", summary.zh, summary.en));
    line(format!(
        "  {licence}, {}, SHA-256 {digest}",
        kilobytes(*size)
    ));
    let ask = |line: &mut dyn FnMut(String), heading: &str, permissions: &BTreeSet<Permission>| {
        if !permissions.is_empty() {
            line(format!("\n{heading}"));
            for permission in permissions {
                let meaning = permission.meaning();
                line(format!(
                    "  {permission}\n      {}\n      {}",
                    meaning.en, meaning.zh
                ));
            }
        }
    };
    ask(&mut line, "It asks to", required);
    ask(
        &mut line,
        "It can work without, but would like to",
        optional,
    );
    if required.is_empty() && optional.is_empty() {
        line("\nIt asks for no permission.".to_owned());
    }
    if exports.contains(&PluginExport::Timers) {
        line("\nIt can run in the background when a timer is due.".to_owned());
    }
    if !fields.is_empty() {
        line("\nPersonal fields it reads or shows".to_owned());
        for (code, field) in fields {
            let necessary = if field.necessary {
                "necessary"
            } else {
                "optional"
            };
            line(format!("  {code} ({necessary}): {}", both(&field.purpose)));
        }
    }
    if !collections.is_empty() {
        line("\nRecords it keeps".to_owned());
        for (code, collection) in collections {
            let sensitive = if collection.sensitive {
                ", sensitive"
            } else {
                ""
            };
            line(format!(
                "  {code} ({} days{sensitive}): {}",
                collection.retention_days,
                both(&collection.purpose)
            ));
        }
    }
    line("\nPages".to_owned());
    for page in pages {
        let audience: Vec<&str> = page.audience.iter().map(String::as_str).collect();
        line(format!(
            "  {} for {}: {}",
            page.path,
            audience.join(", "),
            both(&page.title)
        ));
    }
    text
}

fn both(text: &Localised) -> String {
    format!("{} · {}", text.zh, text.en)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everything_it_asks_for_is_said() {
        let text = r#"
            id = "my/hello"
            version = "1.0.0"
            licence = "MIT"
            title = { zh = "问候", en = "Greeting" }
            summary = { zh = "乙", en = "B" }
            pages = [{ path = "/", title = { zh = "甲", en = "A" }, audience = ["resident"] }]
            fields.age = { purpose = { zh = "年龄", en = "For the offer" }, necessary = true }
            collections.visits = { purpose = { zh = "记录", en = "Visits" }, retention-days = 30 }"#;
        let permission =
            |name: &str| BTreeSet::from([Permission(format!("linli:host/{name}@0.1"))]);
        let inspected = Inspected {
            digest: "ab".repeat(32),
            size: 45_001,
            manifest: linli_registry::manifest::parse(text).unwrap(),
            manifest_text: text.to_owned(),
            required: permission("records"),
            optional: permission("log"),
            exports: BTreeSet::from([PluginExport::Timers]),
        };
        let told = describe(&inspected);
        for part in [
            "my/hello 1.0.0: 问候 · Greeting",
            "46 KB",
            "It asks to\n  linli:host/records@0.1\n      Keep its own records",
            "It can work without, but would like to\n  linli:host/log@0.1",
            "in the background",
            "age (necessary): 年龄 · For the offer",
            "visits (30 days): ",
            "/ for resident: ",
        ] {
            assert!(told.contains(part), "{part} is missing in\n{told}");
        }
    }
}
