"""Files of organisations, in each of the forms that we read: a register or a directory as a sheet,
grants (360Giving) as a sheet or as JSON, Open Referral UK as JSON. What is inside says which."""

import io
import json
import re
from pathlib import PurePath
from typing import Any

from portal import sheets
from portal.sheet_limits import LIMITS, Limits, too_big, too_many_rows
from portal.sheets import Sheet
from trust.exchange import directory, grants, open_referral, register
from trust.exchange.register import PartnerLine
from trust.records import N_, Msg, Refused

_NO_TEXT = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")


def read(
    content: bytes, name: str, limits: Limits = LIMITS
) -> tuple[list[PartnerLine], Sheet | None]:
    """What a file proposes, record by record, and the sheet it is in, if it is in one. Raises
    ``Refused`` for a file that cannot be read."""
    if PurePath(name).suffix.lower() == ".json":
        return _data(_parsed(content, limits), limits), None
    sheet = sheets.read(io.BytesIO(content), name, limits)
    if directory.is_own(sheet.columns):
        return directory.read(sheet.columns, sheet.rows), sheet
    if grants.is_sheet(sheet.columns):
        return grants.read_sheet(sheet.columns, sheet.rows), sheet
    return register.read(sheet.columns, sheet.rows), sheet


def _data(data: Any, limits: Limits) -> list[PartnerLine]:
    if grants.is_package(data):
        lines = grants.read_package(data)
    else:
        found = open_referral.organizations(data)
        if found is None:
            raise Refused(
                N_("We cannot find organisations or grants in this file."),
                next_step=Msg(N_("Choose a file in the form of Open Referral UK or 360Giving.")),
            )
        lines = open_referral.read(found)
    if len(lines) > limits.rows:
        raise too_many_rows(limits)
    return lines


def _seen(data: Any) -> Any:
    """The same without signs that no text holds: JSON can spell them, and nothing keeps them."""
    if isinstance(data, str):
        return _NO_TEXT.sub("", data)
    if isinstance(data, list):
        return [_seen(one) for one in data]
    return {key: _seen(one) for key, one in data.items()} if isinstance(data, dict) else data


def _parsed(content: bytes, limits: Limits) -> Any:
    if len(content) > limits.size:
        raise too_big()
    if not content.strip():
        raise Refused(
            N_("This file is empty."), next_step=Msg(N_("Choose the file that has your rows."))
        )
    try:
        return _seen(json.loads(content.decode("utf-8-sig")))
    except UnicodeDecodeError:
        raise Refused(N_("This file is called JSON, but it is not text in UTF-8.")) from None
    except json.JSONDecodeError as error:
        raise Refused(
            Msg(
                N_("This is not whole JSON: see line %(line)s, letter %(letter)s."),
                {"line": error.lineno, "letter": error.colno},
            ),
            next_step=Msg(N_("Get the file again from where you had it.")),
        ) from None
    except (RecursionError, ValueError):
        raise Refused(N_("This file has too many things inside one another.")) from None
