"""Sounds: each piece of the file is looked at, and nothing is left but what is heard. Who made it,
when, where and with what goes (ID3, comments, pictures, atoms of phones), and so does whatever
hides behind it."""

import io
import struct
import zlib
from collections.abc import Iterator
from struct import pack, unpack_from

from tinytag import TinyTag, TinyTagException

from portal.attachments.refusals import damaged, no_sound

SHORTEST = 1.0  # seconds
MOST_PIECES = 200_000
_WRONG = (
    ValueError,
    LookupError,
    TypeError,
    OverflowError,
    TinyTagException,
    OSError,
    RecursionError,
    struct.error,
)


def read(content: bytes, kind: str) -> bytes:
    """The sound alone. Raises ``Refused`` for one that is damaged, is not what it is called, holds
    something else too (a film, say), is packed in a way that browsers do not play, or lasts less
    than a second."""
    try:
        bare = _PARTS.get(kind, _ogg)(content)
        # Another hand than ours: what is left must still be a sound to it.
        lasts = TinyTag.get(f"sound.{kind}", file_obj=io.BytesIO(bare), tags=False).duration
        if (lasts or 0) < SHORTEST:
            raise ValueError("too short")
    except _WRONG:
        raise damaged() from None
    return bare


# --- MP3: frames, one after the other

_V1 = (0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320)
_V2 = (0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160)
_RATES = {3: (44100, 48000, 32000), 2: (22050, 24000, 16000), 0: (11025, 12000, 8000)}


def _frames(content: bytes) -> bytes:
    """From the first frame to the last: tags stand before and behind them."""
    at = 0
    while content[at : at + 3] == b"ID3":
        a, b, c, d = content[at + 6 : at + 10]
        at += 10 + (a << 21 | b << 14 | c << 7 | d) + (10 if content[at + 5] & 0x10 else 0)
    start = at
    while (length := _frame(content, at)) and at + length <= len(content):
        at += length
    tail = content[at:]
    known = (b"TAG", b"APETAGEX", b"LYRICSBEGIN")
    # A last frame may be cut off; anything else behind the frames is no sound.
    if tail.strip(b"\0") and not tail.startswith(known) and not _frame(content, at):
        raise ValueError("frames, and something else")
    return content[start:at]


def _frame(content: bytes, at: int) -> int:
    """The length of the frame that begins here, or 0 (ISO 11172-3, 2.4.1.3)."""
    head = content[at : at + 4]
    if len(head) < 4 or head[0] != 0xFF or head[1] & 0xE0 != 0xE0:
        return 0
    version, layer = head[1] >> 3 & 3, head[1] >> 1 & 3
    bits, rate, padding = head[2] >> 4, head[2] >> 2 & 3, head[2] >> 1 & 1
    if layer != 1 or version == 1 or bits in (0, 15) or rate == 3:
        return 0
    speed = (_V1 if version == 3 else _V2)[bits] * 1000
    return (144 if version == 3 else 72) * speed // _RATES[version][rate] + padding


# --- WAV: two chunks of many


def _riff(content: bytes) -> bytes:
    if content[8:12] != b"WAVE":
        raise ValueError("another RIFF")
    found, at = dict[bytes, bytes](), 12
    for _ in range(MOST_PIECES):
        if at + 8 > len(content):
            break
        name, size = content[at : at + 4], unpack_from("<I", content, at + 4)[0]
        found.setdefault(name, content[at + 8 : at + 8 + size])
        at += 8 + size + size % 2
    form, data = found[b"fmt "], found[b"data"]
    if unpack_from("<H", form)[0] not in (1, 3, 6, 7, 0xFFFE):
        raise no_sound()
    body = b"".join(
        name + pack("<I", len(part)) + part + b"\0" * (len(part) % 2)
        for name, part in ((b"fmt ", form), (b"data", data))
    )
    return b"RIFF" + pack("<I", len(body) + 4) + b"WAVE" + body


# --- Ogg: pages; the comments are written over where they stand

_EMPTY = {
    b"OpusHead": (b"OpusTags", b"OpusTags" + b"\0" * 8),
    b"\x01vorbis": (b"\x03vorbis", b"\x03vorbis" + b"\0" * 8 + b"\x01"),
}


