"""A graph for portals, in DCAT-AP 3: publisher, creators, contact, coverage, and the kind of everything it names."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from ahg_graph.config.home_file import Home
from ahg_graph.config.portal_facts import Party
from ahg_graph.config.prefixes import PREFIXES, get_home
from ahg_graph.rdf.terms import Literal, NamedNode, Triple
from ahg_graph.release.serializers import FURTHER_PREFIXES

_NAMESPACES = {**PREFIXES, **FURTHER_PREFIXES}
_ACCESS = "http://publications.europa.eu/resource/authority/access-right/PUBLIC"
_KINDS = {
    "dcat:mediaType": "dcterms:MediaType",
    "dcat:compressFormat": "dcterms:MediaType",
    "dcterms:license": "dcterms:LicenseDocument",
    "dcterms:language": "dcterms:LinguisticSystem",
    "dcterms:accessRights": "dcterms:RightsStatement",
    "dcterms:spatial": "dcterms:Location",
    "dcat:theme": "skos:Concept",
    "dcat:endpointURL": "rdfs:Resource",
    "dcat:endpointDescription": "rdfs:Resource",
    "dcat:landingPage": "foaf:Document",
    "foaf:homepage": "foaf:Document",
    "spdx:algorithm": "spdx:ChecksumAlgorithm",
}
"""Property to the class of its values, which a validator is to find beside them."""


def term(name: str) -> NamedNode:
    """Return the IRI of a short name of a term of these vocabularies."""
    prefix, _, local = name.partition(":")
    return NamedNode(_NAMESPACES[prefix] + local)


def describe_dataset(dataset: NamedNode) -> Iterator[Triple]:
    """Yield what the home says of its graph, of the data set as a whole or of one release of it."""
    home = get_home()
    portal = home.portal
    yield Triple(dataset, term("rdf:type"), term("dcat:Dataset"))
    yield Triple(dataset, term("dcterms:title"), _text(home, home.title))
    yield Triple(dataset, term("dcterms:description"), _text(home, home.description))
    yield Triple(dataset, term("dcterms:accessRights"), NamedNode(_ACCESS))
    yield Triple(dataset, term("dcterms:language"), NamedNode(find_language(home)))
    yield Triple(dataset, term("dcat:landingPage"), NamedNode(f"{home.base}downloads"))
    for keyword in portal.keywords:
        yield Triple(dataset, term("dcat:keyword"), _text(home, keyword))
    for name, concepts in (("dcat:theme", portal.themes), ("dcterms:spatial", portal.places)):
        for concept in concepts:
            node = NamedNode(concept.iri)
            yield Triple(dataset, term(name), node)
            yield Triple(node, term("skos:prefLabel"), _text(home, concept.name))
    if portal.begins or portal.ends:
        period = NamedNode(f"{home.base}#period")
        yield Triple(dataset, term("dcterms:temporal"), period)
        yield Triple(period, term("rdf:type"), term("dcterms:PeriodOfTime"))
        for name, day in (("dcat:startDate", portal.begins), ("dcat:endDate", portal.ends)):
            if day:
                yield Triple(period, term(name), Literal(day, datatype=term(_name_date(day))))
    yield from _describe_parties(dataset, home)
    if home.contact:
        contact = NamedNode(f"{home.base}#contact")
        yield Triple(dataset, term("dcat:contactPoint"), contact)
        yield Triple(contact, term("rdf:type"), term("vcard:Kind"))
        yield Triple(contact, term("vcard:fn"), _text(home, home.title))
        name = "vcard:hasEmail" if home.contact.startswith("mailto:") else "vcard:hasURL"
        yield Triple(contact, term(name), NamedNode(home.contact))
    if portal.doi:
        yield Triple(dataset, term("dcterms:identifier"), Literal(f"https://doi.org/{portal.doi}"))


def describe_catalogue(datasets: Iterable[NamedNode]) -> Iterator[Triple]:
    """Yield the catalogue that a harvester begins with; a graph without a publisher has none."""
    home = get_home()
    if home.portal.publisher is None:
        return
    catalogue = NamedNode(f"{home.base}#catalogue")
    yield Triple(catalogue, term("rdf:type"), term("dcat:Catalog"))
    yield Triple(catalogue, term("dcterms:title"), _text(home, home.title))
    yield Triple(catalogue, term("dcterms:description"), _text(home, home.description))
    yield Triple(catalogue, term("dcterms:license"), NamedNode(home.licence))
    yield Triple(catalogue, term("dcterms:language"), NamedNode(find_language(home)))
    yield Triple(catalogue, term("foaf:homepage"), NamedNode(f"{home.base}downloads"))
    yield Triple(catalogue, term("dcterms:publisher"), name_party(home, home.portal.publisher))
    for dataset in datasets:
        yield Triple(catalogue, term("dcat:dataset"), dataset)


def describe_service(endpoint: str, description: str, dataset: NamedNode) -> Iterator[Triple]:
    """Yield the query service at an address, and what serves the data set by it."""
    home = get_home()
    service = NamedNode(f"{home.base}#sparql")
    yield Triple(service, term("rdf:type"), term("dcat:DataService"))
    yield Triple(service, term("dcterms:title"), _text(home, f"{home.title}: SPARQL"))
    yield Triple(service, term("dcterms:license"), NamedNode(home.licence))
    yield Triple(service, term("dcterms:conformsTo"), NamedNode("http://www.w3.org/TR/sparql11-protocol/"))
    yield Triple(NamedNode("http://www.w3.org/TR/sparql11-protocol/"), term("rdf:type"), term("dcterms:Standard"))
    yield Triple(service, term("dcat:endpointURL"), NamedNode(endpoint))
    yield Triple(service, term("dcat:endpointDescription"), NamedNode(description))
    yield Triple(service, term("dcat:servesDataset"), dataset)
    if home.portal.publisher:
        yield Triple(service, term("dcterms:publisher"), name_party(home, home.portal.publisher))
        yield Triple(NamedNode(f"{home.base}#catalogue"), term("dcat:service"), service)


def add_kinds(triples: Iterable[Triple]) -> list[Triple]:
    """Return triples with the class of each value that these vocabularies expect to be of one, each once."""
    found = list(dict.fromkeys(triples))
    kinds = {term(name): term(kind) for name, kind in _KINDS.items()}
    typed = (
        Triple(t.object, term("rdf:type"), kinds[t.predicate])
        for t in found
        if t.predicate in kinds and isinstance(t.object, NamedNode)
    )
    return list(dict.fromkeys((*found, *typed)))


def find_language(home: Home) -> str:
    """Return the IRI of the language that a graph is written in."""
    return f"http://id.loc.gov/vocabulary/iso639-1/{home.language}"


def name_party(home: Home, party: Party) -> NamedNode:
    """Return the IRI of a person or an organisation: its own, or one within the graph's."""
    if party.iri:
        return NamedNode(party.iri)
    slug = "-".join(word for word in "".join(c if c.isalnum() else " " for c in party.name.lower()).split())
    return NamedNode(f"{home.base}#{slug}")


def _describe_parties(dataset: NamedNode, home: Home) -> Iterator[Triple]:
    publisher = home.portal.publisher
    roles = [("dcterms:publisher", publisher)] if publisher else []
    for role, party in (*roles, *(("dcterms:creator", creator) for creator in home.portal.creators)):
        node = name_party(home, party)
        yield Triple(dataset, term(role), node)
        yield Triple(node, term("rdf:type"), term("foaf:Agent"))
        kind = "foaf:Person" if party.kind == "person" else "foaf:Organization"
        yield Triple(node, term("rdf:type"), term(kind))
        yield Triple(node, term("foaf:name"), Literal(party.name))


def _text(home: Home, text: str) -> Literal:
    return Literal(text, language=home.language)


def _name_date(day: str) -> str:
    return {4: "xsd:gYear", 7: "xsd:gYearMonth"}.get(len(day), "xsd:date")
