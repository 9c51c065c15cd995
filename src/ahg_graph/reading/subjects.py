"""Who acts in a clause: the meeting in one of its names, its chair, a state, or someone else."""

from __future__ import annotations

import re
from dataclasses import dataclass

from ahg_graph.reading.agent_names import AgentNames

_HEADS = (
    r"(?:participants?|members?|ministers?|officials?|delegates?|delegations?|representatives|meeting|"
    r"group|groups|working group|co-?chairs?|chair|chairs|committee|sub-?committee"
    r"|conference|roundtable|forum|dialogue|process|network|consultations?|session|round|workshop|"
    r"seminar|task force|they|we|it|heads|experts|parties|states|governments"
    r"|countries|council|commission|assembly|board|bureau|platform|partnership|contact group|"
    r"steering group|leaders|attendees|all|both|others|compact|plenary|alliance|coalition"
    r"|initiative|summit|gathering|symposium|panel|side|sides|commissioners|directors|chiefs|"
    r"ambassadors|secretaries|practitioners|prosecutors|parliamentarians|mayors|caucus|congress|"
    r"troika|body)"
)
_BEFORE_HEAD = r"(?:(?!(?:by|of|from|for|with|to|in|on|at|that|which|who|as|a|an)\b)[\w'’.-]+\s+){0,5}?"
_AFTER_HEAD = (
    r"(?:\s*\([^)]*\))?(?:\s+(?:of|from|for|on|responsible|in|present|at|attending|and|concerned|"
    r"participating|representing|taking part|to|around|with)\b(?![^,]*\b(?:was|were|had|has|have|that|"
    r"which|will|is|are)\b)[^,;]*?)?"
    r"(?:,\s*(?!and\b)[^,;]*,)?"
)
_SUBJECT = re.compile(
    rf"(?:the\s+|our\s+|all\s+|these\s+|its\s+|their\s+)?(?P<full>{_BEFORE_HEAD}(?P<head>{_HEADS})\b{_AFTER_HEAD})\s*$",
    re.IGNORECASE,
)
_INTRODUCTION = re.compile(
    r"^(?:(?:and|but|moreover|furthermore|finally|further|in addition|also|then|accordingly|therefore|"
    r"thus|lastly|similarly|likewise|additionally|consequently|subsequently),?\s+)*"
    r"(?:(?:At|In|On|During|After|Following|Before|Since|Under|With|As|Having|By|To|For|Regarding|"
    r"Concerning|Throughout|Through|Noting|Recalling|Recognising|Recognizing|Mindful|Building|Against|"
    r"Given|Turning"
    r"|While|Based|Drawing|Upon|Within|From|Pursuant|Considering|Acknowledging|Welcoming|Guided|Aware|"
    r"Conscious|When|Where|Once|Towards|Looking|Among|In order|Taking|Convinced|Concerned|Despite|"
    r"Responding|Upon|Closing|Bearing|Reaffirming|Stressing)\b.*?[,:]?\s+)"
    r"(?=(?:the|all|our|these|their)?\s*(?:[\w'’-]+\s+){0,3}?(?:" + _HEADS + r")\b)",
    re.IGNORECASE,
)
_LABEL = re.compile(r"^[^:]{2,60}:\s+(?=[A-Z])|^[^.:]{2,80}\.\s+(?=[A-Z])|^\(?[a-z0-9]{1,3}[.)]\s+")
_SINGULAR = re.compile(
    r"^(?:it|meeting|group|working group|committee|conference|roundtable|forum|dialogue|network|"
    r"process|chair|council|commission|session|round|workshop|seminar|task force|assembly|board|"
    r"bureau|platform|partnership|contact group|steering group|plenary|body|panel|alliance|coalition|"
    r"initiative|summit|symposium|gathering|caucus|congress|troika)$",
    re.IGNORECASE,
)
_NOT_ACTING = re.compile(
    r"\b(?:representative|delegation|secretariat|observers?|coordinator|director|expert from|speaker|"
    r"presenter|consultant|host|lead) (?:of|from|for|on)?\b|^(?:some|several|many|a number|one|two|"
    r"three|four|most|other|few|non-)\b",
    re.IGNORECASE,
)
_PRONOUNS = ("they", "we", "it", "all", "both", "others")
_AGENTS = re.compile(
    r"(?:the\s+)?(?:(?:senior|chief|national|regional|customs|police|border|technical|"
    r"legal)\s+)*(?!(?:members|others|carriers|hauliers|"
    r"donors|partners|workers|drivers|travellers|passengers|smugglers|traffickers|employers|traders|"
    r"fishers|farmers|suppliers|speakers|"
    r"presenters|observers|consultants|recruiters|brokers|migrants|ports|matters|papers|numbers|"
    r"orders|borders|factors|letters|centers|"
    r"offers|sectors|posters|computers|servers|vendors|contractors|consumers|lawmakers|settlers|"
    r"sellers|buyers|users|visitors|owners|"
    r"neighbours|corridors|labours|harbours)\b)[a-z]+(?:ers|ors|ists|ians|ants|ards|ens|chiefs|judges|"
    r"magistrates|crews)",
    re.IGNORECASE,
)
"""Those who meet, called by what they do: officers, inspectors, specialists."""

