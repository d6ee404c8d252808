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
AuditLog = Audit log
SeeAuditLog = See what was done in the organization, by whom and from where
ChangeAuditLog = Nothing more: the log cannot be changed

## When an app's request cannot be answered

RequestUnreadable = The app sent a request that we cannot read
RequestUnreadableWhy = What it sent is not a well-formed authorization request.
RequestIncomplete = We cannot go on from here
RequestIncompleteWhy = The app that sent you here left out something that we need, or sent something that we cannot use.
StartAgain = Please start again
StartAgainWhy = This page had been open for too long, or you have signed in anew since, so nothing was allowed.
NotAllowed = That cannot be allowed
NotAllowedWhy = What you decided could not be carried out, so nothing was allowed.
AskTheApp = Go back to the app and try again from there. If it stays like this, tell its developers what stands above.
AppUnknown = This app is not known here
AppUnknownWhy = The app that sent you is not registered with us, or not any more.
WrongAddress = { $app } sent you here with a wrong address
WrongAddressWhy = It wants you to return to an address that is not registered for it. To protect you, we do not go there.
AppRests = { $app } is taking a break
AppRestsWhy = It was taken out of service here for the time being, so it cannot reach anybody’s data. What you allowed it before is kept, and rests.
UserTellsDevelopers = If you use the app: nothing is wrong on your side. Tell its developers.
UserWaits = If you use the app: nothing is wrong on your side, and there is nothing to do. It works again as it did once it is back.
DeveloperCopiesId = If you develop the app: copy the client ID from its page in the console.
DeveloperComparesAddresses = If you develop the app: compare the two character by character, and register the address that you send.
DeveloperLooksUp = If you develop the app: its page in the console says who took it out of service, and what to do.
Received = Received { $parameter }
Expected = Expected
ExpectedClientId = the client ID of a registered app
ExpectedRedirectUri = exactly one of the addresses that the app registered
Nothing = nothing
ForDevelopers = For the app’s developers

## When something did not work

ErrorStatus = Error { $status }
ErrorHeadline = { $status ->
    [400] We could not read that
    [403] You may not do this
    [404] There is nothing here
    [405] This address works differently
    [413] That is too large
    [429] That was a little fast
    [503] Back in a moment
   *[500] Something broke on our side
}
ErrorHappened = { $status ->
    [400] The request was incomplete or contradicted itself, so nothing was done.
    [403] You are signed in, but your role in this organization does not reach this far, or the form was older than your sign-in.
    [404] The address is wrong, or what it showed was deleted, or it belongs to another organization.
    [405] The address exists, but not for this kind of request.
    [413] What was sent is larger than we accept, so nothing was kept.
    [429] There were many requests in a short time, so this one was not done.
    [503] The server cannot reach its data just now, so nothing was done.
   *[500] The fault is ours, not yours. It was written to our log with the number below.
}
ErrorAdvice = { $status ->
    [400] Go back, reload the page and try again.
    [403] Reload the page you came from. If it stays like this, ask an owner of the organization.
    [404] Check the address, or switch the organization.
    [405] Open it from the page that offers it rather than by itself.
    [413] Send less; a logo may have 512 kB at most.
    [429] Nothing is lost: the same request works after the wait.
    [503] Nothing is lost: the same request works after the wait.
   *[500] Try again. If it stays like this, tell whoever runs this server the number.
}
TryAgainSoon = Try again in a few seconds.
RequestId = Request

## On the way to somewhere

BackToApp = Back to { $app }
OneMoment = One moment
OnYourWay = You are on your way. If nothing happens, continue by hand.
Continue = Continue
