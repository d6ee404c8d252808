//! Who is calling: the peer, or what trusted proxies say of it.

mod forwarded;

use std::net::IpAddr;
use std::str::FromStr;
use std::sync::Arc;

use ipnet::IpNet;
use poem::http::HeaderMap;
use poem::http::HeaderName;
use poem::http::header::FORWARDED;

use crate::web::client_ip::forwarded::Hop;

const X_FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");

/// The address of the caller, as far as it can be believed. Request data of every request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ClientIp {
    nearest: IpAddr,
    certain: bool,
}

impl ClientIp {
    fn certain(address: IpAddr) -> Self {
        Self { nearest: address, certain: true }
    }

    fn behind(proxy: IpAddr) -> Self {
        Self { nearest: proxy, certain: false }
    }

    /// What limits are counted by: the caller, or the proxy that does not say which caller it is.
    pub fn nearest(self) -> IpAddr {
        self.nearest
    }

    /// What permission may rest on: the caller's own address, or none where a trusted proxy leaves it open.
    pub fn proven(self) -> Option<IpAddr> {
        self.certain.then_some(self.nearest)
    }
}

/// The networks whose `Forwarded`, `X-Forwarded-*` and `X-Request-Id` headers are believed. Empty by default.
#[derive(Clone, Debug, Default)]
pub struct TrustedProxies(Arc<[IpNet]>);

impl TrustedProxies {
    /// Whether `ip` belongs to one of the proxies.
    pub fn contains(&self, ip: IpAddr) -> bool {
        let ip = ip.to_canonical();
        self.0.iter().any(|network| network.contains(&ip))
    }

    /// Walks `X-Forwarded-For` or `Forwarded` (RFC 7239) from the right, past our own proxies, to the first address
    /// that is none of them. A peer that is no proxy of ours is itself the client, whatever it claims; where a proxy
    /// names something unreadable or hidden, the client stays open.
    ///
    /// A proxy that writes one of the two headers hands on the other as its caller made it up. When both are there
    /// and tell two stories nobody knows which is the proxy's, so that neither is believed.
    pub fn client_ip(&self, peer: IpAddr, headers: &HeaderMap) -> ClientIp {
        let peer = peer.to_canonical();
        if !self.contains(peer) {
            return ClientIp::certain(peer);
        }
        let by_convention =
            headers.contains_key(X_FORWARDED_FOR).then(|| self.walk(peer, forwarded::by_convention(headers)));
        let by_standard =
            headers.contains_key(FORWARDED).then(|| self.walk(peer, forwarded::by_standard(headers)));
        match (by_convention, by_standard) {
            (Some(one), Some(other)) if one != other => ClientIp::behind(peer),
            (Some(told), _) | (None, Some(told)) => told,
            (None, None) => ClientIp::certain(peer),
        }
    }

    fn walk(&self, peer: IpAddr, hops: impl Iterator<Item = Hop>) -> ClientIp {
        let mut client = peer;
        for hop in hops {
            match hop {
                Hop::Address(address) if self.contains(address) => client = address,
                Hop::Address(address) => return ClientIp::certain(address),
                Hop::Hidden => return ClientIp::behind(client),
            }
        }
        ClientIp::certain(client)
    }
}

/// Whether a proxy in front, or somebody who acts like one, speaks for another caller.
pub fn is_forwarded(headers: &HeaderMap) -> bool {
    headers.contains_key(X_FORWARDED_FOR) || headers.contains_key(FORWARDED)
}

/// Networks separated by commas or blanks; a bare address is a network of one.
impl FromStr for TrustedProxies {
    type Err = ipnet::AddrParseError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let words = text.split([',', ' ']).filter(|word| !word.is_empty());
        words.map(|word| word.parse::<IpAddr>().map(IpNet::from).or_else(|_| word.parse())).collect()
    }
}

impl FromIterator<IpNet> for TrustedProxies {
    fn from_iter<I: IntoIterator<Item = IpNet>>(networks: I) -> Self {
        Self(networks.into_iter().collect())
    }
}

#[cfg(test)]
mod tests;
