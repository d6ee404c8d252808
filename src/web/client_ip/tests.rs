use poem::http::HeaderMap;
use poem::http::HeaderValue;
use proptest::prelude::*;

use super::*;

/// The client behind `peer`, with a question mark when nobody may rely on it.
fn seen(peer: &str, lines: &[(&'static str, &str)]) -> String {
    let mut headers = HeaderMap::new();
    for (name, line) in lines {
        headers.append(*name, HeaderValue::from_bytes(line.as_bytes()).unwrap());
    }
    let proxies: TrustedProxies = "10.0.0.0/8, 127.0.0.1 fd00::/8".parse().unwrap();
    let client = proxies.client_ip(peer.parse().unwrap(), &headers);
    match client.proven() {
        Some(ip) => ip.to_string(),
        None => format!("{}?", client.nearest()),
    }
}

const XFF: &str = "x-forwarded-for";
const FWD: &str = "forwarded";

#[test]
fn only_a_trusted_chain_is_believed() {
    let cases: &[(&str, &[&str], &str)] = &[
        ("192.0.2.1", &[], "192.0.2.1"),
        ("192.0.2.1", &["6.6.6.6"], "192.0.2.1"),
        ("127.0.0.1", &[], "127.0.0.1"),
        ("127.0.0.1", &["203.0.113.7"], "203.0.113.7"),
        ("127.0.0.1", &["6.6.6.6, 203.0.113.7"], "203.0.113.7"),
        ("127.0.0.1", &["6.6.6.6, 203.0.113.7, 10.1.2.3"], "203.0.113.7"),
        ("127.0.0.1", &["6.6.6.6", "203.0.113.7", "10.1.2.3"], "203.0.113.7"),
        ("127.0.0.1", &["10.0.0.1, 10.0.0.2"], "10.0.0.1"),
        ("127.0.0.1", &["203.0.113.7:4711"], "203.0.113.7"),
        ("127.0.0.1", &["[2001:db8::1]:4711"], "2001:db8::1"),
        ("127.0.0.1", &["[2001:db8::1]"], "2001:db8::1"),
        ("127.0.0.1", &["2001:db8::1"], "2001:db8::1"),
        ("fd00::1", &["::ffff:203.0.113.7"], "203.0.113.7"),
        ("::ffff:127.0.0.1", &["203.0.113.7"], "203.0.113.7"),
        ("127.0.0.1", &["203.0.113.7, unknown"], "127.0.0.1?"),
        ("127.0.0.1", &["203.0.113.7, "], "127.0.0.1?"),
        ("127.0.0.1", &["203.0.113.7, é"], "127.0.0.1?"),
        ("127.0.0.1", &[""], "127.0.0.1?"),
        ("127.0.0.1", &["203.0.113.7, _hidden, 10.1.2.3"], "10.1.2.3?"),
    ];
    for (peer, lines, expected) in cases {
        let lines: Vec<_> = lines.iter().map(|line| (XFF, *line)).collect();
        assert_eq!(seen(peer, &lines), *expected, "{peer} {lines:?}");
    }
}

#[test]
fn the_standard_header_is_read_as_its_grammar_says() {
    let cases: &[(&[&str], &str)] = &[
        (&["for=192.0.2.43"], "192.0.2.43"),
        (&["For=\"192.0.2.43:47011\""], "192.0.2.43"),
        (&["for=192.0.2.43:47011"], "192.0.2.43"),
        (&["FOR=\"[2001:db8:cafe::17]:4711\""], "2001:db8:cafe::17"),
        (&["for=\"[2001:db8:cafe::17]:_obf.port-1\""], "2001:db8:cafe::17"),
        (&["for=[2001:db8:cafe::17]"], "2001:db8:cafe::17"),
        (&["for=\"[::ffff:192.0.2.43]\""], "192.0.2.43"),
        (&["for=\"192.\\0.2.43\""], "192.0.2.43"),
        (&["for=192.0.2.60;proto=http;by=203.0.113.43"], "192.0.2.60"),
        (&["proto=\"a,b;for=6.6.6.6\" ; for=192.0.2.60;;"], "192.0.2.60"),
        (&["for=6.6.6.6, for=192.0.2.60, for=10.0.0.1"], "192.0.2.60"),
        (&["for=6.6.6.6", "for=192.0.2.60", "for=10.0.0.1,"], "192.0.2.60"),
        (&["for=10.0.0.2,for=10.0.0.1"], "10.0.0.2"),
        (&["for=192.0.2.60, for=unknown"], "127.0.0.1?"),
        (&["for=192.0.2.60, for=_SEVKISEK, for=10.0.0.9"], "10.0.0.9?"),
        (&["for=192.0.2.60, proto=https"], "127.0.0.1?"),
        (&[""], "127.0.0.1?"),
        (&["for="], "127.0.0.1?"),
        (&["for"], "127.0.0.1?"),
        (&["for=192.0.2.60;for=192.0.2.61"], "127.0.0.1?"),
        (&["for =192.0.2.60"], "127.0.0.1?"),
        (&["for= 192.0.2.60"], "127.0.0.1?"),
        (&["for=\"192.0.2.60"], "127.0.0.1?"),
        (&["for=\"192.0.2.60\\\""], "127.0.0.1?"),
        (&["for=\"192.0.2.60\"x"], "127.0.0.1?"),
        (&["for=192.0.2.60:123456"], "127.0.0.1?"),
        (&["for=192.0.2.60:_"], "127.0.0.1?"),
        (&["for=\"[192.0.2.60]\""], "127.0.0.1?"),
        (&["for=\"[2001:db8::1]4711\""], "127.0.0.1?"),
        (&["for=\"[fe80::1%eth0]\""], "127.0.0.1?"),
        (&["for=é"], "127.0.0.1?"),
        (&["for=\"6.6.6.6, for=192.0.2.60"], "127.0.0.1?"),
        (&["for=\"6.6.6.6", "for=192.0.2.60"], "192.0.2.60"),
        (&["for=192.0.2.60", "for=\"6.6.6.6"], "127.0.0.1?"),
    ];
    for (lines, expected) in cases {
        let lines: Vec<_> = lines.iter().map(|line| (FWD, *line)).collect();
        assert_eq!(seen("127.0.0.1", &lines), *expected, "{lines:?}");
        assert_eq!(seen("192.0.2.1", &lines), "192.0.2.1", "a stranger is not believed: {lines:?}");
    }
}

#[test]
fn of_two_stories_neither_is_believed() {
    let both = |convention, standard| seen("127.0.0.1", &[(XFF, convention), (FWD, standard)]);
    assert_eq!(both("192.0.2.60", "for=192.0.2.60"), "192.0.2.60");
    assert_eq!(both("6.6.6.6, 192.0.2.60", "for=192.0.2.60;proto=https, for=10.0.0.1"), "192.0.2.60");
    assert_eq!(both("192.0.2.60", "for=6.6.6.6"), "127.0.0.1?");
    assert_eq!(both("6.6.6.6", "for=192.0.2.60"), "127.0.0.1?");
    assert_eq!(both("192.0.2.60", "for=\""), "127.0.0.1?");
    assert_eq!(both("192.0.2.60, 10.0.0.9", "for=unknown"), "127.0.0.1?");
}

/// What a caller can put into a header: what HTTP lets through, thick with syntax.
fn made_up() -> impl Strategy<Value = String> {
    prop_oneof!["[ -~]{0,60}", "[for=\"\\\\,; .:_a0-9\\[\\]]{0,60}", "((for|by|x)=[a6.\"_]{0,9}[;,]? ?){0,6}"]
}

fn any_ip() -> impl Strategy<Value = IpAddr> {
    prop_oneof![any::<[u8; 4]>().prop_map(IpAddr::from), any::<[u8; 16]>().prop_map(IpAddr::from)]
        .prop_map(|ip| ip.to_canonical())
}

proptest! {
    #[test]
    fn what_a_caller_made_up_never_outweighs_what_the_proxy_wrote(
        invented in made_up(),
        shape in 0..4usize,
    ) {
        let real = ["for=192.0.2.60", "for=\"192.0.2.60:80\"", "proto=https;for=192.0.2.60", "for=\"192.0.2.60\";by=\"_x\""][shape];
        let alone = seen("127.0.0.1", &[(FWD, &invented), (FWD, real)]);
        prop_assert_eq!(alone, "192.0.2.60");
        let appended = seen("127.0.0.1", &[(FWD, &format!("{invented}, {real}"))]);
        prop_assert!(["192.0.2.60", "127.0.0.1?"].contains(&appended.as_str()), "{}", appended);
        let convention = seen("127.0.0.1", &[(XFF, &format!("{invented}, 192.0.2.60"))]);
        prop_assert_eq!(convention, "192.0.2.60");
        let crossed = seen("127.0.0.1", &[(XFF, "192.0.2.60"), (FWD, &invented)]);
        prop_assert!(["192.0.2.60", "127.0.0.1?"].contains(&crossed.as_str()), "{}", crossed);
        let crossed = seen("127.0.0.1", &[(XFF, &invented), (FWD, real)]);
        prop_assert!(["192.0.2.60", "127.0.0.1?"].contains(&crossed.as_str()), "{}", crossed);
    }

    #[test]
    fn no_bytes_panic(line in prop::collection::vec(any::<u8>(), 0..200)) {
        if let Ok(value) = HeaderValue::from_bytes(&line) {
            for name in [XFF, FWD] {
                let headers = HeaderMap::from_iter([(name.parse().unwrap(), value.clone())]);
                let proxies: TrustedProxies = "127.0.0.1".parse().unwrap();
                proxies.client_ip("127.0.0.1".parse().unwrap(), &headers);
            }
        }
    }

    #[test]
    fn every_address_is_read_back(ip in any_ip(), port in proptest::option::of(any::<u16>()), upper in any::<bool>()) {
        let node = match (ip, port) {
            (IpAddr::V4(ip), None) => ip.to_string(),
            (IpAddr::V4(ip), Some(port)) => format!("\"{ip}:{port}\""),
            (IpAddr::V6(ip), None) => format!("\"[{ip}]\""),
            (IpAddr::V6(ip), Some(port)) => format!("\"[{ip}]:{port}\""),
        };
        let line = format!("by=_x;{}={node};proto=https", if upper { "FOR" } else { "for" });
        prop_assert_eq!(seen("127.0.0.1", &[(FWD, &line)]), ip.to_string());
        prop_assert_eq!(seen("127.0.0.1", &[(XFF, node.trim_matches('"'))]), ip.to_string());
    }
}
