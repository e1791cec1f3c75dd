"""Files made to use up the machine are refused in 2 seconds of its time and 200 MB.

Each is read in a process of its own, which could not take more than 1 GB if it tried. The
workbooks carry a picture that cannot be packed, so that what they unpack to is no wonder.
"""

import json
import random
import struct
import subprocess
import sys
import zlib
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import pytest

from tests.portal.workbooks import rows, text
from tests.portal.workbooks import workbook as plain_workbook

SECONDS, MEGABYTES = 2, 200

READER = """
import json, os, resource, sys, time
from pathlib import Path
from portal.sheets import read
from trust.records import Refused

def tell(path):
    began = time.process_time()
    said = None
    try:
        with open(path, "rb") as file:
            for row in read(file, path).rows:
                pass
    except Refused as refused:
        said = refused.reason.text % refused.reason.params
    seconds = time.process_time() - began
    status = Path("/proc/self/status")
    if status.exists():
        peak = int(status.read_text().partition("VmHWM:")[2].split()[0]) / 1024
    else:
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024 / 1024
    print(json.dumps([said, seconds, peak]), flush=True)

for line in sys.stdin:
    if child := os.fork():
        _, status = os.waitpid(child, 0)
        if status:
            print(json.dumps([f"died: {status}", 0, 0]), flush=True)
    else:
        resource.setrlimit(resource.RLIMIT_AS, (10**9, 10**9))
        resource.setrlimit(resource.RLIMIT_CPU, (30, 30))
        tell(line.strip())
        os._exit(0)
"""


