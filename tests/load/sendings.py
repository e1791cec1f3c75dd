"""Thousands of answers and questions that are ready to be sent, and a client that sends each over
HTTP until it has an answer, as a patient person does: the same form with the same token."""

import os
import re
import signal
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime
from html import unescape
from http.client import HTTPConnection, HTTPException
from itertools import product
from random import Random
from threading import Lock
from urllib.parse import urlencode, urlsplit

import psutil
from flask import Flask

from pilots import drafts
from pilots.requests import MOST_A_DAY, Asked
from tests.load.mortal import AFTER, BEFORE, HEADER
from tests.load.scene import copies
from tests.portal.stage import Stage, stage
from tests.world import World

OUTSIDE = "from outside, at any moment"
LATEST = 0.05  # seconds after a form was sent, in which somebody from outside kills a worker
GROUPS = 3
A_DAY = MOST_A_DAY - 2  # one was asked when the scene was set, one more comes before the storm
TRIES = 30
HIDDEN = re.compile(r'<input type="hidden" name="([^"]+)" value="([^"]*)">')
DONE = re.compile(r"/(?:contributions|requests)/(\d+)\?")


@dataclass
class Sending:
    """One form that somebody of a group sends: an answer (its contribution is there, a draft), or
    a question to the council, whose record the sending makes."""

    group: int
    path: str
    fields: dict[str, str]
    contribution: int | None = None
    reference: str = ""


@dataclass(frozen=True)
class Kill:
    """When a worker is killed, beside one sending. From outside: so long after the form was sent,
    and which of the workers, from 0 to 1."""

    moment: str
    after: float
    which: float


@dataclass
class Outcome:
    """What the client saw of one sending: when each try was cut off, other answers than thanks,
    and in the end the id in the address that it was sent on to."""

    cut_at: list[datetime] = field(default_factory=list)
    odd: list[int] = field(default_factory=list)
    id: int | None = None


