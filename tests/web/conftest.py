"""The town, built once for the tests of a file: each works in a transaction of its own and on its own files."""

from __future__ import annotations

import dataclasses
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as now_set
from django_scopes import scope
from tests.built_once import built_once
from tests.web import town as towns
from tests.web.town import Town


@pytest.fixture(scope="module")
def built(
    django_db_setup: None, django_db_blocker: Any, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Town, Any]]:
    with built_once(django_db_blocker) as set_meanwhile:
        made = towns.build(tmp_path_factory.mktemp("town") / "home", set_meanwhile, now_set)
        yield made, now_set.INSTALLATION


@pytest.fixture
def town(db: None, built: tuple[Town, Any], tmp_path: Path, settings: Any) -> Iterator[Town]:
    made, installation = built
    home = tmp_path / "home"
    shutil.copytree(made.home, home)
    settings.INSTALLATION = dataclasses.replace(installation, home=home)
    mine = dataclasses.replace(made, home=home, tokens={})
    with scope(tenant=mine.tenant()):
        yield mine