@pytest.fixture(scope="module")
def reader() -> Iterator["subprocess.Popen[str]"]:
    """A process that has loaded the portal, and reads each file in a copy of itself."""
    with subprocess.Popen(
        [sys.executable, "-c", READER], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        yield process
        assert process.stdin
        process.stdin.close()


_TIMES_TEN = "".join(
    f'<!ENTITY {to} "' + f"&{at};" * 10 + '">'
    for at, to in zip("abcdefghi", "bcdefghiz", strict=True)
)
GROW = (
    f'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa">{_TIMES_TEN}]>'
    '<worksheet><sheetData><row><c t="str"><v>&z;</v></c></row></sheetData></worksheet>'
)

TOO_BIG = "This file is too big to open here."
DAMAGED = "This spreadsheet is damaged, or was not made by a spreadsheet program."
ROWS = "This file has more than 100000 rows."
COLUMNS = "This file has more than 200 columns."
LONG = "Row %s is too long. A quote mark may not be closed."


def workbook(more: Mapping[str, str | bytes] | None = None, **parts: str) -> bytes:
    """A workbook that is large enough to hold what it says."""
    return plain_workbook(more={"xl/media/picture.png": PICTURE, **(more or {})}, **parts)


def padded(front: bytes, piece: bytes, times: int) -> bytes:
    """Deflated ``front`` and then ``piece`` so many times, without ever holding it whole: after
    a full flush the packed piece does not lean on what was before it and can be repeated."""
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    start = packer.compress(front) + packer.flush(zlib.Z_FULL_FLUSH)
    one = packer.compress(piece) + packer.flush(zlib.Z_FULL_FLUSH)
    again = packer.compress(piece) + packer.flush(zlib.Z_FULL_FLUSH)
    return start + one + again * (times - 1) + packer.flush()


def lying(front: bytes, piece: bytes, times: int, declared: int) -> bytes:
    """A workbook whose sheet is ``padded`` and says that it is ``declared`` bytes."""
    packed = padded(front, piece, times)
    path = b"xl/worksheets/bomb.xml"
    links = workbook(more={"xl/_rels/workbook.xml.rels": _links("worksheets/bomb.xml")})
    end = links.rindex(b"PK\x05\x06")
    (count, size, start) = struct.unpack("<HII", links[end + 10 : end + 20])
    local = struct.pack(
        "<4s5H3I2H", b"PK\x03\x04", 20, 0, 8, 0, 0, 0, len(packed), declared, len(path), 0
    )
    central = struct.pack(
        "<4s6H3I5H2I",
        *(b"PK\x01\x02", 20, 20, 0, 8, 0, 0, 0, len(packed), declared, len(path)),
        *(0, 0, 0, 0, 0, start),
    )
    middle = local + path + packed
    directory = links[start : start + size] + central + path
    return (
        links[:start]
        + middle
        + directory
        + struct.pack(
            "<4s4H2IH",
            *(b"PK\x05\x06", 0, 0, count + 1, count + 1, len(directory), start + len(middle), 0),
        )
    )


def _links(target: str) -> str:
    return f"""<Relationships><Relationship Id="s1" Type="x/worksheet" Target="{target}"/>
    </Relationships>"""


PICTURE = random.Random(7).randbytes(400_000)
SHEET = b"<worksheet><sheetData>"
MB = 1_000_000

BOMBS: dict[str, tuple[str, Callable[[], bytes], str]] = {
    "sparse-declared": (
        "xlsx",
        lambda: workbook(
            sheet=f'<worksheet><dimension ref="A1:XFD1048576"/>{rows(text("a"))}</worksheet>'
        ),
        ROWS,
    ),
    "wide-declared": (
        "xlsx",
        lambda: workbook(
            sheet=f'<worksheet><dimension ref="A1:XFD9"/>{rows(text("a"))}</worksheet>'
        ),
        COLUMNS,
    ),
    "sparse-reached": (
        "xlsx",
        lambda: workbook(
            sheet=rows(text("a"), text("b")).replace(
                "</sheetData>", '<row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData>'
            )
        ),
        ROWS,
    ),
    "ten-gigabytes-owned-up": (
        "xlsx",
        lambda: lying(SHEET, b" " * MB, 10_000, 0xFFFFFFF0),
        TOO_BIG,
    ),
    "ten-gigabytes-denied": ("xlsx", lambda: lying(SHEET, b" " * MB, 10_000, 40 * MB), DAMAGED),
    "ten-gigabytes-hidden": ("xlsx", lambda: lying(SHEET, b" " * MB, 10_000, 1_000), DAMAGED),
    "only-boasting": ("xlsx", lambda: lying(SHEET, b" ", 1, 0xFFFFFFF0), TOO_BIG),
    "too-good-to-be-true": (
        "xlsx",
        lambda: plain_workbook(f"<worksheet>{' ' * 45 * MB}</worksheet>"),
        TOO_BIG,
    ),
    "in-two-halves": (
        "xlsx",
        lambda: workbook(
            sheet=f"<worksheet>{' ' * 30 * MB}</worksheet>", strings=f"<sst>{' ' * 30 * MB}</sst>"
        ),
        TOO_BIG,
    ),
    "rows-without-end": (
        "xlsx",
        lambda: lying(SHEET, b"<row/>" * 100_000, 200, 49 * MB),
        ROWS,
    ),
    "cells-without-end": (
        "xlsx",
        lambda: lying(SHEET + b"<row>", b"</row><row>" + b"<c/>" * 100, 80_000, 49 * MB),
        TOO_BIG,
    ),
    "cells-in-one-row": ("xlsx", lambda: workbook(sheet=rows("<c/>" * 2 * MB)), COLUMNS),
    "salted-cells": (
        "xlsx",
        lambda: workbook(
            sheet=rows(
                text(*"abcdefghijklmnopqrst"),
                *[f"<c><v>{n * 7919 % 999983}</v></c>" * 20 for n in range(20_000)],
            )
        ),
        TOO_BIG,
    ),
    "one-long-text-in-every-cell": (
        "xlsx",
        lambda: workbook(
            sheet=rows(text(*"abcdefghij"), *['<c t="s"><v>0</v></c>' * 10] * 20_000),
            strings=f"<sst><si><t>{'x' * 32_000}</t></si></sst>",
        ),
        TOO_BIG,
    ),
    "texts-without-end": (
        "xlsx",
        lambda: workbook(
            strings="<sst>" + "".join(f"<si><t>{n}</t></si>" for n in range(MB)) + "</sst>"
        ),
        TOO_BIG,
    ),
    "one-endless-text": (
        "xlsx",
        lambda: workbook(strings=f"<sst><si><t>{'x' * 45 * MB}</t></si></sst>"),
        TOO_BIG,
    ),
    "one-endless-value": (
        "xlsx",
        lambda: workbook(sheet=rows(f'<c t="str"><v>{"x" * 45 * MB}</v></c>')),
        TOO_BIG,
    ),
    "endless-attribute": (
        "xlsx",
        lambda: lying(SHEET + b'<row a="', b"xy" * 500_000, 45, 45 * MB),
        TOO_BIG,
    ),
    "endless-comment": (
        "xlsx",
        lambda: lying(SHEET + b"<!--", b"> <" * 330_000, 45, 45 * MB),
        TOO_BIG,
    ),
    "endless-depth": (
        "xlsx",
        lambda: lying(SHEET, (b"<" + b"a" * 30 + b">") * 31_250, 45, 45 * MB),
        TOO_BIG,
    ),
    "endless-attributes": (
        "xlsx",
        lambda: workbook(
            sheet="<worksheet "
            + " ".join(f'a{n}=""' for n in range(MB))
            + "><sheetData/></worksheet>"
        ),
        TOO_BIG,
    ),
    "growing-entities": ("xlsx", lambda: workbook(sheet=GROW), DAMAGED),
    "growing-entities-in-texts": ("xlsx", lambda: workbook(strings=GROW), DAMAGED),
    "one-long-entity": (
        "xlsx",
        lambda: workbook(
            sheet=f'<!DOCTYPE x [<!ENTITY a "{"a" * MB}">]><worksheet>{"&a;" * MB}</worksheet>'
        ),
        DAMAGED,
    ),
    "styles-without-end": (
        "xlsx",
        lambda: workbook(styles=f"<styleSheet><cellXfs>{'<xf/>' * 2 * MB}</cellXfs></styleSheet>"),
        TOO_BIG,
    ),
    "links-without-end": (
        "xlsx",
        lambda: workbook(more={"_rels/.rels": f"<R>{'<Relationship/>' * MB}</R>"}),
        TOO_BIG,
    ),
    "entries-without-end": (
        "xlsx",
        lambda: workbook(more={f"xl/media/{n}": b"" for n in range(60_000)}),
        TOO_BIG,
    ),
    "too-large-a-file": ("csv", lambda: b"a,b\n" * 6 * MB, TOO_BIG),
    "an-open-quote": ("csv", lambda: b'a\n"' + b"b\n" * 9 * MB, LONG % 2),
    "cells-in-quotes": ("csv", lambda: b'a\n"' + b'b\n","' * 3 * MB, LONG % 2),
    "one-endless-line": ("csv", lambda: b"a," * 9 * MB, LONG % 1),
    "commas-without-end": ("csv", lambda: (b"," * 900_000 + b"\n") * 20 + b"x", COLUMNS),
    "rows-of-nothing": ("csv", lambda: b"a\n" + b"b\n" * 9 * MB, ROWS),
    "nearly-a-formula": ("csv", lambda: b"a\n" + (b"=" + b"|" * 32_000 + b"\n") * 500, "none"),
    "spaces-before-nothing": ("csv", lambda: b"a\n" + (b" " * 32_000 + b"+\n") * 500, "none"),
}


@pytest.mark.parametrize("name", BOMBS)
def test_a_bomb_is_refused_quickly_and_cheaply(
    name: str, tmp_path: Path, reader: "subprocess.Popen[str]"
) -> None:
    suffix, make, wanted = BOMBS[name]
    bomb = tmp_path / f"bomb.{suffix}"
    bomb.write_bytes(make())
    assert reader.stdin
    assert reader.stdout
    reader.stdin.write(f"{bomb}\n")
    reader.stdin.flush()
    said, seconds, peak = json.loads(reader.stdout.readline())
    assert said == (None if wanted == "none" else wanted)
    assert (seconds < SECONDS, peak < MEGABYTES) == (True, True), (seconds, peak)
