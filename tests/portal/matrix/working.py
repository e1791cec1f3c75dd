"""The town's work: pilots, requests, contributions in every state, findings, releases, files."""

import json
from datetime import timedelta
from typing import Any

from sqlalchemy import select, update

from pilots import (
    canvas,
    cohort,
    composing,
    contributions,
    copies,
    drafts,
    publications,
    quotations,
    releases,
    requests,
    review,
    verdicts,
    versions,
)
from pilots import ground as grounds
from pilots.contributions import Contribution
from pilots.insight import Insight
from pilots.publications import Publication
from pilots.quotations import Quotation
from pilots.xlsforms.reading import read
from portal import form_sheets, import_jobs
from tests.portal.matrix.builder import Builder
from tests.portal.matrix.forms import FILES, FORM, PHONE, with_ids
from tests.portal.matrix.personas import mark
from tests.portal.matrix.tracers import sums
from trust import elections, files, reach, recordings, seats
from trust.elections import Election
from trust.governance.case import Case
from trust.reach import Reach
from trust.records import Ref
from trust.safeguarding import Concern

SEATS = (
    ("damp", "coordinator-unconfirmed", "camden", "coordinator"),
    ("damp", "revoked", "camden", "coordinator", "reviewer"),
    ("damp", "expired", "camden", "reviewer"),
    ("damp", "reviewer", "camden", "reviewer"),
    ("damp", "decision-owner", "camden", "decision-owner"),
    ("damp", "research-lead", "camden", "research-lead"),
    ("damp", "ig-lead", "camden", "ig-lead"),
    ("damp", "observer", "forum", "observer"),
    ("damp", "neighbour", "camden", "research-lead"),
    ("damp", "own-reviewer", "camden", "reviewer"),
    ("other", "other-reviewer", "camden", "reviewer"),
    ("other", "neighbour", "camden", "coordinator", "reviewer", "decision-owner", "ig-lead"),
    ("damp", "both-sides", "copperfield", "reviewer"),
    ("damp", "busy-connector", "hub", "connector"),
    ("other", "busy-connector", "hub", "connector"),
    ("other", "both-sides", "copperfield", "connector"),
)


def work(b: Builder) -> None:
    _pilots(b)
    _requests(b)
    _contributions(b)
    _findings(b)
    _said(b)
    given = {"leave_out": ["copy"], "options": {}}
    b.name("ground.damp", b.do("coordinator", grounds.propose, "pilot.damp", **given))
    _files(b)
    _forms(b)


def _said(b: Builder) -> None:
    """A group that is reached by post: an agreement for it to say yes to, and one to which it said
    so by phone."""
    newcomer = b.partner("newcomer")
    given = {"post": mark("reach.newcomer"), "phone": PHONE}
    b.name("reach.newcomer", b.do("supporter", reach.write_for, "partner.newcomer", **given))
    long_ago = b.world.now - timedelta(days=30)
    with b.world.database.writing() as session:
        at = update(Reach).where(Reach.partner_id == newcomer.id)
        session.execute(at.values(post_since=long_ago, phone_since=long_ago))
    for key, council, damp in (("newcomer", "other-council", False), ("said", "coordinator", True)):
        person, partner = b.who[council]
        purpose = f"To learn {mark(f'agreement.{key}')}"
        pilot = b.now("pilot.damp") if damp else None
        made = b.world.proposed(newcomer, partner, person, purpose=purpose, pilot=pilot)
        b.name(f"agreement.{key}", made)
        b.names[f"text.{key}"] = made.text_sha256
    b.seat("hub", "hub", "supporter")
    given = {"name": mark("recording.said"), "role": "Chair", "how": "phone", "lang": "en"}
    given |= {"said_on": b.world.now.date(), "read_sha256": b.names["text.said"]}
    b.name("recording.said", b.do("hub", recordings.record, "agreement.said", **given))


def _pilots(b: Builder) -> None:
    _pilot(b, "damp", "coordinator", "signatory", "copperfield", "hub")
    _pilot(b, "other", "opener", "hub")
    _pilot(b, "bedford", "other-council")
    invited = b.do("other-council", cohort.invite, "pilot.bedford", partner=b.partner("lantern"))
    b.name("member.invited", invited)
    said_no = b.do("coordinator", cohort.invite, "pilot.damp", partner=b.partner("bramble"))
    b.name("member.declined", said_no)
    reason = f"We have {mark('member.declined')}"
    b.do("said-no", cohort.decline, "member.declined", reason=reason)
    for pilot, key, partner, *roles in SEATS:
        b.seat(key, partner, *roles, at=f"pilot.{pilot}")
    b.name("seat.reviewer", b.seat_of("reviewer", "pilot.damp"))
    b.name("seat.other-reviewer", b.seat_of("other-reviewer", "pilot.other"))
    b.seat("invited-reviewer", "forum", "invited-reviewer", at="case.damp")
    b.name("seat.invited-reviewer", b.seat_of("invited-reviewer", "case.damp"))
    b.seat("neighbour", "camden", "invited-reviewer", at="case.damp")


