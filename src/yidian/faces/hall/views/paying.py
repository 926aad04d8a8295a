"""How to pay today. Nothing is paid by this page: there is no gateway yet, and it says so."""

from __future__ import annotations

from django.http import HttpResponse

from yidian.faces.shell.asked import Asked
from yidian.runs.explain.dues import dues_of_customer


def pay(asked: Asked) -> HttpResponse:
    return asked.page("hall/pay.html", accounts=dues_of_customer(tenant=asked.tenant, customer=asked.customer))
