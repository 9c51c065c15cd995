"""The codes of closed lists, found by the words of a question."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence, Set

from ahg_graph.queries.model import Parameter
from ahg_graph.queries.words import Word, fold, load_english, stems


class Codes:
    """The codes that parameters take; lists are list -> code -> label."""

    def __init__(self, lists: Mapping[str, Mapping[str, str]]) -> None:
        self._stems = {scheme: list(_list_stems(found)) for scheme, found in lists.items()}
        self._others = {scheme: _find_others(found) for scheme, found in lists.items()}

    def find(self, words: Sequence[Word], parameter: Parameter, taken: Set[int]) -> list[tuple[str, frozenset[int]]]:
        """Return the codes of a parameter all of whose words stand in a question, and where, the longest first.

        Words that are taken do not count, and no word counts for two codes.
        """
        named = self._stems.get(parameter.scheme or "") or list(_list_stems({v: v for v in parameter.values}))
        places = {word.stem: place for place, word in reversed(list(enumerate(words))) if place not in taken}
        others = self._others.get(parameter.scheme or "", {})
        for place, word in enumerate(words):
            meant = others.get(load_english().canonical(word.folded))
            if meant and place not in taken:
                places.setdefault(meant, place)
        fitting = sorted((-len(said), code, said) for code, said in named if said and places.keys() >= set(said))
        found: list[tuple[str, frozenset[int]]] = []
        for _, code, said in fitting:
            at = frozenset(places[one] for one in said)
            if not any(at & other or code == known for known, other in found):
                found.append((code, at))
        return found

    def find_compounds(self, words: Sequence[Word]) -> Iterator[frozenset[int]]:
        """Yield the places of each code of several words."""
        places = {word.stem: place for place, word in reversed(list(enumerate(words)))}
        for named in self._stems.values():
            for _, said in named:
                if len(said) > 1 and places.keys() >= set(said):
                    yield frozenset(places[one] for one in said)


def _find_others(codes: Mapping[str, str]) -> dict[str, str]:
    """Return the stem of each code of one word by what stands for its word, where no other code has the same."""
    english = load_english()
    found: dict[str, set[str]] = {}
    for label in codes.values():
        if len(own := stems(label)) == 1:
            found.setdefault(english.canonical(fold(label)), set()).update(own)
    return {group: min(own) for group, own in found.items() if len(own) == 1}


def _list_stems(codes: Mapping[str, str]) -> Iterator[tuple[str, tuple[str, ...]]]:
    for code, label in codes.items():
        for name in dict.fromkeys((code.replace("-", " "), label)):
            yield code, stems(name)
