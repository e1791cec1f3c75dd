"""Every response carries the policy, whatever it is and whoever made it."""

import pytest

from portal.security import CSP, local_path
from tests.portal.shell_app import make


@pytest.mark.parametrize(
    "path",
    ["/one", "/nowhere", "/error/500", "/error/413", "/static/manifest.json", "/language/so"],
)
def test_all_responses_carry_the_policy(path: str) -> None:
    response = make().test_client().get(path)
    assert response.headers["Content-Security-Policy"] == CSP
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert response.headers["Referrer-Policy"] == "same-origin"
    assert "Strict-Transport-Security" not in response.headers


def test_an_unknown_host_is_turned_away_with_the_policy() -> None:
    response = make().test_client().get("/one", headers={"Host": "evil.example"})
    assert response.status_code == 400
    assert response.headers["Content-Security-Policy"] == CSP


def test_an_unhandled_failure_carries_the_policy() -> None:
    app = make()
    app.config.update(PROPAGATE_EXCEPTIONS=False, TESTING=False)
    app.add_url_rule("/fail", view_func=lambda: 1 / 0)
    response = app.test_client().get("/fail")
    assert response.status_code == 500
    assert response.headers["Content-Security-Policy"] == CSP


def test_the_policy_allows_nothing_unsafe() -> None:
    rules = dict(rule.split(" ", 1) for rule in CSP.split("; "))
    assert rules["default-src"] == rules["base-uri"] == rules["frame-ancestors"] == "'none'"
    assert "unsafe" not in CSP
    assert "*" not in CSP
    assert "http:" not in CSP
    assert "data:" not in CSP


def test_over_https_browsers_remember_it() -> None:
    response = make(https=True).test_client().get("/one")
    assert response.headers["Strict-Transport-Security"].startswith("max-age=")


def test_pages_are_nobodys_to_keep_unless_they_say_so() -> None:
    app = make()

    @app.get("/open")
    def open_to_all() -> tuple[str, dict[str, str]]:
        return "x", {"Cache-Control": "public, max-age=60"}

    client = app.test_client()
    assert client.get("/one").headers["Cache-Control"] == "private, no-store"
    assert client.get("/open").headers["Cache-Control"] == "public, max-age=60"


@pytest.mark.parametrize("path", ["/", "/a/b?c=d&e=f#g", "/a:b", "/language/so?next=/x"])
def test_paths_of_ours(path: str) -> None:
    assert local_path(path) == path


@pytest.mark.parametrize(
    "path",
    [
        None,
        "",
        "a",
        "//evil.example",
        "///evil.example",
        "/\\evil.example",
        "\\/evil.example",
        "https://evil.example",
        "/\t/evil.example",
        "/a\r\nSet-Cookie: x",
        " //evil.example",
        "javascript:x",
        "/" + "a" * 3000,
    ],
)
def test_paths_that_lead_elsewhere(path: str | None) -> None:
    assert local_path(path, "/home") == "/home"
