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
