//! What the host tells whoever subscribes: topics about residents.

/// The topics that the host publishes. A message names the resident and the community that it concerns.
pub const HOST_TOPICS: [&str; 8] = [
    MOVED_IN,
    MOVED_OUT,
    TURNED_14,
    TURNED_18,
    DELEGATION_CHANGED,
    CONSENT_CHANGED,
    QUALIFICATION_EXPIRED,
    DIED,
];

/// A resident has come to live in the community.
pub const MOVED_IN: &str = "moved-in";
/// A resident has left the community.
pub const MOVED_OUT: &str = "moved-out";
/// A resident has turned 14: no longer a child of 个人信息保护法 article 31.
pub const TURNED_14: &str = "turned-14";
/// A resident has come of age (民法典 article 17).
pub const TURNED_18: &str = "turned-18";
/// A delegation or guardianship began, changed or ended.
pub const DELEGATION_CHANGED: &str = "delegation-changed";
/// A consent was given, withdrawn or ran out.
pub const CONSENT_CHANGED: &str = "consent-changed";
/// A qualification of a member of staff ran out.
pub const QUALIFICATION_EXPIRED: &str = "qualification-expired";
/// A resident has died.
pub const DIED: &str = "died";