def ready(app: Flask, number: int, luck: Random) -> tuple[Stage, list[Sending], list[Sending]]:
    """A pilot with one sending of each kind, to be sent in peace, and with ``number`` answers and
    up to an eighth as many questions in an order by ``luck``."""
    made = stage(World(app), GROUPS)
    answers = _answers(made, number + 1)
    questions = [_question(made, n) for n in range(min(number // 8, GROUPS * A_DAY) + 1)]
    storm = answers[1:] + questions[1:]
    luck.shuffle(storm)
    return made, [answers[0], questions[0]], storm


def _answers(made: Stage, number: int) -> list[Sending]:
    """Typed by the portal's own ways once; the rest are copies, each group's to a request of its
    own: nobody has two drafts for one request."""
    world, database = made.world, made.world.database
    partner, person = made.groups[0]
    draft = world.do((person, partner), drafts.start, partner, request=made.request)
    world.type_in(draft, person)
    with database.reading() as session:
        draft = session.get_one(type(draft), draft.id)
        typed, version = list(draft.drafts), draft.request_version
        questions = list(version.questions)
    asked = world.all(Asked)[-1]
    requests = copies(database, made.request, *({} for _ in range(-(-number // GROUPS))))
    versions = copies(database, version, *({"request_id": id} for id in requests))
    for one in questions:
        copies(database, one, *({"request_version_id": id} for id in versions))
    pairs = list(product(range(len(requests)), range(GROUPS)))[:number]
    givers = [(partner.id, person.id) for partner, person in made.groups]
    put = (
        {
            "request_id": requests[n],
            "request_version_id": versions[n],
            "giver_id": givers[group][0],
        }
        for n, group in pairs
    )
    copies(database, asked, *put)
    own = [
        {
            "giver_id": givers[group][0],
            "entered_by_id": givers[group][1],
            "request_id": requests[n],
            "request_version_id": versions[n],
            "reference": f"CRASH-{place}",
        }
        for place, (n, group) in enumerate(pairs)
    ]
    ids = copies(database, draft, *own)
    for answer in typed:
        theirs = zip(ids, pairs, strict=True)
        changes = ({"contribution_id": id, "by_id": givers[group][1]} for id, (_, group) in theirs)
        copies(database, answer, *changes)
    return [
        Sending(group, f"/contributions/{id}/send", {"quote": "sector"}, id, f"CRASH-{place}")
        for place, (id, (_, group)) in enumerate(zip(ids, pairs, strict=True))
    ]


def _question(made: Stage, number: int) -> Sending:
    words = f"How long does repair number {number} take?"
    fields = {"council": str(made.camden.id), "words": words, "why": "", "lang": "en"}
    return Sending(number % GROUPS, "/ask", fields)


def cookies_of(made: Stage) -> list[str]:
    """Of a person of each group, who signed in and opened a form once."""
    found = []
    for group in range(len(made.groups)):
        browser = made.phone(group)
        browser.get("/ask")
        cookie = browser.get_cookie("portal")
        assert cookie is not None
        found.append(f"portal={cookie.value}")
    return found


def plan(storm: list[Sending], kills: int, luck: Random) -> dict[int, Kill]:
    """Beside which sendings a worker is killed, and when: half of them from outside, a quarter
    just before the commit, a quarter just after. A quarter stands beside questions, as far as
    these reach: what a second tap would make twice is seen there."""
    places: dict[bool, list[int]] = {True: [], False: []}
    for place, one in enumerate(storm):
        places[one.contribution is None].append(place)
    few = min(kills // 4, len(places[True]))
    chosen = luck.sample(places[True], few) + luck.sample(places[False], kills - few)
    moments = [(AFTER, OUTSIDE, BEFORE, OUTSIDE)[n % 4] for n in range(kills)]
    return {
        place: Kill(moment, luck.uniform(0, LATEST), luck.random())
        for place, moment in zip(chosen, moments, strict=True)
    }


class Killer:
    """Whoever kills the workers of ``server``, one after the other: no kill gets ahead of another,
    so there are as many as were planned."""

    def __init__(self, server: int) -> None:
        self._server = psutil.Process(server)
        self.turn = Lock()

    def kill(self, which: float) -> None:
        """Kill one of the workers that are alive, or as soon as there is one."""
        while not (alive := self._alive()):
            time.sleep(0.005)
        worker = alive[int(which * len(alive))]
        os.kill(worker.pid, signal.SIGKILL)
        psutil.wait_procs([worker], timeout=5)

    def _alive(self) -> list[psutil.Process]:
        found = sorted(self._server.children(), key=lambda one: one.pid)
        return [one for one in found if one.status() != psutil.STATUS_ZOMBIE]


class Client:
    """A browser of each group's person."""

    def __init__(self, url: str, cookies: list[str], killer: Killer) -> None:
        self._at = urlsplit(url).netloc
        self._cookies = list(cookies)
        self._killer = killer

    def send(self, one: Sending, kill: Kill | None = None) -> Outcome:
        """Open the form and send it until it is taken: each time the same, with the same token.
        A worker is killed beside the first time."""
        seen = Outcome()
        fields = urlencode({**self._form(one), **one.fields})
        for number in range(TRIES):
            try:
                if kill is not None and number == 0:
                    with self._killer.turn:
                        status, place, _ = self._ask(one, one.path, fields, kill)
                else:
                    status, place, _ = self._ask(one, one.path, fields)
            except (OSError, HTTPException):
                seen.cut_at.append(datetime.now(UTC))
            else:
                if status == 303 and (found := DONE.search(place)):
                    seen.id = int(found[1])
                    break
                seen.odd.append(status)
                time.sleep(0.1)
        return seen

    def read(self, one: Sending, path: str) -> str:
        """A page, asked for until it comes. Raises RuntimeError if it never does."""
        for _ in range(TRIES):
            try:
                status, _place, text = self._ask(one, path)
            except (OSError, HTTPException):
                continue
            if status == 200:
                return text
            time.sleep(0.1)
        raise RuntimeError(f"{path} did not open")

    def _form(self, one: Sending) -> dict[str, str]:
        """What the form carries along unseen: the token among it."""
        found = HIDDEN.findall(self.read(one, one.path).partition("<main")[2])
        return {name: unescape(value) for name, value in found}

    def _ask(
        self, one: Sending, path: str, fields: str | None = None, kill: Kill | None = None
    ) -> tuple[int, str, str]:
        """Status, where it leads, and the page. Raises OSError or HTTPException where no whole
        answer came."""
        headers = {"Cookie": self._cookies[one.group]}
        if fields is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        if kill is not None and kill.moment != OUTSIDE:
            headers[HEADER] = kill.moment
        connection = HTTPConnection(self._at, timeout=30)
        try:
            connection.request("GET" if fields is None else "POST", path, fields, headers)
            if kill is not None and kill.moment == OUTSIDE:
                time.sleep(kill.after)
                self._killer.kill(kill.which)
            answer = connection.getresponse()
            text = answer.read().decode()
        finally:
            connection.close()
        if given := answer.headers["Set-Cookie"]:
            self._cookies[one.group] = given.partition(";")[0]
        return answer.status, answer.headers["Location"] or "", text
