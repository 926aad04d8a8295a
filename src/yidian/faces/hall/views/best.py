"""What the last months would have cost the customer under the other offers on sale."""

from __future__ import annotations

from django.http import Http404, HttpResponse

from yidian.faces.shell.asked import Asked
from yidian.faces.shell.best import context
from yidian.runs.best.customer import UnableToFindLine, best_of_customer
from yidian.runs.rate.inputs import Places


def best(asked: Asked) -> HttpResponse:
    try:
        told = best_of_customer(
            tenant=asked.tenant, places=Places(asked.places.lake, asked.places.work), customer=asked.customer,
            number=asked.request.GET.get("n", ""), now=asked.now, own=True,
        )  # fmt: skip
    except UnableToFindLine as error:
        raise Http404 from error
    return asked.page("hall/best.html", **context(asked.lang, told))
