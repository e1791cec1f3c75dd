"""What pyxform says of a form: whether other tools would take it as it stands."""

from collections.abc import Mapping, Sequence

LONGEST = 400


def complaint(sheets: Mapping[str, Sequence[tuple[int, Sequence[str]]]]) -> str:
    """Why pyxform would not make a form of it, in its own words; nothing where it would."""
    from pyxform.builder import (  # type: ignore[import-untyped]  # half a second: once needed
        create_survey_element_from_dict,
    )
    from pyxform.errors import PyXFormError  # type: ignore[import-untyped]
    from pyxform.xls2json import workbook_to_json  # type: ignore[import-untyped]
    from pyxform.xls2json_backends import DefinitionData  # type: ignore[import-untyped]

    known = {name.strip().casefold(): rows for name, rows in sheets.items()}
    given: dict[str, object] = {"sheet_names": list(sheets), "fallback_form_name": "data"}
    for name in ("survey", "choices", "settings"):
        rows = known.get(name) or ()
        if rows:
            heads = [head.strip() for head in rows[0][1]]
            given[name] = _rows(rows, heads)
            given[f"{name}_header"] = [dict.fromkeys(filter(None, heads))]
    try:
        read = workbook_to_json(
            workbook_dict=DefinitionData(**given),
            form_name="data",
            fallback_form_name="data",
            warnings=[],
        )
        create_survey_element_from_dict(read).to_xml(validate=False, warnings=[])
    except PyXFormError as error:
        return " ".join(str(error).split())[:LONGEST]
    except (ArithmeticError, AttributeError, LookupError, RecursionError, TypeError, ValueError):
        return "pyxform cannot read this form."
    return ""


def _rows(rows: Sequence[tuple[int, Sequence[str]]], heads: Sequence[str]) -> list[dict[str, str]]:
    """The rows as pyxform counts them: those between that hold nothing are there too."""
    by_number = {
        number: {
            head: cell.strip()
            for head, cell in zip(heads, cells, strict=False)
            if head and cell.strip()
        }
        for number, cells in rows[1:]
    }
    return [by_number.get(number, {}) for number in range(rows[0][0] + 1, rows[-1][0] + 1)]
