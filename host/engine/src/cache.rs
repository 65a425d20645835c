//! Compiled components on disk, by digest and by engine: compiled once, mapped ever after. Loading machine code is running it,
//! so beside each file stands a seal over its name and its content: a file that is damaged, cut off, of another component
//! or of another engine is not loaded but made anew.

use crate::compile::Compiled;
use std::fs::{self, File};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};
use wasmtime::Engine;
use wasmtime::component::Component;

/// The folder.
#[derive(Debug)]
pub(crate) struct Cache {
    folder: PathBuf,
    /// Differs between engines that cannot run each other's code.
    compatibility: String,
}

impl Cache {
    pub(crate) fn open(folder: &Path, engine: &Engine) -> io::Result<Self> {
        fs::create_dir_all(folder)?;
        let mut hasher = DefaultHasher::new();
        engine.precompile_compatibility_hash().hash(&mut hasher);
        Ok(Self {
            folder: folder.to_owned(),
            compatibility: format!("{:016x}", hasher.finish()),
        })
    }

    fn paths(&self, digest: &str) -> (PathBuf, PathBuf) {
        let name = format!("{digest}-{}", self.compatibility);
        (
            self.folder.join(format!("{name}.cwasm")),
            self.folder.join(format!("{name}.seal")),
        )
    }

    /// What seals machine code as this component's on this engine.
    fn seal(&self, digest: &str, code: &[u8]) -> String {
        let code = linli_registry::digest(code);
        let sealed = format!("linli code 1\n{digest}\n{}\n{code}\n", self.compatibility);
        linli_registry::digest(sealed.as_bytes())
    }

    /// The compiled component, if it is here and whole. Blocks.
    pub(crate) fn find(&self, engine: &Engine, digest: &str) -> Option<Component> {
        let (code, seal) = self.paths(digest);
        let expected = fs::read_to_string(seal).ok()?;
        let mut bytes = Vec::new();
        File::open(&code).ok()?.read_to_end(&mut bytes).ok()?;
        if self.seal(digest, &bytes) != expected.trim() {
            tracing::warn!(file = %code.display(), "a compiled component in the cache is damaged or another's; compiling it again");
            return None;
        }
        // SAFETY: the file was written by `put` of this host, as its seal shows, and is replaced only by renaming: what
        // is mapped is never written to. Whoever can forge both files can as well replace the host's program beside them.
        #[expect(unsafe_code, reason = "mapping compiled code is what the cache is for")]
        let component = unsafe { Component::deserialize_file(engine, &code) };
        component
            .inspect_err(|error| tracing::warn!(file = %code.display(), %error, "a compiled component cannot be loaded; compiling it again"))
            .ok()
    }

    /// Keeps a compiled component. Readers see all of it or nothing. Blocks.
    pub(crate) fn put(&self, digest: &str, compiled: &Compiled) -> io::Result<()> {
        let bytes = &compiled.0;
        let (code, seal) = self.paths(digest);
        // Two processes that share the folder write the same; a name of their own keeps them apart.
        let own = format!(
            "{}-{:?}.new",
            std::process::id(),
            std::thread::current().id()
        );
        for (path, content) in [
            (&seal, self.seal(digest, bytes).as_bytes()),
            (&code, bytes.as_slice()),
        ] {
            let new = path.with_extension(&own);
            let mut file = File::create(&new)?;
            file.write_all(content)?;
            file.sync_all()?;
            fs::rename(&new, path)?;
        }
        Ok(())
    }
}
