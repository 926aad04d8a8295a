"""The audit is kept: whatever is done to it past every door is refused, or seen."""

from __future__ import annotations

import json
import stat
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django_scopes import scope

from yidian.platform.audit import chain, outside, queries, sealer
from yidian.platform.audit.models import AuditEntry, AuditHead
from yidian.platform.audit.types import Verdict
from yidian.platform.writing.operations import perform
from yidian.platform.writing.types import Actor

NOW = datetime(2026, 11, 22, 4, 30, tzinfo=UTC)


def write(tenant: Any, number: int, *, actor: str = "zhang") -> None:
    def work(frame: Any) -> dict[str, Any]:
        frame.changed("account", f"A{number}", before={"limit_minor": 0}, after={"limit_minor": number})
        return {}

    perform(tenant=tenant, actor=Actor("staff", actor), operation="account.limit", key=f"k{number}", request={},
            now=NOW, work=work, reason="asked in the shop")  # fmt: skip


def sealed(tenant: Any, count: int) -> None:
    for number in range(1, count + 1):
        write(tenant, number)
    sealer.seal(tenant=tenant, now=NOW)


def codes(verdict: Verdict) -> list[str]:
    return [one.code for one in verdict.breaks]


@contextmanager
def past_every_door() -> Iterator[Callable[..., None]]:
    """Somebody who owns the database takes the triggers away and writes what they like."""
    with connection.cursor() as cursor, transaction.atomic():
        if connection.vendor == "sqlite":
            cursor.execute(
                "SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'audit_auditentry'"
            )
            triggers = cursor.fetchall()
            for name, _ in triggers:
                cursor.execute(f"DROP TRIGGER {name}")
        else:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            cursor.execute("ALTER TABLE audit_auditentry DISABLE TRIGGER USER")
        yield lambda sql, *params: cursor.execute(sql, params)
        if connection.vendor == "sqlite":
            for _, sql in triggers:
                cursor.execute(sql)
        else:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            cursor.execute("ALTER TABLE audit_auditentry ENABLE TRIGGER USER")


def test_entries_are_sealed_in_order_without_a_gap(tenant: Any) -> None:
    sealed(tenant, 3)
    write(tenant, 4)
    verdict = queries.verify(tenant=tenant)
    assert (verdict.entries, verdict.unsealed, verdict.breaks) == (3, 1, ())
    head = sealer.seal(tenant=tenant, now=NOW)
    assert (head.sequence, head.sealed) == (4, 1)
    assert sealer.seal(tenant=tenant, now=NOW).sealed == 0
    assert list(AuditEntry.objects.order_by("id").values_list("sequence", flat=True)) == [1, 2, 3, 4]
    assert queries.head(tenant=tenant).chain == head.chain == AuditEntry.objects.get(sequence=4).chain


def test_many_entries_are_sealed_a_lot_at_a_time(tenant: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sealer, "AT_ONCE", 2)
    sealed(tenant, 5)
    assert queries.verify(tenant=tenant) == Verdict(5, 0, 0, ())


def test_each_tenant_has_a_chain_of_its_own(tenant: Any) -> None:
    from yidian.platform.tenancy.models import Tenant

    sealed(tenant, 2)
    reseller = Tenant.objects.create(code="reseller", currency="CNY", zone="Asia/Shanghai")
    with scope(tenant=reseller):
        sealed(reseller, 1)
        assert queries.verify(tenant=reseller) == Verdict(1, 0, 0, ())
    assert queries.verify(tenant=tenant) == Verdict(2, 0, 0, ())


def test_entries_are_told_to_people_newest_first(tenant: Any) -> None:
    sealed(tenant, 3)
    write(tenant, 20, actor="li")
    found = queries.entries(tenant=tenant, limit=2)
    assert [(e.sequence, e.actor_id, e.key) for e in found] == [(None, "li", "k20"), (3, "zhang", "k3")]
    assert [e.key for e in queries.entries(tenant=tenant, limit=9, kind="account", id="A2")] == ["k2"]
    assert queries.entries(tenant=tenant, limit=9, kind="payment") == []
    assert [e.key for e in queries.entries(tenant=tenant, limit=9, actor="li", operation="account.limit")] == ["k20"]
    assert found[0].changes[0].after == {"limit_minor": 20}


