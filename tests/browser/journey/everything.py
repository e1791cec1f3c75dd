"""A portal in which everything on the way has happened to somebody, so that each page can be
opened empty, full, and after a mistake. Made by the portal's own verbs."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import pyotp
from flask import Flask
from sqlalchemy import select, update

from pilots import (
    cohort,
    composing,
    drafts,
    entering,
    ground,
    handing_over,
    pilot,
    publications,
    quotations,
    releases,
    requests,
    review,
    verdicts,
    versions,
)
from pilots.contributions import Contribution
from pilots.insight import Insight
from pilots.publications import Publication
from pilots.quotations import Quotation
from pilots.requests import Request
from portal import form_sheets, storing
from portal.attachments import SOUNDS, check
from tests.world import World, picture, spoken
from trust import (
    agreements,
    capability,
    claims,
    complaints,
    confirming,
    conflicts,
    consulting,
    contacts,
    diary,
    dispute,
    elections,
    ending,
    files,
    inquiries,
    merging,
    negotiation,
    newcomers,
    passport,
    passport_links,
    profiles,
    proposals,
    pulse,
    reach,
    recordings,
    relationships,
    renewal,
    seats,
    second_factor,
    signing,
    standing_by,
    voices,
    vouching,
)
from trust.attachments import Attachment
from trust.changes import Change
from trust.governance.case import Case
from trust.inquiries import Consultation, Covered, Inquiry
from trust.ledger import Promised
from trust.partners import Kind, Partner
from trust.passkeys import Passkey
from trust.passport_links import PassportLink
from trust.people import Person, Seat
from trust.records import Record, Ref
from trust.safeguarding import Concern
from trust.signin import SignIn

WARDS = b"WD22CD,WD22NM,LAD22CD,LAD22NM\nE05013658,Gospel Oak,E09000007,Camden\n"
REGISTER = b"""registered_charity_number,charity_name,charity_company_registration_number
210843,DUKINFIELD BAPTIST CHURCH,NA
210843,TWICE IN THE FILE,NA
"""
SHEET = b"Code R%d-V1,Question,About it,Your answer\nQ1,,,Atlantis\nQ9,,,Of nothing\n,,,No code\n"
Acting = tuple[Person, Partner | None]

GROUPS = (
    ("Lantern Women’s Circle", "Rahima"),
    ("Copperfield Advice Desk", "Mo"),
    ("Redbrick Tenants’ Voice", "Joss"),
    ("Small Steps Parents", "Nia"),
    ("Willow Lunch Club", "Pat"),
    ("Elm Street Cooks", "Eve"),
    ("Foxglove Walkers", "Fay"),
    ("Gable Repair Shop", "Gus"),
    ("Kite Club", "Kit"),
)


@dataclass
class Everything:
    """The people by name, and the ids of what there is, by a name for each."""

    world: World
    people: dict[str, Acting] = field(default_factory=dict)
    ids: dict[str, Any] = field(default_factory=dict)

    def join(self, name: str, partner: Partner | None, *roles: str, at: Any = None) -> Acting:
        person = self.world.person(name, partner, *roles, at=at)
        self.people[name.lower()] = (person, partner)
        return self.people[name.lower()]

    def keep(self, name: str, record: Record) -> Any:
        self.ids[name] = record.id
        return record

    def do(self, who: str, verb: Any, subject: Any, **given: Any) -> Any:
        return self.world.do(self.people[who], verb, subject, **given)

    def partner_of(self, who: str) -> Partner:
        partner = self.people[who][1]
        assert partner is not None
        return partner

    def cookie(self, who: str, *, second_factor: bool = True) -> str:
        """What the browser of somebody who has signed in sends along."""
        held = self.world.client(*self.people[who]).get_cookie("portal")
        assert held is not None
        if not second_factor:
            with self.world.database.writing() as session:
                rows = session.query(SignIn).filter_by(person_id=self.people[who][0].id)
                rows.order_by(SignIn.id.desc())[0].second_factor_at = None
        return str(held.value)


def everything(app: Flask) -> Everything:
    """Make it all."""
    world = World(app)
    world.now = datetime.now(UTC) - timedelta(hours=2)  # each verb moves its clock a second on
    made = Everything(world)
    made.join("Ada", None, "administrator", at=world.installation())
    council = world.partner("Camden Council", Kind.COUNCIL)
    roles = ("relationship-lead", "signatory", "coordinator")
    lead, _ = made.join("Ines", council, *roles)
    made.join("Sam", council, "safeguarding-lead")
    made.join("Iris", council, "ig-lead")
    for name, person in GROUPS:
        partner = world.partner(name)
        made.join(person, partner, "member", "signatory")
        world.agreed(partner, council, made.people[person.lower()][0], lead)
    bridgeway = world.partner("Bridgeway VCS Network", Kind.INFRASTRUCTURE)
    made.join("Sol", bridgeway, "supporter", "signatory")
    made.keep("lantern", made.partner_of("rahima"))
    made.keep("council", council)
    made.keep("bridgeway", bridgeway)
    _talks(made)
    _reminders(made)
    _agreements(made)
    _pilot(made)
    _trust(made)
    _contributions(made)
    _insights(made)
    _speaking(made)
    _leaving(made)
    _newcomers(made)
    _sign_ins(made)
    return made


def _reminders(made: Everything) -> None:
    """A passkey, and a calendar with an address."""
    rahima, _ = made.people["rahima"]
    with made.world.database.writing() as session:
        held = {"credential": "AAAA", "public_key": "AAAA", "name": "Rahima’s phone"}
        session.add(Passkey(person_id=rahima.id, last_used_at=made.world.now, **held))
    made.do("rahima", diary.open_diary, rahima)


def _speaking(made: Everything) -> None:
    """A colleague who may leave, a group that nobody speaks for, and one for which two do."""
    world, hub = made.world, made.partner_of("sol")
    made.keep("wren", made.join("Wren", made.partner_of("rahima"), "member")[0])
    quiet, silver = world.partner("Quiet Kitchen"), world.partner("Silver Choir")
    with world.database.writing() as session:
        session.execute(update(Partner).where(Partner.id == quiet.id).values(supporter_id=hub.id))
    made.keep("quiet", quiet)
    made.join("Quin", quiet, "signatory")
    reach = {"person_id": None, "name": "Olive Moss", "email": "olive@example.org"}
    route = Ref.of(made.do("quin", contacts.add, quiet, **reach))
    made.do("quin", handing_over.leave, quiet, to={}, alone=True)
    made.do("rahima", standing_by.choose, made.partner_of("rahima"), supporter=hub)
    new = {"name": "Nia Hall", "email": "nia.hall@example.org", "why": "They chose her."}
    given = {"own": hub, "route": str(route), **new}
    vouched = made.keep("vouching", made.do("sol", vouching.vouch, quiet, **given))
    made.ids["vouch-link"] = vouching.link_token(world.app.config["PORTAL"].key, vouched)
    made.join("Wes", silver, "signatory")
    made.join("Zed", silver, "member")
    said = {"other": made.people["wes"][0], "why": "She left in May."}
    made.keep("dispute", made.do("zed", dispute.claim, silver, **said))


def _talks(made: Everything) -> None:
    world, ines = made.world, made.people["ines"]
    lantern, council = made.partner_of("rahima"), made.partner_of("ines")
    lines = ("Twelve women come each week.", "They wait nine weeks.")
    made.keep("note", world.note(ines, lantern, *lines, next_step="Ines brings numbers."))
    confirmed = world.note(ines, lantern, *lines, next_step="Rahima asks around.")
    made.do("rahima", relationships.confirm, confirmed, corrections={2: "They wait ten weeks."})
    made.keep("note-right", confirmed)
    disputed = world.note(ines, made.partner_of("mo"), *lines)
    made.do("mo", relationships.dispute, disputed, reason="Nobody said so.")
    made.keep("note-wrong", disputed)
    for who, own, other, how in (
        ("rahima", lantern, council, "hard"),
        ("ines", council, lantern, "good"),
    ):
        given = {"how": how, "differently": "Ring us before a day is moved.", "lang": "en"}
        made.do(who, pulse.say, own, other=other, **given)
    rahima, lead = made.people["rahima"][0], ines[0]
    answered = world.answered_question(lantern, rahima, council, lead)
    made.keep("answer", answered)
    made.ids["question-answered"] = answered.request_id
    asking = {"council": council, "words": "Who mends lifts?", "why": "", "lang": "en"}
    asked = made.do("rahima", requests.ask_council, lantern, **asking)
    made.keep("question-open", asked)
    made.keep("question-draft", made.do("ines", drafts.start, council, request=asked))


def _agreements(made: Everything) -> None:
    world, (lead, council) = made.world, made.people["ines"]
    assert council is not None
    held = world.all(agreements.Agreement)
    made.keep("agreement", next(one for one in held if one.giver_id == made.ids["lantern"]))
    for who, name in (("Yusuf", "Harbour Youth"), ("Ivy", "Ivy Choir"), ("Jun", "Juniper Hall")):
        partner = world.partner(name)
        made.join(who, partner, "signatory", "member")
        made.keep(f"agreement-{who.lower()}", world.proposed(partner, council, lead))
    made.keep("nettle", world.partner("Nettle Arts"))  # nothing between them and others yet
    asked = {
        "clause": "not-for-enforcement",
        "options": ["no-tenancy-action"],
        "why": "We fear it.",
    }
    held = world.read(agreements.Agreement, made.ids["agreement-ivy"])
    made.do("ivy", negotiation.ask_change, held, **asked)
    made.keep("change-ivy", world.all(Change)[-1])
    held = world.read(agreements.Agreement, made.ids["agreement-jun"])
    made.do("jun", ending.decline, held, reason="We have no time.")


def _trust(made: Everything) -> None:
    """What was promised long enough ago, a newer version, and a change to somebody's page."""
    world, lantern = made.world, made.partner_of("rahima")
    long_ago = world.now - timedelta(days=200)
    with world.database.writing() as session:
        session.execute(update(Promised).values(starts=long_ago))
        calls = Promised.giver_id == lantern.id, Promised.key == "call-back"
        made.keep("promised", session.scalars(select(Promised).where(*calls)).one())
    held = world.all(agreements.Agreement)
    mo = next(one for one in held if one.giver_id == made.partner_of("mo").id)
    next_year = world.now.date() + timedelta(days=365)
    made.keep("agreement-newer", made.do("ines", renewal.renew, mo, review_on=next_year))
    made.keep("agreement-mo", mo)
    fields = {"whom": "Women in Gospel Oak", "languages": "English, Bengali"}
    given = {"other": lantern, "fields": fields, "why": "I was at your meeting."}
    council = made.partner_of("ines")
    made.keep("proposal", made.do("ines", proposals.propose, council, **given))
    _claims(made)
    _complaint(made)
    _inquiries(made)
    _passport(made)
    _voices(made)
    _said(made)
    answers = {"notes": "heads", "devices": "some", "time": "little", "rules": "nobody"}
    made.do("rahima", capability.say, lantern, answers=answers, words="A room to meet in.")
    grace = {"name": "Grace Oke", "role": "Runs the lunch club", "way": "call", "said_yes": True}
    grace |= {"person_id": None, "phone": "020 7946 0019", "shown_to": "agreed"}
    made.keep("contact", made.do("rahima", contacts.add, lantern, **grace))
    ada, where = made.people["ada"], world.installation()
    twice = [world.partner(name) for name in ("Lantern Project", "Tower Club", "The Tower Club")]
    made.keep("twin", twice[0])
    for key, kept, gone in (("merge", lantern, twice[0]), ("merged", *twice[1:])):
        found = world.do(ada, merging.propose, where, kept=kept, gone=gone, chosen=())
        made.keep(key, found)
    world.do(ada, merging.do, world.read(merging.Merge, found.id))
    for name in ("Rosebank Choir", "Rosebank Choir CIC"):
        made.keep(name.lower().replace(" ", "-"), world.partner(name))


