//! `linli demo`: a host with a made-up district. Its plugins come by the path of any third party: a signed component file
//! is submitted, reviewed, and enabled in a community.

mod district;
mod names;

use crate::admin::submit_file;
use crate::host::{DataArgs, Host};
use crate::plugin::keygen::KeygenArgs;
use crate::plugin::sign::SignArgs;
use crate::serve;
use anyhow::{Context as _, Result, bail};
use clap::Args;
use linli_core::release::{Verdict, review};
use linli_core::{Admin, act, view};
use linli_web::Reach;
use serde_json::Map;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};

/// What `linli demo` takes.
#[derive(Args, Clone, Debug)]
pub struct DemoArgs {
    /// Address to listen on
    #[arg(long, value_name = "ADDR", default_value = "127.0.0.1:8420")]
    pub listen: SocketAddr,
    /// Folder of the demo district; made where it is missing, gone on with where it is there
    #[arg(long, value_name = "DIR", default_value = "demo-data")]
    pub data: PathBuf,
    /// Component files of plugins to publish and enable
    #[arg(long = "plugins", value_name = "FILE.wasm", num_args = 0..)]
    pub plugins: Vec<PathBuf>,
}

const ADMIN: Admin = Admin { person: None };

/// Runs the command.
pub async fn run(args: &DemoArgs) -> Result<()> {
    let data = DataArgs {
        data: args.data.clone(),
        database: None,
    };
    let host = Host::open(&data).await?;
    match view!(host.core, |work| async {
        Ok(work.tx.find_district().await?)
    }
    .await)?
    {
        None => {
            eprintln!("Making up the district: two communities, some 300 residents …");
            district::found(&host.core).await?;
        }
        Some(found) if found.demo => eprintln!(
            "Going on with the demo district in {}.",
            args.data.display()
        ),
        Some(found) => bail!(
            "{} holds a real district ({}): choose another folder with --data",
            args.data.display(),
            found.name.en
        ),
    }
    for file in &args.plugins {
        publish(&host, &args.data, file).await?;
    }
    let channels = linli_jobs::Channels::default();
    serve::serve(
        host,
        args.listen,
        Reach::default(),
        channels,
        &linli_jobs::OutboundSettings::default(),
        |address| eprintln!("{}", welcome(address)),
    )
    .await
}

fn welcome(address: SocketAddr) -> String {
    let mut text = format!(
        "\nLinli is ready on http://{address}\nLog in with one of these names and the password {}:\n",
        district::PASSWORD
    );
    for account in district::ACCOUNTS {
        text.push_str(&format!("  {:<8} {}\n", account.login, account.who));
    }
    text + "Stop it with Ctrl-C; the next start goes on where this one ended."
}

/// Signs a component file as its publisher would, and takes it from upload to enabled in the first community.
async fn publish(host: &Host, data: &Path, file: &Path) -> Result<()> {
    let bytes = std::fs::read(file).with_context(|| {
        format!(
            "cannot read {}; build it with `linli plugin build`",
            file.display()
        )
    })?;
    let inspected = linli_registry::inspect(&bytes)
        .with_context(|| format!("{} cannot be published", file.display()))?;
    let (id, version) = (&inspected.manifest.id, &inspected.manifest.version);
    let existing = view!(host.core, |work| async {
        Ok(work.tx.find_release_of(id, version).await?)
    }
    .await)?;
    if let Some(existing) = existing {
        if existing.digest != inspected.digest {
            eprintln!(
                "{id} {version} is published with other content; raise its version to publish this build."
            );
        }
        return Ok(());
    }
    eprintln!(
        "Publishing {id} {version}: sign, submit, approve, enable in {} …",
        district::FIRST_COMMUNITY
    );
    let key = data.join(format!("publisher-{}.key", id.organisation()));
    let public = key.with_extension("pub");
    if !key.exists() {
        KeygenArgs {
            file: key.clone(),
            password_file: None,
            no_password: true,
        }
        .run()?;
    }
    let text = std::fs::read_to_string(&public)
        .with_context(|| format!("cannot read {}", public.display()))?;
    let keys = view!(host.core, |work| async {
        let organisation = linli_core::organisation::find(work, id.organisation()).await?;
        Ok(work.tx.list_publisher_keys(organisation.id).await?)
    }
    .await)?;
    let mine = linli_registry::signature::parse_key(&text)?;
    if !keys.iter().any(|key| key.key_id == mine.id.as_str()) {
        linli_engine::publish::add_key(&host.core, &ADMIN, id.organisation(), &text).await?;
    }
    let copy = data.join(file.file_name().context("the plugin's file has no name")?);
    std::fs::copy(file, &copy)?;
    SignArgs {
        file: copy.clone(),
        key,
        password_file: None,
    }
    .run()?;
    let release = submit_file(host, &copy).await?;
    act!(host.core, |work| review(
        work,
        &ADMIN,
        release.id,
        Verdict::Approve,
        ""
    )
    .await)?;
    let community = view!(host.core, |work| async {
        Ok(work
            .tx
            .find_community_by_slug(district::FIRST_COMMUNITY)
            .await?)
    }
    .await)?
    .context("the demo district has lost its community")?;
    linli_engine::publish::enable(
        &host.core,
        &ADMIN,
        release.id,
        community.id,
        &release.permissions,
        &Map::new(),
    )
    .await?;
    Ok(())
}
