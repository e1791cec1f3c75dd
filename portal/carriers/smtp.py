"""Mail over SMTP, with a Message-ID that stays the same however often a parcel is tried, so that
a server that has it already does not deliver it again."""

import hashlib
import smtplib
import ssl
import unicodedata
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from datetime import datetime
from email import policy
from email.headerregistry import Address
from email.message import EmailMessage
from email.parser import BytesHeaderParser
from email.utils import format_datetime
from urllib.parse import unquote, urlsplit

from portal.mails import Mail
from portal.settings import Settings, is_here


class Away(Exception):
    """The mail server cannot be reached or does not take this now. Try again later."""


class Rejected(Exception):
    """The mail server will never take this: a wrong address, say."""


def line(text: str) -> str:
    """``text`` as one line that a header may hold. ``EmailMessage`` decodes encoded words
    (RFC 2047), and with them any line end that somebody wrote into one: so none goes in."""
    plain = "".join(" " if unicodedata.category(one) == "Cc" else one for one in text)
    return " ".join(plain.replace("=?", "= ?").split())


def display(name: str) -> str:
    """A name to stand before an address; empty where it holds what has a meaning in addresses.
    Quotes would do, but the library loses them where it folds a long line."""
    return "" if "=?" in name or set(name) & set('()<>[]:;@\\,"') else line(name)


def message(mail: Mail, settings: Settings, key: str, at: datetime) -> EmailMessage:
    """The message as it goes out. Raises ``Rejected`` where a header would not stay one line."""
    made = EmailMessage()
    host = urlsplit(settings.address).hostname or "localhost"
    user, _, domain = mail.to.rpartition("@")
    try:
        made["From"] = Address(display(settings.name), addr_spec=settings.mail_from)
        made["To"] = Address(display(mail.name), user, domain)
    except ValueError:
        raise Rejected("the address is none") from None
    made["Subject"] = line(mail.subject)
    made["Date"] = format_datetime(at)
    made["Message-ID"] = f"<{hashlib.sha256(key.encode()).hexdigest()[:32]}@{host}>"
    made["Auto-Submitted"] = "auto-generated"
    made.set_content(mail.text)
    made["Content-Language"] = mail.lang  # after the content, which clears such headers
    # What is read from the bytes must be what was meant, whatever the library made of it.
    read = BytesHeaderParser(policy=policy.compat32).parsebytes(made.as_bytes())
    if read.keys() != made.keys() or any("\r" in value or "\n" in value for value in made.values()):
        raise Rejected("a header would not stay one line")
    return made


def send(made: EmailMessage, smtp: str) -> str:
    """Hand one message to the server at ``smtp`` (smtp:// or smtps://). Returns its answer.

    Raises ``Away`` for what may work later, ``Rejected`` for what never will.
    """
    with _server(smtp) as server:
        try:
            server.send_message(made)
        except smtplib.SMTPRecipientsRefused as refused:
            codes = [code for code, _ in refused.recipients.values()]
            if all(code >= 500 for code in codes):
                raise Rejected(str(codes[0])) from None
            raise Away("the address was not taken now") from None
        except smtplib.SMTPResponseException as answer:
            if 500 <= answer.smtp_code < 600:
                raise Rejected(str(answer.smtp_code)) from None
            raise
    return "250"


def greet(smtp: str) -> None:
    """Reach the server and sign in, as for a message, and send none. Raises ``Away``."""
    with _server(smtp) as server:
        server.noop()


@contextmanager
def _server(smtp: str) -> Iterator[smtplib.SMTP]:
    """The server, over a line that nobody reads: one on another machine must speak TLS. To one
    on this machine nothing travels, and its certificate is seldom for ``localhost``."""
    at = urlsplit(smtp)
    host, port = at.hostname or "localhost", at.port
    try:
        if at.scheme == "smtps":
            server: smtplib.SMTP = smtplib.SMTP_SSL(
                host, port or 465, timeout=20, context=ssl.create_default_context()
            )
        else:
            server = smtplib.SMTP(host, port or 25, timeout=20)
        with closing(server):
            if at.scheme == "smtp" and not is_here(host):
                server.starttls(context=ssl.create_default_context())
            if at.username:
                server.login(unquote(at.username), unquote(at.password or ""))
            yield server
            with suppress(OSError, smtplib.SMTPException):  # a bad goodbye unsends nothing
                server.quit()
    except smtplib.SMTPNotSupportedError as missing:
        raise Away(str(missing)) from None
    except smtplib.SMTPResponseException as answer:  # before or beside any message: a setting
        raise Away(str(answer.smtp_code)) from None
    except (OSError, smtplib.SMTPException) as problem:
        raise Away(type(problem).__name__) from None