def _passport(made: Everything) -> None:
    """Papers of each sort, one with a file, and links that were opened and ended."""
    world, lantern = made.world, made.partner_of("rahima")
    today = world.now.date()
    with world.database.writing() as session:
        checked = check(picture(), "Our insurance, 2026.png")
        file = storing.put(session, storing.of(world.app), checked)
    for name, until, one in (
        ("Public liability, £5 million", today + timedelta(days=20), file),
        ("", today - timedelta(days=3), None),
        ("", None, None),
    ):
        given = {"name": name, "words": "Renewed each year.", "until": until, "file": one}
        dated = today - timedelta(days=340)
        kind = "insurance" if name else "safeguarding" if until else "rules"
        paper = made.do("rahima", passport.add, lantern, kind=kind, dated=dated, **given)
        made.ids.setdefault("paper", paper.id)
    made.ids["file"] = world.all(Attachment)[0].id
    for name, secret in (("link", "a-secret-of-tests"), ("link-ended", "another")):
        given = {"agreements": [made.ids["agreement"]], "files": True, "days": 30}
        given |= {"papers": [made.ids["paper"]], "to_whom": "Sam of the bank", "secret": secret}
        made.keep(name, made.do("rahima", passport_links.make, lantern, **given))
    link = world.read(PassportLink, made.ids["link"])
    world.do(made.people["rahima"], passport_links.opened, link)
    made.do("rahima", passport_links.end, world.read(PassportLink, made.ids["link-ended"]))


