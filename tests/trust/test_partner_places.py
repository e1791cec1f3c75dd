"""Who may invite a partner's first person: two kinds of people, both outside it."""

from trust.act import Actor
from trust.installation import INSTALLATION
from trust.partners import Partner
from trust.records import Ref
from trust.seats import give_first


def holding(role: str, place: Ref) -> Actor:
    return Actor(seats={place: frozenset({role})}, second_factor=True)


def test_a_supporter_at_the_organisation_that_stands_by_it_invites_the_first_person() -> None:
    group = Partner(id=7, supporter_id=3)
    assert give_first.allowed(holding("supporter", Ref("partner", 3)), group)
    assert not give_first.allowed(holding("supporter", Ref("partner", 4)), group)
    assert not give_first.allowed(holding("member", Ref("partner", 3)), group)


def test_the_administrator_invites_the_first_person_of_any() -> None:
    for partner in (Partner(id=7, supporter_id=3), Partner(id=8)):
        assert give_first.allowed(holding("administrator", INSTALLATION), partner)
    assert not give_first.allowed(holding("administrator", Ref("partner", 8)), Partner(id=8))


def test_without_the_second_factor_an_administrator_holds_nothing() -> None:
    actor = Actor(seats={INSTALLATION: frozenset({"administrator"})})
    assert not give_first.allowed(actor, Partner(id=8))


def test_everything_else_about_a_partner_is_held_at_the_partner() -> None:
    assert Partner(id=7, supporter_id=3).places("partner:edit") == (Ref("partner", 7),)
