"""Numbers in public registers: the one form that each has."""

import pytest

from trust.exchange.identifiers import SCHEMES, check
from trust.records import Msg, Refused


@pytest.mark.parametrize(
    ("scheme", "typed", "stored"),
    [
        ("GB-CHC", "210843", "210843"),
        ("GB-CHC", " 1 119 510 ", "1119510"),
        ("GB-CHC", "GB-CHC-1119510", "1119510"),
        ("GB-COH", "00738693", "00738693"),
        ("GB-COH", "ce012345", "CE012345"),
        ("GB-COH", "RC000832", "RC000832"),
        ("GB-COH", "IP12345R", "IP12345R"),
        ("GB-COH", "SP1234RS", "SP1234RS"),
        ("GB-SC", "sc004401", "SC004401"),
        ("GB-NIC", "NIC101234", "101234"),
        ("GB-MPR", "235C", "235C"),
        ("GB-MPR", "IP031455", "IP031455"),
        ("GB-LAE", "cmd", "CMD"),
        ("GB-CASC", "DF679063", "df679063"),
    ],
)
def test_a_number_is_stored_in_one_form(scheme: str, typed: str, stored: str) -> None:
    assert check(scheme, typed) == stored
    assert check(scheme, stored) == stored


@pytest.mark.parametrize(
    ("scheme", "typed"),
    [
        ("GB-CHC", "12345"),
        ("GB-CHC", "12345678"),
        ("GB-CHC", "1119510-1"),
        ("GB-CHC", "١٢٣٤٥٦٧"),  # digits, but not those that the register uses
        ("GB-COH", "CE00571"),
        ("GB-COH", "738693"),
        ("GB-COH", "1119510"),  # a charity number, one zero short of somebody's company
        ("GB-SC", "004401"),
        ("GB-NIC", "1234567"),
        ("GB-LAE", "CAMDEN"),
        ("GB-CASC", "zz679063"),
        ("GB-CHC", ""),
    ],
)
def test_another_form_is_refused_with_the_right_one(scheme: str, typed: str) -> None:
    with pytest.raises(Refused) as refused:
        check(scheme, typed)
    params = refused.value.reason.params
    assert refused.value.field == "number"
    assert params["number"] == typed
    assert params["example"] == SCHEMES[scheme].example
    assert params["form"] == Msg(SCHEMES[scheme].form)


@pytest.mark.parametrize("scheme", SCHEMES)
def test_every_example_has_the_form_that_it_shows(scheme: str) -> None:
    assert check(scheme, SCHEMES[scheme].example) == SCHEMES[scheme].example


def test_an_unknown_register_is_refused_with_those_we_know() -> None:
    with pytest.raises(Refused) as refused:
        check("GB-XYZ", "1")
    assert refused.value.reason.params["known"].startswith("GB-CHC, GB-COH, ")
