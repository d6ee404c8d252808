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
SignedInAs = Compte utilisé :
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
ReturnToHost = Dans tous les cas, vous retournerez sur { $host }
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
AuditLog = Journal d’audit
SeeAuditLog = Consulter ce qui a été fait dans l’organisation, par qui et d’où
ChangeAuditLog = Rien de plus : le journal ne peut pas être modifié

## When an app's request cannot be answered

RequestUnreadable = La demande de l’application est illisible
RequestUnreadableWhy = Ce qu’elle a envoyé n’est pas une demande d’autorisation bien formée.
RequestIncomplete = Impossible de continuer
RequestIncompleteWhy = L’application d’où vous venez a omis une information nécessaire, ou en a transmis une que nous ne pouvons pas utiliser.
StartAgain = Veuillez recommencer
StartAgainWhy = Cette page est restée ouverte trop longtemps, ou une nouvelle connexion a eu lieu depuis ; rien n’a donc été autorisé.
NotAllowed = Cette autorisation est impossible
NotAllowedWhy = Votre décision n’a pas pu être appliquée ; rien n’a donc été autorisé.
AskTheApp = Retournez à l’application et réessayez à partir de là. Si le problème persiste, transmettez à ses développeurs ce qui figure ci-dessus.
AppUnknown = Cette application est inconnue ici
AppUnknownWhy = L’application d’où vous venez n’est pas enregistrée chez nous, ou ne l’est plus.
WrongAddress = { $app } vous a envoyé ici avec une mauvaise adresse
WrongAddressWhy = L’adresse de retour demandée n’est pas enregistrée pour cette application. Pour vous protéger, nous ne vous y envoyons pas.
AppRests = { $app } fait une pause
AppRestsWhy = Cette application a été mise hors service ici pour le moment ; elle ne peut donc accéder aux données de personne. Ce que vous lui aviez autorisé est conservé et reste en suspens.
UserTellsDevelopers = Si vous utilisez l’application : tout est en ordre de votre côté. Prévenez ses développeurs.
UserWaits = Si vous utilisez l’application : tout est en ordre de votre côté et vous n’avez rien à faire. Elle fonctionnera comme avant dès son retour.
DeveloperCopiesId = Si vous développez l’application : copiez l’identifiant client depuis sa page dans la console.
DeveloperComparesAddresses = Si vous développez l’application : comparez les deux caractère par caractère et enregistrez l’adresse que vous envoyez.
DeveloperLooksUp = Si vous développez l’application : sa page dans la console indique qui l’a mise hors service et ce qu’il faut faire.
Received = { $parameter } reçu
Expected = Attendu
ExpectedClientId = l’identifiant client d’une application enregistrée
ExpectedRedirectUri = exactement l’une des adresses enregistrées par l’application
Nothing = rien
ForDevelopers = Pour les développeurs de l’application

## When something did not work

ErrorStatus = Erreur { $status }
ErrorHeadline = { $status ->
    [400] Nous n’avons pas pu lire cela
    [403] Vous ne pouvez pas faire cela
    [404] Il n’y a rien ici
    [405] Cette adresse fonctionne autrement
    [413] C’est trop volumineux
    [429] C’était un peu rapide
    [503] De retour dans un instant
   *[500] Un problème est survenu de notre côté
}
ErrorHappened = { $status ->
    [400] La demande était incomplète ou contradictoire ; rien n’a donc été fait.
    [403] Votre connexion est valable, mais votre rôle dans cette organisation ne le permet pas, ou le formulaire était plus ancien que votre connexion.
    [404] L’adresse est erronée, ou ce qu’elle affichait a été supprimé ou appartient à une autre organisation.
    [405] L’adresse existe, mais pas pour ce type de demande.
    [413] L’envoi dépasse la taille acceptée ; rien n’a donc été conservé.
    [429] Il y a eu de nombreuses demandes en peu de temps ; celle-ci n’a donc pas été traitée.
    [503] Le serveur ne peut pas accéder à ses données en ce moment ; rien n’a donc été fait.
   *[500] L’erreur vient de nous, pas de vous. Elle est inscrite dans notre journal sous le numéro ci-dessous.
}
ErrorAdvice = { $status ->
    [400] Revenez en arrière, rechargez la page et réessayez.
    [403] Rechargez la page d’où vous venez. Si le problème persiste, adressez-vous à un propriétaire de l’organisation.
    [404] Vérifiez l’adresse, ou changez d’organisation.
    [405] Ouvrez-la depuis la page qui la propose plutôt que directement.
    [413] Envoyez moins ; un logo ne doit pas dépasser 512 ko.
    [429] Rien n’est perdu : la même demande fonctionnera après l’attente.
    [503] Rien n’est perdu : la même demande fonctionnera après l’attente.
   *[500] Réessayez. Si le problème persiste, indiquez le numéro à la personne qui gère ce serveur.
}
TryAgainSoon = Réessayez dans quelques secondes.
RequestId = Demande

## On the way to somewhere

BackToApp = Retour à { $app }
OneMoment = Un instant
OnYourWay = Vous êtes en route. Si rien ne se passe, continuez manuellement.
Continue = Continuer
