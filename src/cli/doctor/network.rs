//! Can people reach the server?

use std::io::ErrorKind;
use std::net::SocketAddr;
use std::net::TcpListener;
use std::net::TcpStream;
use std::net::ToSocketAddrs;
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use super::Finding;
use super::Scene;
use super::database;

const PATIENCE: Duration = Duration::from_secs(3);

pub(super) fn listen(scene: &Scene) -> Finding {
    let address = scene.config.listen;
    let Err(error) = TcpListener::bind(address) else { return Finding::good(format!("{address} is free")) };
    match error.kind() {
        ErrorKind::AddrInUse => Finding::warning(
            format!("{address} is in use"),
            "if it is not this server that runs already, stop the other program or choose another port with --listen",
        ),
        ErrorKind::PermissionDenied => Finding::failure(
            format!("{address} is not allowed for this user"),
            "choose a port from 1024 with --listen, or as root: setcap cap_net_bind_service=+ep /path/to/consentry",
        ),
        ErrorKind::AddrNotAvailable => Finding::failure(
            format!("{address} belongs to no interface of this machine"),
            "choose one of the addresses that `ip address` shows, or 0.0.0.0 for all",
        ),
        _ => Finding::failure(format!("{address}: {error}"), "choose another address with --listen"),
    }
}

pub(super) fn issuer(scene: &Scene) -> Finding {
    let issuer = &scene.config.issuer;
    if issuer.is_loopback() {
        let found = format!("{issuer}, for this machine only");
        return match scene.config.listen.ip().is_loopback() {
            true => Finding::good(found),
            false => Finding::warning(found, "set the https address that people use with --issuer"),
        };
    }
    match knock(
        issuer.url().host_str().unwrap_or_default(),
        issuer.url().port_or_known_default().unwrap_or(443),
    ) {
        Ok(address) => Finding::good(format!("{issuer}, something accepts connections at {address}")),
        Err(why) => Finding::warning(
            format!("{issuer} cannot be reached from here: {why}"),
            "point its DNS name at your proxy and open the port; some networks hide their own address from inside",
        ),
    }
}

/// Connects, each step in bounded time. The system's resolver knows no deadline, so it gets a thread of its own.
fn knock(host: &str, port: u16) -> Result<SocketAddr, String> {
    let (sender, receiver) = mpsc::channel();
    let name = host.trim_matches(['[', ']']).to_owned();
    thread::spawn(move || sender.send((name.as_str(), port).to_socket_addrs()));
    let addresses = match receiver.recv_timeout(PATIENCE) {
        Ok(Ok(addresses)) => addresses,
        Ok(Err(error)) => return Err(error.to_string()),
        Err(_) => return Err("its name is not resolved within 3 seconds".to_owned()),
    };
    let mut why = "its name has no address".to_owned();
    for address in addresses.take(4) {
        match TcpStream::connect_timeout(&address, PATIENCE) {
            Ok(_) => return Ok(address),
            Err(error) => why = format!("{address}: {error}"),
        }
    }
    Err(why)
}

pub(super) fn proxies(scene: &Scene) -> Finding {
    let proxies = &scene.config.trusted_proxies;
    let mut strangers = database::strangers(scene);
    strangers.retain(|address| !proxies.iter().any(|network| network.contains(address)));
    if let Some(first) = strangers.first() {
        let all = strangers.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
        return Finding::warning(
            format!("not trusted, but X-Forwarded-For or Forwarded arrived from {all} within the last week"),
            format!(
                "if that is your proxy, trusted_proxies = [\"{first}\"]; if it is not, it is not believed anyway"
            ),
        );
    }
    if proxies.is_empty() && scene.config.issuer.is_https() {
        return Finding::warning(
            "none are trusted, but an https issuer has one in front",
            "name its address, as in trusted_proxies = [\"127.0.0.1\"], and let it set X-Forwarded-For",
        );
    }
    match proxies.len() {
        0 => Finding::good("none"),
        _ => Finding::good(proxies.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")),
    }
}
