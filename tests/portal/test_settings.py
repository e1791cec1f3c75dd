"""Unsafe settings are refused with a sentence that says what to do."""

import pytest

from portal.settings import Unsafe, from_environment

GOOD = {
    "DATABASE_URL": "postgresql://portal@localhost/portal",
    "SECRET_KEY": "x" * 40,
    "PORTAL_ADDRESS": "https://insights.example.org",
    "SMTP_URL": "smtp://mail.example.org",
    "PORTAL_MAIL_FROM": "portal@example.org",
    "PORTAL_CONTROLLER": "Example Council",
    "PORTAL_CONTACT_EMAIL": "help@example.org",
}


def test_good_settings_are_taken() -> None:
    settings = from_environment(GOOD)
    assert settings.https
    assert settings.hosts == ("insights.example.org",)
    assert not settings.demo


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"SECRET_KEY": "short"}, "secrets.token_urlsafe"),
        ({"SECRET_KEY": ""}, "secrets.token_urlsafe"),
        ({"DATABASE_URL": ""}, "postgresql://"),
        ({"PORTAL_ADDRESS": ""}, "https://insights"),
        ({"PORTAL_ADDRESS": "http://insights.example.org"}, "HTTPS"),
        ({"SMTP_URL": ""}, "nobody could sign in"),
        ({"PORTAL_MAIL_FROM": ""}, "PORTAL_MAIL_FROM"),
        ({"PORTAL_CONTROLLER": ""}, "responsible"),
        ({"PORTAL_LANGUAGES": "en,xx"}, "Not known: xx"),
        ({"PORTAL_LANGUAGES": "so"}, "must hold en"),
        ({"PORTAL_DEMO": "1"}, "everybody's mail"),
    ],
)
def test_unsafe_settings_are_refused(change: dict[str, str], words: str) -> None:
    with pytest.raises(Unsafe, match=words):
        from_environment({**GOOD, **change})


def test_nothing_at_all_is_refused_with_every_reason() -> None:
    with pytest.raises(Unsafe) as caught:
        from_environment({})
    assert len(str(caught.value).splitlines()) >= 5
