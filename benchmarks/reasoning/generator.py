"""Invented intergovernmental graphs over the project's ontology, of about 10,000 triples at scale 1 and in step above.

    python -m benchmarks.reasoning.generator 100 graph.ttl

The same scale and seed give the same file. States are shared, so that a larger graph has more processes, bodies,
meetings and documents, each as interlinked as in a smaller one; the chains and the inferences grow in step.
"""

from __future__ import annotations

import random
import sys
from collections.abc import Iterator
from pathlib import Path

ONTOLOGY = Path(__file__).parents[2] / "ontology"
SEED = 20130305
STATES = 190
ACTS = ("agree", "endorse", "welcome", "note", "recommend", "request", "encourage", "commend")
CAPACITIES = ("asParticipantAt",) * 8 + ("asObserverAt", "asObserverAt", "asNewMemberAt", "asOfficerAt")
STATUSES = ("memberIn",) * 8 + ("inviteeIn", "acceptedInvitationIn", "applicantIn", "observerIn")
PREFIXES = """@prefix ahg: <https://w3id.org/ahg-graph/ont#> .
@prefix : <https://w3id.org/ahg-graph/id/> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
"""


def write_graph(path: Path, scale: float) -> int:
    """Write the ontology and an invented graph of a scale as one Turtle file; return how many triples it has."""
    axioms = "\n".join(file.read_text(encoding="utf-8") for file in _list_ontology())
    count = _count(axioms)
    with path.open("w", encoding="utf-8") as file:
        file.write(axioms)
        file.write("\n" + PREFIXES)
        for number in range(STATES):
            file.write(f':agent\\/s{number} a ahg:State ; skos:prefLabel "State {number}"@en .\n')
            count += 2
        process = 0
        while count < 10_000 * scale:
            for line in _write_process(process, random.Random(SEED + process)):  # nothing to guard
                file.write(line)
                count += 1 + line.count(" ; ")
            process += 1
    return count


def _list_ontology() -> list[Path]:
    return [path for path in sorted(ONTOLOGY.glob("*.ttl")) if path.stem not in ("alignments", "display", "distinct")]


def _count(text: str) -> int:
    from ahg_graph.rdf.terms import RdfFormat, parse

    return sum(1 for _ in parse(input=text.encode(), format=RdfFormat.TURTLE))


def _day(rng: random.Random, year: int) -> str:
    return f'"{year}-{rng.randint(1, 12):02d}-{rng.randint(1, 28):02d}"^^xsd:date'


def _write_process(n: int, rng: random.Random) -> Iterator[str]:
    """Yield one process as statements, one line each: bodies in a tree, a series of meetings, and their records."""
    bodies = [f":body\\/p{n}b{k}" for k in range(4)]
    yield f'{bodies[0]} a ahg:Body ; skos:prefLabel "Process {n}"@en .\n'
    for k in range(1, 4):
        parent = bodies[(k - 1) // 2]
        yield f'{bodies[k]} a ahg:Body ; ahg:subBodyOf {parent} ; skos:prefLabel "Group {n}.{k}"@en .\n'
    members = rng.sample(range(STATES), 16)
    series = f":series\\/p{n}"
    yield f"{series} a ahg:MeetingSeries ; ahg:seriesOf {bodies[1]} .\n"
    initiatives = [f":initiative\\/p{n}i{k}" for k in range(4)]
    for k, initiative in enumerate(initiatives):
        yield f'{initiative} a ahg:Initiative ; skos:prefLabel "Initiative {n}.{k}"@en ; ahg:realisedBy {bodies[k]} .\n'
    previous, last = "", ""
    for m in range(6):
        meeting, document, year = f":meeting\\/p{n}m{m}", f":doc\\/p{n}d{m}", 2005 + m
        first = _day(rng, year)
        yield (
            f"{meeting} a ahg:Meeting ; ahg:inSeries {series} ; ahg:seriesOrdinal {m + 1} ; "
            f"ahg:startNotBefore {first} ; ahg:startNotAfter {first} ; ahg:heldIn :place\\/c{rng.randrange(400)} .\n"
        )
        if previous:
            yield f"{previous} ahg:nextInSeries {meeting} .\n"
        previous = meeting
        yield f"{document} a ahg:SourceDocument ; ahg:recordsMeeting {meeting} .\n"
        parts = [f":doc\\/p{n}d{m}\\/p{k}" for k in range(6)]
        for k, part in enumerate(parts):
            yield f'{part} a ahg:DocumentPart ; ahg:partOfDocument {document} ; ahg:locator "para {k + 1}" .\n'
        for k, state in enumerate(rng.sample(members, 10)):
            yield (
                f":attendance\\/p{n}m{m}a{k} a ahg:Attendance ; ahg:attendanceOf :agent\\/s{state} ; "
                f"ahg:{rng.choice(CAPACITIES)} {meeting} ; ahg:evidencedBy {parts[0]} .\n"
            )
        for k in range(6):
            decision = f":decision\\/p{n}m{m}d{k}"
            yield (
                f"{decision} a ahg:Decision ; ahg:takenAt {meeting} ; ahg:act :act\\/{rng.choice(ACTS)} ; "
                f"ahg:concerns {rng.choice(initiatives)} ; ahg:addressedTo {rng.choice(bodies)} ; "
                f"ahg:evidencedBy {rng.choice(parts)} .\n"
            )
            if k == 0:
                if last:
                    link = f":follow-up\\/p{n}m{m}"
                    yield (
                        f"{link} a ahg:FollowUp ; ahg:earlierItem {last} ; ahg:laterItem {decision} ; "
                        f"ahg:evidencedBy {parts[1]} .\n"
                    )
                last = decision
    for k, state in enumerate(members):
        yield (
            f":affiliation\\/p{n}a{k} a ahg:Affiliation ; ahg:affiliationOf :agent\\/s{state} ; "
            f"ahg:{rng.choice(STATUSES)} {bodies[1]} ; ahg:startNotAfter {_day(rng, 2006)} ; "
            f"ahg:endNotBefore {_day(rng, 2010)} ; ahg:evidencedBy :doc\\/p{n}d0\\/p1 .\n"
        )


if __name__ == "__main__":
    print(write_graph(Path(sys.argv[2]), float(sys.argv[1])))
