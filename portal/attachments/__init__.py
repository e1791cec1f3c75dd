"""Files that people hang on something: what is taken, what is refused, and what is left of one.

The ending, the first bytes and a parser must agree on what a file is. Whatever is wrong becomes
one sentence (``Refused``) that says what to do.
"""

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import PurePath

from portal.attachments import images, office, pdfs, sounds
from portal.attachments.refusals import (
    no_sound,
    not_taken,
    old_office,
    something_else,
    too_big,
    with_macros,
)
from trust.records import N_, Msg, Refused

MOST = 10 * 1024 * 1024  # bytes
LONGEST_NAME = 100

TYPES = {
    "jpg": "image/jpeg",
    "png": "image/png",
    "webp": "image/webp",
    "pdf": "application/pdf",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    "odt": "application/vnd.oasis.opendocument.text",
    "ods": "application/vnd.oasis.opendocument.spreadsheet",
    "odp": "application/vnd.oasis.opendocument.presentation",
}
"""What is taken: the ending, and the type that it is handed out as."""

SOUNDS = {
    "mp3": "audio/mpeg",
    "m4a": "audio/mp4",
    "ogg": "audio/ogg",
    "opus": "audio/ogg",
    "wav": "audio/wav",
}
"""What is taken of somebody who speaks: all of these play in browsers and on phones."""

ACCEPT = ",".join([".jpeg", *(f".{kind}" for kind in TYPES)])
ACCEPT_SOUNDS = ",".join([".oga", *(f".{kind}" for kind in SOUNDS)])

_ALSO = {"jpeg": "jpg", "jpe": "jpg", "oga": "ogg"}
_MACROS = {"docm", "dotm", "xlsm", "xltm", "xlsb", "pptm", "potm", "ppsm"}
_OLD = {"doc", "dot", "xls", "xlt", "ppt", "pot", "pps"}
_UNSAFE = str.maketrans(dict.fromkeys('<>:"/\\|?*', "_"))

_PARSERS: dict[str, tuple[tuple[bytes, ...], Callable[[bytes, str], bytes]]] = {
    "jpg": ((b"\xff\xd8\xff",), images.read),
    "png": ((b"\x89PNG\r\n\x1a\n",), images.read),
    "webp": ((b"RIFF",), images.read),
    "pdf": ((b"%PDF-",), pdfs.read),
    **dict.fromkeys(office.KINDS, ((b"PK\x03\x04", office.OLD), office.read)),
    "mp3": ((b"ID3", b"\xff\xfb", b"\xff\xfa", b"\xff\xf3", b"\xff\xf2", b"\xff\xe3"), sounds.read),
    "m4a": ((b"\0\0\0",), sounds.read),
    **dict.fromkeys(("ogg", "opus"), ((b"OggS",), sounds.read)),
    "wav": ((b"RIFF",), sounds.read),
}


@dataclass(frozen=True)
class Checked:
    """A file as it is kept: what it holds may be less than what was sent."""

    name: str
    kind: str
    content: bytes

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.content).hexdigest()


def check(content: bytes, name: str, taken: Mapping[str, str] = TYPES) -> Checked:
    """The file as it may be kept, from what somebody sent under ``name``. ``taken`` are the kinds
    that are: ``TYPES`` or ``SOUNDS``.

    Raises ``Refused`` for one that is empty, larger than 10 MB, of a kind we do not take, damaged
    or not what it is called; and for one that is locked, or holds programs or other files.
    """
    if len(content) > MOST:
        raise too_big()
    if not content:
        raise Refused(
            N_("This file is empty."), next_step=Msg(N_("Open it, save it, and try again."))
        )
    ending = PurePath(name.replace("\\", "/")).suffix.lower().lstrip(".")
    kind = _ALSO.get(ending, ending)
    if kind not in taken:
        if taken is SOUNDS:
            raise no_sound()
        if kind in _MACROS:
            raise with_macros()
        raise old_office() if kind in _OLD else not_taken()
    magic, parse = _PARSERS[kind]
    if not content.startswith(magic):
        raise something_else(ending)
    return Checked(safe_name(name, kind), kind, parse(content, kind))


def safe_name(name: str, kind: str) -> str:
    """The file's own name, safe on every machine: no folder, nothing that cannot be seen, no
    signs that a system reads as something else; and the ending of what it is."""
    last = name.replace("\\", "/").rpartition("/")[2]
    stem = PurePath("".join(one for one in last if one.isprintable())).stem
    stem = " ".join(stem.translate(_UNSAFE).split()).strip(". ")
    return f"{stem[: LONGEST_NAME - len(kind) - 1].rstrip('. ') or 'file'}.{kind}"
