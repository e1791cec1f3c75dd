"""The trust passport: papers that a partner keeps here, links by which it shows some of them, and
what a stranger sees who has such a link."""

from portal.blueprints.passport import links, papers, shared
from portal.blueprints.passport.blueprint import bp

__all__ = ["bp", "links", "papers", "shared"]
