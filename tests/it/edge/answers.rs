//! What the edge says, in which tongue, with which headers.

use std::io;
use std::sync::Arc;
use std::sync::Mutex;
use std::time::Duration;

use consentry::web::serve::Limits;
use serde_json::Value;

use crate::edge::site::ask;
use crate::edge::site::body;
use crate::edge::site::header;
use crate::edge::site::site;
use crate::edge::site::status;

/// Fails unless `answer` has `expected` as its status and the form of `tongue`.
fn speaks(tongue: &str, expected: u16, answer: &str) {
    assert_eq!(status(answer), expected, "{answer}");
    let kind = header(answer, "content-type").unwrap_or_default();
    match tongue {
        "oauth" => {
            assert_eq!(kind, "application/json", "{answer}");
            let error: Value = serde_json::from_str(body(answer)).expect("JSON");
            assert!(error["error"].is_string() && error["error_description"].is_string(), "{answer}");
            assert_eq!(header(answer, "cache-control"), Some("no-store"));
        }
        "problem" => {
            assert_eq!(kind, "application/problem+json", "{answer}");
            let problem: Value = serde_json::from_str(body(answer)).expect("JSON");
            assert_eq!(problem["status"], expected);
            assert_eq!(problem["request_id"].as_str(), header(answer, "x-request-id"));
            assert!(problem["type"].as_str().is_some_and(|kind| kind.starts_with("urn:consentry:problem:")));
            assert!(problem["title"].is_string() && problem["detail"].is_string(), "{answer}");
        }
        _ => {
            assert!(kind.starts_with("text/html"), "{answer}");
            assert!(body(answer).starts_with("<h1>"), "{answer}");
        }
    }
}

#[tokio::test]
async fn every_mount_words_the_frameworks_errors_in_its_own_tongue() {
    let site = site(Limits::default()).await;
    let json = "accept: application/json\r\n";
    let html = "accept: text/html, application/json;q=0.1\r\n";
    let gzip = "content-encoding: gzip\r\n";
    let cases = [
        ("page", 404, ask("GET", "/nowhere", "", "")),
        ("page", 404, ask("GET", "/nowhere", html, "")),
        ("problem", 404, ask("GET", "/nowhere", json, "")),
        ("problem", 404, ask("GET", "/api/nowhere", html, "")),
        ("problem", 404, ask("GET", "/api/v/nowhere", "", "")),
        ("oauth", 404, ask("GET", "/token/nowhere", "", "")),
        ("page", 405, ask("DELETE", "/login", "", "")),
        ("problem", 405, ask("DELETE", "/api/v/pages", "", "")),
        ("oauth", 405, ask("GET", "/token", "", "")),
        ("problem", 400, ask("GET", "/api/v/pages", "", "")),
        ("problem", 400, ask("GET", "/api/v/pages?number=x", "", "")),
        ("page", 500, ask("GET", "/panic", "", "")),
        ("problem", 500, ask("GET", "/api/panic", "", "")),
        ("oauth", 500, ask("POST", "/introspect", "", "")),
        ("page", 403, ask("GET", "/bare", "", "")),
        ("problem", 403, ask("GET", "/api/bare", "", "")),
        ("oauth", 403, ask("GET", "/verify", "", "")),
        ("page", 415, ask("POST", "/login", gzip, "x")),
        ("problem", 415, ask("POST", "/api/logo", gzip, "x")),
        ("oauth", 415, ask("POST", "/token", gzip, "x")),
        ("page", 414, ask("GET", &format!("/login?{}", "x".repeat(9 * 1024)), "", "")),
        ("oauth", 414, ask("POST", &format!("/token?{}", "x".repeat(9 * 1024)), "", "")),
        ("oauth", 431, ask("POST", "/token", &format!("x: {}\r\n", "x".repeat(17 * 1024)), "")),
        ("page", 431, ask("GET", "/", &"x: y\r\n".repeat(65), "")),
        ("oauth", 413, ask("POST", "/token", "", &"x".repeat(65 * 1024))),
        ("page", 413, ask("POST", "/count", "", &"x".repeat(1024 * 1024))),
    ];
    for (tongue, expected, request) in cases {
        let answer = site.exchange(&request).await;
        speaks(tongue, expected, &answer);
        for leak in ["hunter2", "param0", "poem"] {
            assert!(!answer.contains(leak), "{answer}");
        }
    }
}