def _ogg(content: bytes) -> bytes:
    made, at, page, streams = bytearray(content), 0, 0, set()
    packets: list[list[tuple[int, int]]] = [[]]  # where the first two stand, in pieces
    touched: list[tuple[int, int]] = []
    while content[at : at + 4] == b"OggS" and page < MOST_PIECES:
        table = content[at + 27 : at + 27 + content[at + 26]]
        body = at + 27 + len(table)
        ends = body + sum(table)
        if ends > len(content):
            break  # the last page may be cut off
        streams.add(content[at + 14 : at + 18])
        if len(packets) <= 2:
            touched.append((at, ends))
            for length in table:
                packets[-1].append((body, body + length))
                body += length
                if length < 255:
                    packets.append([])
        at, page = ends, page + 1
    if len(streams) != 1 or len(packets) <= 2 or page < 3:
        raise ValueError("not one sound")
    head, comments = (b"".join(content[a:b] for a, b in one) for one in packets[:2])
    told = [told for sign, told in _EMPTY.items() if head.startswith(sign)]
    if not told:
        raise no_sound()
    ((tags, empty),) = told
    if not comments.startswith(tags) or len(comments) < len(empty):
        raise ValueError("no comments where they belong")
    blank = io.BytesIO(empty.ljust(len(comments), b"\0"))
    for a, b in packets[1]:
        made[a:b] = blank.read(b - a)
    for start, ends in touched:
        made[start + 22 : start + 26] = b"\0\0\0\0"
        made[start + 22 : start + 26] = pack("<I", _crc(made[start:ends]))
    return bytes(made[:at])


_REFLECTED = bytes(int(f"{byte:08b}"[::-1], 2) for byte in range(256))


def _crc(page: bytes | bytearray) -> int:
    """Ogg's own checksum (RFC 3533, 6): zlib's polynomial with the bits the other way round, begun
    and ended without its ones."""
    crc = zlib.crc32(page.translate(_REFLECTED), 0xFFFFFFFF) ^ 0xFFFFFFFF
    return int(f"{crc:032b}"[::-1], 2)


# --- M4A: atoms in atoms; what is not needed becomes free space where it stands, so that the places
# of the sound stay what they are

_OUTER = {b"moov", b"trak", b"mdia", b"minf", b"stbl", b"edts", b"mvex", b"moof", b"traf"}
_KEPT = {
    *(b"ftyp", b"styp", b"mdat", b"sidx", b"mvhd", b"tkhd", b"mdhd", b"hdlr", b"smhd", b"dinf"),
    *(b"stsd", b"stts", b"stsc", b"stsz", b"stz2", b"stco", b"co64", b"ctts", b"stss", b"sgpd"),
    *(b"sbgp", b"elst", b"mehd", b"trex", b"mfhd", b"tfhd", b"tfdt", b"trun"),
}


def _atoms(content: bytes) -> bytes:
    made = bytearray(content)
    found: list[tuple[bytes, int, int]] = []
    for name, start, ends in _walk(content):
        found.append((name, start, ends))
        if name in (b"mvhd", b"tkhd", b"mdhd"):  # when it was made, and changed
            wide = 8 if content[start] == 1 else 4
            made[start + 4 : start + 4 + 2 * wide] = bytes(2 * wide)
        elif name == b"hdlr":
            made[start + 24 : ends] = bytes(max(ends - start - 24, 0))
        elif name not in _KEPT | _OUTER:
            made[start - 4 : start] = b"free"
            made[start:ends] = bytes(ends - start)
    names = [name for name, _, _ in found]
    sorts = [content[start + 8 : start + 12] for name, start, _ in found if name == b"hdlr"]
    codecs = [content[start + 12 : start + 16] for name, start, _ in found if name == b"stsd"]
    if names[0] != b"ftyp" or b"mdat" not in names or names.count(b"trak") != 1:
        raise ValueError("not one sound")
    if sorts != [b"soun"] or codecs != [b"mp4a"]:
        raise no_sound()
    return bytes(made)


def _walk(content: bytes) -> Iterator[tuple[bytes, int, int]]:
    """Every atom: its name, and where what it holds begins and ends. Raises ``ValueError`` for one
    that is longer than what it stands in, and when there are too many: whoever makes a file chooses
    how many, and how deep in each other."""
    at, within = 0, [len(content)]
    for _ in range(MOST_PIECES):
        while at >= within[-1]:
            within.pop()
            if not within:
                return
        size, name = unpack_from(">I4s", content, at)
        start = at + 8
        if size == 1:
            if name != b"mdat":
                raise ValueError("larger than it can be")
            size, start = unpack_from(">Q", content, start)[0], start + 8
        ends = within[-1] if size == 0 else at + size
        if ends > within[-1] or ends < start:
            raise ValueError("longer than what it stands in")
        yield name, start, ends
        if name in _OUTER:
            within.append(ends)
        at = start if name in _OUTER else ends
    raise ValueError("too many pieces")


_PARTS = {"mp3": _frames, "wav": _riff, "m4a": _atoms}
