//! The organization itself: its name and what it demands, for its admins and owners.

use crate::app::App;
use crate::app::ChangeError;
use crate::app::Fields;
use crate::app::audit;
use crate::app::compared;
use crate::model::audit::Action;
use crate::model::authority::Authority;
use crate::model::authority::Fresh;
use crate::model::label;
use crate::model::label::Name;
use crate::model::lifetime::Seconds;
use crate::model::organization::Organization;
use crate::model::permission::Permission;
use crate::model::version::Version;
use crate::store;

/// An organization as somebody wishes it to be. Texts are as they were typed.
#[derive(Clone, Debug)]
pub struct OrganizationDraft {
    pub name: String,
    /// The greatest age of a private app's token; `None` sets no limit.
    pub private_token_age: Option<Seconds>,
    /// Of the organization that is edited.
    pub version: Version,
}

compared! { OrganizationDraft by version { name, private_token_age } }

impl OrganizationDraft {
    /// The least and the greatest limit of the age of a private app's token.
    pub const PRIVATE_TOKEN_AGE: (Seconds, Seconds) = (Seconds::days(1), Seconds::days(3650));

    /// The organization as it is.
    pub fn of(organization: &Organization) -> Self {
        Self {
            name: organization.name.clone(),
            private_token_age: organization.private_token_age,
            version: organization.version.clone(),
        }
    }

    /// Writes the draft into `organization`, which holds what stands now. On an error `organization` is of no use.
    fn apply(self, organization: &mut Organization) -> Result<(), ChangeError> {
        let mut fields = Fields::default();
        organization.name = fields.take::<Name, _, _>("name", &self.name, label::name);
        let (least, most) = Self::PRIVATE_TOKEN_AGE;
        // What the configuration set before may be out of it, and stays.
        let differs = self.private_token_age != organization.private_token_age;
        let wrong = differs && self.private_token_age.is_some_and(|age| age < least || age > most);
        let told = format!("It is {} to {} days, or no limit.", least.get() / 86_400, most.get() / 86_400);
        fields.refuse_if(wrong, "private_token_age", &told);
        organization.private_token_age = self.private_token_age;
        fields.finish()
    }
}

/// The authority's organization.
pub async fn view(app: &App, authority: &Authority) -> Result<Organization, ChangeError> {
    authority.require(Permission::Organization)?;
    let mut conn = app.db.read().await?;
    let found = store::organizations::find(&mut conn, authority.organization_id()).await?;
    found.ok_or(ChangeError::NotFound("organization"))
}

/// Changes the authority's organization: `change` gets what it is and leaves what it is to be, or tells why that
/// cannot be.
pub async fn edit(
    app: &App,
    authority: &Fresh,
    change: impl FnOnce(&mut OrganizationDraft) -> Result<(), ChangeError>,
) -> Result<Organization, ChangeError> {
    authority.require(Permission::Organization)?;
    let mut tx = app.db.begin().await?;
    let found = store::organizations::hold(&mut tx, authority.organization_id()).await?;
    let mut organization = found.ok_or(ChangeError::NotFound("organization"))?;
    let mut draft = OrganizationDraft::of(&organization);
    let before = draft.clone();
    change(&mut draft)?;
    draft.apply(&mut organization)?;
    let changes = before.changes(&OrganizationDraft::of(&organization));
    organization.version.raise(changes.iter().map(|change| change.field.as_str()));
    let id = &organization.id;
    store::organizations::update(&mut tx, &organization).await?;
    audit::record_changes(&mut tx, authority, Action::OrganizationUpdate, id.as_str(), &changes, app.now())
        .await?;
    tx.commit().await?;
    // Tokens of private apps may have become too old.
    app.standing_changed();
    Ok(organization)
}
