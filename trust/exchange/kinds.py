"""What sort of organisation a file says that something is: our own word for it, or a usual one."""

from trust.exchange.columns import squash
from trust.partners import KINDS, Kind
from trust.records import N_, Msg

_USUAL = {
    Kind.VCS: ("vcse", "charity", "registered charity", "community group", "cio", "cic"),
    Kind.COUNCIL: ("local authority", "local government", "parish council"),
    Kind.OTHER: ("company", "school", "university", "public body"),
}
_NAMES = {
    squash(name): kind for kind in Kind for name in (kind.value, KINDS[kind], *_USUAL.get(kind, ()))
}

COUNCIL_NUMBER = "GB-LAE"
"""The register of councils: whoever has a number there is one."""


def kind_in(text: str, notes: list[Msg]) -> Kind | None:
    """The kind that a file names. A word that we do not know says nothing: a note tells of it."""
    if not text.strip():
        return None
    kind = _NAMES.get(squash(text))
    if kind is None:
        notes.append(Msg(N_("We do not know the kind “%(kind)s”."), {"kind": text.strip()[:60]}))
    return kind
