"""What makes two organisations look like one, and what does not."""

import pytest

from trust.duplicates import domains, name_key, number_key

pytestmark = pytest.mark.one_database


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("The Lantern Trust Ltd.", "Lantern Trust"),
        ("LANTERN  TRUST", "Lantern Trust"),
        ("Friends & Neighbours", "Friends and Neighbours"),
        ("St. Mary’s Hall", "St Mary's Hall"),
        ("Łódź Café CIC", "Lodz Cafe"),
    ],
)
def test_names_that_are_the_same(one: str, other: str) -> None:
    assert name_key(one) == name_key(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [("Lantern Trust", "Lantern House"), ("The Ltd", "The CIC"), ("Hall 1628", "Hall 1629")],
)
def test_names_that_are_not(one: str, other: str) -> None:
    assert name_key(one) != name_key(other)
    assert name_key(one)


def test_a_name_in_another_script_is_a_name() -> None:
    assert name_key("জেলা সমিতি") != name_key("মহিলা সমিতি")


@pytest.mark.parametrize(
    ("website", "email", "found"),
    [
        ("https://www.lantern.org.uk/about", "", {"lantern.org.uk"}),
        ("lantern.org.uk", "hello@Lantern.org.uk", {"lantern.org.uk"}),
        ("https://facebook.com/lantern", "lantern@gmail.com", set()),
        ("https://lantern.wordpress.com", "", set()),
        ("https://sites.google.com/lantern", "", set()),
        ("http://[", "nobody", set()),
        ("", "", set()),
    ],
)
def test_a_shared_host_says_nothing(website: str, email: str, found: set[str]) -> None:
    assert domains(website, email) == found


def test_a_number_is_the_same_without_its_zeros() -> None:
    assert number_key("GB-COH", "00123456") == number_key("GB-COH", "123456")
    assert number_key("GB-COH", "123456") != number_key("GB-CHC", "123456")
