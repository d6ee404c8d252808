//! A browser without a screen: it keeps cookies, reads forms out of pages and submits them.

use std::collections::BTreeMap;

use reqwest::Method;
use reqwest::RequestBuilder;
use reqwest::StatusCode;
use reqwest::header::ACCEPT_LANGUAGE;
use reqwest::header::COOKIE;
use reqwest::header::HeaderMap;
use reqwest::header::LOCATION;
use reqwest::header::SET_COOKIE;
use scraper::ElementRef;
use scraper::Html;
use scraper::Selector;

use crate::harness::base_path;

/// One person's browser.
pub struct Browser {
    origin: String,
    /// The path of the issuer. Tests need not think of it: it is added to what they ask for, looked for in what comes
    /// back, and taken away again.
    base: String,
    cookies: BTreeMap<String, String>,
    /// Planted by another site of the same domain.
    tossed: Option<Tossed>,
    /// What it sends as `Accept-Language`; nothing when it is empty.
    languages: String,
    http: reqwest::Client,
    /// Where a form just led, and the policy of its page: that holds for the whole chain of redirects.
    posted: Option<(String, String)>,
}

/// A cookie that is sent beside ours wherever the path is its own or below: before ours, since its path is longer or it
/// is older, or after (RFC 6265 §5.4).
#[derive(Clone, Copy, Debug)]
pub struct Tossed {
    /// The short one.
    pub name: &'static str,
    pub value: &'static str,
    pub path: &'static str,
    pub first: bool,
}

/// A file that a form carries.
#[derive(Clone, Copy)]
pub struct File<'a> {
    pub field: &'a str,
    pub name: &'a str,
    pub bytes: &'a [u8],
}

/// What came back, redirects not followed.
#[derive(Debug)]
pub struct Page {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub text: String,
}

