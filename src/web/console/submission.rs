//! The forms of apps and private apps as they are sent: `multipart/form-data`, because a logo may come along.

use poem::Body;
use poem::FromRequest;
use poem::Request;
use poem::RequestBody;
use poem::http::StatusCode;
use poem::web::Field;
use poem::web::Multipart;

use crate::manage::modules;
use crate::web::console::permissions::Reaches;
use crate::web::console::refusals::Result;
use crate::web::form::Params;
use crate::web::form::Rules;
use crate::web::logo::FILE_BYTES;

/// What such a form may take: a logo, and text beside it.
pub const BODY_BYTES: usize = FILE_BYTES + 64 * 1024;

/// What the permissions of one module are called in a form: `access.contacts`.
const REACH: &str = "access.";

/// Texts that people paste: what is wrong with them is said beside the field, so they are read generously here.
const TEXTS: &[&str] = &["name", "description", "redirect_uris", "addresses"];

const RULES: Rules = Rules::STRICT.repeatable(&["grants"]).multiline(TEXTS).long(TEXTS);

/// A form with its permissions and its picture.
#[derive(Debug)]
pub struct Submission {
    pub fields: Params,
    pub reaches: Reaches,
    /// A picture of whatever format, if one was chosen.
    pub logo: Option<Vec<u8>>,
}

impl Submission {
    /// Reads a form.
    ///
    /// # Errors
    /// 400 or 415 when it is no form of ours, whatever somebody typed into it.
    pub async fn read(request: &Request, body: Body) -> Result<Self> {
        let mut parts = Multipart::from_request(request, &mut RequestBody::new(body)).await?;
        let (mut pairs, mut reaches, mut logo) = (Vec::new(), Reaches::default(), None);
        while let Some(part) = parts.next_field().await.map_err(poem::Error::from)? {
            let name = part.name().unwrap_or_default().to_owned();
            if pairs.len() + reaches.len() > Rules::MOST + modules::MOST {
                return Err(StatusCode::BAD_REQUEST.into());
            }
            if name == "logo" {
                logo = Some(part.bytes().await.map_err(poem::Error::from)?);
            } else if let Some(module) = name.strip_prefix(REACH) {
                reaches.insert(module, &text(part).await?)?;
            } else {
                pairs.push((name, text(part).await?));
            }
        }
        let fields = Params::from_pairs(pairs, &RULES)?;
        Ok(Self { fields, reaches, logo: logo.filter(|bytes| !bytes.is_empty()) })
    }
}

async fn text(part: Field) -> Result<String> {
    Ok(part.text().await.map_err(poem::Error::from)?)
}
