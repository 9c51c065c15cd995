"""A question in plain words to a saved query and its values, the likeliest reading first; never guessed in silence."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from ahg_graph.queries.model import Parameter, SavedQuery
from ahg_graph.queries.things import Things
from ahg_graph.queries.words import Lexicon, fold, load_english, split, stems
from ahg_graph.questions.codes import Codes
from ahg_graph.questions.phrasings import ABOUT, ANY, AT, PREPOSITIONS, WEAK, Phrasing, Phrasings
from ahg_graph.questions.question import Question, prepare
from ahg_graph.questions.values import TEXT as _TEXT
from ahg_graph.questions.values import Filled, ValueFinder
from ahg_graph.rdf.vocabulary import ONT

CONFIDENT = ((0.85, 0.005), (0.75, 0.015), (0.5, 0.05))
"""The scores from which a reading may be the answer, each with how much better than any other it must be then."""

MOST = 5
"""Readings that are offered."""

LONGEST = 300
"""Characters of a question that are read."""

_LEAST = 0.35
_FAINT = 0.1  # offered where nothing is better
_MISSING = 0.9
_ASKED = 0.6
_AKIN = 0.4  # for a word left over that another way to ask the query has
_PLACE = 1.2
_TOLD = 1.0  # the most that a value explains that the way to ask has no place for
_UNTAKEN = 0.3  # for a name that no parameter takes
_BEFORE = 0.3
_OTHERWISE = 0.7  # for a name that stands behind another preposition than the way to ask has
_MEETING = ONT + "Meeting"
_TOWARDS = frozenset(("to", "for"))
_RIVALS = 0.9
_UNSAID = 0.2  # for taking what the whole graph is about as meant where a question does not say so
_TORN = 1.2  # for each name or code of which a part is taken for something else
_TRIED = 14  # ways to ask of one query that are tried, those with the most words of the question


@dataclass(frozen=True, slots=True)
class Reading:
    """A saved query with values as a URL carries them, and how well it fits.

    `open` are required parameters that the question says nothing of; `sure` is false where words are left over that
    the graph does not know, or a name may mean several things. `claim` is what it would score if its values were in
    the answers of its query.
    """

    query: SavedQuery
    values: Mapping[str, tuple[str, ...]]
    score: float
    sure: bool
    open: tuple[str, ...] = ()
    claim: float = 0.0


@dataclass(frozen=True, slots=True)
class Answer:
    """How a question was read: the reading that is meant, or None, and others that may be, the likeliest first."""

    reading: Reading | None
    others: tuple[Reading, ...]


class QuestionReader:
    """Reads questions over one graph: its saved queries, its things and its codes."""

    def __init__(
        self, queries: Sequence[SavedQuery], things: Things, codes: Mapping[str, Mapping[str, str]], home: str
    ) -> None:
        self._phrasings = Phrasings(queries)
        self._things = things
        self._codes = Codes(codes)
        self._values = ValueFinder(self._codes)
        self._background = frozenset(stems(home))
        self._subjects = {thing.slug: thing for thing in things.all if things.is_named_by(thing, self._background)}
        words = set(self._phrasings.words)
        for scheme in codes.values():
            words.update(fold(w) for pair in scheme.items() for text in pair for w in split(text))
        self._lexicon = Lexicon(words, map(fold, things.words))

    def rank(self, text: str) -> tuple[Reading, ...]:
        """Return the readings of a question, the likeliest first; the same text always alike."""
        question = prepare(text[:LONGEST], self._lexicon, self._things, self._codes, self._background)
        kept: dict[tuple[str, tuple[tuple[str, tuple[str, ...]], ...]], Reading] = {}
        every = sorted(self._read_all(question), key=_rank)
        for reading in [r for r in every if r.score >= _LEAST] or every:
            kept.setdefault((reading.query.name, tuple(sorted(reading.values.items()))), reading)
        return tuple(kept.values())

    def _read_all(self, question: Question) -> Iterator[Reading]:
        """Yield the best readings of each query."""
        said = frozenset(c for c, weight in zip(question.canonical, question.weights, strict=True) if weight)
        by_query: dict[str, list[tuple[tuple[float, int], Phrasing]]] = {}
        for number, phrasing in enumerate(self._phrasings.all):
            held = sum(map(self._phrasings.weigh, phrasing.words & said))
            lost = sum(map(self._phrasings.weigh, phrasing.words - said))
            strong = {one for one in phrasing.words if self._phrasings.knows(one)}
            if strong and not strong & said:
                continue
            rank = (round(lost - held - 0.4 * len(phrasing.places), 3), number)
            by_query.setdefault(phrasing.query.name, []).append((rank, phrasing))
        for ways in by_query.values():
            best: list[Reading] = []
            for _, phrasing in sorted(ways, key=lambda way: way[0])[:_TRIED]:
                found = self._read_phrasing(question, phrasing)
                if found and found[0].score >= _FAINT and (not best or _rank(found[0]) < _rank(best[0])):
                    best = found
            yield from best

    def _read_phrasing(self, question: Question, phrasing: Phrasing) -> list[Reading]:
        """Return the readings by one way to ask: several where a name may mean several things."""
        matched = frozenset(p for p, c in enumerate(question.canonical) if c in phrasing.words and question.weights[p])
        score = lost = 0.0
        filled: dict[str, Filled] = {}
        taken: frozenset[int] = frozenset()
        named = [p for name in phrasing.places if (p := phrasing.query.find_parameter(name))]
        rest = [p for p in phrasing.query.parameters if p not in named]
        for parameter in (*named, *(p for p in rest if ANY not in phrasing.places or p.type != "thing" or p.required)):
            is_named = parameter in named
            found = self._values.find(question, parameter, matched, taken, is_named)
            if found is None and (subject := self._find_subject(phrasing.query, parameter)):
                filled[parameter.name] = Filled((subject,), frozenset(), 1.0, frozenset())
                lost += _UNSAID
            elif found is None:
                lost += _PLACE if is_named else 0
            if found is None:
                continue
            if parameter.type == "thing" and len(found.values) == 1:
                found = replace(found, words=found.words | question.list_said_again(found.values[0]) - taken)
            filled[parameter.name] = found
            taken |= found.words if found.core else found.core
            told = sum(question.weights[p] for p in found.words - matched)
            score += found.fit * (_PLACE if is_named else min(told, _TOLD))
            lost += (1 - found.fit) * (_PLACE if is_named else 0)
            lost += 0.25 * sum(question.weights[p] for p in found.words if self._phrasings.knows(question.canonical[p]))
            if parameter.type == "date":
                continue
            is_meeting = _MEETING in parameter.classes
            if is_named and (wanted := phrasing.before[phrasing.places.index(parameter.name)]) in PREPOSITIONS:
                before = question.find_before(found.words)
                alike = before == wanted or {before, wanted} <= ABOUT or (is_meeting and {before, wanted} <= AT)
                score += _BEFORE * alike
                lost += _OTHERWISE * (not alike and before in PREPOSITIONS)
            elif is_named and question.find_before(found.words) in _TOWARDS:
                lost += _OTHERWISE / 2
        valued = frozenset[int]().union(*(found.words for found in filled.values()))
        name = phrasing.query.name
        said = {question.canonical[p] for p in matched - valued}
        score += sum(self._phrasings.weigh(one, name) for one in said)
        lost += _MISSING * sum(self._phrasings.weigh(one, name) for one in phrasing.words - said)
        other = question.find_other_name(valued) if ANY in phrasing.places else frozenset()
        free = any(p.type == "thing" and p.name not in filled for p in phrasing.query.parameters)
        lost += (_UNTAKEN * free if other else _PLACE) if ANY in phrasing.places else 0
        explained = matched | valued | other
        left = [p for p, weight in enumerate(question.weights) if weight and p not in explained]
        lost += sum(self._weigh_left(question, p, name) for p in left)
        is_bare = not any(map(self._phrasings.knows, phrasing.words))
        is_sure = not question.must_explain(left) and not (is_bare and any(question.weights[p] > WEAK for p in left))
        is_sure = is_sure and not (question.speaks_back and not filled)
        if is_bare and not all(found.fit > 0.9 for found in filled.values()):
            if any(found.fit < _TEXT for found in filled.values()):
                return []
            is_sure, score = False, score * _TEXT / 2
        final = score / (score + lost) if score else 0.0
        open_ = tuple(p.name for p in phrasing.query.parameters if p.required and p.name not in filled)
        values = {place: found.values for place, found in filled.items()}
        rivals = next(((place, found.rivals) for place, found in filled.items() if found.rivals), None)
        if rivals is None:
            return [Reading(phrasing.query, values, final, is_sure, open_)]
        place, things = rivals
        return [
            Reading(phrasing.query, values | {place: (thing,)}, _RIVALS * final - 0.001 * n, False, open_)
            for n, thing in enumerate(things[:MOST])
        ]

    def _weigh_left(self, question: Question, place: int, query: str) -> float:
        """Return what a word left over takes from a reading: what it says for another query, or of what is asked."""
        one = question.canonical[place]
        weight = max(question.weights[place], self._phrasings.weigh(one) if self._phrasings.knows(one) else 0.0)
        if self._phrasings.has(query, one):
            return _AKIN * weight
        return max(weight, _ASKED) if question.words[place].folded in load_english().asking else weight

    def _find_subject(self, query: SavedQuery, parameter: Parameter) -> str | None:
        """Return what the whole graph is about for a parameter that needs a value, where the query's example has it."""
        given = query.example.get(parameter.name, ())
        if not parameter.required or parameter.type != "thing" or len(given) != 1:
            return None
        thing = self._subjects.get(given[0].rpartition("/")[2])
        return thing.iri if thing is not None and thing.is_one_of(parameter.classes) else None


def choose(readings: Iterable[Reading]) -> Answer:
    """Return which reading is meant, if any is good enough, and the others that are offered."""
    found = sorted(readings, key=_rank)
    is_meant = bool(found) and _is_meant(found[0], found[1:])
    return Answer(found[0] if is_meant else None, tuple(found[is_meant : MOST + is_meant]))


def _is_meant(best: Reading, others: Sequence[Reading]) -> bool:
    """Return whether a reading is good enough, and no other is as good."""
    if not best.sure or best.open:
        return False
    margin = next((margin for score, margin in CONFIDENT if best.score >= score), None)
    if any(other.claim >= best.score for other in others):
        return False
    rivals = [
        other.score if other.sure else other.score / _RIVALS - margin
        for other in others
        if margin is not None and not other.open and (other.sure or other.query.name != best.query.name)
    ]
    return margin is not None and best.score - max(rivals, default=0) >= margin


def _rank(reading: Reading) -> tuple[float, bool, str]:
    return -reading.score + (0.2 if reading.open else 0), not reading.sure, reading.query.name
