"""What an agreement says, against what may be done: every combination of what can be said in one,
asked at the gate, against an oracle written from trust.md and not from clauses.toml."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import product

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.world import World
from trust import scope
from trust.clauses import Audience, Category, Purpose, Use, base, grants, library
from trust.narrowing import with_options, without
from trust.partners import Kind, Partner, new_partner
from trust.records import Ref
from trust.scope import Allowed, NotAllowed, Terms, Way

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


def written(said: Said) -> set[tuple[str, ...]]:
    """What signing writes down of such an agreement: use, purpose, category, audience, clause."""
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
    chosen = with_options(chosen, "kinds", left_out)
    return {
        (grant.term.use, grant.term.purpose, grant.term.category, grant.term.audience, grant.clause)
        for grant in grants(chosen)
    }


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
        for use, purpose, category, audience, clause in written(said):
            session.add(
                Terms(
                    giver_id=giver.id,
                    taker_id=council.id,
                    use=use,
                    purpose=purpose,
                    category=category,
                    audience=audience,
                    work=said.work,
                    source=Ref("agreement", giver.id),
                    clause=clause,
                    starts=world.now,
                    ended_at=None,
                )
            )
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
