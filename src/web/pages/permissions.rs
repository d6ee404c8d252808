//! The table of permissions: each module with none, read, or read & write.

/// How far an app reaches into a module.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Reach {
    #[default]
    None,
    Read,
    Write,
}

impl Reach {
    /// Every reach, the smallest first.
    pub const ALL: [Reach; 3] = [Reach::None, Reach::Read, Reach::Write];

    /// The value of the form field `access.<module>`.
    pub fn value(self) -> &'static str {
        match self {
            Reach::None => "none",
            Reach::Read => "read",
            Reach::Write => "write",
        }
    }

    /// The same for people.
    pub fn label(self) -> &'static str {
        match self {
            Reach::None => "None",
            Reach::Read => "Read",
            Reach::Write => "Read & write",
        }
    }
}

/// One module in the table; posted as `access.<id>` with `none`, `read` or `write`.
#[derive(Clone, Debug, Default)]
pub struct PermissionRow {
    /// The module's name in scopes, such as "contacts".
    pub id: String,
    pub title: String,
    pub description: String,
    pub sensitive: bool,
    pub chosen: Reach,
    /// The most that the person may give.
    pub most: Reach,
    /// Why not more than that; shown when `most` is less than everything.
    pub reason: String,
}

impl PermissionRow {
    /// Every reach to choose from, as (reach, is chosen, cannot be chosen).
    pub fn reaches(&self) -> [(Reach, bool, bool); 3] {
        Reach::ALL.map(|reach| (reach, reach == self.chosen, reach > self.most))
    }
}

/// A module that an app reaches, in words.
#[derive(Clone, Debug, Default)]
pub struct Reached {
    pub title: String,
    pub reach: Reach,
    pub sensitive: bool,
}
