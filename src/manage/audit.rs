//! The organization's audit log: read, handed out whole, and proved to be whole.

use std::collections::HashMap;

use crate::app::App;
use crate::app::ChangeError;
use crate::model::audit::Head;
use crate::model::audit::Record;
use crate::model::audit::Wanted;
use crate::model::authority::Authority;
use crate::model::id::OrganizationId;
use crate::model::page::Listed;
use crate::model::page::Page;
use crate::model::page::Place;
use crate::model::permission::Permission;
use crate::store;
use crate::store::audit::chain;
use crate::store::audit::chain::Link;

/// Records, and what the people and things in them are called.
#[derive(Debug)]
pub struct Told {
    pub records: Listed<Record>,
    names: HashMap<String, String>,
}

impl Told {
    /// What the person or thing is called, unless it is gone.
    pub fn name(&self, id: &str) -> Option<&str> {
        self.names.get(id).map(String::as_str)
    }
}

/// A page of the organization's log, newest first: of what is wanted, as far as the actor may see it.
pub async fn list(
    app: &App,
    authority: &Authority,
    wanted: &Wanted,
    page: &Page,
) -> Result<Told, ChangeError> {
    authority.require(Permission::AuditRead)?;
    let Some(wanted) = reached(authority, wanted) else {
        return Ok(Told { records: page.first().of(Vec::new()), names: HashMap::new() });
    };
    let mut conn = app.db.read().await?;
    let organization = authority.organization_id().as_str();
    let records = store::audit::records::list(&mut conn, organization, &wanted, page).await?;
    let mut ids: Vec<&str> = records
        .items
        .iter()
        .flat_map(|record| {
            [record.actor.as_str(), &record.object, record.through.as_deref().unwrap_or_default()]
        })
        .collect();
    ids.sort_unstable();
    ids.dedup();
    let names = store::audit::records::names(&mut conn, &ids).await?.into_iter().collect();
    Ok(Told { records, names })
}

/// The next stretch of what [`list`] shows, after that record and without names: for handing out everything.
pub async fn stretch(
    app: &App,
    authority: &Authority,
    wanted: &Wanted,
    after: Option<String>,
) -> Result<Listed<Record>, ChangeError> {
    authority.require(Permission::AuditRead)?;
    let page = Page { from: after.map_or(Place::Newest, Place::After), limit: chain::STRETCH };
    let Some(wanted) = reached(authority, wanted) else { return Ok(page.of(Vec::new())) };
    let mut conn = app.db.read().await?;
    let organization = authority.organization_id().as_str();
    Ok(store::audit::records::list(&mut conn, organization, &wanted, &page).await?)
}

/// What of `wanted` the actor may see: all of it, or what they did themselves; `None` when that is nothing.
fn reached(authority: &Authority, wanted: &Wanted) -> Option<Wanted> {
    let mut wanted = wanted.clone();
    if let Some(own) = authority.narrowed_to(Permission::AuditRead) {
        if wanted.actor.as_deref().is_some_and(|actor| actor != own.as_str()) {
            return None;
        }
        wanted.actor = Some(own.to_string());
    }
    Some(wanted)
}

/// What is wrong with a chain: where, and how that shows.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Broken {
    #[error("record {position} is missing: somebody deleted it")]
    Missing { position: i64 },
    #[error("record {position} ({id}) does not follow from the one before: it was edited, or moved")]
    Altered { position: i64, id: String },
    #[error("the chain ends at record {found}, and its head was at {head}: its end was cut off")]
    Cut { found: i64, head: i64 },
    #[error("the last record does not have the hash of the head: both were not written together")]
    Head,
    #[error("record {position} does not have the hash that was noted down")]
    Noted { position: i64 },
}

/// A chain that is whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Whole {
    /// Records in it.
    pub records: i64,
}

/// Walks an organization's chain from its first record to its head, and looks whether it goes through what was `noted`
/// of it elsewhere.
pub async fn verify(
    app: &App,
    organization: &str,
    noted: Option<&Head>,
) -> store::Result<Result<Whole, Broken>> {
    let head = chain::head(&mut app.db.read().await?, organization).await?;
    let (mut position, mut hash) = (0, String::new());
    loop {
        let links = chain::links(&mut app.db.read().await?, organization, position).await?;
        if links.is_empty() {
            break;
        }
        for Link { record, position: stands_at, hash: written } in links {
            // A chain may grow while it is walked.
            if head.as_ref().is_some_and(|head| stands_at > head.position) {
                break;
            }
            if stands_at != position + 1 {
                return Ok(Err(Broken::Missing { position: position + 1 }));
            }
            if record.hash(&hash).as_str() != written {
                return Ok(Err(Broken::Altered { position: stands_at, id: record.id }));
            }
            if noted.is_some_and(|noted| noted.position == stands_at && noted.hash != written) {
                return Ok(Err(Broken::Noted { position: stands_at }));
            }
            (position, hash) = (stands_at, written);
        }
        if head.as_ref().is_some_and(|head| position >= head.position) {
            break;
        }
    }
    let reaches = head.iter().chain(noted).map(|head| head.position).max().unwrap_or_default();
    if position < reaches {
        return Ok(Err(Broken::Cut { found: position, head: reaches }));
    }
    Ok(match head {
        Some(head) if head.hash != hash => Err(Broken::Head),
        None if position > 0 => Err(Broken::Head),
        _ => Ok(Whole { records: position }),
    })
}

/// The chain of each organization, and the name of the organization if it still has one.
pub async fn heads(app: &App) -> store::Result<Vec<(Head, Option<String>)>> {
    let (mut heads, mut after) = (Vec::new(), String::new());
    loop {
        let mut conn = app.db.read().await?;
        let stretch = chain::heads(&mut conn, &after).await?;
        let Some(last) = stretch.last() else { return Ok(heads) };
        last.organization_id.clone_into(&mut after);
        for head in stretch {
            let name = match OrganizationId::parse(&head.organization_id) {
                Ok(id) => store::organizations::find(&mut conn, &id).await?.map(|found| found.name),
                Err(_) => None,
            };
            heads.push((head, name));
        }
    }
}
