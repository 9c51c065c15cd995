"""How a list of names attended, by the words before and after it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ahg_graph.reading.attendance_words import (
    ABSENT,
    ACTIVE,
    AS,
    FUTURE,
    MET,
    NEW_MEMBER,
    OBSERVER,
    ORDINAL,
    OTHER_VERB,
    PASSIVE,
)
from ahg_graph.reading.name_groups import Name, NameGroup
from ahg_graph.reading.part_builder import DocumentPart

_BARE = re.compile(r"attended|joined|participated|took part|observed|attend|participate|take part", re.IGNORECASE)
_OTHER_PLACE = re.compile(
    r"\s+(?:in|at)\s+(?!person|an? (?:observer|advisory|expert|personal|official)|"
    r"the capacity|their|its|full|addition|force|the (?:\w+ )?(?:capacity|role|level)|"
    r"ministerial|"
    r"senior|[\w-]+ level|the virtual|part|total|all|numbers|observer)"
)
_OTHER_OBJECT = re.compile(r"\s+(?:the|a|an|its|in (?:the|a)|our|that)\s+(?!first time|capacity)")


@dataclass(frozen=True, slots=True)
class Meeting:
    """What tells the meeting of the document from others: its year, and its ordinal in the title."""

    year: int | None
    ordinals: frozenset[str]

    @classmethod
    def read(cls, parts: Sequence[DocumentPart]) -> Meeting:
        """Return what the title and the first paragraphs tell of the meeting."""
        title = " ".join(part.text for part in parts if part.kind == "title")
        head = title + " " + " ".join(part.text for part in parts if part.kind == "paragraph")[:400]
        year = re.search(r"\b(?:19|20)\d{2}\b", title) or re.search(r"\b(?:19|20)\d{2}\b", head)
        return cls(int(year[0]) if year else None, frozenset(word.lower() for word in ORDINAL.findall(head)))

    def is_other(self, text: str) -> bool:
        """Return whether words point at another meeting: an earlier year, another ordinal, the last or the next."""
        years = [int(year) for year in re.findall(r"\b(?:19|20)\d{2}\b", text)]
        if self.year and years and all(year != self.year for year in years):
            return True
        if re.search(
            r"\b(?:previous|last|earlier|preceding|next|forthcoming|inaugural|future) (?:\w+ )?(?:meeting|"
            r"session|round|conference|year|gathering|workshop)",
            text,
        ):
            return True
        found = [
            word.lower()
            for word in re.findall(
                rf"{ORDINAL.pattern}(?= (?:\w+ ){{0,3}}(?:meeting|session|round|conference|summit))",
                text,
                re.IGNORECASE,
            )
        ]
        return bool(found and self.ordinals and not set(found) & self.ordinals)


@dataclass(frozen=True, slots=True)
class Found:
    """How a list of names attended: capacity, words after it that it claims, what says so, an `as` without a verb."""

    capacity: str
    claimed: str
    quote: str
    bare: str = ""


def read_group(
    group: NameGroup, claimed: str, previous: str | None, meeting: Meeting, *, first: bool, whole: str
) -> Found | None:
    """Return how a list of names attended, None where it did not; `claimed`, `previous` are of the list before."""
    left = group.left.removeprefix(claimed) if claimed else group.left
    right = group.right
    clause = re.split(r"[;]|(?<!\w)(?:while|whereas)\b", right)[0]
    if (ABSENT.search(left[-80:]) and not PASSIVE.search(left)) or ABSENT.search(re.split(r"[,;.]", clause)[0][:60]):
        return None
    if FUTURE.search(clause[:70]) or (
        re.search(r"\b(?:in|at|near|to)\s+(?:the\s+)?$", left) and not re.search(r"attendance", left[-30:])
    ):
        return None
    active = ACTIVE.match(clause)
    if (
        active
        and not OTHER_VERB.search(active["before"])
        and _is_this_event(active, meeting, whole)
        and not re.search(
            r"\b(?:by|of the|to|between)\s*$",
            left[-8:]
            if not re.search(
                r"(?:representative|delegat|official|minister|head|expert|member)\w*\s+of the\s*$", left, re.IGNORECASE
            )
            else "",
        )
    ):
        after = active["after"]
        own, _ = _split_after(active["did"], after, right)
        capacity = (
            find_capacity(_until_break(active["did"] + own))
            or find_capacity(active["before"])
            or _left_capacity(left, right)
            or "participant"
        )
        start = right.find(active["did"])
        until = len(own) if AS.search(own) else 0
        return Found(
            capacity,
            right[: start + len(active["did"]) + until],
            (active["did"] + own).strip(" ,.") if own else active["did"],
        )
    people = re.search(
        r"\b(?:ministers?|representatives|delegat\w+|officials|heads|experts|leaders|police|we)\b[^.;]*$",
        " ".join((left, *group.links)),
        re.IGNORECASE,
    )
    if people and MET.match(clause) and (first or not previous) and not meeting.is_other(whole):
        return Found("participant", "", (MET.match(clause) or [""])[0].strip(" ,"))
    if re.match(r"\s*We,? ", left) and people and first:
        return Found("participant", "", left.strip())
    bare = AS.match(re.sub(r"^[\s,(]*(?:(?:both|each|also|attending|present|participating)\s+)*", "", right))
    if (passive := PASSIVE.search(left)) and not meeting.is_other(whole):
        return Found(
            find_capacity(passive[0]) or _left_capacity(left, right) or _called(left, passive) or "participant",
            right[: right.find(bare[0]) + len(bare[0])] if bare else "",
            passive[0].strip(),
            bare[0] if bare else "",
        )
    if re.search(r"\b(?:co-?)?chaired by\s+(?:the\s+)?$", left) and not meeting.is_other(whole):
        return Found("participant", "", left.strip()[-30:]) if any(n.agent for n in group.names) else None
    if bare and re.search(r"\b(?:welcomed|admitted|accepted)\s+(?:the\s+)?$", left) and not meeting.is_other(whole):
        return Found(find_capacity(bare[0]) or "participant", "", bare[0])
    if bare and (previous or re.search(r"\b(?:with|including)\b[^,;]*$", left)):
        return Found(find_capacity(bare[0]) or "participant", right[: right.find(bare[0]) + len(bare[0])], bare[0])
    if (
        previous
        and (
            how := re.match(
                r"\s*,?\s*(?:by|at|through|via|online|remotely|virtually|in person|likewise|too|did so|doing so|"
                r"on|in an?)\b",
                right,
            )
        )
        and re.search(r"(?:^|[,;]|\band|\bwhile)\s*(?:(?:and|as|but|with|while|the)\b[\s,]*)*$", left)
    ):
        return Found(find_capacity(right) or "participant", right[: how.end()], how[0].strip())
    if previous and (beside := _left_capacity(left, right)):
        return Found(beside, "", left.strip(" ,"))
    if previous and (
        also := re.search(
            r"\b(?:as (?:did|were|was)|so did|and by|accompanied by|joined by|together with|along with|"
            r"alongside|as well as|as observers?,?|with)\s*(?:by\s+)?(?:the\s+)?(?:representatives? (?:of|"
            r"from)\s+)?(?:the\s+)?$",
            left,
        )
    ):
        capacity = (
            previous if re.match(r"as (?:did|were|was)|so did", also[0]) else find_capacity(also[0]) or "participant"
        )
        if also[0].startswith("with") and not bare:
            return None
        return Found(capacity, "", also[0].strip())
    return None


def _is_this_event(active: re.Match[str], meeting: Meeting, whole: str) -> bool:
    did, after = active["did"], active["after"]
    if re.match(r"(?:had|having|has)\s+(?:previously|earlier)", did):
        return False
    bare = active["object"] is not None and _BARE.fullmatch(did)
    if bare and _OTHER_PLACE.match(after):
        return False
    if (
        bare
        and did.lower() in ("joined", "attended", "observed")
        and _OTHER_OBJECT.match(after)
        and not NEW_MEMBER.search(after)
    ):
        return False
    if meeting.is_other(did + after[:60]) and not re.search(r"\bfor the first time\b", after):
        return False
    return not re.search(r"\bhad\s*$", active["before"] or "") and not re.search(
        rf"\bhad\s+(?:\w+\s+)?{re.escape(did[:8])}", whole
    )


def _called(left: str, passive: re.Match[str]) -> str | None:
    """Return the capacity by which those who attended are called before the verb: `The observers present were`."""
    return find_capacity(re.split(r"[.;,]", left[: passive.start()])[-1])


def _split_after(did: str, after: str, right: str) -> tuple[str, str]:
    """Return what stands after the verb and belongs to this list, and what belongs to the next one.

    A capacity that follows a comma, a `with` or an `and` and stands right before the next list belongs to that one.
    """
    match = AS.search(after)
    if match is None:
        return after, ""
    before, behind = after[: match.start()], after[match.end() :]
    near_next = bool(
        re.fullmatch(
            r"[\s,:]*(?:(?:were|was|the|came|attended|and|by|sat|there)\b[\s,:]*)*(?:representatives?|"
            r"delegations?|delegates?|officials?)?(?: (?:of|from))?(?: the)?[\s,]*",
            behind,
        )
    )
    parted = bool(re.search(r"[,;]|\band\b|\bwith\b", before))
    ends = right.rstrip().endswith((".", "!"))
    if near_next and parted and not ends and not re.match(r"\s*(?:,\s*)?and\b", behind):
        return before, after[match.start() :]
    return after[: match.end()], behind


def _until_break(text: str) -> str:
    """Return words up to where another clause begins."""
    return re.split(r"[;.]|, (?:and|while|but)\b", text)[0]


def _left_capacity(left: str, right: str) -> str | None:
    """Return the capacity that is said right before a list: `as observers`, `observers from`."""
    tail = re.split(r"[;.]|\b(?:attended|participated|took part)\b", left)[-1][-60:]
    if re.search(
        r"\b(?:observers?)\b(?:[\s,:]*(?:were|was|came|from|of|included|the|states?|delegations?|"
        r"representatives?|organi[sz]ations?|attended|there)\b)*[\s,:]*$",
        tail,
        re.IGNORECASE,
    ):
        return "observer"
    if re.search(r"\bnew members?\b(?:[\s,:]*(?:were|was|the|states?|from|of)\b)*[\s,:]*$", tail, re.IGNORECASE):
        return "new-member"
    return None


def find_capacity(text: str) -> str | None:
    """Return the capacity that words give."""
    if NEW_MEMBER.search(text):
        return "new-member"
    if OBSERVER.search(text) or re.search(r"\bguests?\b", text):
        return "observer"
    return None


def share_capacity(group: NameGroup, found: Found) -> Iterator[tuple[Name, str]]:
    """Yield the names with their capacity; a bare `as an observer` is said of the last of them alone."""
    stated = find_capacity(found.bare) if found.bare else None
    first = 0
    if stated:
        single = re.search(r"\b(?:observer|member|guest)\b", found.bare) is not None
        parted = [
            i
            for i, link in enumerate(group.links)
            if re.search(r"as well as|together with|along with|alongside|plus|in addition|;|, and (?:by )?the\b", link)
        ]
        first = len(group.names) - 1 if single else (parted[-1] + 1 if parted else 0)
    for index, name in enumerate(group.names):
        yield name, stated if stated and index >= first else found.capacity
