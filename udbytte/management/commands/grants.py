"""`udbytte grants`: what the database accounts of the web server and the worker may do.

Run by the account that owns the tables. Neither of the two owns anything, so that neither can switch off a trigger. The
audit log is only added to; the worker alone deletes from it, what is past its retention limit.
"""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connection, transaction
from django.db.utils import ProgrammingError
from psycopg import sql

from udbytte.models import AuditEntry

ALL_ROWS = "SELECT, INSERT, UPDATE, DELETE"
STATEMENTS = (
    "GRANT USAGE ON SCHEMA public TO {role}",
    f"GRANT {ALL_ROWS} ON ALL TABLES IN SCHEMA public TO {{role}}",
    "GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {role}",
    # for tables that later versions bring, until this is run again
    f"ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT {ALL_ROWS} ON TABLES TO {{role}}",
    "ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT USAGE, SELECT ON SEQUENCES TO {role}",
)
APPEND = "REVOKE UPDATE, DELETE ON {audit} FROM {role}"
APPEND_AND_ERASE = "REVOKE UPDATE ON {audit} FROM {role}"


class Command(BaseCommand):
    help = "Let database accounts for the web server and the worker read and write, but not change the audit log."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--web", required=True, metavar="ACCOUNT", help="the account of the web servers")
        parser.add_argument("--worker", required=True, metavar="ACCOUNT", help="the account of the worker")

    def handle(self, *args: Any, **options: Any) -> None:
        audit = sql.Identifier(AuditEntry._meta.db_table)
        try:
            with transaction.atomic(), connection.cursor() as cursor:
                for account, narrowed in ((options["web"], APPEND), (options["worker"], APPEND_AND_ERASE)):
                    for statement in (*STATEMENTS, narrowed):
                        role = sql.Identifier(account)
                        cursor.execute(sql.SQL(statement).format(role=role, audit=audit))
        except ProgrammingError as error:
            raise CommandError(f"The database refused: {str(error).splitlines()[0]}") from None
        self.stdout.write(f"{options['web']} and {options['worker']} can work, and own nothing.")
