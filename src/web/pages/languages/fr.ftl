# Français, avec « vous ».

## Every page

SkipToContent = Aller au contenu
WhatToDo = Que faire
GoToOverview = Aller à l’accueil

## Spans of time

Lasting = { $unit ->
    [second] { $count ->
        [one] { $count } seconde
       *[other] { $count } secondes
    }
    [minute] { $count ->
        [one] { $count } minute
       *[other] { $count } minutes
    }
    [hour] { $count ->
        [one] { $count } heure
       *[other] { $count } heures
    }
    [day] { $count ->
        [one] { $count } jour
       *[other] { $count } jours
    }
    [month] { $count } mois
   *[year] { $count ->
        [one] { $count } an
       *[other] { $count } ans
    }
}

## Signing in

SignIn = Se connecter
ContinueToApp = pour continuer vers { $app }
Email = Adresse e-mail
Password = Mot de passe
NoAccount = Pas encore de compte ? Demandez à un propriétaire de votre organisation de vous ajouter.
SignInIncomplete = Saisissez votre adresse e-mail et votre mot de passe
SignInWrong = L’adresse e-mail ou le mot de passe est incorrect
SignInStale = Cette page est restée ouverte trop longtemps. Veuillez vous reconnecter
SignInBusy = Beaucoup de personnes se connectent en ce moment. Veuillez réessayer dans quelques secondes
SignInWait = Veuillez patienter { Lasting }
SignInWaitReason = Il y a eu de nombreuses tentatives pour ce compte ; la prochaine doit donc attendre. Votre mot de passe reste valable.

## Signed in, and what waited does not any more

SignedIn = Vous êtes connecté
SignedInTooLate = Nous gardons en attente ce que vous vouliez faire pendant { Lasting }, et dans un seul navigateur. Ce délai est écoulé, ou vous avez commencé ailleurs : nous nous arrêtons donc ici.
SignedInFromApp = Si une application vous a envoyé ici, retournez-y et recommencez : vous n’aurez plus à vous connecter. Rien n’a encore été autorisé.
SignedInFromPage = Si vous alliez vers l’une de nos pages, vous la trouverez depuis l’accueil.

## Allowing an app

AllowTitle = Autoriser { $app } ?
AsksForAccess = { $asking ->
   *[first] { $app } demande un accès
    [more] { $app } demande un accès plus étendu
    [again] { $app } demande à nouveau un accès
}
AsksForAccessTo = { $asking ->
   *[first] { $app } demande l’accès à { $organization }
    [more] { $app } demande un accès plus étendu à { $organization }
    [again] { $app } demande à nouveau l’accès à { $organization }
}
Published = Publiée par { $publisher }, éditeur non vérifié
PublishedVerified = Publiée par { $publisher }, éditeur vérifié
PublisherUnknown = Éditeur inconnu, non vérifié
RegisteredNow = Enregistrée à l’instant
RegisteredAgo = Enregistrée il y a { Lasting }
AppUnproven = Cette application s’exécute sur un appareil ou dans un navigateur et ne peut pas prouver son identité. Ne l’autorisez que si vous êtes à l’origine de cette demande.
AppMoved = Depuis que vous avez autorisé cette application, ses développeurs ont ajouté une adresse de retour ; nous vous reposons donc la question. Vérifiez l’adresse ci-dessous avant de l’autoriser.
SignedInAs = Connecté en tant que
UseAnotherAccount = Utiliser un autre compte
Organization = Organisation
OrganizationOnly = L’application n’aura accès qu’à cette organisation.
WhatItMayDo = Ce que l’application pourra faire
UntickHint = Décochez tout ce que vous préférez ne pas accorder.
UntickLoses = L’application perd aussitôt ce que vous aviez autorisé et décochez maintenant.
AllowedBefore = Déjà autorisé
Sensitive = Sensible
CanChange = Peut modifier
ReadsOnly = Lecture seule
ForHowLong = Pour combien de temps
UntilEnded = Jusqu’à ce que j’y mette fin
ReturnToHost = Dans tous les cas, vous retournerez à { $host }
ReturnToComputer = Dans tous les cas, vous retournerez à { $host } sur cet ordinateur
ReturnToDevice = Dans tous les cas, vous retournerez à l’application { $scheme } sur cet appareil
Deny = Refuser
Allow = Autoriser
ActsInYourName = { $app } agit en votre nom, dans la limite de ce qui est coché, et ne connaît jamais votre mot de passe.
EndAnyTime = Vous pouvez y mettre fin à tout moment :
ConnectedApps = Applications connectées

## What scopes mean, where the platform did not say

SeeModule = Consulter « { $title } »
ChangeModule = Ajouter, modifier et supprimer dans « { $title } »
OAuthApps = Applications OAuth
SeeOAuthApps = Consulter les applications OAuth de l’organisation et leurs réglages
ChangeOAuthApps = Enregistrer, modifier et supprimer les applications OAuth de l’organisation et leurs secrets
PrivateApps = Applications privées
SeePrivateApps = Consulter les applications privées de l’organisation et leur dernière utilisation
ChangePrivateApps = Créer, modifier et révoquer les applications privées de l’organisation et leurs jetons
Modules = Modules
SeeModules = Consulter les modules de la plateforme
ChangeModules = Ajouter, modifier et supprimer les modules de la plateforme

## On the way to somewhere

BackToApp = Retour à { $app }
OneMoment = Un instant
OnYourWay = Vous êtes en route. Si rien ne se passe, continuez manuellement.
Continue = Continuer
