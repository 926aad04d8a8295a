"""A file of orders on the desk: row by row, each branch its own people, cut off anywhere and doubled nowhere."""

from __future__ import annotations

from tests.orders.hall import CARDS, NUMBERS
from tests.web.desk_month.office import send
from tests.web.imports.bureau import NORTHERN, SOUTHERN, Bureau, orders
from tests.web.town import NORTH, SOUTH

from yidian.domains.product_order.models import ProductOrder
from yidian.journeys.imports.shelf import Row, Shelf, result_name
from yidian.platform import points
from yidian.platform.jobs.models import Job


def new(customer: str, n: int, **told: str) -> dict[str, str]:
    return {
        "customer": customer, "deed": "new", "subscriber": "", "line": "mobile", "number": NUMBERS[n],
        "card": CARDS[n], "plan": "M59", "new_customer": "", **told,
    }  # fmt: skip


def test_a_branch_takes_its_own_peoples_orders_and_no_others(bureau: Bureau) -> None:
    mine, theirs = bureau.shop.customer("li", NORTH), bureau.shop.customer("gao", SOUTH)
    line = bureau.shop.hall.line(who="gao")
    file = orders(
        new(mine, 1), new(theirs, 2), new(mine, 3, plan="M0"), {"deed": "stop", "subscriber": line},
        {"customer": mine, "deed": "stop", "subscriber": line},
        new(mine, 1),
    )  # fmt: skip
    look = bureau.looked("orders", file, by=NORTHERN)
    page = bureau.see(look, by=NORTHERN)
    assert "5 rows cannot be taken" in page, page
    assert "Take the order" in page
    before = ProductOrder.objects.count()
    done = bureau.taken(look, by=NORTHERN)
    rows = bureau.file(f"{done}result.csv", by=NORTHERN)
    assert [row["Result"] for row in rows] == ["taken"] + ["refused"] * 5
    assert "there is no customer" in rows[1]["Reason"]
    assert ProductOrder.objects.count() == before + 1
    [order] = ProductOrder.objects.order_by("-id")[:1]
    assert (order.number, order.channel, order.organisation) == (rows[0]["Order"], "file", NORTH)
    codes = [fault["code"] for row in _kept(bureau, done) for fault in row.faults]
    assert codes[0] == codes[2] == "ORDER_CUSTOMER_UNKNOWN"
    assert codes[3] == "ORDER_SUBSCRIBER_UNKNOWN"

    job = done.split("/")[-2]
    for address in (
        done,
        f"{done}result.csv",
        f"/desk/jobs/{job}/",
        look.replace("/orders/", "/cards/"),
        f"{look}rows.csv",
    ):
        assert bureau.by(SOUTHERN).get(address).status_code == 404, address
    again = bureau.looked("orders", file, by=SOUTHERN)
    page = bureau.see(again, by=SOUTHERN)
    assert "brought in this very file" in page
    assert rows[0]["Order"] not in page
    assert send(bureau.by(SOUTHERN), f"{again}take/", seen="").status_code == 303
    assert Job.objects.filter(kind="import.orders").count() == 1
    assert done not in bureau.by(SOUTHERN).get("/desk/imports/").content.decode()
    assert bureau.by("clerk-north").get("/desk/imports/orders/").status_code == 403, "no checks by the hundred"
    assert bureau.by(NORTHERN).get(look)["Location"] == done


def _kept(bureau: Bureau, done: str) -> list[Row]:
    shelf = Shelf(tenant=bureau.tenant, work=bureau.shop.hall.home / "work")
    return list(shelf.rows(result_name(job=int(done.split("/")[-2]))))


def test_nobody_is_handed_over_to_a_customer_of_another_branch(bureau: Bureau) -> None:
    theirs = bureau.shop.customer("gao", SOUTH)
    bureau.shop.customer("li", NORTH)
    line = bureau.shop.hall.line(who="li")
    file = orders({"deed": "transfer", "subscriber": line, "new_customer": theirs})
    page = bureau.see(bureau.looked("orders", file, by=NORTHERN), by=NORTHERN)
    assert "ORDER_CUSTOMER_UNKNOWN" in page
    assert "new_customer" in page


def test_a_large_file_is_looked_at_and_taken_by_the_worker_and_cut_off_it_goes_on(bureau: Bureau) -> None:
    mine = bureau.shop.customer("li", NORTH)
    file = orders(*(new(mine, n) for n in range(3)), *(new(f"nobody-{n}", 4) for n in range(60)))
    look = bureau.looked("orders", file, by=NORTHERN)
    waiting = bureau.by(NORTHERN).get(f"{look}?lang=en").content.decode()
    assert "being looked at" in waiting
    assert "every 2s" in waiting
    assert bureau.worked() == ["JOB_DONE"]
    assert "60 rows cannot be taken" in bureau.see(look, by=NORTHERN)
    before = ProductOrder.objects.count()
    done = bureau.take(look, by=NORTHERN)["Location"]
    points.configure("write.committed:2=raise")  # the second order is in, and nobody has noted it
    try:
        assert bureau.worked() == ["JOB_FAILED UNFORESEEN"]
    finally:
        points.configure("")
    assert ProductOrder.objects.count() == before + 2
    bureau.shop.hall.later(minutes=30)
    bureau.shop.at_now()
    assert bureau.worked() == ["JOB_DONE"]
    assert ProductOrder.objects.count() == before + 3
    rows = bureau.file(f"{done}result.csv", by=NORTHERN)
    taken = [row["Order"] for row in rows if row["Result"] == "taken"]
    assert len(rows) == 63
    assert sorted(taken) == sorted(ProductOrder.objects.order_by("-id").values_list("number", flat=True)[:3])
