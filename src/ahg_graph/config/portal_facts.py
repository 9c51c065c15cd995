"""What portals ask about a graph: who made and published it, and what, where and when it is about.

Nothing here is made up: what `graph.toml` does not say is left out of every description.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

_DAY = re.compile(r"\d{4}(-\d\d(-\d\d)?)?")
_DOI = re.compile(r"10\.\d{4,9}/\S+")


@dataclass(frozen=True, slots=True)
class Party:
    """A person or an organisation, with its IRI (an ORCID, a ROR identifier, a home page) where it has one."""

    name: str
    iri: str = ""
    kind: str = "organisation"


@dataclass(frozen=True, slots=True)
class Concept:
    """A theme or a place of a list that others keep: its IRI there, and its name."""

    iri: str
    name: str


@dataclass(frozen=True, slots=True)
class PortalFacts:
    """The facts; `begins` and `ends` are days, months or years."""

    publisher: Party | None = None
    creators: tuple[Party, ...] = ()
    keywords: tuple[str, ...] = ()
    themes: tuple[Concept, ...] = ()
    places: tuple[Concept, ...] = ()
    begins: str = ""
    ends: str = ""
    doi: str = ""


@dataclass(frozen=True, slots=True)
class PortalProblem(Exception):
    """A value that is not as it should be: its key, and what to write."""

    key: str
    reason: str = field(default="")


def parse_portal_facts(facts: Mapping[str, Any]) -> PortalFacts:
    """Return the facts of the keys `publisher`, `creators` and `coverage` of a home file; raises PortalProblem."""
    coverage = _check_table(
        facts.get("coverage", {}), "coverage", ("keywords", "themes", "places", "begins", "ends", "doi")
    )
    texts = {name: str(coverage.get(name, "")) for name in ("begins", "ends", "doi")}
    for name in ("begins", "ends"):
        if texts[name] and not _DAY.fullmatch(texts[name]):
            raise PortalProblem(f"coverage.{name}", f"{texts[name]!r} is no date; write YYYY, YYYY-MM or YYYY-MM-DD")
    if texts["doi"] and not _DOI.fullmatch(texts["doi"]):
        raise PortalProblem("coverage.doi", f"{texts['doi']!r} is no DOI; write it as 10.1234/abcd")
    creators = facts.get("creators", [])
    if not isinstance(creators, list):
        raise PortalProblem("creators", "is no list; write [[creators]] before the facts of each")
    publisher = facts.get("publisher")
    return PortalFacts(
        publisher=None if publisher is None else _parse_party(publisher, "publisher"),
        creators=tuple(_parse_party(creator, "creators") for creator in creators),
        keywords=_check_list(coverage.get("keywords", []), "coverage.keywords"),
        themes=_parse_concepts(coverage.get("themes", []), "coverage.themes"),
        places=_parse_concepts(coverage.get("places", []), "coverage.places"),
        begins=texts["begins"],
        ends=texts["ends"],
        doi=texts["doi"],
    )


def restore_portal_facts(facts: Mapping[str, Any]) -> PortalFacts:
    """Return the facts as a manifest states them."""
    known: dict[str, Any] = {name: tuple(value) if isinstance(value, list) else value for name, value in facts.items()}
    known["publisher"] = Party(**facts["publisher"]) if facts.get("publisher") else None
    known["creators"] = tuple(Party(**creator) for creator in facts.get("creators", ()))
    for name in ("themes", "places"):
        known[name] = tuple(Concept(**concept) for concept in facts.get(name, ()))
    return PortalFacts(**known)


def _parse_party(value: object, key: str) -> Party:
    table = _check_table(value, key, ("name", "iri", "kind"))
    name, iri, kind = (
        str(table.get(part, usual)) for part, usual in (("name", ""), ("iri", ""), ("kind", "organisation"))
    )
    if not name:
        raise PortalProblem(f"{key}.name", 'is missing; write name = "..."')
    if iri:
        _check_iri(iri, f"{key}.iri")
    if kind not in ("organisation", "person"):
        raise PortalProblem(f"{key}.kind", f"{kind!r} is neither organisation nor person")
    return Party(name, iri, kind)


def _parse_concepts(value: object, key: str) -> tuple[Concept, ...]:
    if not isinstance(value, list):
        raise PortalProblem(key, 'is no list; write [{ name = "...", iri = "..." }]')
    found = []
    for item in value:
        table = _check_table(item, key, ("name", "iri"))
        for name in ("name", "iri"):
            if not isinstance(table.get(name), str) or not table[name]:
                raise PortalProblem(f"{key}.{name}", 'is missing; write { name = "...", iri = "..." }')
        _check_iri(table["iri"], f"{key}.iri")
        found.append(Concept(table["iri"], table["name"]))
    return tuple(found)


def _check_table(value: object, key: str, known: tuple[str, ...]) -> Mapping[str, Any]:
    if not isinstance(value, dict):
        raise PortalProblem(key, f"is no table; write [{key}] and a line for each")
    for name in value:
        if name not in known:
            raise PortalProblem(f"{key}.{name}", f"no such key; there are {', '.join(known)}")
    return value


def _check_list(value: object, key: str) -> tuple[str, ...]:
    if not isinstance(value, list) or not all(isinstance(item, str) and item for item in value):
        raise PortalProblem(key, 'is no list of texts; write ["...", "..."]')
    return tuple(value)


def _check_iri(iri: str, key: str) -> None:
    if not re.fullmatch(r"https?://[^\s<>\"{}|\\^`]+", iri):
        raise PortalProblem(key, f"{iri!r} is no absolute IRI, as https://example.org/")
