"""What a release says of itself wherever it goes; the fields are publishing.md's."""

import re
from dataclasses import dataclass
from datetime import date, datetime

from trust.names import fold
from trust.records import N_, Msg, Refused

TITLE_LENGTH = 65
SENTENCE_LENGTH = 140

_GSS = re.compile(r"[A-Z][0-9]{8}")
_WEB = re.compile(r"https?://[^\s/]+\S*")
_MAIL = re.compile(r"[^\s@]+@[^\s@]+\.[^\s@]+")
_SENTENCE_END = re.compile(r"(?<=[.!?])\s")


@dataclass(frozen=True)
class Licence:
    """A licence the rights holder chose: its name, and the address of its text."""

    title: str
    url: str


@dataclass(frozen=True)
class Source:
    """Where the figures come from, or a document they rest on (an agreement, a DPIA)."""

    title: str
    url: str | None = None


@dataclass(frozen=True)
class Area:
    """A place the figures cover, by its GSS code."""

    code: str
    name: str


@dataclass(frozen=True)
class About:
    """The words around a release, in one language.

    ``publisher_id`` is an org-id ("GB-LAE-CMD"). ``contact_email`` is a shared mailbox. Without
    a ``licence`` the figures are "under agreement": a licence is never assumed. ``starts`` and
    ``ends`` are the days the figures cover, both included. ``created`` carries its time zone.
    """

    title: str
    description: str
    language: str
    publisher_id: str
    publisher_name: str
    contact_name: str
    contact_email: str
    keywords: tuple[str, ...]
    licence: Licence | None
    starts: date
    ends: date
    areas: tuple[Area, ...]
    version: str
    created: datetime
    sources: tuple[Source, ...] = ()

    @property
    def name(self) -> str:
        """A short name for addresses and files: the title's letters and digits, 2 to 100."""
        words = re.sub(r"[^a-z0-9]+", "-", fold(self.title)).strip("-")[:100].strip("-")
        return words if len(words) >= 2 else "release"


def check_about(about: About) -> None:
    """Raise ``Refused``, with the field, for what a catalogue would not take."""
    if not about.title.strip():
        raise Refused(Msg(N_("Give the release a title.")), field="title")
    if len(about.title) > TITLE_LENGTH:
        raise Refused(
            Msg(N_("Make the title %(most)s characters or fewer."), {"most": TITLE_LENGTH}),
            field="title",
        )
    if not about.description.strip():
        raise Refused(Msg(N_("Say in a few words what is in here.")), field="description")
    if len(_SENTENCE_END.split(about.description.strip())[0]) > SENTENCE_LENGTH:
        raise Refused(
            Msg(
                N_("Make the first sentence %(most)s characters or fewer."),
                {"most": SENTENCE_LENGTH},
            ),
            field="description",
        )
    if not about.publisher_id.strip() or not about.publisher_name.strip():
        raise Refused(Msg(N_("Say who publishes this.")), field="publisher")
    if not _MAIL.fullmatch(about.contact_email):
        raise Refused(
            Msg(N_("Give an email address, like data@example.org.")), field="contact_email"
        )
    if not all(keyword.strip() for keyword in about.keywords):
        raise Refused(Msg(N_("Take out the empty keyword.")), field="keywords")
    if about.licence is not None and not _WEB.fullmatch(about.licence.url):
        raise Refused(
            Msg(N_("Give the web address of the licence, or say it is under agreement.")),
            field="licence",
        )
    if about.ends < about.starts:
        raise Refused(Msg(N_("The last day must not be before the first day.")), field="ends")
    if not all(_GSS.fullmatch(area.code) for area in about.areas):
        raise Refused(
            Msg(N_("Use area codes of one letter and eight digits, like E09000007.")),
            field="areas",
        )
    if not about.version.strip():
        raise Refused(Msg(N_("Give this version a number, like 1.0.")), field="version")
    if about.created.tzinfo is None:
        raise ValueError("a moment needs its time zone")
    if not all(source.url is None or _WEB.fullmatch(source.url) for source in about.sources):
        raise Refused(Msg(N_("Give a full web address for each source.")), field="sources")
