//! The signed-in person who looks at a page of the console, and what they may do.

use poem::Body;
use poem::Request;
use poem::RequestBody;
use poem::http::StatusCode;

use crate::app::App;
use crate::model::authority::Authority;
use crate::model::session::Session;
use crate::web::browser;
use crate::web::browser::Browser;
use crate::web::console::notices;
use crate::web::console::refusals::Result;
use crate::web::console::submission::Submission;
use crate::web::form;
use crate::web::form::Params;
use crate::web::form::Rules;
use crate::web::pages::parts::Frame;
use crate::web::pages::parts::Section;

/// One person in the middle of one request.
pub struct Visitor<'a> {
    pub app: &'a App,
    pub authority: Authority,
    pub session: Session,
    pub browser: Browser,
    request: &'a Request,
}

impl<'a> Visitor<'a> {
    /// Who sent the request; anybody who is not signed in is sent to do so, and then back.
    ///
    /// # Errors
    /// That redirect, or a failure of the store.
    pub async fn of(app: &'a App, request: &'a Request) -> Result<Self> {
        let (browser, session) = browser::signed_in(app, request).await?;
        let modules = app.modules().await?;
        let authority = Authority::of_session(&session, &modules);
        Ok(Self { app, authority, session, browser, request })
    }

    /// Reads a form that this person sent from one of our pages.
    ///
    /// # Errors
    /// 403 when it does not come from there, 400 when it is no form; nothing may then be changed.
    pub async fn form(&self, body: Body) -> Result<Params> {
        let form = form::read(self.request, &mut RequestBody::new(body), &Rules::STRICT).await?;
        self.check(&form)?;
        Ok(form)
    }

    /// As [`Visitor::form`], for the forms that a picture may come with.
    ///
    /// # Errors
    /// As there.
    pub async fn submission(&self, body: Body) -> Result<Submission> {
        let submission = Submission::read(self.request, body).await?;
        self.check(&submission.fields)?;
        Ok(submission)
    }

    fn check(&self, form: &Params) -> Result<()> {
        self.browser.check(self.app, self.request, form.get("csrf")).map_err(|forged| {
            tracing::info!(%forged, "a form was refused");
            StatusCode::FORBIDDEN.into()
        })
    }

    /// The page that was asked for.
    pub fn path(&self) -> &str {
        self.request.uri().path()
    }

    /// What surrounds a page, with the notice that its address asks for.
    pub fn frame(&self, title: &str, section: Section) -> Frame {
        let frame = Frame { section, notice: notices::of(self.request), ..Frame::titled(title) };
        self.browser.frame(self.app, frame)
    }
}
