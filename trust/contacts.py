"""How the people of a partner can be reached. A number is there because its owner gave it."""

import re

from trust.act import Act, verb
from trust.people import Person, own_person
from trust.records import N_, Refused

_NUMBER = re.compile(r"\+?[0-9(][0-9 ()./-]{5,38}[0-9]")


def is_number(text: str) -> bool:
    """Whether something is a phone number, as people write it: seven to fifteen digits."""
    return bool(_NUMBER.fullmatch(text)) and 7 <= sum(map(str.isdigit, text)) <= 15


@verb("person:phone", may="signed-in")
def set_phone(act: Act, person: Person, *, phone: str) -> None:
    """A person gives the number that partners may call, or takes it away (safety.md: a personal
    number is hidden unless its owner shows it). Raises ``Refused`` for what is no number."""
    own_person(act, person)
    phone = " ".join(phone.split())
    if phone and not is_number(phone):
        raise Refused(N_("Enter a phone number, like 01632 960 001."), field="phone")
    act.fact(given=bool(phone))
    person.phone = phone
