//! The table of permissions: how far an app reaches into each module, between scopes and the form.

use poem::http::StatusCode;

use crate::model::authority::Authority;
use crate::model::module::Module;
use crate::model::module::Modules;
use crate::model::permission::Permission;
use crate::model::scope::Access;
use crate::model::scope::Scope;
use crate::model::scope::Scopes;
use crate::web::console::refusals::Result;
use crate::web::pages::permissions::PermissionRow;
use crate::web::pages::permissions::Reach;
use crate::web::pages::permissions::Reached;

/// How far into which modules, as a form says it. A module that the form does not name stays as it is.
#[derive(Clone, Debug, Default)]
pub struct Reaches(Vec<(String, Reach)>);

impl Reaches {
    /// Takes one field of the form.
    ///
    /// # Errors
    /// 400 when the module came before or the reach is none of ours.
    pub fn insert(&mut self, module: &str, reach: &str) -> Result<()> {
        let reach = Reach::ALL.into_iter().find(|known| known.value() == reach);
        match reach {
            Some(reach) if !self.0.iter().any(|(seen, _)| seen == module) => {
                self.0.push((module.to_owned(), reach));
                Ok(())
            }
            _ => Err(StatusCode::BAD_REQUEST.into()),
        }
    }

    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// The `scopes` with those of every module replaced that the form names. Writing brings reading along, so that
    /// people can allow the one without the other.
    pub fn over(&self, scopes: &[String]) -> Vec<String> {
        let named = |scope: &str| {
            let scope = Scope::parse(scope).ok();
            scope.is_some_and(|scope| scope.parts().is_some_and(|(module, _)| self.names(module)))
        };
        let mut scopes = scopes.iter().filter(|scope| !named(scope)).cloned().collect::<Vec<_>>();
        for (module, reach) in &self.0 {
            let accesses = match reach {
                Reach::None => &[][..],
                Reach::Read => &[Access::Read],
                Reach::Write => &[Access::Read, Access::Write],
            };
            scopes.extend(accesses.iter().map(|access| Scope::of(module, *access).as_str().to_owned()));
        }
        scopes
    }

    fn names(&self, module: &str) -> bool {
        self.0.iter().any(|(named, _)| named == module)
    }
}

/// Every module to choose from. Nobody gives more than they hold, but what an app `has` may stay.
pub fn rows(modules: &Modules, authority: &Authority, has: &Scopes, chosen: &[String]) -> Vec<PermissionRow> {
    let chosen = chosen.iter().filter_map(|scope| Scope::parse(scope).ok()).collect::<Scopes>();
    let row = |module: &Module| {
        let most = reach(authority.scopes(), module).max(reach(has, module));
        PermissionRow {
            id: module.name.clone(),
            title: module.title.clone(),
            description: module.description.clone(),
            sensitive: module.sensitive,
            chosen: reach(&chosen, module),
            most,
            reason: if most < Reach::Write { reason(authority, module) } else { String::new() },
        }
    };
    modules.iter().map(row).collect()
}

/// What an app reaches, module by module. Scopes of modules that were removed are not shown: they open nothing.
pub fn of(modules: &Modules, scopes: &Scopes) -> Vec<Reached> {
    let reached = |module: &Module| Reached {
        title: module.title.clone(),
        reach: reach(scopes, module),
        sensitive: module.sensitive,
    };
    modules.iter().map(reached).filter(|reached| reached.reach > Reach::None).collect()
}

fn reach(scopes: &Scopes, module: &Module) -> Reach {
    let has = |access| scopes.contains(&module.scope(access));
    if has(Access::Write) {
        Reach::Write
    } else if has(Access::Read) {
        Reach::Read
    } else {
        Reach::None
    }
}

fn reason(authority: &Authority, module: &Module) -> String {
    let permission = Permission::of(&module.scope(Access::Write));
    let denied = permission.and_then(|permission| authority.require(permission).err());
    denied.map(|denied| denied.to_string()).unwrap_or_default()
}