_SOMEONE = re.compile(
    r"\b(?:Secretar\w+|Minist\w+|President|Mayor|Governor|Ambassador|Government|Office|Agency|Bank|"
    r"Fund|Centre|Center|Organi[sz]ation|"
    r"Union|Institute|University|Coordinator|Director\w*|Manager|Commissioner|Rapporteur|Envoy|"
    r"Director|King|Queen|Prince|Colonel|"
    r"General|Captain|Professor|Host|Parliament|Police|Authority|Department|Embassy|Hub|Company|"
    r"Foundation|Registrar|Facilitator|"
    r"Representative|Delegation|Expert|Observer|Focal|Administration|Judge|Court|Republic|Kingdom)\b"
)

_CLAUSE = re.compile(
    r"\b(?:that|which|who|whether|what|why|how|had|has been|have been|was|were|is|are|will|would|could|should|if)\b",
    re.IGNORECASE,
)
_OTHERS = re.compile(
    r"^(?:the\s+)?(?:secretariat|observers?|parliament\w*|hauliers|countries|states|governments|"
    r"national|\w+ states|host|donors?|partners)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Subject:
    """The subject of a clause: its words, whether it is the meeting, its chair or a state, and its number."""

    text: str
    kind: str
    plural: bool

    @property
    def is_meeting(self) -> bool:
        """Return whether the meeting or its chair acts."""
        return self.kind != "state"

    def may_be_present(self, form: str) -> bool:
        """Return whether a form of the present tense agrees with the subject in number."""
        third = (
            form.split()[0].lower().endswith("s") and not form.lower().startswith(("stress", "discuss", "express"))
        ) or form.lower().startswith(("stresses", "discusses", "expresses"))
        return third != self.plural


def find_subject(before: str, known: AgentNames) -> Subject | None:
    """Return the subject that ends where the verb begins, or None where it is none that acts for a meeting."""
    text = _LABEL.sub("", before.strip()).strip()
    text = re.sub(r"^[–—-]\s*", "", text)
    bare = _INTRODUCTION.sub("", text) if _INTRODUCTION.match(text) else text
    for candidate in dict.fromkeys((bare, _after_comma(text))):
        if not candidate or _CLAUSE.search(
            re.sub(r",\s*(?:which|who|that|having|as)\b[^,]*,|\([^)]*\)", "", candidate)
        ):
            continue
        match = _SUBJECT.fullmatch(candidate)
        if match and not _NOT_ACTING.search(candidate):
            head = match["head"].lower()
            if head in _PRONOUNS and not re.match(r"(?:the\s+)?" + head, candidate, re.IGNORECASE):
                continue
            kind = "chair" if re.fullmatch(r"co-?chairs?|chairs?", head) else "meeting"
            if head in ("states", "countries", "governments", "all", "both", "others", "sides") and not re.search(
                r"\b(?:member|participating|all|both)\b", candidate, re.IGNORECASE
            ):
                return Subject(candidate, "state", plural=True)
            return Subject(candidate, kind, plural=not _SINGULAR.fullmatch(head))
        if re.fullmatch(
            r"(?:the\s+)?[\w ]*\b(?:chair(?:person|man|woman)?|co-chair)(?: of [^,;]*)?", candidate, re.IGNORECASE
        ):
            return Subject(candidate, "chair", plural=False)
        if _AGENTS.fullmatch(candidate) and known.find(candidate) is None:
            return Subject(candidate, "meeting", plural=True)
        if _is_body(candidate, known):
            return Subject(candidate, "meeting", plural=candidate.endswith("s") and not candidate.endswith("ss"))
        if _is_state(candidate, known):
            return Subject(candidate, "state", plural=" and " in candidate)
    return None


def _after_comma(text: str) -> str:
    return (
        text.rpartition(", ")[2]
        if re.match(
            r"(?:At|In|On|During|After|Following|Before|Since|Under|With|As|Having|By|To|For|While|Noting|"
            r"Recalling|Recogni[sz]ing|When|Given|Against)\b",
            text,
        )
        else text
    )


def _is_body(text: str, known: AgentNames) -> bool:
    """Return whether a subject is a name in capitals that no one else is known by: `The Round Table`, `The Watch`."""
    agent = known.find(text)
    if agent is not None:
        return "/body/" in (agent.iri or "")
    return bool(re.fullmatch(r"[Tt]he (?:[A-Z][\w'’-]+\s?){1,5}", text)) and not _SOMEONE.search(text)


def _is_state(text: str, known: AgentNames) -> bool:
    if re.search(r"\badministrations\b", text):
        return True
    bare = re.sub(r"^(?:the )?(?:government|delegation|representatives?) of (?:the )?", "", text, flags=re.IGNORECASE)
    names = [piece.strip() for piece in re.split(r",| and ", bare) if piece.strip()]
    return bool(names) and all(known.find(name) is not None for name in names)


def is_meeting_agent(text: str) -> bool:
    """Return whether the words after `by` name the meeting, and not someone else."""
    if _OTHERS.match(text) or re.match(r"(?:their|its|other)\b", text, re.IGNORECASE):
        return False
    return (
        re.match(rf"(?:the\s+|all\s+|all the\s+)?(?:[\w'’-]+\s+){{0,3}}?{_HEADS}\b", text.strip(), re.IGNORECASE)
        is not None
    )
