//! When something did not work: what happened, what was expected, what to do.

use askama::Template;

use crate::web::edge::FormsEnd;
use crate::web::pages::Page;
use crate::web::pages::parts::Fact;
use crate::web::pages::parts::Frame;

/// An error in plain words. It never redirects, and never links to an address that came with the request.
#[derive(Clone, Debug, Default, Template)]
#[template(path = "error.html")]
pub struct ErrorPage {
    pub frame: Frame,
    /// The HTTP status.
    pub status: u16,
    /// The headline, such as "This app is not known here".
    pub headline: String,
    /// What happened, in a sentence or two.
    pub happened: String,
    /// What was received against what was expected.
    pub facts: Vec<Fact>,
    /// What to do next, one sentence each.
    pub advice: Vec<String>,
    /// Finds the request in the server's log.
    pub request_id: String,
}

impl Page for ErrorPage {
    fn forms_end(&self) -> FormsEnd {
        FormsEnd::Here
    }
}

impl ErrorPage {
    /// The page for `status`, in words that fit whatever was asked for. `wait` says how long to wait, such as
    /// "40 seconds", where the status is 429 or 503; else it is empty.
    pub fn of(status: u16, wait: &str, request_id: &str) -> ErrorPage {
        let (headline, happened, advice) = words(status);
        let mut advice = vec![advice.to_string()];
        if !wait.is_empty() {
            advice.insert(0, format!("Try again in {wait}."));
        }
        ErrorPage {
            frame: Frame::titled(headline),
            status,
            headline: headline.to_string(),
            happened: happened.to_string(),
            facts: Vec::new(),
            advice,
            request_id: request_id.to_string(),
        }
    }

    /// Somebody was sent here by an app that is not registered.
    pub fn unknown_app(client_id: &str, request_id: &str) -> ErrorPage {
        let page = ErrorPage::of(400, "", request_id);
        ErrorPage {
            happened: "The app that sent you is not registered with us, or not any more.".to_string(),
            facts: vec![
                fact("Received client_id", client_id),
                fact("Expected", "the client ID of a registered app"),
            ],
            advice: vec![
                "If you use the app: nothing is wrong on your side. Tell its maker.".to_string(),
                "If you make the app: copy the client ID from its page in the console.".to_string(),
            ],
            ..page.titled("This app is not known here".to_string())
        }
    }

    /// Somebody was sent here to be returned to an address that the app did not register.
    pub fn wrong_redirect_uri(app_name: &str, received: &str, request_id: &str) -> ErrorPage {
        let page = ErrorPage::of(400, "", request_id);
        ErrorPage {
            happened:
                "It wants you to return to an address that is not registered for it. To protect you, we \
                       do not go there."
                    .to_string(),
            facts: vec![
                fact("Received redirect_uri", received),
                fact("Expected", "exactly one of the addresses that the app registered"),
            ],
            advice: vec![
                "If you use the app: nothing is wrong on your side. Tell its maker.".to_string(),
                "If you make the app: compare the two character by character, and register the address that \
                 you send."
                    .to_string(),
            ],
            ..page.titled(format!("{app_name} sent you here with a wrong address"))
        }
    }

    /// Somebody was sent here by an app that is disabled or was stopped.
    pub fn resting_app(app_name: &str, request_id: &str) -> ErrorPage {
        let page = ErrorPage::of(400, "", request_id);
        ErrorPage {
            happened: "It was taken out of service here for the time being, so it cannot reach anybody\u{2019}s data. \
                       What you allowed it before is kept, and rests."
                .to_string(),
            advice: vec![
                "If you use the app: nothing is wrong on your side, and there is nothing to do. It works again as it \
                 did once it is back."
                    .to_string(),
                "If you make the app: its page in the console says who took it out of service, and what to do."
                    .to_string(),
            ],
            ..page.titled(format!("{app_name} is taking a break"))
        }
    }

    /// Whoever is lost inside the console is shown the way out of the page.
    pub fn leads_home(&self) -> bool {
        matches!(self.status, 403 | 404)
    }

    fn titled(mut self, headline: String) -> ErrorPage {
        self.frame.title.clone_from(&headline);
        ErrorPage { headline, ..self }
    }
}

/// A value that came with the request, cut so that nobody can fill our page with a text of their own.
fn fact(label: &str, value: &str) -> Fact {
    let shown: String = value.chars().take(200).collect();
    let value = if shown.is_empty() { "nothing".to_string() } else { shown };
    Fact { label: label.to_string(), value }
}

/// The headline, what happened, and what to do.
fn words(status: u16) -> (&'static str, &'static str, &'static str) {
    match status {
        400 => (
            "We could not read that",
            "The request was incomplete or contradicted itself, so nothing was done.",
            "Go back, reload the page and try again.",
        ),
        403 => (
            "You may not do this",
            "You are signed in, but your role in this organization does not reach this far, or the form was \
             older than your sign-in.",
            "Reload the page you came from. If it stays like this, ask an owner of the organization.",
        ),
        404 => (
            "There is nothing here",
            "The address is wrong, or what it showed was deleted, or it belongs to another organization.",
            "Check the address, or switch the organization.",
        ),
        405 => (
            "This address works differently",
            "The address exists, but not for this kind of request.",
            "Open it from the page that offers it rather than by itself.",
        ),
        413 => (
            "That is too large",
            "What was sent is larger than we accept, so nothing was kept.",
            "Send less; a logo may have 512 kB at most.",
        ),
        429 => (
            "That was a little fast",
            "There were many requests in a short time, so this one was not done.",
            "Nothing is lost: the same request works after the wait.",
        ),
        503 => (
            "Back in a moment",
            "The server cannot reach its data just now, so nothing was done.",
            "Nothing is lost: the same request works after the wait.",
        ),
        _ => (
            "Something broke on our side",
            "The fault is ours, not yours. It was written to our log with the number below.",
            "Try again. If it stays like this, tell whoever runs this server the number.",
        ),
    }
}
