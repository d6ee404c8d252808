//! Asking a person for their password once more, before they do what takes a fresh proof. Whatever they sent is kept:
//! the page that asks posts it again, to where it was going.

use poem::Response;
use poem::http::StatusCode;
use poem::http::header::RETRY_AFTER;

use crate::accounts::oneself;
use crate::accounts::oneself::NotProven;
use crate::app::ChangeError;
use crate::base::secret::Secret;
use crate::model::authority::Authority;
use crate::model::authority::Fresh;
use crate::web::console::refusals::Refusal;
use crate::web::console::refusals::Result;
use crate::web::console::submission::Submission;
use crate::web::console::visitor::Visitor;
use crate::web::form::Params;
use crate::web::pages;
use crate::web::pages::parts::Section;
use crate::web::pages::proof::ProofPage;
use crate::web::words;

/// The field that proves it.
const PASSWORD: &str = "proof_password";

/// What the page adds to what was sent, or writes anew.
const ADDED: [&str; 3] = [PASSWORD, "username", "csrf"];

/// A form as it was sent.
pub struct Sent<'a> {
    fields: Vec<(&'a str, &'a str)>,
    is_multipart: bool,
    has_picture: bool,
}

impl<'a> From<&'a Params> for Sent<'a> {
    fn from(form: &'a Params) -> Self {
        Self { fields: form.iter().collect(), is_multipart: false, has_picture: false }
    }
}

impl<'a> From<&'a Submission> for Sent<'a> {
    fn from(form: &'a Submission) -> Self {
        Self { fields: form.sent().collect(), is_multipart: true, has_picture: form.logo.is_some() }
    }
}

impl Visitor<'_> {
    /// The visitor's authority for what takes a fresh proof of who they are, which may have come with what was `sent`.
    ///
    /// # Errors
    /// The page that asks for it, before they do `what`.
    pub async fn fresh(&self, sent: impl Into<Sent<'_>>, section: Section, what: &str) -> Result<Fresh> {
        let (sent, now) = (sent.into(), self.app.now());
        let password = sent.fields.iter().find(|(name, _)| *name == PASSWORD);
        let Some((_, password)) = password else {
            let fresh = self.authority.fresh(now);
            return fresh.map_err(|_| self.ask(&sent, section, what, Told::nothing()));
        };
        match oneself::prove(self.app, &self.session, Secret::presented(*password)).await {
            Ok(session) => {
                let modules = self.app.modules().await?;
                Ok(Authority::of_session(&session, &modules).fresh(self.app.now())?)
            }
            Err(why) => Err(self.ask(&sent, section, what, Told::of(why)?)),
        }
    }

    fn ask(&self, sent: &Sent<'_>, section: Section, what: &str, told: Told) -> Refusal {
        let kept = sent.fields.iter().filter(|(name, _)| !ADDED.contains(name));
        let page = ProofPage {
            frame: self.frame("Confirm that it is you", section),
            action: self.path().to_owned(),
            what: what.to_owned(),
            email: self.session.email.to_string(),
            fields: kept.map(|(name, value)| ((*name).to_owned(), Secret::presented(*value))).collect(),
            is_multipart: sent.is_multipart,
            loses_picture: sent.has_picture,
            error: told.text,
        };
        let mut response = pages::render(&page, told.status);
        Told::delay(&mut response, told.retry_after);
        Refusal::from(poem::Error::from_response(response))
    }
}

/// What is told about a password that proved nothing.
pub struct Told {
    pub text: Option<String>,
    pub status: StatusCode,
    /// Seconds.
    pub retry_after: Option<u32>,
}

impl Told {
    fn nothing() -> Self {
        Self { text: None, status: StatusCode::FORBIDDEN, retry_after: None }
    }

    /// # Errors
    /// A failure of the store.
    pub fn of(why: NotProven) -> Result<Self> {
        let told = |text: String, status, retry_after| Self { text: Some(text), status, retry_after };
        Ok(match why {
            NotProven::Refused(ChangeError::Invalid(wrong)) => {
                let wrong = wrong.into_iter().map(|error| error.message).collect::<Vec<_>>();
                told(wrong.join(" "), StatusCode::UNPROCESSABLE_ENTITY, None)
            }
            NotProven::Refused(error) => return Err(error.into()),
            NotProven::Wait(wait) => {
                let seconds = words::whole_seconds(wait);
                let wait = words::span(seconds.into());
                let text = format!("There were too many wrong tries. Try again in {wait}.");
                told(text, StatusCode::TOO_MANY_REQUESTS, Some(seconds))
            }
            NotProven::Busy => {
                let text = "Many people sign in at this moment. Nothing was changed; try again.".to_owned();
                told(text, StatusCode::SERVICE_UNAVAILABLE, Some(2))
            }
        })
    }

    /// Says on the response when to try again.
    pub fn delay(response: &mut Response, retry_after: Option<u32>) {
        response.headers_mut().extend(retry_after.map(|seconds| (RETRY_AFTER, seconds.into())));
    }
}
