"""A node of the organisation goes, once nobody is left there: no staff, nothing below it, no customers (CH-44)."""

from __future__ import annotations

from yidian.domains.party.queries import customers_looked_after
from yidian.platform.access import organisation
from yidian.platform.access.organisation import UnableToChangeOrganisation
from yidian.platform.writing.frame import Frame


def end_node(*, frame: Frame, code: str) -> None:
    """It stands nowhere from now on. UnableToChangeOrganisation as `organisation.end`, and ORGANISATION_LOOKS_AFTER:
    customers of a node that stands nowhere would be out of everybody's reach."""
    count = customers_looked_after(tenant=frame.tenant, organisation=code)
    if count:
        raise UnableToChangeOrganisation("ORGANISATION_LOOKS_AFTER", organisation=code, count=count)
    organisation.end(frame=frame, code=code)
