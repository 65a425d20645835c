//! Plugin packages: what a component file says of itself, who signed it, and whether this host may take it.
//!
//! Everything here is pure: bytes in, answer out, nothing run, read or stored, and safe on hostile bytes. Compiling and
//! linking, which find out the rest, are the engine's. Start at [`inspect()`]: it is the whole upload check but for the
//! signature ([`signature::verify`]); `linli plugin check` and the admin's upload page both call these two.

pub mod inspect;
pub mod manifest;
mod section;
pub mod settings;
pub mod signature;

pub use inspect::{InspectError, Inspected, PluginExport, digest, inspect};
pub use manifest::ManifestError;
pub use signature::{KeyId, SignatureError};
