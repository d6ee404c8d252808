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

LastingDative = { $unit ->
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
       *[other] { $count } Tagen
    }
    [month] { $count ->
        [one] { $count } Monat
       *[other] { $count } Monaten
    }
   *[year] { $count ->
        [one] { $count } Jahr
       *[other] { $count } Jahren
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

## Allowing an app

AllowTitle = { $app } Zugriff erlauben?
AsksForAccess = { $asking ->
   *[first] { $app } bittet um Zugriff
    [more] { $app } bittet um mehr Zugriff
    [again] { $app } bittet erneut um Zugriff
}
AsksForAccessTo = { $asking ->
   *[first] { $app } bittet um Zugriff auf { $organization }
    [more] { $app } bittet um mehr Zugriff auf { $organization }
    [again] { $app } bittet erneut um Zugriff auf { $organization }
}
Published = Veröffentlicht von { $publisher }, nicht verifiziert
PublishedVerified = Veröffentlicht von { $publisher }, verifiziert
PublisherUnknown = Anbieter unbekannt, nicht verifiziert
RegisteredNow = Gerade eben registriert
RegisteredAgo = Vor { LastingDative } registriert
AppUnproven = Diese App läuft auf einem Gerät oder in einem Browser und kann ihre Identität nicht nachweisen. Erlauben Sie den Zugriff nur, wenn Sie selbst den Vorgang begonnen haben.
AppMoved = Seit Sie dieser App Zugriff erlaubt haben, wurde bei ihr eine weitere Rückkehradresse eingetragen; deshalb fragen wir noch einmal. Sehen Sie sich die Adresse unten an, bevor Sie zustimmen.
SignedInAs = Angemeldet als
UseAnotherAccount = Anderes Konto verwenden
Organization = Organisation
OrganizationOnly = Die App erhält nur auf diese Organisation Zugriff.
WhatItMayDo = Was die App darf
UntickHint = Entfernen Sie das Häkchen bei allem, was Sie lieber nicht erlauben möchten.
UntickLoses = Was Sie früher erlaubt haben und jetzt abwählen, verliert die App sofort.
AllowedBefore = Bereits erlaubt
Sensitive = Vertraulich
CanChange = Kann ändern
ReadsOnly = Liest nur
ForHowLong = Wie lange
UntilEnded = Bis ich den Zugriff beende
ReturnToHost = In beiden Fällen kehren Sie zu { $host } zurück
ReturnToComputer = In beiden Fällen kehren Sie zu { $host } auf diesem Computer zurück
ReturnToDevice = In beiden Fällen kehren Sie zur App { $scheme } auf diesem Gerät zurück
Deny = Ablehnen
Allow = Erlauben
ActsInYourName = { $app } handelt in Ihrem Namen, nur im Rahmen dessen, was angehakt ist, und erfährt nie Ihr Passwort.
EndAnyTime = Sie können den Zugriff jederzeit beenden:
ConnectedApps = Verbundene Apps

## What scopes mean, where the platform did not say

SeeModule = { $title } ansehen
ChangeModule = { $title } hinzufügen, ändern und löschen
OAuthApps = OAuth-Apps
SeeOAuthApps = Die OAuth-Apps der Organisation und ihre Einstellungen ansehen
ChangeOAuthApps = OAuth-Apps der Organisation und ihre Geheimnisse anlegen, ändern und löschen
PrivateApps = Private Apps
SeePrivateApps = Die privaten Apps der Organisation ansehen und wann sie benutzt wurden
ChangePrivateApps = Private Apps der Organisation und ihre Tokens anlegen, ändern und widerrufen
Modules = Module
SeeModules = Die Module der Plattform ansehen
ChangeModules = Module der Plattform hinzufügen, ändern und entfernen

## On the way to somewhere

BackToApp = Zurück zu { $app }
OneMoment = Einen Moment
OnYourWay = Sie werden weitergeleitet. Falls nichts geschieht, gehen Sie von Hand weiter.
Continue = Weiter
