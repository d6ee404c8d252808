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
Sensitive = Sensibel
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
AuditLog = Protokoll
SeeAuditLog = Sehen, was in der Organisation getan wurde, von wem und von wo
ChangeAuditLog = Sonst nichts: Das Protokoll lässt sich nicht ändern

## When an app's request cannot be answered

RequestUnreadable = Die Anfrage der App ist nicht lesbar
RequestUnreadableWhy = Was die App gesendet hat, ist keine gültige Autorisierungsanfrage.
RequestIncomplete = Hier geht es nicht weiter
RequestIncompleteWhy = Die App, die Sie hierher geschickt hat, hat etwas weggelassen, das wir brauchen, oder etwas gesendet, das wir nicht verwenden können.
StartAgain = Bitte beginnen Sie noch einmal
StartAgainWhy = Diese Seite war zu lange geöffnet, oder Sie haben sich inzwischen neu angemeldet; deshalb wurde nichts erlaubt.
NotAllowed = Das kann nicht erlaubt werden
NotAllowedWhy = Ihre Entscheidung konnte nicht ausgeführt werden; deshalb wurde nichts erlaubt.
AskTheApp = Kehren Sie zur App zurück und versuchen Sie es von dort noch einmal. Wenn es dabei bleibt, teilen Sie deren Entwicklern mit, was oben steht.
AppUnknown = Diese App ist hier nicht bekannt
AppUnknownWhy = Die App, die Sie hierher geschickt hat, ist bei uns nicht oder nicht mehr registriert.
WrongAddress = { $app } hat Sie mit einer falschen Adresse hierher geschickt
WrongAddressWhy = Sie sollen zu einer Adresse zurückkehren, die für die App nicht registriert ist. Zu Ihrem Schutz gehen wir nicht dorthin.
AppRests = { $app } macht Pause
AppRestsWhy = Die App wurde hier vorübergehend außer Betrieb genommen und erreicht deshalb niemandes Daten. Was Sie ihr früher erlaubt haben, bleibt erhalten und ruht.
UserTellsDevelopers = Wenn Sie die App benutzen: Bei Ihnen ist alles in Ordnung. Geben Sie den Entwicklern der App Bescheid.
UserWaits = Wenn Sie die App benutzen: Bei Ihnen ist alles in Ordnung, und Sie müssen nichts tun. Sobald die App wieder da ist, funktioniert sie wie zuvor.
DeveloperCopiesId = Wenn Sie die App entwickeln: Kopieren Sie die Client-ID von ihrer Seite in der Konsole.
DeveloperComparesAddresses = Wenn Sie die App entwickeln: Vergleichen Sie beide Zeichen für Zeichen, und registrieren Sie die Adresse, die Sie senden.
DeveloperLooksUp = Wenn Sie die App entwickeln: Auf ihrer Seite in der Konsole steht, wer sie außer Betrieb genommen hat und was zu tun ist.
Received = { $parameter } erhalten
Expected = Erwartet
ExpectedClientId = die Client-ID einer registrierten App
ExpectedRedirectUri = genau eine der Adressen, die für die App registriert sind
Nothing = nichts
ForDevelopers = Für die Entwickler der App

## When something did not work

ErrorStatus = Fehler { $status }
ErrorHeadline = { $status ->
    [400] Das konnten wir nicht lesen
    [403] Das dürfen Sie nicht
    [404] Hier ist nichts
    [405] Diese Adresse funktioniert anders
    [413] Das ist zu groß
    [429] Das war etwas zu schnell
    [503] Gleich wieder da
   *[500] Bei uns ist etwas schiefgegangen
}
ErrorHappened = { $status ->
    [400] Die Anfrage war unvollständig oder widersprüchlich; deshalb ist nichts geschehen.
    [403] Sie sind angemeldet, aber Ihre Rolle in dieser Organisation reicht dafür nicht aus, oder das Formular war älter als Ihre Anmeldung.
    [404] Die Adresse ist falsch, oder was dort stand, wurde gelöscht oder gehört zu einer anderen Organisation.
    [405] Die Adresse gibt es, aber nicht für diese Art von Anfrage.
    [413] Was gesendet wurde, ist größer als erlaubt; deshalb wurde nichts gespeichert.
    [429] Es gab viele Anfragen in kurzer Zeit; deshalb wurde diese nicht ausgeführt.
    [503] Der Server erreicht seine Daten gerade nicht; deshalb ist nichts geschehen.
   *[500] Der Fehler liegt bei uns, nicht bei Ihnen. Er steht mit der Nummer unten in unserem Protokoll.
}
ErrorAdvice = { $status ->
    [400] Gehen Sie zurück, laden Sie die Seite neu und versuchen Sie es noch einmal.
    [403] Laden Sie die Seite, von der Sie kamen, neu. Wenn es dabei bleibt, wenden Sie sich an jemanden, dem die Organisation gehört.
    [404] Prüfen Sie die Adresse, oder wechseln Sie die Organisation.
    [405] Öffnen Sie sie von der Seite aus, die sie anbietet, statt für sich allein.
    [413] Senden Sie weniger; ein Logo darf höchstens 512 kB groß sein.
    [429] Nichts ist verloren: Nach kurzem Warten funktioniert dieselbe Anfrage.
    [503] Nichts ist verloren: Nach kurzem Warten funktioniert dieselbe Anfrage.
   *[500] Versuchen Sie es noch einmal. Wenn es dabei bleibt, nennen Sie den Betreibern dieses Servers die Nummer.
}
TryAgainSoon = Versuchen Sie es in ein paar Sekunden noch einmal.
RequestId = Anfrage

## On the way to somewhere

BackToApp = Zurück zu { $app }
OneMoment = Einen Moment
OnYourWay = Sie werden weitergeleitet. Falls nichts geschieht, gehen Sie von Hand weiter.
Continue = Weiter
