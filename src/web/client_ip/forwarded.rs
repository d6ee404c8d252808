use std::net::IpAddr;
use std::net::Ipv4Addr;
use std::net::Ipv6Addr;

use poem::http::HeaderMap;
use poem::http::header::FORWARDED;

use crate::web::client_ip::X_FORWARDED_FOR;

/// Whom one proxy saw.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Hop {
    Address(IpAddr),
    /// `unknown`, a made-up name such as `_hidden`, or nothing that can be read.
    Hidden,
}

/// The hops of `X-Forwarded-For`, the nearest first.
pub(super) fn by_convention(headers: &HeaderMap) -> impl Iterator<Item = Hop> {
    let lines = headers.get_all(X_FORWARDED_FOR).iter().rev();
    lines.flat_map(|line| line.as_bytes().rsplit(|byte| *byte == b',')).map(|hop| {
        let text = std::str::from_utf8(hop).unwrap_or_default();
        address(text.trim()).map_or(Hop::Hidden, Hop::Address)
    })
}

/// The hops of `Forwarded` (RFC 7239), the nearest first. A line that breaks the grammar is one hop that cannot be
/// read, so that no quotation mark of a caller swallows what a proxy wrote behind it.
pub(super) fn by_standard(headers: &HeaderMap) -> impl Iterator<Item = Hop> {
    let lines = headers.get_all(FORWARDED).iter().rev();
    lines.flat_map(|line| {
        let hops = line.to_str().ok().and_then(elements).filter(|hops| !hops.is_empty());
        hops.unwrap_or_else(|| vec![Hop::Hidden]).into_iter().rev()
    })
}

/// `1#forwarded-element` (§4), from left to right.
fn elements(line: &str) -> Option<Vec<Hop>> {
    let elements = split(line, ',')?.into_iter().map(str::trim).filter(|element| !element.is_empty());
    elements.map(element).collect()
}

/// `[ forwarded-pair ] *( ";" [ forwarded-pair ] )`, in which no parameter is there twice.
fn element(text: &str) -> Option<Hop> {
    let mut hop = None;
    for pair in split(text, ';')?.into_iter().map(str::trim).filter(|pair| !pair.is_empty()) {
        let (name, value) = pair.split_once('=')?;
        let value = value_of(value)?;
        if name.is_empty() || !name.bytes().all(is_token) {
            return None;
        }
        if name.eq_ignore_ascii_case("for") {
            let read = address(&value).map_or(Hop::Hidden, Hop::Address);
            if hop.replace(read).is_some() {
                return None;
            }
        }
    }
    Some(hop.unwrap_or(Hop::Hidden))
}

/// The parts of `text` between `separator`s that stand in no quotes; none when a quotation is left open.
fn split(text: &str, separator: char) -> Option<Vec<&str>> {
    let (mut parts, mut begin, mut quoted, mut escaped) = (Vec::new(), 0, false, false);
    for (at, c) in text.char_indices() {
        match c {
            _ if escaped => escaped = false,
            '\\' if quoted => escaped = true,
            '"' => quoted = !quoted,
            _ if c == separator && !quoted => {
                parts.push(&text[begin..at]);
                begin = at + c.len_utf8();
            }
            _ => {}
        }
    }
    parts.push(&text[begin..]);
    (!quoted).then_some(parts)
}

/// A quoted string, or a token; brackets and colons are taken unquoted too, since some proxies write them so.
fn value_of(text: &str) -> Option<String> {
    let Some(inner) = text.strip_prefix('"') else {
        let plain = |byte: u8| is_token(byte) || b"[]:".contains(&byte);
        return (!text.is_empty() && text.bytes().all(plain)).then(|| text.to_owned());
    };
    let mut value = String::new();
    let mut rest = inner.strip_suffix('"')?.chars();
    while let Some(c) = rest.next() {
        match c {
            '"' => return None,
            '\\' => value.push(rest.next()?),
            _ => value.push(c),
        }
    }
    Some(value)
}

/// `tchar` of RFC 9110 §5.6.2.
fn is_token(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte)
}

/// A node (§6): an address, with or without a port. IPv6 needs no brackets where there is no port.
fn address(node: &str) -> Option<IpAddr> {
    if let Ok(ip) = node.parse::<IpAddr>() {
        return Some(ip.to_canonical());
    }
    let (ip, port) = match node.strip_prefix('[') {
        Some(rest) => {
            let (ip, after) = rest.split_once(']')?;
            let port = if after.is_empty() { None } else { Some(after.strip_prefix(':')?) };
            (ip.parse::<Ipv6Addr>().ok()?.into(), port)
        }
        None => {
            let (ip, port) = node.split_once(':')?;
            (ip.parse::<Ipv4Addr>().ok()?.into(), Some(port))
        }
    };
    port.is_none_or(is_port).then(|| IpAddr::to_canonical(&ip))
}

/// `port` or `obfport`.
fn is_port(text: &str) -> bool {
    let hidden = |byte: u8| byte.is_ascii_alphanumeric() || b"._-".contains(&byte);
    match text.strip_prefix('_') {
        Some(name) => !name.is_empty() && name.bytes().all(hidden),
        None => (1..=5).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit()),
    }
}
