"""`furnish ORDERS`: the installation of YIDIAN_HOME becomes a hall with so many mobile lines ordered, none opened."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from tests.orders.hall import furnished, mobile

from yidian.config.start import start

HOME = Path(os.environ["YIDIAN_HOME"])


def main(orders: int) -> None:
    place = start(HOME)
    from yidian.platform.tenancy.queries import serving

    with serving(code=place.tenant) as tenant:
        hall = furnished(tenant, HOME)
        for n in range(orders):
            hall.submitted(hall.cart(("new", mobile(n)), who="li" if n % 2 else "gao"))


if __name__ == "__main__":
    main(int(sys.argv[1]))
