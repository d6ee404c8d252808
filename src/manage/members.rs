//! Who belongs to an organization.

mod add;

pub use self::add::AddError;
pub use self::add::Added;
pub use self::add::NewMember;
pub use self::add::add;
