"""Every way in which a journey refuses, as a status, a code and a place in the request."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from django.http import Http404, HttpRequest, HttpResponse
from ninja import NinjaAPI
from ninja.errors import HttpError, ValidationError

from yidian.faces.openapi.errors import UnableToServe, Wrong, told, unforeseen
from yidian.kernel.faults import BadInput, Fault
from yidian.platform.wording import entries

MISSING: Final = frozenset({"ORDER_NOT_FOUND", "ORDER_CUSTOMER_UNKNOWN", "ORDER_SUBSCRIBER_UNKNOWN"})
MEANWHILE: Final = frozenset(  # it was so when it was asked for, or will be later: asking again may help
    {
        "API_NAME_USED", "ORDER_IN_FLIGHT", "ORDER_NOT_IN_STATE", "ORDER_TWICE", "RESOURCE_TAKEN",
        "RESOURCE_NOT_YOURS", "NUMBERS_KEPT_MOST",
    }
)  # fmt: skip
LATER: Final = {"BUSY": 1, "OUTCOME_UNKNOWN": 1}  # code → seconds after which to ask again, by the same name
FIELDS: Final[Mapping[str, str]] = {  # field of a deed → where a request says it; all others are characteristics
    "plan": "productOffering.id", "offer": "productOffering.id", "account": "billingAccount.id",
    "customer": "product.relatedParty", "after": "productOrderItemRelationship", "number": "characteristic.msisdn",
    "card": "characteristic.iccid", "device": "characteristic.imei",
}  # fmt: skip
CHARACTERISTIC: Final = "product.productCharacteristic"
KINDS: Final = {"missing": "API_FIELD_MISSING", "extra_forbidden": "API_FIELD_UNKNOWN"}


def handle(api: NinjaAPI) -> None:
    """Tell an interface what to answer to whatever its views raise; ninja has words of its own for some of it."""
    for kind in (Exception, ValidationError, HttpError, Http404):
        api.add_exception_handler(kind, answer)


def answer(request: HttpRequest, error: Any) -> HttpResponse:
    """What was refused, at the door or by a journey; what nobody foresaw is 500."""
    if isinstance(error, UnableToServe):
        return told(request, error.status, error.wrong, error.headers)
    if isinstance(error, ValidationError):
        return told(request, 400, [_formed(one) for one in error.errors])
    if isinstance(error, HttpError):
        return told(request, error.status_code, [Wrong("API_JSON")])
    if isinstance(error, Http404):
        return told(request, 404, [Wrong("API_NOT_FOUND")])
    place, cause = _item(error)
    wrong = _wrong(cause, place)
    if not wrong:
        return unforeseen(request, error)
    code = wrong[0].code
    if code in LATER:
        return told(request, 503, wrong, {"Retry-After": str(LATER[code])})
    bad, missing = isinstance(cause, BadInput), code in MISSING
    return told(request, 400 if bad else 404 if missing else 409 if code in MEANWHILE else 422, wrong)


def _item(error: Exception) -> tuple[str, BaseException]:
    """Which item of an order is meant, and what was wrong with it."""
    from yidian.journeys.ordering.by_system import UnableToReachOf, UnableToTakeItem

    if isinstance(error, UnableToTakeItem):
        return f"productOrderItem[{error.item}]", error.__cause__ or error
    if isinstance(error, UnableToReachOf):
        return (f"productOrderItem[{error.item}].product" if error.item >= 0 else "relatedParty"), error
    return "", error


def _wrong(error: BaseException, place: str) -> Sequence[Wrong]:
    if isinstance(error, BadInput):
        return [_of_fault(one, place) for one in error.faults]
    code = getattr(error, "code", "")
    if not (isinstance(code, str) and code in entries()):
        return []
    params: Mapping[str, object] = getattr(error, "params", {})
    field = getattr(error, "field", "") or (str(params.get("kind", "")) if code.startswith("RESOURCE_") else "")
    if code == "KEY_USED_OTHERWISE":
        return [Wrong("API_NAME_USED", "externalId", params)]
    return [Wrong(code, _at(place, field), params)]


def _of_fault(one: Fault, place: str) -> Wrong:
    column = one.where.column
    return Wrong(one.code, _at(place, column), {"value": one.value, "column": column, **one.params})


def _at(place: str, field: str) -> str:
    if not field:
        return place
    where = FIELDS.get(field, f"characteristic.{field}").replace("characteristic.", f"{CHARACTERISTIC}.")
    return f"{place}.{where}" if place else field


def _formed(one: Mapping[str, Any]) -> Wrong:
    """A fault of the request's form: `loc` is (body, the argument's name, then the way into the JSON)."""
    way = list(one.get("loc", ()))
    way = way[2:] if way[:1] in (["body"], ["query"]) and len(way) > 2 else way[1:]
    where = "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in way).lstrip(".")
    return Wrong(KINDS.get(str(one.get("type")), "API_FIELD_FORM"), where)