impl Browser {
    pub fn new(issuer: &str) -> Browser {
        let (base, origin) = base_path::split(issuer);
        let http = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).build().unwrap();
        Browser {
            origin: origin.to_owned(),
            base: base.to_owned(),
            cookies: BTreeMap::new(),
            tossed: None,
            languages: String::new(),
            http,
            posted: None,
        }
    }

    /// `name` is the short one.
    pub fn with_cookie(issuer: &str, name: &str, value: &str) -> Browser {
        let mut browser = Self::new(issuer);
        browser.cookies.insert(base_path::cookie_name(&browser.base, name), value.to_owned());
        browser
    }

    /// Lets a sibling domain plant a cookie, in place of the one before.
    pub fn toss(&mut self, tossed: Tossed) {
        self.tossed = Some(tossed);
    }

    /// Sets the languages of the browser, as it sends them.
    pub fn speaks(&mut self, languages: &str) {
        languages.clone_into(&mut self.languages);
    }

    pub fn cookie(&self, name: &str) -> Option<&str> {
        self.cookies.get(&base_path::cookie_name(&self.base, name)).map(String::as_str)
    }

    pub async fn get(&mut self, path: &str) -> Page {
        let policy = self.posted.take().filter(|(next, _)| next == path).map(|(_, policy)| policy);
        let request = self.request(Method::GET, path);
        let page = self.send(request).await;
        self.hold(policy, &page);
        page
    }

    /// As [`Browser::get`], by any method and without a body.
    pub async fn ask(&mut self, method: Method, path: &str) -> Page {
        let request = self.request(method, path);
        self.send(request).await
    }

    /// Goes to a page and on through redirects, as long as they stay on this server.
    pub async fn visit(&mut self, path: &str) -> Page {
        let mut page = self.get(path).await;
        for _ in 0..10 {
            let Some(next) =
                page.location().filter(|next| next.starts_with('/') || next.starts_with(&self.origin))
            else {
                return page;
            };
            page = self.get(&next).await;
        }
        panic!("a loop of redirects");
    }

    /// Posts as a page of this server would.
    pub async fn post(&mut self, path: &str, fields: &[(&str, &str)]) -> Page {
        let origin = self.origin.clone();
        self.post_from(&origin, path, fields).await
    }

    /// Posts as a page of the site `origin` would; of none when it is empty.
    pub async fn post_from(&mut self, origin: &str, path: &str, fields: &[(&str, &str)]) -> Page {
        let body = form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
        self.send_form(origin, path, "application/x-www-form-urlencoded", body.into_bytes()).await
    }

    /// As [`Browser::post`] for a form that takes files.
    pub async fn upload(&mut self, path: &str, fields: &[(&str, &str)], file: Option<File<'_>>) -> Page {
        let origin = self.origin.clone();
        self.upload_from(&origin, path, fields, file).await
    }

    /// As [`Browser::post_from`] for a form that takes files.
    pub async fn upload_from(
        &mut self,
        origin: &str,
        path: &str,
        fields: &[(&str, &str)],
        file: Option<File<'_>>,
    ) -> Page {
        let mut body = Vec::new();
        let part = "--the-boundary\r\nContent-Disposition: form-data; name=";
        for (name, value) in fields {
            body.extend(format!("{part}\"{name}\"\r\n\r\n{value}\r\n").bytes());
        }
        if let Some(file) = file {
            let head = format!("{part}\"{}\"; filename=\"{}\"\r\n", file.field, file.name);
            body.extend(format!("{head}Content-Type: application/octet-stream\r\n\r\n").bytes());
            body.extend(file.bytes);
            body.extend(b"\r\n");
        }
        body.extend(b"--the-boundary--\r\n");
        self.send_form(origin, path, "multipart/form-data; boundary=the-boundary", body).await
    }

    /// Submits the form on `page` whose action is `action`, as filled in by the server, with `changes` on top: a name
    /// that has a value gets another, a name that has none is added, as pressing a button does. A form that takes
    /// files is sent as one.
    pub async fn submit(&mut self, page: &Page, action: &str, changes: &[(&str, &str)]) -> Page {
        let fields = page.changed(action, changes);
        let fields: Vec<_> = fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        let answer = match page.takes_files(action) {
            true => self.upload(action, &fields, None).await,
            false => self.post(action, &fields).await,
        };
        self.hold(Some(page.header("content-security-policy").to_owned()), &answer);
        answer
    }

    /// Follows a form no further than Chromium does: with `form-action 'self'` not to another origin.
    fn hold(&mut self, policy: Option<String>, answer: &Page) {
        let (Some(policy), Some(next)) = (policy, answer.location()) else { return };
        let ours = next.starts_with('/') || next.starts_with(&self.origin);
        assert!(
            ours || !policy.contains("form-action"),
            "Chromium would refuse to go on to {next}: {policy}"
        );
        self.posted = ours.then_some((next, policy));
    }

    /// Posts with headers of one's own in place of the `Origin` that a page of this server has.
    pub async fn post_with(
        &mut self,
        path: &str,
        headers: &[(&str, &str)],
        fields: &[(String, String)],
    ) -> Page {
        let mut request = self.request(Method::POST, path).form(fields);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        self.send(request).await
    }

    fn request(&self, method: Method, path: &str) -> RequestBuilder {
        let url = if path.starts_with('/') {
            format!("{}{}{path}", self.origin, self.base)
        } else {
            path.to_owned()
        };
        let mut pairs: Vec<_> = self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
        if let Some(tossed) = self.tossed.filter(|tossed| tossed.reaches(&self.base, &url)) {
            let pair = format!("{}={}", base_path::cookie_name(&self.base, tossed.name), tossed.value);
            pairs.insert(if tossed.first { 0 } else { pairs.len() }, pair);
        }
        let mut request = self.http.request(method, url);
        if !self.languages.is_empty() {
            request = request.header(ACCEPT_LANGUAGE, &self.languages);
        }
        match pairs.is_empty() {
            true => request,
            false => request.header(COOKIE, pairs.join("; ")),
        }
    }

    async fn send_form(&mut self, origin: &str, path: &str, content_type: &str, body: Vec<u8>) -> Page {
        let mut request = self.request(Method::POST, path).header("content-type", content_type).body(body);
        if !origin.is_empty() {
            request = request.header("origin", origin);
        }
        self.send(request).await
    }

    async fn send(&mut self, request: RequestBuilder) -> Page {
        let response = request.send().await.unwrap();
        for line in response.headers().get_all(SET_COOKIE) {
            let line = line.to_str().unwrap();
            let (name, value) = line.split(';').next().unwrap().split_once('=').unwrap();
            if value.is_empty() || line.contains("Max-Age=0") {
                self.cookies.remove(name);
            } else {
                self.cookies.insert(name.to_owned(), value.to_owned());
            }
        }
        let (status, headers) = (response.status(), response.headers().clone());
        let text = response.text().await.unwrap();
        base_path::check(&self.base, &headers, &text);
        let (headers, text) = base_path::without(&self.base, headers, text);
        Page { status, headers, text }
    }
}

