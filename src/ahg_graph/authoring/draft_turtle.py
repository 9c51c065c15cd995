"""What holds of a proposal, as the Turtle of a record; what does not, as questions in comments."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from ahg_graph.authoring.draft_checks import CheckedDraft
from ahg_graph.config.prefixes import get_home, shorten
from ahg_graph.rdf.terms import Literal

_CAPACITIES = {
    "participant": "asParticipantAt",
    "observer": "asObserverAt",
    "new-member": "asNewMemberAt",
    "officer": "asOfficerAt",
}
_KINDS = {"table-row": "entry"}
_USED = ("act", "agent", "ahg", "attendance", "body", "decision", "doc", "force", "meeting", "partkind", "xsd")


def write_draft(key: str, about: Mapping[str, Any], checked: CheckedDraft, source: str) -> str:
    """Return the record: `about` gives the slugs of document and meeting, `source` names the proposal."""
    slug = str(about.get("slug") or key.lower())
    meeting = str(about["meeting"]) if about.get("meeting") else None
    known = get_home().prefixes
    prefixes = {name: known[name] for name in _USED if name in known}
    prefixes[key.lower()] = f"{get_home().id}doc/{slug}/"
    lines = [f"@prefix {name}: <{iri}> ." for name, iri in sorted(prefixes.items())]
    lines += ["", f"# What holds of {source} against the text. Lines that begin with #! are questions.", ""]
    lines += ["######## Parts", *_write_parts(key, slug, checked)]
    lines += ["", "######## Who was there", *_write_attendances(key, meeting, checked)]
    lines += ["", "######## What was decided", *_write_decisions(key, meeting, checked)]
    if checked.questions:
        lines += ["", "######## Questions", "", *(f"#! {' '.join(text.split())}" for text in checked.questions)]
    return "\n".join(lines) + "\n"


def _write_parts(key: str, slug: str, checked: CheckedDraft) -> Iterator[str]:
    for part in sorted(checked.parts, key=lambda each: int(each["order"])):
        yield from (
            "",
            f"{key.lower()}:{part['slug']} a ahg:DocumentPart ;",
            f"  ahg:partOfDocument doc:{slug} ;",
            f"  ahg:locator {Literal(str(part['locator']))} ;",
            f"  ahg:partOrder {part['order']} ;",
        )
        kind = _KINDS.get(str(part["kind"]), str(part["kind"]))
        if kind == "heading":
            yield from (f"  ahg:kind partkind:{kind} ;", '  ahg:noFactReason "A heading."@en .')
        else:
            yield f"  ahg:kind partkind:{kind} ."


def _write_attendances(key: str, meeting: str | None, checked: CheckedDraft) -> Iterator[str]:
    for item in checked.attendances:
        agent = str(item["agent"])
        if meeting is None:
            yield from ("", f"#! which meeting did {shorten(agent)} attend?")
            continue
        yield from (
            "",
            f"attendance:{meeting}-{agent.rpartition('/')[2]} a ahg:Attendance ;",
            f"  ahg:attendanceOf {_write_name(agent)} ;",
            f"  ahg:{_CAPACITIES[str(item['capacity'])]} meeting:{meeting} ;",
            f"  ahg:evidencedBy {key.lower()}:{item['part']} .",
        )


def _write_decisions(key: str, meeting: str | None, checked: CheckedDraft) -> Iterator[str]:
    numbers: Counter[str] = Counter()
    for item in checked.decisions:
        part, prefix = str(item["part"]), key.lower()
        numbers[part] += 1
        rows = [f"decision:{prefix}-{part}-{numbers[part]} a ahg:Decision"]
        rows += [f"  ahg:takenAt meeting:{meeting}"] if meeting else []
        rows += [f"  ahg:act act:{item['act']}"]
        rows += [f"  ahg:actsAs force:{item['force']}"] if item.get("force") else []
        rows += [f"  ahg:concerns {' , '.join(map(_write_name, item['concerns']))}"] if item.get("concerns") else []
        rows += [f"  ahg:summary {Literal(str(item['summary']), language='en')}"] if item.get("summary") else []
        cited = [f"{prefix}:{each}" for each in dict.fromkeys((item.get("lead"), part)) if each]
        yield from ("", *(f"{row} ;" for row in rows), f"  ahg:evidencedBy {' , '.join(cited)} .")
        if not item.get("concerns") or not item.get("summary"):
            yield f"#! what is {rows[0].split()[0]} about (concerns, summary)?"


def _write_name(iri: str) -> str:
    short = shorten(iri)
    return short if short != iri else f"<{iri}>"
