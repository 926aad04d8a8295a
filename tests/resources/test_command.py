"""Numbers, cards, ports and terminals as they are typed."""

from __future__ import annotations

from tests.resources.store import CARD, EXAMPLES, FILES, NUMBER, Store
from tests.typed import Type


def test_from_files_to_a_number_chosen(place: Store, line: Type) -> None:
    for subject in FILES:
        name = "numbers" if subject == "blocks" else subject
        path = str(EXAMPLES / f"{subject}.csv")
        first = line(f"import {name}", path)
        assert (first.code, "added" in first.said) == (0, True), first
        assert "taken before" in line(f"import {name}", path).said
    assert line("import numbers", str(EXAMPLES / "cards.csv")).code == 2
    found = line("numbers find 139****1111")
    assert (found.code, "13900771111 3 M1390077 0771 CT" in found.said) == (0, True), found
    assert "13900771111" in line("numbers find --level 3 --lucky 1").said
    assert line("numbers find x").code == 2
    assert "M1709977 mobile 17099770000 17099770099 CT 0771 1/2" in line("numbers blocks").said
    assert "M1709977 0773 桂林" in line("numbers missing-cities").said
    assert "7 AABB 与 ABAB 2026-01-01 58.00 24 200.00 300,000" in line("numbers levels").said
    assert line("numbers pool I1441077") == (0, "100 numbers of I1441077: done.")
    assert line("numbers allocate I1441077").code == 2
    assert line("numbers allocate I1441077 --everybody --first 1441077000000 --last 1441077000009").code == 0
    assert line("numbers offer I1441077") == (0, "10 numbers of I1441077: done.")
    assert "I1441077 selectable 10" in line("numbers counts I1441077").said
    assert "可选 10" in line("numbers counts I1441077", lang="zh").said
    place.used("number", NUMBER)
    shown = line(f"numbers show {NUMBER}")
    assert (shown.code, "in use" in shown.said, "order/1" in shown.said) == (0, True, True), shown
    assert line("numbers show 1").code == 2
    assert line("numbers grade M1390077") == (0, "0 numbers of M1390077 got another level.")
    place.reserve("port", "JJ-MZ88/1", minutes=1)
    place.later(minutes=2)
    assert line("numbers tidy") == (0, "1 reservations and rests are over.")


def test_cards_ports_and_terminals(place: Store, line: Type) -> None:
    for subject in ("cards", "addresses", "boxes", "ports", "devices"):
        assert line(f"import {subject}", str(EXAMPLES / f"{subject}.csv")).code == 0
    assert "B202609-1 in stock 20" in line("cards counts").said
    assert line(f"cards scrap {CARD}") == (0, f"{CARD}: done.")
    assert line(f"cards scrap {CARD}").code == 3
    assert "void" in line(f"cards show {CARD}").said
    assert line("cards allocate 89861126100770000012").code == 0
    reached = line("ports reach GX/NN/QX/MZ88/3/1203 --limit 2")
    assert (reached.code, "FG-MZ88-3/1 FG-MZ88-3 splitter" in reached.said) == (0, True), reached
    assert line("ports reach GX/NN/QX/MZ90").code == 3
    assert line("ports reach x").code == 2
    assert line("ports break FG-MZ88-3/1").code == 0
    assert "faulty 2" in line("ports counts FG-MZ88-3").said
    assert line("ports mend FG-MZ88-3/1").code == 0
    assert line("devices scrap 356938035600007").code == 0
    assert "Phone A 128G void 1" in line("devices counts").said


def test_who_may(place: Store, line: Type) -> None:
    path = str(EXAMPLES / "levels.csv")
    assert line("import levels", path, by="clerk").code == 3
    assert line("import levels", path).code == 0
    for words in ("numbers find", "numbers counts", "cards counts", "ports counts", "devices counts", "numbers levels"):
        assert line(words, by="clerk").code == 0, words
        assert line(words, by="audit").code == 3, words
    for words in ("numbers pool X", "numbers tidy", f"cards scrap {CARD}", "ports break P", "devices scrap D"):
        assert line(words, by="clerk").code == 3, words