def _pilot(b: Builder, key: str, opener: str, *members: str) -> None:
    person, council = b.who[opener]
    joining = [(b.who[member][1], b.who[member][0]) for member in members]
    made = b.world.pilot(
        council,
        person,
        *joining,
        name="Damp" if key == "damp" else f"Pilot {mark(f'pilot.{key}')}",
        outcome=f"Repairs {mark(f'case.{key}')}",
    )
    b.name(f"pilot.{key}", made)
    with b.world.database.reading() as session:
        b.name(f"case.{key}", session.scalars(select(Case).where(Case.about == Ref.of(made))).one())
        for member in cohort.members(session, made.id):
            b.name(f"member.{key}.{member.partner.sort_name}", member)
        held = canvas.of(session, made.id)
        assert held is not None
        b.names["version.canvas"] = str(held.version)


def _requests(b: Builder) -> None:
    camden = b.partner("camden")
    lead, _ = b.who["relationship-lead"]
    b.world.answered_question(b.partner("hub"), b.who["hub"][0], camden, lead)
    answer = b.world.answered_question(
        b.partner("lantern"),
        b.who["member"][0],
        camden,
        lead,
        words=f"How long does it take {mark('request.question')}?",
        answer=f"Nine days {mark('contribution.answer')}.",
    )
    b.name("contribution.answer", answer)
    b.names["request.question"] = str(answer.request_id)
    second = b.do(
        "member",
        requests.ask_council,
        "partner.lantern",
        council=camden,
        words=f"Who calls back {mark('request.second')}?",
        why="",
        lang="en",
    )
    b.name("request.second", second)
    draft = b.do("relationship-lead", drafts.start, "partner.camden", request=second)
    b.name("contribution.answering", draft)
    _type(b, draft, "relationship-lead", f"We do {mark('contribution.answering')}.")
    for key, pilot, person, opened in (
        ("open", "damp", "coordinator", True),
        ("draft", "damp", "coordinator", False),
        ("changing", "damp", "coordinator", True),
        ("other", "other", "opener", True),
    ):
        title = f"Damp {mark(f'request.{key}')}"
        who = (camden, b.who[person][0])
        made = b.world.request(b.now(f"pilot.{pilot}"), *who, title=title, open=opened)
        b.name(f"request.{key}", made)
    group = f"{b.names['request.open']}-{b.names['partner.copperfield']}"
    b.names["group.copperfield"] = group
    _changes(b)


def _changes(b: Builder) -> None:
    """A draft whose questions changed since, and another change that is being written."""
    asked = b.now("request.changing")
    b.name("contribution.behind", b.do("member", drafts.start, "partner.lantern", request=asked))
    for words in (f"What is it {mark('question.put')}?", f"Since when {mark('question.written')}?"):
        b.do("coordinator", versions.change, "request.changing")
        given = {"kind": "long-text", "words": {"en": words}, "why": {"en": "To mend it"}}
        b.do("coordinator", composing.add_question, "request.changing", **given)
        if "written" not in words:
            b.do("coordinator", versions.put_change, "request.changing")


def _contributions(b: Builder) -> None:
    for key in ("sent", "reading", "asked", "accepted", "aside", "risk", "withdrawn"):
        _contribution(b, key, "member")
    for key in ("reading", "asked", "accepted", "aside", "risk"):
        b.do("reviewer", review.claim, f"contribution.{key}")
    words = f"Which year {mark('contribution.asked')}?"
    b.do("reviewer", review.ask, "contribution.asked", words=words)
    aside = {"code": "unclear", "reason": f"We could not say {mark('contribution.aside')}."}
    b.do("reviewer", review.set_aside, "contribution.aside", **aside)
    words = f"She said {mark('concern.risk')}"
    b.do("reviewer", review.pass_on, "contribution.risk", words=words)
    b.name("concern.risk", b.world.all(Concern)[0])
    b.do("member", contributions.withdraw, "contribution.withdrawn")
    for key in ("copperfield", "hub"):
        _contribution(b, key, key)
        b.do("reviewer", review.claim, f"contribution.{key}")
    for key in ("accepted", "copperfield", "hub"):
        b.do("reviewer", review.accept, f"contribution.{key}")
    b.do("reviewer", copies.take, "request.open", form="csv")
    _contribution(b, "other", "hub", "other")
    _by_phone(b)
    asked = b.now("request.open")
    draft = b.do("member", drafts.start, "partner.lantern", request=asked)
    b.name("contribution.draft", draft)
    b.world.type_in(draft, b.who["member"][0], **b.typed("draft"))


