"""Each page of the portal, by who opens it and in which state. ``{names}`` are the ids of
``everything``; a name with ``-`` behind it has not given the second code yet."""

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Visit:
    """Somebody (or nobody who has signed in) opens an address."""

    who: str
    path: str
    status: int = 200


@dataclass(frozen=True)
class Mistake:
    """A form is sent with ``typed`` in it, by name, and comes back with what is to be mended."""

    visit: Visit
    typed: dict[str, str] = field(default_factory=dict)
    status: int = 422


def visits(**paths: str) -> list[Visit]:
    """What each person opens; ``nobody`` has not signed in."""
    return [
        Visit("" if who == "nobody" else who, path)
        for who, listed in paths.items()
        for path in listed.split()
    ]


FILES = {
    "/agreements/<id:id>/agreement.pdf",
    "/agreements/<id:id>/text",
    "/contributions/<id:id>/sheet.xlsx",
    "/cases/<id:id>/case.docx",
    "/files/<id:id>",
    "/health",
    "/imports/areas/<id:id>/report.csv",
    "/imports/partners/<id:id>/report.csv",
    "/language/<code>",
    "/stay-signed-in",
    "/releases/<id:id>/package.zip",
    "/requests/<id:id>/questions.pdf",
    "/requests/<id:id>/form.xlsx",
    "/passport/passport.pdf",
    "/shared/<secret>/files/<id:id>",
    "/shared/<secret>/papers.pdf",
    "/calendar/<token>.ics",
    "/uses.csv",
}
"""What is read with GET and is not a page of its own."""

EMPTY = visits(
    nora="""
        /home /tables /contributions /questions /questions?show=theirs /agreements /pilots /people
        /promises
        /partners/{quay} /partners/{trafford} /partners/{trafford}/relationship
        /how-it-is /partners/{trafford}/how-it-is /reminders
        /partners?words=zzzz /ask /passport /passport/links /passport/links/new
    """,
    tara="""
        /pilots/{pilot-new} /pilots/{pilot-new}/canvas /pilots/{pilot-new}/canvas/edit
        /pilots/{pilot-new}/base
        /pilots/{pilot-new}/cohort /pilots/{pilot-new}/cohort/invite?words=zzzz
        /pilots/{pilot-new}/roles /pilots/{pilot-new}/insights /pilots/{pilot-new}/releases
        /requests/{request-new} /requests/{request-new}/preview
        /requests/{request-new}/questions/new?kind=area
    """,
    rex="/review /pilots/{pilot-new}/insights/new",
    sid="/concerns /home",
    hodan="/home /me",
    nobody="/pilots/{pilot-new}",
)
EMPTY.append(Visit("nora", "/nowhere", 404))
EMPTY.append(Visit("", "/shared/no-such-secret", 404))

