"""The skeleton of a record: the parts of a text, and what a curator may want to state of it, as proposals.

Parts are written out. Attendances and decisions are proposed in comments only: a curator reads the sentence, mends the
line and takes the mark away. Nothing is asserted that a curator has not read.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from ahg_graph.config.prefixes import ONT, PREFIXES, get_home, shorten
from ahg_graph.rdf.terms import Literal, NamedNode
from ahg_graph.sources.document_parts import Part
from ahg_graph.sources.turtle import Sources

_SKOS = PREFIXES["skos"]
_LABELS = frozenset((_SKOS + "prefLabel", _SKOS + "altLabel", ONT + "acronym", ONT + "isoName"))
_ATTENDING = re.compile(r"\b(attend(?:ed|ance)|participated|took part|represented|present at)\b", re.IGNORECASE)
_SENTENCE = re.compile(r"(?<=[.!?])\s+(?=[A-Z])")
_SPLIT = re.compile(r",|;|\bas well as\b|\band\b")
_LEADING = re.compile(
    r"^(?:.*?\b(?:representatives?|delegates?|officials) (?:of|from)\b|.*?\b(?:by|from|were)\b)?\s*(?:the\s+)?"
)
_TRAILING = re.compile(
    r"\s*\([^)]*\)|\s+(?:also )?(?:attended|participated|took part|were present|was present)\b.*$"
    r"|\s+as (?:an? )?(?:observers?|new members?)\b.*$"
)
_IRREGULAR = {"undertake": "undertook", "give": "gave", "take": "took", "seek": "sought", "hold": "held"}
_WORDS = 5
_MARK = "#? "


@dataclass(frozen=True, slots=True)
class Attendance:
    """What a sentence on attendance says of one name: the agent that is meant, or None where none is known."""

    part: Part
    name: str
    agent: NamedNode | None
    capacity: str


def read_agents(sources: Sources) -> Mapping[str, NamedNode]:
    """Return the agents of the register by every name that stands for one of them only, in lower case."""
    starts = (get_home().id + "agent/", get_home().id + "body/")
    agents: set[object] = set()
    names: dict[str, set[NamedNode]] = defaultdict(set)
    named: dict[object, NamedNode] = {}
    texts: dict[object, str] = {}
    for triple in sources.triples("register", "record"):
        subject, predicate, value = triple.subject, triple.predicate.value, triple.object
        if isinstance(subject, NamedNode) and subject.value.startswith(starts):
            agents.add(subject)
            if predicate in _LABELS and isinstance(value, Literal):
                names[value.value.lower()].add(subject)
        elif predicate == ONT + "nameOf" and isinstance(value, NamedNode):
            named[subject] = value
        elif predicate == ONT + "nameText" and isinstance(value, Literal):
            texts[subject] = value.value
    for node, text in texts.items():
        if named.get(node) in agents:
            names[text.lower()].add(named[node])
    return {name: next(iter(found)) for name, found in names.items() if len(found) == 1}


def read_acts(sources: Sources) -> Mapping[str, str]:
    """Return the codes of acts by the past tense in which a document writes them."""
    prefix = get_home().id + "act/"
    found: dict[str, str] = {}
    for triple in sources.triples("ontology"):
        if triple.predicate.value == _SKOS + "notation" and isinstance(triple.subject, NamedNode):
            code = triple.subject.value.removeprefix(prefix)
            if code != triple.subject.value:
                found[_make_past(code)] = code
    return found


def find_attendances(parts: Iterable[Part], agents: Mapping[str, NamedNode]) -> Iterator[Attendance]:
    """Yield the names in every sentence that speaks of attending, those that are not known included."""
    for part in parts:
        for sentence in _SENTENCE.split(part.text):
            if not _ATTENDING.search(sentence):
                continue
            capacity = _find_capacity(sentence)
            for name in _split_names(sentence, agents):
                yield Attendance(part, name, _find_agent(name, agents), capacity)


def write_record(
    key: str, document: str, meeting: str | None, parts: Sequence[Part], sources: Sources, path: str
) -> str:
    """Return the skeleton as Turtle; `document` and `meeting` are slugs, `path` is the text's name for the heading."""
    prefix, known = key.lower(), get_home().prefixes
    base = f"{get_home().id}doc/{document}/"
    used = ("act", "agent", "ahg", "attendance", "body", "decision", "doc", "meeting", "partkind", "xsd")
    prefixes = sorted({**{name: known[name] for name in used if name in known}, prefix: base}.items())
    lines = [f"@prefix {name}: <{iri}> ." for name, iri in prefixes]
    lines += [
        "",
        f"# What {path} reports. Lines that begin with {_MARK.strip()} are proposals: read the document, mend",
        "# the line, and take the mark away or delete it.",
        "",
        "######## Parts",
    ]
    acts = read_acts(sources)
    for order, part in enumerate(parts, 1):
        lines += ["", f"# {_open(part.text)}", *_write_part(part, order, prefix, document)]
    lines += ["", "######## Who was there", ""]
    lines += _write_attendances(find_attendances(parts, read_agents(sources)), prefix, meeting)
    lines += ["", "######## What was decided", ""]
    lines += _write_decisions(parts, acts, prefix, meeting)
    return "\n".join(lines).rstrip() + "\n"