def _voices(made: Everything) -> None:
    """Two recordings of an agreement: in its own language, and in another one."""
    held = made.world.read(agreements.Agreement, made.ids["agreement"])
    for lang, said in (("en", ""), ("bn", "আমরা সমান।")):
        with made.world.database.writing() as session:
            sound = check(spoken(1.5 + len(said)), "Grace reads.wav", SOUNDS)
            file = storing.put(session, storing.of(made.world.app), sound)
        given = {"reader": "Grace Oke", "lang": lang, "words": said, "file": file}
        given["read_sha256"] = held.text_sha256
        made.keep("voice", made.do("rahima", voices.put_up, held, **given))


def _said(made: Everything) -> None:
    """Groups without a screen: one may say yes, one has said it by phone, one has said no, and one
    may end what it agreed to."""
    world, (lead, council) = made.world, made.people["ines"]
    assert council is not None
    made.join("Una", made.partner_of("sol"), "supporter")
    made.join("Vi", world.partner("Harbour Support", Kind.INFRASTRUCTURE), "supporter")
    groups = {"reed": "Reed Choir", "sedge": "Sedge Allotments"}
    groups |= {"teasel": "Teasel Knitters", "heron": "Heron Rowers"}
    for key, name in groups.items():
        given = {"name": name, "what": "", "lang": "en", "why": "We know them."}
        group = made.do("sol", newcomers.introduce, made.partner_of("sol"), **given)
        post = "12 Quay Road\nLondon NW5 1AA"
        made.keep(key, group)
        made.do("una", reach.write_for, group, post=post, phone="020 7946 0018")
        made.keep(f"agreement-{key}", world.proposed(group, council, lead))
    with world.database.writing() as session:
        long_ago = world.now - timedelta(days=30)
        session.execute(update(reach.Reach).values(post_since=long_ago, phone_since=long_ago))
    given = {"name": "Rose Hale", "role": "Chair", "how": "phone", "lang": "en"}
    given |= {"said_on": world.now.date()}
    no = {"kind": "no", "why": "We have no time."}
    more: dict[str, str]
    for key, more in (("sedge", {}), ("teasel", no), ("heron", {})):
        held = world.read(agreements.Agreement, made.ids[f"agreement-{key}"])
        more = more | {"read_sha256": held.text_sha256}
        name = "recording" if key == "sedge" else f"recording-{key}"
        made.keep(name, made.do("sol", recordings.record, held, **given, **more))
    heard = world.read(recordings.Recording, made.ids["recording-heron"])
    made.do("vi", confirming.call_back, heard, spoke_with="Rose")
    held = world.read(agreements.Agreement, made.ids["agreement-heron"])
    signed = {"name": "Ines", "role": "Lead", "read_sha256": held.text_sha256}
    made.do("ines", signing.sign_last, held, **signed)


