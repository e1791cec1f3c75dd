"""Every module that holds records, imported: what migrations, tests and walks over the
metadata need to be complete. A test finds a module with records that is missing here."""

from importlib import import_module

MODULES = (
    "trust.agreements",
    "trust.attachments",
    "trust.audit",
    "trust.capability",
    "trust.changes",
    "trust.claims",
    "trust.complaints",
    "trust.conflicts",
    "trust.contacts",
    "trust.dispute",
    "trust.diary",
    "trust.duties",
    "trust.elections",
    "trust.files",
    "trust.governance.case",
    "trust.governance.items",
    "trust.ground",
    "trust.inquiries",
    "trust.ledger",
    "trust.installation",
    "trust.letters",
    "trust.merging",
    "trust.outbox",
    "trust.partners",
    "trust.passport",
    "trust.passport_links",
    "trust.passkeys",
    "trust.people",
    "trust.places",
    "trust.proposals",
    "trust.reach",
    "trust.recordings",
    "trust.pulse",
    "trust.quiet",
    "trust.relationships",
    "trust.safeguarding",
    "trust.terms",
    "trust.sightings",
    "trust.second_factor",
    "trust.signin",
    "trust.throttle",
    "trust.unsent",
    "trust.voices",
    "trust.vouching",
    "pilots.answers",
    "pilots.canvas",
    "pilots.cohort",
    "pilots.contributions",
    "pilots.evidence",
    "pilots.figures",
    "pilots.insight",
    "pilots.pilot",
    "pilots.publications",
    "pilots.questions",
    "pilots.quotations",
    "pilots.releases",
    "pilots.requests",
    "pilots.responses",
    "pilots.review",
)

for name in MODULES:
    import_module(name)


def is_ours(thing: object, name: str | None, kind: str, reflected: bool, other: object) -> bool:
    """For Alembic's comparison: SQLite's search keeps shadow tables that are not ours."""
    return not (kind == "table" and (name or "").startswith("search"))
