//! A browser without a screen: it keeps cookies, reads forms out of pages and submits them.

use std::collections::BTreeMap;

use reqwest::Method;
use reqwest::RequestBuilder;
use reqwest::StatusCode;
use reqwest::header::COOKIE;
use reqwest::header::HeaderMap;
use reqwest::header::LOCATION;
use reqwest::header::SET_COOKIE;
use scraper::ElementRef;
use scraper::Html;
use scraper::Selector;

/// One person's browser.
pub struct Browser {
    origin: String,
    cookies: BTreeMap<String, String>,
    http: reqwest::Client,
}

/// What came back, redirects not followed.
#[derive(Debug)]
pub struct Page {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub text: String,
}

impl Browser {
    pub fn new(origin: &str) -> Browser {
        let http = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).build().unwrap();
        Browser { origin: origin.to_owned(), cookies: BTreeMap::new(), http }
    }

    pub fn with_cookie(origin: &str, name: &str, value: &str) -> Browser {
        let mut browser = Self::new(origin);
        browser.cookies.insert(name.to_owned(), value.to_owned());
        browser
    }

    pub fn cookie(&self, name: &str) -> Option<&str> {
        self.cookies.get(name).map(String::as_str)
    }

    pub async fn get(&mut self, path: &str) -> Page {
        self.send(Method::GET, path, None).await
    }

    /// As [`Browser::get`], by any method and without a body.
    pub async fn ask(&mut self, method: Method, path: &str) -> Page {
        self.send(method, path, None).await
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
        let body = form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
        self.send(Method::POST, path, Some(body)).await
    }

    /// Submits the form on `page` whose action is `action`, as filled in by the server, with `changes` on top: a name
    /// that has a value gets another, a name that has none is added, as pressing a button does.
    pub async fn submit(&mut self, page: &Page, action: &str, changes: &[(&str, &str)]) -> Page {
        let mut fields = page.fields(action);
        for (name, _) in changes {
            fields.retain(|(kept, _)| kept != name);
        }
        fields.extend(changes.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())));
        let fields: Vec<_> = fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        self.post(action, &fields).await
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
        self.answered(request).await
    }

    async fn send(&mut self, method: Method, path: &str, body: Option<String>) -> Page {
        let mut request = self.request(method, path);
        if let Some(body) = body {
            request = request
                .header("origin", self.origin.as_str())
                .header("content-type", "application/x-www-form-urlencoded")
                .body(body);
        }
        self.answered(request).await
    }

    fn request(&self, method: Method, path: &str) -> RequestBuilder {
        let url = if path.starts_with('/') { format!("{}{path}", self.origin) } else { path.to_owned() };
        let mut request = self.http.request(method, url);
        if !self.cookies.is_empty() {
            let pairs = self.cookies.iter().map(|(name, value)| format!("{name}={value}"));
            request = request.header(COOKIE, pairs.collect::<Vec<_>>().join("; "));
        }
        request
    }

    async fn answered(&mut self, request: RequestBuilder) -> Page {
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
        Page {
            status: response.status(),
            headers: response.headers().clone(),
            text: response.text().await.unwrap(),
        }
    }
}

impl Page {
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }

    pub fn location(&self) -> Option<String> {
        self.headers.get(LOCATION).map(|value| value.to_str().unwrap().to_owned())
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
            let Some(name) = control.attr("name") else { continue };
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