def _claims(made: Everything) -> None:
    """What people ask about their own data: the council of a group, a group, and the portal."""
    for name, who, partner in (("claim", "rahima", "ines"), ("claim-asked", "ines", "rahima")):
        given = {"partner": made.partner_of(partner), "words": "My name has no h at its end."}
        made.keep(name, made.do(who, claims.ask_correction, made.people[who][0], **given))
    person = made.people["mo"][0]
    made.keep("claim-go", made.do("mo", claims.ask_erasure, person, words="I moved away."))


def _complaint(made: Everything) -> None:
    """A complaint about this portal, and a conflict of interest that a council names."""
    own = {"other": made.partner_of("gus"), "kind": "grant"}
    made.keep("conflict", made.do("ines", conflicts.declare, made.partner_of("ines"), **own))
    words = "Nobody called us back."
    given = {"about": None, "words": words, "name": "", "email": "", "lang": "en"}
    where = made.world.installation()
    made.keep(
        "complaint-portal", made.do("rahima", complaints.make, where, for_partner=True, **given)
    )


def _inquiries(made: Everything) -> None:
    """Two requests for information: one that a group has spoken about, and one that was closed."""
    council = made.partner_of("ines")
    made.join("Ida", council, "complaints-lead")
    for key, who in (("inquiry", "rahima"), ("inquiry-closed", "mo")):
        given = {"reference": "FOI/26/0117", "law": "foi", "lang": "en"}
        given |= {"asks": "All letters and notes about damp in council homes since 2024."}
        given |= {"received_on": made.world.now.date()}
        made.keep(key, made.do("ida", inquiries.log, council, **given))
        group = made.partner_of(who)
        about = {"about": Ref.of(group), "giver_id": group.id}
        made.do("ida", inquiries.cover, made.world.read(Inquiry, made.ids[key]), **about)
        made.keep("covered", made.world.all(Covered)[0])
        asked = made.world.all(Consultation)[-1]
        made.keep(f"consultation-{who}", asked)
        words = "Leave out the street names: they show who lives there."
        made.do(who, consulting.say, asked, wants="part", words=words)
    asked = made.world.read(Consultation, made.ids["consultation-mo"])
    made.do("ida", consulting.decide, asked, decision="part", reason="Streets could harm people.")
    closed = made.world.read(Inquiry, made.ids["inquiry-closed"])
    made.do("ida", inquiries.close, closed, outcome="part", reason="We sent all but the streets.")