def _by_phone(b: Builder) -> None:
    """What connectors write down, and what the connector did before it was one."""
    _contribution(b, "former", "connector")
    b.do("signatory", seats.end, "seat.former")
    b.seat("connector", "hub", "supporter")
    for pilot in ("other", "damp"):
        b.seat("connector", "hub", "connector", at=f"pilot.{pilot}")
    b.name("seat.moved", b.seat_of("connector", "pilot.other"))
    for key, connector, group, request in (
        ("handed-over", "connector", "hub", "other"),
        ("dropped", "connector", "copperfield", "open"),
        ("relayed", "busy-connector", "copperfield", "open"),
    ):
        _phone(b, key, connector, group, request)
        sent = {"quote": "sector", "read_back_to": "Hodan"}
        b.do(connector, contributions.submit, f"contribution.{key}", **sent)
    b.do("copperfield", contributions.withdraw, "contribution.dropped")
    b.do("neighbour", seats.end, "seat.moved")
    _phone(b, "phone", "connector", "copperfield", "open")


def _phone(b: Builder, key: str, connector: str, group: str, request: str) -> None:
    asked, giver = b.now(f"request.{request}"), b.partner(group)
    made = b.world.phoned(asked, giver, b.who[connector], **b.typed(key))
    b.name(f"contribution.{key}", made)


def _type(b: Builder, draft: Contribution, who: str, words: str) -> None:
    """Words in the one box of a question that a group asked."""
    with b.world.database.writing() as session:
        held = session.get_one(Contribution, draft.id)
        (question,) = held.request_version.questions
        raw = {question.key: [words]}
        drafts.keep(held, question, raw, b.who[who][0].id, b.world.now)


def _contribution(b: Builder, key: str, giver: str, request: str = "open") -> None:
    person, partner = b.who[giver]
    asked = b.now(f"request.{request}")
    made = b.world.contribution(asked, partner, person, **b.typed(key))
    b.name(f"contribution.{key}", made)


def _findings(b: Builder) -> None:
    world, reviewer, damp = b.world, b.who["reviewer"], b.now("pilot.damp")
    accepted = ("accepted", "copperfield", "hub")
    tracers = sums({key: b.counts[key] for key in accepted})
    for key, given in b.counts.items():
        tracers |= sums({key: given})
    b.names["tracers"] = json.dumps(tracers)
    rests_on = [b.now(f"contribution.{key}") for key in accepted]
    for key in ("draft", "shown", "published"):
        said = f"They wait {mark(f'insight.{key}')}."
        # The cohort reads what was published, also where it does not rest on them.
        on = rests_on[:2] if key == "published" else rests_on
        made = world.insight(damp, reviewer, *on, statement=said, shown=key != "draft")
        b.name(f"insight.{key}", made)
    verdict = {"kind": "not-quite", "words": f"No, {mark('verdict.shown')}"}
    b.do("copperfield", verdicts.judge, "insight.shown", **verdict)
    givers = [b.who[key] for key in ("member", "copperfield")]
    published = world.published(b.now("insight.published"), reviewer, *givers)
    words = f"We call back {mark('response.published')}."
    b.name("response.published", world.response(published, b.who["decision-owner"], words))
    for key, audience in (
        ("prepared", "cohort"),
        ("waiting", "public"),
        ("public", "public"),
        ("cohort", "cohort"),
    ):
        signer: Any = b.who["decision-owner"] if key not in ("prepared", "waiting") else None
        title = mark(f"release.{key}")
        b.name(
            f"release.{key}",
            world.release(damp, reviewer, signer, title=title, audience=audience),
        )
    _publications(b, rests_on[:2])
    _elections(b)
    b.do("decision-owner", publications.allow, "publication.prepared", reason="A test.")
    with world.database.reading() as session:
        for key in ("damp", "other"):
            pilot_id = int(b.names[f"pilot.{key}"])
            b.name(f"table.{key}", releases.tables_of(session, pilot_id)[0])


