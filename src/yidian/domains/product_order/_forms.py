"""Reading the printed forms of an order, void ones too."""

from __future__ import annotations

from typing import Any, NamedTuple

from django_scopes import scope

from yidian.domains.product_order.models import OrderForm
from yidian.domains.product_order.types import FormFacts
from yidian.platform.audit.canonical import sha256_of
from yidian.platform.tenancy.models import Tenant

FACTS = tuple(FormFacts.__dataclass_fields__)


class Paper(NamedTuple):
    """A form with every word that was on it ({}: of one that was printed before they were kept, nothing is known)."""

    facts: FormFacts
    content: dict[str, Any]

    @property
    def intact(self) -> bool:
        """Whether the words are those that were printed."""
        return self.facts.digest == (sha256_of(self.content) if self.content else "")


def forms_of(*, tenant: Tenant, order: str) -> list[FormFacts]:
    """All that were printed of an order (its number), the newest first."""
    with scope(tenant=tenant):
        rows = OrderForm.objects.filter(tenant=tenant, order__number=order).order_by("-version")
        return [FormFacts(*row) for row in rows.values_list(*FACTS)]


def form_named(*, tenant: Tenant, order: str, version: int) -> Paper | None:
    """One of them, with its words."""
    with scope(tenant=tenant):
        rows = OrderForm.objects.filter(tenant=tenant, order__number=order, version=version)
        found = rows.values_list(*FACTS, "content").first()
    return None if found is None else Paper(FormFacts(*found[:-1]), found[-1])