REFUSED: dict[str, Callable[[], object]] = {
    "content of a sealed one": lambda: AuditEntry.objects.filter(sequence=1).update(reason="x"),
    "content of an unsealed one": lambda: AuditEntry.objects.filter(sequence=None).update(reason="x"),
    "content with the sealing": lambda: AuditEntry.objects.filter(sequence=None).update(
        reason="x", sequence=9, chain="c"
    ),
    "its digest": lambda: AuditEntry.objects.filter(sequence=None).update(digest="0" * 64),
    "sealed again": lambda: AuditEntry.objects.filter(sequence=1).update(sequence=9),
    "unsealed": lambda: AuditEntry.objects.filter(sequence=1).update(sequence=None, chain=None),
    "deleted": lambda: AuditEntry.objects.filter(sequence=None).delete(),
    "deleted, sealed": lambda: AuditEntry.objects.filter(sequence=1).delete(),
    "put into the chain by hand": lambda: AuditEntry.objects.create(
        tenant=AuditEntry.objects.get(sequence=1).tenant, actor_kind="staff", actor_id="x", operation="o", key="",
        reason="", changes="[]", at=NOW, digest="0" * 64, sequence=2, chain="c",
    ),
}  # fmt: skip


@pytest.mark.parametrize("what", REFUSED)
def test_the_database_refuses_to_change_an_entry(tenant: Any, what: str) -> None:
    sealed(tenant, 1)
    write(tenant, 2)
    with pytest.raises(IntegrityError, match="audit entries are"), transaction.atomic():
        REFUSED[what]()
    assert queries.verify(tenant=tenant) == Verdict(1, 1, 0, ())


def rebuild(tenant: Any) -> None:
    """Number and chain everything anew, the stored head too: a chain that agrees with itself."""
    with past_every_door() as sql:
        sql("UPDATE audit_auditentry SET sequence = NULL, chain = NULL WHERE tenant_id = %s", tenant.pk)
        sql("UPDATE audit_audithead SET sequence = 0, chain = %s WHERE tenant_id = %s",
            chain.first(tenant=tenant.code), tenant.pk)  # fmt: skip
    sealer.seal(tenant=tenant, now=NOW)


def forge(tenant: Any, sequence: int) -> None:
    """Other content, and the digest that fits it."""
    row = AuditEntry.objects.get(sequence=sequence)
    row.reason = "nobody asked"
    with past_every_door() as sql:
        sql("UPDATE audit_auditentry SET reason = %s, digest = %s WHERE tenant_id = %s AND sequence = %s",
            row.reason, chain.digest_of(row, tenant=tenant.code), tenant.pk, sequence)  # fmt: skip


def edited(tenant: Any) -> None:
    with past_every_door() as sql:
        sql("UPDATE audit_auditentry SET changes = '[]' WHERE tenant_id = %s AND sequence = 3", tenant.pk)


def reordered(tenant: Any) -> None:
    with past_every_door() as sql:
        for before, after in ((2, 999), (4, 2), (999, 4)):
            sql("UPDATE audit_auditentry SET sequence = %s WHERE tenant_id = %s AND sequence = %s",
                after, tenant.pk, before)  # fmt: skip


def inserted(tenant: Any) -> None:
    """One more entry between the third and the fourth, well made and chained to the third."""
    row = AuditEntry.objects.get(sequence=3)
    row.pk, row.sequence, row.key = None, 4, "forged"
    row.digest = chain.digest_of(row, tenant=tenant.code)
    row.chain = chain.following(chain=AuditEntry.objects.get(sequence=3).chain, sequence=4, digest=row.digest)
    with past_every_door() as sql:
        for sequence in (5, 4):
            sql("UPDATE audit_auditentry SET sequence = %s WHERE tenant_id = %s AND sequence = %s",
                sequence + 1, tenant.pk, sequence)  # fmt: skip
        row.save(force_insert=True)


def forked(tenant: Any) -> None:
    """Two sealers that held no lock: a second fourth entry on the same third one."""
    row = AuditEntry.objects.get(sequence=4)
    row.pk, row.key = None, "forked"
    row.digest = chain.digest_of(row, tenant=tenant.code)
    row.chain = chain.following(chain=AuditEntry.objects.get(sequence=3).chain, sequence=4, digest=row.digest)
    with past_every_door() as sql:
        if connection.vendor == "sqlite":
            pytest.skip("SQLite cannot drop a constraint of a table; PostgreSQL shows it")
        sql("ALTER TABLE audit_auditentry DROP CONSTRAINT audit_sequence_once")
        row.save(force_insert=True)


def removed(tenant: Any) -> None:
    with past_every_door() as sql:
        sql("DELETE FROM audit_auditentry WHERE tenant_id = %s AND sequence = 2", tenant.pk)


def tail_cut(tenant: Any) -> None:
    with past_every_door() as sql:
        sql("DELETE FROM audit_auditentry WHERE tenant_id = %s AND sequence > 3", tenant.pk)


def unsealed_edited(tenant: Any) -> None:
    write(tenant, 6)
    with past_every_door() as sql:
        sql("UPDATE audit_auditentry SET reason = 'x' WHERE tenant_id = %s AND sequence IS NULL", tenant.pk)


