//! The dependency directions of ARCHITECTURE.md, checked against what cargo says the packages depend on.

use crate::cargo::{self, Metadata, Package};
use anyhow::{Result, bail};

/// Which host crates each host crate may depend on.
const MAY_USE: [(&str, &[&str]); 8] = [
    ("linli-domain", &[]),
    ("linli-store", &["linli-domain"]),
    ("linli-core", &["linli-domain", "linli-store"]),
    ("linli-registry", &["linli-domain"]),
    (
        "linli-engine",
        &[
            "linli-domain",
            "linli-store",
            "linli-core",
            "linli-registry",
        ],
    ),
    (
        "linli-jobs",
        &[
            "linli-domain",
            "linli-store",
            "linli-core",
            "linli-registry",
            "linli-engine",
        ],
    ),
    (
        "linli-web",
        &[
            "linli-domain",
            "linli-store",
            "linli-core",
            "linli-registry",
            "linli-engine",
        ],
    ),
    (
        "linli",
        &[
            "linli-domain",
            "linli-store",
            "linli-core",
            "linli-registry",
            "linli-engine",
            "linli-jobs",
            "linli-web",
        ],
    ),
];

/// The end-to-end tests and the benches may use everything; the world that tests share, what stands up to the operations.
const TESTS: [&str; 3] = ["linli-tests", "linli-bench", WORLD];

/// What tests beside a crate's code may use as well.
const WORLD: &str = "linli-world";

/// Families of libraries that only some host crates may know.
const KNOWN_BY: [(&str, &[&str]); 3] = [
    ("sqlx", &["linli-store"]),
    ("wasmtime", &["linli-engine"]),
    ("axum", &["linli-web", "linli"]),
];

/// Checks the workspace and every guest.
pub fn check() -> Result<()> {
    let mut wrong = host(&cargo::metadata(&cargo::root(), &["--no-deps"])?);
    for guest in cargo::guests()? {
        wrong.extend(self::guest(
            &cargo::told(&guest),
            &cargo::metadata(&guest, &[])?,
        ));
    }
    if !wrong.is_empty() {
        bail!(
            "dependencies point the wrong way:\n  - {}",
            wrong.join("\n  - ")
        );
    }
    Ok(())
}

fn host(metadata: &Metadata) -> Vec<String> {
    let members: Vec<&Package> = metadata
        .packages
        .iter()
        .filter(|package| metadata.workspace_members.contains(&package.id))
        .collect();
    let mut wrong = Vec::new();
    for Package {
        name, dependencies, ..
    } in &members
    {
        if TESTS.contains(&name.as_str()) {
            continue;
        }
        // Whoever is not in the table, such as xtask, uses no host crate; a new host crate has to be entered.
        let may = MAY_USE
            .iter()
            .find(|(crate_name, _)| crate_name == name)
            .map_or(&[][..], |(_, may)| may);
        for dependency in dependencies {
            let used = dependency.name.as_str();
            let is_host = members.iter().any(|member| member.name == used);
            if is_host && used != WORLD && !may.contains(&used) {
                wrong.push(format!("{name} must not depend on {used}"));
            }
            for (library, known_by) in KNOWN_BY {
                let of_family = used == library
                    || used
                        .strip_prefix(library)
                        .is_some_and(|rest| rest.starts_with('-'));
                if of_family && !known_by.contains(&name.as_str()) {
                    wrong.push(format!(
                        "{name} must not depend on {used}: only {} may",
                        known_by.join(" and ")
                    ));
                }
            }
        }
    }
    wrong.sort();
    wrong.dedup();
    wrong
}

/// Guests use no host crate, at any depth.
fn guest(name: &str, metadata: &Metadata) -> Vec<String> {
    let hosts = MAY_USE.iter().map(|(host, _)| *host);
    hosts
        .filter(|host| metadata.packages.iter().any(|package| package.name == *host))
        .map(|host| format!("{name} must not depend on {host}: guests are written as a third party would write them"))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cargo::Dependency;

    fn workspace(packages: &[(&str, &[&str])]) -> Metadata {
        let packages: Vec<Package> = packages
            .iter()
            .map(|(name, uses)| Package {
                id: (*name).to_owned(),
                name: (*name).to_owned(),
                dependencies: uses
                    .iter()
                    .map(|name| Dependency {
                        name: (*name).to_owned(),
                    })
                    .collect(),
            })
            .collect();
        Metadata {
            workspace_members: packages.iter().map(|package| package.id.clone()).collect(),
            packages,
            target_directory: "t".into(),
        }
    }

    #[test]
    fn upward_and_sideways_dependencies_are_named() {
        let bad = workspace(&[
            ("linli-domain", &["serde"]),
            ("linli-store", &["linli-domain", "linli-core", "sqlx"]),
            ("linli-core", &["linli-store", "sqlx-core", "axum"]),
            ("linli-jobs", &["linli-web"]),
            ("linli-web", &["axum", "wasmtime"]),
            ("linli-tests", &["axum", "linli-web"]),
            ("xtask", &["linli-domain"]),
        ]);
        assert_eq!(
            host(&bad),
            [
                "linli-core must not depend on axum: only linli-web and linli may",
                "linli-core must not depend on sqlx-core: only linli-store may",
                "linli-jobs must not depend on linli-web",
                "linli-store must not depend on linli-core",
                "linli-web must not depend on wasmtime: only linli-engine may",
                "xtask must not depend on linli-domain",
            ]
        );
    }

    #[test]
    fn a_guest_with_a_host_crate_is_named() {
        assert_eq!(
            guest("plugins/x", &workspace(&[("x", &[]), ("linli-sdk", &[])])),
            [""; 0]
        );
        assert_eq!(
            guest(
                "plugins/x",
                &workspace(&[("x", &[]), ("linli-domain", &[])])
            )
            .len(),
            1
        );
    }
}
