"""Unsafe settings are refused with a sentence that says what to do."""

from pathlib import Path

import pytest

from portal import environment
from portal.environment import Unsafe, from_environment
from portal.settings import DEMO_FOLDER

GOOD = {
    "DATABASE_URL": "postgresql://portal@localhost/portal",
    "SECRET_KEY": "tTlOfIO1IO6UJ4mnRbXmbSgKMBd6pNJgWnqVqJfSgDw",
    "PORTAL_ADDRESS": "https://insights.example.org",
    "PORTAL_PROXIES": "1",
    "SMTP_URL": "smtp://mail.example.org",
    "PORTAL_MAIL_FROM": "portal@example.org",
    "PORTAL_CONTROLLER": "Example Council",
    "PORTAL_HOSTED_BY": "Example Hosts",
    "PORTAL_ERASURES": "/srv/portal/erasures.jsonl",
    "PORTAL_CONTACT_EMAIL": "help@example.org",
    "PORTAL_CONTACT_PHONE": "01632 960 000",
}
DEMO = {"PORTAL_DEMO": "1", "SECRET_KEY": "x" * 40}


def test_good_settings_are_taken() -> None:
    made = from_environment(GOOD)
    assert made.https
    assert made.hosts == ("insights.example.org",)
    assert not made.demo


@pytest.mark.parametrize(
    "change",
    [
        {"DATABASE_URL": "postgres://portal:p%40ss@db.example.org:5433/portal?sslmode=require"},
        {"DATABASE_URL": "sqlite:////srv/portal/portal.db"},
        {"SECRET_KEY": "0123456789abcdef0123456789abcdef"},
        {"PORTAL_ADDRESS": "https://insights.example.org:8443/"},
        {"PORTAL_ADDRESS": "http://[::1]:8000", "PORTAL_PROXIES": "0"},
        {"PORTAL_HOSTS": "www.example.org, .example.org,10.0.0.5,localhost,Upper.Example.Org"},
        {"SMTP_URL": "smtps://u%40x:p%2Fw@mail.example.org:465"},
        {"PORTAL_PROXIES": "2"},
        {"PORTAL_CONTACT_PHONE": "+44 (0)1632 960-000"},
    ],
)
def test_other_good_settings_are_taken(change: dict[str, str]) -> None:
    assert from_environment({**GOOD, **change})


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"SECRET_KEY": "short"}, "secrets.token_urlsafe"),
        ({"SECRET_KEY": ""}, "secrets.token_urlsafe"),
        ({"SECRET_KEY": "a" * 32}, "easy to guess"),
        ({"SECRET_KEY": "x7" * 30}, "easy to guess"),
        ({"SECRET_KEY": "changeme" * 4}, "easy to guess"),
        ({"SECRET_KEY": "Change-Me-0123456789-0123456789-abc"}, "easy to guess"),
        ({"DATABASE_URL": ""}, "DATABASE_URL is not set"),
        ({"DATABASE_URL": "nonsense"}, "is not the address of a database"),
        ({"DATABASE_URL": "postgresql://host:port/x"}, "is not the address of a database"),
        ({"DATABASE_URL": "mysql://root@localhost/portal"}, "is not the address of a database"),
        ({"DATABASE_URL": "sqlite+nothing:///x.db"}, "is not the address of a database"),
        ({"DATABASE_URL": "sqlite://"}, "in memory"),
        ({"DATABASE_URL": "sqlite:///:memory:"}, "in memory"),
        ({"DATABASE_URL": "sqlite:///file:x?mode=memory&uri=true"}, "in memory"),
        ({"PORTAL_ADDRESS": ""}, "https://insights"),
        ({"PORTAL_ADDRESS": "http://insights.example.org"}, "HTTPS"),
        ({"PORTAL_ADDRESS": "https://"}, "is not the address of a site"),
        ({"PORTAL_ADDRESS": "https://x.example.org/portal"}, "without a path"),
        ({"PORTAL_ADDRESS": "https://x.example.org?a=1"}, "without a path"),
        ({"PORTAL_ADDRESS": "https://me:pw@x.example.org"}, "is not the address of a site"),
        ({"PORTAL_ADDRESS": "https://x.example.org:port"}, "is not the address of a site"),
        ({"PORTAL_ADDRESS": "https://[x"}, "is not the address of a site"),
        ({"PORTAL_ADDRESS": "ftp://127.0.0.1"}, "is not the address of a site"),
        ({"PORTAL_PROXIES": ""}, "from 0 to 5"),
        ({"PORTAL_PROXIES": "abc"}, "from 0 to 5"),
        ({"PORTAL_PROXIES": "-1"}, "from 0 to 5"),
        ({"PORTAL_PROXIES": "99"}, "from 0 to 5"),
        ({"PORTAL_PROXIES": "0"}, "set PORTAL_PROXIES=1"),
        ({"PORTAL_HOSTS": "*"}, "PORTAL_HOSTS holds “\\*”"),
        ({"PORTAL_HOSTS": "*.example.org"}, "PORTAL_HOSTS holds"),
        ({"PORTAL_HOSTS": ".org"}, "PORTAL_HOSTS holds “.org”"),
        ({"PORTAL_HOSTS": "org"}, "PORTAL_HOSTS holds"),
        ({"PORTAL_HOSTS": "x.example.org:8000"}, "without ports"),
        ({"SMTP_URL": ""}, "nobody could sign in"),
        ({"SMTP_URL": "http://mail.example.org"}, "is not the address of a mail server"),
        ({"SMTP_URL": "smtp://"}, "is not the address of a mail server"),
        ({"SMTP_URL": "smtp://mail.example.org:port"}, "is not the address of a mail server"),
        ({"PORTAL_MAIL_FROM": ""}, "PORTAL_MAIL_FROM"),
        ({"PORTAL_MAIL_FROM": "@"}, "PORTAL_MAIL_FROM is not set, or is no email address"),
        ({"PORTAL_MAIL_FROM": "a@b.org\nBcc: x@example.org"}, "PORTAL_MAIL_FROM holds a line end"),
        ({"PORTAL_NAME": "a\r\nb"}, "PORTAL_NAME holds a line end"),
        ({"PORTAL_CONTACT_EMAIL": "nobody"}, "PORTAL_CONTACT_EMAIL is not set, or is no email"),
        ({"PORTAL_CONTACT_PHONE": ""}, "PORTAL_CONTACT_PHONE is not set, or is no phone number"),
        ({"PORTAL_CONTACT_PHONE": "ask us"}, "whom to call"),
        ({"PORTAL_CONTACT_PHONE": "help@example.org"}, "whom to call"),
        ({"PORTAL_CONTROLLER": ""}, "responsible"),
        ({"PORTAL_HOSTED_BY": ""}, "on whose machines"),
        ({"PORTAL_ERASURES": ""}, "who was erased"),
        ({"PORTAL_ERASURES": "erasures.jsonl"}, "no whole path"),
        ({"PORTAL_RETENTION": "/nowhere/own.toml"}, "cannot be read"),
        ({"PORTAL_BRAND": "../../x"}, "harbour, plum"),
        ({"PORTAL_LANGUAGES": "en,xx"}, "Not known: xx"),
        ({"PORTAL_LANGUAGES": "so"}, "must hold en"),
        ({"PORTAL_DEMO": "1"}, "everybody's mail"),
        ({**DEMO, "PORTAL_ADDRESS": "http://10.0.0.5:8000"}, "everybody's mail"),
        ({**DEMO, "PORTAL_ADDRESS": "http://127.0.0.1:8000"}, "everybody's mail"),
    ],
)
def test_unsafe_settings_are_refused(change: dict[str, str], words: str) -> None:
    with pytest.raises(Unsafe, match=words):
        from_environment({**GOOD, **change})


