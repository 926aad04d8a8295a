"""What a system may send: TM Forum's shapes, cut to what is done with them. What is not known here is refused, so that
nothing is believed to be ordered that is not.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints
from pydantic.alias_generators import to_camel

Text = Annotated[str, StringConstraints(max_length=200, pattern=r"^[^\x00-\x1f\x7f]*$")]
Name = Annotated[str, StringConstraints(min_length=1, max_length=100, pattern=r"^[^\x00-\x1f\x7f]+$")]
Value = Text | int | bool | list[Text]


class Told(BaseModel):
    """TM Forum's markers may stand everywhere, and mean nothing where there is only one type."""

    model_config = ConfigDict(alias_generator=to_camel, populate_by_name=True, extra="forbid", strict=False)

    at_type: Text | None = Field(None, alias="@type")
    at_base_type: Text | None = Field(None, alias="@baseType")
    at_schema_location: Text | None = Field(None, alias="@schemaLocation")
    at_referred_type: Text | None = Field(None, alias="@referredType")
    href: Text | None = None


class Ref(Told):
    """Something by its id."""

    id: Name
    name: Text | None = None


class Characteristic(Told):
    """A field of a deed: msisdn, iccid, imei, line, login, address, port, area, with, when, way, reason, donor, code,
    recipient, deposit, months, add_ons (a list)."""

    name: Name
    value: Value
    value_type: Text | None = None


class Identification(Told):
    """A document as the reseller has read it (TMF632 individualIdentification); kinds as at the desk."""

    identification_type: Name
    identification_id: Name
    valid_until: date | None = None


class RelatedParty(Told):
    """Role `customer`: by id, or new with name and document. proxy, guardian, responsible: who acts for the customer.
    newCustomer (of an item's product): who takes a number over.
    """

    id: Name | None = None
    role: Literal["customer", "newCustomer", "proxy", "guardian", "responsible"] = "customer"
    name: Text | None = None
    party_type: Literal["person", "organisation"] = "person"
    phone: Text | None = None
    address: Text | None = None
    identification: Identification | None = None


class AskedProduct(Told):
    """`id`: code of a subscription; of one that the order makes none."""

    id: Name | None = None
    name: Text | None = None
    product_characteristic: list[Characteristic] = Field(default_factory=list, max_length=50)
    related_party: list[RelatedParty] = Field(default_factory=list, max_length=1)


class ItemRelationship(Told):
    """`reliesOn`: the item makes the subscription that this one is about."""

    id: Name
    relationship_type: Literal["reliesOn"] = "reliesOn"


class AskedItem(Told):
    """`deed` (with @type DeedItem): what exactly is to be done, where action and product do not say it."""

    id: Name
    action: Literal["add", "modify", "delete", "noChange"]
    deed: Name | None = None
    quantity: Literal[1] = 1
    product: AskedProduct | None = None
    product_offering: Ref | None = None
    billing_account: Ref | None = None
    product_order_item_relationship: list[ItemRelationship] = Field(default_factory=list, max_length=1)


class Note(Told):
    """Words for people; read by nobody here."""

    id: Text | None = None
    author: Text | None = None
    date: datetime | None = None
    text: Text


class AskedOrder(Told):
    """TMF622 ProductOrder_Create. `externalId`: the system's own name of the order, by which it is asked for again."""

    external_id: Name
    product_order_item: list[AskedItem] = Field(min_length=1, max_length=50)
    related_party: list[RelatedParty] = Field(default_factory=list, max_length=3)
    billing_account: Ref | None = None
    category: Text | None = None
    description: Text | None = None
    note: list[Note] = Field(default_factory=list, max_length=20)


class AskedCancel(Told):
    """TMF622 CancelProductOrder_Create."""

    cancellation_reason: Name
    product_order: Ref


class ReservedResource(Told):
    """A number, by its digits."""

    id: Annotated[str, StringConstraints(pattern=r"^[0-9]{3,20}$")]
    name: Text | None = None


class AppliedAmount(Told):
    resource: list[ReservedResource] = Field(min_length=1, max_length=1)


class ReservationItem(Told):
    quantity: Literal[1] = 1
    applied_capacity_amount: AppliedAmount


class AskedReservation(Told):
    """TMF685 Reservation_Create of one number."""

    reservation_item: list[ReservationItem] = Field(min_length=1, max_length=1)
    related_party: Any | None = None
    description: Text | None = None
