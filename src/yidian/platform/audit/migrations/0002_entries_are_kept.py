"""Entries are kept: the database itself refuses to delete one, or to change anything but its place in the chain, once.

A later migration that makes SQLite build the table anew (any AlterField) loses the triggers and must make them again;
a test says so.
"""

from django.db import migrations

CONTENT = (
    "id",
    "tenant_id",
    "actor_kind",
    "actor_id",
    "user_id",
    "operation",
    "key",
    "reason",
    "changes",
    "at",
    "digest",
)

SQLITE = f"""
CREATE TRIGGER audit_entry_not_deleted BEFORE DELETE ON audit_auditentry
BEGIN SELECT RAISE(ABORT, 'audit entries are never deleted'); END;

CREATE TRIGGER audit_entry_not_sealed_by_hand BEFORE INSERT ON audit_auditentry
WHEN NEW.sequence IS NOT NULL
BEGIN SELECT RAISE(ABORT, 'audit entries are sealed by the sealer'); END;

CREATE TRIGGER audit_entry_not_changed BEFORE UPDATE ON audit_auditentry
WHEN OLD.sequence IS NOT NULL OR NEW.sequence IS NULL
  OR {" OR ".join(f'OLD."{name}" IS NOT NEW."{name}"' for name in CONTENT)}
BEGIN SELECT RAISE(ABORT, 'audit entries are never changed'); END
"""

POSTGRESQL = f"""
CREATE FUNCTION audit_entry_kept() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'audit entries are never changed, deleted or put into the chain by hand'
    USING ERRCODE = 'restrict_violation';
END $$;

CREATE TRIGGER audit_entry_not_deleted BEFORE DELETE ON audit_auditentry
FOR EACH ROW EXECUTE FUNCTION audit_entry_kept();

CREATE TRIGGER audit_entry_not_sealed_by_hand BEFORE INSERT ON audit_auditentry
FOR EACH ROW WHEN (NEW.sequence IS NOT NULL) EXECUTE FUNCTION audit_entry_kept();

CREATE TRIGGER audit_entry_not_changed BEFORE UPDATE ON audit_auditentry
FOR EACH ROW WHEN (OLD.sequence IS NOT NULL OR NEW.sequence IS NULL
  OR {" OR ".join(f'OLD."{name}" IS DISTINCT FROM NEW."{name}"' for name in CONTENT)})
EXECUTE FUNCTION audit_entry_kept()
"""

TRIGGERS = ("audit_entry_not_changed", "audit_entry_not_deleted", "audit_entry_not_sealed_by_hand")


def keep(_apps, schema_editor):
    written = POSTGRESQL if schema_editor.connection.vendor == "postgresql" else SQLITE
    for statement in written.split("\n\n"):
        schema_editor.execute(statement.strip(), params=None)


def let_go(_apps, schema_editor):
    postgresql = schema_editor.connection.vendor == "postgresql"
    for name in TRIGGERS:
        schema_editor.execute(f"DROP TRIGGER {name}" + (" ON audit_auditentry" if postgresql else ""))
    if postgresql:
        schema_editor.execute("DROP FUNCTION audit_entry_kept()")


class Migration(migrations.Migration):
    dependencies = [("audit", "0001_initial")]
    operations = [migrations.RunPython(keep, let_go)]
