"""Which book pays what: the kernel against an oracle that asks for each due, unit by unit, who pays the next 分."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta

from hypothesis import given, seed, settings
from hypothesis import strategies as st

from yidian.kernel.ledger import DEFAULT_ORDER, RULES, Book, Due, deduct, in_order, months_after, returns

ON = date(2026, 11, 15)
dates = st.none() | st.integers(-40, 40).map(lambda days: ON + timedelta(days=days))
items = st.none() | st.frozensets(st.sampled_from(["voice", "data", "sms"]), max_size=2)
cycles = st.sampled_from(["2026-09", "2026-10", "2026-11", ""])
limits = st.none() | st.integers(0, 40)
some_books = st.lists(
    st.builds(
        Book, id=st.integers(1, 10**6), available_minor=st.integers(0, 60), priority=st.integers(1, 3),
        principal=st.booleans(), items=items, subscriber=st.sampled_from(["", "S1", "S2"]), effective_on=dates,
        expires_on=dates, may_pay_arrears=st.booleans(), upper_minor=limits, cycle_upper_minor=limits,
        cycle_lower_minor=st.sampled_from([0, 0, 5, 20]),
        used_minor=st.dictionaries(cycles, st.integers(0, 30), max_size=2),
    ),
    max_size=6, unique_by=lambda book: book.id,
)  # fmt: skip
some_dues = st.lists(
    st.builds(
        Due, ref=st.sampled_from("abc"), item=st.sampled_from(["voice", "data", "sms", "rent"]),
        subscriber=st.sampled_from(["S1", "S2"]), amount_minor=st.integers(0, 50), cycle=cycles,
    ),
    max_size=6,
)  # fmt: skip
orders = st.permutations(sorted(RULES)).map(lambda rules: tuple(rules[:4])) | st.just(DEFAULT_ORDER)


def pays(book: Book, due: Due) -> bool:
    """Told again from the words of K1 – K3, not from the kernel."""
    if book.effective_on and book.effective_on > ON:
        return False
    if book.expires_on and book.expires_on <= ON:
        return False
    if book.items is not None and due.item not in book.items:
        return False
    if book.subscriber not in ("", due.subscriber):
        return False
    old = book.effective_on and due.cycle and (due.cycle < f"{book.effective_on:%Y-%m}")
    return book.may_pay_arrears or not old


def unit_by_unit(books: list[Book], dues: list[Due], order: tuple[str, ...]) -> Counter[tuple[int, int]]:
    """Due after due, each 分 from the first book that may still give one. Books without a least for a cycle only."""
    paid: Counter[tuple[int, int]] = Counter()
    ranked = in_order(books, order)
    for place, due in enumerate(dues):
        for _ in range(due.amount_minor):
            for book in ranked:
                all_of_book = sum(n for (id_, _), n in paid.items() if id_ == book.id)
                of_cycle = sum(n for (id_, d), n in paid.items() if id_ == book.id and dues[d].cycle == due.cycle)
                of_cycle += book.used_minor.get(due.cycle, 0)
                if (
                    pays(book, due)
                    and all_of_book < book.available_minor
                    and (book.upper_minor is None or paid[book.id, place] < book.upper_minor)
                    and (book.cycle_upper_minor is None or of_cycle < book.cycle_upper_minor)
                ):
                    paid[book.id, place] += 1
                    break
    return +paid


@seed(1)
@settings(max_examples=150, deadline=None, database=None)
@given(some_books, some_dues, orders)
def test_the_kernel_pays_what_the_oracle_pays(books: list[Book], dues: list[Due], order: tuple[str, ...]) -> None:
    from dataclasses import replace

    free = [replace(book, cycle_lower_minor=0) for book in books]
    parts = deduct(books=free, dues=dues, on=ON, order=order)
    assert Counter({(part.book, part.due): part.amount_minor for part in parts}) == unit_by_unit(free, dues, order)


@seed(2)
@settings(max_examples=150, deadline=None, database=None)
@given(some_books, some_dues, orders)
def test_no_book_gives_more_than_it_may_and_no_due_is_paid_twice(
    books: list[Book], dues: list[Due], order: tuple[str, ...]
) -> None:
    by_id = {book.id: book for book in books}
    parts = deduct(books=books, dues=dues, on=ON, order=order)
    assert all(part.amount_minor > 0 and pays(by_id[part.book], dues[part.due]) for part in parts)
    given_, taken, of_cycle = Counter[int](), Counter[int](), Counter[tuple[int, str]]()
    for part in parts:
        given_[part.book] += part.amount_minor
        taken[part.due] += part.amount_minor
        of_cycle[part.book, dues[part.due].cycle] += part.amount_minor
        upper = by_id[part.book].upper_minor
        assert upper is None or part.amount_minor <= upper
    assert all(amount <= by_id[book].available_minor for book, amount in given_.items())
    assert all(amount <= dues[place].amount_minor for place, amount in taken.items())
    for (book, cycle), amount in of_cycle.items():
        whole = amount + by_id[book].used_minor.get(cycle, 0)
        upper = by_id[book].cycle_upper_minor
        assert upper is None or whole <= upper
        assert whole >= by_id[book].cycle_lower_minor
    ranks = {book.id: rank for rank, book in enumerate(in_order(books, order))}
    assert [ranks[part.book] for part in parts] == sorted(ranks[part.book] for part in parts)


@seed(3)
@settings(max_examples=200, deadline=None, database=None)
@given(st.integers(1, 60), st.integers(0, 10**9))
def test_returns_sum_to_the_deposit_and_only_the_last_differs(months: int, more: int) -> None:
    parts = returns(amount_minor=months + more, months=months)
    assert (len(parts), sum(parts)) == (months, months + more)
    assert len(set(parts[:-1])) <= 1
    assert parts[-1] >= parts[0] >= 1


@seed(4)
@settings(max_examples=200, deadline=None, database=None)
@given(st.dates(date(2000, 1, 1), date(2100, 1, 1)), st.integers(0, 240))
def test_months_after_keeps_the_day_or_takes_the_last(first: date, months: int) -> None:
    then = months_after(first, months)
    assert (then.year * 12 + then.month) - (first.year * 12 + first.month) == months
    assert then.day == first.day or ((then + timedelta(days=1)).day == 1 and then.day < first.day)