impl Tossed {
    /// Whether it is sent to `url` (RFC 6265 §5.1.4).
    fn reaches(&self, base: &str, url: &str) -> bool {
        let own = url.find("://").and_then(|at| url[at + 3..].find('/').map(|path| &url[at + 3 + path..]));
        let path = own.unwrap_or("/").split(['?', '#']).next().unwrap_or("/");
        let below = path.strip_prefix(&format!("{base}{}", self.path));
        below.is_some_and(|rest| rest.is_empty() || rest.starts_with('/') || self.path.ends_with('/'))
    }
}

impl Page {
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }

    pub fn location(&self) -> Option<String> {
        self.headers.get(LOCATION).map(|value| value.to_str().unwrap().to_owned())
    }

    /// Whether somebody is to sign in here.
    pub fn asks_for_a_password(&self) -> bool {
        self.status == StatusCode::OK && !self.attributes("#password", "type").is_empty()
    }

    /// A parameter of the query of the redirect.
    pub fn redirected(&self, name: &str) -> Option<String> {
        let location = self.location()?;
        let (_, query) = location.split_once('?')?;
        form_urlencoded::parse(query.as_bytes())
            .find(|(key, _)| key == name)
            .map(|(_, value)| value.into_owned())
    }

    /// The text of every element that the selector finds.
    pub fn texts(&self, selector: &str) -> Vec<String> {
        let document = Html::parse_document(&self.text);
        let selector = Selector::parse(selector).unwrap();
        let text = |element: ElementRef<'_>| element.text().collect::<String>().trim().to_owned();
        document.select(&selector).map(text).collect()
    }

    /// An attribute of every element that the selector finds.
    pub fn attributes(&self, selector: &str, attribute: &str) -> Vec<String> {
        let document = Html::parse_document(&self.text);
        let selector = Selector::parse(selector).unwrap();
        document.select(&selector).filter_map(|element| element.attr(attribute)).map(str::to_owned).collect()
    }

    /// What [`Page::fields`] says, with `changes` on top.
    pub fn changed(&self, action: &str, changes: &[(&str, &str)]) -> Vec<(String, String)> {
        let mut fields = self.fields(action);
        for (name, _) in changes {
            fields.retain(|(kept, _)| kept != name);
        }
        fields.extend(changes.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())));
        fields
    }

    /// The value of one control of a form.
    pub fn field(&self, action: &str, name: &str) -> String {
        let fields = self.fields(action);
        fields.into_iter().find(|(seen, _)| seen == name).map(|(_, value)| value).unwrap_or_default()
    }

    fn takes_files(&self, action: &str) -> bool {
        let form = format!("form[action=\"{action}\"]");
        self.attributes(&form, "enctype").iter().any(|kind| kind == "multipart/form-data")
    }

    /// What the first form with this action would send: hidden and typed values, ticked boxes, chosen options.
    pub fn fields(&self, action: &str) -> Vec<(String, String)> {
        let document = Html::parse_document(&self.text);
        let forms = Selector::parse("form").unwrap();
        let form =
            document.select(&forms).find(|form| form.attr("action") == Some(action)).unwrap_or_else(|| {
                panic!("no form posts to {action} on this page ({}):\n{}", self.status, self.text)
            });
        let controls = Selector::parse("input, textarea, select").unwrap();
        let mut fields = Vec::new();
        for control in form.select(&controls) {
            let Some(name) = control.attr("name").filter(|_| control.attr("disabled").is_none()) else {
                continue;
            };
            let value = match control.value().name() {
                "textarea" => Some(control.text().collect::<String>()),
                "select" => chosen(control),
                _ => typed(control),
            };
            fields.extend(value.map(|value| (name.to_owned(), value)));
        }
        fields
    }
}

fn typed(control: ElementRef<'_>) -> Option<String> {
    let value = control.attr("value");
    match control.attr("type").unwrap_or("text") {
        "checkbox" | "radio" => control.attr("checked").map(|_| value.unwrap_or("on").to_owned()),
        "submit" | "button" | "file" => None,
        _ => Some(value.unwrap_or_default().to_owned()),
    }
}

fn chosen(control: ElementRef<'_>) -> Option<String> {
    let options = Selector::parse("option").unwrap();
    let option = control
        .select(&options)
        .find(|option| option.attr("selected").is_some())
        .or_else(|| control.select(&options).next())?;
    Some(option.attr("value").map_or_else(|| option.text().collect(), str::to_owned))
}
