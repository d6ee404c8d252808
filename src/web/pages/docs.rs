//! The API's documentation, drawn from its OpenAPI document.

use askama::Template;

use crate::web::edge::FormsEnd;
use crate::web::pages::Page;
use crate::web::pages::parts::Fact;
use crate::web::pages::parts::Frame;

/// `GET /docs`.
#[derive(Clone, Debug, Default, Template)]
#[template(path = "docs.html")]
pub struct Docs {
    pub frame: Frame,
    pub title: String,
    pub version: String,
    /// Paragraphs.
    pub description: Vec<String>,
    /// Where the API is, such as `https://id.example.com`.
    pub server: String,
    /// Each way to prove who is calling: its name, and how it works in words.
    pub security: Vec<Fact>,
    pub sections: Vec<DocSection>,
}

impl Page for Docs {
    fn forms_end(&self) -> FormsEnd {
        FormsEnd::Here
    }
}

/// The operations of one tag.
#[derive(Clone, Debug, Default)]
pub struct DocSection {
    /// Names it within the page; letters, digits and hyphens.
    pub anchor: String,
    pub title: String,
    pub description: String,
    pub operations: Vec<Operation>,
}

/// One operation.
#[derive(Clone, Debug, Default)]
pub struct Operation {
    /// Names it within the page; letters, digits and hyphens.
    pub anchor: String,
    /// In capitals, such as "POST".
    pub method: String,
    pub path: String,
    pub summary: String,
    /// Paragraphs.
    pub description: Vec<String>,
    /// Who may call it, in words.
    pub security: String,
    pub parameters: Vec<DocField>,
    pub body: Option<Content>,
    pub responses: Vec<DocResponse>,
    /// A command that calls it.
    pub curl: String,
}

/// A parameter, or a field of a body.
#[derive(Clone, Debug, Default)]
pub struct DocField {
    pub name: String,
    /// Its type in words, such as "string, at most 80 characters"; for a parameter also where it goes.
    pub kind: String,
    pub required: bool,
    pub description: String,
    /// How many fields it lies within: 0 to 4.
    pub depth: u8,
}

/// What a request or a response carries.
#[derive(Clone, Debug, Default)]
pub struct Content {
    /// Such as "application/json".
    pub content_type: String,
    pub fields: Vec<DocField>,
    /// May be empty.
    pub example: String,
}

/// One answer of an operation.
#[derive(Clone, Debug, Default)]
pub struct DocResponse {
    /// Such as "200".
    pub status: String,
    pub description: String,
    pub content: Option<Content>,
}

impl DocResponse {
    /// It means success.
    pub fn succeeds(&self) -> bool {
        self.status.starts_with('2') || self.status.starts_with('3')
    }
}
