//! How a component becomes a release, and a release an installation: everything that must be checked first, in one place
//! for the web and the command line.

use crate::{CheckError, Engine};
use linli_core::release::{self, CheckedComponent};
use linli_core::{Admin, Core, Refusal, act, installation, organisation, view};
use linli_domain::permission::Permission;
use linli_domain::{CommunityId, InstallationId, Localised, Manifest, ReleaseId};
use linli_registry::{InspectError, SignatureError, settings, signature};
use serde_json::{Map, Value};
use std::collections::BTreeSet;

/// Why an upload is refused. Nothing was stored.
#[derive(Debug, thiserror::Error)]
pub enum PublishError {
    /// The file is no plugin that this host can take.
    #[error("{0}")]
    Component(#[source] InspectError),
    /// The organisation that the plugin's id names is not registered.
    #[error(
        "the organisation '{0}' is not registered here: register it first, or mend the id in plugin.toml"
    )]
    UnknownOrganisation(String),
    /// The organisation has no key.
    #[error("the organisation '{0}' has no signing key: add its minisign public key first")]
    NoKey(String),
    /// The signature is not one of the organisation's.
    #[error("{0}")]
    Signature(#[source] SignatureError),
    /// It does not compile or its exports have other types.
    #[error("{0}")]
    Check(#[source] CheckError),
    /// An operation refused it.
    #[error(transparent)]
    Core(#[from] linli_core::Error),
}

impl PublishError {
    /// What it says to people; the publisher's details stay in English.
    pub fn message(&self) -> Localised {
        let english = self.to_string();
        let chinese = match self {
            Self::Component(_) => format!("这个文件不能作为插件接收：{english}"),
            Self::UnknownOrganisation(slug) => {
                format!("机构“{slug}”尚未登记。请先登记该机构，或修改 plugin.toml 中的 id。")
            }
            Self::NoKey(slug) => {
                format!("机构“{slug}”还没有签名公钥。请先添加它的 minisign 公钥。")
            }
            Self::Signature(_) => format!("签名无法通过验证：{english}"),
            Self::Check(CheckError::Busy) => "正在检查的上传太多，请过一分钟再上传。".to_owned(),
            Self::Check(_) => format!("组件无法运行：{english}"),
            Self::Core(error) => {
                return error.refusal().map_or_else(
                    || {
                        Localised::new(
                            "服务器出错，请稍后再试。",
                            "The host failed. Try again later.",
                        )
                    },
                    Refusal::message,
                );
            }
        };
        Localised::new(chinese, english)
    }
}

/// Takes a signed component file for review: decodes it, verifies the signature against the live keys of the organisation
/// that its id names, compiles and type-checks it, stores it.
pub async fn submit(
    core: &Core,
    engine: &Engine,
    admin: &Admin,
    bytes: Vec<u8>,
    minisig: &str,
) -> Result<ReleaseId, PublishError> {
    let (bytes, inspected) = tokio::task::spawn_blocking(move || {
        let inspected = linli_registry::inspect(&bytes);
        (bytes, inspected)
    })
    .await
    .map_err(|error| linli_core::Error::Internal(error.to_string()))?;
    let inspected = inspected.map_err(PublishError::Component)?;
    let slug = inspected.manifest.id.organisation().to_owned();
    let (organisation, keys) = view!(core, |work| async {
        let Some(organisation) = work.tx.find_organisation_by_slug(&slug).await? else {
            return Ok(None);
        };
        let keys = work.tx.list_publisher_keys(organisation.id).await?;
        Ok(Some((organisation, keys)))
    }
    .await)?
    .ok_or_else(|| PublishError::UnknownOrganisation(slug.clone()))?;
    let keys: Vec<_> = keys
        .iter()
        .filter(|key| key.revoked.is_none())
        .map(|key| key.public_key.as_str())
        .collect();
    if keys.is_empty() {
        return Err(PublishError::NoKey(slug));
    }
    let key_id = signature::verify(&bytes, minisig, &keys).map_err(PublishError::Signature)?;
    let began = std::time::Instant::now();
    let checked = engine.checker().check(&bytes, &slug).await;
    let meters = engine.meters().host();
    meters.compiled(began.elapsed(), checked.is_ok());
    let compiled = checked.map_err(PublishError::Check)?;
    let permissions = inspected.permissions();
    let component = CheckedComponent {
        bytes,
        digest: inspected.digest,
        manifest: inspected.manifest,
        permissions,
        key_id: key_id.as_str().to_owned(),
    };
    let submitted = act!(core, |work| async {
        // Compiling took a while: the key must still be trusted now.
        let keys = work.tx.list_publisher_keys(organisation.id).await?;
        if !keys
            .iter()
            .any(|key| key.revoked.is_none() && key.key_id == component.key_id)
        {
            return Err(Refusal::NotFound("key").into());
        }
        release::submit(work, admin, &organisation, &component).await
    }
    .await)?;
    // Who opens it first need not wait for a compiler.
    engine.keep(&component.digest, compiled).await;
    Ok(submitted)
}

/// Adds a minisign public key, given as its `.pub` file or its bare line, to an organisation.
pub async fn add_key(
    core: &Core,
    admin: &Admin,
    organisation: &str,
    public_key: &str,
) -> Result<(), PublishError> {
    let key = signature::parse_key(public_key).map_err(PublishError::Signature)?;
    Ok(act!(core, |work| async {
        let organisation = organisation::find(work, organisation).await?;
        organisation::add_key(work, admin, &organisation, key.id.as_str(), &key.base64).await
    }
    .await)?)
}

/// Enables an approved release in a community, after checking the settings against the manifest's schema.
pub async fn enable(
    core: &Core,
    admin: &Admin,
    release: ReleaseId,
    community: CommunityId,
    granted: &BTreeSet<Permission>,
    chosen: &Map<String, Value>,
) -> linli_core::Result<InstallationId> {
    act!(core, |work| async {
        let found = work
            .tx
            .find_release(release)
            .await?
            .ok_or(Refusal::NotFound("release"))?;
        check_settings(&found.manifest, chosen)?;
        installation::enable(work, admin, release, community, granted, chosen).await
    }
    .await)
}

/// Changes the settings of an installation, after checking them against the schema of the release that runs there now.
pub async fn set_settings(
    core: &Core,
    admin: &Admin,
    id: InstallationId,
    chosen: &Map<String, Value>,
) -> linli_core::Result<()> {
    act!(core, |work| async {
        let installed = installation::find_by_id(work, id).await?;
        let release = work.tx.find_release(installed.release_id).await?;
        let release = release.ok_or(Refusal::NotFound("release"))?;
        check_settings(&release.manifest, chosen)?;
        installation::set_settings(work, admin, id, chosen).await
    }
    .await)
}

fn check_settings(manifest: &Manifest, chosen: &Map<String, Value>) -> Result<(), Refusal> {
    let Some(schema) = &manifest.settings else {
        return match chosen.is_empty() {
            true => Ok(()),
            false => Err(Refusal::Invalid("this plugin has no settings".to_owned())),
        };
    };
    settings::validate(schema, &Value::Object(chosen.clone())).map_err(|problems| {
        let problems: Vec<_> = problems
            .iter()
            .map(|problem| format!("{}: {}", problem.setting, problem.message))
            .collect();
        Refusal::Invalid(problems.join("; "))
    })
}
