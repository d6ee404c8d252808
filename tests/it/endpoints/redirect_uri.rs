//! No spelling of another address is ever redirected to, linked or posted to (RFC 9700 §4.1).

use consentry::model::client::ClientKind;
use consentry::model::redirect_uri::RedirectUri;
use consentry::store::db::Kind;

use crate::harness::Browser;
use crate::harness::OAuthClient;
use crate::harness::Page;
use crate::harness::Server;
use crate::on_both;

on_both![
    the_registered_ones_pass,
    the_port_of_a_loopback_uri_is_a_public_apps_to_choose,
    every_other_spelling_gets_our_own_page,
    raw_bytes_lead_nowhere_either,
    one_that_may_be_left_out_may_be_empty_and_one_of_several_may_not,
];

const REGISTERED: [&str; 5] = [
    "https://good.example/cb",
    "https://good.example/cb?x=1",
    "http://127.0.0.1:7000/cb",
    "http://[::1]/cb",
    "com.example.app:/cb",
];

const WRONG: &[&str] = &[
    // Another path or query
    "https://good.example",
    "https://good.example/",
    "https://good.example/cb/",
    "https://good.example/cb/x",
    "https://good.example/CB",
    "https://good.example/cb/../evil",
    "https://good.example/cb/%2e%2e/evil",
    "https://good.example/cb/..;/evil",
    "https://good.example/x/../cb",
    "https://good.example/./cb",
    "https://good.example//cb",
    "https://good.example/cb;x",
    "https://good.example/%63b",
    "https://good.example/cb%00",
    "https://good.example/cb%20",
    "https://good.example/cb?",
    "https://good.example/cb#",
    "https://good.example/cb#x",
    "https://good.example/cb?x=2",
    "https://good.example/cb?x=1&y=2",
    "https://good.example/cb?y=2&x=1",
    "https://good.example/cb?code=1",
    "https://good.example/*",
    // Blanks and controls
    " https://good.example/cb",
    "https://good.example/cb ",
    "\thttps://good.example/cb",
    "https://good.example/cb\n",
    "https://good.exa\tmple/cb",
    "https://good.example/cb\r\nLocation: https://evil.example",
    "https://good.example/cb\0",
    "https://good.example\0.evil.example/cb",
    // Another scheme, host or port
    "http://good.example/cb",
    "HTTPS://good.example/cb",
    "https://GOOD.example/cb",
    "https://good.example:443/cb",
    "https://good.example:8443/cb",
    "https://good.example./cb",
    "https://evil.example/cb",
    "https://good.example.evil.example/cb",
    "https://evilgood.example/cb",
    "https://evil.example/good.example/cb",
    "https://evil.example?https://good.example/cb",
    "https://evil.example#https://good.example/cb",
    "https://good.example@evil.example/cb",
    "https://good.example:@evil.example/cb",
    "https://good.example:443@evil.example/cb",
    "https://user@good.example/cb",
    "https://good.example\\@evil.example/cb",
    "https://good.example%2f@evil.example/cb",
    "https://good.example%00.evil.example/cb",
    "https://good.example;.evil.example/cb",
    "https://good.example。evil.example/cb",
    "https://ⓖood.example/cb",
    "https://good.example/ⓒb",
    "https://xn--ood-.example/cb",
    // What parsers repair
    "https:good.example/cb",
    "https:/good.example/cb",
    "https:///good.example/cb",
    "https:\\\\good.example\\cb",
    "https://",
    "//good.example/cb",
    "//evil.example",
    "///evil.example",
    "/\\evil.example",
    "\\\\evil.example",
    "/cb",
    "cb",
    ".",
    "?x=1",
    "#x",
    // What runs or reads
    "javascript:alert(1)",
    "javascript://good.example/%0aalert(1)",
    "JaVaScRiPt:alert(1)",
    "data:text/html,<script>alert(1)</script>",
    "vbscript:x",
    "blob:https://good.example/x",
    "file:///etc/passwd",
    "urn:ietf:wg:oauth:2.0:oob",
    "about:blank",
    // Apps on devices
    "com.example.app://cb",
    "com.example.app:/cb/",
    "com.example.app:cb",
    "COM.example.app:/cb",
    "com.example.app2:/cb",
    // Loopback
    "http://127.0.0.1:7000/CB",
    "http://127.0.0.1:7000/cb/",
    "http://127.0.0.1:7000/cb?x",
    "https://127.0.0.1:7000/cb",
    "http://localhost:7000/cb",
    "http://localhost.evil.example:7000/cb",
    "http://127.0.0.1:99999/cb",
    "http://127.0.0.1:0/cb",
    "http://127.0.0.1:07000/cb",
    "http://127.0.0.1:7001/cb",
    "http://127.0.0.1/cb",
    "http://[::1]:80/cb",
    "http://127.0.0.1:/cb",
    "http://127.0.0.1:-1/cb",
    "http://127.0.0.1:7000@evil.example/cb",
    "http://127.0.0.1@evil.example/cb",
    "http://127.0.0.1.evil.example/cb",
    "http://127.0.0.2/cb",
    "http://127.1/cb",
    "http://0x7f000001/cb",
    "http://2130706433/cb",
    "http://0/cb",
    "http://[::ffff:127.0.0.1]/cb",
    "http://[0:0:0:0:0:0:0:1]/cb",
    "http://[::1]@evil.example/cb",
];

