"""The first page: one number at a time, what is to pay, what is left."""

from __future__ import annotations

from typing import Final

from django.http import HttpResponse

from yidian.faces.hall.home_words import book_words, concern_words, left_words, offers_of
from yidian.faces.shell.asked import Asked
from yidian.faces.shell.words import words_of
from yidian.journeys.web_orders.allowed import choices
from yidian.runs.explain.home import home as read_home

FIRST: Final = 4  # of what can be done with a number, the others on a page of their own


def home(asked: Asked) -> HttpResponse:
    found = read_home(
        tenant=asked.tenant, lake=asked.places.lake, customer=asked.customer, number=asked.request.GET.get("n", ""),
        now=asked.now,
    )  # fmt: skip
    words = words_of(asked)
    do = choices(tenant=asked.tenant, subscriber=found.line.code, now=asked.now) if found.line else None
    return asked.page(
        "hall/home.html", home=found, books=[book_words(words, one) for one in found.books],
        left=[left_words(words, one) for one in found.so_far.left] if found.so_far else [],
        concerns=[concern_words(words, one) for one in found.concerns], offers=offers_of(words, found),
        do=do.may[:FIRST] if do else (), overdue=bool(found.dues) and found.dues[0].due_on < words.today,
    )  # fmt: skip