def _pilot(made: Everything) -> None:
    world, (lead, council) = made.world, made.people["ines"]
    assert council is not None
    cohort_of = [(made.partner_of(who.lower()), made.people[who.lower()][0]) for _, who in GROUPS]
    opened = made.keep("pilot", world.pilot(council, lead, *cohort_of))
    invited = made.do("ines", cohort.invite, opened, partner=made.partner_of("yusuf"))
    made.keep("member-invited", invited)
    [joined] = [one for one in world.all(cohort.Member) if one.partner_id == made.ids["lantern"]]
    made.keep("member", joined)
    reviewer, _ = made.join("Ravi", council, "reviewer", at=opened)
    held = [one for one in world.all(Seat) if one.person_id == reviewer.id]
    [seat] = [one for one in held if one.role == "reviewer"]
    made.keep("seat-ravi", seat)
    made.join("Olu", council, "decision-owner", at=opened)
    made.join("Sol", made.partner_of("sol"), "connector", at=opened)
    [case] = [one for one in world.all(Case) if one.about == Ref.of(opened)]
    made.keep("case", case)
    given = {"leave_out": ["copy"], "options": {"not-for-enforcement": ["no-benefit-checks"]}}
    made.do("ines", ground.propose, opened, **given)
    made.keep("request", world.request(opened, council, lead))
    changing = made.keep("request-changing", world.request(opened, council, lead, title="Stairs"))
    made.keep("behind", made.do("fay", drafts.start, made.partner_of("fay"), request=changing))
    for words in ("Which floor is it?", "Since when?"):
        made.do("ines", versions.change, changing)
        given = {"kind": "short-text", "words": {"en": words}, "why": {"en": "To send help"}}
        made.do("ines", composing.add_question, changing, **given)
        if words == "Which floor is it?":
            given = {"words": {"en": "What happened, in short?"}, "why": {"en": "To plan"}}
            made.do("ines", composing.edit_question, changing, key="q3", **given)
            made.do("ines", versions.put_change, changing)
    made.keep("request-draft", world.request(opened, council, lead, title="Lifts", open=False))


