"""The shop, built once for the tests of this folder: each works in a transaction of its own, with gauges of its own."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as now_set
from django_scopes import scope
from tests.built_once import built_once
from tests.conftest import SHARED
from tests.openapi import shop as shops
from tests.openapi.shop import Shop

from yidian.faces.openapi import pace


@pytest.fixture(scope="package")
def built(django_db_setup: None, django_db_blocker: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shop]:
    with built_once(django_db_blocker) as set_meanwhile:
        yield shops.build(tmp_path_factory.mktemp("shop") / "home", set_meanwhile, now_set)


@pytest.fixture
def shop(db: None, built: Shop, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Shop]:
    monkeypatch.setenv("YIDIAN_NOW", "")
    monkeypatch.setattr(pace, "SYSTEMS", pace.Pace(10_000, 0.01))
    monkeypatch.setattr(pace, "STRANGERS", pace.Pace(10_000, 0.01))
    with scope(tenant=built.hall.tenant):
        yield built.anew(tmp_path / "home")


@pytest.fixture
def tmf(shared_folder: Path | None) -> Any:
    """`tmf(answer, "TMF622-v4.0.0", "ProductOrder")`: what of an answer is not as TM Forum's own document says it.

    Attributes of ours are extensions, as TM Forum allows them; where its files are not on this machine nothing is held
    against them.
    """
    kept: dict[str, Any] = {}

    def hold(answer: Any, spec: str, name: str) -> None:
        path = shared_folder / "tmf" / "specs" / f"{spec}.json" if shared_folder and spec else None
        if path is None or not path.is_file():
            return
        if spec not in kept:
            kept[spec] = json.loads(path.read_text(encoding="utf-8"))["definitions"]
        assert list(_wrong(answer, kept[spec][name], kept[spec], name)) == []

    return hold


@pytest.fixture
def shared_folder() -> Path | None:
    return SHARED if SHARED.is_dir() else None


TYPES = {"string": str, "integer": int, "number": (int, float), "boolean": bool, "array": list, "object": dict}


def _wrong(told: Any, schema: dict[str, Any], known: dict[str, Any], at: str) -> Iterator[str]:
    """Of Swagger 2: references, types, enumerations, what is required, and so on inwards."""
    if "$ref" in schema:
        schema = known[schema["$ref"].rpartition("/")[2]]
    kind = TYPES.get(schema.get("type", ""))
    if kind and not isinstance(told, kind):
        yield f"{at}: {told!r} is no {schema['type']}"
    elif "enum" in schema and told not in schema["enum"]:
        yield f"{at}: {told!r} is none of {schema['enum']}"
    elif isinstance(told, list):
        for n, one in enumerate(told):
            yield from _wrong(one, schema.get("items", {}), known, f"{at}[{n}]")
    elif isinstance(told, dict):
        yield from (f"{at}: lacks {name}" for name in schema.get("required", ()) if name not in told)
        for name, inner in schema.get("properties", {}).items():
            if name in told:
                yield from _wrong(told[name], inner, known, f"{at}.{name}")
