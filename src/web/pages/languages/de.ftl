# Deutsch, mit „Sie“.

## Every page

SkipToContent = Zum Inhalt springen
WhatToDo = Was Sie tun können
GoToOverview = Zur Übersicht

## Spans of time

Lasting = { $unit ->
    [second] { $count ->
        [one] { $count } Sekunde
       *[other] { $count } Sekunden
    }
    [minute] { $count ->
        [one] { $count } Minute
       *[other] { $count } Minuten
    }
    [hour] { $count ->
        [one] { $count } Stunde
       *[other] { $count } Stunden
    }
    [day] { $count ->
        [one] { $count } Tag
       *[other] { $count } Tage
    }
    [month] { $count ->
        [one] { $count } Monat
       *[other] { $count } Monate
    }
   *[year] { $count ->
        [one] { $count } Jahr
       *[other] { $count } Jahre
    }
}

## Signing in

SignIn = Anmelden
ContinueToApp = Weiter zu { $app }
Email = E-Mail-Adresse
Password = Passwort
NoAccount = Noch kein Konto? Bitten Sie jemanden, dem Ihre Organisation gehört, Sie aufzunehmen.
SignInIncomplete = Geben Sie Ihre E-Mail-Adresse und Ihr Passwort ein
SignInWrong = Die E-Mail-Adresse oder das Passwort stimmt nicht
SignInStale = Diese Seite war zu lange geöffnet. Bitte melden Sie sich noch einmal an
SignInBusy = Im Moment melden sich sehr viele Menschen an. Bitte versuchen Sie es in ein paar Sekunden noch einmal
SignInWait = Bitte warten Sie { Lasting }
SignInWaitReason = Für dieses Konto gab es viele Anmeldeversuche, deshalb ist der nächste erst nach dieser Pause möglich. Ihr Passwort gilt weiterhin.

## Signed in, and what waited does not any more

SignedIn = Sie sind angemeldet
SignedInTooLate = Was Sie gerade tun wollten, merken wir uns { Lasting } lang und nur in einem Browser. Diese Zeit ist um, oder Sie haben anderswo begonnen; deshalb geht es hier nicht weiter.
SignedInFromApp = Hat eine App Sie hierher geschickt? Dann kehren Sie zu ihr zurück und beginnen Sie dort noch einmal: Anmelden müssen Sie sich nicht mehr. Erlaubt wurde noch nichts.
SignedInFromPage = Wollten Sie zu einer unserer Seiten? Dann finden Sie sie in der Übersicht.
