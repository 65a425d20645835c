//! `linli:host/settings` over [`linli_core::installation::setting`].

use crate::bindings::linli::host::settings::Host;
use crate::call::{Call, host_call};
use linli_core::installation;

impl Host for Call {
    async fn get(&mut self, key: String) -> wasmtime::Result<Option<String>> {
        host_call!(self, "settings.get", {
            let service = &self.run()?.service;
            let value = installation::setting(
                &service.installation,
                service.manifest.settings.as_ref(),
                &key,
            );
            Ok(value.map(|value| value.to_string()))
        })
    }
}