def test_a_secret_or_a_password_is_never_printed() -> None:
    with pytest.raises(Unsafe) as caught:
        from_environment({**GOOD, "SECRET_KEY": "changeme\n", "SMTP_URL": "http://u:hunter2@x"})
    assert "changeme" not in str(caught.value)
    assert "hunter2" not in str(caught.value)


def test_the_demo_needs_nothing_but_its_switch() -> None:
    assert from_environment(DEMO).address == "http://127.0.0.1:8000"


def test_the_demo_lies_in_one_place_whoever_calls_from_where(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(environment, "DEMO_FOLDER", tmp_path / "var")
    (tmp_path / "elsewhere").mkdir()
    found = set()
    for folder in (tmp_path, tmp_path / "elsewhere"):
        monkeypatch.chdir(folder)
        made = from_environment({"PORTAL_DEMO": "1"})
        found.add((made.database, made.secret))
    assert {database for database, _ in found} == {f"sqlite:///{tmp_path}/var/portal.db"}
    assert len(found) == 1
    assert [one.name for one in (tmp_path / "var").iterdir()] == ["secret"]
    assert not list((tmp_path / "elsewhere").iterdir())


def test_the_demo_lies_beside_the_code() -> None:
    assert Path(__file__).parents[2] / "var" == DEMO_FOLDER


def test_nothing_at_all_is_refused_with_every_reason() -> None:
    with pytest.raises(Unsafe) as caught:
        from_environment({})
    assert len(str(caught.value).splitlines()) >= 5
