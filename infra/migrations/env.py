"""Run migrations on the connection that the caller opened; `sunwi db upgrade` is the way in."""

from alembic import context

from sunwi.adapters.sql.tables import Base

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Base.metadata,
    render_as_batch=True,
    compare_type=True,
)
with context.begin_transaction():
    context.run_migrations()
