"""The codes of closed lists, found by the words of a question."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence, Set

from ahg_graph.queries.model import Parameter
from ahg_graph.questions.words import Word, stems


class Codes:
    """The codes that parameters take; lists are list -> code -> label."""

    def __init__(self, lists: Mapping[str, Mapping[str, str]]) -> None:
        self._stems = {scheme: list(_list_stems(found)) for scheme, found in lists.items()}

    def find(self, words: Sequence[Word], parameter: Parameter, taken: Set[int]) -> list[tuple[str, frozenset[int]]]:
        """Return the codes of a parameter all of whose words stand in a question, and where, the longest first.

        Words that are taken do not count, and no word counts for two codes.
        """
        named = self._stems.get(parameter.scheme or "") or list(_list_stems({v: v for v in parameter.values}))
        places = {word.stem: place for place, word in reversed(list(enumerate(words))) if place not in taken}
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


def _list_stems(codes: Mapping[str, str]) -> Iterator[tuple[str, tuple[str, ...]]]:
    for code, label in codes.items():
        for name in dict.fromkeys((code.replace("-", " "), label)):
            yield code, stems(name)