def _contributions(made: Everything) -> None:
    world = made.world
    asked = world.read(Request, made.ids["request"])
    ravi = made.people["ravi"]

    def sent(who: str, **typed: Any) -> Contribution:
        person, partner = made.people[who]
        assert partner is not None
        return made.keep(who, world.contribution(asked, partner, person, **typed))

    for who in ("rahima", "mo", "joss"):
        sent(who)
        world.do(ravi, review.claim, world.read(Contribution, made.ids[who]))
        if who == "rahima":
            held = world.read(Contribution, made.ids[who])
            world.do(ravi, review.ask, held, words="Which line?")
            made.do("rahima", review.reply, held, words="The repairs line.")
        held = world.read(Contribution, made.ids[who])
        world.do(ravi, review.accept, held, next_news_on=world.now.date() + timedelta(days=20))
    aside = sent("nia")
    world.do(ravi, review.claim, aside)
    world.do(ravi, review.set_aside, aside, code="outside", reason="Thank you. It is about parks.")
    worrying = sent("pat", story="A child was hurt.")
    world.do(ravi, review.claim, worrying)
    world.do(ravi, review.pass_on, worrying, words="A child may be at risk.")
    [concern] = world.all(Concern)
    made.keep("concern", concern)
    draft = made.do("eve", drafts.start, made.partner_of("eve"), request=asked)
    made.keep("eve", draft)
    sent("fay")
    world.do(ravi, review.claim, sent("gus"))
    world.do(ravi, review.ask, world.read(Contribution, made.ids["gus"]), words="Which month?")
    made.do("gus", profiles.edit, made.partner_of("gus"), reached_by="letter")
    phoned = world.phoned(asked, made.partner_of("kit"), made.people["sol"])
    made.keep("phoned", phoned)
    paper = {"giver": made.partner_of("gus"), "channel": "paper"}
    made.keep("on-paper", made.do("sol", entering.enter, asked, **paper))
    ready = made.do("fay", drafts.start, made.partner_of("fay"), request=asked)
    world.type_in(ready, made.people["fay"][0])
    made.keep("ready", ready)
    pointing = made.do("joss", drafts.start, made.partner_of("joss"), request=asked)
    world.type_in(pointing, made.people["joss"][0], story="Ring Jean on 07700 900123.")
    made.keep("pointing", pointing)


def _insights(made: Everything) -> None:
    world, ravi = made.world, made.people["ravi"]
    opened = world.read(pilot.Pilot, made.ids["pilot"])
    rests_on = [world.read(Contribution, made.ids[who]) for who in ("rahima", "mo", "joss")]
    made.keep("insight-draft", world.insight(opened, ravi, *rests_on))
    made.keep("insight-shown", world.insight(opened, ravi, *rests_on, shown=True))
    found = world.insight(opened, ravi, *rests_on, shown=True)
    givers = [made.people[who] for who in ("rahima", "mo", "joss")]
    made.do("mo", verdicts.judge, found, kind="missed", words="Nobody asked the older people.")
    made.keep("insight", world.published(found, ravi, givers[0], givers[2]))
    world.response(found, made.people["olu"])


def _leaving(made: Everything) -> None:
    world, ravi = made.world, made.people["ravi"]
    opened = world.read(pilot.Pilot, made.ids["pilot"])
    made.keep("release-prepared", world.release(opened, ravi, title="Families, by ward"))
    made.keep("release", world.release(opened, ravi, made.people["olu"]))
    _publications(made, opened)
    today = world.now.date()
    for key, name, begins in (("election", "Kilburn", -3), ("election-coming", "Holborn", 90)):
        days = {"first_day": today + timedelta(begins), "last_day": today + timedelta(begins + 30)}
        given = {"region": world.region(), "name": name, "by_election": True, **days}
        made.keep(key, made.do("ada", elections.add, world.installation(), **given))
    with world.database.reading() as session:
        made.keep("count-table", releases.tables_of(session, opened.id)[0])


