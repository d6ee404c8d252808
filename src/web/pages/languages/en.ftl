# English. Each entry is named after a message in src/web/language/message.rs; what stands in braces is a fact of it.

## Every page

SkipToContent = Skip to the content
WhatToDo = What to do
GoToOverview = Go to the overview

## Spans of time

Lasting = { $unit ->
    [second] { $count ->
        [one] { $count } second
       *[other] { $count } seconds
    }
    [minute] { $count ->
        [one] { $count } minute
       *[other] { $count } minutes
    }
    [hour] { $count ->
        [one] { $count } hour
       *[other] { $count } hours
    }
    [day] { $count ->
        [one] { $count } day
       *[other] { $count } days
    }
    [month] { $count ->
        [one] { $count } month
       *[other] { $count } months
    }
   *[year] { $count ->
        [one] { $count } year
       *[other] { $count } years
    }
}

## Signing in

SignIn = Sign in
ContinueToApp = to continue to { $app }
Email = E-mail
Password = Password
NoAccount = No account? Ask an owner of your organization to add you.
SignInIncomplete = Type your e-mail address and your password
SignInWrong = The e-mail address or the password is wrong
SignInStale = This page had been open for too long. Please sign in again
SignInBusy = Many people are signing in just now. Please try again in a few seconds
SignInWait = Please wait { Lasting }
SignInWaitReason = There were many tries for this account, so the next one has to wait. Your password still works.

## Signed in, and what waited does not any more

SignedIn = You are signed in
SignedInTooLate = We keep what you were about to do for { Lasting }, and for one browser only. That time is over, or you began elsewhere, so we stop here.
SignedInFromApp = If an app sent you here, go back to it and start again from there: you will not have to sign in. Nothing was allowed yet.
SignedInFromPage = If you were on your way to a page of ours, you find it from the overview.

## Allowing an app

AllowTitle = Allow { $app }?
AsksForAccess = { $asking ->
   *[first] { $app } asks for access
    [more] { $app } asks for more access
    [again] { $app } asks again for access
}
AsksForAccessTo = { $asking ->
   *[first] { $app } asks for access to { $organization }
    [more] { $app } asks for more access to { $organization }
    [again] { $app } asks again for access to { $organization }
}
Published = Published by { $publisher }, not verified
PublishedVerified = Published by { $publisher }, verified
PublisherUnknown = Publisher unknown, not verified
RegisteredNow = Registered just now
RegisteredAgo = Registered { Lasting } ago
AppUnproven = This app runs on a device or in a browser and cannot prove its identity. Allow it only if you started this yourself.
AppMoved = Since you allowed this app, its developers have added an address that people return to, so we ask again. Look at the one below before you allow it.
SignedInAs = Signed in as
UseAnotherAccount = Use another account
Organization = Organization
OrganizationOnly = The app gets access to this one only.
WhatItMayDo = What it may do
UntickHint = Untick whatever you would rather not give.
UntickLoses = The app loses at once what you allowed before and untick now.
AllowedBefore = Allowed before
Sensitive = Sensitive
CanChange = Can change
ReadsOnly = Reads only
ForHowLong = For how long
UntilEnded = Until I end it
ReturnToHost = Either way you return to { $host }
ReturnToComputer = Either way you return to { $host } on this computer
ReturnToDevice = Either way you return to the app { $scheme } on this device
Deny = Deny
Allow = Allow
ActsInYourName = { $app } acts in your name, within what is ticked, and never learns your password.
EndAnyTime = You can end this at any time:
ConnectedApps = Connected apps

## What scopes mean, where the platform did not say

SeeModule = See { $title }
ChangeModule = Add, change and delete { $title }
OAuthApps = OAuth apps
SeeOAuthApps = See the organization's OAuth apps and their settings
ChangeOAuthApps = Register, change and delete the organization's OAuth apps and their secrets
PrivateApps = Private apps
SeePrivateApps = See the organization's private apps and when they were used
ChangePrivateApps = Create, change and revoke the organization's private apps and their tokens
Modules = Modules
SeeModules = See the platform's modules
ChangeModules = Add, change and remove the platform's modules

## On the way to somewhere

BackToApp = Back to { $app }
OneMoment = One moment
OnYourWay = You are on your way. If nothing happens, continue by hand.
Continue = Continue
