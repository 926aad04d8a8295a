"""What the passes over other parties look into (others.py): digits → network, numbers → rows, who belonged where."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from yidian.kernel.rating.arrays import I64, array
from yidian.kernel.rating.classifier import Classifier
from yidian.kernel.rating.digits import build_trie
from yidian.kernel.rating.identify import WORDS, Identities, empty_identities, fill_identities
from yidian.kernel.rating.others import Nets, Ties


def networks(classifier: Classifier, codes: Sequence[str]) -> tuple[Nets, I64]:
    """The networks of a cycle, and the number of each of `codes` (those of ported numbers); 0: not the tariff's."""
    tariff, epochs = classifier.compiled.tariff, classifier.compiled.epochs
    names = sorted({row.network for row in tariff.networks})
    number = {name: n + 1 for n, name in enumerate(names)}
    child, value, root, network = [], [], [], []
    class_of = np.zeros((len(epochs), len(names) + 1), np.int64)
    nodes = entries = 0
    for n, epoch in enumerate(epochs):
        rows = sorted((row for row in tariff.networks if row.in_force(epoch.day)), key=lambda row: row.prefix)
        trie = build_trie([row.prefix for row in rows])
        root.append(nodes)
        child.append(trie.child + np.where(trie.child > 0, nodes, 0) - np.where(trie.child < 0, entries, 0))
        value.append(np.where(trie.value >= 0, trie.value + entries, -1))
        network.append(array([number[row.network] for row in rows]))
        nodes, entries = nodes + len(trie.value), entries + len(rows)
        ours = {row.network for row in rows if row.own}
        class_of[n] = [classifier.nets(name, own=name in ours) for name in ("", *names)]
    made = Nets(
        child=array(np.concatenate(child), np.int32), value=array(np.concatenate(value), np.int32), root=array(root),
        network=array(np.concatenate(network)), class_of=class_of,
    )  # fmt: skip
    return made, array([number.get(code, 0) for code in codes])


def ties(count: int, sub: Any, what: Any, from_ms: Any, to_ms: Any) -> Ties:
    """Dated rows (subscriber 0 … count - 1, what it belonged to) by subscriber."""
    whose = array(sub)
    order = np.argsort(whose, kind="stable")
    first = np.searchsorted(whose[order], np.arange(count + 1))
    return Ties(array(first), *(array(array(column)[order]) for column in (what, from_ms, to_ms)))


def plain_identities(rows: Sequence[tuple[int, str, int, int, int]]) -> Identities:
    """Rows (kind, text, from, to, subscriber or what else they name) entered for the plain text: exact integers."""
    texts = [text.encode() for _, text, *_ in rows]
    first: list[int] = [0, *np.cumsum([len(text) for text in texts]).tolist()]
    columns = [array([row[n] for row in rows]) for n in (2, 3, 4)]
    made = empty_identities(array(first), np.zeros(0, np.uint8), *columns)
    exact: Any = {"rows": made.rows.astype(object), "text_first": first, "text": b"".join(texts)}
    plain = made._replace(**exact)
    kinds: Any = [row[0] for row in rows]
    fill_identities(plain, kinds, [0] * WORDS)
    return plain
