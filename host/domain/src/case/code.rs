//! Enums that stand as codes in WIT, in the database and in addresses.

/// A code that names nothing of its kind.
#[derive(Debug, thiserror::Error)]
#[error("'{code}' is no {kind} of a case")]
pub struct UnknownCode {
    /// Of what kind.
    pub kind: &'static str,
    /// What was read.
    pub code: String,
}

/// Declares an enum with a code for each variant.
macro_rules! codes {
    ($(#[$doc:meta])* pub enum $name:ident, $kind:literal {
        $($(#[$variant_doc:meta])* $variant:ident = $code:literal),* $(,)?
    }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
        pub enum $name { $($(#[$variant_doc])* $variant),* }

        impl $name {
            /// All of them.
            pub const ALL: &'static [Self] = &[$(Self::$variant),*];

            /// The code in WIT and in the database.
            pub fn code(self) -> &'static str {
                match self { $(Self::$variant => $code),* }
            }
        }
        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(self.code())
            }
        }
        impl std::str::FromStr for $name {
            type Err = $crate::case::UnknownCode;
            fn from_str(code: &str) -> Result<Self, Self::Err> {
                Self::ALL.iter().copied().find(|known| known.code() == code).ok_or_else(|| $crate::case::UnknownCode {
                    kind: $kind,
                    code: code.chars().take(64).collect(),
                })
            }
        }
    };
}
pub(crate) use codes;