def _write_part(part: Part, order: int, prefix: str, document: str) -> list[str]:
    locator = part.locator.replace("\\", "\\\\").replace('"', '\\"')
    lines = [
        f"{prefix}:{part.slug} a ahg:DocumentPart ;",
        f"  ahg:partOfDocument doc:{document} ;",
        f'  ahg:locator "{locator}" ;',
        f"  ahg:partOrder {order} ;",
    ]
    if part.kind == "heading":
        return [*lines, "  ahg:kind partkind:heading ;", '  ahg:noFactReason "A heading."@en .']
    return [*lines, f"  ahg:kind partkind:{part.kind} ."]


def _write_attendances(found: Iterable[Attendance], prefix: str, meeting: str | None) -> Iterator[str]:
    target = meeting or "WHICH"
    known: set[NamedNode] = set()
    for item in found:
        if item.agent is None:
            yield f"#! not recognised in {item.part.locator}: {item.name}"
            continue
        if item.agent in known:
            continue
        known.add(item.agent)
        slug = item.agent.value.rpartition("/")[2]
        yield (
            f"{_MARK}attendance:{target}-{slug} a ahg:Attendance ; ahg:attendanceOf {shorten(item.agent.value)} ; "
            f"ahg:{item.capacity} meeting:{target} ; ahg:evidencedBy {prefix}:{item.part.slug} ."
        )


def _write_decisions(parts: Iterable[Part], acts: Mapping[str, str], prefix: str, meeting: str | None) -> Iterator[str]:
    target = f"ahg:takenAt meeting:{meeting} ; " if meeting else ""
    for part in parts:
        words = re.findall(r"[a-z]+", part.text.lower())
        codes = [acts[word] for word in words if word in acts]
        for number, code in enumerate(codes, 1):
            yield (
                f"{_MARK}decision:{prefix}-{part.slug}-{number} a ahg:Decision ; {target}ahg:act act:{code} ; "
                f"ahg:evidencedBy {prefix}:{part.slug} ."
            )


def _open(text: str) -> str:
    """Return the first words of a part, to find it by: too few to carry a sentence of the document."""
    words = text.split()
    return " ".join(words[:_WORDS]) + (" ..." if len(words) > _WORDS else "")


def _find_capacity(sentence: str) -> str:
    if re.search(r"\bas (?:an )?observers?\b", sentence):
        return "asObserverAt"
    return "asNewMemberAt" if re.search(r"\bas (?:a )?new members?\b", sentence) else "asParticipantAt"


def _split_names(sentence: str, agents: Mapping[str, NamedNode]) -> Iterator[str]:
    """Yield the names of a sentence; a name that holds a comma or an `and` is found before the sentence is split."""
    rest = sentence
    for name in sorted(agents, key=len, reverse=True):
        if not _SPLIT.search(name):
            continue
        match = re.search(rf"\b{re.escape(name)}\b", rest, re.IGNORECASE)
        if match:
            yield match[0]
            rest = rest[: match.start()] + "," + rest[match.end() :]
    for piece in _SPLIT.split(re.sub(r"^(?:Following|After)\b[^,]*,", "", rest)):
        name = _TRAILING.sub("", _LEADING.sub("", piece.strip(" ."), count=1)).strip(" .")
        if name[:1].isupper():
            yield name


def _find_agent(name: str, agents: Mapping[str, NamedNode]) -> NamedNode | None:
    folded = name.lower()
    return agents.get(folded) or agents.get("the " + folded) or agents.get(folded.removeprefix("the "))


def _make_past(verb: str) -> str:
    if verb in _IRREGULAR:
        return _IRREGULAR[verb]
    if verb.endswith("e"):
        return verb + "d"
    if verb.endswith("y") and verb[-2] not in "aeiou":
        return verb[:-1] + "ied"
    return verb + ("ted" if verb in ("commit", "submit") else "ed")
