//! When something did not work: what happened, what was expected, what to do.

use askama::Template;
use poem::http::StatusCode;

use crate::web::edge::FormsEnd;
use crate::web::language::Language;
use crate::web::language::Message;
use crate::web::language::Said;
use crate::web::pages::Page;
use crate::web::pages::parts::Fact;
use crate::web::pages::parts::Frame;
use crate::web::request_id::RequestId;

/// An error in plain words. It never redirects, and never links to an address that came with the request.
#[derive(Clone, Debug, Default, Template)]
#[template(path = "error.html")]
pub struct ErrorPage {
    pub frame: Frame,
    /// The HTTP status.
    pub status: u16,
    /// The headline, such as "This app is not known here".
    pub headline: Said,
    /// What happened, in a sentence or two.
    pub happened: Said,
    /// What was received against what was expected.
    pub facts: Vec<Fact>,
    /// What the developers of an app need to know besides, in English as everything that the protocol says.
    pub detail: Option<String>,
    /// What to do next, one sentence each.
    pub advice: Vec<Said>,
    /// Finds the request in the server's log.
    pub request_id: String,
}

impl Page for ErrorPage {
    fn forms_end(&self) -> FormsEnd {
        FormsEnd::Here
    }

    fn language(&self) -> Option<Language> {
        Some(self.frame.language)
    }
}

impl ErrorPage {
    /// A page in English: what happened, and what to do.
    pub fn written(
        status: StatusCode,
        headline: &str,
        happened: impl Into<String>,
        advice: impl IntoIterator<Item = String>,
    ) -> Self {
        Self {
            frame: Frame::titled(headline),
            status: status.as_u16(),
            headline: Said::written(headline),
            happened: Said::written(&happened.into()),
            advice: advice.into_iter().map(|text| Said::written(&text)).collect(),
            request_id: RequestId::current_text(),
            ..Self::default()
        }
    }

    /// A page of a headline, what happened, and what to do, with status 400.
    pub fn new(
        language: Language,
        headline: Message<'_>,
        happened: Message<'_>,
        advice: &[Message<'_>],
    ) -> Self {
        Self {
            frame: Frame::saying(language, headline),
            status: 400,
            headline: language.say(headline),
            happened: language.say(happened),
            advice: advice.iter().map(|advice| language.say(*advice)).collect(),
            request_id: RequestId::current_text(),
            ..Self::default()
        }
    }

    /// The page for `status`, in words that fit whatever was asked for.
    pub fn of(language: Language, status: u16) -> Self {
        let code = i64::from(status);
        let advice = [Message::TryAgainSoon, Message::ErrorAdvice { status: code }];
        let advice = if status == 503 { &advice[..] } else { &advice[1..] };
        let headline = Message::ErrorHeadline { status: code };
        Self { status, ..Self::new(language, headline, Message::ErrorHappened { status: code }, advice) }
    }

    /// Somebody was sent here by an app that is not registered.
    pub fn unknown_app(language: Language, client_id: &str) -> Self {
        let advice = [Message::UserTellsDevelopers, Message::DeveloperCopiesId];
        Self {
            facts: received(language, "client_id", client_id, Message::ExpectedClientId),
            ..Self::new(language, Message::AppUnknown, Message::AppUnknownWhy, &advice)
        }
    }

    /// Somebody was sent here to be returned to an address that the app did not register.
    pub fn wrong_redirect_uri(language: Language, app: &str, redirect_uri: &str) -> Self {
        let advice = [Message::UserTellsDevelopers, Message::DeveloperComparesAddresses];
        Self {
            facts: received(language, "redirect_uri", redirect_uri, Message::ExpectedRedirectUri),
            ..Self::new(language, Message::WrongAddress { app }, Message::WrongAddressWhy, &advice)
        }
    }

    /// Somebody was sent here by an app that is disabled or was stopped.
    pub fn resting_app(language: Language, app: &str) -> Self {
        let advice = [Message::UserWaits, Message::DeveloperLooksUp];
        Self::new(language, Message::AppRests { app }, Message::AppRestsWhy, &advice)
    }

    /// What it is called where people report it.
    pub fn number(&self) -> Message<'static> {
        Message::ErrorStatus { status: self.status.into() }
    }

    /// Whoever is lost inside the console is shown the way out of the page.
    pub fn leads_home(&self) -> bool {
        matches!(self.status, 403 | 404)
    }
}

/// A value that came with the request, cut so that nobody can fill our page with a text of their own, against what was
/// expected.
fn received(language: Language, parameter: &str, value: &str, expected: Message<'_>) -> Vec<Fact> {
    let fact = |label, value| Fact { label: language.say(label).plain(), value };
    let shown: String = value.chars().take(200).collect();
    let shown = if shown.is_empty() { language.say(Message::Nothing).plain() } else { shown };
    vec![
        fact(Message::Received { parameter }, shown),
        fact(Message::Expected, language.say(expected).plain()),
    ]
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_language_tells_the_same_errors_apart() {
        let told = |language: Language| -> Vec<(u16, usize)> {
            let mut seen = BTreeSet::new();
            let mut new = |status| {
                let page = ErrorPage::of(language, status);
                let said = [page.headline, page.happened, page.advice[page.advice.len() - 1].clone()];
                said.into_iter().filter(|said| seen.insert(said.plain())).count()
            };
            (400..600).map(|status| (status, new(status))).collect()
        };
        let english = told(Language::english());
        assert_eq!(english.iter().filter(|(_, new)| *new > 0).count(), 8, "{english:?}");
        for language in Language::all() {
            assert_eq!(told(language), english, "{language}");
        }
    }
}
