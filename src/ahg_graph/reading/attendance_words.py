"""The words by which documents say who attended, as what, and who did not."""

from __future__ import annotations

import re

ABSENT = re.compile(
    r"\b(?:apolog\w+|absent|absence|unable|(?:did|was|were|could|had|have|has) not|not (?:represented|"
    r"present)|regrets? (?:from|were)|no (?:delegation|representative)|withdrew|excused|declined|"
    r"missed)\b",
    re.IGNORECASE,
)
EVENT = (
    r"(?:(?:the|this|its|their|our|that|a|part of|all|both|each|first|"
    r"most of)\s+)*(?:[\w’'-]+\s+){0,4}?(?:meetings?|sessions?|conference|rounds?|roundtable|"
    r"consultations?"
    r"|dialogue|events?|discussions?|forum|gathering|summit|talks|proceedings|opening|exchange|"
    r"workshop|seminar|day|days|debate|consultation|hearing|retreat|call|symposium|assembly|"
    r"deliberations)\b"
)
ADVERBS = (
    r"(?:(?:also|all|both|each|then|further|furthermore|likewise|too|jointly|again|in turn|physically|"
    r"duly|who|which|that|had|have|has|having|was|were|are|is|been|being|present and)\s+)*"
)
DID = (
    rf"(?P<object>(?:attended|attend)(?!\s+by)(?:\s+{EVENT})?"
    rf"|(?:participated|participate|participating|participates|took part|take part|taking part|"
    rf"takes part|joined in|sat in)(?:\s+(?:in|at|on)\s+{EVENT})?"
    rf"|joined(?!\s+by)(?:\s+{EVENT})?|followed\s+{EVENT}|observed\s+{EVENT})"
    r"|(?:were|was|are|is|being|been) (?:(?:also|each|all|both|again|duly) )*(?:present|represented|"
    r"in attendance|there|"
    r"among those present|among the participants|seated|on hand)"
    r"|(?:took|takes|take|taking) (?:its|their|a|up its|up their) (?:seats?|places?)|sent (?:an? |"
    r"their |its )?(?:\w+ )?(?:delegations?|representatives?|observers?|officials?)"
    r"|(?:was|were) (?:admitted|welcomed|received|seated|invited|accepted) as|(?:acted|served|sat|"
    r"came|joined|attending|present) as (?:an? )?(?:observers?|resource persons?|facilitators?|"
    r"moderators?)|had (?:an )?observer status|in attendance|"
    r"participated|joined|observed"
)
ACTIVE = re.compile(rf"^(?P<before>[^;:]{{0,70}}?)\b{ADVERBS}(?P<did>{DID})(?P<after>.*)", re.IGNORECASE | re.DOTALL)
MET = re.compile(
    r"^[^;]{0,60}?\b(?:met|meet|meeting|gathered|convened|assembled|came together|have met|having met|"
    r"have gathered|gather|convene|assemble|have come together)\b",
    re.IGNORECASE,
)
OTHER_VERB = re.compile(
    r"\b(?:presented|described|reported|offered|welcomed|agreed|noted|proposed|hosted|chaired|said|"
    r"gave|told|drafted|opened|led by its own"
    r"|requested|thanked|urged|raised|made|shared|stressed|explained|announced|informed|which|who|where|when|to)\b"
)
WHO = (
    r"(?:(?:,|:|\s|the|following|these|senior|high[- ]level|ministers?|officials?|representatives?|"
    r"delegat(?:es|ions)|delegation|experts?|heads?|members?|member|states?"
    r"|countries|governments?|organi[sz]ations?|international|regional|partners?|participants?|"
    r"observers?|and|as|well|of|from|at|all|its|both|also|responsible"
    r"|for|migration|interior|justice|foreign|affairs|home|security|labour|immigration|police|border|"
    r"borders|agencies|authorities|law|enforcement|officers?|practitioners|invited"
    r"|were|was|are|is|included|include|including|namely|comprising|by|an?|new|guests?|with|technical|"
    r"policy|prosecutors|some|over|\d+|ministries|in charge|working|level|together|delegates"
    r"|specialists|attaches|attachés|directors?|deputy|vice|commissioners|secretaries|permanent|one|"
    r"two|other|entities|bodies|institutions|here|there)\b|,|:|-|–)*"
)
PASSIVE = re.compile(
    r"(?:\b(?:attended|joined|accompanied|followed|observed) (?:\w+ )?by|\bin attendance(?: (?:were|"
    r"was|as observers?))?|\b(?:those |also |among those )?present(?: (?:at|"
    r"in) [^,:]{0,40})?(?: (?:were|was|included))"
    r"|\bparticipants (?:were|included|came|come)|\b(?:participation|attendance|presence|"
    r"representation|involvement) (?:of|by|from)|\bdelegat(?:es|ions) (?:came|come|included)|"
    r"\bbrought together|\bbringing together|\bgather(?:ed|ing)"
    r"|\b(?:participated|attended|took part|were (?:present|"
    r"represented))\b[^.;]{0,50}?\b(?:among (?:them|which|others)|including|"
    r"namely|notably)(?:,| those (?:of|from))?|\brepresented (?:at|in) [^,:]{0,40} (?:were|was)|"
    r"\b(?:taking part|participating|attending)(?: (?:in|at) [^,:]{0,40})? (?:were|was)"
    r"|\battendees (?:were|included)|\bparticipating [\w ]{3,40}? (?:were|are|included)|\b(?:members?|"
    r"states|countries|delegations|governments) (?:present|attending|represented|participating|"
    r"taking part) (?:were|included)|\battended(?: the \w+)?\s*:|"
    r"\bparticipated(?: in [^:]{0,50})?\s*:|\b(?:were|was) (?:also )?(?:present|represented)\s*:|"
    r"\bpresent\s*:|\battendance\s*:|\btook part(?: in [^:]{0,50})?\s*:"
    r"|\b(?:participants|participating (?:states|countries|members)|delegations|members present|"
    r"attendees|observers?|new members?|guests|represented|states|in attendance|attending|present|"
    r"attendance|list of participants|organi[sz]ations)\s*(?:present)?\s*:"
    r"|\bobservers? (?:were|was|included|came from|from)|\b(?:were|was) represented by|"
    r"\bcomprised (?:delegations|representatives|officials)|\balso (?:there|at the table) (?:were|"
    r"was)|\brepresented were"
    r"|\bas (?:an )?observers?,? (?:were|was|came|attended|there (?:were|was)|sat)|\bjoining (?:them|"
    r"the meeting|as observers?) (?:were|was)|\bthere were (?:delegations|representatives)|"
    r"\bwere (?:delegations|representatives|officials)|\battending (?:were|was))"
    rf"(?P<tail>{WHO}|\s*,?\s*(?:[a-z][\w’'-]*\s+){{0,9}}(?:from|of)\s+(?:the\s+)?)\s*$",
    re.IGNORECASE,
)
OBSERVER = re.compile(r"\bobserv(?:er|ers|ed|ing)\b", re.IGNORECASE)
NEW_MEMBER = re.compile(
    r"\bnew(?:ly admitted|est)? (?:\w+ )?members?\b|\b(?:took|takes|taking|take) (?:up )?(?:its|"
    r"their) (?:seats?|places?)\b|\bfor the first time as (?:a )?(?:full )?members?\b"
    r"|\b(?:admitted|welcomed|accepted|joined|joining) (?:\w+ ){0,3}as (?:a )?(?:full |"
    r"new )*members?\b|\bas (?:its|their|the) (?:newest|latest|\w+th|first|second|third) members?\b|"
    r"\bfirst \w+ as (?:a )?(?:full )?members?\b",
    re.IGNORECASE,
)
AS = re.compile(
    r"\b(?:as|with|in|having) (?:(?:an?|the|its|their|full|invited|guest|special|capacity of|role of|"
    r"status of) )*(?:observers?|new members?|newest members?|newly admitted members?|full members?|"
    r"guests?)\b(?: status| capacity)?",
    re.IGNORECASE,
)
MEMBERSHIP = re.compile(
    r"\b(?:comprises?|consists? of|is (?:made up|composed) of|members? (?:of [^.]{0,60} )?(?:are|is)|"
    r"is a member|are members|membership (?:of|includes))\b",
    re.IGNORECASE,
)
FUTURE = re.compile(
    r"\b(?:will|would|shall|should|may|might|can|could|to|not|invited to|hoped?|asked to|"
    r"next year)\s+(?:also\s+)?(?:attend|participate|take part|join|be present|be represented)\b",
    re.IGNORECASE,
)
LIST_HEADING = re.compile(
    r"^(?:(?:annex\w*|appendix|attachment)\s*\w*\s*[:.–—-]?\s*)?(?:list of )?(?P<who>participants|"
    r"participation|participating (?:states|countries|delegations|members|organi[sz]ations)|"
    r"delegations|attendance|attendees|observers?|observer \w+|new members?"
    r"|members present|in attendance|present|states|countries|international organi[sz]ations|"
    r"organi[sz]ations)\s*(?:list)?$",
    re.IGNORECASE,
)


ORDINAL = re.compile(
    r"\b(?:first|second|third|fourth|fifth|sixth|seventh|eighth|ninth|tenth|eleventh|twelfth|\d+(?:st|nd|rd|th))\b",
    re.IGNORECASE,
)

TABLE_HEAD = re.compile(
    r"\b(?:delegations?|states?|country|countries|members?|participants?|organi[sz]ations?|name)\b.*"
    r"\b(?:capacity|status|role|attended as|participation)\b",
    re.IGNORECASE,
)
