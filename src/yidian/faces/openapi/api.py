"""The interface for systems: every address, what it takes and answers. One call of a journey for a write."""

from __future__ import annotations

from typing import Annotated, Any, Final

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from ninja import NinjaAPI, Router
from ninja.params.functions import Query
from pydantic import Field, StringConstraints

from yidian.domains.product_inventory.queries import lines_of, subscriber_owners, who_has
from yidian.domains.product_order.queries import order_named, order_of_origin, order_owners, orders_told
from yidian.domains.product_order.types import lifecycle
from yidian.domains.resource_inventory.queries import numbers_to_choose
from yidian.faces.openapi import answering, asked, numbers, offerings, orders, products, refusals, told
from yidian.faces.openapi.answering import CATALOG, INVENTORY, ORDERING, POOL
from yidian.faces.openapi.asking import Bears, Call, call_of
from yidian.faces.openapi.errors import UnableToServe, Wrong
from yidian.faces.openapi.reading import asked_of
from yidian.journeys import reserving
from yidian.journeys.ordering import by_system, going_back, working
from yidian.journeys.whose import owner

Text = Annotated[str, StringConstraints(max_length=200, pattern=r"^[^\x00-\x1f\x7f]*$")]
Offset = Annotated[int, Field(ge=0, le=1_000_000)]
Limit = Annotated[int, Field(ge=1, le=100)]
PARTY: Final[Any] = Query("", alias="relatedParty.id")
CATEGORY: Final[Any] = Query("", alias="category.id")
WRONG: Final = dict.fromkeys((400, 401, 403, 404, 409, 413, 422, 429, 503), told.Error)
DESCRIPTION: Final = (
    "An order opens, changes and closes services: TM Forum's words (TMF622, 620, 637, 685) over the same journeys "
    "as the operator's own desk. docs/howto/reseller-orders.md."
)
api = NinjaAPI(
    title="Yidian", version="4", description=DESCRIPTION, docs_url=None, openapi_url=None, auth=Bears(),
    urls_namespace="openapi",
)  # fmt: skip
refusals.handle(api)
ordering, catalog, inventory, pool = (
    Router(tags=[name], by_alias=True) for name in ("TMF622", "TMF620", "TMF637", "TMF685")
)


@ordering.post("/productOrder", response={200: told.ProductOrder, 201: told.ProductOrder, **WRONG})
def order_asked(request: HttpRequest, order: asked.AskedOrder) -> HttpResponse:
    """Take and submit an order, all of it or nothing. 201: taken; 200: it was taken before, under this externalId."""
    call = call_of(request)
    call.need("order.take")
    found, before = by_system.take(
        tenant=call.tenant, actor=call.actor, now=call.now, asked=asked_of(order, holder=_holder(call)),
        organisation=call.bearer.organisation, within=call.within, price=call.price,
    )  # fmt: skip
    [row] = orders.told(call, [found.number])
    return answering.one(row, status=200 if before else 201, at=row["href"])


@ordering.get("/productOrder", response={200: list[told.ProductOrder], 206: list[told.ProductOrder], **WRONG})
def order_list(
    request: HttpRequest, fields: Text = "", offset: Offset = 0, limit: Limit = 20, state: Text = "", id: Text = "",
    externalId: Text = "", customer: Text = PARTY,
) -> HttpResponse:  # fmt: skip
    """Orders of the customers the system reaches, the newest first. `state`: TM Forum's words, several with commas."""
    call = call_of(request)
    call.need("order.read")
    states, waiting = orders.states_of(state)
    if state and not states:
        return answering.page([], total=0)
    total, found = orders_told(
        tenant=call.tenant, within=call.within, states=states, customer=customer, offset=offset, limit=limit,
        numbers=_named(call, id, externalId), waiting=waiting,
    )  # fmt: skip
    return answering.page(orders.told(call, found), total=total, fields=fields)


@ordering.get("/productOrder/{id}", response={200: told.ProductOrder, **WRONG})
def order_one(request: HttpRequest, id: Text, fields: Text = "") -> HttpResponse:
    call = call_of(request)
    call.need("order.read")
    _expect_order(call, id)
    [row] = orders.told(call, [id])
    return answering.one(row, fields=fields)


