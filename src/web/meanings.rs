//! What modules are called and what their scopes mean: in the platform's words where it chose some, else in ours.

use crate::model::module;
use crate::model::module::Module;
use crate::model::module::Origin;
use crate::model::scope::Access;
use crate::web::language::Language;
use crate::web::language::Message;
use crate::web::language::Said;

/// What the module is called.
pub fn title(module: &Module, language: Language) -> Said {
    match own(module) {
        Some(own) => language.say(own.title),
        None => Said::written(&module.title),
    }
}

/// What the access lets an app do.
pub fn access(module: &Module, access: Access, language: Language) -> Said {
    let title = &module.title;
    match (own(module), module.chosen_words(access), access) {
        (Some(own), _, Access::Read) => language.say(own.see),
        (Some(own), _, Access::Write) => language.say(own.change),
        (None, Some(words), _) => Said::written(words),
        (None, None, Access::Read) => language.say(Message::SeeModule { title }),
        (None, None, Access::Write) => language.say(Message::ChangeModule { title }),
    }
}

/// The words for a module of Consentry's own API.
struct Own {
    title: Message<'static>,
    see: Message<'static>,
    change: Message<'static>,
}

fn own(module: &Module) -> Option<Own> {
    let own = |title, see, change| Some(Own { title, see, change });
    match (module.origin, module.name.as_str()) {
        (Origin::BuiltIn, module::APPS) => {
            own(Message::OAuthApps, Message::SeeOAuthApps, Message::ChangeOAuthApps)
        }
        (Origin::BuiltIn, module::PRIVATE_APPS) => {
            own(Message::PrivateApps, Message::SeePrivateApps, Message::ChangePrivateApps)
        }
        (Origin::BuiltIn, module::MODULES) => {
            own(Message::Modules, Message::SeeModules, Message::ChangeModules)
        }
        (Origin::BuiltIn, module::AUDIT) => {
            own(Message::AuditLog, Message::SeeAuditLog, Message::ChangeAuditLog)
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use crate::model::module::Modules;
    use crate::model::version::Version;

    use super::*;

    #[test]
    fn every_module_of_ours_speaks_every_language_and_in_english_as_the_api_does() {
        for module in Modules::with_built_in(Vec::new()).iter() {
            assert!(own(module).is_some(), "{} has no messages", module.name);
            let said = |language| {
                [
                    title(module, language),
                    access(module, Access::Read, language),
                    access(module, Access::Write, language),
                ]
                .map(|said| said.plain())
            };
            let english = said(Language::english());
            let words = [&module.title, &module.read_description, &module.write_description];
            assert_eq!(english.each_ref(), words);
            for language in Language::all().skip(1) {
                assert!(said(language).iter().skip(1).all(|words| !english.contains(words)), "{language}");
            }
        }
    }

    #[test]
    fn the_words_of_the_platform_stay_and_ours_are_translated() {
        let german = Language::asked("de").unwrap_or_default();
        let module = |read: &str| Module {
            name: "contacts".to_owned(),
            title: "Contacts".to_owned(),
            description: String::new(),
            read_description: read.to_owned(),
            write_description: String::new(),
            sensitive: false,
            origin: Origin::Api,
            version: Version::default(),
        };
        let said = |module: &Module, kind| access(module, kind, german).plain();
        let silent = module("").described();
        assert_eq!(said(&silent, Access::Read), "Contacts ansehen");
        assert_eq!(said(&silent, Access::Write), "Contacts hinzufügen, ändern und löschen");
        assert_eq!(said(&module("Look people up").described(), Access::Read), "Look people up");
    }
}
