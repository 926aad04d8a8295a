"""What is dear to build is built once for many tests, each of which works in a transaction of its own inside."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.conf import settings as now_set
from django.db import transaction


@contextmanager
def built_once(django_db_blocker: Any) -> Iterator[pytest.MonkeyPatch]:
    """A transaction that is rolled back in the end, and what patches settings and environment until then."""
    set_meanwhile = pytest.MonkeyPatch()
    with django_db_blocker.unblock():
        outer = transaction.atomic()
        outer._from_testcase = True  # type: ignore[attr-defined]  # durable writes go on inside it, as in any test
        outer.__enter__()
        try:
            for name in ("INSTALLATION", "TENANT"):
                set_meanwhile.setattr(now_set, name, getattr(now_set, name))
            yield set_meanwhile
        finally:
            transaction.set_rollback(True)
            outer.__exit__(None, None, None)
            set_meanwhile.undo()