@ordering.post("/cancelProductOrder", response={201: told.Cancellation, **WRONG})
def cancel_asked(request: HttpRequest, cancel: asked.AskedCancel) -> HttpResponse:
    """Before completion: as if nobody had asked. What the network was told is taken back; see its state."""
    call = call_of(request)
    call.need("order.cancel")
    number = cancel.product_order.id
    _expect_order(call, number)
    found = going_back.cancel(
        tenant=call.tenant, actor=call.actor, key=number, now=call.now, order=number,
        reason=working.noted(cancel.cancellation_reason),
    )  # fmt: skip
    row = orders.cancellation(call, found)
    assert row is not None
    return answering.one(row, status=201, at=row["href"])


@ordering.get("/cancelProductOrder/{id}", response={200: told.Cancellation, **WRONG})
def cancel_one(request: HttpRequest, id: Text, fields: Text = "") -> HttpResponse:
    """The cancellation of an order, by the order's id."""
    call = call_of(request)
    call.need("order.read")
    _expect_order(call, id)
    row = orders.cancellation(call, order_named(tenant=call.tenant, number=id))
    if row is None:
        raise Http404
    return answering.one(row, fields=fields)


@catalog.get("/productOffering", response={200: list[told.ProductOffering], 206: list[told.ProductOffering], **WRONG})
def offering_list(
    request: HttpRequest, fields: Text = "", offset: Offset = 0, limit: Limit = 20, role: Text = "",
    category: Text = CATEGORY,
) -> HttpResponse:  # fmt: skip
    """What may be ordered today. `role`: main or addon; `category.id`: line of business."""
    call = call_of(request)
    call.need("order.read")
    found = [
        one
        for one in offerings.on_sale(call).values()
        if role in ("", one.role) and (not category or one.line_of_business in ("", category))
    ]
    rows = offerings.told(call, found[offset : offset + limit], _lang(request))
    return answering.page(rows, total=len(found), fields=fields)


@catalog.get("/productOffering/{id}", response={200: told.ProductOffering, **WRONG})
def offering_one(request: HttpRequest, id: Text, fields: Text = "") -> HttpResponse:
    call = call_of(request)
    call.need("order.read")
    found = offerings.on_sale(call).get(id)
    if found is None:
        raise Http404
    return answering.one(offerings.told(call, [found], _lang(request))[0], fields=fields)


@inventory.get("/product", response={200: list[told.Product], 206: list[told.Product], **WRONG})
def product_list(
    request: HttpRequest, fields: Text = "", offset: Offset = 0, limit: Limit = 20, productSerialNumber: Text = "",
    customer: Text = PARTY,
) -> HttpResponse:  # fmt: skip
    """The subscriptions of a customer (`relatedParty.id`), or who has a number now (`productSerialNumber`)."""
    call = call_of(request)
    call.need("customer.read")
    if not customer and not productSerialNumber:
        raise UnableToServe(400, Wrong("API_FILTER_NEEDED", "relatedParty.id"))
    codes = _lines(call, customer, productSerialNumber)
    rows = products.told(call, codes[offset : offset + limit], _lang(request))
    return answering.page(rows, total=len(codes), fields=fields)


@inventory.get("/product/{id}", response={200: told.Product, **WRONG})
def product_one(request: HttpRequest, id: Text, fields: Text = "") -> HttpResponse:
    call = call_of(request)
    call.need("customer.read")
    _expect_reached(call, "subscriber", id)
    rows = products.told(call, [id], _lang(request))
    if not rows:
        raise Http404
    return answering.one(rows[0], fields=fields)


@pool.get("/availableNumber", response={200: list[told.AvailableNumber], **WRONG})
def number_list(
    request: HttpRequest, pattern: Text = "", level: Text = "", area: Text = "", category: Text = "mobile",
    after: Text = "", limit: Limit = 20,
) -> HttpResponse:  # fmt: skip
    """Numbers that can be reserved now. `pattern`: digits, * for any, letters for the same digit; shorter than a number
    it is an ending. `level`: one of the premium ones, or `plain`. `after`: the last number of the page before."""
    call = call_of(request)
    call.need("order.take")
    found = numbers_to_choose(
        tenant=call.tenant, now=call.now, pattern=pattern.upper(), kind=category, area=area, within=call.within,
        level=None if not level else "" if level == "plain" else level, limit=limit,
        after=after if after.isascii() and after.isdigit() else "",
    )  # fmt: skip
    rows = numbers.told(call, found)
    return answering.page(rows, total=len(rows))


