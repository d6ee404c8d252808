//! Every page: its template, and beside it the data that the template shows.
//!
//! A page knows nothing of databases or requests. It is plain data with `#[derive(askama::Template)]`;
//! whoever answers a request fills it and renders it. All pages stand on `layout.html`, which has two shapes:
//! `card.html` for one thing to do (sign in, allow, read an error) and `console.html` for everything behind
//! the sign-in. Pieces that several pages share are the macros below `parts/`.
//!
//! Every page works without script. Styles and script come from [`assets`] only, so the strictest
//! Content-Security-Policy holds: nothing inline, nothing from elsewhere.

pub mod assets;
pub mod fields;
pub mod listing;
pub mod parts;
pub mod permissions;

pub mod consent;
pub mod error;
pub mod form_post;
pub mod setup;
pub mod sign_in;
pub mod signed_in;
pub mod welcome;

pub mod account;
pub mod app_choices;
pub mod app_detail;
pub mod app_form;
pub mod apps;
pub mod audit;
pub mod connections;
pub mod docs;
pub mod home;
pub mod instance;
pub mod invitation_form;
pub mod invitations;
pub mod join;
pub mod left_behind;
pub mod member;
pub mod members;
pub mod module_form;
pub mod modules;
pub mod private_app_detail;
pub mod private_app_form;
pub mod private_apps;
pub mod proof;
pub mod secret_once;
pub mod settings;

use askama::Template;
use poem::IntoResponse;
use poem::Response;
use poem::http::HeaderValue;
use poem::http::StatusCode;
use poem::http::header::CONTENT_LANGUAGE;
use poem::http::header::VARY;
use poem::web::Html;

use crate::web::edge::FormsEnd;
use crate::web::edge::Headers;
use crate::web::language::Language;

/// Something that can be shown: a template that says where its forms may end, since its headers follow from that.
pub trait Page: Template {
    /// See [`FormsEnd`]. A form that leads to `/authorize`, with whatever lies between, may end at an app.
    fn forms_end(&self) -> FormsEnd;

    /// The language that was chosen for whoever asked; none of a page that speaks English to everybody.
    fn language(&self) -> Option<Language> {
        None
    }
}

/// The page as a response. A template that fails to render (it cannot, short of memory) is a bare 500, which the edge
/// words.
pub fn render(page: &impl Page, status: StatusCode) -> Response {
    match page.render() {
        Ok(text) => {
            let mut response = Html(text).with_status(status).into_response();
            response.set_data(Headers::Page(page.forms_end()));
            let language = HeaderValue::from_static(page.language().unwrap_or_default().tag());
            response.headers_mut().insert(CONTENT_LANGUAGE, language);
            if page.language().is_some() {
                response.headers_mut().insert(VARY, HeaderValue::from_static("Accept-Language"));
            }
            response
        }
        Err(error) => {
            tracing::error!(%error, "a page did not render");
            StatusCode::INTERNAL_SERVER_ERROR.into_response()
        }
    }
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::path::Path;

    use askama::Template;

    use crate::web::pages::consent::Consent;

    /// Every template, as (path, text).
    fn templates(folder: &Path) -> Vec<(String, String)> {
        let entries =
            fs::read_dir(folder).expect("the folder of the pages").map(|entry| entry.unwrap().path());
        entries
            .flat_map(|path| match path.extension().and_then(|extension| extension.to_str()) {
                Some("html") => vec![(path.display().to_string(), fs::read_to_string(&path).unwrap())],
                None => templates(&path),
                Some(_) => Vec::new(),
            })
            .collect()
    }

    #[test]
    fn no_page_has_anything_that_the_content_security_policy_refuses() {
        let templates = templates(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src/web/pages"));
        assert!(templates.len() > 20);
        for (path, text) in templates {
            for refused in
                ["style=", "<style", "<script>", "javascript:", " onclick", " onsubmit", "src=\"http"]
            {
                assert!(!text.contains(refused), "{path} has {refused}, which the policy refuses");
            }
            assert!(!text.contains("|safe") && !text.contains("| safe"), "{path} prints something unescaped");
        }
    }

    #[test]
    fn every_address_begins_with_the_base_path() {
        // A logo's address has it already, and an app's redirect URI is elsewhere.
        let target = "{% if target.starts_with('/') %}{{ frame.base }}{% endif %}{{ target }}";
        let begin = ["{{ frame.base }}", "#", "data:", "{{ logo }}", target];
        for (path, text) in templates(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src/web/pages")) {
            for attribute in [" href=\"", " src=\"", " srcset=\"", " action=\"", " formaction=\""] {
                for address in text.split(attribute).skip(1) {
                    let shown = address.lines().next().unwrap_or_default();
                    let good = begin.iter().any(|begin| address.starts_with(begin));
                    assert!(good, "{path} has{attribute}{shown}, which leads out of an issuer with a path");
                }
            }
        }
    }

    #[test]
    fn a_name_never_becomes_markup() {
        let mut page = Consent::default();
        page.app.face.name = "<img src=x onerror=alert(1)>\"'".to_string();
        page.app.face.logo = Some("\"><script>".to_string());
        let html = page.render().unwrap();
        assert!(!html.contains("<img src=x") && !html.contains("\"><script>"));
    }
}
