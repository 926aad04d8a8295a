"""Files become visible in the order of their ids: below the highest that a rating has read, nothing comes later."""

from __future__ import annotations

import threading
from typing import Any

import pytest
from django.db import connection, transaction
from django_scopes import scope

from yidian.platform.lake.models import LakeFile
from yidian.platform.lake.operations import PendingFile, register


def pending(name: str, kind: str = "usage") -> PendingFile:
    return PendingFile(kind, "switch", f"operator/{kind}/{name}.parquet", 1, 1, "0" * 64)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(("kind", "waits"), [("usage", True), ("rated", False)])
def test_a_later_file_waits_for_an_earlier_one_of_its_kind(tenant: Any, kind: str, waits: bool) -> None:
    """Without the turns the later one would be committed first, with the higher id."""
    committed: list[str] = []

    def other() -> None:
        with scope(tenant=tenant):
            with transaction.atomic():
                register(tenant=tenant, files=[pending("later", kind)])
            committed.append("later")
        connection.close()

    thread = threading.Thread(target=other)
    with transaction.atomic():
        register(tenant=tenant, files=[pending("earlier")])
        thread.start()
        thread.join(0.7)
        assert committed == ([] if waits else ["later"])
        committed.append("earlier")
    thread.join(20)
    ids = dict(LakeFile.objects.filter(kind="usage").values_list("path", "id"))
    if waits:
        assert committed == ["earlier", "later"]
        assert ids["operator/usage/earlier.parquet"] < ids["operator/usage/later.parquet"]