#[tokio::test]
async fn a_route_that_takes_too_long_is_answered_for() {
    let site = site(Limits { request: Duration::from_millis(200), ..Limits::default() }).await;
    let answer = site.exchange(ask("GET", "/slow", "", "")).await;
    speaks("page", 503, &answer);
    assert_eq!(header(&answer, "retry-after"), Some("5"));
}

#[tokio::test]
async fn a_reworded_error_keeps_the_headers_of_its_route() {
    let site = site(Limits::default()).await;
    let answer = site.exchange(ask("GET", "/verify?401", "", "")).await;
    speaks("oauth", 401, &answer);
    assert_eq!(header(&answer, "www-authenticate"), Some("Bearer"));
}

#[tokio::test]
async fn a_problem_lists_its_fields() {
    let site = site(Limits::default()).await;
    let answer = site.exchange(ask("GET", "/api/invalid", "", "")).await;
    speaks("problem", 422, &answer);
    let problem: Value = serde_json::from_str(body(&answer)).expect("JSON");
    assert_eq!(problem["errors"][1]["field"], "redirect_uris");
}

#[tokio::test]
async fn an_error_that_is_a_value_is_worded_by_its_mount() {
    let site = site(Limits::default()).await;
    let says = |answer: &str, words: &str| assert!(body(answer).contains(words), "{answer}");
    let json = "accept: application/json\r\n";
    for (tongue, target) in [("page", "/fails"), ("problem", "/api/fails"), ("oauth", "/token/fails")] {
        speaks(tongue, 409, &site.exchange(ask("POST", &format!("{target}?problem"), "", "")).await);
        let away = site.exchange(ask("POST", &format!("{target}?away"), "", "")).await;
        speaks(tongue, 503, &away);
        assert_eq!(header(&away, "retry-after"), Some("17"));
        speaks(tongue, 400, &site.exchange(ask("POST", target, "", "code=1&code=2")).await);
    }
    let repeated = "the parameter code is repeated; send it once";
    says(&site.exchange(ask("POST", "/token/fails", "", "code=1&code=2")).await, repeated);
    says(&site.exchange(ask("POST", "/api/fails", "", "code=1&code=2")).await, repeated);
    says(&site.exchange(ask("POST", "/token/fails?problem", "", "")).await, "The app 'Tea' was deleted.");
    speaks("page", 422, &site.exchange(ask("GET", "/invalid", "", "")).await);
    let listed = site.exchange(ask("GET", "/invalid", json, "")).await;
    speaks("problem", 422, &listed);
    says(&listed, "Give the app a name.");
}

#[tokio::test]
async fn a_request_leaves_one_line_without_its_query_and_headers() {
    let log = Log::default();
    let writer = log.clone();
    let lines = tracing_subscriber::fmt().json().with_writer(move || writer.clone()).finish();
    let _logging = tracing::subscriber::set_default(lines);
    // While a process has only one subscriber, a callsite is decided by the thread that meets it first,
    // which may be another test's.
    let _second = tracing::Dispatch::new(tracing::subscriber::NoSubscriber::new());
    let site = site(Limits::default()).await;
    site.exchange(ask("GET", "/login?code=hunter2", "authorization: Bearer hunter2\r\n", "")).await;
    site.exchange(ask("GET", "/nowhere/%0a?code=hunter2", "cookie: sid=hunter2\r\n", "")).await;
    site.exchange(ask("POST", "/token", "", "client_secret=hunter2")).await;
    let text = log.text();
    assert!(!text.contains("hunter2"), "{text}");
    let lines: Vec<Value> = text.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect();
    let access: Vec<_> = lines.iter().filter(|line| line["target"] == "consentry::access").collect();
    assert_eq!(access.len(), 3, "{text}");
    assert_eq!(access[0]["fields"]["path"], "/login");
    assert_eq!(access[1]["fields"]["path"], "/nowhere/%0a");
    assert_eq!(
        (&access[2]["fields"]["method"], &access[2]["fields"]["status"]),
        (&"POST".into(), &200.into())
    );
    assert!(
        access
            .iter()
            .all(|line| line["fields"]["micros"].is_u64() && line["fields"]["request_id"].is_string())
    );
}

/// What was logged, in memory.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl Log {
    fn text(&self) -> String {
        String::from_utf8_lossy(&self.0.lock().expect("no panic")).into_owned()
    }
}