FULL = visits(
    nobody="""
        /shared/a-secret-of-tests
        / /accessibility /privacy /complaints /complaints/new /complaints/find /safeguarding
        /roles /sign-in /sign-in/code /sign-in/passkey /sign-in/who
        /sign-in/link/abcdefghijklmnop /sign-out /releases/{release} /letter
        /findings /findings/{publication} /findings/{publication-down}
        /vouching/{vouching}/{vouch-link}
    """,
    hodan="/roles/{seat}",
    amal="/acting-for",
    rahima="""
        /home /me /me/phone /me/data /me/data/put-right /me/data/take-out
        /complaints /complaints/new /complaints/{complaint-portal}
        /foi /consultations/{consultation-rahima} /consultations/{consultation-rahima}/say
        /claims /claims/{claim} /claims/{claim-asked} /claims/{claim-asked}/decline
        /where-signed-in /people /people/invite
        /reminders /passkeys /passkeys/new /sign-in/again/passkey
        /partners /partners/{lantern} /partners/{lantern}/edit /partners/{council}
        /partners/{council}/relationship /notes/{note} /notes/{note}/confirm
        /notes/{note}/dispute /notes/{note-right} /notes/new?with={council}
        /notes/{note-right}/next-step/move /notes/{note-right}/next-step/drop
        /notes/{note-right}/next-step/reopen /at-risk/note/{note}
        /how-it-is /partners/{council}/how-it-is /partners/{council}/how-it-is/say
        /agreements /agreements/{agreement} /agreements/{agreement}/end
        /agreements/{agreement}/aloud /agreements/aloud/{voice}/take-away
        /promises /agreements/{agreement}/promises /promises/{promised}/say?quarter=2026-06-30
        /proposals/{proposal} /proposals/{proposal}/decline /merges/{merge} /sign-in/again
        /partners/{lantern}/supporter
        /partners/{lantern}/help /partners/{lantern}/help/say
        /partners/{lantern}/contacts /partners/{lantern}/contacts/new /contacts/{contact}/edit
        /people/leave /partners/{lantern}/numbers
        /people/{wren}/hand-over /partners/{lantern}/who-speaks
        /passport /passport/papers/new /passport/papers/{paper} /passport/papers/{paper}/edit
        /passport/papers/{paper}/take-away /passport/files/{file}/take-away /passport/links
        /passport/links/new /passport/links/{link} /passport/links/{link-ended}
        /shared/a-secret-of-tests
        /ask /questions /questions/time /requests/{question-open} /requests/{question-answered}
        /review/{answer} /review/{answer}/ask
        /pilots /pilots/{pilot} /pilots/{pilot}/canvas /pilots/{pilot}/base /pilots/{pilot}/cohort
        /pilots/{pilot}/pause /pilots/{pilot}/stage /members/{member} /requests/{request}
        /requests/{request}/print /requests/{request}/not-this-time
        /contributions /contributions/{rahima} /contributions/{rahima}/take-back
        /uses /uses?of={rahima}
        /insights/{insight} /insights/{insight-shown} /insights/{insight-shown}/say
        /pilots/{pilot}/insights /pilots/{pilot}/releases
        /quotations/{quotation-prepared} /quotations/{quotation}
    """,
    ida="""
        /home /foi /foi/new /foi/{inquiry} /foi/{inquiry}/about /foi/{inquiry}/close
        /foi/{inquiry-closed} /foi/{inquiry-closed}/reopen /covered/{covered}/take-off
        /consultations/{consultation-rahima}
        /consultations/{consultation-rahima}/decide
    """,
    mo="""
        /consultations/{consultation-mo} /notes/{note-wrong} /agreements/{agreement-mo}
        /agreements/{agreement-newer}
    """,
    nia="/contributions/{nia}",
    pat="/contributions/{pat}",
    gus="/contributions/{gus}",
    eve="""
        /contributions/{eve}/q/q1 /contributions/{eve}/q/q2 /contributions/{eve}/q/q3
        /contributions/{eve}/q/q4 /contributions/{eve}/check /contributions/{eve}/take-back
        /contributions/{eve}/sheet /contributions/{eve}/sheet/{sheet}
    """,
    fay="""
        /contributions/{behind}/changed
        /contributions/{ready}/check /contributions/{ready}/preview /contributions/{ready}/send
    """,
    joss="/contributions/{pointing}/words",
    zed="/disputes/{dispute}",
    sol="""
        /partners/introduce /contributions /pilots/{pilot}/enter
        /papers /requests/{request}/papers /contributions/{phoned}/write
        /contributions/{on-paper}/write /contributions/{on-paper}/check
        /partners/{lantern}/stand-by /partners/{reed}/stand-back
        /recordings /recordings/{recording} /agreements/{agreement-reed}/record
        /agreements/{agreement-reed}/record-no /agreements/{agreement-heron}/record-end
        /contributions/{gus}/record-back
        /partners/{reed}/reach
        /partners/{quiet}/vouch
        /contributions/{phoned}/check /contributions/{phoned}/send
        /recordings/{recording}/take-back
    """,
    vi="""
        /home /recordings/{recording} /recordings/{recording}/call
        /recordings/{recording-teasel} /recordings/{recording-teasel}/call
        /recordings/{recording-heron}
    """,
    yusuf="""
        /agreements/{agreement-yusuf} /agreements/{agreement-yusuf}/change
        /agreements/{agreement-yusuf}/change?clause=not-for-enforcement
        /agreements/{agreement-yusuf}/sign /agreements/{agreement-yusuf}/decline
        /agreements/{agreement-yusuf}/contacts
        /members/{member-invited}
    """,
    ivy="""
        /agreements/{agreement-ivy}/change?clause=not-for-enforcement
        /agreements/{agreement-ivy}/take-back?change={change-ivy}
    """,
    jun="/agreements/{agreement-jun}",
    ines="""
        /home /partners/{lantern}/relationship /notes/{note} /partners/{lantern}
        /notes/{note-wrong}/answer
        /conflicts /conflicts/new /conflicts/{conflict} /conflicts/{conflict}/over
        /roles/{seat-ravi}/renew
        /partners/{lantern}/propose /proposals/{proposal} /promises
        /agreements/{agreement}/renew /agreements/{agreement}/promises
        /agreements/new?with={nettle} /agreements/{agreement-ivy}
        /agreements/{agreement-reed}/record /recordings/{recording} /agreements/{agreement-sedge}
        /agreements/{agreement-ivy}/answer
        /questions /contributions/{question-draft}/q/answer
        /pilots/new /pilots/{pilot} /pilots/{pilot}/edit /pilots/{pilot}/canvas
        /pilots/{pilot}/canvas/edit /pilots/{pilot}/cohort /pilots/{pilot}/cohort/invite
        /pilots/{pilot}/base/propose
        /pilots/{pilot}/roles /pilots/{pilot}/roles/give /pilots/{pilot}/stage
        /pilots/{pilot}/go-back /pilots/{pilot}/end
        /pilots/{pilot}/requests/new /requests/{request} /requests/{request-draft}
        /requests/{request-changing} /requests/{request-changing}/changes
        /requests/{request-changing}/changes/drop /requests/{request-changing}/preview?change=1
        /pilots/{pilot}/requests/form /pilots/{pilot}/requests/form/{form}
        /requests/{request-draft}/edit /requests/{request-draft}/preview
        /requests/{request-draft}/questions/new
        /requests/{request-draft}/questions/new?kind=count-table
        /requests/{request-draft}/questions/q2 /requests/{request-draft}/questions/q2/out
        /requests/{request-draft}/questions/q2/when
        /requests/{request-draft}/questions/q2/when?of=q1
        /cases/{case} /cases/{case}/steps/1 /cases/{case}/steps/2
        /cases/{case}/boxes/outcome /cases/{case}/people /tables /releases/{release-prepared}
    """,
    iris="/cases /cases/{case} /home /sign-in/again",
    ravi="""
        /review /review/{fay} /review/{gus} /review/{rahima} /review/{gus}/ask
        /review/{gus}/accept /review/{gus}/set-aside /review/{gus}/at-risk /review/{rahima}/news
        /pilots/{pilot}/insights /pilots/{pilot}/insights/new
        /insights/{insight-draft} /insights/{insight-draft}/share
        /insights/{insight-draft}/reword /insights/{insight} /requests/{request}/copy
        /pilots/{pilot}/releases /pilots/{pilot}/releases/new/{count-table}
        /releases/{release-prepared} /releases/{release-prepared}/drop
        /insights/{insight}/public /findings/{publication-prepared}
        /findings/{publication-prepared}/drop /findings/{publication}/take-down
    """,
    olu="""
        /insights/{insight} /insights/{insight}/respond /releases/{release-prepared}
        /releases/{release-prepared}/allow /findings/{publication-prepared}
        /findings/{publication-prepared}/allow
    """,
    sam="/concerns /concerns/{concern}",
    ada="""
        /complaints/waiting /complaints/{complaint-portal} /complaints/{complaint-portal}/answer
        /retention /claims /claims/{claim-go} /claims/{claim-go}/decline
        /installation /installation/partners/new /installation/regions/new
        /installation/partners/{thistle}
        /installation/elections /installation/elections/new /installation/elections/{election}
        /installation/elections/{election-coming}
        /installation/elections/{election-coming}/take-away
        /partners/{thistle}/invite-first /imports/partners /imports/areas
        /imports/areas/{areas} /imports/partners/{partners}
        /partners/take-away /merges /merges/{merge}
        /merges/new?keep={rosebank-choir}&gone={rosebank-choir-cic}
        /merges/{merged} /merges/{merged}/undo
    """,
)
FULL += [Visit("tara-", "/sign-in/authenticator"), Visit("iris-", "/sign-in/second-factor")]

