"""``make crash``: answers and questions sent while workers are killed, on each database.

``N`` answers, and some questions to a council beside them, go over HTTP to the portal as
``portal run`` serves it, from a few clients at once, while ``KILLS`` of its workers die by
``kill -9``. Half of the kills come from outside at any moment after a form was sent, and hit
whichever worker; a quarter each fall just before and just after the commit of one (see ``mortal``).
A client that got no whole answer sends the same form again, with the same token. ``SEED`` says
which sendings are hit, when and how. In the end the database is read:

- what was acknowledged is there, once: one event for each sending, one record, its reference;
- what belongs to it (moments, mails) is what a sending in peace leaves, no more and no less;
- the record of events is whole, and so is the database.
"""

import os
import sys
import time
from collections import Counter
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from random import Random

from flask import Flask

from portal import create_app
from portal.database import Database
from tests.conftest import tables
from tests.databases import KINDS, Run
from tests.load.aftermath import Storm, wrong
from tests.load.bench import NAMES, say
from tests.load.mortal import AFTER, BEFORE, COMMAND
from tests.load.sendings import (
    OUTSIDE,
    Client,
    Kill,
    Killer,
    Outcome,
    Sending,
    cookies_of,
    plan,
    ready,
)
from tests.load.synced import order_of_answers, settings_of
from tests.serving import serving
from tests.world import environment, settings

CLIENTS = 4
MOST_SAID = 10


def storm(app: Flask, number: int, kills: int, seed: int, templates: Path) -> Storm:
    """Fill the portal, which is empty, send everything while workers die, and look at what is
    there. ``templates`` is where compiled ones are kept."""
    luck = Random(seed)
    database: Database = app.extensions["portal.database"]
    made, calm, rest = ready(app, number, luck)
    planned = plan(rest, kills, luck)
    cookies = cookies_of(made)
    database.engine.dispose()
    given = environment(app.config["PORTAL"].database, COMPILED_TEMPLATES=str(templates))
    with serving(command=COMMAND, **given) as served:
        killer = Killer(served.process.pid)
        peaceful = [Client(served.url, cookies, killer).send(one) for one in calm]
        began = time.monotonic()
        clients = [Client(served.url, cookies, killer) for _ in range(CLIENTS)]
        seen = _send_all(clients, rest, planned)
        took = time.monotonic() - began
        unread = list(_receipts_missing(clients[0], rest, seen))
        died = served.log.count("SIGKILL")
        log = served.log
    found = Storm(rest, planned, seen, died, took)
    found.wrong += unread
    if "Traceback" in log:
        found.wrong.append(f"the server failed: {log[log.index('Traceback') :][:2000]}")
    if died != kills:
        found.wrong.append(f"{died} workers were killed, not {kills}")
    with database.writing() as session:
        found.wrong += wrong(session, made, list(zip(calm, peaceful, strict=True)), found)
    database.engine.dispose()
    return found


def _send_all(clients: list[Client], sent: list[Sending], kills: dict[int, Kill]) -> list[Outcome]:
    """All of them, in turns among the clients; what each client saw, in the order of ``sent``."""

    def some(first: int) -> list[Outcome]:
        places = range(first, len(sent), len(clients))
        return [clients[first].send(sent[place], kills.get(place)) for place in places]

    with ThreadPoolExecutor(len(clients)) as pool:
        parts = [iter(part) for part in pool.map(some, range(len(clients)))]
    return [next(parts[place % len(clients)]) for place in range(len(sent))]


def _receipts_missing(
    client: Client, sent: Iterable[Sending], seen: Iterable[Outcome]
) -> Iterator[str]:
    """The receipt of each answer that was cut off shows its reference to whoever sent it."""
    for one, outcome in zip(sent, seen, strict=True):
        if outcome.cut_at and one.contribution is not None:
            page = client.read(one, f"/contributions/{one.contribution}")
            if one.reference not in page:
                yield f"the receipt of {one.reference} does not show it"


# What is printed


def report(name: str, found: Storm) -> None:
    answers = sum(one.contribution is not None for one in found.sent)
    odd = Counter(status for one in found.seen for status in one.odd)
    say(
        f"\n{NAMES[name]}: {answers:,} answers and {len(found.sent) - answers:,} questions sent in "
        f"{found.seconds:.0f} seconds; {found.workers_died} workers killed "
        f"({found.of(OUTSIDE)} {OUTSIDE}; {found.of(BEFORE)} {BEFORE}; {found.of(AFTER)} {AFTER})."
    )
    say(
        f"  {found.cut} sendings were cut off in flight: {found.cut - found.cut_after} before "
        f"their commit, {found.cut_after} after it. At least {len(found.kills) // 5} must be."
    )
    say(f"  Other answers than thanks, and tried again: {dict(odd) or 'none'}.")
    say(f"  Mails about the answers: {found.mails:,}.")
    for one in found.wrong[:MOST_SAID]:
        say(f"  WRONG: {one}")
    say(f"  {len(found.wrong) or 'Nothing'} wrong: lost, doubled, or left by halves.")


def main() -> None:
    number, kills = int(os.environ.get("N", 10_000)), int(os.environ.get("KILLS", 500))
    seed = int(os.environ.get("SEED", 1))
    say(f"N={number} KILLS={kills} SEED={seed}")
    failed = False
    run = Run.begin(lasting=True)
    templates = run.folder / "templates"
    try:
        for name in (os.environ.get("DATABASES") or " ".join(KINDS)).split():
            kind = run.database(name)
            with kind.fresh(tables) as url:
                app = create_app(settings(url, testing=False))
                found = storm(app, number, kills, seed, templates)
                report(name, found)
                said = [settings_of(url)]
            if name == "sqlite":
                with kind.fresh(tables) as url:
                    app = create_app(settings(url, testing=False))
                    said.append(order_of_answers(app, templates))
            for one in said:
                say(f"  {one.words}")
            failed |= bool(found.wrong) or found.cut < kills / 5
            failed |= not all(one.holds for one in said)
            kind.close()
    finally:
        run.end()
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
