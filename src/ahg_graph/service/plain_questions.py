"""Questions in plain words over one snapshot: what each is read as, as a saved query with values that a URL carries."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from types import MappingProxyType

from ahg_graph.config.prefixes import get_home
from ahg_graph.queries.model import Parameter, SavedQuery
from ahg_graph.queries.name_resolver import NameResolver
from ahg_graph.questions.reader import Answer, QuestionReader, Reading, choose
from ahg_graph.service.no_rows import UNMATCHED
from ahg_graph.service.query_request import QueryRequest
from ahg_graph.service.query_service import Engine, QueryService

_UNHELD = 0.75


@dataclass(frozen=True, slots=True)
class PlainReading:
    """What a question may mean: a saved query, its values (a thing by slug or IRI), and both as one line to read.

    `open` are the required parameters that the question gives no value for.
    """

    query: SavedQuery
    given: Mapping[str, tuple[str, ...]]
    title: str
    open: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PlainAnswer:
    """How a question was read: what is meant, or None, and what else may be meant, the likeliest first."""

    meant: PlainReading | None
    others: tuple[PlainReading, ...]


class PlainQuestions:
    """Reads questions by the saved queries, names and codes of one snapshot."""

    def __init__(self, reader: QuestionReader | None, names: NameResolver) -> None:
        self._reader = reader
        self._names = names
        self._held: dict[tuple[str, str], frozenset[str]] = {}

    def rank(self, text: str) -> tuple[Reading, ...]:
        """Return the readings of a question, the likeliest first; the same text over the same snapshot always alike."""
        return self._reader.rank(text) if self._reader is not None else ()

    def show(self, answer: Answer) -> PlainAnswer:
        """Return how a question was read, with values as a URL carries them."""
        meant = self._show(answer.reading) if answer.reading else None
        return PlainAnswer(meant, tuple(map(self._show, answer.others)))

    async def weigh(self, reading: Reading, service: QueryService[Engine], client: str) -> Reading:
        """Return a reading with a lower score where it may have a value that no row of its query has."""
        for parameter in reading.query.parameters:
            values = reading.values.get(parameter.name, ())
            if values and _is_shown(reading.query, parameter):
                key = reading.query.name, parameter.name
                if key not in self._held:
                    self._held[key] = await _list_held(service, reading.query, parameter.name, client)
                if self._held[key] and self._held[key].isdisjoint(values):
                    claim = max(reading.score, reading.claim)
                    reading = replace(reading, score=reading.score * _UNHELD, claim=claim)
        return reading

    def _show(self, reading: Reading) -> PlainReading:
        given: dict[str, tuple[str, ...]] = {}
        labels: dict[str, str] = {}
        for parameter in reading.query.parameters:
            values = reading.values.get(parameter.name)
            if values:
                shown = [self._write(parameter, value) for value in values]
                given[parameter.name] = tuple(value for value, _ in shown)
                labels[parameter.name] = " and ".join(label for _, label in shown)
        return PlainReading(reading.query, MappingProxyType(given), _title(reading.query, labels), reading.open)

    def _write(self, parameter: Parameter, value: str) -> tuple[str, str]:
        """Return a value as a URL carries it, a thing by its slug where that is enough, and its label."""
        if parameter.type == "code":
            return value, self._names.codes.get(parameter.scheme or "", {}).get(value, value)
        thing = self._names.get_thing(value) if parameter.type == "thing" else None
        if thing is None:
            return value, value
        by_slug = self._names.find_things(thing.slug, parameter.classes)
        return (thing.slug if by_slug == (thing,) else thing.iri), thing.label


async def open_plain_questions(service: QueryService[Engine]) -> PlainQuestions:
    """Return what reads questions over the snapshot of a service; a second for a graph of some hundred things."""
    queries = tuple(service.catalogue.current.values())

    def make() -> QuestionReader | None:
        words = service.names.by_words
        return QuestionReader(queries, words.things, service.names.codes, get_home().title) if words else None

    return PlainQuestions(await service.run(make), service.names)


async def read_question(
    service: QueryService[Engine], questions: PlainQuestions, text: str, client: str = ""
) -> PlainAnswer:
    """Return how a question is read; a reading to whose values nothing in the graph fits is no more than an offer."""
    ranked = await service.run(partial(questions.rank, text))
    weighed = [await questions.weigh(reading, service, client) for reading in ranked]
    answer = questions.show(choose(weighed))
    meant = answer.meant
    if meant is None:
        return answer
    found = await service.ask(QueryRequest(query=meant.query, given=meant.given, page_size=1), client)
    return PlainAnswer(None, (meant, *answer.others)) if found.empty == UNMATCHED else answer


def _is_shown(query: SavedQuery, parameter: Parameter) -> bool:
    """Return whether a query can be asked without a parameter, and then shows what it may be."""
    if parameter.type != "thing" or query.is_graph or any(other.required for other in query.parameters):
        return False
    return any(column.name == parameter.name and column.type == "iri" for column in query.columns)


async def _list_held(service: QueryService[Engine], query: SavedQuery, column: str, client: str) -> frozenset[str]:
    """Return the things in a column of the answer of a query without values."""
    table = await service.answer(service.bind(query, {}), client)
    return frozenset(row[column]["value"] for row in table.rows if column in row)


def _title(query: SavedQuery, labels: Mapping[str, str]) -> str:
    """Return the question of the example with these values, or else what the query asks and the values."""
    if query.question and labels.keys() == query.example.keys():
        return query.ask_example(labels)
    shown: Sequence[str] = [f"{name}: {label}" for name, label in labels.items()]
    return f"{query.summary} ({'; '.join(shown)})" if shown else query.summary
