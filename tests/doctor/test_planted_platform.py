"""The platform's laws are broken on purpose, past every door: a write done twice, an audit rewritten."""

from __future__ import annotations

import json
import os
import shutil
import sys
from pathlib import Path
from typing import Any

import pytest
from tests import forks, installations
from tests.doctor.office import Office
from tests.doctor.test_planted_defects import alarms, broken

WRITES = """
import sys, django
django.setup()
from tests.faults.commit_writer import NOW, take
from yidian.platform.tenancy.queries import serving
with serving(code="operator") as tenant:
    for key in sys.argv[1:]:
        take(tenant=tenant, key=key)
"""


@pytest.fixture(scope="session")
def written_office(model_office: Office, tmp_path_factory: pytest.TempPathFactory) -> Office:
    """Four payments were taken and sealed, inside and out. Nobody changes it."""
    office = Office(installations.copy(model_office.home, tmp_path_factory.mktemp("written") / "operator"))
    environment = {"YIDIAN_HOME": str(office.home), "DJANGO_SETTINGS_MODULE": "yidian.config.settings"}
    line = [sys.executable, "-c", WRITES, "k1", "k2", "k3", "k4"]
    done = forks.run(line, env=shell() | environment, cwd=Path(__file__).parents[2])
    assert done.returncode == 0, done.stderr
    office.run("audit", "seal")
    return office


def shell() -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if not name.startswith("YIDIAN_")}


@pytest.fixture
def shop(written_office: Office, tmp_path: Path) -> Office:
    """A copy, to be damaged by somebody who owns the database: without its triggers."""
    office = Office(installations.copy(written_office.home, tmp_path / "operator"))
    if installations.ON_POSTGRESQL:
        office.sql("ALTER TABLE audit_auditentry DISABLE TRIGGER USER")
    else:
        for (name,) in office.sql("SELECT name FROM sqlite_master WHERE type = 'trigger' AND name LIKE 'audit_%'"):
            office.sql(f"DROP TRIGGER {name}")
    return office


def codes(office: Office, law: str, expect: int) -> set[tuple[str, str]]:
    return broken(office.doctor("--law", law, expect=expect))


def test_writes_and_their_audit_are_told_to_be_sound(written_office: Office) -> None:
    found = written_office.doctor("--law", "I5", "--law", "I9", expect=0)
    assert (broken(found), alarms(found)) == (set(), set())
    assert found["EFFECT_ONCE"]["checked"] >= 4
    assert found["AUDIT_CHAIN"]["checked"] >= 4
    assert [note["code"] for note in found["AUDIT_CHAIN"]["notes"]] == ["AUDIT_SEALS"]


COLUMNS = "tenant_id, actor_kind, actor_id, user_id, operation, key, reason, changes, at, digest"
LAST = "SELECT max(sequence) FROM audit_auditentry"
DEFECTS: dict[str, tuple[str, str, str]] = {
    "a write done twice under its key": (
        "I5", "EFFECT_TWICE",
        f"INSERT INTO audit_auditentry ({COLUMNS}) SELECT {COLUMNS} FROM audit_auditentry WHERE key = 'k2'",
    ),
    "an answer without an effect": (
        "I5", "KEY_WITHOUT_EFFECT", "UPDATE audit_auditentry SET key = '' WHERE key = 'k2'",
    ),
    "an effect whose key was lost": (
        "I5", "EFFECT_WITHOUT_KEY", "DELETE FROM writing_idempotencykey WHERE key = 'k2'",
    ),
    "a reason rewritten": (
        "I9", "AUDIT_CHANGED", "UPDATE audit_auditentry SET reason = 'nobody asked' WHERE key = 'k2'",
    ),
    "an entry taken out": ("I9", "AUDIT_MISSING", "DELETE FROM audit_auditentry WHERE key = 'k2'"),
    "a link of the chain rewritten": (
        "I9", "AUDIT_UNCHAINED",
        "UPDATE audit_auditentry SET chain = 'x' WHERE key = 'k2'",
    ),
    "the tail cut off": ("I9", "AUDIT_CUT", f"DELETE FROM audit_auditentry WHERE sequence = ({LAST})"),
}  # fmt: skip


@pytest.mark.parametrize("defect", DEFECTS)
def test_a_planted_defect_is_seen(shop: Office, defect: str) -> None:
    law, code, statement = DEFECTS[defect]
    shop.sql(statement)
    assert code in {found for _, found in codes(shop, law, 4)}


def without_keys_once(shop: Office) -> None:
    if not installations.ON_POSTGRESQL:
        pytest.skip("SQLite cannot drop a constraint of a table; PostgreSQL shows it")
    shop.sql("ALTER TABLE writing_idempotencykey DROP CONSTRAINT idempotency_key_once")
    columns = "tenant_id, actor_kind, actor_id, operation, key, request_hash, answer, at"
    shop.sql(f"INSERT INTO writing_idempotencykey ({columns}) SELECT {columns} FROM writing_idempotencykey")


def test_a_key_stored_twice_is_seen(shop: Office) -> None:
    without_keys_once(shop)
    assert ("EFFECT_ONCE", "KEY_TWICE") in codes(shop, "I5", 4)


REBUILD = """
import django
django.setup()
from django.db import connection
from yidian.platform.audit import chain, sealer
from yidian.platform.audit.models import AuditEntry, AuditHead
from yidian.platform.tenancy.queries import serving
from tests.faults.commit_writer import NOW
with serving(code="operator") as tenant:
    AuditEntry.objects.update(sequence=None, chain=None)
    row = AuditEntry.objects.get(key="k2")
    row.reason = "nobody asked"
    AuditEntry.objects.filter(pk=row.pk).update(reason=row.reason, digest=chain.digest_of(row, tenant=tenant.code))
    AuditHead.objects.update(sequence=0, chain=chain.first(tenant=tenant.code))
    sealer.seal(tenant=tenant, now=NOW)
"""


def test_a_chain_built_anew_is_seen_by_the_outside_seal(shop: Office) -> None:
    environment = {"YIDIAN_HOME": str(shop.home), "DJANGO_SETTINGS_MODULE": "yidian.config.settings"}
    forks.run([sys.executable, "-c", REBUILD], env=shell() | environment, cwd=Path(__file__).parents[2], check=True)
    assert {code for _, code in codes(shop, "I9", 4)} == {"AUDIT_REBUILT"}
    shutil.rmtree(shop.home / "seals")
    assert codes(shop, "I9", 0) == set()


def entered(office: Office, *line: str) -> Any:
    return json.loads(office.run("audit", "list", "--json", *line).stdout)


def test_the_command_lists_verifies_and_seals(shop: Office) -> None:
    newest = entered(shop, "--operation", "payment.take", "--limit", "1")[0]
    assert (newest["actor_id"], newest["key"]) == ("zhang", "k4")
    assert newest["changes"] == [{"kind": "payment", "id": "P000004", "before": None, "after": {"amount_minor": 100}}]
    assert [one["key"] for one in entered(shop, "--of", "payment/P000002")] == ["k2"]
    assert "payment.take" in shop.run("audit", "list").stdout
    assert "The audit is whole" in shop.run("audit", "verify").stdout
    shop.sql("UPDATE audit_auditentry SET reason = 'x' WHERE key = 'k1'")
    refused = shop.run("audit", "verify", expect=4)
    assert "AUDIT_CHANGED" in refused.stdout
    assert "damaged in 1 places" in refused.stderr
