"""Lines that are no sentences: headings, place and date, signatures."""

from __future__ import annotations

import re

from ahg_graph.reading.dates import find_dates, read_leading_date

_SIGN = re.compile(r"#{1,6}\s+")
_SMALL = frozenset(
    [
        "a",
        "an",
        "and",
        "as",
        "at",
        "by",
        "for",
        "from",
        "in",
        "into",
        "of",
        "on",
        "or",
        "the",
        "to",
        "with",
        "upon",
        "under",
        "de",
        "la",
        "du",
        "des",
        "et",
    ]
)
_VERB = re.compile(
    r"\b(?:was|were|is|are|has|have|had|will|shall|should|agreed|welcomed|noted|met|attended|took|"
    r"said|thanked|requested"
    r"|decided|adopted)\b"
)
_PLACE_AND_DATE = re.compile(r"(?:location|venue|place|date|when|where|dates)\s*:", re.IGNORECASE)
_SIGNED = re.compile(
    r"(?:signed|done (?:at|in)|adopted (?:at|in|on|by)|issued (?:at|in|on|by)|for the (?:government|"
    r"ministry|secretariat)"
    r"|on behalf of|ambassador\b|director\b|department of|ministry of|co-?chairs?\b|chair(?:person|"
    r"man|woman)?\s*$|secretary|minister\b|_{3,}|\(signed\))",
    re.IGNORECASE,
)
_MOST_WORDS = 14


def strip_sign(text: str) -> str:
    """Return a text without the number signs of a heading."""
    return _SIGN.sub("", text).rstrip("# ").strip() if _SIGN.match(text) else text


def has_sign(text: str) -> bool:
    """Return whether a line begins with the number signs of a heading."""
    return bool(_SIGN.match(text))


def may_be_heading(text: str) -> bool:
    """Return whether a line could be a heading: short, with no end of a sentence and no verb of one."""
    words = text.split()
    if not words or text.isdecimal() or len(words) > _MOST_WORDS or text.endswith((".", ";", ",", ":", "?", "!")):
        return False
    if not (text[0].isupper() or text[0].isdigit() or text[0] in "“\"'") or is_place_and_date(text) or is_entry(text):
        return False
    return text.isupper() or not _VERB.search(text)


def is_titled(text: str) -> bool:
    """Return whether the words of a line begin with capitals, as in a title."""
    words = [word for word in re.findall(r"[^\W\d_][\w'’-]*", text) if word.lower() not in _SMALL]
    return bool(words) and sum(word[0].isupper() for word in words) >= 0.8 * len(words)


def is_place_and_date(text: str) -> bool:
    """Return whether a line says where and when: a few names and a date, no sentence."""
    if _PLACE_AND_DATE.match(text):
        return True
    found = next(find_dates(text), None)
    if found is None or len(text) > 90 or text.endswith((":", ";")):
        return False
    rest = (text[: found.offset] + text[found.offset + len(found.text) :]).strip(" ,.()–—-")
    words = [word for word in re.findall(r"[^\W\d_][\w'’-]*", rest) if word.lower() not in _SMALL]
    return len(words) <= 5 and all(word[0].isupper() for word in words)


def is_entry(text: str) -> bool:
    """Return whether a line begins with the date of what it tells."""
    found = read_leading_date(text)
    if found is None:
        return False
    rest = text[len(found.text) :].lstrip()
    return len(rest) > 3 and not is_place_and_date(text)


def is_signature(text: str) -> bool:
    """Return whether a line at the end of a text signs it."""
    return is_place_and_date(text) or bool(_SIGNED.match(text))
