//! A proxy that the configuration does not name: the server writes it down, and the doctor tells.

use std::net::IpAddr;
use std::net::Ipv4Addr;
use std::process::Command;
use std::time::Duration;

use consentry::store::db::Kind;
use consentry::store::settings;

use crate::harness::Server;
use crate::on_both;

on_both![the_doctor_knows_a_proxy_that_is_not_trusted, who_hides_passes_no_list_of_addresses];

const PROXY: IpAddr = IpAddr::V4(Ipv4Addr::new(127, 0, 0, 2));

async fn the_doctor_knows_a_proxy_that_is_not_trusted(kind: Kind) {
    let server = Server::start(kind).await;
    let proxy = reqwest::Client::builder().local_address(PROXY).build().unwrap();
    proxy.get(server.url("/health/live")).header("x-forwarded-for", "203.0.113.7").send().await.unwrap();
    let written = async {
        loop {
            let mut conn = server.app.db.read().await.unwrap();
            let found = settings::find(&mut conn, settings::STRANGERS, server.app.now()).await.unwrap();
            if let Some(found) = found {
                return found;
            }
            drop(conn);
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    assert_eq!(tokio::time::timeout(Duration::from_secs(10), written).await.unwrap(), "127.0.0.2");

    let told = |trusted: &str| {
        let output = Command::new(env!("CARGO_BIN_EXE_consentry"))
            .args(["doctor", "--data", &server.folder().join("doctor").display().to_string()])
            .current_dir(server.folder())
            .env_clear()
            .env("CONSENTRY_DATABASE_URL", server.database())
            .env("CONSENTRY_TRUSTED_PROXIES", trusted)
            .output()
            .unwrap();
        String::from_utf8(output.stdout).unwrap()
    };
    let report = told("127.0.0.1");
    assert!(
        report.contains("warn  proxies") && report.contains("127.0.0.2 within the last week"),
        "{report}"
    );
    assert!(report.contains("mend: if that is your proxy, trusted_proxies = [\"127.0.0.2\"]"), "{report}");
    let report = told("127.0.0.0/8");
    assert!(report.contains("ok    proxies"), "{report}");
}

async fn who_hides_passes_no_list_of_addresses(kind: Kind) {
    let (server, seed, client) = Server::start_with_client(kind).await;
    // The proxy's own address is on the list, as that of a whole internal network may be.
    let list = consentry::model::private_app::Networks::parse("127.0.0.0/8 203.0.113.0/24").unwrap();
    let token = server.private_app(&seed, |app, _| app.allowed_ips = list).await;
    for (headers, passes) in [
        (&[][..], true),
        (&[("x-forwarded-for", "203.0.113.7")][..], true),
        (&[("forwarded", "for=203.0.113.7;proto=https")], true),
        (&[("forwarded", "For=\"203.0.113.7:4711\""), ("x-forwarded-for", "203.0.113.7")], true),
        (&[("forwarded", "for=198.51.100.1")], false),
        (&[("forwarded", "for=203.0.113.7, for=198.51.100.1")], false),
        (&[("forwarded", "for=unknown")], false),
        (&[("forwarded", "for=_hidden")], false),
        (&[("forwarded", "for=\"203.0.113.7")], false),
        (&[("x-forwarded-for", "unknown")], false),
        (&[("forwarded", "for=203.0.113.7"), ("x-forwarded-for", "198.51.100.1")], false),
        (&[("forwarded", "for=198.51.100.1"), ("x-forwarded-for", "203.0.113.7")], false),
    ] {
        let mut request =
            client.request(reqwest::Method::GET, "/verify?scope=contacts.read").bearer_auth(token.reveal());
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let status = request.send().await.unwrap().status();
        assert_eq!(status == 200, passes, "{headers:?}: {status}");
        assert!(passes || status == 401, "{headers:?}: {status}");
    }
}
