//! What keeps guessing slow without letting a stranger lock anybody out.
//!
//! A try counts as a failure before the password is looked at, and is forgiven when it was right: guesses that run
//! at the same time cannot exceed the limit. From a device that the person is known to use, only that device's own
//! failures count. From anywhere else, those of the account and of the network do.

use std::net::IpAddr;
use std::time::Duration;

use ipnet::IpNet;

use crate::accounts::device::Device;
use crate::app::App;
use crate::base::clock::Timestamp;
use crate::base::digest::Digest;
use crate::model::email::Email;
use crate::model::lifetime::Seconds;
use crate::model::throttle::Limit;
use crate::store;
use crate::store::db::Conn;

/// Of an account from unknown devices, and of one known device.
const PERSON: Limit =
    Limit { free: 5, window: Seconds::days(1).duration(), longest_pause: Some(Seconds::minutes(15)) };

/// Of everybody in one network.
const NETWORK: Limit = Limit { free: 30, window: Seconds::minutes(10).duration(), longest_pause: None };

/// Who tries.
pub struct Who<'a> {
    /// The account that is tried, whether it exists or not; `None` when the input names none.
    pub email: Option<&'a Email>,
    pub device: Option<&'a Device>,
    pub address: Option<IpAddr>,
}

/// A try that counts as a failure until it is forgiven.
pub struct Counted {
    person: Option<String>,
    network: Option<String>,
}

/// Why a try was not let through.
#[derive(Debug)]
pub enum Refused {
    Wait(Duration),
    Unavailable(store::Error),
}

impl From<store::Error> for Refused {
    fn from(error: store::Error) -> Self {
        Refused::Unavailable(error)
    }
}

/// Counts one try. A refused one counts nowhere, so that impatience makes no pause longer.
pub async fn count(app: &App, who: &Who<'_>, now: Timestamp) -> Result<Counted, Refused> {
    let counted = Counted::of(who);
    let mut tx = app.db.begin().await?;
    // Networks first: always the same order, so that two tries never wait for each other.
    for (subject, limit) in [(&counted.network, NETWORK), (&counted.person, PERSON)] {
        let Some(subject) = subject else { continue };
        if store::throttles::count(&mut tx, subject, &limit, now).await?.is_none() {
            let found = store::throttles::find(&mut tx, subject).await?;
            let wait = found.map(|throttle| throttle.wait(&limit, now)).unwrap_or_default();
            return Err(Refused::Wait(wait.max(Duration::from_secs(1))));
        }
    }
    tx.commit().await?;
    Ok(counted)
}

impl Counted {
    fn of(who: &Who<'_>) -> Self {
        match who.device {
            Some(device) => Self { person: Some(subject("device", &device.id)), network: None },
            None => Self {
                person: who.email.map(|email| subject("account", email.as_str())),
                network: who.address.map(|address| subject("network", &network(address))),
            },
        }
    }

    /// The guess was right: nothing is held against the person any more, and the network is as before.
    pub async fn forgive(&self, conn: &mut Conn) -> store::Result<()> {
        if let Some(network) = &self.network {
            store::throttles::forgive(conn, network).await?;
        }
        if let Some(person) = &self.person {
            store::throttles::clear(conn, person).await?;
        }
        Ok(())
    }

    /// No guess was made after all.
    pub async fn take_back(&self, app: &App) -> store::Result<()> {
        let mut tx = app.db.begin().await?;
        for subject in [&self.network, &self.person].into_iter().flatten() {
            store::throttles::forgive(&mut tx, subject).await?;
        }
        tx.commit().await
    }
}

/// The name a counter is kept under: it tells neither an address nor an account.
fn subject(kind: &str, name: &str) -> String {
    Digest::of(&format!("{kind} {name}")).as_str().to_owned()
}

/// The /24 or /56 that an address is in: what one household or office has.
fn network(address: IpAddr) -> String {
    let address = address.to_canonical();
    let length = if address.is_ipv4() { 24 } else { 56 };
    IpNet::new(address, length).map(|network| network.trunc().to_string()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn neighbors_share_a_network() {
        let of = |text: &str| network(text.parse().unwrap());
        assert_eq!(of("192.0.2.7"), "192.0.2.0/24");
        assert_eq!(of("::ffff:192.0.2.200"), "192.0.2.0/24");
        assert_eq!(of("2001:db8:0:12ff::1"), "2001:db8:0:1200::/56");
    }
}
