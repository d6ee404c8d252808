use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;
use std::time::Instant;

use tokio::sync::watch;

/// An address is told of once in this time.
const SPAN: Duration = Duration::from_secs(60 * 60);

/// Addresses that are remembered; the internet can invent any number.
const MOST: usize = 16;

/// Who sent forwarded headers without being a trusted proxy: a stranger who plays one, or a proxy of ours that the
/// configuration does not name.
#[derive(Clone, Debug, Default)]
pub struct Strangers(Arc<watch::Sender<Vec<(IpAddr, Instant)>>>);

impl Strangers {
    /// Notes that `peer` sent such headers; whether it is time to say so.
    pub(super) fn note(&self, peer: IpAddr, now: Instant) -> bool {
        let recent = |since: &Instant| now.duration_since(*since) < SPAN;
        let is_old_news = |seen: &[(IpAddr, Instant)]| {
            seen.iter().any(|(ip, since)| *ip == peer && recent(since))
                || seen.iter().filter(|(_, since)| recent(since)).count() >= MOST
        };
        if is_old_news(&self.0.borrow()) {
            return false;
        }
        self.0.send_if_modified(|seen| {
            let news = !is_old_news(seen);
            if news {
                seen.retain(|(_, since)| recent(since));
                seen.push((peer, now));
            }
            news
        })
    }

    /// Waits for one that is not in `known` and returns all, in words.
    pub async fn beyond(&self, known: &str) -> String {
        let mut receiver = self.0.subscribe();
        let text = |seen: &[(IpAddr, Instant)]| {
            seen.iter().map(|(ip, _)| ip.to_string()).collect::<Vec<_>>().join(" ")
        };
        let news = receiver.wait_for(|seen| text(seen) != known).await.ok().map(|seen| text(&seen));
        match news {
            Some(news) => news,
            // The sender is ours, so that this does not happen.
            None => std::future::pending().await,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn each_is_told_of_once_an_hour_and_not_more_than_sixteen() {
        let strangers = Strangers::default();
        let ip = |last: u8| IpAddr::from([192, 0, 2, last]);
        let now = Instant::now();
        assert!(strangers.note(ip(0), now));
        assert!(!strangers.note(ip(0), now));
        let told = (0..=255).filter(|last| strangers.note(ip(*last), now)).count();
        assert_eq!(told, MOST - 1);
        assert_eq!(strangers.beyond("").await.split(' ').count(), MOST);
        assert!(strangers.note(ip(200), now + SPAN));
        assert!(!strangers.note(ip(200), now + SPAN));
        assert_eq!(strangers.beyond("").await, "192.0.2.200");
    }
}
