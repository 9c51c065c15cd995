"""The one table of formats: ending of a name, media type, words for it, and what else is known of each."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

RESULTS_JSON = "application/sparql-results+json"
RESULTS_XML = "application/sparql-results+xml"
CSV = "text/csv"
TSV = "text/tab-separated-values"
TURTLE = "text/turtle"
N_TRIPLES = "application/n-triples"
JSON_LD = "application/ld+json"
RDF_XML = "application/rdf+xml"
TRIG = "application/trig"
N_QUADS = "application/n-quads"

FORMAT_PARAMETERS = ("format", "output", "results")
"""The parameters by which clients name a format."""

HTML = "text/html"
JSON = "application/json"
PROBLEM = "application/problem+json"
ATOM = "application/atom+xml"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
"""Excel; of the answers with rows of saved queries alone, since it is no format of SPARQL."""
GZIP = "application/gzip"
PLAIN = "text/plain"
CSV_METADATA = "application/csvm+json"
JAVASCRIPT = "text/javascript"
FORM = "application/x-www-form-urlencoded"
SPARQL_QUERY = "application/sparql-query"
SPARQL_UPDATE = "application/sparql-update"


@dataclass(frozen=True, slots=True)
class Format:
    """One way to write an answer.

    `words` are further values of `format=` beside the ending and the media type, `aliases` further media types by which
    clients ask for it, `old_types` those under which other engines send it; `w3c` is the local name of its IRI under
    http://www.w3.org/ns/formats/. A format that is `quads` is made for graphs with names, and none of ours is described
    in it.
    """

    ending: str
    media_type: str
    label: str
    w3c: str
    words: tuple[str, ...] = ()
    aliases: tuple[str, ...] = ()
    old_types: tuple[str, ...] = ()
    quads: bool = False

    def is_called(self, word: str) -> bool:
        """Return whether a value of `format=`, in lower case, means this format."""
        return word in (self.ending, self.media_type, *self.words, *self.aliases)

    def may_be_sent_as(self, media_type: str) -> bool:
        """Say whether an engine may send this format under a media type."""
        return media_type in (self.media_type, *self.aliases, *self.old_types)


XML_TYPES = ("application/xml", "text/xml")
"""What may be results, triples, or a page."""

RESULT_FORMATS = (
    Format("srj", RESULTS_JSON, "JSON", "SPARQL_Results_JSON", ("json", "sparql-results+json"), (JSON,)),
    Format("srx", RESULTS_XML, "XML", "SPARQL_Results_XML", ("xml", "sparql-results+xml"), XML_TYPES),
    Format("csv", CSV, "CSV", "SPARQL_Results_CSV"),
    Format("tsv", TSV, "TSV", "SPARQL_Results_TSV"),
)
"""Formats of SELECT and ASK; the first is the default."""

GRAPH_FORMATS = (
    Format("ttl", TURTLE, "Turtle", "Turtle", ("turtle", "n3"), ("application/x-turtle", "application/turtle")),
    Format("nt", N_TRIPLES, "N-Triples", "N-Triples", ("ntriples", "n-triples"), (), (PLAIN, "text/ntriples")),
    Format("jsonld", JSON_LD, "JSON-LD", "JSON-LD", ("json", "json-ld"), (JSON,)),
    Format("rdf", RDF_XML, "RDF/XML", "RDF_XML", ("xml", "rdf+xml", "rdfxml", "rdf-xml"), XML_TYPES),
    Format("trig", TRIG, "TriG", "TriG", (), ("application/x-trig",), quads=True),
    Format("nq", N_QUADS, "N-Quads", "N-Quads", ("nquads", "n-quads"), ("text/x-nquads",), quads=True),
)
"""Formats of CONSTRUCT and DESCRIBE; the first is the default."""

_CHARSET = frozenset({CSV, TSV, TURTLE, HTML, JAVASCRIPT, "text/xml"})
_SHARED = frozenset((JSON, *XML_TYPES))


def _list_types(formats: Iterable[Format]) -> Mapping[str, str]:
    return MappingProxyType({known.ending: known.media_type for known in formats})


def _list_aliases(formats: Iterable[Format]) -> Mapping[str, str]:
    """Return what a media type stands for; where a client likes several as much, those for any kind of answer win."""
    pairs = [(alias, known.media_type) for known in formats for alias in known.aliases]
    return MappingProxyType(dict(sorted(pairs, key=lambda pair: pair[0] not in _SHARED)))


RESULT_TYPES = _list_types(RESULT_FORMATS)
"""Ending to media type, for SELECT and ASK."""

GRAPH_TYPES = _list_types(GRAPH_FORMATS)
"""Ending to media type, for CONSTRUCT and DESCRIBE."""

TRIPLE_TYPES = _list_types(known for known in GRAPH_FORMATS if not known.quads)
"""The same, without the formats for quads."""

FORMATS = MappingProxyType({known.media_type: known for known in (*RESULT_FORMATS, *GRAPH_FORMATS)})
"""Every format by its media type."""

RESULT_ALIASES = _list_aliases(RESULT_FORMATS)
GRAPH_ALIASES = _list_aliases(GRAPH_FORMATS)
"""Media types that clients ask for, and what they mean; the answer bears the name that was asked for."""


def find_format(formats: Iterable[Format], word: str) -> Format | None:
    """Return the format that a value of `format=` means, or None."""
    word = word.strip().lower().replace(" ", "+")  # which stands for a space in a query string, and is seldom escaped
    return next((known for known in formats if known.is_called(word)), None)


def write_content_type(media_type: str) -> str:
    """Return the value of the Content-Type header, with the charset where a reader might take another one."""
    return f"{media_type}; charset=utf-8" if media_type in _CHARSET else media_type
