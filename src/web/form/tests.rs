use poem::http::HeaderMap;
use poem::http::header::CONTENT_TYPE;
use proptest::prelude::*;

use crate::web::form::ParamError;
use crate::web::form::Params;
use crate::web::form::Rules;

const RULES: Rules = Rules::STRICT.repeatable(&["resource"]).long(&["client_assertion"]);

fn shown(read: Result<Params, ParamError>) -> String {
    match read {
        Ok(params) => params.iter().map(|(name, value)| format!("{name}={value};")).collect(),
        Err(error) => format!("! {error}"),
    }
}

fn fits_rfc_6749(text: &str) -> bool {
    text.bytes().all(|byte| matches!(byte, 0x20 | 0x21 | 0x23..=0x5B | 0x5D..=0x7E))
}

#[test]
fn forms_are_read_strictly() {
    let value = "v".repeat(4 * 1024 + 1);
    let many: String = (0..65).map(|n| format!("p{n}=&")).collect();
    let cases: &[(&[u8], &str)] = &[
        (b"", ""),
        (b"a=1&b=2", "a=1;b=2;"),
        (b"&&a=1&&", "a=1;"),
        (b"a=b=c", "a=b=c;"),
        (b"a=%3D%26+%2b%C3%A9", "a==& +é;"),
        ("a=é🦀\u{2028}\u{202e}".as_bytes(), "a=é🦀\u{2028}\u{202e};"),
        (b"a=&b&c=3", "c=3;"),
        (b"A=1&a=2", "A=1;a=2;"),
        (b"=1&a%0A=1", "=1;a\n=1;"),
        (b"resource=x&resource=y&resource=", "resource=x;resource=y;"),
        (b"a=1&a=2", "! the parameter a is repeated; send it once"),
        (b"a=&a=2", "! the parameter a is repeated; send it once"),
        (b"a=1&%61=1", "! the parameter a is repeated; send it once"),
        (b"<b>=1&<b>=2", "! a parameter is repeated; send it once"),
        (b"a=%00", "! the parameter a holds a control character; remove it"),
        (b"a=x%0Ay", "! the parameter a holds a control character; remove it"),
        (b"a=%7F", "! the parameter a holds a control character; remove it"),
        (b"a=%C2%85", "! the parameter a holds a control character; remove it"),
        (b"a=%", "! a percent sign must be followed by two hexadecimal digits"),
        (b"a=%4", "! a percent sign must be followed by two hexadecimal digits"),
        (b"a=%zz", "! a percent sign must be followed by two hexadecimal digits"),
        (b"a=%+1", "! a percent sign must be followed by two hexadecimal digits"),
        (b"%u0041=1", "! a percent sign must be followed by two hexadecimal digits"),
        (b"a=%ff", "! the parameters are not encoded in UTF-8"),
        (b"a=\xc3", "! the parameters are not encoded in UTF-8"),
        (b"a=%ED%A0%80", "! the parameters are not encoded in UTF-8"),
        (b"a=%C0%80", "! the parameters are not encoded in UTF-8"),
        (many.as_bytes(), "! there are more than 64 parameters"),
    ];
    for (form, expected) in cases {
        assert_eq!(shown(Params::from_form(form, &RULES)), *expected, "{}", String::from_utf8_lossy(form));
    }
    let long = |name: &str| shown(Params::from_form(format!("{name}={value}").as_bytes(), &RULES));
    assert_eq!(long("a"), "! the parameter a is longer than this server takes");
    assert!(long("client_assertion").starts_with("client_assertion=v"));
}

#[test]
fn what_is_typed_may_break_lines() {
    let typed = |form: &str| shown(Params::from_form(form.as_bytes(), &Rules::TYPED));
    assert_eq!(typed("a=one%0D%0Atwo%09three"), "a=one\r\ntwo\tthree;");
    assert_eq!(typed("a=%00"), "! the parameter a holds a control character; remove it");
}

