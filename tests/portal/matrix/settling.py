"""The town's partners and people, what they said to each other, and what they agreed."""

from datetime import timedelta
from typing import Any

from sqlalchemy import select, update

from pilots import handing_over
from portal import storing
from portal.attachments import SOUNDS, check
from tests.portal.matrix.builder import Builder
from tests.portal.matrix.forms import FILE
from tests.portal.matrix.personas import mark
from tests.world import SECRET, spoken
from trust import (
    attachments,
    capability,
    claims,
    complaints,
    conflicts,
    consulting,
    contacts,
    diary,
    dispute,
    inquiries,
    merging,
    negotiation,
    newcomers,
    passport,
    passport_links,
    proposals,
    pulse,
    relationships,
    seats,
    standing_by,
    voices,
    vouching,
)
from trust.calendar import london_day, quarter_of
from trust.changes import Change
from trust.inquiries import Consultation, Covered
from trust.ledger import Promised
from trust.partners import Kind, Partner
from trust.passkeys import Passkey
from trust.records import Ref
from trust.voices import Voice

PARTNERS = (
    ("lantern", "Lantern", Kind.VCS, "Camden"),
    ("copperfield", "Copperfield", Kind.VCS, "Camden"),
    ("elsewhere", "Elsewhere", Kind.VCS, "Camden"),
    ("bramble", "Bramble", Kind.VCS, "Camden"),
    ("hub", "Hub", Kind.INFRASTRUCTURE, "Camden"),
    ("camden", "Camden Council", Kind.COUNCIL, "Camden"),
    ("bedford", "Bedford Council", Kind.COUNCIL, "Bedford"),
    ("forum", "Forum", Kind.REGIONAL, "Camden"),
    ("twin", "Lantern again", Kind.VCS, "Camden"),
)

SEATS = (
    ("member", "lantern", "member"),
    ("signatory", "lantern", "signatory"),
    ("copperfield", "copperfield", "member", "signatory"),
    ("outsider", "elsewhere", "member", "signatory"),
    ("hub", "hub", "member", "signatory"),
    ("said-no", "bramble", "member"),
    ("supporter", "hub", "supporter"),
    ("relationship-lead", "camden", "relationship-lead"),
    ("council-member", "camden", "member"),
    ("council-signatory", "camden", "signatory"),
    ("opener", "camden", "coordinator"),
    ("coordinator", "camden", "coordinator"),
    ("coordinator-unconfirmed", "camden", "coordinator"),
    ("revoked", "camden", "coordinator"),
    ("expired", "camden", "coordinator"),
    ("dpo", "camden", "dpo"),
    ("safeguarding-lead", "camden", "safeguarding-lead"),
    ("safeguarding-deputy", "camden", "safeguarding-deputy"),
    ("complaints-lead", "camden", "complaints-lead"),
    ("other-council", "bedford", "member", "signatory", "relationship-lead", "coordinator"),
    ("other-council", "bedford", "safeguarding-lead", "dpo", "ig-lead"),
    ("neighbour", "camden", "member"),
    ("busy-connector", "hub", "member"),
    ("both-sides", "copperfield", "member"),
    ("connector", "lantern", "member"),
    ("own-reviewer", "lantern", "member"),
    ("keeper", None, "administrator"),
    ("administrator", None, "administrator"),
    # Who has no more than a role in a pilot or at a case has one here that opens nothing of these.
    ("observer", "forum", "dpo"),
    ("invited-reviewer", "forum", "dpo"),
    ("nobody", None),
)


