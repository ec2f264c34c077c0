"""How Alembic runs the revisions: on the connection that `deployments.sessions.migrate` gives, in its transaction."""

from alembic import context

context.configure(connection=context.config.attributes["connection"])
context.run_migrations()
