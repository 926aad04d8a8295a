"""Secrets of an installation: opened where they were sealed and nowhere else, and never made up where a key is lost."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from yidian.platform.secrets import key_file
from yidian.platform.secrets.key_file import UnableToUseSecret, add_key, key_ring
from yidian.platform.secrets.sealing import UnableToUnseal, blind_index, blind_indexes, seal, unseal
from yidian.platform.tenancy.models import Tenant

HERE = {"purpose": "identity", "bound": "C1/resident_id"}


@pytest.fixture
def alpha(tmp_path: Path, settings: Any) -> Tenant:
    settings.SECRET_FILE = tmp_path / "secret"
    return Tenant(code="alpha", currency="CNY", zone="Asia/Shanghai")


def test_what_was_sealed_opens_again(alpha: Tenant) -> None:
    for plain in ("11010519491231002X", "", "汉字 🀄"):
        assert unseal(tenant=alpha, sealed=seal(tenant=alpha, plain=plain, **HERE), **HERE) == plain


def test_a_seal_is_good_for_its_row_purpose_and_tenant_only(alpha: Tenant) -> None:
    sealed = seal(tenant=alpha, plain="1", **HERE)
    beta = Tenant(code="beta", currency="CNY", zone="Asia/Shanghai")
    changed = sealed[:-6] + ("A" if sealed[-6] != "A" else "B") + sealed[-5:]
    for tenant, purpose, bound, text in (
        (beta, "identity", "C1/resident_id", sealed), (alpha, "totp", "C1/resident_id", sealed),
        (alpha, "identity", "C2/resident_id", sealed), (alpha, "identity", "C1/resident_id", changed),
    ):  # fmt: skip
        with pytest.raises(UnableToUnseal) as refused:
            unseal(tenant=tenant, purpose=purpose, bound=bound, sealed=text)
        assert refused.value.code == "SEALED_DAMAGED"


def test_the_same_text_is_never_sealed_twice_alike(alpha: Tenant) -> None:
    assert len({seal(tenant=alpha, plain="1", **HERE) for _ in range(500)}) == 500


def test_equal_texts_have_equal_indexes_within_a_tenant(alpha: Tenant) -> None:
    beta = Tenant(code="beta", currency="CNY", zone="Asia/Shanghai")
    index = blind_index(tenant=alpha, purpose="identity", plain="1")
    assert index == blind_index(tenant=alpha, purpose="identity", plain="1")
    assert len({index, *(blind_index(tenant=t, purpose=p, plain=x) for t, p, x in (
        (beta, "identity", "1"), (alpha, "totp", "1"), (alpha, "identity", "2")
    ))}) == 4  # fmt: skip


def test_a_new_key_seals_and_the_old_ones_go_on_opening(alpha: Tenant, settings: Any) -> None:
    sealed, index = seal(tenant=alpha, plain="1", **HERE), blind_index(tenant=alpha, purpose="identity", plain="1")
    new = add_key(settings.SECRET_FILE)
    assert unseal(tenant=alpha, sealed=sealed, **HERE) == "1"
    assert seal(tenant=alpha, plain="1", **HERE).startswith(f"{new}.")
    assert index in blind_indexes(tenant=alpha, purpose="identity", plain="1")


def test_a_lost_key_is_told_and_nothing_is_made_up(alpha: Tenant, settings: Any) -> None:
    sealed = seal(tenant=alpha, plain="1", **HERE)
    settings.SECRET_FILE.unlink()
    with pytest.raises(UnableToUnseal) as refused:
        unseal(tenant=alpha, sealed=sealed, **HERE)
    assert refused.value.code == "SEALED_KEY_UNKNOWN"


def test_the_file_is_its_owners_alone(tmp_path: Path) -> None:
    path = tmp_path / "secret"
    ring = key_ring(path)
    assert path.stat().st_mode & 0o777 == 0o600
    assert key_ring(path) == ring, "made once"
    assert [p.name for p in tmp_path.iterdir()] == ["secret"], "nothing is left beside it"
    path.chmod(0o640)
    key_file._read.cache_clear()
    with pytest.raises(UnableToUseSecret) as refused:
        key_ring(path)
    assert refused.value.code == "SECRET_UNSAFE"
    path.write_text("00ff\n")
    path.chmod(0o600)
    with pytest.raises(UnableToUseSecret) as refused:
        key_ring(path)
    assert refused.value.code == "SECRET_UNREADABLE"
