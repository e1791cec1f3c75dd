"""A released table as a Data Package (v2): a ZIP that analysts' tools open by themselves.

``figures.csv`` is long: one line a figure, with a ``status`` beside the number, so that a hidden
figure is an empty number marked ``hidden`` and can be taken neither for nought nor for a gap.
``dictionary.csv`` explains its columns. The same release and the same words give the same bytes.
"""

import csv
import hashlib
import io
import json
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC
from typing import Any, cast

from pilots.publishing.about import About, check_about
from pilots.publishing.columns import (
    HIDDEN,
    KINDS,
    SHOWN,
    Column,
    Say,
    dictionary_columns,
    dictionary_rows,
    figure_columns,
    figure_rows,
    in_language,
    raw_cell,
    safe_cell,
)
from trust.disclosure.published import STAR, Kind, Line, Published
from trust.records import N_, Msg

PROFILE = "https://datapackage.org/profiles/2.0/"
DESCRIPTOR = "datapackage.json"
FIGURES = "figures.csv"
DICTIONARY = "dictionary.csv"


def package(published: Published, about: About, *, say: Say) -> bytes:
    """The ZIP: descriptor, figures, dictionary. Pure; the same input gives the same bytes.

    ``about.language`` picks the words of the table's labels. Raises ``Refused`` for what
    ``check_about`` refuses, ``ValueError`` where an axis has the name of a column of ours.
    """
    check_about(about)
    columns = figure_columns(published, about.language, say)
    if len({column.name for column in columns}) != len(columns):
        raise ValueError("an axis has the name of another column")
    explained = dictionary_columns(say)
    figures = _csv([c.name for c in columns], figure_rows(published, about.language, say))
    dictionary = _csv([c.name for c in explained], dictionary_rows(columns))
    notes = "\n\n".join(say(msg) for msg in (published.label, *published.notes))
    resources = [
        _resource(FIGURES, in_language(published.title, about.language), notes, figures, columns),
        _resource(DICTIONARY, say(Msg(N_("What the columns mean"))), "", dictionary, explained),
    ]
    resources[0]["schema"]["primaryKey"] = [columns[1].name, columns[3].name]
    descriptor = _descriptor(published, about, say, notes, resources)
    files = {DESCRIPTOR: _json(descriptor), FIGURES: figures, DICTIONARY: dictionary}
    return _zip(files)


def read_back(data: bytes) -> tuple[Line, ...]:
    """The figures of a package, to compare with ``Published.lines``.

    Raises ``ValueError`` where a file is missing, its size or hash is not what the descriptor
    says, or a line's number and status do not agree.
    """
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        names = archive.namelist()
        descriptor = json.loads(archive.read(DESCRIPTOR))
        for resource in descriptor["resources"]:
            if resource["path"] not in names:
                raise ValueError(f"{resource['path']} is missing")
            content = archive.read(resource["path"])
            if (len(content), _sha256(content)) != (resource["bytes"], resource["hash"]):
                raise ValueError(f"{resource['path']} was changed")
        text = archive.read(FIGURES).decode("utf-8")
    _, *rows = csv.reader(io.StringIO(text, newline=""))
    return tuple(_line(row) for row in rows)


def _line(row: Sequence[str]) -> Line:
    kind, row_key, _, column_key, _, number, status = row
    if kind not in KINDS or status != (SHOWN if number else HIDDEN):
        raise ValueError("a line's kind, number and status do not agree")
    shown = int(number) if number else STAR
    return Line(cast(Kind, kind), raw_cell(row_key), raw_cell(column_key), shown)


def _field(column: Column) -> dict[str, Any]:
    field: dict[str, Any] = {"name": column.name, "type": column.type, "title": column.title}
    if column.meaning:
        field["description"] = column.meaning
    constraints: dict[str, Any] = {"required": True} if column.required else {}
    if column.type == "integer":
        constraints["minimum"] = 0
    if column.allowed:
        field["categories"] = [{"value": v, "label": label} for v, label in column.allowed]
        constraints["enum"] = [value for value, _ in column.allowed]
    if constraints:
        field["constraints"] = constraints
    return field


def _resource(
    path: str, title: str, description: str, content: bytes, columns: Sequence[Column]
) -> dict[str, Any]:
    return {
        "name": path.removesuffix(".csv"),
        "type": "table",
        "path": path,
        "title": title,
        **({"description": description} if description else {}),
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "bytes": len(content),
        "hash": _sha256(content),
        "schema": {
            "$schema": f"{PROFILE}tableschema.json",
            "fields": [_field(column) for column in columns],
            "missingValues": [""],
        },
    }


def _descriptor(
    published: Published, about: About, say: Say, notes: str, resources: Sequence[Mapping[str, Any]]
) -> dict[str, Any]:
    if about.licence is None:
        licence = {"name": "other-closed", "title": say(Msg(N_("Under agreement")))}
    else:
        licence = {"path": about.licence.url, "title": about.licence.title}
    publisher = about.publisher_name
    return {
        "$schema": f"{PROFILE}datapackage.json",
        "name": about.name,
        "title": about.title,
        "description": f"{about.description.strip()}\n\n{notes}",
        "language": about.language,
        "version": about.version,
        "created": about.created.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "contributors": [
            {"title": publisher, "identifier": about.publisher_id, "roles": ["publisher"]},
            {
                "title": about.contact_name,
                "email": about.contact_email,
                "organization": publisher,
                "roles": ["contact"],
            },
        ],
        **({"keywords": list(about.keywords)} if about.keywords else {}),
        "licenses": [licence],
        "sources": [
            {"title": source.title, **({"path": source.url} if source.url else {})}
            for source in about.sources
        ],
        "coverage": {
            "from": about.starts.isoformat(),
            "to": about.ends.isoformat(),
            "areas": [{"code": area.code, "name": area.name} for area in about.areas],
        },
        "disclosure": {"audience": published.audience, **published.policy.as_json()},
        "resources": resources,
    }


def _csv(header: Sequence[str], rows: Iterable[Sequence[str]]) -> bytes:
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(header)
    writer.writerows([safe_cell(cell) for cell in row] for row in rows)
    return text.getvalue().encode("utf-8")


def _json(value: Mapping[str, Any]) -> bytes:
    return (json.dumps(value, ensure_ascii=False, indent=2) + "\n").encode("utf-8")


def _sha256(content: bytes) -> str:
    return f"sha256:{hashlib.sha256(content).hexdigest()}"


def _zip(files: Mapping[str, bytes]) -> bytes:
    """An archive that depends on nothing but ``files``: no clock, no system, no compressor."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as archive:
        for name, content in files.items():
            entry = zipfile.ZipInfo(name, date_time=(1980, 1, 1, 0, 0, 0))
            entry.create_system = 3
            entry.external_attr = 0o644 << 16
            archive.writestr(entry, content)
    return out.getvalue()