def _publications(made: Everything, opened: pilot.Pilot) -> None:
    """Findings for anyone: one that waits for a second person and for a yes, one that is out with
    words of a group and a view that does not agree, and one that was taken down."""
    world, ravi, olu = made.world, made.people["ravi"], made.people["olu"]
    rests_on = [world.read(Contribution, made.ids[who]) for who in ("rahima", "mo", "joss")]
    words = {rests_on[0].id: "They never came back."}
    for key in ("prepared", "", "down"):
        found = world.insight(opened, ravi, *rests_on, shown=True, quoted=words)
        made.do("mo", verdicts.judge, found, kind="not-quite", words="It is worse in winter.")
        givers = [made.people[who] for who in ("rahima", "joss")]
        found = world.published(found, ravi, *givers)
        quote = _quoted(world, found)
        name = "-".join(filter(None, ("publication", key)))
        made.keep(name, world.publication(found, ravi, quotes=(quote,)))
        made.keep(name.replace("publication", "quotation"), world.all(Quotation)[-1])
        if key != "prepared":
            made.do("rahima", quotations.allow, world.all(Quotation)[-1])
            world.signed(world.read(Publication, made.ids[name]), olu)
    down = world.read(Publication, made.ids["publication-down"])
    made.do("olu", publications.take_down, down, reason="A number in it was wrong.")


def _quoted(world: World, found: Insight) -> int:
    with world.database.reading() as session:
        return next(one.id for one in session.get_one(Insight, found.id).evidence if one.quoted)


def _newcomers(made: Everything) -> None:
    """A council and a group with whom nothing has happened yet."""
    world = made.world
    council = world.partner("Trafford Council", Kind.COUNCIL, "Trafford")
    made.join("Tara", council, "relationship-lead", "signatory", "coordinator")
    made.join("Sid", council, "safeguarding-lead")
    group = world.partner("Quay Singers", region="Trafford")
    made.join("Nora", group, "member", "signatory")
    made.keep("trafford", council)
    made.keep("quay", group)
    given = {"name": "Bins", "question": "Who sorts?", "lang": "en", "model": "connectors"}
    given |= {"first_stage": "B1", "region_id": world.region("Trafford").id}
    opened = made.keep("pilot-new", made.do("tara", pilot.open_pilot, council, **given))
    made.join("Rex", council, "reviewer", at=opened)
    written = {"title": {"en": "Bins"}, "why": {"en": "To know"}, "minutes": 5}
    request = made.do("tara", requests.write, opened, **written, payment="", closes_on=None)
    made.keep("request-new", request)
    new = {"role": "member", "name": "Hodan", "email": "hodan@example.org"}
    seat = made.do("rahima", seats.give_at_partner, made.partner_of("rahima"), **new)
    made.keep("seat", world.read(Seat, seat.id))
    made.people["hodan"] = (world.person("Hodan", None), None)
    made.keep("thistle", world.partner("Thistle Theatre"))


def _sign_ins(made: Everything) -> None:
    """Somebody who acts for two partners; an app for codes; a file that waits."""
    made.join("Amal", made.partner_of("mo"), "member")
    made.world.person("Amal", made.partner_of("joss"), "member")
    secret, key = second_factor.fresh_secret(), made.world.app.config["PORTAL"].key
    given = {"secret": secret, "typed": pyotp.TOTP(secret).at(made.world.now), "key": key}
    made.do("iris", second_factor.set_authenticator, made.people["iris"][0], **given)
    ada = made.people["ada"][0]
    with made.world.database.writing() as session:
        region = {"region": str(made.world.region().id)}
        for key, rows, given in (("areas", WARDS, {}), ("partners", REGISTER, region)):
            kept = files.keep(session, ada.id, key, f"{key}.csv", rows, given, datetime.now(UTC))
            made.keep(key, kept)
        eve, about = made.people["eve"][0], {"contribution": str(made.ids["eve"])}
        rows = SHEET % made.ids["request"]
        kept = files.keep(session, eve.id, "answers", "a.csv", rows, about, datetime.now(UTC))
        made.keep("sheet", kept)
        ines, damp = made.people["ines"][0], {"pilot": str(made.ids["pilot"])}
        form = form_sheets.write({"survey": [["type", "name", "label"], ["date", "d", "When?"]]})
        kept = files.keep(session, ines.id, "xlsform", "f.xlsx", form, damp, datetime.now(UTC))
        made.keep("form", kept)
