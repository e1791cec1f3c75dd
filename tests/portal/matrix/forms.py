"""What each form is sent with: enough to be done, if whoever sends it may. By case of the policy,
as ``endpoint.case``, or for every case of an endpoint; names of the town stand for ids, bytes for
a file."""

from datetime import UTC, datetime, timedelta
from typing import Any

TODAY = datetime.now(UTC).date()
SOON = TODAY + timedelta(days=90)


def day(field: str, on: Any = SOON) -> dict[str, str]:
    """A date, as its three boxes send it."""
    parts = {"day": on.day, "month": on.month, "year": on.year}
    return {f"{field}-{part}": str(value) for part, value in parts.items()}


PHONE = "01632 960 001"
FILES = {
    "partners": b"charity_name,registered_charity_number\nHarbour Table,1234567\n",
    "areas": b"WD21CD,WD21NM,LAD21CD,LAD21NM\nE05000819,Altrincham,E08000009,Trafford\n",
}
REASON = {"reason": "Because it is so."}
INVITATION = {"name": "Hodan", "email": "hodan@example.org", "role": "member"}
REQUEST = {"title": "Damp", "why": "To mend it", "minutes": "10", "payment": ""}
QUESTION = {
    "words": "What happened?",
    "why": "To mend it",
    "category": "story",
    "publishable": "yes",
    "required": "yes",
}