def settle(b: Builder) -> None:
    b.name("installation", b.world.installation())
    b.name("region", b.world.region())
    for key, name, kind, region in PARTNERS:
        b.name(f"partner.{key}", b.world.partner(name, kind, region))
    lantern, hub = b.partner("lantern"), b.partner("hub")
    with b.world.database.writing() as session:
        supported = update(Partner).where(Partner.id == lantern.id)
        session.execute(supported.values(supporter_id=hub.id))
    for key, partner, *roles in SEATS:
        b.seat(key, partner, *roles)
    given = {"name": "Newcomer", "what": "", "lang": "en", "why": "They asked us to."}
    b.name("partner.newcomer", b.do("supporter", newcomers.introduce, "partner.hub", **given))
    invited = {"role": "member", "name": "nobody Moss", "email": "nobody@example.org"}
    offered = b.do("signatory", seats.give_at_partner, "partner.lantern", **invited)
    b.name("seat.offered", offered)
    b.name("seat.member", b.seat_of("member", "partner.lantern"))
    b.name("seat.relationship-lead", b.seat_of("relationship-lead", "partner.camden"))
    b.name("seat.former", b.seat_of("connector", "partner.lantern"))
    _notes(b)
    _agreements(b)
    given = {"how": "hard", "differently": mark("pulse.lantern"), "lang": "en"}
    made = b.do("member", pulse.say, "partner.lantern", other=b.partner("camden"), **given)
    b.name("pulse.lantern", made)
    member, _ = b.who["member"]
    b.world.do(b.who["member"], diary.open_diary, member)
    with b.world.database.reading() as session:
        held = diary.of_person(session, member.id)
        assert held is not None
        b.names["diary.member"] = diary.token(SECRET.encode(), held)
    held = {"credential": "AAAA", "public_key": "AAAA", "name": mark("passkey.member")}
    with b.world.database.writing() as session:
        made = Passkey(person_id=member.id, **held)
        session.add(made)
        session.flush()
        b.name("passkey.member", made)
    said = {"answers": {"time": "little"}, "words": mark("capability.lantern")}
    b.name("capability.lantern", b.do("member", capability.say, "partner.lantern", **said))
    for key, who, shown_to in (
        ("lantern", "member", "nobody"),
        ("copperfield", "copperfield", "agreed"),
    ):
        reach = {"name": "Grace Oke", "ask_for": mark(f"contact.{key}"), "said_yes": True}
        given = {"person_id": None, "shown_to": shown_to, **reach}
        b.name(f"contact.{key}", b.do(who, contacts.add, f"partner.{key}", **given))
    b.do("outsider", standing_by.choose, "partner.elsewhere", supporter=hub)
    _speaking(b)
    given = {"fields": {"whom": mark("proposal.lantern")}, "why": ""}
    made = b.do("relationship-lead", proposals.propose, "partner.camden", other=lantern, **given)
    b.name("proposal.lantern", made)
    given = {"kept": lantern, "gone": b.partner("twin"), "chosen": ()}
    b.name("merge.lantern", b.do("administrator", merging.propose, "installation", **given))
    _claims(b)
    _complaints(b)
    _inquiries(b)
    _passport(b)
    given = {"other": b.partner("elsewhere"), "kind": "grant"}
    b.name("conflict.camden", b.do("council-member", conflicts.declare, "partner.camden", **given))
    b.do("council-member", conflicts.say_over, "conflict.camden", reason="I do other work now.")
    _voices(b)


def _claims(b: Builder) -> None:
    """What two people ask about their own data: the council, and this portal."""
    for key, who in (("camden", "member"), ("to-go", "copperfield")):
        person, _ = b.who[who]
        b.name(f"person.{who}", person)
        ask, given = claims.ask_erasure, dict[str, Any]()
        if key == "camden":
            ask, given = claims.ask_correction, {"partner": b.partner("camden")}
        given["words"] = f"It is {mark(f'claim.{key}')}."
        b.name(f"claim.{key}", b.do(who, ask, f"person.{who}", **given))


def _complaints(b: Builder) -> None:
    """What a group says of the council, and what somebody says of this portal."""
    for key, who, about in (
        ("lantern", "member", b.partner("camden")),
        ("own", "copperfield", None),
    ):
        given = {"words": f"It was {mark(f'complaint.{key}')}.", "name": "", "email": ""}
        given |= {"about": about, "lang": "en", "for_partner": about is not None}
        b.name(f"complaint.{key}", b.do(who, complaints.make, "installation", **given))


def _inquiries(b: Builder) -> None:
    """Somebody asked the council for what it holds; a group that it is about has spoken."""
    given = {"reference": "FOI/1", "law": "foi", "lang": "en", "received_on": b.world.now.date()}
    given["asks"] = f"All about {mark('inquiry.camden')}."
    made = b.do("complaints-lead", inquiries.log, "partner.camden", **given)
    b.name("inquiry.camden", made)
    lantern = b.partner("lantern")
    about = {"about": Ref.of(lantern), "giver_id": lantern.id}
    b.do("complaints-lead", inquiries.cover, "inquiry.camden", **about)
    [covered] = b.world.all(Covered)
    b.name("covered.camden", covered)
    [asked] = b.world.all(Consultation)
    b.name("consultation.lantern", asked)
    words = f"Not {mark('consultation.lantern')}."
    b.do("member", consulting.say, "consultation.lantern", wants="part", words=words)
    given |= {"reference": "FOI/2", "asks": f"Closed, {mark('inquiry.closed')}."}
    b.name("inquiry.closed", b.do("complaints-lead", inquiries.log, "partner.camden", **given))
    b.do("complaints-lead", inquiries.close, "inquiry.closed", outcome="mistake", reason="A test.")


def _speaking(b: Builder) -> None:
    """Two groups that nobody speaks for any more, and one where two people say so."""
    for key in ("silent", "vouched"):
        group = b.name(f"partner.{key}", b.world.partner(f"The {key}", Kind.VCS))
        with b.world.database.writing() as session:
            supported = update(Partner).where(Partner.id == group.id)
            session.execute(supported.values(supporter_id=b.partner("hub").id))
        b.seat(f"left-{key}", key, "signatory")
        grace = {"person_id": None, "name": "Grace Oke", "email": f"{key}@example.org"}
        b.name(f"contact.{key}", b.do(f"left-{key}", contacts.add, f"partner.{key}", **grace))
        b.do(f"left-{key}", handing_over.leave, f"partner.{key}", to={}, alone=True)
        b.names[f"route.{key}"] = str(Ref.of(b.made[f"contact.{key}"]))
    new = {"name": "Nia", "email": "nia@example.org", "why": mark("vouching.vouched")}
    given = {"own": b.partner("hub"), "route": b.names["route.vouched"], **new}
    b.name("vouching.vouched", b.do("supporter", vouching.vouch, "partner.vouched", **given))
    b.names["token.vouched"] = vouching.link_token(
        b.world.app.config["PORTAL"].key, b.made["vouching.vouched"]
    )
    b.seat("bramble-two", "bramble", "signatory")
    said = {"other": b.who["said-no"][0], "why": mark("dispute.bramble")}
    b.name("dispute.bramble", b.do("bramble-two", dispute.claim, "partner.bramble", **said))


