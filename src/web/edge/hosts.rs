use std::net::IpAddr;
use std::sync::Arc;

use poem::Request;
use poem::http::Version;
use poem::http::header::HOST;
use poem::http::uri::Authority;
use url::Url;

use crate::web::edge::Fault;

/// The hosts that this server answers for: the issuer's, loopback, the address that was dialed, and those
/// that were allowed. Ports are not compared, since proxies often pass their own.
///
/// Nothing is ever derived from the host; refusing others keeps a page of theirs from reaching us under
/// its own name (DNS rebinding).
#[derive(Clone, Debug)]
pub struct Hosts {
    issuer: Arc<str>,
    others: Arc<[String]>,
}

impl Hosts {
    /// The issuer's host.
    pub fn new(issuer: &Url) -> Self {
        Self { issuer: issuer.host_str().unwrap_or_default().into(), others: Arc::default() }
    }

    /// Answers for `others` as well: names, without ports, by which peers inside a network call us.
    #[must_use]
    pub fn and(self, others: impl IntoIterator<Item = String>) -> Self {
        Self { others: others.into_iter().collect(), ..self }
    }

    /// Refuses a request that names no host, two hosts, or a foreign one (RFC 9112 §3.2).
    pub fn check(&self, request: &Request) -> Result<(), Fault> {
        let mut lines = request.headers().get_all(HOST).iter();
        let header = match (lines.next(), lines.next()) {
            (None, _) => None,
            (Some(line), None) => Some(Authority::try_from(line.as_bytes()).map_err(|_| BAD.fault())?),
            (Some(_), Some(_)) => return Err(TWO.fault()),
        };
        let host = match (request.uri().authority(), &header) {
            (Some(target), Some(header)) if target.host().eq_ignore_ascii_case(header.host()) => {
                header.host()
            }
            (Some(_), Some(_)) => return Err(TWO.fault()),
            (Some(target), None) if request.version() >= Version::HTTP_2 => target.host(),
            (None, Some(header)) => header.host(),
            (_, None) => return Err(NONE.fault()),
        };
        match self.is_ours(host, request) {
            true => Ok(()),
            false => Err(Fault::other_host(&self.issuer)),
        }
    }

    fn is_ours(&self, host: &str, request: &Request) -> bool {
        let named = |name: &str| host.eq_ignore_ascii_case(name);
        if named(&self.issuer) || named("localhost") || self.others.iter().any(|other| named(other)) {
            return true;
        }
        let literal = host.strip_prefix('[').and_then(|host| host.strip_suffix(']')).unwrap_or(host);
        let Ok(ip) = literal.parse::<IpAddr>() else { return false };
        let dialed = request.local_addr().as_socket_addr().map(|address| address.ip().to_canonical());
        ip.is_loopback() || Some(ip.to_canonical()) == dialed
    }
}

/// Why a host cannot even be read.
struct Unreadable(&'static str);

const NONE: Unreadable = Unreadable("The request has no Host header. Send one.");
const TWO: Unreadable =
    Unreadable("The request names its host twice. Send one Host header, equal to the address.");
const BAD: Unreadable = Unreadable("The Host header is not a host name with an optional port.");

impl Unreadable {
    fn fault(&self) -> Fault {
        Fault::malformed(self.0)
    }
}
