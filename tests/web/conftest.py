"""The town, built once for the tests of a file: each works in a transaction of its own and on its own files."""

from __future__ import annotations

import dataclasses
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as now_set
from django.db import transaction
from django_scopes import scope
from tests.web import town as towns
from tests.web.town import Town


@pytest.fixture(scope="module")
def built(
    django_db_setup: None, django_db_blocker: Any, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Town, Any]]:
    """The town inside a transaction that is rolled back when the last of these tests is done."""
    set_meanwhile = pytest.MonkeyPatch()
    with django_db_blocker.unblock():
        outer = transaction.atomic()
        outer._from_testcase = True  # type: ignore[attr-defined]  # durable writes go on inside it, as in any test
        outer.__enter__()
        try:
            for name in ("INSTALLATION", "TENANT"):
                set_meanwhile.setattr(now_set, name, getattr(now_set, name))
            made = towns.build(tmp_path_factory.mktemp("town") / "home", set_meanwhile, now_set)
            yield made, now_set.INSTALLATION
        finally:
            transaction.set_rollback(True)
            outer.__exit__(None, None, None)
            set_meanwhile.undo()


@pytest.fixture
def town(db: None, built: tuple[Town, Any], tmp_path: Path, settings: Any) -> Iterator[Town]:
    made, installation = built
    home = tmp_path / "home"
    shutil.copytree(made.home, home)
    settings.INSTALLATION = dataclasses.replace(installation, home=home)
    mine = dataclasses.replace(made, home=home, tokens={})
    with scope(tenant=mine.tenant()):
        yield mine
