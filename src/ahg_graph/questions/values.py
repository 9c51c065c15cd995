"""The value that a question has for a parameter: a thing, days, a code or words."""

from __future__ import annotations

from collections.abc import Sequence, Set
from dataclasses import dataclass

from ahg_graph.queries.model import Parameter
from ahg_graph.queries.things import Mention
from ahg_graph.queries.words import fold, split
from ahg_graph.questions.codes import Codes
from ahg_graph.questions.phrasings import ABOUT
from ahg_graph.questions.question import Question

TEXT = 0.9
"""The fit of words that stand for a text without quotation marks."""

_SUBJECT = 0.8  # what a name of what the whole graph is about explains
_SAID = 0.7  # a thing comes before what was said of it
_SPAN_ENDS = ("from", "to")
_WORDS = 4  # that a text without quotation marks may have
_ALIKE = 0.02
_PART = 0.35  # of a name, the least that may stand for it
_UNNAMED = 0.85  # a group of agents that is not named comes behind what is
_NEARLY = 0.7  # of what explains most: whole names that explain less come first where they stand first
_CODE = 0.97  # a thing says more than a code, and a place for things of one kind more than one for any
_ANY = 0.97


@dataclass(frozen=True, slots=True)
class Filled:
    """Values for a parameter, the places of the words that say them, and how well they fit.

    `core` are the places that no other value may take; `rivals` are the things that the words may mean just as well.
    """

    values: tuple[str, ...]
    words: frozenset[int]
    fit: float
    core: frozenset[int]
    rivals: tuple[str, ...] = ()


class ValueFinder:
    """Finds values for parameters."""

    def __init__(self, codes: Codes) -> None:
        self._codes = codes

    def find(
        self, question: Question, parameter: Parameter, matched: Set[int], taken: Set[int], is_named: bool
    ) -> Filled | None:
        """Return what the question says for a parameter beside the words `matched` by the way to ask.

        `is_named` says that the way to ask has a place for it; elsewhere only a whole name is taken.
        """
        if parameter.type == "thing":
            return _find_thing(question, parameter, matched, taken, is_named)
        if parameter.type == "date":
            return _find_date(question, parameter)
        if parameter.type == "code":
            return self._find_code(question, parameter, taken if is_named else matched | taken)
        return _find_text(question, matched, taken) if is_named else None

    def _find_code(self, question: Question, parameter: Parameter, taken: Set[int]) -> Filled | None:
        """Return the longest code that the question names, for a list all that it joins to it."""
        found = self._codes.find(question.words, parameter, taken)
        if not found:
            return None
        joined = [pair for pair in found if parameter.is_list and question.are_joined(found[0][1], pair[1])]
        chosen = sorted([found[0], *joined], key=lambda pair: min(pair[1]))
        words = frozenset[int]().union(*(places for _, places in chosen))
        return Filled(tuple(code for code, _ in chosen), words, _CODE, words)


def _find_text(question: Question, matched: Set[int], taken: Set[int]) -> Filled | None:
    """Return the words in quotation marks, or what the way to ask leaves over, as written."""
    if question.quoted:
        inside = {fold(word) for word in split(question.quoted)}
        words = frozenset(p for p, word in enumerate(question.words) if fold(word.text) in inside)
        return Filled((question.quoted,), words, 1.0, words)
    left = [p for p, weight in enumerate(question.weights) if weight and p not in matched and p not in taken]
    if not left or len(left) > _WORDS or any(question.span and p in question.span.words for p in left):
        return None
    if max(left) - min(left) >= len(left):  # words that do not stand together are no text
        return None
    words = frozenset(left)
    return Filled((" ".join(question.words[p].text for p in left),), words, TEXT, words)


def _find_date(question: Question, parameter: Parameter) -> Filled | None:
    span = question.span
    if span is None:
        return None
    ends = dict(zip(_SPAN_ENDS, (span.first, span.last), strict=True))
    value = ends.get(parameter.name, span.date)
    return None if value is None else Filled((value,), span.words, 1.0, frozenset())


def _find_thing(
    question: Question, parameter: Parameter, matched: Set[int], taken: Set[int], is_named: bool
) -> Filled | None:
    """Return the thing that explains most of what the way to ask leaves over."""
    fitting = [m for m in question.list_mentions(parameter.classes) if not m.core & taken]
    if not is_named:
        fitting = [m for m in fitting if m.is_sure and parameter.classes and question.find_before(m.words) not in ABOUT]
    gains = [(gain, m) for m in fitting if m.fit >= _PART and (gain := _gain(question, m, matched, taken)) > 0]
    if not gains:
        return None
    gains.sort(key=lambda pair: (-pair[0], -pair[1].fit, len(pair[1].words), pair[1].thing.iri))
    top, best = gains[0]
    apart = [m for gain, m in gains if m.is_sure and gain >= _NEARLY * top and not m.core & best.core]
    first = min((best, *apart), key=lambda m: min(m.core)) if best.is_sure else best
    highest = next(gain for gain, m in gains if m is first)
    alike = {m.thing.iri: m for gain, m in gains if gain >= highest - _ALIKE and m.core & first.core}
    alike |= {m.thing.iri: m for m in fitting if m.may_be(first)}
    if parameter.is_list and first.is_full and len(alike) == 1:
        every = question.list_joined(first, [m for m in fitting if m.is_full and not m.words & first.words])
        if len(every) > 1:
            return Filled(tuple(m.thing.iri for m in every), _join(every), 1.0, _join(every))
    several = tuple(alike) if len(alike) > 1 else ()
    fit = (1.0 if first.is_sure else first.fit) * (1.0 if parameter.classes else _ANY)
    fit *= 0.9 if first.is_statement else _UNNAMED if first.thing.is_collective and not first.is_full else 1.0
    return Filled((first.thing.iri,), first.words, fit, first.core, several)


def _gain(question: Question, mention: Mention, matched: Set[int], taken: Set[int]) -> float:
    """Return how much of the question a mention explains, less for a part of a name."""
    new = [p for p in mention.words if p not in matched and p not in taken]
    said = sum(question.weights[p] * question.telling[p] for p in new)
    if new and all(question.weights[p] < 1 for p in new):
        said = _SUBJECT
    return said * (0.5 + 0.5 * mention.fit) * (_SAID if mention.is_statement or mention.thing.is_event else 1)


def _join(mentions: Sequence[Mention]) -> frozenset[int]:
    return frozenset(place for mention in mentions for place in mention.words)
