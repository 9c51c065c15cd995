"""A release in the words of VoID, DCAT 3 and PROV-O: counts, files, licence, provenance, version."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from ahg_graph.config.prefixes import PREFIXES, get_home, shorten
from ahg_graph.rdf.terms import BlankNode, Literal, NamedNode, Quad, Triple
from ahg_graph.release.manifest import Part, Release, ReleaseFile
from ahg_graph.release.portal_description import add_kinds, describe_catalogue, describe_dataset
from ahg_graph.release.serializers import FURTHER_PREFIXES
from ahg_graph.sparql.media_types import GZIP

_NAMESPACES = {**PREFIXES, **FURTHER_PREFIXES}
_IANA = "https://www.iana.org/assignments/media-types/"
_PART_TITLES = {
    "ontology": "The ontology: classes, properties, closed lists of codes",
    "asserted": "What the documents say: the register of things, the record of each document, and its words",
    "inferred": "What follows from the asserted triples and the ontology, and is not asserted",
    "linked": "The same in the terms of other vocabularies: alignments, and what follows from them",
    "all": "Everything in the terms of the ontology: ontology, asserted and inferred triples",
}


def _term(name: str) -> NamedNode:
    prefix, _, local = name.partition(":")
    return NamedNode(_NAMESPACES[prefix] + local)


_TYPE = _term("rdf:type")


@dataclass(frozen=True)
class VoidCounts:
    """What VoID counts: instances of each class, triples of each property, distinct subjects and objects."""

    classes: Counter[str]
    properties: Counter[str]
    subjects: int
    objects: int


def count(quads: Iterable[Quad]) -> VoidCounts:
    """Return the figures of the triples of all graphs together."""
    triples = {quad.triple for quad in quads}
    return VoidCounts(
        classes=Counter(t.object.value for t in triples if t.predicate == _TYPE and isinstance(t.object, NamedNode)),
        properties=Counter(t.predicate.value for t in triples),
        subjects=len({t.subject for t in triples}),
        objects=len({t.object for t in triples}),
    )


def describe_release(release: Release, figures: VoidCounts) -> list[Triple]:
    """Return the description of a release; every node has an IRI, and none is relative."""
    series = NamedNode(get_home().base)
    described = (*describe_dataset(series), *describe_dataset(name_release(release.identity)))
    return add_kinds(
        (
            *_describe_whole(release, figures),
            *described,
            *describe_catalogue([series]),
            *_describe_provenance(release),
            *_describe_files(release),
        )
    )


def name_content(identity: str) -> list[Triple]:
    """Return the few triples by which content is known for a release wherever it lies; texts and names only.

    Engines keep these as they are, unlike numbers and times.
    """
    whole = name_release(identity)
    return [
        Triple(whole, _TYPE, _term("dcat:Dataset")),
        Triple(whole, _term("dcat:isVersionOf"), NamedNode(get_home().base)),
        Triple(whole, _term("dcterms:identifier"), Literal(identity)),
        Triple(whole, _term("dcterms:license"), NamedNode(get_home().licence)),
    ]


def _describe_whole(release: Release, figures: VoidCounts) -> Iterator[Triple]:
    series, whole = NamedNode(get_home().base), name_release(release.identity)
    everything = release.parts["all"]
    for kind in ("void:Dataset", "dcat:Dataset"):
        yield Triple(series, _TYPE, _term(kind))
        yield Triple(whole, _TYPE, _term(kind))
    for dataset in (series, whole):
        yield Triple(dataset, _term("dcterms:title"), Literal(get_home().title, language=get_home().language))
        yield Triple(dataset, _term("dcterms:license"), NamedNode(get_home().licence))
    yield Triple(series, _term("dcat:hasCurrentVersion"), whole)
    yield Triple(series, _term("dcat:hasVersion"), whole)
    yield Triple(whole, _term("dcat:isVersionOf"), series)
    yield Triple(whole, _term("dcat:version"), Literal(release.version))
    yield Triple(whole, _term("dcterms:identifier"), Literal(release.identity))
    yield Triple(whole, _term("dcterms:issued"), _time(release.created))
    if release.since:
        yield Triple(whole, _term("dcat:previousVersion"), name_release(release.since))
    yield Triple(whole, _term("void:triples"), Literal(everything.triples))
    yield Triple(whole, _term("void:distinctSubjects"), Literal(figures.subjects))
    yield Triple(whole, _term("void:distinctObjects"), Literal(figures.objects))
    yield Triple(whole, _term("void:classes"), Literal(len(figures.classes)))
    yield Triple(whole, _term("void:properties"), Literal(len(figures.properties)))
    for predicate, number in sorted(figures.properties.items()):
        node = _fragment(whole, f"property-{_slug(predicate)}")
        yield Triple(whole, _term("void:propertyPartition"), node)
        yield Triple(node, _term("void:property"), NamedNode(predicate))
        yield Triple(node, _term("void:triples"), Literal(number))
    parts = {kind: _fragment(whole, f"class-{_slug(kind)}") for kind in figures.classes}
    yield from describe_contents(whole, release.graphs, figures.classes, parts)


def describe_contents(
    whole: NamedNode,
    graphs: Mapping[str, int],
    classes: Mapping[str, int],
    parts: Mapping[str, NamedNode | BlankNode],
) -> Iterator[Triple]:
    """Yield what VoID says of the contents of a data set: vocabulary, and the sizes of its graphs and classes.

    `parts` are the nodes of the parts by class.
    """
    yield Triple(whole, _term("void:vocabulary"), NamedNode(get_home().base + "ont"))
    yield Triple(whole, _term("void:uriSpace"), Literal(get_home().id))
    for kind, number in sorted(classes.items()):
        yield Triple(whole, _term("void:classPartition"), parts[kind])
        yield Triple(parts[kind], _term("void:class"), NamedNode(kind))
        yield Triple(parts[kind], _term("void:entities"), Literal(number))
    for graph, number in sorted(get_home().select_own(graphs).items()):
        yield Triple(whole, _term("void:subset"), NamedNode(graph))
        yield Triple(NamedNode(graph), _TYPE, _term("void:Dataset"))
        yield Triple(NamedNode(graph), _term("void:triples"), Literal(number))


def _describe_provenance(release: Release) -> Iterator[Triple]:
    whole = name_release(release.identity)
    activity = _fragment(whole, "build")
    yield Triple(whole, _term("prov:wasGeneratedBy"), activity)
    yield Triple(activity, _TYPE, _term("prov:Activity"))
    yield Triple(activity, _term("prov:endedAtTime"), _time(release.created))
    for document in get_home().documents:
        yield Triple(whole, _term("prov:wasDerivedFrom"), NamedNode(document.iri))
    for name, version in sorted(release.versions.items()):
        if name == "ontology":
            continue
        software = _fragment(whole, f"software-{name}")
        yield Triple(activity, _term("prov:wasAssociatedWith"), software)
        yield Triple(software, _TYPE, _term("prov:SoftwareAgent"))
        yield Triple(software, _term("rdfs:label"), Literal(name))
        yield Triple(software, _term("dcat:version"), Literal(version))


def _describe_files(release: Release) -> Iterator[Triple]:
    whole = name_release(release.identity)
    for part in release.parts.values():
        subset = whole if part.name == "all" else _fragment(whole, part.name)
        if subset != whole:
            # What is linked says the same once more, and is no part of what is counted.
            yield Triple(whole, _term("dcterms:relation" if part.name == "linked" else "void:subset"), subset)
            for kind in ("void:Dataset", "dcat:Dataset"):
                yield Triple(subset, _TYPE, _term(kind))
            yield Triple(subset, _term("dcterms:license"), NamedNode(get_home().licence))
            for name in ("dcterms:title", "dcterms:description"):
                yield Triple(subset, _term(name), Literal(_PART_TITLES[part.name], language="en"))
            yield Triple(subset, _term("void:triples"), Literal(part.triples))
        for file in release.files:
            if file.part == part.name:
                yield from _describe_file(release, part, file, subset)


def _describe_file(release: Release, part: Part, file: ReleaseFile, subset: NamedNode) -> Iterator[Triple]:
    whole = name_release(release.identity)
    address = NamedNode(f"{whole.value}/{file.name}")
    node = _fragment(whole, f"file-{file.name}")
    yield Triple(subset, _term("dcat:distribution"), node)
    yield Triple(subset, _term("void:dataDump"), address)
    yield Triple(node, _TYPE, _term("dcat:Distribution"))
    yield Triple(node, _term("dcterms:title"), Literal(f"{_PART_TITLES[part.name]} ({file.name})", language="en"))
    yield Triple(node, _term("dcterms:license"), NamedNode(get_home().licence))
    yield Triple(node, _term("dcat:accessURL"), address)
    yield Triple(node, _term("dcat:downloadURL"), address)
    yield Triple(node, _term("dcat:mediaType"), NamedNode(_IANA + file.media_type))
    if file.gzipped:
        yield Triple(node, _term("dcat:compressFormat"), NamedNode(_IANA + GZIP))
    size = Literal(str(file.size), datatype=_term("xsd:nonNegativeInteger"))
    yield Triple(node, _term("dcat:byteSize"), size)
    yield Triple(node, _term("dcterms:identifier"), Literal(f"rdfc-1.0:sha-256:{file.content_hash}"))
    checksum = _fragment(whole, f"sha256-{file.name}")
    yield Triple(node, _term("spdx:checksum"), checksum)
    yield Triple(checksum, _TYPE, _term("spdx:Checksum"))
    yield Triple(checksum, _term("spdx:algorithm"), _term("spdx:checksumAlgorithm_sha256"))
    yield Triple(checksum, _term("spdx:checksumValue"), Literal(file.sha256, datatype=_term("xsd:hexBinary")))


def name_release(identity: str) -> NamedNode:
    """Return the IRI of a release; the IRIs of its files begin with it."""
    return NamedNode(f"{get_home().base}downloads/{identity}")


def _fragment(node: NamedNode, name: str) -> NamedNode:
    return NamedNode(f"{node.value}#{name}")


def _slug(iri: str) -> str:
    name = shorten(iri)
    if name == iri:
        prefix = next((p for p, space in sorted(FURTHER_PREFIXES.items()) if iri.startswith(space)), "")
        name = f"{prefix}:{iri[len(FURTHER_PREFIXES[prefix]) :]}" if prefix else iri
    return "".join(c if c.isalnum() or c in "-_" else "-" for c in name)


def _time(text: str) -> Literal:
    return Literal(text, datatype=_term("xsd:dateTime"))
