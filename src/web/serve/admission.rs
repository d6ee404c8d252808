use std::collections::HashMap;
use std::fs;
use std::net::IpAddr;
use std::sync::Arc;
use std::sync::Mutex;
use std::sync::MutexGuard;
use std::sync::PoisonError;

use crate::web::client_ip::TrustedProxies;
use crate::web::serve::Limits;

/// Descriptors that connections leave to the database, outbound calls and logs.
const RESERVED_DESCRIPTORS: usize = 128;

/// Counts open connections, in all and per network, and refuses those above a cap.
pub struct Admission {
    open: Mutex<Open>,
    most: usize,
    most_per_network: usize,
    proxies: TrustedProxies,
}

#[derive(Default)]
struct Open {
    all: usize,
    by_network: HashMap<IpAddr, usize>,
}

/// The right to keep one connection open, given back when dropped.
pub struct Place {
    admission: Arc<Admission>,
    network: Option<IpAddr>,
}

impl Admission {
    pub fn new(limits: &Limits) -> Self {
        let for_connections = |descriptors: usize| descriptors - RESERVED_DESCRIPTORS.min(descriptors / 4);
        let most = limits.connections.min(descriptor_limit().map_or(usize::MAX, for_connections));
        Self {
            open: Mutex::default(),
            most: most.max(1),
            most_per_network: limits.connections_per_network,
            proxies: limits.proxies.clone(),
        }
    }

    /// A place for a connection from `peer`, or none when all or its network's are taken.
    pub fn admit(self: &Arc<Self>, peer: IpAddr) -> Option<Place> {
        let network = (!self.proxies.contains(peer)).then(|| network(peer));
        let mut open = self.open();
        if open.all >= self.most {
            return None;
        }
        if let Some(network) = network {
            let count = open.by_network.entry(network).or_default();
            if *count >= self.most_per_network {
                return None;
            }
            *count += 1;
        }
        open.all += 1;
        Some(Place { admission: self.clone(), network })
    }

    fn open(&self) -> MutexGuard<'_, Open> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut open = self.admission.open();
        open.all -= 1;
        let Some(network) = self.network else { return };
        if let Some(count) = open.by_network.get_mut(&network) {
            *count -= 1;
            if *count == 0 {
                open.by_network.remove(&network);
            }
        }
    }
}

/// The address of an IPv4 peer, or the /56 that one IPv6 subscriber usually holds.
fn network(peer: IpAddr) -> IpAddr {
    match peer.to_canonical() {
        IpAddr::V6(address) => IpAddr::V6((address.to_bits() & (u128::MAX << 72)).into()),
        v4 => v4,
    }
}

/// The soft limit on open descriptors, where the system tells it as Linux does.
fn descriptor_limit() -> Option<usize> {
    let limits = fs::read_to_string("/proc/self/limits").ok()?;
    let line = limits.lines().find_map(|line| line.strip_prefix("Max open files"))?;
    line.split_whitespace().next()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn admission(most: usize, most_per_network: usize, proxies: &str) -> Arc<Admission> {
        let proxies = proxies.parse().unwrap();
        Arc::new(Admission { open: Mutex::default(), most, most_per_network, proxies })
    }

    fn ip(text: &str) -> IpAddr {
        text.parse().unwrap()
    }

    #[test]
    fn a_place_given_back_can_be_taken_again() {
        let admission = admission(2, 1, "");
        let first = admission.admit(ip("192.0.2.1")).expect("the first place");
        assert!(admission.admit(ip("192.0.2.1")).is_none(), "one per network");
        assert!(admission.admit(ip("::ffff:192.0.2.1")).is_none(), "mapped addresses are the same network");
        let _second = admission.admit(ip("192.0.2.2")).expect("another network");
        assert!(admission.admit(ip("192.0.2.3")).is_none(), "two in all");
        drop(first);
        assert!(admission.admit(ip("192.0.2.1")).is_some());
        assert_eq!(admission.open().by_network.len(), 1, "networks without connections are forgotten");
    }

    #[test]
    fn an_ipv6_subscriber_is_one_network() {
        let admission = admission(9, 1, "");
        let _one = admission.admit(ip("2001:db8:1:ab00::1")).expect("the first place");
        assert!(admission.admit(ip("2001:db8:1:abff::2")).is_none());
        assert!(admission.admit(ip("2001:db8:1:ac00::1")).is_some());
    }

    #[test]
    fn a_proxy_is_capped_only_by_the_total() {
        let admission = admission(2, 1, "10.0.0.0/8");
        let _one = admission.admit(ip("10.1.1.1")).expect("the first place");
        let _two = admission.admit(ip("10.1.1.1")).expect("the second place");
        assert!(admission.admit(ip("10.1.1.1")).is_none());
    }
}