#[test]
fn json_objects_are_read_strictly() {
    let cases = [
        ("{}", ""),
        (
            r#"{"a":"x","b":-1,"c":18446744073709551615,"d":true,"e":null,"f":"","g":"é"}"#,
            "a=x;b=-1;c=18446744073709551615;d=true;g=é;",
        ),
        (r#"{"resource":["x","y"]}"#, "resource=x;resource=y;"),
        (r#"{"resource":"x","resource":"y"}"#, "resource=x;resource=y;"),
        (r#"{"a":1,"a":1}"#, "! the parameter a is repeated; send it once"),
        (r#"{"a":1,"\u0061":1}"#, "! the parameter a is repeated; send it once"),
        (r#"{"a":["x"]}"#, "! the parameter a is nested; send a string, a number or a boolean"),
        (r#"{"a":{"b":1}}"#, "! the parameter a is nested; send a string, a number or a boolean"),
        (
            r#"{"resource":[["x"]]}"#,
            "! the parameter resource is nested; send a string, a number or a boolean",
        ),
        (r#"{"a":"\u0000"}"#, "! the parameter a holds a control character; remove it"),
        (r#"{"":"x"}"#, "=x;"),
        (r#"{"a":"\ud800"}"#, "! the body is not a JSON object"),
        (r#"{"a":1}{"#, "! the body is not a JSON object"),
        (r#"{"a":1,}"#, "! the body is not a JSON object"),
        (r#"{"a":NaN}"#, "! the body is not a JSON object"),
        ("[]", "! the body is not a JSON object"),
        ("\"a\"", "! the body is not a JSON object"),
        ("", "! the body is not a JSON object"),
    ];
    for (json, expected) in cases {
        assert_eq!(shown(Params::from_json(json.as_bytes(), &RULES)), expected, "{json}");
    }
    let deep = format!("{{\"a\":{}{}}}", "[".repeat(500), "]".repeat(500));
    assert_eq!(shown(Params::from_json(deep.as_bytes(), &RULES)), "! the body is not a JSON object");
    let many: String = (0..65).map(|n| format!("\"p{n}\":1,")).collect();
    let many = format!("{{{}}}", many.trim_end_matches(','));
    assert_eq!(shown(Params::from_json(many.as_bytes(), &RULES)), "! there are more than 64 parameters");
}

#[test]
fn the_content_type_decides_how_a_body_is_read() {
    let read = |kinds: &[&str], body: &[u8]| {
        let mut headers = HeaderMap::new();
        for kind in kinds {
            headers.append(CONTENT_TYPE, kind.parse().expect("a value"));
        }
        shown(Params::from_body(&headers, body, &RULES))
    };
    let form = "application/x-www-form-urlencoded";
    assert_eq!(read(&[form], b"a=1"), "a=1;");
    assert_eq!(read(&["Application/X-WWW-Form-URLEncoded ; Charset=\"UTF-8\""], b"a=1"), "a=1;");
    assert_eq!(read(&["application/json;charset=utf8"], b"{\"a\":1}"), "a=1;");
    let refused = "! the Content-Type must be application/x-www-form-urlencoded in UTF-8";
    for kinds in [
        &[][..],
        &[form, form],
        &["application/x-www-form-urlencoded; charset=iso-8859-1"],
        &["application/x-www-form-urlencoded; charset=utf-8; charset=utf-7"],
        &["multipart/form-data; boundary=x"],
        &["text/plain"],
        &["application/jsonp"],
        &[""],
    ] {
        assert_eq!(read(kinds, b"a=1"), refused, "{kinds:?}");
    }
}

#[test]
fn a_dialect_cannot_hide_a_repeat_behind_another_spelling() {
    let params = Params::from_form(b"Code=1&code=2", &RULES).expect("two names");
    let lower = params.iter().map(|(name, value)| (name.to_lowercase(), value));
    assert_eq!(shown(Params::from_pairs(lower, &RULES)), "! the parameter code is repeated; send it once");
}

#[test]
fn debug_output_hides_values() {
    let params = Params::from_form(b"client_secret=hunter2", &RULES).expect("one parameter");
    assert_eq!(format!("{params:?}"), r#"Params([("client_secret", [redacted])])"#);
}

proptest! {
    #[test]
    fn no_bytes_panic_or_leak(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        for read in [Params::from_form(&bytes, &RULES), Params::from_json(&bytes, &RULES)] {
            match read {
                Ok(params) => {
                    prop_assert!(params.iter().all(|(name, value)| !name.is_empty() && !value.is_empty()));
                    prop_assert!(params.iter().all(|(name, _)| name == "resource" || params.all(name).count() == 1));
                }
                Err(error) => prop_assert!(fits_rfc_6749(&error.description())),
            }
        }
    }

    #[test]
    fn forms_full_of_syntax_do_not_panic(form in "[a-c%&=+0-9Ff\\x00é]{0,200}") {
        if let Err(error) = Params::from_form(form.as_bytes(), &RULES) {
            prop_assert!(fits_rfc_6749(&error.description()));
        }
    }

    #[test]
    fn what_the_standard_encoder_writes_is_read_back(pairs in prop::collection::btree_map("[^\\p{Cc}]{1,20}", "[^\\p{Cc}]{1,20}", 0..20)) {
        let form = form_urlencoded::Serializer::new(String::new()).extend_pairs(&pairs).finish();
        let params = Params::from_form(form.as_bytes(), &RULES).expect("a good form");
        let read: Vec<_> = params.iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
        prop_assert_eq!(read, pairs.into_iter().collect::<Vec<_>>());
    }

    #[test]
    fn json_with_the_same_members_reads_the_same(pairs in prop::collection::btree_map("[^\\p{Cc}]{1,20}", "[^\\p{Cc}]{1,20}", 0..20)) {
        let json = serde_json::to_vec(&pairs).expect("JSON");
        let read = Params::from_json(&json, &RULES).expect("a good object");
        let again = Params::from_pairs(pairs, &RULES).expect("good pairs");
        prop_assert_eq!(read, again);
    }
}
