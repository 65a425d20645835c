//! Settings of this installation.

use crate::{log, settings};
use serde::de::DeserializeOwned;

/// The setting of that name, or `default` where it has neither a value nor a default in the manifest. The manifest's
/// schema has checked its type; one that does not fit `T` all the same is logged and gives `default`.
pub fn setting<T: DeserializeOwned>(key: &str, default: T) -> T {
    let Some(json) = settings::get(key) else {
        return default;
    };
    serde_json::from_str(&json).unwrap_or_else(|error| {
        log::write(
            log::Level::Warn,
            &format!("setting '{key}' is not what the plugin expects: {error}"),
        );
        default
    })
}
