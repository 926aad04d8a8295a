"""The triggers that keep the ledger: a transaction arrives with at least two postings that sum to zero per currency;
nothing is added to it later, nothing of it is changed or deleted.

SQLite drops a table's triggers when a migration remakes the table, and cannot rename a table that a trigger names:
a migration that alters a table of the ledger begins with `lower` and ends with `put_up`.
"""

from __future__ import annotations

from typing import Any, Final

SQLITE: Final = {
    "ledger_transaction_balanced": """
        BEFORE INSERT ON ledger_ledgertransaction BEGIN
        SELECT RAISE(ABORT, 'LEDGER_UNBALANCED: a transaction has two postings or more and sums to zero')
        FROM (SELECT count(*) AS legs, sum(amount_minor) AS total, min(currency) AS least, max(currency) AS most,
                     sum(tenant_id <> NEW.tenant_id OR transaction_id <> NEW.id) AS astray
              FROM ledger_ledgerposting WHERE id BETWEEN NEW.id << 10 AND (NEW.id << 10) + 1023)
        WHERE legs < 2 OR total <> 0 OR astray <> 0
              OR (least <> most AND EXISTS (
                  SELECT 1 FROM ledger_ledgerposting
                  WHERE id BETWEEN NEW.id << 10 AND (NEW.id << 10) + 1023
                  GROUP BY currency HAVING sum(amount_minor) <> 0));
        END""",
    "ledger_posting_in_time": """
        BEFORE INSERT ON ledger_ledgerposting BEGIN
        SELECT RAISE(ABORT, 'LEDGER_SEALED: nothing is added to a transaction that is booked')
        WHERE NEW.id >> 10 <> NEW.transaction_id
              OR EXISTS (SELECT 1 FROM ledger_ledgertransaction WHERE id = NEW.transaction_id);
        END""",
    **{
        f"ledger_{table}_{act.lower()}_never": f"""
        BEFORE {act} ON ledger_ledger{table} BEGIN
        SELECT RAISE(ABORT, 'LEDGER_SEALED: what is booked stays; it is undone by a reversal');
        END"""
        for table in ("transaction", "posting") for act in ("UPDATE", "DELETE")
    },
}  # fmt: skip

# They look at the rows of all tenants, whomever the session works for (ADR 0030): a posting that another tenant slips
# into a transaction is as wrong as one's own.
_SEE_ALL: Final = """
        DECLARE told text := current_setting('yidian.tenant', true);
        BEGIN
        PERFORM set_config('yidian.tenant', 'all', true);"""
_AS_TOLD: Final = """
        PERFORM set_config('yidian.tenant', told, true);
        RETURN NULL;
        END"""
POSTGRESQL_FUNCTIONS: Final = {
    # A look into one transaction's range per fresh row: a join would be planned as a pass over all postings.
    "ledger_transaction_balanced": _SEE_ALL
    + """
        IF EXISTS (
            SELECT 1 FROM fresh WHERE (
                SELECT count(*) < 2 OR sum(amount_minor) <> 0 OR min(tenant_id) <> fresh.tenant_id
                       OR max(tenant_id) <> fresh.tenant_id OR min(transaction_id) <> fresh.id
                       OR max(transaction_id) <> fresh.id
                       OR (min(currency) <> max(currency) AND EXISTS (
                           SELECT 1 FROM ledger_ledgerposting leg
                           WHERE leg.id BETWEEN fresh.id << 10 AND (fresh.id << 10) + 1023
                           GROUP BY leg.currency HAVING sum(leg.amount_minor) <> 0))
                FROM ledger_ledgerposting WHERE id BETWEEN fresh.id << 10 AND (fresh.id << 10) + 1023)
        ) THEN
            RAISE EXCEPTION 'LEDGER_UNBALANCED: a transaction has two postings or more and sums to zero'
            USING ERRCODE = 'check_violation';
        END IF;"""
    + _AS_TOLD,
    "ledger_posting_in_time": _SEE_ALL
    + """
        IF EXISTS (
            SELECT 1 FROM fresh LEFT JOIN ledger_ledgertransaction booked ON booked.id = fresh.transaction_id
            WHERE booked.id IS NOT NULL OR fresh.id >> 10 <> fresh.transaction_id
        ) THEN
            RAISE EXCEPTION 'LEDGER_SEALED: nothing is added to a transaction that is booked'
            USING ERRCODE = 'check_violation';
        END IF;"""
    + _AS_TOLD,
    "ledger_never": """
        BEGIN
        RAISE EXCEPTION 'LEDGER_SEALED: what is booked stays; it is undone by a reversal'
        USING ERRCODE = 'check_violation';
        END""",
}
# What a statement brought is looked at as one set, so that thousands of rows cost one check.
POSTGRESQL: Final = {
    "ledger_transaction_balanced": "AFTER INSERT ON ledger_ledgertransaction REFERENCING NEW TABLE AS fresh"
    " FOR EACH STATEMENT EXECUTE FUNCTION ledger_transaction_balanced()",
    "ledger_posting_in_time": "AFTER INSERT ON ledger_ledgerposting REFERENCING NEW TABLE AS fresh"
    " FOR EACH STATEMENT EXECUTE FUNCTION ledger_posting_in_time()",
    **{
        f"ledger_{table}_{act.lower()}_never": f"BEFORE {act} ON ledger_ledger{table}"
        " FOR EACH ROW EXECUTE FUNCTION ledger_never()"
        for table in ("transaction", "posting") for act in ("UPDATE", "DELETE")
    },
}  # fmt: skip


def put_up(_: Any, schema_editor: Any) -> None:
    """Make the triggers, and on PostgreSQL the sequence of transactions' numbers."""
    if schema_editor.connection.vendor == "sqlite":
        for name, body in SQLITE.items():
            schema_editor.execute(f"CREATE TRIGGER {name} {body}")
        return
    schema_editor.execute("CREATE SEQUENCE IF NOT EXISTS ledger_transaction_numbers AS bigint")
    for name, body in POSTGRESQL_FUNCTIONS.items():
        schema_editor.execute(f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $body${body}$body$")
    for name, body in POSTGRESQL.items():
        schema_editor.execute(f"CREATE TRIGGER {name} {body}")


def lower(_: Any, schema_editor: Any) -> None:
    """Take the triggers away; numbers that were given out stay given."""
    if schema_editor.connection.vendor == "sqlite":
        for name in SQLITE:
            schema_editor.execute(f"DROP TRIGGER IF EXISTS {name}")
        return
    for name, body in POSTGRESQL.items():
        table = body.partition(" ON ")[2].partition(" ")[0]
        schema_editor.execute(f"DROP TRIGGER IF EXISTS {name} ON {table}")
    for name in POSTGRESQL_FUNCTIONS:
        schema_editor.execute(f"DROP FUNCTION IF EXISTS {name}()")
