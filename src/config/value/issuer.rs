//! The issuer identifier (RFC 8414 section 2).

use std::fmt;
use std::str::FromStr;

use url::Host;
use url::Url;

use super::BasePath;
use super::Unfit;

/// The URL that names this server: `https://id.example.com`, perhaps with a path, never with a slash at its end.
///
/// Clients compare it character by character, so it has exactly one spelling, the normalized one. `http` is accepted
/// on a loopback host only: everywhere else, codes and tokens would travel readable.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Issuer {
    text: String,
    url: Url,
    origin: String,
    base: BasePath,
}

impl Issuer {
    /// Exactly as it appears in metadata and tokens.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The parsed URL. Its text has a slash where the path is empty.
    pub fn url(&self) -> &Url {
        &self.url
    }

    /// The scheme, host and port, as browsers send them in `Origin`.
    pub fn origin(&self) -> &str {
        &self.origin
    }

    /// The path that everything of this server stands below.
    pub fn base(&self) -> &BasePath {
        &self.base
    }

    /// Whether browsers reach it over TLS, so that cookies can be `Secure`.
    pub fn is_https(&self) -> bool {
        self.url.scheme() == "https"
    }

    /// Whether only this machine can reach it.
    pub fn is_loopback(&self) -> bool {
        is_loopback(&self.url)
    }

    /// The full address of one of our paths, which begins with a slash.
    pub fn join(&self, path: &str) -> String {
        format!("{}{path}", self.text)
    }
}

fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    }
}

impl FromStr for Issuer {
    type Err = Unfit;

    fn from_str(text: &str) -> Result<Self, Unfit> {
        let url = Url::parse(text)
            .map_err(|error| Unfit(format!("{error}; write a full URL such as https://id.example.com")))?;
        if !matches!(url.scheme(), "https" | "http") {
            return Err(Unfit::new("it must begin with https://"));
        }
        if !url.username().is_empty() || url.password().is_some() {
            return Err(Unfit::new("leave out the user name and password before the @"));
        }
        if url.query().is_some() || url.fragment().is_some() {
            return Err(Unfit::new("leave out the query (?) and the fragment (#)"));
        }
        if url.scheme() == "http" && !is_loopback(&url) {
            return Err(Unfit::new(
                "set the https address that people use; plain http is for loopback hosts (127.0.0.1, [::1], \
                 localhost), since tokens would travel readable",
            ));
        }
        if url.port() == Some(0) {
            return Err(Unfit::new("port 0 means any free port, which has no address; name the port"));
        }
        let normal = url.as_str().trim_end_matches('/');
        if normal != text {
            return Err(Unfit(format!("write it as {normal}")));
        }
        let base = url.path().trim_end_matches('/').parse()?;
        let origin = url.origin().ascii_serialization();
        Ok(Self { text: text.to_owned(), url, origin, base })
    }
}

impl fmt::Display for Issuer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

#[cfg(test)]
mod tests {
    use super::Issuer;

    #[test]
    fn an_issuer_is_https_or_on_this_machine() {
        for good in [
            "https://id.example.com",
            "https://id.example.com:8443",
            "https://id.example.com/tenants/one",
            "http://127.0.0.1:8080",
            "http://127.9.9.9",
            "http://[::1]:8080",
            "http://localhost:8080",
        ] {
            assert_eq!(good.parse::<Issuer>().unwrap().as_str(), good);
        }
    }

    #[test]
    fn an_issuer_has_one_spelling_and_no_extras() {
        for wrong in [
            "",
            "id.example.com",
            "http://id.example.com",
            "http://localhost.evil.example",
            "http://10.0.0.1:8080",
            "http://0.0.0.0:8080",
            "http://127.0.0.1:0",
            "https://id.example.com/",
            "https://id.example.com/a/",
            "https://id.example.com/a/../b",
            "https://id.example.com/a//b",
            "https://id.example.com/a;b",
            "https://id.example.com/a%2Fb",
            "https://id.example.com?",
            "https://id.example.com?a=b",
            "https://id.example.com#",
            "https://user@id.example.com",
            "https://user:word@id.example.com",
            "https://ID.example.com",
            "https://id.example.com:443",
            "https://b\u{fc}cher.example",
            " https://id.example.com",
            "https:\\\\id.example.com",
            "ftp://id.example.com",
            "javascript:alert(1)",
        ] {
            assert!(wrong.parse::<Issuer>().is_err(), "{wrong}");
        }
    }

    #[test]
    fn addresses_are_built_on_the_issuer() {
        let issuer: Issuer = "https://example.com/id".parse().unwrap();
        assert_eq!(issuer.join("/token"), "https://example.com/id/token");
        assert_eq!(issuer.origin(), "https://example.com");
        assert_eq!(issuer.base().as_str(), "/id");
        assert!(issuer.is_https() && !issuer.is_loopback());
        let local: Issuer = "http://127.0.0.1:8080".parse().unwrap();
        assert_eq!(
            (local.base().as_str(), local.join("/token").as_str()),
            ("", "http://127.0.0.1:8080/token")
        );
        assert!(local.is_loopback() && !local.is_https());
    }
}