FORMS: dict[str, dict[str, Any]] = {
    "signin.ask": {"email": "member@example.org"},
    "signin.code": {"code": "123456"},
    "signin.link": {},
    "signin.second_factor": {"code": "123456"},
    "proof.again": {"code": "123456"},
    "proof.send": {},
    "signin.authenticator": {"code": "123456"},
    "signin.sign_out": {},
    "signin.where": {"session": "session.nobody"},
    "people.acting_for": {"partner": "partner.lantern"},
    "people.invite": INVITATION,
    "people.invite_first": INVITATION | {"role": "signatory"},
    "people.seat.offered": {"answer": "yes"},
    "people.seat.of-a-colleague": {"answer": "yes"},
    "people.end": {},
    "people.renew": {},
    "people.mine": {"seat": "seat.member"},
    "rights.mine": {"as": "data"},
    "rights.correct": {"partner": "portal", "words": "My name is wrong."},
    "rights.erase": {"sure": "yes"},
    "rights.claim": {},
    "rights.decline": REASON,
    "rights.take_back": {},
    "people.phone": {"phone": "01632 960 001"},
    "partners.check": {},
    "partners.edit": {"name": "A new name", "phone": "01632 960 001"},
    "partners.introduce": {"name": "Harbour Table", "what": "We cook.", "why": "We know them."},
    "relationships.new": {"how": "met", "lines": "They said so.", **day("happened_on", TODAY)},
    "relationships.confirm": {"line_1": "They said something else."},
    "relationships.dispute": REASON,
    "relationships.next_step": {"done": "yes"},
    "agreements.new": {
        "work": "each",
        "purpose": "To learn why",
        **day("review_on"),
        **dict.fromkeys(("own_name", "own_deputy", "other_name", "other_deputy"), "Ada Bell"),
        **{f"{side}_phone": PHONE for side in ("own", "own_deputy", "other", "other_deputy")},
    },
    "agreements.renew": day("review_on"),
    "agreements.change": {"note": "Ask us first, each time.", "why": "It matters to us."},
    "agreements.answer": {"answer": "make"},
    "agreements.sign": {
        "name": "Ada Bell",
        "role": "Lead",
        "may": "y",
        "read_sha256": "text.offered",
    },
    "promises.say_how": {"state": "kept"},
    "letters.confirm": {"reference": "ABCD EFGH", "code": "ABCD EFGH JK"},
    "recordings.record": {
        "name": "Rahima",
        "role": "Chair",
        "how": "paper",
        "lang": "en",
        "whole": "y",
        "read": "text.newcomer",
        **day("said_on", TODAY),
    },
    "recordings.letter": {"lang": "en"},
    "recordings.call": {"spoke_with": "Rahima", "right": "y"},
    "recordings.take_back": REASON,
    "recordings.write_reach": {"post": "1 New Street", "phone": PHONE},
    "capability.write": {"time": "some", "words": "A chair."},
    "contacts.new": {"name": "Grace Oke", "phone": PHONE, "shown_to": "nobody"},
    "contacts.edit": {"name": "Grace Oke", "phone": PHONE, "shown_to": "nobody"},
    "contacts.take_out": {},
    "handover.leave": {"everything": "person.signatory"},
    "handover.see_out": {"everything": "person.signatory"},
    "proposals.new": {"name": "Lantern", "whom": "Women nearby"},
    "proposals.show": {"fields": "whom"},
    "proposals.decline": {},
    "agreements.decline": REASON,
    "agreements.end": REASON,
    "pilots.new": {
        "name": "Meals",
        "question": "Who eats alone?",
        "model": "neighbourhood",
        "region": "region",
    },
    "pilots.edit": {"question": "Why do they wait?"},
    "pilots.pause": REASON,
    "pilots.resume": {},
    "pilots.end": REASON,
    "pilots.stage": {"stage": "A1", "confirmed": "y"},
    "pilots.go_back": {"stage": "A1", "to": "A0", **REASON},
    "pilots.agree_canvas": {"version": "version.canvas"},
    "pilots.edit_canvas": {
        "version": "version.canvas",
        "outcome": "Repairs",
        "action": "Calls",
        "product": "A list",
        "without_personal": "Yes",
        "item-1-name": "Families",
        "item-1-why": "To see",
        "item-1-category": "count",
        "item-1-personal": "no",
    },
    "pilots.invite": {"partner": "partner.elsewhere"},
    "pilots.member.invited": {"answer": "yes"},
    "pilots.member.invited-says-no": {"answer": "no", **REASON},
    "pilots.member.said-no": {"answer": "yes"},
    "pilots.member.copperfield": REASON,
    "pilots.give_role": {
        "role": "decision-owner",
        "partner": "partner.camden",
        "name": "council-member Moss",
        "email": "council-member@example.org",
    },
    "releases.prepare": {"title": "Waiting", "description": "Who waits.", "audience": "public"},
    "releases.show": {},
    "releases.drop": REASON,
    "cases.box.decision": {"decision": "light", **REASON},
    "cases.people": INVITATION
    | {"email": "council-member@example.org", "role": "dpo", "partner": "partner.camden"},
    "cases.end_seat": {},
    "cases.box": {"words": "Repairs are done."},
    "requests.ask": {"council": "partner.bedford", "words": "How long?", "lang": "en"},
    "requests.new": REQUEST,
    "requests.edit": REQUEST,
    "requests.add": QUESTION,
    "requests.edit_question": QUESTION,
    "requests.take_out": {},
    "requests.arrange": {"down": "q1"},
    "requests.open_": {},
    "requests.close": {},
    "requests.decline": REASON,
    "requests.reopen": {},
    "requests.put": {"partner": "partner.copperfield"},
    "contributions.start": {"again": "1"},
    "contributions.start.sent-before": {},
    "contributions.enter": {"giver": "group.copperfield", "channel": "phone"},
    "contributions.show": {"words": "Last year."},
    "contributions.take_back": {},
    "answering.question": {"q3": "They called again."},
    "answering.question.a-group-asks": {"answer": "We do."},
    "answering.draft": {"q3": "They called again."},
    "answering.check": {},
    "answering.send": {"quote": "sector", "read_back_to": "Hodan"},
    "review.claim": {},
    "review.hand_back": {},
    "review.thanks": {},
    "review.ask": {"words": "Which year?"},
    "review.accept": {**day("next_news_on"), **REASON},
    "review.news": day("next_news_on"),
    "review.set_aside": {"code": "unclear", **REASON},
    "review.at_risk": {"words": "She said she is afraid."},
    "safeguarding.concern": {"tell": "yes"},
    "insight.new": {
        "statement": "They wait.",
        "confidence": "likely",
        "rests_on": "contribution.accepted",
    },
    "insight.share": day("answer_by"),
    "insight.reword": {"statement": "They wait long.", "version": ""},
    "insight.publish": {},
    "insight.judge": {"kind": "right"},
    "insight.respond": {"kind": "did", "words": "We call back."},
    "installation.add_partner": {"name": "Harbour Council", "kind": "council", "region": ""},
    "imports.region": {"name": "Trafford"},
    "imports.partners_upload": {"seen": "seen.partners"},
    "imports.areas_upload": {"seen": "seen.areas"},
    "imports.partners": {"file": FILES["partners"], "region": "region"},
    "imports.areas": {"file": FILES["areas"]},
}


def form_of(case: Any) -> dict[str, Any]:
    """What the form of a case is sent with. Raises ``KeyError`` when nobody wrote that down."""
    return FORMS[str(case)] if str(case) in FORMS else FORMS[case.endpoint]
