"""A file."""

from typing import Any

from markupsafe import Markup
from wtforms import Field

from portal.fields.asked import Asked, govuk


class Upload(Asked, Field):
    """A file to send. ``accept`` is what the device offers first; what arrives is checked by
    whoever reads it. ``data`` is Werkzeug's ``FileStorage``, or None."""

    def __init__(
        self, label: Any = "", checks: Any = (), *, accept: str | None = None, **kwargs: Any
    ) -> None:
        super().__init__(label, checks, **kwargs)
        if accept:
            self.attributes["accept"] = accept

    def process_formdata(self, valuelist: list[Any]) -> None:
        files = [one for one in valuelist if getattr(one, "filename", "")]
        self.data = files[0] if files else None

    def draw(self, as_heading: bool | None = None, **kwargs: Any) -> Markup:
        heading = self.as_heading if as_heading is None else as_heading
        params = self.common(kwargs, label=self.label_params(heading))
        return govuk("file-upload", "govukFileUpload", params)