MISTAKES = (
    Mistake(Visit("", "/sign-in"), {"email": "nobody"}),
    *(
        Mistake(Visit(who, path))
        for who, paths in (
            ("rahima", "/notes/{note-right}/next-step/move /notes/{note-right}/next-step/drop"),
            ("rahima", "/people/invite /ask /notes/new?with={council} /notes/{note}/dispute"),
            ("rahima", "/insights/{insight-shown}/say /pilots/{pilot}/pause"),
            ("rahima", "/agreements/{agreement}/end /review/{answer}/ask"),
            ("rahima", "/agreements/{agreement}/aloud"),
            ("rahima", "/promises/{promised}/say?quarter=2026-06-30"),
            ("rahima", "/passport/papers/new /passport/papers/{paper} /passport/links/new"),
            ("iris", "/sign-in/again"),
            ("gus", "/contributions/{gus}"),
            (
                "eve",
                "/contributions/{eve}/q/q1 /contributions/{eve}/q/q3 /contributions/{eve}/q/q4",
            ),
            ("eve", "/contributions/{eve}/check /contributions/{eve}/sheet"),
            ("fay", "/contributions/{ready}/send"),
            ("joss", "/contributions/{pointing}/words"),
            ("sol", "/partners/introduce /pilots/{pilot}/enter /contributions/{phoned}/send"),
            ("sol", "/papers /requests/{request}/papers /contributions/{on-paper}/write"),
            ("yusuf", "/agreements/{agreement-yusuf}/change?clause=not-for-enforcement"),
            ("yusuf", "/agreements/{agreement-yusuf}/sign /agreements/{agreement-yusuf}/decline"),
            ("yusuf", "/members/{member-invited}"),
            ("ines", "/agreements/new?with={nettle} /agreements/{agreement-ivy}/answer"),
            ("ines", "/pilots/new /pilots/{pilot}/roles/give /pilots/{pilot}/go-back"),
            ("ines", "/pilots/{pilot}/requests/new /pilots/{pilot}/end"),
            ("ines", "/requests/{request-draft}/questions/new?kind=count-table"),
            ("ravi", "/review/{gus}/ask /review/{gus}/accept /review/{gus}/set-aside"),
            ("ravi", "/review/{gus}/at-risk /pilots/{pilot}/insights/new"),
            ("ravi", "/insights/{insight-draft}/share /releases/{release-prepared}/drop"),
            ("ravi", "/pilots/{pilot}/releases/new/{count-table}"),
            ("olu", "/insights/{insight}/respond /releases/{release-prepared}/allow"),
            ("olu", "/findings/{publication-prepared}/allow"),
            ("ravi", "/findings/{publication-prepared}/drop /findings/{publication}/take-down"),
            ("sam", "/concerns/{concern}"),
            ("rahima", "/partners/take-away"),
            ("ravi", "/requests/{request}/copy"),
            ("ada", "/installation/partners/new /installation/regions/new"),
            ("ada", "/installation/elections/new"),
            ("ada", "/installation/elections/{election-coming}/take-away"),
            ("ada", "/partners/{thistle}/invite-first /imports/partners /imports/areas"),
        )
        for path in paths.split()
    ),
    Mistake(Visit("ines", "/conflicts/new")),
    Mistake(Visit("ines", "/conflicts/{conflict}/over")),
    Mistake(Visit("ida", "/foi/new")),
    Mistake(Visit("ida", "/foi/{inquiry}/about")),
    Mistake(Visit("ida", "/foi/{inquiry}/close")),
    Mistake(Visit("ida", "/foi/{inquiry-closed}/reopen")),
    Mistake(Visit("ida", "/covered/{covered}/take-off")),
    Mistake(Visit("ida", "/consultations/{consultation-rahima}/decide"), {"reason": ""}),
    Mistake(Visit("rahima", "/consultations/{consultation-rahima}/say"), {"words": ""}),
    Mistake(Visit("", "/complaints/new")),
    Mistake(Visit("", "/complaints/find")),
    Mistake(Visit("ada", "/complaints/{complaint-portal}/answer")),
    Mistake(Visit("", "/letter"), {"reference": "ABCDEFGH", "code": "WRONG"}),
    Mistake(Visit("sol", "/agreements/{agreement-reed}/record"), {"name": ""}),
    Mistake(Visit("sol", "/agreements/{agreement-reed}/record-no"), {"why": ""}),
    Mistake(Visit("sol", "/contributions/{gus}/record-back"), {"name": ""}),
    Mistake(Visit("sol", "/agreements/{agreement-heron}/record-end"), {"why": ""}),
    Mistake(Visit("sol", "/partners/{reed}/reach"), {"phone": "12"}),
    Mistake(Visit("vi", "/recordings/{recording}/call")),
    Mistake(Visit("sol", "/recordings/{recording}/take-back")),
    Mistake(Visit("rahima", "/me/data/put-right")),
    Mistake(Visit("rahima", "/me/data/take-out")),
    Mistake(Visit("ada", "/claims/{claim-go}/decline")),
    Mistake(Visit("rahima", "/partners/{lantern}/edit"), {"name": ""}),
    Mistake(Visit("ines", "/partners/{lantern}/propose"), {"name": ""}),
    Mistake(Visit("ines", "/agreements/{agreement}/renew"), {"review_on-year": "2020"}),
    Mistake(Visit("rahima", "/passport/papers/{paper}/edit"), {"dated-year": "2999"}),
    Mistake(Visit("ines", "/pilots/{pilot}/base/propose")),
    Mistake(Visit("ravi", "/review/{rahima}/news")),
    Mistake(Visit("eve", "/contributions/{eve}/q/q2"), {"q2-waiting-families": "twelve"}),
    Mistake(Visit("ines", "/pilots/{pilot}/edit"), {"question": ""}),
    Mistake(Visit("ines", "/requests/{request-draft}/edit"), {"title": ""}),
    Mistake(Visit("ines", "/requests/{request-draft}/questions/q2"), {"words": ""}),
    Mistake(Visit("ines", "/pilots/{pilot}/canvas/edit"), {"item-1-name": ""}),
    Mistake(Visit("ravi", "/insights/{insight-draft}/reword"), {"statement": ""}),
)
