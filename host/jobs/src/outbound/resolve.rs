//! From names to addresses, none of which is inside: the client connects to what is answered here and to nothing else, so
//! that there is no moment between the check and the use.

use async_trait::async_trait;
use linli_domain::outbound::is_public;
use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use std::collections::BTreeMap;
use std::io;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::sync::Arc;

/// Looks names up.
#[async_trait]
pub trait Lookup: Send + Sync {
    /// The addresses of a name.
    ///
    /// # Errors
    /// Where there are none.
    async fn addresses(&self, name: &str) -> io::Result<Vec<IpAddr>>;
}

/// Looks names up as this machine does.
#[derive(Clone, Copy, Debug)]
pub struct SystemLookup;

#[async_trait]
impl Lookup for SystemLookup {
    async fn addresses(&self, name: &str) -> io::Result<Vec<IpAddr>> {
        let found = tokio::net::lookup_host((name, 0)).await?;
        Ok(found.map(|address| address.ip()).collect())
    }
}

/// That a name leads to no address of the public internet.
#[derive(Debug, thiserror::Error)]
#[error("the name leads to no address of the public internet")]
pub(super) struct NotPublic;

/// Answers public addresses only.
pub(super) struct Guard(pub Arc<dyn Lookup>);

impl Resolve for Guard {
    fn resolve(&self, name: Name) -> Resolving {
        let lookup = self.0.clone();
        Box::pin(async move {
            let found = lookup.addresses(name.as_str()).await?;
            let public: Vec<_> = found
                .into_iter()
                .filter(|address| is_public(*address))
                .map(|address| SocketAddr::new(address, 0))
                .collect();
            if public.is_empty() {
                return Err(NotPublic.into());
            }
            Ok(Box::new(public.into_iter()) as Addrs)
        })
    }
}

/// Answers this machine for the names that a setting leads there, and nothing for any other.
pub(super) struct Loopback(pub BTreeMap<String, u16>);

impl Resolve for Loopback {
    fn resolve(&self, name: Name) -> Resolving {
        let known = self.0.contains_key(name.as_str());
        Box::pin(async move {
            if !known {
                return Err(NotPublic.into());
            }
            let here = SocketAddr::new(Ipv4Addr::LOCALHOST.into(), 0);
            Ok(Box::new(std::iter::once(here)) as Addrs)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::Mutex;

    /// Answers the first time otherwise than ever after.
    struct Changing(Mutex<Vec<Vec<&'static str>>>);

    #[async_trait]
    impl Lookup for Changing {
        async fn addresses(&self, _: &str) -> io::Result<Vec<IpAddr>> {
            let mut answers = self.0.lock().unwrap();
            let answer = answers.remove(0);
            Ok(answer
                .iter()
                .map(|address| address.parse().unwrap())
                .collect())
        }
    }

    #[tokio::test]
    async fn only_public_addresses_are_connected_to() {
        let guard = Guard(Arc::new(Changing(Mutex::new(vec![
            vec![
                "1.1.1.1",
                "127.0.0.1",
                "::ffff:127.0.0.1",
                "169.254.169.254",
            ],
            vec!["127.0.0.1"],
            vec![],
        ]))));
        let name = || "api.example.org".parse::<Name>().unwrap();
        let first: Vec<_> = guard.resolve(name()).await.unwrap().collect();
        assert_eq!(first, ["1.1.1.1:0".parse::<SocketAddr>().unwrap()]);
        for _ in 0..2 {
            let error = guard.resolve(name()).await.err().unwrap();
            assert!(error.is::<NotPublic>(), "{error}");
        }
        let loopback = Loopback(BTreeMap::from([("clinic.test".to_owned(), 1)]));
        assert!(loopback.resolve(name()).await.is_err());
        assert!(
            loopback
                .resolve("clinic.test".parse().unwrap())
                .await
                .is_ok()
        );
    }
}
