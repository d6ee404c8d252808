//! Lists of the console: which page is asked for, what is looked for, and the links to the pages beside it.

use poem::Request;
use poem::http::StatusCode;

use crate::model::client::State;
use crate::model::page::Listed;
use crate::model::page::Page;
use crate::model::page::Place;
use crate::model::search::Search;
use crate::model::shape::Shaped;
use crate::web::console::refusals::Result;
use crate::web::form::Params;
use crate::web::form::Rules;
use crate::web::pages::listing::Listing;

/// Items on a page.
const LIMIT: usize = 50;

/// What somebody wants to see of a list: `q`, `state`, and `after` or `before` of its address.
pub struct Wanted {
    pub search: Option<Search>,
    pub state: Option<State>,
    pub page: Page,
    path: &'static str,
    q: String,
}

impl Wanted {
    /// Reads the address of the list at `path`, whose items are named by an `Id`.
    ///
    /// # Errors
    /// 400 when a parameter is none that the page has, or is twice there.
    pub fn of<Id: Shaped>(request: &Request, path: &'static str) -> Result<Self> {
        let params = Params::from_query(request.uri().query(), &Rules::STRICT)?;
        let odd = |_| StatusCode::BAD_REQUEST;
        let key = |name: &str| {
            let key = params.get(name).map(str::to_owned);
            key.map(|key| Id::check(&key).map(|()| key)).transpose().map_err(|_| StatusCode::BAD_REQUEST)
        };
        let from = match (key("after")?, key("before")?) {
            (None, None) => Place::Newest,
            (Some(after), None) => Place::After(after),
            (None, Some(before)) => Place::Before(before),
            (Some(_), Some(_)) => return Err(StatusCode::BAD_REQUEST.into()),
        };
        let q = params.get("q").unwrap_or_default().trim().to_owned();
        let search = Search::parse(&q).map_err(|_| StatusCode::BAD_REQUEST)?;
        let state = params.get("state").map(State::try_from).transpose().map_err(odd)?;
        Ok(Self { search, state, page: Page { from, limit: LIMIT }, path, q })
    }

    /// The list at `path` from its beginning.
    pub fn everything(path: &'static str) -> Self {
        let page = Page { from: Place::Newest, limit: LIMIT };
        Self { search: None, state: None, page, path, q: String::new() }
    }

    /// The search field, the filter and the links of the page that shows `listed`.
    pub fn listing<T>(self, listed: &Listed<T>) -> Listing {
        let link = |direction: &str, key: &Option<String>| {
            let mut query = form_urlencoded::Serializer::new(String::new());
            let state = self.state.map(State::as_str).unwrap_or_default();
            let kept = [("q", self.q.as_str()), ("state", state)];
            query.extend_pairs(kept.iter().filter(|(_, value)| !value.is_empty()));
            key.as_ref().map(|key| format!("{}?{}", self.path, query.append_pair(direction, key).finish()))
        };
        Listing {
            path: self.path,
            previous: link("before", &listed.previous),
            next: link("after", &listed.next),
            state: self.state.map(State::as_str).unwrap_or_default(),
            is_narrowed: self.search.is_some() || self.state.is_some(),
            q: self.q,
        }
    }
}
