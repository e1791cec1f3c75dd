"""A group without a screen, those who stand by groups, and what it says by phone or on paper."""

import re
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from flask.testing import FlaskClient

from tests.world import SECRET, World
from trust import confirming, letters, newcomers, reach, recordings, signing
from trust.act import PUBLIC, Act
from trust.agreements import Agreement
from trust.outbox import Parcel
from trust.partners import Kind, Partner
from trust.people import Person
from trust.reach import STANDS_FOR
from trust.recordings import Recording

POST = "12 Quay Road\nLondon NW5 1AA"
PHONE = "020 7946 0018"

Who = tuple[Person, Partner]


def day(on: Any) -> dict[str, Any]:
    return {"said_on-day": on.day, "said_on-month": on.month, "said_on-year": on.year}


def code_on(page: str) -> tuple[str, str]:
    """The number and the code that stand on a letter."""
    reference, code = re.findall(r'<strong class="app-reads"[^>]*>([^<]+)</strong>', page)
    return reference, code


@dataclass
class OnBehalf:
    """Quay Kitchen has nobody here. Noor stands by it; Sheila, of the same organisation, wrote down
    where it is reached; Kwame, of another one, asks it. Ines is of the council."""

    world: World
    camden: Partner
    quay: Partner
    ines: Who
    noor: Who
    sheila: Who
    kwame: Who

    def browser(self, who: Who) -> FlaskClient:
        return self.world.client(*who)

    def proposed(self) -> Agreement:
        return self.world.proposed(self.quay, self.camden, self.ines[0])

    def in_force(self) -> Agreement:
        """An agreement that the group signed by phone."""
        held = self.proposed()
        self.world.do(
            self.kwame,
            confirming.call_back,
            self.said(self.noor, held),
            spoke_with="Rahima",
        )
        given = {"name": "Ines", "role": "Lead", "read_sha256": held.text_sha256}
        self.world.do(self.ines, signing.sign_last, held, **given)
        return self.now(held)

    def of_kind(self, kind: str) -> Agreement:
        """An agreement of which this can be said."""
        return self.in_force() if kind == "end" else self.proposed()

    def now(self, held: Agreement) -> Agreement:
        return self.world.read(Agreement, held.id)

    def said(self, who: Who, held: Agreement, kind: str = "yes", **other: Any) -> Recording:
        given = {"name": "Rahima Begum", "role": "Chair", "how": "phone", "lang": "en"}
        given |= {"said_on": self.world.now.date(), "kind": kind}
        given |= {"read_sha256": self.now(held).text_sha256}
        given |= {} if kind == "yes" else {"why": "We have no time."}
        made = self.world.do(who, recordings.record, held, **given | other)
        return self.world.read(Recording, made.id)

    def printed(self, who: Who, recording: Recording) -> letters.Fresh:
        made = letters.fresh(SECRET.encode(), f"{recording.id}:{self.world.now}")
        given = {"reference": made.reference, "proof": made.proof, "lang": "en"}
        self.world.do(who, letters.print_letter, recording, **given)
        return made

    def typed(self, verb: Any, made: letters.Fresh, actor: Any = PUBLIC) -> None:
        """Whoever holds the letter types its code."""
        world, key = self.world, SECRET.encode()
        with world.database.writing() as session:
            letter = letters.found(session, key, made.reference, made.code, world.now)
            act = Act(session=session, actor=actor, now=world.now)
            verb(act, letter.recording, letter=letter)

    def told(self, who: Who) -> list[str]:
        """The kinds of mails to somebody."""
        return [one.kind for one in self.world.all(Parcel) if one.to_person_id == who[0].id]


def on_behalf(world: World, camden: Partner) -> OnBehalf:
    """What stands there counts after a week: the story begins before that."""
    world.now -= STANDS_FOR + timedelta(hours=2)
    hub = world.partner("Bridgeway", Kind.INFRASTRUCTURE)
    harbour = world.partner("Harbour Support", Kind.INFRASTRUCTURE)
    ines = world.person("Ines", camden, "relationship-lead", "signatory"), camden
    noor = world.person("Noor", hub, "supporter"), hub
    sheila = world.person("Sheila", hub, "supporter"), hub
    kwame = world.person("Kwame", harbour, "supporter"), harbour
    given = {"name": "Quay Kitchen", "what": "", "lang": "en", "why": "We know them."}
    made = world.do(noor, newcomers.introduce, hub, **given)
    world.do(sheila, reach.write_for, made, post=POST, phone=PHONE)
    world.now += STANDS_FOR + timedelta(hours=1)
    quay = world.read(Partner, made.id)
    return OnBehalf(world, camden, quay, ines, noor, sheila, kwame)
