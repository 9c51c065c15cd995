"""A release for those who cite, register or archive it: CITATION.cff, DataCite JSON and RO-Crate, of the same facts."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import orjson
import yaml

from ahg_graph.config.home_file import Home
from ahg_graph.config.portal_facts import Party
from ahg_graph.config.prefixes import get_home
from ahg_graph.rdf.vocabulary import RO
from ahg_graph.release.description import name_release
from ahg_graph.release.manifest import Release

CITATION, DATACITE, RO_CRATE = "CITATION.cff", "datacite.json", "ro-crate-metadata.json"
_CRATE = RO + "crate/1.1"
_YAML = "application/yaml"
_JSON, _JSON_LD = "application/json", "application/ld+json"


def write_citations(release: Release) -> Iterator[tuple[str, bytes, str]]:
    """Yield name, content and media type of each file; who made the graph is needed for all but the RO-Crate."""
    home = get_home()
    if home.portal.creators:
        citation = yaml.safe_dump(_cite(home, release), sort_keys=False, allow_unicode=True)
        yield CITATION, citation.encode(), _YAML
        if home.portal.publisher:
            yield DATACITE, _dump(_register(home, release)), _JSON
    yield RO_CRATE, _dump(_archive(home, release)), _JSON_LD


def write_citation_line(home: Home, version: str, year: str) -> str:
    """Return how a graph is cited in a text, or nothing when it is not said who made it."""
    names = "; ".join(party.name for party in home.portal.creators)
    address = f"https://doi.org/{home.portal.doi}" if home.portal.doi else home.base
    return f"{names[:1].upper()}{names[1:]} ({year}). {home.title} (version {version}). {address}" if names else ""


def _cite(home: Home, release: Release) -> dict[str, Any]:
    """Return the facts as the Citation File Format 1.2.0 has them."""
    facts: dict[str, Any] = {
        "cff-version": "1.2.0",
        "message": "If you use this data set, cite it as below.",
        "type": "dataset",
        "title": home.title,
        "abstract": home.description,
        "authors": [_cite_party(party) for party in home.portal.creators],
        "version": release.version,
        "date-released": release.created[:10],
        "url": name_release(release.identity).value,
        "license-url": home.licence,
        "identifiers": [{"type": "other", "value": release.identity, "description": "Identity of the release"}],
    }
    if home.portal.keywords:
        facts["keywords"] = list(home.portal.keywords)
    if home.portal.doi:
        facts["doi"] = home.portal.doi
    return facts


def _cite_party(party: Party) -> dict[str, str]:
    if party.kind == "person":
        given, _, family = party.name.rpartition(" ")
        found = {"family-names": family, **({"given-names": given} if given else {})}
        return found | ({"orcid": party.iri} if "orcid.org/" in party.iri else {})
    return {"name": party.name, **({"website": party.iri} if party.iri else {})}


def _register(home: Home, release: Release) -> dict[str, Any]:
    """Return the facts as the DataCite Metadata Schema 4 has them in JSON."""
    portal, publisher = home.portal, home.portal.publisher
    address = name_release(release.identity).value
    facts: dict[str, Any] = {
        "identifiers": [{"identifier": portal.doi or address, "identifierType": "DOI" if portal.doi else "URL"}],
        "creators": [_register_party(party) for party in portal.creators],
        "titles": [{"title": home.title, "lang": home.language}],
        "publisher": {"name": publisher.name if publisher else ""},
        "publicationYear": release.created[:4],
        "types": {"resourceTypeGeneral": "Dataset", "resourceType": "Knowledge graph"},
        "subjects": [{"subject": keyword, "lang": home.language} for keyword in portal.keywords],
        "dates": [{"date": release.created[:10], "dateType": "Issued"}],
        "language": home.language,
        "version": release.version,
        "rightsList": [{"rights": home.licence_name, "rightsUri": home.licence}],
        "descriptions": [{"description": home.description, "descriptionType": "Abstract", "lang": home.language}],
        "sizes": [f"{release.parts['all'].triples} triples"],
        "formats": sorted({file.media_type for file in release.files}),
        "relatedIdentifiers": [
            {"relatedIdentifier": home.base, "relatedIdentifierType": "URL", "relationType": "IsVersionOf"}
        ],
        "schemaVersion": "http://datacite.org/schema/kernel-4",
    }
    if portal.begins or portal.ends:
        facts["dates"].append({"date": f"{portal.begins}/{portal.ends}", "dateType": "Coverage"})
    return facts


def _register_party(party: Party) -> dict[str, Any]:
    kind = "Personal" if party.kind == "person" else "Organizational"
    found: dict[str, Any] = {"name": party.name, "nameType": kind}
    if party.iri:
        scheme = "ORCID" if "orcid.org/" in party.iri else "ROR" if "ror.org/" in party.iri else "URL"
        found["nameIdentifiers"] = [{"nameIdentifier": party.iri, "nameIdentifierScheme": scheme}]
    return found


def _archive(home: Home, release: Release) -> dict[str, Any]:
    """Return the facts as an RO-Crate 1.1, whose root is the folder of the release."""
    root = {"@id": "./", "@type": "Dataset", **state_dataset(home, release)}
    root["hasPart"] = [{"@id": file.name} for file in release.files]
    root["license"] = {"@id": home.licence}
    parties = {p.name: p for p in (*home.portal.creators, *([home.portal.publisher] if home.portal.publisher else ()))}
    for name in ("creator", "publisher"):
        if name in root:
            given = root[name] if isinstance(root[name], list) else [root[name]]
            root[name] = [{"@id": _identify(parties[party["name"]])} for party in given]
    return {
        "@context": f"{_CRATE}/context",
        "@graph": [
            {
                "@id": RO_CRATE,
                "@type": "CreativeWork",
                "conformsTo": {"@id": _CRATE},
                "about": {"@id": "./"},
            },
            root,
            {"@id": home.licence, "@type": "CreativeWork", "name": home.licence_name},
            *({"@id": _identify(party), **_state_party(party)} for party in parties.values()),
            *(
                {
                    "@id": file.name,
                    "@type": "File",
                    "name": file.name,
                    "encodingFormat": file.media_type,
                    "contentSize": str(file.size),
                    "sha256": file.sha256,
                }
                for file in release.files
            ),
        ],
    }


def state_dataset(home: Home, release: Release | None) -> dict[str, Any]:
    """Return the facts as schema.org has them, of a release or without one of the graph as such."""
    portal = home.portal
    facts: dict[str, Any] = {
        "name": home.title,
        "description": home.description,
        "url": name_release(release.identity).value if release else home.base,
        "identifier": release.identity if release else home.base,
        "license": home.licence,
        "inLanguage": home.language,
        "isAccessibleForFree": True,
    }
    if release:
        facts |= {"version": release.version, "datePublished": release.created[:10]}
    if portal.keywords:
        facts["keywords"] = list(portal.keywords)
    if portal.creators:
        facts["creator"] = [_state_party(party) for party in portal.creators]
    if portal.publisher:
        facts["publisher"] = _state_party(portal.publisher)
    if portal.begins or portal.ends:
        facts["temporalCoverage"] = f"{portal.begins or '..'}/{portal.ends or '..'}"
    if portal.places:
        facts["spatialCoverage"] = [
            {"@type": "Place", "name": place.name, "sameAs": place.iri} for place in portal.places
        ]
    if release and (line := write_citation_line(home, release.version, release.created[:4])):
        facts["citation"] = line
    return facts


def _state_party(party: Party) -> dict[str, str]:
    kind = "Person" if party.kind == "person" else "Organization"
    return {"@type": kind, "name": party.name, **({"url": party.iri} if party.iri else {})}


def _identify(party: Party) -> str:
    return party.iri or "#" + "-".join(party.name.lower().split())


def _dump(value: object) -> bytes:
    return orjson.dumps(value, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)
