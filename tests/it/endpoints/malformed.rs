//! Bodies that no careful client sends, to `/token`, `/introspect` and `/revoke`: each is answered in the words of
//! RFC 6749 §5.2, and none by a fault of the server.

use consentry::store::db::Kind;
use reqwest::Method;
use reqwest::RequestBuilder;

use crate::harness::Answer;
use crate::harness::OAuthClient;
use crate::harness::Server;
use crate::on_both;

on_both![
    a_body_is_a_form_or_json,
    what_cannot_be_read_is_refused,
    a_parameter_may_be_there_once,
    strange_but_readable_values_are_values,
    a_missing_body_is_an_empty_form,
    the_query_is_not_looked_at,
    a_large_body_is_refused_whatever_its_length_says,
];

const FORM: &str = "application/x-www-form-urlencoded";

/// The paths, each with a body that is right.
fn paths() -> [(&'static str, String); 3] {
    let token = consentry::base::secret::Secret::generate("OAUTH2");
    let token = format!("token={}", token.reveal());
    [
        ("/token", "grant_type=client_credentials".to_owned()),
        ("/introspect", token.clone()),
        ("/revoke", token),
    ]
}

fn request(client: &OAuthClient, path: &str) -> RequestBuilder {
    client.request(Method::POST, path).header("authorization", client.basic())
}

async fn post(
    client: &OAuthClient,
    path: &str,
    content_type: &str,
    body: impl Into<reqwest::Body>,
) -> Answer {
    let request = request(client, path).header("content-type", content_type).body(body);
    Answer::of(request.send().await.unwrap()).await
}

#[track_caller]
fn refused(answer: &Answer, status: u16, what: &str) {
    answer.assert_spoken(what);
    assert_eq!(answer.status, status, "{what}: {answer:?}");
    assert_eq!(answer.json["error"], "invalid_request", "{what}: {answer:?}");
}

async fn a_body_is_a_form_or_json(kind: Kind) {
    let (_server, _seed, client) = Server::start_with_client(kind).await;
    for (path, body) in paths() {
        for taken in [
            FORM,
            "application/x-www-form-urlencoded; charset=utf-8",
            "application/x-www-form-urlencoded;charset=UTF-8",
            "APPLICATION/X-WWW-FORM-URLENCODED; charset=\"utf-8\"",
            "application/x-www-form-urlencoded; boundary=x",
        ] {
            assert_eq!(post(&client, path, taken, body.clone()).await.status, 200, "{path} {taken}");
        }
        let (name, value) = body.split_once('=').unwrap();
        let json = serde_json::json!({ name: value, "unknown": null, "number": 1 }).to_string();
        for taken in ["application/json", "application/json; charset=utf-8"] {
            assert_eq!(post(&client, path, taken, json.clone()).await.status, 200, "{path} {taken}");
        }
        for other in [
            "text/plain",
            "text/html",
            "application/xml",
            "application/octet-stream",
            "application/x-www-form-urlencoded; charset=iso-8859-1",
            "application/x-www-form-urlencoded, text/plain",
            "application/jsonp",
            "application",
            "",
        ] {
            refused(&post(&client, path, other, body.clone()).await, 415, &format!("{path} {other}"));
        }
        let multipart =
            format!("--x\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n--x--\r\n");
        refused(&post(&client, path, "multipart/form-data; boundary=x", multipart).await, 415, "multipart");
        let none = request(&client, path).body(body.clone()).send().await.unwrap();
        refused(&Answer::of(none).await, 415, "no type");
        let two = request(&client, path).header("content-type", FORM).header("content-type", FORM);
        refused(&Answer::of(two.body(body.clone()).send().await.unwrap()).await, 415, "two types");
        let zipped = request(&client, path).header("content-type", FORM).header("content-encoding", "gzip");
        refused(&Answer::of(zipped.body(body).send().await.unwrap()).await, 415, "a zipped body");
    }
}

async fn what_cannot_be_read_is_refused(kind: Kind) {
    let (_server, _seed, client) = Server::start_with_client(kind).await;
    let flood = (0..65).map(|number| format!("p{number}=x")).collect::<Vec<_>>().join("&");
    let long = format!("x={}", "v".repeat(4097));
    let forms: &[&[u8]] = &[
        b"x=%zz",
        b"x=%",
        b"x=%1",
        b"x=%00",
        b"x=a%0ab",
        b"x=%0d%0aX-Evil:1",
        b"x=%1b[31m",
        b"x=%7f",
        b"x=%c2%80",
        b"x=%ff",
        b"x=\xff",
        b"x=\xc3\x28",
        b"x=%ed%a0%80",
        b"x=\0",
        b"x=\r\n",
        b"\xff=x",
        flood.as_bytes(),
        long.as_bytes(),
    ];
    let jsons: &[&[u8]] = &[
        b"",
        b"{",
        b"[]",
        b"\"text\"",
        b"1",
        b"null",
        b"{}x",
        b"{\"x\":[1]}",
        b"{\"x\":{\"y\":1}}",
        b"{x:1}",
        b"{\"x\":\"\\ud800\"}",
        b"{\"x\":\"\xff\"}",
        b"{\"x\":\"a\\u0000b\"}",
        b"{\"x\":1,\"x\":2}",
        b"\xef\xbb\xbf{}",
        b"{\"x\":NaN}",
        b"{\"\":1}",
    ];
    let deep = format!("{}1{}", "{\"x\":".repeat(5000), "}".repeat(5000));
    for (path, body) in paths() {
        for odd in forms {
            let whole = [body.as_bytes(), b"&", odd].concat();
            refused(&post(&client, path, FORM, whole).await, 400, &format!("{path} {odd:?}"));
        }
        for odd in jsons.iter().copied().chain([deep.as_bytes()]) {
            let answer = post(&client, path, "application/json", odd.to_vec()).await;
            refused(
                &answer,
                400,
                &format!("{path} {:?}", String::from_utf8_lossy(&odd[..odd.len().min(40)])),
            );
        }
        for empty in ["", "&", "&&", "x=", "grant_type=&token="] {
            refused(&post(&client, path, FORM, empty).await, 400, &format!("{path} {empty:?}"));
        }
    }
}

async fn a_parameter_may_be_there_once(kind: Kind) {
    let (_server, _seed, client) = Server::start_with_client(kind).await;
    let names = [
        "grant_type",
        "code",
        "redirect_uri",
        "code_verifier",
        "refresh_token",
        "scope",
        "client_id",
        "client_secret",
        "token",
        "token_type_hint",
        "unknown",
    ];
    for (path, body) in paths() {
        let (used, _) = body.split_once('=').unwrap();
        for name in names {
            for values in [["x", "x"], ["x", "y"], ["", "x"], ["x", ""], ["", ""]] {
                let twice = format!("{name}={}&{name}={}", values[0], values[1]);
                let whole = if name == used { twice } else { format!("{body}&{twice}") };
                refused(&post(&client, path, FORM, whole.clone()).await, 400, &format!("{path} {whole}"));
            }
        }
        let whole = format!("{body}&{body}");
        refused(&post(&client, path, FORM, whole).await, 400, "the right one twice");
    }
}

async fn strange_but_readable_values_are_values(kind: Kind) {
    let (_server, _seed, client) = Server::start_with_client(kind).await;
    for value in
        ["\u{2028}", "\u{202e}gnirts", "𝒳", "é", "\u{feff}", "-1", "1e3", "9223372036854775808", "../..", "'"]
    {
        for (path, body) in paths() {
            let encoded = form_urlencoded::byte_serialize(value.as_bytes()).collect::<String>();
            let extra = post(&client, path, FORM, format!("{body}&{encoded}={encoded}")).await;
            assert_eq!(extra.status, 200, "{path} {value:?}: {extra:?}");
        }
        for (path, name, status, error) in [
            ("/token", "grant_type", 400, "unsupported_grant_type"),
            ("/introspect", "token", 200, ""),
            ("/revoke", "token", 200, ""),
        ] {
            let answer = client.post(path, &[(name, value)]).await;
            answer.assert_spoken(value);
            assert_eq!(answer.status, status, "{path} {value:?}: {answer:?}");
            assert_eq!(answer.json["error"].as_str().unwrap_or_default(), error);
        }
        for (grant_type, name) in [("authorization_code", "code"), ("refresh_token", "refresh_token")] {
            let answer = client.post("/token", &[("grant_type", grant_type), (name, value)]).await;
            answer.assert_error(400, "invalid_grant");
        }
    }
    for grant_type in [
        "Authorization_Code",
        "authorisation_code",
        "password",
        "implicit",
        "code",
        " refresh_token",
        "urn:ietf:params:oauth:grant-type:device_code",
    ] {
        client
            .post("/token", &[("grant_type", grant_type)])
            .await
            .assert_error(400, "unsupported_grant_type");
    }
    for (grant_type, missing) in [("authorization_code", "code"), ("refresh_token", "refresh_token")] {
        let answer = client.post("/token", &[("grant_type", grant_type)]).await;
        answer.assert_error(400, "invalid_request");
        assert!(answer.text("error_description").contains(missing));
    }
}

async fn a_missing_body_is_an_empty_form(kind: Kind) {
    let (_server, _seed, client) = Server::start_with_client(kind).await;
    for (path, body) in paths() {
        let (missing, _) = body.split_once('=').unwrap();
        let types = [
            "",
            FORM,
            "application/json",
            "text/plain",
            "multipart/form-data; boundary=x",
            "application/xml; charset=x",
        ];
        for content_type in types {
            for authenticated in [true, false] {
                let mut request = client.request(Method::POST, path);
                if authenticated {
                    request = request.header("authorization", client.basic());
                }
                if !content_type.is_empty() {
                    request = request.header("content-type", content_type);
                }
                let answer = Answer::of(request.send().await.unwrap()).await;
                let what = format!("{path} {content_type:?} {authenticated}");
                refused(&answer, 400, &what);
                assert!(answer.text("error_description").contains(missing), "{what}: {answer:?}");
            }
        }
    }
}

async fn the_query_is_not_looked_at(kind: Kind) {
    let (_server, _seed, client) = Server::start_with_client(kind).await;
    let secret = client.secret.clone().unwrap();
    let credentials = format!("client_id={}&client_secret={secret}", client.id);
    for (path, body) in paths() {
        for query in [
            "grant_type=nonsense&token=x&client_id=x&client_secret=x&scope=x",
            "response_type=code&response_type=code",
            "%zz&%00&\u{e9}",
            body.as_str(),
            credentials.as_str(),
        ] {
            let answer = post(&client, &format!("{path}?{query}"), FORM, body.clone()).await;
            assert_eq!(answer.status, 200, "{path}?{query}: {answer:?}");
        }
        let in_query = post(&client, &format!("{path}?{body}"), FORM, "").await;
        refused(&in_query, 400, "parameters in the query only");
        let bare =
            client.request(Method::POST, &format!("{path}?{credentials}")).header("content-type", FORM);
        Answer::of(bare.body(body).send().await.unwrap()).await.assert_error(401, "invalid_client");
    }
}

async fn a_large_body_is_refused_whatever_its_length_says(kind: Kind) {
    let (server, _seed, client) = Server::start_with_client(kind).await;
    let (host, base) = (server.host(), server.base());
    for (path, body) in paths() {
        let padded = format!("{body}&{}", "x=y&".repeat(64 * 1024));
        let answer = post(&client, path, FORM, padded).await;
        refused(&answer, 413, path);
        let large = vec![b'a'; 1024 * 1024];
        for content_type in [FORM, "application/json", "text/plain"] {
            refused(&post(&client, path, content_type, large.clone()).await, 413, content_type);
        }
        let chunked = format!(
            "POST {base}{path} HTTP/1.1\r\nHost: {host}\r\nAuthorization: {}\r\nContent-Type: {FORM}\r\n\
             Transfer-Encoding: chunked\r\n\r\n{}0\r\n\r\n",
            client.basic(),
            format!("4000\r\n{}\r\n", "a".repeat(0x4000)).repeat(8)
        );
        let answer = server.exchange(chunked).await;
        assert!(answer.starts_with("HTTP/1.1 413"), "{answer}");
        assert!(answer.contains("\"error\":\"invalid_request\""), "{answer}");
    }
}
