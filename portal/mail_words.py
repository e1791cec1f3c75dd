"""The first words of each kind of mail. Subjects name no topic and no group, because other people
see phones (safety.md, "Phones and shared devices")."""

from trust.records import N_

NEWS = N_("Something for you")

# kind of parcel → subject and first line. The page behind the link says the rest.
SAID = {
    "invitation": (NEWS, N_("%(person)s of %(own)s invites you to act for %(partner)s.")),
    "note": (NEWS, N_("There is a note about a talk you had. Read it and say if it is right:")),
    "note-right": (NEWS, N_("They read your note about a talk. They say it is right:")),
    "note-corrected": (NEWS, N_("They put a line of your note right. Read it here:")),
    "note-disputed": (NEWS, N_("They say that a talk went differently. Read why:")),
    "note-answered": (NEWS, N_("They answered what you said of a note. Read it here:")),
    "still-right": (NEWS, N_("A year has gone by. Is your page here still right? Look at it:")),
    "handed-over": (
        NEWS,
        N_("A colleague leaves, and you take something over. See what:"),
    ),
    "vouched": (NEWS, N_("There is news about who speaks for a group. See what:")),
    "support": (NEWS, N_("There is news about who stands by a group here. See what:")),
    "dispute": (NEWS, N_("Two people say that they speak for your group. See what to do:")),
    "proposal": (NEWS, N_("Somebody proposes a change to your page here. You decide:")),
    "merge": (NEWS, N_("You may be here twice. Look at both, and say if they are one:")),
    "merged": (NEWS, N_("You were here twice. Now you are one. See what changed:")),
    "proposal-answered": (NEWS, N_("They answered what you proposed for their page:")),
    "agreement": (
        N_("An agreement to read"),
        N_("A trust agreement is proposed to you. Read it. Then sign it, or ask for a change:"),
    ),
    "agreement-change": (
        N_("A change to an agreement"),
        N_("They ask for a change to your trust agreement. Read it, and answer:"),
    ),
    "agreement-changed": (
        N_("Your change was made"),
        N_("They made the change you asked for. Read the new words:"),
    ),
    "agreement-contacts": (
        N_("New contacts in an agreement"),
        N_("They changed whom to call in your trust agreement. Read it, then sign it as it is:"),
    ),
    "agreement-kept": (
        N_("An answer about a change"),
        N_("They would like to keep the words of your trust agreement. Read why:"),
    ),
    "agreement-taken-back": (
        N_("A change was taken back"),
        N_("They took back a change to your trust agreement. You need not answer it:"),
    ),
    "agreement-signed": (
        N_("An agreement to sign"),
        N_("The other side has signed your trust agreement. Now your side reads and signs:"),
    ),
    "agreement-said": (
        N_("A yes to an agreement"),
        N_("A yes to your trust agreement was said by phone or on paper. It is being confirmed:"),
    ),
    "agreement-said-no": (
        N_("A no to an agreement"),
        N_("A no to your trust agreement was said by phone or on paper. It is being confirmed:"),
    ),
    "agreement-said-end": (
        N_("The end of an agreement"),
        N_("The end of your trust agreement was said by phone or on paper. We ask if it is so:"),
    ),
    "answer-said": (NEWS, N_("It was said that your group wants an answer back. Is it so?")),
    "answer-not-said": (NEWS, N_("What you sent is not taken back. Read what happened:")),
    "agreement-word": (
        N_("Your word was confirmed"),
        N_("What your side said about a trust agreement was confirmed. It counts from now:"),
    ),
    "agreement-confirmed": (
        N_("A yes was confirmed"),
        N_("The yes to your trust agreement was confirmed. Now the other side signs:"),
    ),
    "agreement-not-said": (
        N_("It does not count"),
        N_("What was said about your trust agreement does not count. Read what happened:"),
    ),
    "recording": (NEWS, N_("There is an answer about something that you wrote down:")),
    "agreement-in-force": (
        N_("An agreement is in force"),
        N_("Both sides have signed your trust agreement. It holds from now on:"),
    ),
    "agreement-declined": (
        N_("An agreement was not signed"),
        N_("The other side said no to your trust agreement. Read why:"),
    ),
    "agreement-ended": (
        N_("An agreement has ended"),
        N_("The other side has ended your trust agreement. Read why:"),
    ),
    "member": (NEWS, N_("You are invited to take part in something. Say yes or no:")),
    "plan": (NEWS, N_("The other side has said yes to the canvas. Read it. Do you agree?")),
    "base": (NEWS, N_("A base for all agreements of a project is proposed. Read it. Is it right?")),
    "request": (NEWS, N_("Somebody asks you something. It is short. Read it here:")),
    "request-over": (
        NEWS,
        N_("Somebody asks you for more time than you agreed on. Read what, and why:"),
    ),
    "request-changed": (NEWS, N_("Some questions changed. What you typed is kept. See it here:")),
    "contribution": (NEWS, N_("Something new came in to read:")),
    "answer": (
        N_("An answer to your question"),
        N_("The council answered your question. Read it here:"),
    ),
    "receipt": (NEWS, N_("Thank you. What you sent has arrived. Here is your receipt:")),
    "taken-over": (NEWS, N_("A colleague reads this one now, instead of you:")),
    "asked": (NEWS, N_("There is a question about what you sent:")),
    "replied": (NEWS, N_("There is an answer to your question:")),
    "accepted": (NEWS, N_("What you sent was accepted. See what happens next:")),
    "news": (NEWS, N_("There is nothing new yet about what you sent. See when you hear more:")),
    "not-used": (NEWS, N_("There is news about what you sent. The reason is here:")),
    "passed-on": (NEWS, N_("There is news about what you sent:")),
    "concern": (NEWS, N_("Somebody needs you today. Sign in and read:")),
    "insight": (NEWS, N_("This is what we learned from you. You see it first. Is it right?")),
    "reworded": (NEWS, N_("We changed what we learned from you. Is it right now?")),
    "verdict": (NEWS, N_("A group has said what it thinks of what you wrote:")),
    "owed": (NEWS, N_("A finding was shared. Everyone waits for your answer. Read it here:")),
    "response": (NEWS, N_("This is what came of what you shared:")),
    "next-step": (NEWS, N_("Something that you agreed to do is due. Read what it is:")),
    "step-changed": (NEWS, N_("They changed what you two agreed to do next. Read why:")),
    "step-done": (NEWS, N_("They say that something you agreed to do is done. Is that right?")),
    "promises": (NEWS, N_("This is what your organisation promised. See it all here:")),
    "complaint": (NEWS, N_("Somebody has complained. Read it, and say that you look into it:")),
    "complaint-arrived": (NEWS, N_("Your complaint has arrived. See who answers it, and by when:")),
    "complaint-taken": (NEWS, N_("Somebody looks into your complaint now. See who:")),
    "complaint-answered": (NEWS, N_("There is an answer to your complaint:")),
    "inquiry": (NEWS, N_("Somebody asked the council for its records. Say what you think:")),
    "inquiry-said": (NEWS, N_("A group says what it thinks of a request for information:")),
    "inquiry-decided": (NEWS, N_("The council decided what it gives out, and says why:")),
    "inquiry-closed": (NEWS, N_("A request for information that you know of is closed. See how:")),
    "inquiry-again": (NEWS, N_("A request for information is open again. Read why:")),
    "inquiry-off": (NEWS, N_("A request for information is about less of yours now. Read why:")),
    "conflict-over": (NEWS, N_("Somebody says that a conflict of interest is over. Is it?")),
    "conflict-answered": (NEWS, N_("There is an answer about your conflict of interest:")),
    "role-ends": (NEWS, N_("A role of yours ends soon. Ask a colleague to renew it. See which:")),
    "renew-role": (NEWS, N_("The role of a colleague ends soon. Renew it, or let it end:")),
    "claim": (NEWS, N_("Somebody asks you about their own data. They wait for your answer:")),
    "claim-answered": (NEWS, N_("There is an answer to what you asked about your own data:")),
    "runs-out": (NEWS, N_("Something on your group’s passport runs out soon. Look at it here:")),
    "pulse": (NEWS, N_("How is it with those you work with? Two short questions, if you like:")),
    "passkey": (
        N_("Your way to sign in"),
        N_("A passkey was added for you. Was it not you? Remove it here, then call us:"),
    ),
    "authenticator": (
        N_("Your way to sign in"),
        N_("An app for codes was set up for you. Was it not you? Look here, then call us:"),
    ),
    "passkey-only": (
        N_("Your way to sign in"),
        N_("You changed how you sign in. Was it not you? Look at it here, then call us:"),
    ),
    "publication": (NEWS, N_("A colleague would like to make a finding public. Read it:")),
    "quotation": (NEWS, N_("May we show words of yours to anyone? You say yes or no:")),
    "quotation-said": (NEWS, N_("A group has said whether anyone may read its words:")),
    "public": (NEWS, N_("A finding that rests on what you gave is public now. Read it:")),
    "release": (NEWS, N_("A colleague prepared a table. Look at it, and release it or not:")),
}
