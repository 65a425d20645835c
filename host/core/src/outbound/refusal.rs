//! Why a request cannot be posted, or a grant not be given.

use crate::error::{Error, Refusal};
use linli_domain::Localised;

/// A rule of requests to recipients outside the host.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum OutboundRefusal {
    /// The recipient is not granted, or its declaration has changed since.
    NotGranted(String),
    /// A secret was not entered yet.
    NoSecret(String),
    /// The installation's manifest declares no such recipient or secret.
    Undeclared(String),
    /// A secret of no use.
    BadSecret,
    /// Neither dead nor told in vain.
    NothingToRetry,
}

impl OutboundRefusal {
    /// What it says to people, in both languages.
    pub fn message(&self) -> Localised {
        match self {
            Self::NotGranted(code) => Localised::new(
                format!("管理员尚未批准此服务向“{code}”发送请求，或其声明已变更。请联系区管理员。"),
                format!(
                    "The recipient '{code}' is not granted to this service, or was declared anew since. The district's admin can grant it."
                ),
            ),
            Self::NoSecret(name) => Localised::new(
                format!("尚未填写密钥“{name}”。请联系区管理员在该服务的“外部接收方”页面填写。"),
                format!(
                    "The secret '{name}' was not entered yet. The district's admin can, on the page of this service's recipients."
                ),
            ),
            Self::Undeclared(code) => Localised::new(
                format!("此服务的清单没有声明“{code}”，请重新打开页面。"),
                format!("This service's manifest declares no '{code}'. Open the page again."),
            ),
            Self::BadSecret => Localised::new(
                "密钥须为 8–2048 个可见的 ASCII 字符，且前后没有空格。请检查后重新填写。",
                "A secret has 8–2048 printable ASCII characters without spaces around it. Check it and enter it again.",
            ),
            Self::NothingToRetry => Localised::new(
                "此请求没有失败，或已在重试。请刷新页面查看。",
                "This request has not failed, or is tried again already. Reload the page.",
            ),
        }
    }
}

impl From<OutboundRefusal> for Error {
    fn from(refusal: OutboundRefusal) -> Self {
        Self::Refused(Refusal::Outbound(refusal))
    }
}
