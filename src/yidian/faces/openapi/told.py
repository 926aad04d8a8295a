"""What a system is answered, declared: TM Forum's shapes as far as we fill them. Tests hold every answer to them."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, ConfigDict, Field
from pydantic.alias_generators import to_camel


class Answer(BaseModel):
    model_config = ConfigDict(alias_generator=to_camel, populate_by_name=True, extra="forbid")


class Fault(Answer):
    """`where`: in the request."""

    code: str
    where: str
    reason: str
    message: str


class Error(Answer):
    """TM Forum's Error; `code` is ours, `reason` and `message` are in the language of Accept-Language."""

    at_type: str = Field(alias="@type")
    code: str
    reason: str
    message: str
    status: str
    faults: list[Fault]


class Ref(Answer):
    id: str
    href: str | None = None
    name: str | None = None


class Party(Ref):
    role: str
    at_referred_type: str = Field(alias="@referredType")


class Characteristic(Answer):
    name: str
    value: Any
    value_type: str


class Money(Answer):
    unit: str
    value: float


class Amount(Answer):
    tax_included_amount: Money


class Price(Answer):
    """Of an order: what an account's next bills come to by it; of an offering: a fee."""

    name: str
    price_type: str
    recurring_charge_period: str | None = None
    price: Amount
    billing_account: Ref | None = None


class Held(Answer):
    """An offer that a subscription holds."""

    product_offering: Ref
    start_date: str
    termination_date: str | None = None


class Relationship(Answer):
    id: str
    relationship_type: str


class Product(Answer):
    """A subscription: TMF637's Product."""

    at_type: str | None = Field(None, alias="@type")
    id: str | None = None
    href: str | None = None
    name: str | None = None
    product_serial_number: str | None = None
    status: str | None = None
    stop_reason: list[str] | None = None
    billing_account: Ref | None = None
    product_characteristic: list[Characteristic] | None = None
    product_offering: Ref | None = None
    product_price: list[Price] | None = None
    product: list[Held] | None = None
    related_party: list[Party] | None = None


class Step(Answer):
    """A step of an item: what is done outside for it. `code`: why it fell out."""

    name: str
    state: str
    code: str | None = None


class Item(Answer):
    at_type: str = Field(alias="@type")
    at_base_type: str = Field(alias="@baseType")
    id: str
    action: str
    deed: str | None = None
    quantity: int
    state: str
    product: Product | None = None
    product_offering: Ref | None = None
    billing_account: Ref | None = None
    product_order_item_relationship: list[Relationship] | None = None
    step: list[Step] | None = None


class ProductOrder(Answer):
    """TMF622's ProductOrder. `lifecycleState`: our own word for `state`, which knows 返销. `state` pending: it waits
    for what is due (`orderTotalPrice` of type dueWithOrder) to be paid at one of the operator's tills."""

    at_type: str = Field(alias="@type")
    id: str
    href: str
    external_id: str | None = None
    state: str
    lifecycle_state: str
    order_date: str
    expected_completion_date: str | None = None
    completion_date: str | None = None
    cancellation_date: str | None = None
    cancellation_reason: str | None = None
    channel: list[Ref]
    related_party: list[Party]
    product_order_item: list[Item]
    order_total_price: list[Price]


class Cancellation(Answer):
    """TMF622's CancelProductOrder: there is one of an order, by its id."""

    at_type: str = Field(alias="@type")
    id: str
    href: str
    state: str
    cancellation_reason: str
    requested_cancellation_date: str
    effective_cancellation_date: str | None = None
    product_order: Ref


class PriceValue(Answer):
    unit: str
    value: float


class OfferingPrice(Answer):
    """A fee of an offering, of TMF620 v4.1. `during`: while the line is active, stopped, kept, or any."""

    id: str
    name: str
    price_type: str
    recurring_charge_period: str | None = None
    price: PriceValue
    during: str | None = None


class Duration(Answer):
    amount: int
    units: str


class OfferingTerm(Answer):
    name: str
    duration: Duration


class Period(Answer):
    start_date_time: str | None = None
    end_date_time: str | None = None


class OfferingRelationship(Answer):
    id: str
    relationship_type: str
    href: str | None = None


class ProductOffering(Answer):
    """TMF620's ProductOffering: one that may be ordered today."""

    at_type: str = Field(alias="@type")
    id: str
    href: str
    name: str
    description: str | None = None
    lifecycle_status: str
    is_bundle: bool
    is_sellable: bool
    role: str
    category: list[Ref] | None = None
    valid_for: Period | None = None
    product_offering_price: list[OfferingPrice]
    product_offering_term: list[OfferingTerm] | None = None
    product_offering_relationship: list[OfferingRelationship] | None = None


class AvailableNumber(Answer):
    """A number that can be reserved now, and what its level asks."""

    at_type: str = Field(alias="@type")
    id: str
    category: str
    level: str | None = None
    area: str | None = None
    minimum_spend: Money | None = None
    minimum_months: int | None = None
    deposit: Money | None = None


class Resource(Answer):
    id: str
    at_referred_type: str = Field(alias="@referredType")


class Applied(Answer):
    resource: list[Resource]


class ReservationItem(Answer):
    quantity: int
    applied_capacity_amount: Applied


class Reservation(Answer):
    """TMF685's Reservation of one number, by the number."""

    at_type: str = Field(alias="@type")
    id: str
    href: str
    reservation_state: str
    valid_for: Period
    reservation_item: list[ReservationItem]