SEEN: dict[Callable[[Any], None], set[str]] = {
    edited: {"AUDIT_CHANGED"},
    lambda tenant: forge(tenant, 3): {"AUDIT_UNCHAINED"},
    reordered: {"AUDIT_UNCHAINED"},
    inserted: {"AUDIT_UNCHAINED", "AUDIT_HEAD"},
    forked: {"AUDIT_FORK"},
    removed: {"AUDIT_MISSING", "AUDIT_UNCHAINED"},
    tail_cut: {"AUDIT_HEAD"},
    unsealed_edited: {"AUDIT_CHANGED"},
}


@pytest.mark.parametrize("damage", SEEN, ids=lambda damage: damage.__name__)
def test_damage_past_every_door_is_seen(tenant: Any, damage: Callable[[Any], None]) -> None:
    sealed(tenant, 5)
    damage(tenant)
    assert set(codes(queries.verify(tenant=tenant))) == SEEN[damage]


def tail_cut_and_head_moved(tenant: Any) -> None:
    tail_cut(tenant)
    AuditHead.objects.update(sequence=3, chain=AuditEntry.objects.get(sequence=3).chain)


def rebuilt(tenant: Any) -> None:
    forge(tenant, 2)
    rebuild(tenant)


def everything_gone(tenant: Any) -> None:
    with past_every_door() as sql:
        sql("DELETE FROM audit_auditentry WHERE tenant_id = %s", tenant.pk)
    AuditHead.objects.all().delete()


@pytest.mark.parametrize(
    ("damage", "code"),
    [(tail_cut_and_head_moved, "AUDIT_CUT"), (rebuilt, "AUDIT_REBUILT"), (everything_gone, "AUDIT_CUT")],
    ids=lambda what: getattr(what, "__name__", None),
)
def test_what_agrees_with_itself_is_seen_by_the_outside_seal_alone(
    tenant: Any, tmp_path: Path, damage: Callable[[Any], None], code: str
) -> None:
    sealed(tenant, 5)
    seals, key_file = tmp_path / "elsewhere", tmp_path / "home" / "seal.key"
    head = queries.head(tenant=tenant)
    path = outside.put_outside(tenant=tenant, head=head, folder=seals, key_file=key_file, now=NOW)
    assert path is not None
    assert stat.S_IMODE(key_file.stat().st_mode) == 0o600
    damage(tenant)
    assert codes(queries.verify(tenant=tenant)) == []
    assert codes(queries.verify(tenant=tenant, seals=seals, key_file=key_file)) == [code]


def test_one_seal_an_hour_and_the_chain_may_grow(tenant: Any, tmp_path: Path) -> None:
    key_file = tmp_path / "seal.key"

    def put(now: datetime) -> Path | None:
        return outside.put_outside(
            tenant=tenant, head=queries.head(tenant=tenant), folder=tmp_path, key_file=key_file, now=now
        )

    assert put(NOW) is None  # nothing to seal yet, and no key made
    assert not key_file.exists()
    sealed(tenant, 2)
    assert put(NOW) is not None
    assert put(NOW + timedelta(minutes=29)) is None
    write(tenant, 3)
    sealer.seal(tenant=tenant, now=NOW)
    assert put(NOW + timedelta(hours=1)) is not None
    assert queries.verify(tenant=tenant, seals=tmp_path, key_file=key_file) == Verdict(3, 0, 2, ())


def test_a_seal_that_our_key_did_not_sign_is_told(tenant: Any, tmp_path: Path) -> None:
    key_file = tmp_path / "seal.key"
    sealed(tenant, 2)
    head = queries.head(tenant=tenant)
    path = outside.put_outside(tenant=tenant, head=head, folder=tmp_path, key_file=key_file, now=NOW)
    assert path is not None
    told = json.loads(path.read_text())
    path.write_text(json.dumps(told | {"sequence": 1}))
    assert codes(queries.verify(tenant=tenant, seals=tmp_path, key_file=key_file)) == ["SEAL_FORGED"]
    path.write_text("{")
    assert codes(queries.verify(tenant=tenant, seals=tmp_path, key_file=key_file)) == ["SEAL_FORGED"]
    key_file.unlink()
    assert codes(queries.verify(tenant=tenant, seals=tmp_path, key_file=key_file)) == ["SEAL_KEY_MISSING"]
    key_file.write_text("00" * 32)
    key_file.chmod(0o644)
    with pytest.raises(outside.UnableToSign) as refused:
        queries.verify(tenant=tenant, seals=tmp_path, key_file=key_file)
    assert refused.value.code == "SEAL_KEY_UNSAFE"


def test_the_key_is_made_once_whoever_comes_first(tmp_path: Path) -> None:
    made: list[bytes] = []
    threads = [threading.Thread(target=lambda: made.append(outside._key(tmp_path / "k", make=True))) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(made) == 4
    assert len(set(made)) == 1
