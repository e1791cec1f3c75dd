"""All that can be set."""

from dataclasses import dataclass
from ipaddress import ip_address
from pathlib import Path
from urllib.parse import SplitResult, urlsplit

LANGUAGES = ("en", "so", "bn", "pl", "ar")
DEMO_FOLDER = Path(__file__).resolve().parent.parent / "var"
"""Where the demo lies, whichever folder a command is called from."""
FILES_FOLDER = DEMO_FOLDER / "files"

NAMES = {"database": "DATABASE_URL", "secret": "SECRET_KEY", "smtp": "SMTP_URL"}


@dataclass(frozen=True)
class Settings:
    """Everything that can be set. ``address`` is where people reach the portal, for links in
    mail; ``proxies`` is how many proxies in front add X-Forwarded headers; ``files`` a folder, or
    the address of a bucket."""

    name: str
    database: str
    secret: str
    address: str
    demo: bool
    hosts: tuple[str, ...]
    languages: tuple[str, ...]
    brand: str
    smtp: str
    mail_from: str
    controller: str
    hosted_by: str
    erasures: str
    retention: str
    contact_email: str
    contact_phone: str
    proxies: int
    files: str = str(FILES_FOLDER)
    testing: bool = False

    @property
    def https(self) -> bool:
        return self.address.startswith("https://")

    @property
    def key(self) -> bytes:
        return self.secret.encode()


def is_here(host: str | None) -> bool:
    """Whether a host is this machine: what is sent there stays on it."""
    try:
        return ip_address(host or "").is_loopback
    except ValueError:
        return host == "localhost"


def parts_of(url: str) -> SplitResult:
    """A URL in its parts; all of them empty for what cannot be one."""
    try:
        parts = urlsplit(url)
        _ = parts.port  # only asking shows a wrong one
    except ValueError:
        return urlsplit("")
    return parts