def _passport(b: Builder) -> None:
    """Two papers of Lantern's, one with a file, and a link that is open and one that is not."""
    given = {"kind": "other", "dated": london_day(b.world.now), "until": None}
    where = storing.of(b.world.app)
    for key in ("lantern", "other"):
        checked = check(FILE, f"{mark(f'attachment.{key}')}.png")
        with b.world.database.writing() as session:
            file = storing.put(session, where, checked)
        said = {"name": mark(f"paper.{key}"), "words": "", "file": file}
        made = b.do("member", passport.add, "partner.lantern", **given, **said)
        b.name(f"paper.{key}", made)
        with b.world.database.reading() as session:
            b.name(f"attachment.{key}", attachments.of(session, Ref.of(made))[Ref.of(made)][0])
    for key in ("open", "ended"):
        link = b.do(
            "member",
            passport_links.make,
            "partner.lantern",
            papers=[int(b.names["paper.lantern"])],
            agreements=[],
            files=True,
            to_whom=mark(f"link.{key}"),
            days=30,
            secret=f"secret-{key}",
        )
        b.name(f"link.{key}", link)
        b.names[f"secret.{key}"] = f"secret-{key}"
    b.names["item.paper"] = f"paper-{b.names['paper.lantern']}"
    b.do("member", passport_links.end, "link.ended")


def _voices(b: Builder) -> None:
    """A member of Lantern reads its agreement aloud, and read aloud what it said before."""
    checked = check(spoken(), "aloud.wav", SOUNDS)
    for key, sound in (("lantern", "read"), ("before", "before")):
        with b.world.database.writing() as session:
            file = storing.put(session, storing.of(b.world.app), checked)
        held = b.made["agreement.lantern"]
        given = {"reader": mark(f"voice.{key}"), "lang": "so", "words": "Waa siman nahay."}
        given |= {"read_sha256": held.text_sha256, "file": file}
        made = b.do("member", voices.put_up, "agreement.lantern", **given)
        b.name(f"voice.{key}", made)
        with b.world.database.reading() as session:
            b.name(f"attachment.{sound}", attachments.of(session, Ref.of(made))[Ref.of(made)][0])
    with b.world.database.writing() as session:
        session.info["verb"] = "tests"
        session.get_one(Voice, b.names["voice.before"]).text_sha256 = "0" * 64


def _notes(b: Builder) -> None:
    for key in ("lantern", "copperfield"):
        lines = (f"They said {mark(f'note.{key}')}.", "They meet on Mondays.")
        written = b.world.note(
            b.who["relationship-lead"], b.partner(key), *lines, next_step="Call on Monday."
        )
        b.name(f"note.{key}", written)
    b.do("copperfield", relationships.confirm, "note.copperfield", corrections={})


def _promises(b: Builder) -> None:
    """What Camden promised Lantern holds long enough for three months to be over."""
    long_ago = b.world.now - timedelta(days=200)
    with b.world.database.writing() as session:
        held = Promised.source == Ref.of(b.made["agreement.lantern"])
        session.execute(update(Promised).where(held).values(starts=long_ago))
        stmt = select(Promised).where(held, Promised.key == "call-back")
        b.name("promised.lantern", session.scalars(stmt).one())
    first, _ = quarter_of(london_day(b.world.now))
    b.names["quarter.over"] = (first - timedelta(days=1)).isoformat()


def _agreements(b: Builder) -> None:
    camden, bedford = b.partner("camden"), b.partner("bedford")
    lead, _ = b.who["council-signatory"]
    for key, signer in (("lantern", "signatory"), ("copperfield", "copperfield"), ("hub", "hub")):
        purpose = f"To learn {mark(f'agreement.{key}')}"
        person, partner = b.who[signer]
        b.name(f"agreement.{key}", b.world.agreed(partner, camden, person, lead, purpose=purpose))
    for key, council, partner, person in (
        ("offered", bedford, b.partner("lantern"), b.who["other-council"][0]),
        ("asked", camden, b.partner("elsewhere"), lead),
    ):
        purpose = f"To learn {mark(f'agreement.{key}')}"
        made = b.world.proposed(partner, council, person, purpose=purpose)
        b.name(f"agreement.{key}", made)
        b.names[f"text.{key}"] = made.text_sha256
    _promises(b)
    change = {"clause": "quote", "why": mark("agreement.asked"), "note": "Ask us each time."}
    b.do("outsider", negotiation.ask_change, "agreement.asked", **change)
    b.name("change.asked", b.world.all(Change)[-1])
