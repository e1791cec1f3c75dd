"""Mail over SMTP, with a Message-ID that stays the same however often a parcel is tried, so that
a server that has it already does not deliver it again."""

import hashlib
import smtplib
import ssl
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime
from urllib.parse import unquote, urlsplit

from portal.mails import Mail
from portal.settings import Settings


class Away(Exception):
    """The mail server cannot be reached or does not take this now. Try again later."""


class Rejected(Exception):
    """The mail server will never take this: a wrong address, say."""


def message(mail: Mail, settings: Settings, key: str, at: datetime) -> EmailMessage:
    """The message as it goes out. Headers cannot be injected: ``EmailMessage`` refuses line ends,
    and names are folded into one line first."""
    made = EmailMessage()
    host = urlsplit(settings.address).hostname or "localhost"
    user, _, domain = mail.to.rpartition("@")
    made["From"] = Address(settings.name, addr_spec=settings.mail_from)
    made["To"] = Address(" ".join(mail.name.split()), user, domain)
    made["Subject"] = " ".join(mail.subject.split())
    made["Date"] = format_datetime(at)
    made["Message-ID"] = f"<{hashlib.sha256(key.encode()).hexdigest()[:32]}@{host}>"
    made["Auto-Submitted"] = "auto-generated"
    made.set_content(mail.text)
    made["Content-Language"] = mail.lang  # after the content, which clears such headers
    return made


def send(made: EmailMessage, smtp: str) -> str:
    """Hand one message to the server at ``smtp`` (smtp:// or smtps://). Returns its answer.

    Raises ``Away`` for what may work later, ``Rejected`` for what never will.
    """
    at = urlsplit(smtp)
    host, port = at.hostname or "localhost", at.port
    try:
        if at.scheme == "smtps":
            server: smtplib.SMTP = smtplib.SMTP_SSL(
                host, port or 465, timeout=20, context=ssl.create_default_context()
            )
        else:
            server = smtplib.SMTP(host, port or 25, timeout=20)
        with server:
            if at.scheme == "smtp" and server.has_extn("starttls"):
                server.starttls(context=ssl.create_default_context())
            if at.username:
                server.login(unquote(at.username), unquote(at.password or ""))
            server.send_message(made)
            return "250"
    except smtplib.SMTPRecipientsRefused as refused:
        codes = [code for code, _ in refused.recipients.values()]
        if all(code >= 500 for code in codes):
            raise Rejected(str(codes[0])) from None
        raise Away("the address was not taken now") from None
    except smtplib.SMTPResponseException as answer:
        ours = isinstance(answer, smtplib.SMTPAuthenticationError)  # a setting, not the address
        if 500 <= answer.smtp_code < 600 and not ours:
            raise Rejected(str(answer.smtp_code)) from None
        raise Away(str(answer.smtp_code)) from None
    except (OSError, smtplib.SMTPException) as problem:
        raise Away(type(problem).__name__) from None
