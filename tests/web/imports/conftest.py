from __future__ import annotations

import pytest
from tests.web.imports.bureau import Bureau
from tests.web.order_work.conftest import shop as shop
from tests.web.order_work.shop import Shop


@pytest.fixture
def bureau(shop: Shop) -> Bureau:
    return Bureau(shop).staffed()
