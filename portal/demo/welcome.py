"""What the command line says when the demo is there: where to go, and whom to be."""

from itertools import groupby

from portal.demo.people import cast


def welcome(address: str) -> str:
    """Where to go and whom to sign in as, as lines for a terminal."""
    lines = [
        f"The demo is at {address}",
        "Everyone in it is invented. Sign in with one of these addresses, Rahima’s first.",
        f"Nothing is mailed: your code is in {address}/demo/mailbox",
    ]
    for region, parts in groupby(cast(), key=lambda part: part.region):
        lines += ["", region or "For all regions"]
        for part in parts:
            star = "*" if part.strong else " "
            lines.append(f" {star} {part.name:18} {part.email:36} {part.to_try}")
    lines += ["", " * asks for a second code too. The mailbox shows it when you choose the person."]
    return "\n".join(lines)