/// A person who has allowed the app already, so that only the redirect URI stands between it and a code.
async fn start(kind: Kind) -> (Server, OAuthClient, Browser) {
    let (server, seed, _) = Server::start_with_client(kind).await;
    let registered = REGISTERED.map(|uri| RedirectUri::register(uri).unwrap());
    let client =
        server.client_with(&seed, |client| client.redirect_uris = registered.into_iter().collect()).await;
    let mut browser = server.signed_in(&seed).await;
    client.allow(&mut browser, &[]).await;
    (server, client, browser)
}

async fn the_registered_ones_pass(kind: Kind) {
    let (_server, client, mut browser) = start(kind).await;
    for uri in REGISTERED {
        let page = browser.get(&client.authorize_path(&[("redirect_uri", uri)])).await;
        assert!(page.location().unwrap().starts_with(uri), "{uri}");
        assert!(page.redirected("code").is_some(), "{uri}");
    }
}

/// RFC 8252 §7.3: a program gets its port when it runs. A server has a secret and one port.
async fn the_port_of_a_loopback_uri_is_a_public_apps_to_choose(kind: Kind) {
    let (server, seed, _) = Server::start_with_client(kind).await;
    let mut browser = server.signed_in(&seed).await;
    let other_ports = ["http://127.0.0.1:1/cb", "http://127.0.0.1/cb", "http://[::1]:65535/cb"];
    let no_ports = [
        "http://127.0.0.1:09876/cb",
        "http://127.0.0.1:007000/cb",
        "http://127.0.0.1:00/cb",
        "http://127.0.0.1:65536/cb",
        "http://127.0.0.1:+1/cb",
        "http://[::1]:01/cb",
    ];
    for kind in [ClientKind::Public, ClientKind::Confidential] {
        let registered = REGISTERED.map(|uri| RedirectUri::register(uri).unwrap());
        let client = server
            .client_with(&seed, |client| {
                client.kind = kind;
                client.redirect_uris = registered.into_iter().collect();
            })
            .await;
        for uri in other_ports {
            let asked = [("redirect_uri", uri)];
            match kind {
                ClientKind::Public => {
                    let answer = client.allow(&mut browser, &asked).await;
                    assert!(answer.location().unwrap().starts_with(&format!("{uri}?code=")), "{uri}");
                    let code = answer.redirected("code").unwrap();
                    let elsewhere = client.redeem_with(&code, &[("redirect_uri", REGISTERED[2])]).await;
                    elsewhere.assert_error(400, "invalid_grant");
                    assert_eq!(client.redeem_with(&code, &asked).await.status, 200, "{uri}");
                }
                ClientKind::Confidential => own_page(&browser.get(&client.authorize_path(&asked)).await, uri),
            }
        }
        for uri in no_ports {
            own_page(&browser.get(&client.authorize_path(&[("redirect_uri", uri)])).await, uri);
        }
    }
}

