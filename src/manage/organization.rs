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
use crate::store;
use crate::store::db::Conn;

/// An organization as somebody wishes it to be. Texts are as they were typed.
#[derive(Clone, Debug)]
pub struct OrganizationDraft {
    pub name: String,
    /// The greatest age of a private app's token; `None` sets no limit.
    pub private_token_age: Option<Seconds>,
}

compared! { OrganizationDraft { name, private_token_age } }

impl OrganizationDraft {
    /// The organization as it is.
    fn of(organization: &Organization) -> Self {
        Self { name: organization.name.clone(), private_token_age: organization.private_token_age }
    }

    /// Writes the draft into `organization`, which holds what stands now. On an error `organization` is of no use.
    fn apply(self, organization: &mut Organization) -> Result<(), ChangeError> {
        let mut fields = Fields::default();
        organization.name = fields.take::<Name, _, _>("name", &self.name, label::name);
        organization.private_token_age = self.private_token_age;
        fields.finish()
    }
}

/// The authority's organization.
pub async fn view(app: &App, authority: &Authority) -> Result<Organization, ChangeError> {
    authority.require(Permission::Organization)?;
    own(&mut app.db.read().await?, authority).await
}

/// Changes the authority's organization: `change` gets what it is and leaves what it is to be.
pub async fn edit(
    app: &App,
    authority: &Fresh,
    change: impl FnOnce(&mut OrganizationDraft),
) -> Result<Organization, ChangeError> {
    authority.require(Permission::Organization)?;
    let mut tx = app.db.begin().await?;
    let mut organization = own(&mut tx, authority).await?;
    let mut draft = OrganizationDraft::of(&organization);
    let before = draft.clone();
    change(&mut draft);
    draft.apply(&mut organization)?;
    let changes = before.changes(&OrganizationDraft::of(&organization));
    let id = &organization.id;
    store::organizations::update(&mut tx, &organization).await?;
    audit::record_changes(&mut tx, authority, Action::OrganizationUpdate, id.as_str(), &changes, app.now())
        .await?;
    tx.commit().await?;
    // Tokens of private apps may have become too old.
    app.standing_changed();
    Ok(organization)
}

async fn own(conn: &mut Conn, authority: &Authority) -> Result<Organization, ChangeError> {
    let found = store::organizations::find(conn, authority.organization_id()).await?;
    found.ok_or(ChangeError::NotFound("organization"))
}
