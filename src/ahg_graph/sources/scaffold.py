"""The skeleton of a record: the parts of a text, and what a curator may want to state of it, as proposals.

Parts are written out. Attendances, decisions and states that the register lacks are proposed in comments only: a
curator reads the sentence, mends the line and takes the mark away. Nothing is asserted that a curator has not read.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence

from ahg_graph.config.prefixes import ONT, PREFIXES, get_home, shorten
from ahg_graph.rdf.terms import Literal, NamedNode
from ahg_graph.reading.agent_names import AgentNames, find_iso_names, make_agent_names
from ahg_graph.reading.document_reading import DocumentReading
from ahg_graph.reading.part_builder import DocumentPart
from ahg_graph.sources.turtle import Sources

_SKOS = PREFIXES["skos"]
_LABELS = frozenset((_SKOS + "prefLabel", _SKOS + "altLabel", ONT + "acronym", ONT + "isoName"))
_CODES = (ONT + "isoCode", ONT + "acronym")
_CAPACITIES = {"participant": "asParticipantAt", "observer": "asObserverAt", "new-member": "asNewMemberAt"}
_KINDS = {"table-row": "entry"}
_WORDS = 5
_MARK = "#? "
_PREFIX = re.compile(r"(?<![\w:])([a-z][a-z0-9-]*):(?=\w)")


def read_agents(sources: Sources) -> AgentNames:
    """Return the agents of the register by every name that stands for one of them only, and all states of the world."""
    starts = (get_home().id + "agent/", get_home().id + "body/")
    agents: set[object] = set()
    names: dict[str, set[NamedNode]] = defaultdict(set)
    named: dict[object, NamedNode] = {}
    texts: dict[object, str] = {}
    codes: dict[object, str] = {}
    for triple in sources.triples("register", "record"):
        subject, predicate, value = triple.subject, triple.predicate.value, triple.object
        if isinstance(subject, NamedNode) and subject.value.startswith(starts):
            agents.add(subject)
            if predicate in _LABELS and isinstance(value, Literal):
                names[value.value].add(subject)
            if predicate in _CODES and isinstance(value, Literal):
                codes.setdefault(subject, value.value)
        elif predicate == ONT + "nameOf" and isinstance(value, NamedNode):
            named[subject] = value
        elif predicate == ONT + "nameText" and isinstance(value, Literal):
            texts[subject] = value.value
    for node, text in texts.items():
        if named.get(node) in agents:
            names[text].add(named[node])
    alone = {name: next(iter(found)) for name, found in names.items() if len(found) == 1}
    return make_agent_names(
        {name: (agent.value, codes.get(agent)) for name, agent in alone.items()}, get_home().id + "agent/"
    )


def read_act_codes(sources: Sources) -> frozenset[str]:
    """Return the codes of acts that the ontology has."""
    prefix = get_home().id + "act/"
    return frozenset(
        triple.subject.value.removeprefix(prefix)
        for triple in sources.triples("ontology")
        if isinstance(triple.subject, NamedNode)
        and triple.subject.value.startswith(prefix)
        and triple.predicate.value == _SKOS + "notation"
    )


def write_record(
    key: str, document: str, meeting: str | None, reading: DocumentReading, path: str, register: Sequence[str] = ()
) -> str:
    """Return the skeleton as Turtle; `document` and `meeting` are slugs, `path` is the text's name for the heading.

    `register` are lines of what is proposed for other files, which end it. Each prefix that a line uses is declared.
    """
    prefix = key.lower()
    lines = [
        "",
        f"# What {path} reports. Lines that begin with {_MARK.strip()} are proposals: read the document, mend",
        "# the line, and take the mark away or delete it.",
        "",
        "######## Parts",
    ]
    for order, part in enumerate(reading.parts, 1):
        lines += ["", f"# {_open(part.text)}", *_write_part(part, order, prefix, document)]
    lines += ["", "######## Who was there", "", *_write_attendances(reading, prefix, meeting)]
    lines += ["", "######## What was decided", "", *_write_decisions(reading, prefix, meeting)]
    new = list(_write_states(reading))
    if new:
        lines += ["", "######## For data/register/states.ttl", "", *new]
    said = [item for item in reading.problems if item.code not in ("name-unknown", "verb-unknown")]
    if said:
        lines += ["", "######## To look at", "", *(f"#! {item.code}: {item.message}" for item in said)]
    if register:
        lines += ["", *register]
    base = f"{get_home().id}doc/{document}/"
    used = {name for line in lines for name in _PREFIX.findall(line)}
    known = {name: iri for name, iri in get_home().prefixes.items() if name in used}
    head = [f"@prefix {name}: <{iri}> ." for name, iri in sorted({**known, prefix: base}.items())]
    return "\n".join([*head, *lines]).rstrip() + "\n"


def _write_part(part: DocumentPart, order: int, prefix: str, document: str) -> list[str]:
    locator = part.locator.replace("\\", "\\\\").replace('"', '\\"')
    lines = [
        f"{prefix}:{part.slug} a ahg:DocumentPart ;",
        f"  ahg:partOfDocument doc:{document} ;",
        f'  ahg:locator "{locator}" ;',
        f"  ahg:partOrder {order} ;",
    ]
    if part.kind == "heading":
        return [*lines, "  ahg:kind partkind:heading ;", '  ahg:noFactReason "A heading."@en .']
    return [*lines, f"  ahg:kind partkind:{_KINDS.get(part.kind, part.kind)} ."]


def _write_attendances(reading: DocumentReading, prefix: str, meeting: str | None) -> Iterator[str]:
    target = meeting or "WHICH"
    for item in reading.attendances:
        if item.agent is None or item.agent.iri is None or item.capacity not in _CAPACITIES:
            yield f"#! not recognised in {item.part.locator}: {item.name}, as {item.capacity}"
            continue
        slug = item.agent.iri.rpartition("/")[2]
        yield (
            f"{_MARK}attendance:{target}-{slug} a ahg:Attendance ; ahg:attendanceOf {shorten(item.agent.iri)} ; "
            f"ahg:{_CAPACITIES[item.capacity]} meeting:{target} ; ahg:evidencedBy {prefix}:{item.part.slug} ."
        )
    for part, names in reading.memberships:
        yield f"#! members, which is not attending, in {part.locator}: {', '.join(names)}"


def _write_decisions(reading: DocumentReading, prefix: str, meeting: str | None) -> Iterator[str]:
    target = f"ahg:takenAt meeting:{meeting} ; " if meeting else ""
    numbers: dict[str, int] = defaultdict(int)
    for item in reading.decisions:
        if item.act is None:
            yield f"#! no code of act in {item.part.locator}: {item.verb}"
            continue
        numbers[item.part.slug] += 1
        unsure = "" if item.sure else "  # of one state"
        yield (
            f"{_MARK}decision:{prefix}-{item.part.slug}-{numbers[item.part.slug]} a ahg:Decision ; {target}"
            f"ahg:act act:{item.act} ; ahg:evidencedBy {prefix}:{item.part.slug} .{unsure}"
        )


def _write_states(reading: DocumentReading) -> Iterator[str]:
    """Yield proposals for the register: the states that a document names and the register lacks."""
    new = {item.agent.code: item.agent for item in reading.attendances if item.agent and item.agent.source == "iso"}
    names: Mapping[str, tuple[str, str]] = find_iso_names()
    for code, agent in sorted((code, agent) for code, agent in new.items() if code and agent.iri):
        two, name = names[code]
        yield (
            f'{_MARK}{shorten(agent.iri or "")} a ahg:State ; skos:prefLabel "{agent.label}"@en ; '
            f'ahg:isoCode "{code}" ; ahg:isoCode2 "{two}" ; ahg:isoName "{name}" .'
        )


def _open(text: str) -> str:
    """Return the first words of a part, to find it by: too few to carry a sentence of the document."""
    words = re.sub(r"[\r\n]", " ", text).split()
    return " ".join(words[:_WORDS]) + (" ..." if len(words) > _WORDS else "")