/// A page of ours that leads nowhere but to us.
#[track_caller]
fn own_page(page: &Page, what: &str) {
    let status = if what.contains(char::is_control) { 400 } else { 422 };
    assert_eq!(page.status, status, "{what}: {page:?}");
    assert_eq!(page.location(), None, "{what}");
    assert!(page.header("content-type").starts_with("text/html"), "{what}");
    assert!(page.header("refresh").is_empty() && page.attributes("meta[http-equiv]", "content").is_empty());
    let places = [("a", "href"), ("form", "action"), ("link", "href"), ("script", "src"), ("img", "src")];
    for (selector, attribute) in places {
        for address in page.attributes(selector, attribute) {
            let ours = address.starts_with(['/', '#']) && !address.starts_with("//");
            assert!(ours, "{what} is linked as {address}");
        }
    }
}

async fn every_other_spelling_gets_our_own_page(kind: Kind) {
    let (_server, client, mut browser) = start(kind).await;
    let long = format!("https://good.example/{}", "a".repeat(4000));
    for wrong in WRONG.iter().copied().chain([long.as_str()]) {
        let page = browser.get(&client.authorize_path(&[("redirect_uri", wrong)])).await;
        own_page(&page, wrong);
    }
    let mode = [("redirect_uri", "https://evil.example/cb"), ("response_mode", "form_post")];
    own_page(&browser.get(&client.authorize_path(&mode)).await, "a form post");
    let quiet = [("redirect_uri", "https://evil.example/cb"), ("prompt", "none")];
    own_page(&browser.get(&client.authorize_path(&quiet)).await, "prompt=none");
}

async fn raw_bytes_lead_nowhere_either(kind: Kind) {
    let (server, client, browser) = start(kind).await;
    let path = format!("{}{}", server.base(), client.authorize_path(&[("redirect_uri", "")]));
    let cookie = browser.cookie("sid").unwrap();
    let (host, sid) = (server.host(), server.cookie_name("sid"));
    // In a query, what follows an ampersand is another parameter.
    for wrong in WRONG.iter().filter(|wrong| !wrong.contains('&')) {
        let head = format!("Host: {host}\r\nCookie: {sid}={cookie}\r\nConnection: close\r\n\r\n");
        let answer = server.exchange(format!("GET {path}&redirect_uri={wrong} HTTP/1.1\r\n{head}")).await;
        let lower = answer.to_lowercase();
        let (head, _) = lower.split_once("\r\n\r\n").unwrap_or((lower.as_str(), ""));
        let location = head.lines().find_map(|line| line.strip_prefix("location: "));
        let is_answer_at = |uri: &str, location: &str| {
            location
                .strip_prefix(uri)
                .is_some_and(|rest| rest.starts_with("?code=") || rest.starts_with("&code="))
        };
        let registered = |location: &str| REGISTERED.iter().any(|uri| is_answer_at(uri, location));
        match location {
            // Some become a registered one by being decoded, or cut at a hash or a blank.
            Some(location) => assert!(registered(location), "{wrong:?}: {location}"),
            None => assert!(head.starts_with("http/1.1 4"), "{wrong:?}: {answer}"),
        }
    }
}

async fn one_that_may_be_left_out_may_be_empty_and_one_of_several_may_not(kind: Kind) {
    let (server, seed, only) = Server::start_with_client(kind).await;
    let mut browser = server.signed_in(&seed).await;
    let left_out = [("redirect_uri", "")];
    let page = only.allow(&mut browser, &left_out).await;
    assert!(page.location().unwrap().starts_with("https://client.example/callback?code="));
    let code = page.redirected("code").unwrap();
    assert_eq!(only.redeem_with(&code, &left_out).await.status, 200, "nor need the token request name it");
    let empty = browser.get(&format!("{}&redirect_uri=", only.authorize_path(&left_out))).await;
    assert!(empty.redirected("code").is_some(), "empty is absent");
    let several = REGISTERED.map(|uri| RedirectUri::register(uri).unwrap());
    let several =
        server.client_with(&seed, |client| client.redirect_uris = several.into_iter().collect()).await;
    own_page(&browser.get(&several.authorize_path(&left_out)).await, "none of several");
}
