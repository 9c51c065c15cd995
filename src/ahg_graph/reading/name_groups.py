"""Lists of names within a sentence: who stands beside whom, and what stands before and after each list."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from ahg_graph.reading.agent_names import Agent, AgentNames

OFFICES = (
    r"(?:Executive Secretary|Secretary[- ]General|Director[- ]General|Director|Coordinator|Co-Managers?|Manager"
    r"|Special Rapporteur|Rapporteur|Special Envoy|Envoy|Commissioner|Administrator|Facilitator|"
    r"Secretary|Ombudsman|Liaison Officer"
    r"|Head of (?:the )?Secretariat|Focal Point|Registrar|Comptroller|Special Representative|Adviser|"
    r"Advisor|Co-Facilitators?)"
)
ORGANISATION = re.compile(
    r"\b(?:Organi[sz]ations?|Office|Agency|Secretariat|Commission|Union|Council|Forum|Bank|Committee|"
    r"Federation|Association"
    r"|Cent(?:re|er)|Institute|Programme|Program|Fund|Community|League|Alliance|University|Society|Authority|Foundation"
    r"|Initiative|Network|Corporation|Bureau|Service|Police|Chamber|College|Academy|Observatory|"
    r"Mission|Group|Red Cross|Customs)\b"
)
_COMMON = re.compile(
    r"^(?:The|A|An|(?:The |A |An |All |Both )?(?:Senior |Heads? of |First |Second |Third |Fourth |"
    r"Fifth |Sixth |Seventh |Eighth |Ninth |Tenth "
    r"|Other |Several |Many |Some |Each |Joint |Technical |Ministerial |Annual |Regional |Ad Hoc |"
    r"Expert |Member |New |Fellow )*"
    r"(?:Senior|Meetings?|Participants?|Members?|Ministers?|Officials?|Delegat\w+|Representatives?|"
    r"Co-?[Cc]hairs?|Chair\w*|States?|Countries"
    r"|Governments?|Working Groups?|Groups?|Roundtable|Conference|Consultations?|Dialogue|Process|"
    r"Sessions?|Workshops?|Experts?"
    r"|Observers?|Parties|Heads|Round|Committee|Forum|Network|Task Force|They|It|He|She|We|This|These|"
    r"Those|There|Also|In|On|At"
    r"|Among|Present|Attendance|During|After|Before|Following|With|While|As|For|From|Under|To|By|"
    r"Apologies|Location|Date|Place"
    r"|Venue|Agenda|Item|Annex\w*|Of|Further|Others?|Ambassadors?|Excellenc\w+|Mr|Mrs|Ms|Dr|H\.E|"
    r"January|February|March|April|May"
    r"|June|July|August|September|October|November|December|Monday|Tuesday|Wednesday|Thursday|Friday|Saturday|Sunday"
    r"|(?:Foreign|Interior|Justice|Home) (?:Affairs|Ministers?)|Justice|Interior|Foreign|Home|"
    r"Immigration|Police|Partners?"
    r"|[Cc]ivil [Ss]ociety|Twenty|Thirty|Forty|Ten|Eleven|Twelve|Thirteen|Fourteen|Fifteen|Sixteen|"
    r"Seventeen|Eighteen|Nineteen|Fifty|Sixty|Hundred|Six|Seven|Eight|Nine|Five|Four|Three|Two|"
    r"One|Only|Neither|Apart|Invited"
    r"|International [Oo]rgani[sz]ations?|Not|Not all|Together|Likewise|Finally|Ministries|Ministry|"
    r"Department|Departments|Deputy Ministers?))$"
)
_NO_NAME = re.compile(
    r"[A-Z][a-z]+ing$|(?:January|February|March|April|May|June|July|August|September|October|November|December)\b"
)
_WORD = r"(?:[A-Z0-9À-Þ][\w'’&/.-]*\w|[A-Z])"
_INNER = r"(?:of|for|on|against|in|to|the|de|du|des|la|&)"
_PHRASE = re.compile(rf"{_WORD}(?: (?:(?:{_INNER} ){{1,3}})?{_WORD})*")
_ACRONYM = re.compile(r"\s*[(\[]([A-Z][A-Za-z&/-]{1,11}|the [A-Z]\w+|[“\"]\w+[”\"])[)\]]")
_SAID = re.compile(r"\s*\(((?:as |via |by )?(?:an? )?(?:[a-z0-9][\w’'-]*)(?: [\w’'-]+){0,6})\)")
_LINK = re.compile(
    r"(?:\s|,|;|/|&|•|-\s|\b(?:and|as well as|together with|along with|alongside|plus|in addition to|accompanied by|"
    r"for (?:the|their|its) first time|for (?:part|most) of the [a-z]+|"
    r"including|both|the|of|from|also|by"
    r"|representatives?|representing|delegations?|delegates?|officials?|senior|high-level|experts?|"
    r"ministers?|officers?|heads?|members?"
    r"|governments?|states?|countries|then|or|a|an|other|international|regional|organi[sz]ations?|"
    r"observer|namely|ambassadors?"
    r"|respectively|technical|staff|colleagues?|permanent|secretar(?:y|iat)|policy|law|enforcement|"
    r"immigration|police|customs)\b)*",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Name:
    """A name in a sentence: its place, as written without article, and the agent that is meant, if known."""

    start: int
    end: int
    text: str
    agent: Agent | None
    said: str = ""

    @property
    def is_office(self) -> bool:
        """Return whether the name is that of an office that a person holds."""
        return bool(re.search(rf"\b{OFFICES}\b", self.text))


@dataclass(frozen=True, slots=True)
class NameGroup:
    """Names that stand in one list, with the words before it (back to the list before) and after it."""

    names: tuple[Name, ...]
    left: str
    right: str
    links: tuple[str, ...]


def find_names(sentence: str, known: AgentNames) -> list[Name]:
    """Return the names of a sentence: those that are known, and other phrases in capitals."""
    found = [
        Name(start, end, sentence[start:end], agent)
        for start, end, agent in known.iterate(sentence)
        if not agent.adjective and sentence[start].isupper() and not _COMMON.match(sentence[start:end])
    ]
    for match in _PHRASE.finditer(sentence):
        for start, end in _split_phrase(sentence, match.start(), match.end(), known):
            if not any(start < name.end and name.start < end for name in found):
                text = sentence[start:end]
                if text.startswith("The "):
                    start, text = start + 4, text[4:]
                place = re.search(
                    r"\b(?:in|at|near|on|since|during|until|after|before|through|across|off)\s+(?:the\s+)?$",
                    sentence[:start],
                )
                kind = " " not in text and re.match(r"\s+(?:of|from)\b", sentence[end:]) and not text.isupper()
                if (
                    text
                    and not place
                    and not kind
                    and not _COMMON.match(text)
                    and not _NO_NAME.match(text)
                    and not text[0].isdecimal()
                ):
                    found.append(Name(start, end, text, known.find(text)))
            elif inner := [name for name in found if start <= name.start and name.end <= end]:
                text = re.sub(r"^The ", "", sentence[start:end])
                if _is_larger(text, inner, known):
                    found = [name for name in found if name not in inner]
                    found.append(Name(end - len(text), end, text, known.find(text)))
    whole: list[Name] = []
    for name in sorted(found, key=lambda name: name.start):
        if not whole or name.start >= whole[-1].end:
            whole.append(_take_brackets(sentence, name, known))
    return whole


def _is_larger(text: str, inner: Sequence[Name], known: AgentNames) -> bool:
    """Return whether a phrase with a known name in it is the name of something else, as an office or a secretariat."""
    first = inner[0].text
    rest = text.replace(first, "", 1).strip()
    if (
        re.fullmatch(
            r"(?:Government|Republic|Kingdom|Embassy|Delegation|Ministers?|Ambassador|Ministry) of(?: the)?", rest
        )
        or not rest
    ):
        return False
    if re.search(rf"\b{OFFICES}\b", rest):
        return True
    return bool(ORGANISATION.search(rest)) and len(inner) == 1 and not _COMMON.match(rest)


def _split_phrase(sentence: str, start: int, end: int, known: AgentNames) -> Iterator[tuple[int, int]]:
    """Yield a phrase in capitals, with what `and` adds to the name of an organisation."""
    text = sentence[start:end]
    joined = re.match(rf" and ((?!the\b){_WORD}(?: (?:{_INNER} )?{_WORD})*)", sentence[end:])
    if joined and re.search(r"\b(?:of|for|on|against)\b", text) and ORGANISATION.search(text):
        after = joined[1]
        if known.find(after) is None and not ORGANISATION.search(after) and not after.isupper():
            end += joined.end()
    yield start, end


def _take_brackets(sentence: str, name: Name, known: AgentNames) -> Name:
    rest = sentence[name.end :]
    if match := _SAID.match(rest):
        return Name(name.start, name.end + match.end(), name.text, name.agent, match[1])
    if match := _ACRONYM.match(rest):
        if office := re.match(rf"\s+{OFFICES}\b", rest[match.end() :]):
            end = name.end + match.end() + office.end()
            return Name(name.start, end, sentence[name.start : end], None)
        agent = name.agent or known.find(match[1].removeprefix("the ").strip('“”"'))
        text = sentence[name.start : name.end + match.end()]
        return Name(name.start, name.end + match.end(), text, agent if agent and not agent.adjective else None)
    return name


def group_names(sentence: str, names: Sequence[Name]) -> list[NameGroup]:
    """Return the names in lists: names belong together where only words of a list stand between them."""
    runs: list[list[Name]] = []
    links: list[list[str]] = []
    listed = sum(";" in sentence[a.end : b.start] for a, b in pairwise(names)) > (
        ":" not in sentence[: names[0].start if names else 0]
    )
    for name in names:
        if runs:
            between = sentence[runs[-1][-1].end : name.start]
            again = re.search(r"(?<!accompanied )\bby\b", between)
            if (
                _LINK.fullmatch(between)
                and not again
                and not (";" in between and (not listed or "observer" in between))
            ):
                runs[-1].append(name)
                links[-1].append(between)
                continue
        runs.append([name])
        links.append([])
    groups = []
    for index, run in enumerate(runs):
        before = runs[index - 1][-1].end if index else 0
        after = runs[index + 1][0].start if index + 1 < len(runs) else len(sentence)
        groups.append(
            NameGroup(tuple(run), sentence[before : run[0].start], sentence[run[-1].end : after], tuple(links[index]))
        )
    return groups
