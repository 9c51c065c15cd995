"""The names by which documents call states and organisations: all states of the world, and what the register adds."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files

from ahg_graph.reading.part_builder import make_slug

_FORMS_OF_STATE = (
    r"(?:Government of (?:the )?)?(?:(?:People's |Islamic |Arab |Federal |Federative |Democratic |"
    r"Socialist |Independent |United "
    r"|Hashemite |Plurinational |Bolivarian |Co-operative |Cooperative |Oriental )*"
    r"(?:Republic|Kingdom|Sultanate|State|Commonwealth|Federation|Union|Principality|Grand Duchy|"
    r"Emirate) of (?:the )?)?"
)


@dataclass(frozen=True, slots=True)
class Agent:
    """Who a name means: its IRI or the slug that it would have, its code, and where it is known from."""

    iri: str | None
    code: str | None
    source: str
    label: str
    adjective: bool = False


@dataclass(frozen=True, slots=True)
class AgentNames:
    """Agents by their names, folded; finds the names in a text, the longest first."""

    by_name: Mapping[str, Agent]
    pattern: re.Pattern[str] = field(repr=False)

    def find(self, name: str) -> Agent | None:
        """Return the agent that a whole name means; articles, case and accents do not matter."""
        key = fold_name(name)
        found = self.by_name.get(key) or self.by_name.get(key.removeprefix("the "))
        if found is None and (shorter := re.fullmatch(r"(.+?)\s*\(.*\)", name)):
            found = self.by_name.get(fold_name(shorter[1]).removeprefix("the "))
        if found is None:
            plain = re.sub(rf"^(?:the )?{_FORMS_OF_STATE}", "", name)
            found = self.by_name.get(fold_name(plain)) if plain != name else None
        return found

    def iterate(self, text: str) -> Iterator[tuple[int, int, Agent]]:
        """Yield the names in a text with their places."""
        for match in self.pattern.finditer(_fold_places(text)):
            agent = self.find(text[match.start() : match.end()])
            if agent:
                yield match.start(), match.end(), agent


def _fold_places(text: str) -> str:
    """Return a text without accents and typographic quotes, each character in its place."""
    return "".join(_fold_character(character) for character in text)


@cache
def _fold_character(character: str) -> str:
    if character in "’‘ʼ`":
        return "'"
    plain = unicodedata.normalize("NFKD", character)[:1]
    return plain if plain and ord(plain) < 128 else character


def fold_name(name: str) -> str:
    """Return a name for comparing: lower case, without accents, single spaces."""
    return " ".join(_fold_places(name).replace("-", " ").lower().split())


def make_agent_names(agents: Mapping[str, tuple[str, str | None]], base: str) -> AgentNames:
    """Return all names that are known.

    `agents` are those of the register by their names, each with its IRI and its code or acronym; `base` begins the
    IRIs of agents. A name of the register goes before all others.
    """
    codes = {code: iri for iri, code in agents.values() if code}
    found: dict[str, Agent] = {}
    cased: set[str] = set()
    for name, (iri, code) in agents.items():
        found.setdefault(fold_name(name).removeprefix("the "), Agent(iri, code, "register", name))
        cased.add(name)
    for code, label, names, adjectives in list_states():
        iri, source = (codes[code], "register") if code in codes else (base + make_slug(label), "iso")
        for name in names:
            found.setdefault(fold_name(name).removeprefix("the "), Agent(iri, code, source, label))
            cased.add(name)
        for name in adjectives:
            found.setdefault(fold_name(name), Agent(iri, code, source, label, adjective=True))
            cased.add(name)
    for code, label, names in _list_organisations():
        iri_or_none = codes.get(code) or next(
            (i for n, (i, _) in agents.items() if fold_name(n) == fold_name(label)), None
        )
        for name in (label, code, *names):
            if name:
                agent = Agent(iri_or_none, code, "register" if iri_or_none else "none", label or code)
                found.setdefault(fold_name(name).removeprefix("the "), agent)
                cased.add(name)
    return AgentNames(found, _make_pattern(cased))


def _make_pattern(names: set[str]) -> re.Pattern[str]:
    folded = {_fold_places(name).removeprefix("the ").removeprefix("The ") for name in names}
    forms = "|".join(
        re.escape(name).replace(r"\ ", r"[ \-]") if len(name) > 4 else re.escape(name)
        for name in sorted(folded, key=lambda name: (-len(name), name))
    )
    upper = "|".join(
        re.escape(n.upper()) for n in sorted(folded, key=lambda n: (-len(n), n)) if len(n) > 3 and n != n.upper()
    )
    return re.compile(rf"(?<![\w-]){_FORMS_OF_STATE}(?:{forms}|{upper})(?![\w]|-\w|'s? [a-z])(?!\.(?=[A-Z]))")


@cache
def list_states() -> tuple[tuple[str, str, tuple[str, ...], tuple[str, ...]], ...]:
    """Return each state of ISO 3166-1: its code, the name to call it by, all its names, its adjectives."""
    import pycountry

    variants = {row[0]: row[1:] for row in _read_table("state_variants.tsv")}
    found = []
    for country in pycountry.countries:
        adjectives, others = (*variants.get(country.alpha_3, ("", "")), "")[:2]
        iso = [country.name, getattr(country, "official_name", ""), getattr(country, "common_name", "")]
        turned = [f"{last} {first}" for first, _, last in (name.partition(", ") for name in iso if name) if last]
        closed = [f"{first} ({last})" for first, _, last in (name.partition(", ") for name in iso if name) if last]
        names = tuple(dict.fromkeys(name for name in (*iso, *turned, *closed, *others.split("|")) if name))
        label = "DR Congo" if country.alpha_3 == "COD" else iso[2] or (turned[0] if turned else country.name)
        found.append((country.alpha_3, label, names, tuple(filter(None, adjectives.split("|")))))
    return tuple(found)


def _list_organisations() -> Iterator[tuple[str, str, tuple[str, ...]]]:
    for code, label, others in _read_table("organisations.tsv"):
        yield code, label, tuple(filter(None, others.split("|")))


def _read_table(name: str) -> Iterator[tuple[str, str, str]]:
    text = files("ahg_graph.reading").joinpath(name).read_text(encoding="utf-8")
    for line in text.splitlines():
        if line and not line.startswith("#"):
            first, second, third = (*line.split("\t"), "", "")[:3]
            yield first, second, third


@cache
def find_iso_names() -> Mapping[str, tuple[str, str]]:
    """Return the code of two letters and the English short name in ISO 3166-1 of each state, by its code."""
    import pycountry

    return {country.alpha_3: (country.alpha_2, country.name) for country in pycountry.countries}