def _publications(b: Builder, rests_on: list[Contribution]) -> None:
    """Findings for anyone: one that waits, also for an election; one that an officer let out; one
    that is out, with words that a group allowed; one that was taken down."""
    world, reviewer, owner = b.world, b.who["reviewer"], b.who["decision-owner"]
    givers = [b.who[key] for key in ("member", "copperfield")]
    for key in ("waiting", "prepared", "public", "down"):
        said, made = f"They wait {mark(f'publication.{key}')}.", b.now("pilot.damp")
        quoted = {one.id: "So" for one in rests_on}
        found = world.insight(made, reviewer, *rests_on, statement=said, shown=True, quoted=quoted)
        found = world.published(found, reviewer, *givers)
        with world.database.reading() as session:
            quotes = [one.id for one in session.get_one(Insight, found.id).evidence]
        b.name(f"publication.{key}", world.publication(found, reviewer, quotes=tuple(quotes)))
        first, _second = world.all(Quotation)[-2:]
        b.name(f"quotation.{key}", first)
        if key in ("public", "down"):
            b.do("member", quotations.allow, f"quotation.{key}")
            world.signed(b.now(f"publication.{key}"), owner)
    b.do("decision-owner", publications.take_down, "publication.down", reason="A test.")
    with world.database.reading() as session:
        held = session.get_one(Publication, int(b.names["publication.prepared"]))
        b.names["read.publication"] = publications.words_of(session, held, world.now).sha256


def _elections(b: Builder) -> None:
    """One that is on, one to come, one that is over and one taken away: what was released before
    is out."""
    today = b.world.now.date()
    for key, begins in (("on", -3), ("to-come", 90), ("over", -3), ("taken-away", 90)):
        days = {"first_day": today + timedelta(begins), "last_day": today + timedelta(begins + 30)}
        name = mark("election.to-come") if key == "to-come" else "Kilburn"
        given = {"region": b.made["region"], "name": name, "by_election": True, **days}
        b.name(f"election.{key}", b.do("administrator", elections.add, "installation", **given))
        for part in ("day", "month", "year"):
            b.names[f"election.{key}.{part}"] = str(getattr(days["first_day"], part))
    b.do("administrator", elections.take_away, "election.taken-away", reason="A test.")
    with b.world.database.writing() as session:
        over = update(Election).where(Election.id == int(b.names["election.over"]))
        session.execute(over.values(last_day=today - timedelta(1)))


def _forms(b: Builder) -> None:
    """A form of the coordinator that waits for a yes, and another file of the same person."""
    pilot, person = b.made["pilot.damp"], b.who["coordinator"][0].id
    given = {"pilot": str(pilot.id)}
    with b.world.database.writing() as session:
        for key, purpose in (("form", "xlsform"), ("no-form", "partners")):
            name = f"{mark(f'upload.{key}')}.xlsx"
            b.name(
                f"upload.{key}",
                files.keep(session, person, purpose, name, FORM, given, b.world.now),
            )
    title = mark("upload.form")
    found = read(form_sheets.read(FORM, name), lang=pilot.lang, title=title, places={})
    b.names["seen.form"] = found.fingerprint


def _files(b: Builder) -> None:
    """Two files that wait for a yes, one that was brought in, and one of a colleague."""
    world, region = b.world, b.made["region"]
    with world.database.writing() as session:
        for key, who, job in (
            ("partners", "administrator", import_jobs.PARTNERS),
            ("areas", "administrator", import_jobs.AREAS),
            ("done", "administrator", import_jobs.PARTNERS),
            ("colleague", "keeper", import_jobs.PARTNERS),
        ):
            given = {"region": str(region.id)} if job is import_jobs.PARTNERS else {}
            person, content = b.who[who][0].id, FILES[job.key]
            name = f"{mark(f'upload.{key}')}.csv"
            upload = files.keep(session, person, job.key, name, content, given, world.now)
            b.name(f"upload.{key}", upload)
            lines, _sheet = import_jobs.read(job, content, name)
            plan = import_jobs.plan(session, job, lines, given, "")
            b.names[f"seen.{key}"] = plan.fingerprint
            if key == "done":
                files.used(upload, plan.packed(), world.now)
        content, about = with_ids(FILES["answers"], b.names), b.names["contribution.draft"]
        name, given = f"{mark('upload.answers')}.csv", {"contribution": about}
        person = b.who["member"][0].id
        upload = files.keep(session, person, "answers", name, content, given, world.now)
        b.name("upload.answers", upload)
