"""How many statements a page takes: a list's must not grow with its rows (design.md, law 13)."""

from flask.testing import FlaskClient
from sqlalchemy import event

from tests.world import World


def statements(world: World, client: FlaskClient, path: str) -> int:
    """The number of SELECTs that ``path`` takes, the one for the user among them."""
    seen: list[str] = []

    def count(*given: object) -> None:
        seen.append(str(given[2]))

    event.listen(world.database.engine, "before_cursor_execute", count)
    try:
        assert client.get(path).status_code == 200
    finally:
        event.remove(world.database.engine, "before_cursor_execute", count)
    return sum(one.startswith("SELECT") for one in seen)
