//! The forms of apps, private apps and modules as they are sent: `multipart/form-data`, because a logo may come along.

use poem::Body;
use poem::FromRequest;
use poem::Request;
use poem::RequestBody;
use poem::http::StatusCode;
use poem::web::Field;
use poem::web::Multipart;
use poem_openapi::registry::MetaSchemaRef;
use poem_openapi::registry::Registry;
use poem_openapi::types::ParseFromJSON;
use poem_openapi::types::Type;
use serde_json::Value;

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

const RULES: Rules = Rules::TYPED.repeatable(&["grant_types"]);

/// A form with its permissions and its picture.
#[derive(Debug)]
pub struct Submission {
    pub fields: Params,
    pub reaches: Reaches,
    /// All fields that were sent, the empty ones too.
    sent: Vec<(String, String)>,
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
        let (mut pairs, mut sent) = (Vec::new(), Vec::new());
        let (mut reaches, mut logo) = (Reaches::default(), None);
        while let Some(part) = parts.next_field().await.map_err(poem::Error::from)? {
            let name = part.name().unwrap_or_default().to_owned();
            if pairs.len() + reaches.len() > Rules::MOST + modules::MOST {
                return Err(StatusCode::BAD_REQUEST.into());
            }
            if name == "logo" {
                logo = Some(part.bytes().await.map_err(poem::Error::from)?);
            } else if let Some(module) = name.strip_prefix(REACH) {
                let reach = text(part).await?;
                reaches.insert(module, &reach)?;
                sent.push((name, reach));
            } else {
                let text = text(part).await?;
                sent.push((name.clone(), text.clone()));
                pairs.push((name, text));
            }
        }
        let fields = Params::from_pairs(pairs, &RULES)?;
        Ok(Self { fields, reaches, sent, logo: logo.filter(|bytes| !bytes.is_empty()) })
    }

    /// What the form asks for, as the API would read it: the names and types are those of its document. Of a list each
    /// line is an item. What was not sent stays as it is: a choice that is closed is not sent.
    ///
    /// # Errors
    /// 400 for a choice that the page does not offer.
    pub fn request<T: Type + ParseFromJSON>(&self) -> Result<T> {
        let document = Registry::new().create_fake_schema::<T>();
        let sent =
            document.properties.iter().filter(|(name, _)| self.sent.iter().any(|(sent, _)| sent == name));
        let members = sent.map(|(name, schema)| ((*name).to_owned(), self.value(name, schema)));
        let asked = T::parse_from_json(Some(Value::Object(members.collect())));
        asked.map_err(|_| StatusCode::BAD_REQUEST.into())
    }

    /// Every text field that was sent, in order.
    pub fn sent(&self) -> impl Iterator<Item = (&str, &str)> {
        self.sent.iter().map(|(name, value)| (name.as_str(), value.as_str()))
    }

    fn value(&self, name: &str, schema: &MetaSchemaRef) -> Value {
        let typed = match schema {
            MetaSchemaRef::Inline(schema) => schema.ty,
            MetaSchemaRef::Reference(_) => "string",
        };
        let text = self.fields.get(name).unwrap_or_default();
        match typed {
            "array" => {
                let lines = self.fields.all(name).flat_map(str::lines).map(str::trim);
                lines.filter(|line| !line.is_empty()).collect()
            }
            "boolean" => (text == "true").into(),
            "integer" => text.parse::<i64>().map_or_else(|_| text.into(), Value::from),
            _ => text.into(),
        }
    }
}

async fn text(part: Field) -> Result<String> {
    Ok(part.text().await.map_err(poem::Error::from)?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::web::api::apps::AppRequest;
    use crate::web::api::modules::ModuleRequest;
    use crate::web::api::organization::OrganizationRequest;
    use crate::web::api::private_apps::PrivateAppRequest;
    use crate::web::pages::app_form;
    use crate::web::pages::fields::Labels;
    use crate::web::pages::module_form;
    use crate::web::pages::private_app_form;
    use crate::web::pages::settings;

    fn agree<T: Type>(fields: Labels, page: &str) {
        let document = Registry::new().create_fake_schema::<T>();
        for (name, _) in fields.iter().filter(|(name, _)| *name != "logo") {
            assert!(document.properties.iter().any(|(known, _)| known == name), "{name}");
            assert!(page.contains(&format!("\"{name}\"")), "{name} is not on the page");
        }
        for part in page.split("form.label(\"").skip(1) {
            let name = part.split('"').next().unwrap();
            assert!(fields.iter().any(|(known, _)| *known == name), "{name} has no label");
        }
    }

    #[test]
    fn every_field_of_a_page_but_the_picture_is_one_of_the_request() {
        agree::<AppRequest>(app_form::FIELDS, include_str!("../pages/app_form.html"));
        agree::<PrivateAppRequest>(private_app_form::FIELDS, include_str!("../pages/private_app_form.html"));
        agree::<OrganizationRequest>(settings::FIELDS, include_str!("../pages/settings.html"));
        agree::<ModuleRequest>(module_form::FIELDS, include_str!("../pages/module_form.html"));
    }
}
