"""Pages that anyone may read."""

import pytest
from flask import Flask

from tests.world import World


@pytest.mark.parametrize("address", ["/", "/accessibility", "/privacy", "/roles", "/sign-in"])
@pytest.mark.parametrize("language", ["en", "ar"])
def test_anyone_may_read_them(app: Flask, address: str, language: str) -> None:
    client = app.test_client()
    client.set_cookie("language", language)
    page = client.get(address)
    assert page.status_code == 200
    assert f'lang="{language}"' in page.text
    assert ('dir="rtl"' in page.text[:300]) is (language == "ar")


def test_the_front_page_sends_people_home(world: World) -> None:
    client = world.client(world.person("Rahima", world.partner("Lantern"), "member"))
    assert client.get("/").location == "/home"


def test_the_statement_says_how_far_it_is_and_whom_to_turn_to(app: Flask) -> None:
    page = app.test_client().get("/accessibility").text
    assert "partly compliant" in page
    assert "23 November 2026" in page
    assert "Equality Advisory and Support Service" in page
    assert "Equality and Human Rights Commission" in page
    assert "not yet tested this portal with disabled people" in page


def test_the_notice_says_what_of_a_register_stays_out(app: Flask) -> None:
    page = app.test_client().get("/privacy").text
    assert "Emails, phone numbers and street addresses stay out." in page


def test_health_asks_the_database(app: Flask) -> None:
    assert app.test_client().get("/health").json == {"status": "ok"}


def test_what_is_not_there_says_so_kindly(app: Flask) -> None:
    page = app.test_client().get("/nowhere")
    assert page.status_code == 404


def test_a_number_that_no_database_holds_is_not_found(app: Flask) -> None:
    assert app.test_client().get(f"/releases/{2**70}").status_code == 404
