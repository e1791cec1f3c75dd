"""The documents whose hash stands in the record of events: `portal verify` compares them."""

from pilots.releases import Release
from trust.agreements import Agreement
from trust.tampering import Document

DOCUMENTS = (
    Document(Agreement.text, Agreement.text_sha256, "text_sha256"),
    Document(Release.package, Release.package_sha256, "sha256"),
)
