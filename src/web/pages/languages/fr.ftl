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
NoAccount = Pas encore de compte ? Demandez à un propriétaire de votre organisation de vous ajouter.
SignInIncomplete = Saisissez votre adresse e-mail et votre mot de passe
SignInWrong = L’adresse e-mail ou le mot de passe est incorrect
SignInStale = Cette page est restée ouverte trop longtemps. Veuillez vous reconnecter
SignInBusy = Beaucoup de personnes se connectent en ce moment. Veuillez réessayer dans quelques secondes
SignInWait = Veuillez patienter { Lasting }
SignInWaitReason = Il y a eu de nombreuses tentatives pour ce compte ; la prochaine doit donc attendre. Votre mot de passe reste valable.

## Signed in, and what waited does not any more

SignedIn = Vous êtes connecté
SignedInTooLate = Nous gardons en attente ce que vous vouliez faire pendant { Lasting }, et dans un seul navigateur. Ce délai est écoulé, ou vous avez commencé ailleurs : nous nous arrêtons donc ici.
SignedInFromApp = Si une application vous a envoyé ici, retournez-y et recommencez : vous n’aurez plus à vous connecter. Rien n’a encore été autorisé.
SignedInFromPage = Si vous alliez vers l’une de nos pages, vous la trouverez depuis l’accueil.
