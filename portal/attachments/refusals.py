"""What is said of a file that is not kept, and what its owner can do."""

from trust.records import N_, Msg, Refused

_AGAIN = Msg(N_("Open it, save it again, and try with that."))
_AS_PDF = Msg(N_("Open it, save it as a PDF, and try with that."))


class TooMuch(Exception):
    """A packed file holds more than we unpack."""


def too_big() -> Refused:
    """For a file of more than 10 MB."""
    return Refused(
        N_("This file is bigger than 10 MB."),
        next_step=Msg(N_("Save it smaller, or in two parts, and try again.")),
    )


def unpacks_too_big() -> Refused:
    """For one that unpacks to far more than it says."""
    return Refused(N_("There is too much in this file for us to check it."), next_step=_AS_PDF)


def not_taken() -> Refused:
    """For a kind of file that we do not keep."""
    return Refused(
        N_("We cannot keep this kind of file."),
        next_step=Msg(N_("Send a picture (JPEG, PNG, WebP), a PDF or an office file.")),
    )


def no_sound() -> Refused:
    """For a recording of a kind that browsers do not play."""
    return Refused(
        N_("We cannot keep this kind of file as a recording."),
        next_step=Msg(N_("Send an MP3, M4A, OGG, OPUS or WAV file.")),
    )


def something_else(ending: str) -> Refused:
    """For a file that is not what it is called."""
    return Refused(
        Msg(
            N_("This file is called “%(suffix)s”, but it is something else inside."),
            {"suffix": f".{ending}"},
        ),
        next_step=_AGAIN,
    )


def damaged() -> Refused:
    """For one that its own parser cannot read."""
    return Refused(N_("We cannot read this file. It may be damaged."), next_step=_AGAIN)


def locked() -> Refused:
    """For one that asks for a password."""
    return Refused(
        N_("This file is locked with a password."),
        next_step=Msg(N_("Take the password off, save it, and try again.")),
    )


def with_macros() -> Refused:
    """For an office file that carries programs."""
    return Refused(
        N_("This file holds macros: small programs. We do not keep those."), next_step=_AS_PDF
    )


def with_others() -> Refused:
    """For an office file that holds things of other programs, or fetches them from elsewhere."""
    return Refused(
        N_("This file holds other files, or fetches them. We do not keep those."),
        next_step=_AS_PDF,
    )


def old_office() -> Refused:
    """For an office file of the sort before 2007."""
    return Refused(N_("This is an office file of the old sort."), next_step=_AS_PDF)


def live_pdf() -> Refused:
    """For a PDF that does something, or holds other files."""
    return Refused(
        N_("This PDF holds a small program, or other files. We do not keep those."),
        next_step=Msg(N_("Print it to a new PDF, and try with that.")),
    )
