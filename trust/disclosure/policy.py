"""How small is too small: the numbers a pilot chooses before it publishes anything.

Practice varies, so it is a policy. Sources: NHS England's hospital statistics (1 to 7 hidden,
the rest rounded to 5), the ONS Longitudinal Study (under 10 hidden), UK LLC (under 10 hidden,
nought included).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Self


class Zeros(StrEnum):
    """What becomes of a nought that could have been another number."""

    HIDDEN = "hidden"  # it gets the same star as a small number
    SHOWN = "shown"  # it is printed: chosen for a table where nobody is hurt by "nobody"


@dataclass(frozen=True)
class Policy:
    """The rules one release is made under; kept with it.

    - ``threshold``: numbers of people up to this are hidden.
    - ``base``: every other number is rounded to its nearest multiple, halves up.
    - ``zeros``: hidden unless chosen otherwise for this table. A place that can only be nought
      (``Table.structural_zeros``) shows 0 either way.
    - ``least_groups``: how many organisations must stand behind a figure.
    - ``most_percent``: the most that one of them may have given of it. Whole per cents, because
      the comparison must be exact.
    - ``official``: the figures are official statistics that their own producer released, so the
      two rules about organisations are off, and the release says so.

    Raises ``ValueError`` for numbers under which a rounded figure would stand for fewer than
    three numbers or look like a hidden one. So "under 10" is ``threshold=9``: with 10, a printed
    10 would mean 11 or 12.
    """

    threshold: int = 7
    base: int = 5
    zeros: Zeros = Zeros.HIDDEN
    least_groups: int = 3
    most_percent: int = 90
    official: bool = False

    def __post_init__(self) -> None:
        smallest_shown = self.rounded(self.threshold + 1)
        if self.threshold < 1 or self.base < 3 or smallest_shown <= self.threshold:
            raise ValueError("the smallest rounded figure would fall among the hidden ones")
        if self.least_groups < 1 or not 50 <= self.most_percent <= 100:
            raise ValueError("not a rule about organisations")

    def rounded(self, number: int) -> int:
        """The nearest multiple of ``base``, halves up."""
        return (2 * number + self.base) // (2 * self.base) * self.base

    def as_json(self) -> dict[str, Any]:
        return {
            "threshold": self.threshold,
            "base": self.base,
            "zeros": self.zeros.value,
            "least_groups": self.least_groups,
            "most_percent": self.most_percent,
            "official": self.official,
        }

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> Self:
        return cls(**{**stored, "zeros": Zeros(stored["zeros"])})


DEFAULT = Policy()
UNDER_TEN = Policy(threshold=9)
"""The strict variant: nought to nine hidden."""
OFFICIAL = Policy(official=True, zeros=Zeros.SHOWN)
"""Official statistics, whose producer has already shown their noughts."""
