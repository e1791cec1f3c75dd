"""Data items: what exactly is needed, from whom, and why. Typed once on the canvas; a request's
questions and the IG case point down to them."""

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from trust.records import N_, Record, Refused


class DataItem(Record):
    """One item of data, with its reason."""

    __tablename__ = "data_item"

    case_id: Mapped[int] = mapped_column(ForeignKey("case.id"), index=True)
    name: Mapped[str] = mapped_column(String(200))
    from_whom: Mapped[str] = mapped_column(String(200), default="")
    why: Mapped[str] = mapped_column(String(500))
    category: Mapped[str] = mapped_column(String(20))
    personal: Mapped[bool] = mapped_column(default=False)


def item(name: str, from_whom: str, why: str, category: str, personal: bool) -> DataItem:
    """An item that is not stored yet. Raises ``Refused`` without a name or a reason."""
    if not name.strip():
        raise Refused(N_("Give each item a short name."), field="name")
    if not why.strip():
        raise Refused(
            N_("Say why each item is needed. If nobody can say why, leave it out."), field="why"
        )
    return DataItem(
        name=name.strip()[:200],
        from_whom=from_whom.strip()[:200],
        why=why.strip()[:500],
        category=category,
        personal=personal,
    )
