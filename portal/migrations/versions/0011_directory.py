"""Where partners work and for whom, and an index to find them by their words"""

from alembic import op
import sqlalchemy as sa


revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

SQLITE = (
    "CREATE VIRTUAL TABLE search_partner USING fts5(words, detail=none, columnsize=0, "
    "prefix='1 2 3 4 5 6 7 8 9 10 11 12', tokenize=\"ascii tokenchars '_'\")",
)
POSTGRESQL = (
    "CREATE TABLE search_partner (id INTEGER PRIMARY KEY, words TSVECTOR NOT NULL)",
    "CREATE INDEX ix_search_partner_words ON search_partner USING gin (words) "
    "WITH (fastupdate = off)",
)


def upgrade() -> None:
    with op.batch_alter_table("partner") as batch:
        batch.add_column(sa.Column("areas", sa.JSON(), nullable=False, server_default="[]"))
        batch.add_column(sa.Column("communities", sa.JSON(), nullable=False, server_default="[]"))
    with op.batch_alter_table("partner") as batch:
        batch.alter_column("areas", server_default=None)
        batch.alter_column("communities", server_default=None)
    # `portal migrate` fills it when all is done: what a partner is found by is for the code to say.
    for statement in SQLITE if op.get_bind().dialect.name == "sqlite" else POSTGRESQL:
        op.execute(statement)


def downgrade() -> None:
    op.execute("DROP TABLE search_partner")
    with op.batch_alter_table("partner") as batch:
        batch.drop_column("communities")
        batch.drop_column("areas")
