"""In which pictures a thing is to be seen."""

from __future__ import annotations

from ahg_graph.namespaces import ONT
from ahg_server import links
from ahg_server.things import Thing

_LINKS = frozenset((ONT + "earlierItem", ONT + "laterItem"))


def list_pictures(thing: Thing) -> list[dict[str, str]]:
    """Return text and address of every picture that shows a thing."""
    found: list[tuple[str, str]] = []
    classes = {iri.removeprefix(ONT) for iri in thing.classes}
    if "Body" in classes:
        if any(ONT + "memberIn" in node.sections for node in thing.nodes):
            found.append(("Picture: membership over time", links.picture("membership", [("body", thing.iri)])))
        found.append(("Picture: the bodies", links.picture("bodies")))
    if "Meeting" in classes:
        found.append(("Picture: the timeline", links.picture("timeline")))
        if any(ONT + "asParticipantAt" in node.sections for node in thing.nodes):
            found.append(("Picture: who sat at which meeting", links.picture("attendance")))
    if any(fact.predicate in _LINKS for node in thing.nodes for fact in node.facts):
        life = links.picture("life", [("of", thing.iri)])
        found.append(("Picture: what led to it and what became of it", life))
    return [{"text": text, "link": link} for text, link in found]
