"""Other reasoners over the files of a release agree with its inferred file on membership and succession."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from ahg_graph.rdf.terms import Literal, RdfFormat, Triple, parse
from ahg_graph.release import Release
from interop import provision
from support.namespaces import ID, ONT

CHAINS = ("isOrWasMemberOf", "memberInStructureOf", "succeeds", "succeedsTransitively")
"""Properties that rest on a chain of others (OWL 2)."""
TRANSITIVE = ("laterInSeries", "withinBody", "laterStatus", "laterMandate")
PROPERTIES = (*CHAINS, *TRANSITIVE)


pytestmark = [pytest.mark.interop, pytest.mark.java]


KINDS = ("affiliation", "agent", "body", "event", "mandate", "meeting", "series")
"""The kinds of thing that membership and succession are about; HermiT takes long over everything at once."""


@pytest.fixture(scope="module")
def stated(released: tuple[Path, Release], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The ontology of the release and what its asserted file says of those kinds, as one file.

    Left out are literals (no axiom about these properties speaks of any, and dates are outside the OWL 2 datatype map)
    and the list of what is different (it only ever contradicts).
    """
    path = tmp_path_factory.mktemp("stated") / "stated.nt"
    ontology, asserted = (read(released[0] / f"{part}.ttl") for part in ("ontology", "asserted"))
    about = tuple(f"{ID}{kind}/" for kind in KINDS)
    kept = [*ontology, *(triple for triple in asserted if str(getattr(triple.subject, "value", "")).startswith(about))]
    different = {t.subject for t in kept if getattr(t.object, "value", "").endswith("owl#AllDifferent")}
    lines = {
        f"{triple} .\n" for triple in kept if not isinstance(triple.object, Literal) and triple.subject not in different
    }
    path.write_text("".join(sorted(lines)), encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def ours(released: tuple[Path, Release]) -> set[Triple]:
    """All triples of the release with one of the properties, asserted or inferred."""
    wanted = {ONT + name for name in PROPERTIES}
    return {
        q.triple
        for q in parse(path=str(released[0] / "all.ttl"), format=RdfFormat.TURTLE)
        if q.predicate.value in wanted
    }


def read(path: Path) -> list[Triple]:
    return [quad.triple for quad in parse(path=str(path), format=RdfFormat.TURTLE)]


def reason(name: str, stated: Path) -> set[Triple]:
    try:
        path = provision.provide_maven(name)
    except provision.Unavailable as error:
        pytest.skip(f"{name}: {error}")
    program = provision.HERE / name / "Reason.java"
    call = ["java", "-Xmx2g", "-cp", path, program, stated, *(ONT + name for name in PROPERTIES)]
    run = subprocess.run(call, capture_output=True, timeout=600)
    assert run.returncode == 0, run.stderr.decode()[-2000:]
    return {quad.triple for quad in parse(run.stdout, RdfFormat.N_TRIPLES)}


def select(triples: set[Triple], names: tuple[str, ...]) -> set[Triple]:
    return {triple for triple in triples if triple.predicate.value.removeprefix(ONT) in names}


@pytest.mark.parametrize("name", ["hermit", "openllet"])
def test_reasoners_for_owl_dl_agree(name: str, stated: Path, ours: set[Triple], released: tuple[Path, Release]) -> None:
    """On each property by itself there is something that no file states, so that agreement is no accident."""
    inferred = ours & set(read(released[0] / "inferred.ttl"))
    assert {triple.predicate.value.removeprefix(ONT) for triple in inferred} == set(PROPERTIES)
    assert reason(name, stated) == ours


def test_jena_agrees_on_what_owl_1_can_say(stated: Path, ours: set[Triple]) -> None:
    """Jena's reasoner implements a part of OWL 1 (https://jena.apache.org/documentation/inference/#owl): no chains.

    So it concludes all that is transitive, and of what rests on chains only what is stated outright.
    """
    theirs = reason("jena", stated)
    assert select(theirs, TRANSITIVE) == select(ours, TRANSITIVE)
    assert select(theirs, CHAINS) <= select(ours, CHAINS)
    missing = {triple.predicate.value.removeprefix(ONT) for triple in select(ours, CHAINS) - select(theirs, CHAINS)}
    assert missing == {name for name in CHAINS if select(ours, (name,))}
