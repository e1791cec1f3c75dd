"""What an agreement says, against what may be done: every combination of what can be said in one,
asked at the gate, against an oracle written from trust.md and not from clauses.toml."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import product

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.world import World
from trust import ground, scope
from trust.clauses import Audience, Category, Chosen, Purpose, Use, base, grants, library
from trust.ground import Ground
from trust.narrowing import as_data, with_options, without
from trust.partners import Kind, Partner, new_partner
from trust.records import Ref
from trust.scope import Allowed, NotAllowed, Way
from trust.terms import Terms

pytestmark = pytest.mark.one_database

PILOT, OTHER = Ref("pilot", 1), Ref("pilot", 2)
WORKS = (None, PILOT, OTHER)


@dataclass(frozen=True)
class Said:
    """What one agreement says, as its two sides would tell it: which things that can be left out
    are in it, and which project it is for."""

    quote: bool
    copy: bool
    research: bool
    others: bool
    everyone: str  # "no", "findings" or "all"
    counts: bool
    stories: bool
    work: Ref | None


def everything() -> list[Said]:
    """Each agreement that two sides can make, as far as it says what may be done."""
    yes = (True, False)
    return [
        Said(*one)
        for one in product(yes, yes, yes, yes, ("no", "findings", "all"), yes, yes, (None, PILOT))
    ]


POSSIBLE = (Purpose.QUESTION, Purpose.IMPROVE, Purpose.RESEARCH)


def oracle(said: Said, way: Way, category: Category, work: Ref | None) -> str:
    """ "" where trust.md allows it, else what says no. Written from the sections there: permitted
    uses, excluded uses, categories, who may see."""
    if said.work not in (None, work):
        return "which-work"
    if category is Category.PERSONAL:  # "always sends the work down the formal IG route"
        return "not agreed"
    counts, stories = category is Category.COUNT, category is Category.STORY
    if (counts and not said.counts) or (stories and not said.stories):
        return "kinds"
    match way:
        case ("request" | "review" | "insight", "question", "reviewers"):
            return ""
        case ("insight", "improve", "reviewers"):
            return ""
        case ("insight", "question", "cohort"):
            return "" if said.others else "other-members"
        case ("quote", "question", "cohort" | "public") if not counts:  # words, not numbers
            return "" if said.quote else "quote"
        case ("export", "question", "reviewers"):
            return "" if said.copy else "copy"
        case ("publish", "question", "public"):
            told = said.everyone == "all" or (said.everyone == "findings" and not counts)
            return "" if told else "everyone"
        case ("research", "research", "reviewers") if not stories:
            return "" if said.research else "research"
    return "not agreed"


NOT_AGREED = {
    "no-personal-data",
    "only-this",
    "named-people",
    "not-for-funding",
    "not-for-monitoring",
    "not-for-enforcement",
}
"""What a refusal names where the agreement never spoke of such a use, or rules it out by name."""


def clauses(said: Said) -> tuple[Chosen, ...]:
    """Such an agreement, out of the base."""
    chosen = base()
    for key, stays in (
        ("quote", said.quote),
        ("copy", said.copy),
        ("research", said.research),
        ("other-members", said.others),
        ("everyone", said.everyone != "no"),
    ):
        chosen = chosen if stays else without(chosen, key)
    if said.everyone == "findings":
        chosen = with_options(chosen, "everyone", ["findings-only"])
    left_out = [
        key for key, on in (("no-counts", said.counts), ("no-stories", said.stories)) if not on
    ]
    return with_options(chosen, "kinds", left_out)


def signed(
    said: Said,
    giver_id: int,
    council_id: int,
    source: Ref,
    starts: datetime,
    ended: datetime | None,
) -> list[Terms]:
    """What signing writes down of such an agreement."""
    return [
        Terms(
            giver_id=giver_id,
            taker_id=council_id,
            **grant.term._asdict(),
            work=said.work,
            source=source,
            clause=grant.clause,
            starts=starts,
            ended_at=ended,
        )
        for grant in grants(clauses(said))
    ]


@dataclass
class Filled:
    """A database in which each giver has one of all agreements, with one council."""

    session: Session
    council: Partner
    said: dict[int, Said]
    now: datetime

    def one(self, **given: object) -> int:
        """The giver whose agreement says just this."""
        return next(
            id
            for id, one in self.said.items()
            if all(getattr(one, key) == value for key, value in given.items())
        )


@pytest.fixture
def filled(world: World) -> Iterator[Filled]:
    council = world.partner("Camden Council", Kind.COUNCIL)
    region_id = world.region().id
    session = world.session()
    session.info["verb"] = "tests"
    made = everything()
    givers = [new_partner(f"Group {number}", Kind.VCS, region_id) for number in range(len(made))]
    session.add_all(givers)
    session.flush()
    for giver, said in zip(givers, made, strict=True):
        source = agreement_of(giver.id)
        session.add_all(signed(said, giver.id, council.id, source, world.now, None))
    session.flush()
    said_by = {giver.id: said for giver, said in zip(givers, made, strict=True)}
    yield Filled(session, council, said_by, world.now)
    session.rollback()
    session.close()


def test_everything_that_can_be_said_against_everything_that_can_be_asked(filled: Filled) -> None:
    """Hundreds of agreements, by hundreds of uses: the gate for many, and the condition of a
    query, each say what the oracle says, and every refusal names its clause in words."""
    cells = 0
    for way, work in product((Way(*one) for one in product(Use, Purpose, Audience)), WORKS):
        # What no agreement can allow, and other projects, are asked of some: it is all the same.
        every = 1 if work == PILOT and way.purpose in POSSIBLE else 7
        givers = list(filled.said)[::every] if work == PILOT or way.purpose in POSSIBLE else []
        kinds = list(Category)
        verdicts = scope.ask(
            filled.session, way, givers, filled.council.id, kinds, on=filled.now, work=work
        )
        for category in kinds:
            condition = scope.within(
                way, Partner.id, filled.council.id, category.value, on=filled.now, work=work
            )
            stmt = select(Partner.id).where(Partner.id.in_(givers), condition)
            inside = set(filled.session.scalars(stmt))
            for giver in givers:
                cells += 1
                said, verdict = filled.said[giver], verdicts[giver, category]
                no = oracle(said, way, category, work)
                if isinstance(verdict, Allowed):
                    right = no == "" and giver in inside and verdict.source == agreement_of(giver)
                else:
                    named = verdict.clause in NOT_AGREED if no == "not agreed" else no
                    right = named in (True, verdict.clause) and giver not in inside
                    right = right and verdict.giver_id == giver
                assert right, f"{said}: {way}, {category}, {work}: {no or 'allowed'}, {verdict}"
    assert cells > 120_000


def agreement_of(giver: int) -> Ref:
    """The agreement of a giver, in ``filled``."""
    return Ref("agreement", giver)


def test_each_refusal_says_the_clause_in_words(filled: Filled) -> None:
    giver = filled.one(work=None, quote=False, stories=False)
    titles = {one.title for one in library().values()}
    for way, category, work in product(
        map(Way._make, product(Use, Purpose, Audience)), Category, WORKS[:2]
    ):
        no = scope.allows(
            filled.session, way, giver, filled.council.id, category, on=filled.now, work=work
        )
        if isinstance(no, NotAllowed):
            assert no.reason.params["clause"].text in titles
            assert no.next_step.text


@pytest.mark.parametrize("way", [scope.READ, scope.COPY], ids=["read", "copy"])
def test_terms_hold_from_their_moment_until_they_end(filled: Filled, way: Way) -> None:
    """Not a moment before, and not at the moment of the end."""
    giver, second = filled.one(copy=True, work=None), timedelta(seconds=1)
    ends = filled.now + timedelta(days=2)
    for one in filled.session.scalars(select(Terms).where(Terms.giver_id == giver)):
        one.ended_at = ends
    filled.session.flush()
    for on, holds in (
        (filled.now - second, False),
        (filled.now, True),
        (ends - second, True),
        (ends, False),
        (ends + second, False),
    ):
        found = scope.allows(
            filled.session, way, giver, filled.council.id, "observation", on=on, work=PILOT
        )
        inside = select(
            scope.within(way, Partner.id, filled.council.id, "observation", on=on, work=PILOT)
        ).where(Partner.id == giver)
        assert isinstance(found, Allowed) == holds == filled.session.scalar(inside)
        if not holds:
            assert isinstance(found, NotAllowed)
            assert found.clause is None  # there is no agreement in force, in words
            assert found.reason.text == "There is no trust agreement in force between you."


def test_every_way_is_one_that_an_agreement_can_allow() -> None:
    """And every use that one allows is a way: nothing is granted that nothing asks for by name."""
    ways = {one for one in vars(scope).values() if isinstance(one, Way)}
    granted = {(one.term.use, one.term.purpose, one.term.audience) for one in grants(base())}
    assert {tuple(way) for way in ways} == granted


# Two agreements of the same two partners, and what a project agreed on

ALL = Said(True, True, True, True, "all", True, True, None)
LESS = (
    ALL,
    replace(ALL, quote=False),
    replace(ALL, copy=False, stories=False, everyone="findings"),
    replace(ALL, counts=False, research=False, everyone="no"),
)
# By days: when the one for the project was signed and ended, and when the one for each.
WHEN = {
    "beside it": (0, None, 1),
    "over it": (1, None, 0),
    "ended": (0, 5, 1),
    "ended, and signed anew as it did": (0, 5, 5),
    "ended, and signed anew": (0, 5, 7),
    "over it, and ended": (4, 8, 0),
    "ended, and signed again": (0, 2, 1, 3),
    "not signed yet": (20, None, 0),
}
ASKED_ON = (3, 6, 10)
BASES = {PILOT: (9, replace(ALL, research=False)), OTHER: (4, replace(ALL, quote=False))}
"""What the groups of a project agreed on, and from which day on."""


def which(when: tuple[int | None, ...], day: int, work: Ref | None) -> str:
    """Which of two agreements counts: "own", that for the project; "each", that for each; or ""."""
    started, ended, wide, *again = when
    spans = [(started, ended), *((one, None) for one in again)]
    begun = [span for span in spans if span[0] is not None and span[0] <= day]
    if work == PILOT and any(end is None or end > day for _start, end in begun):
        return "own"
    over = [end for _start, end in begun if end is not None]
    if wide is None or wide > day or (work == PILOT and over and wide < max(over)):
        return ""
    return "each"


def test_the_narrower_one_holds_and_the_wider_one_does_not_take_its_place(world: World) -> None:
    council = world.partner("Camden Council", Kind.COUNCIL)
    lead, region_id = world.person("Ines", council, "coordinator"), world.region().id
    days = [world.now + timedelta(days=number) for number in range(30)]
    made = list(product(LESS, LESS, WHEN.values()))
    session = world.session()
    session.info["verb"] = "tests"
    givers = [new_partner(f"Group {number}", Kind.VCS, region_id) for number in range(len(made))]
    session.add_all(givers)
    for work, (day, said) in BASES.items():
        agreed = Ground(
            work=work, taker_id=council.id, by_id=lead.id, chosen=as_data(clauses(said)), yes=[]
        )
        session.add(agreed)
        session.flush()
        ground.hold(session, agreed, days[day])
    by_giver = {}
    for giver, (each, own, when) in zip(givers, made, strict=True):
        by_giver[giver.id] = (each, own, when)
        own = replace(own, work=PILOT)
        started, ended, wide, *again = when
        source = Ref("agreement", giver.id)
        for start, end in ((started, ended), *((one, None) for one in again)):
            until = days[end] if end is not None else None
            rows = signed(own, giver.id, council.id, source, days[start], until)
            session.add_all(rows)
        session.add_all(
            signed(each, giver.id, council.id, Ref("agreement", 9999), days[wide], None)
        )
    session.flush()
    ways = [one for one in vars(scope).values() if isinstance(one, Way)]
    said_no = set()
    for way, work, day in product(ways, WORKS, ASKED_ON):
        on, kinds = days[day], list(Category)
        found = scope.ask(session, way, list(by_giver), council.id, kinds, on=on, work=work)
        for category in kinds:
            condition = scope.within(way, Partner.id, council.id, category.value, on=on, work=work)
            inside = set(session.scalars(select(Partner.id).where(condition)))
            for giver_id, (each, own, when) in by_giver.items():
                counts = which(when, day, work)
                said = {"own": own, "each": each}.get(counts)
                yes = said is not None and not oracle(replace(said, work=None), way, category, work)
                if yes and counts == "each" and work in BASES and BASES[work][0] <= day:
                    yes = not oracle(BASES[work][1], way, category, work)
                verdict = found[giver_id, category]
                about = (each, own, when, way, category, work, day, verdict)
                assert isinstance(verdict, Allowed) == yes == (giver_id in inside), about
                if isinstance(verdict, NotAllowed):
                    said_no.add(verdict.reason.text)
                    assert (verdict.clause in (None, "which-work")) == (counts == ""), about
                else:
                    assert (verdict.source.id == giver_id) == (counts == "own"), about
    assert said_no == {
        "There is no trust agreement in force between you.",
        "The agreement for this project has ended. No other takes its place by itself.",
        "The trust agreement between you is for another project.",
        "The groups of this project agreed on less. See “%(clause)s”.",
        "The trust agreement between you does not allow this. See “%(clause)s”.",
    }
    session.rollback()
    session.close()