impl io::Write for Log {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().expect("no panic").extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[tokio::test]
async fn other_methods_are_told_what_is_allowed() {
    let site = site(Limits::default()).await;
    for method in ["TRACE", "PUT", "DELETE", "PATCH", "PROPFIND", "get", "CONNECT"] {
        let answer = site.exchange(ask(method, "/login", "", "")).await;
        if method == "CONNECT" {
            // Its target has another form, which leaves no path.
            assert!(matches!(status(&answer), 400 | 405), "{answer}");
            continue;
        }
        speaks("page", 405, &answer);
        assert_eq!(header(&answer, "allow"), Some("GET, HEAD, POST, OPTIONS"), "{method}");
    }
    let answer = site.exchange(ask("TRACE", "/token", "", "")).await;
    speaks("oauth", 405, &answer);
    assert_eq!(header(&answer, "allow"), Some("POST, OPTIONS"));
    for method in ["TRACE", "PROPFIND", "get"] {
        let answer = site.exchange(ask(method, "/verify?204", "", "")).await;
        speaks("oauth", 405, &answer);
        assert_eq!(header(&answer, "allow"), Some("GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS"));
    }
    for host in ["id.example.com:443", "evil.example:443"] {
        let connect = format!("CONNECT {host} HTTP/1.1\r\nhost: {host}\r\nconnection: close\r\n\r\n");
        let answer = site.exchange(connect).await;
        assert_eq!(status(&answer), 405, "{answer}");
        assert!(header(&answer, "allow").is_some());
    }
    let answer = site.exchange(ask("OPTIONS", "/verify?204", "", "")).await;
    assert_eq!(status(&answer), 204, "a proxy asks in the caller's method");
    assert_eq!(header(&answer, "www-authenticate"), Some("Bearer"), "the route answered");
}

#[tokio::test]
async fn options_and_head_are_answered() {
    let site = site(Limits::default()).await;
    for target in ["/login", "*"] {
        let answer = site.exchange(ask("OPTIONS", target, "", "")).await;
        assert_eq!(status(&answer), 204, "{answer}");
        assert!(header(&answer, "allow").is_some_and(|methods| methods.starts_with("GET, HEAD, POST")));
        assert_eq!(header(&answer, "access-control-allow-origin"), None);
    }
    let full = site.exchange(ask("GET", "/", "", "")).await;
    let head = site.exchange(ask("HEAD", "/", "", "")).await;
    assert_eq!(status(&head), 200);
    assert_eq!(body(&head), "");
    assert_eq!(header(&head, "content-length"), header(&full, "content-length"));
    let missing = site.exchange(ask("HEAD", "/nowhere", "", "")).await;
    assert_eq!((status(&missing), body(&missing)), (404, ""));
}

#[tokio::test]
async fn scripts_of_other_sites_reach_open_mounts_only() {
    let site = site(Limits::default()).await;
    let origin = "origin: https://spa.example.net\r\n";
    let preflight = format!("{origin}access-control-request-method: POST\r\n");
    let answer = site.exchange(ask("OPTIONS", "/token", &preflight, "")).await;
    assert_eq!(status(&answer), 204);
    assert_eq!(header(&answer, "access-control-allow-origin"), Some("*"));
    assert_eq!(header(&answer, "access-control-allow-methods"), Some("POST, OPTIONS"));
    assert!(
        header(&answer, "access-control-allow-headers").is_some_and(|names| names.contains("Authorization"))
    );
    assert_eq!(header(&answer, "access-control-allow-credentials"), None);

    let unlisted = site.exchange(ask("OPTIONS", "/token/fails", &preflight, "")).await;
    assert_eq!((status(&unlisted), header(&unlisted, "access-control-allow-origin")), (204, Some("*")));

    let refused =
        site.exchange(ask("POST", "/token", &format!("{origin}content-encoding: br\r\n"), "x")).await;
    assert_eq!(header(&refused, "access-control-allow-origin"), Some("*"), "errors are readable too");

    for target in ["/", "/login", "/api/invalid", "/nowhere"] {
        for method in ["GET", "OPTIONS"] {
            let answer = site.exchange(ask(method, target, &preflight, "")).await;
            assert!(!answer.contains("access-control-"), "{answer}");
        }
    }
}

#[tokio::test]
async fn pages_and_machines_get_their_own_headers() {
    let site = site(Limits::default()).await;
    let page = site.exchange(ask("GET", "/", "", "")).await;
    let policy = header(&page, "content-security-policy").expect("a policy");
    assert!(policy.contains("form-action 'self'") && policy.contains("frame-ancestors 'none'"), "{policy}");
    assert!(!policy.contains("unsafe"));
    assert_eq!(header(&page, "referrer-policy"), Some("same-origin"));
    assert_eq!(header(&page, "x-frame-options"), Some("DENY"));
    assert_eq!(header(&page, "strict-transport-security"), Some("max-age=31536000"));

    let consent = site.exchange(ask("GET", "/consent", "", "")).await;
    let policy = header(&consent, "content-security-policy").expect("a policy");
    assert!(!policy.contains("form-action") && policy.contains("script-src 'self'"), "{policy}");

    let token = site.exchange(ask("POST", "/token", "", "")).await;
    assert_eq!(header(&token, "pragma"), Some("no-cache"));
    assert_eq!(header(&token, "x-frame-options"), None);
    for answer in [page, consent, token] {
        assert_eq!(header(&answer, "x-content-type-options"), Some("nosniff"));
        assert_eq!(header(&answer, "cache-control"), Some("no-store"));
        assert!(header(&answer, "x-request-id").is_some_and(|id| id.len() == 13), "{answer}");
    }
}

#[tokio::test]
async fn only_proxies_are_believed_about_the_client() {
    let forged = "x-forwarded-for: 6.6.6.6\r\nx-real-ip: 6.6.6.6\r\nforwarded: for=6.6.6.6\r\nx-request-id: forged-id\r\n";
    let ask = ask("GET", "/whoami", forged, "");
    let answer = site(Limits::default()).await.exchange(&ask).await;
    assert_eq!(body(&answer), "127.0.0.1");
    assert_ne!(header(&answer, "x-request-id"), Some("forged-id"));

    let proxies = "127.0.0.0/8".parse().expect("a network");
    let answer = site(Limits { proxies, ..Limits::default() }).await.exchange(&ask).await;
    assert_eq!(body(&answer), "6.6.6.6");
    assert_eq!(header(&answer, "x-request-id"), Some("forged-id"));
}

#[tokio::test]
async fn a_proxy_that_is_not_trusted_is_told_of_once() {
    let log = Log::default();
    let writer = log.clone();
    let lines = tracing_subscriber::fmt().with_ansi(false).with_writer(move || writer.clone()).finish();
    let _logging = tracing::subscriber::set_default(lines);
    // As above.
    let _second = tracing::Dispatch::new(tracing::subscriber::NoSubscriber::new());
    let told = |log: &Log| log.text().matches("trusted_proxies = [\"127.0.0.1\"]").count();
    for header in ["x-forwarded-for: 203.0.113.7\r\n", "forwarded: for=203.0.113.7\r\n"] {
        let strange = site(Limits::default()).await;
        let before = told(&log);
        strange.exchange(ask("GET", "/whoami", "", "")).await;
        assert_eq!(told(&log), before, "nobody spoke for another");
        for _ in 0..3 {
            strange.exchange(ask("GET", "/whoami", header, "")).await;
        }
        assert_eq!(told(&log), before + 1, "{}", log.text());
        let proxies = "127.0.0.1".parse().expect("a network");
        site(Limits { proxies, ..Limits::default() }).await.exchange(ask("GET", "/", header, "")).await;
        assert_eq!(told(&log), before + 1);
    }
}

#[tokio::test]
async fn parameters_are_read_strictly_over_the_wire() {
    let site = site(Limits::default()).await;
    let queries = [
        ("a=1&b=&resource=x&resource=y", "a=1;resource=x;resource=y;"),
        ("a=1&a=2", "the parameter a is repeated; send it once"),
        ("a=%zz", "a percent sign must be followed by two hexadecimal digits"),
        ("a=%ff", "the parameters are not encoded in UTF-8"),
        ("a=%00", "the parameter a holds a control character; remove it"),
        ("A%22=1&A%22=2", "a parameter is repeated; send it once"),
    ];
    for (query, expected) in queries {
        let answer = site.exchange(ask("GET", &format!("/search?{query}"), "", "")).await;
        assert_eq!(body(&answer), expected, "{query}");
    }
    let form = "content-type: application/x-www-form-urlencoded; charset=UTF-8\r\n";
    let json = "content-type: application/json\r\n";
    let bodies = [
        (form, "grant_type=x&code=%2B+", "grant_type:1;code:2;"),
        (json, r#"{"grant_type":"x","code":12,"scope":null}"#, "grant_type:1;code:2;"),
        (json, r#"{"code":"x","code":"y"}"#, "400: the parameter code is repeated; send it once"),
        (json, "[1]", "400: the body is not a JSON object"),
        ("", "a=1", "415: the Content-Type must be application/x-www-form-urlencoded in UTF-8"),
    ];
    for (kind, sent, expected) in bodies {
        let answer = site.exchange(ask("POST", "/token?code=ignored", kind, sent)).await;
        assert_eq!(body(&answer), expected, "{sent}");
    }
}