@pool.post("/reservation", response={201: told.Reservation, **WRONG})
def number_reserved(request: HttpRequest, reservation: asked.AskedReservation) -> HttpResponse:
    """Keep a number for half an hour, for the order that names it; asked again, from now on."""
    call = call_of(request)
    call.need("order.take")
    [item] = reservation.reservation_item
    number = item.applied_capacity_amount.resource[0].id
    kept = reserving.reserve(
        tenant=call.tenant, actor=call.actor, now=call.now, number=number, within=call.within
    )  # fmt: skip
    row = numbers.reservation(call, kept)
    return answering.one(row, status=201, at=row["href"])


@pool.get("/reservation", response={200: list[told.Reservation], **WRONG})
def reservation_list(request: HttpRequest) -> HttpResponse:
    """What the system keeps now."""
    call = call_of(request)
    call.need("order.take")
    found = reserving.reserved(tenant=call.tenant, system=call.bearer.name, now=call.now)
    return answering.page([numbers.reservation(call, one) for one in found], total=len(found))


@pool.get("/reservation/{id}", response={200: told.Reservation, **WRONG})
def reservation_one(request: HttpRequest, id: Text) -> HttpResponse:
    call = call_of(request)
    call.need("order.take")
    return answering.one(numbers.reservation(call, _kept(call, id)))


@pool.api_operation(["DELETE"], "/reservation/{id}", response={204: None, **WRONG})
def reservation_let_go(request: HttpRequest, id: Text) -> HttpResponse:
    call = call_of(request)
    call.need("order.take")
    reserving.let_go(tenant=call.tenant, actor=call.actor, now=call.now, number=_kept(call, id).id)
    return HttpResponse(status=204)


for place, router in ((ORDERING, ordering), (CATALOG, catalog), (INVENTORY, inventory), (POOL, pool)):
    api.add_router(f"/{place}/", router)


def document(_: HttpRequest) -> HttpResponse:
    """The OpenAPI document; it says nothing of anybody, and asks no other host for anything."""
    return JsonResponse(api.get_openapi_schema(path_prefix="/tmf-api/"))


def _expect_order(call: Call, number: str) -> None:
    """404 unless there is such an order that was submitted, of a customer within reach."""
    _, node = order_owners(tenant=call.tenant, numbers=[number]).get(number, ("", None))
    told = node is not None and call.reaches(node)
    if not told or order_named(tenant=call.tenant, number=number).state in (lifecycle.CART, lifecycle.ABANDONED):
        raise Http404


def _expect_reached(call: Call, kind: str, id_: str) -> None:
    found = owner(tenant=call.tenant, kind=kind, id=id_)
    if found is None or not call.reaches(found.organisation):
        raise Http404


def _holder(call: Call) -> Any:
    """Whose a subscription is, within reach; "" of any other."""

    def holder(code: str) -> str:
        customer, node = subscriber_owners(tenant=call.tenant, codes=[code]).get(code, ("", ""))
        return customer if customer and call.reaches(node) else ""

    return holder


def _named(call: Call, number: str, external: str) -> list[str] | None:
    """The orders that a list is narrowed to by name; None: any."""
    if not number and not external:
        return None
    named = order_of_origin(tenant=call.tenant, system=call.bearer.name, external_id=external) if external else number
    return [named] if named and number in ("", named) else []


def _lines(call: Call, customer: str, number: str) -> list[str]:
    if customer:
        _expect_reached(call, "customer", customer)
        codes = [one.code for one in lines_of(tenant=call.tenant, customer=customer, at_ms=call.now_ms)]
    if number:
        held = who_has(tenant=call.tenant, kind="msisdn", value=number, at=call.now)
        found = [held] if held and _holder(call)(held) else []
        codes = [code for code in codes if code in found] if customer else found
    return codes


def _kept(call: Call, number: str) -> Any:
    found = reserving.reserved(tenant=call.tenant, system=call.bearer.name, now=call.now)
    kept = next((one for one in found if one.id == number), None)
    if kept is None:
        raise Http404
    return kept


def _lang(request: HttpRequest) -> str:
    return str(getattr(request, "lang", "zh"))
