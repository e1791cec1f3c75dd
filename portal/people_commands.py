"""Commands for the people of a portal: its first administrator, and those who lost what they sign
in with."""

from collections.abc import Callable

import click

from portal import opening
from trust import seats
from trust.act import Act, Actor
from trust.people import Person, folded_email


@click.command()
@click.argument("name")
@click.argument("email")
def begin(name: str, email: str) -> None:
    """Give the first administrator a seat: portal begin "Ada Bell" ada@example.org"""

    def do(act: Act) -> str:
        seats.begin(act, opening.installation(act), name=name, email=email)
        return f"{name} can sign in with {email} and is the administrator."

    click.echo(opening.do_once(do, Actor(anywhere=frozenset({"set-up"}))))


@click.command("code-again")
@click.argument("name")
@click.argument("email")
def code_again(name: str, email: str) -> None:
    """Let the code by email sign somebody in again who chose their passkey only, and lost it.

    Be sure who asks: call a number that you knew before.
    """

    from trust import passkeys

    told = "can sign in with the code again. They are told by email."
    _for_one(name, email, passkeys.code_again, told)


@click.command("app-again")
@click.argument("name")
@click.argument("email")
def app_again(name: str, email: str) -> None:
    """Take the authenticator app off somebody who lost it: they set up a new one.

    Be sure who asks: call a number that you knew before.
    """

    from trust import second_factor

    told = "sets up a new app when they sign in next. They are told by email."
    _for_one(name, email, second_factor.app_again, told)


def _for_one(name: str, email: str, verb: Callable[[Act, Person], None], told: str) -> None:
    """Do something for the person of that name at that address."""
    from trust import mailboxes

    def do(act: Act) -> str:
        person = mailboxes.named(mailboxes.at_address(act.session, folded_email(email)), name)
        if person is None:
            raise click.ClickException("Nobody of that name has this address.")
        verb(act, person)
        return f"{person.name} {told}"

    click.echo(opening.do_once(do, Actor(anywhere=frozenset({"set-up"}))))


ALL = (begin, code_again, app_again)
