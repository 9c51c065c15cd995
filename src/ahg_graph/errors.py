"""The tree of things that can go wrong, each with a stable code.

The code is what users may rely on: it is the `code` member of a problem document and what the command line prints
in brackets. Messages may change, codes may not.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar


class AhgGraphError(Exception):
    """The root: anything this project raises on purpose."""

    code: ClassVar[str] = "error"


class SettingError(AhgGraphError):
    """An environment variable gives a setting a value that it cannot have."""

    code = "setting"


# ---- Building ---------------------------------------------------------------------------------------------------


class BuildError(AhgGraphError):
    """A snapshot cannot be built from these sources."""

    code = "build-failed"


class SourceSyntaxError(BuildError):
    """A source file is not well-formed Turtle, or not UTF-8."""

    code = "source-syntax"

    def __init__(self, path: str, line: int, column: int, reason: str) -> None:
        super().__init__(f"{path}:{line}:{column}: {reason}")
        self.path, self.line, self.column, self.reason = path, line, column, reason


class BuildMemory(BuildError):
    """A build needs, or has taken, more memory than it may use; both are in mebibytes."""

    code = "build-memory"

    def __init__(self, reason: str, needed: int, allowed: int) -> None:
        super().__init__(reason)
        self.reason, self.needed, self.allowed = reason, needed, allowed


class BuildDisk(BuildError):
    """A build needs more disk than is free where its snapshot goes; both are in mebibytes."""

    code = "build-disk"

    def __init__(self, reason: str, needed: int, free: int) -> None:
        super().__init__(reason)
        self.reason, self.needed, self.free = reason, needed, free


class BuildFailed(BuildError):
    """A build found problems; it carries all of them, in the order of the stages that found them."""

    def __init__(self, problems: Sequence[object]) -> None:
        super().__init__("\n".join(str(problem) for problem in problems))
        self.problems = tuple(problems)

    @property
    def has_contradictions(self) -> bool:
        """Whether a contradiction is among the problems."""
        return any(getattr(problem, "is_contradiction", False) for problem in self.problems)


class HomeFileError(BuildError):
    """A home folder has no `graph.toml`, or one that is not as it should be; it says which key and what to do."""

    code = "home-file"


class RuleError(BuildError):
    """A rule file, or the program made from it, is not accepted by the rule engine."""

    code = "rule-error"


class ReasonerError(BuildError):
    """The rule engine itself failed."""

    code = "reasoner-failed"


class CatalogueError(BuildError):
    """A saved query's header breaks the header format or its own contract; line counts from 1, 0 where unknown."""

    code = "catalogue"

    def __init__(self, path: str, line: int, reason: str) -> None:
        super().__init__(f"{path}:{line}: {reason}")
        self.path, self.line, self.reason = path, line, reason


class DisplayError(BuildError):
    """A display file says of pages what they cannot show; line counts from 1, 0 where unknown."""

    code = "display"

    def __init__(self, path: str, line: int, reason: str) -> None:
        super().__init__(f"{path}:{line}: {reason}")
        self.path, self.line, self.reason = path, line, reason


class SnapshotError(AhgGraphError):
    """A snapshot is missing, damaged, or made by an incompatible version."""

    code = "snapshot"


class ReleaseError(AhgGraphError):
    """A release is missing, damaged, or made by an incompatible version."""

    code = "release"


class StorageError(AhgGraphError):
    """A snapshot or a release cannot be written: the disk is full, or the folder may not be written to."""

    code = "storage"


# ---- Asking -----------------------------------------------------------------------------------------------------


class QueryError(AhgGraphError):
    """A query that is refused or that failed."""

    code = "query"


class QuerySyntaxError(QueryError):
    """The text is not a SPARQL 1.1 query; line and column count from 1, and are 0 where unknown."""

    code = "query-syntax"

    def __init__(self, reason: str, line: int = 0, column: int = 0) -> None:
        super().__init__(reason)
        self.reason, self.line, self.column = reason, line, column


class QueryTooDeep(QueryError):
    """The query nests deeper than the limit."""

    code = "query-too-deep"


class ServiceRefused(QueryError):
    """The query asks another endpoint (SERVICE); this one makes no outgoing connection."""

    code = "service-refused"


class GraphRefused(QueryError):
    """The data set names a graph that is not part of the snapshot."""

    code = "graph-outside-snapshot"


class UpdateRefused(QueryError):
    """An update; the graph changes by review of its files only."""

    code = "update-refused"


class QueryTimeout(QueryError):
    """The query ran longer than its time limit."""

    code = "query-timeout"


class QueryMemory(QueryError):
    """The query needed more memory than its limit."""

    code = "query-memory"


class AnswerTooLarge(QueryError):
    """The answer is larger than the limit."""

    code = "answer-too-large"


class WorkerLost(QueryError):
    """The worker process ended without an answer, twice."""

    code = "worker-lost"


class Overloaded(QueryError):
    """No worker came free in time; `retry_after` is a number of seconds."""

    code = "overloaded"

    def __init__(self, reason: str, retry_after: int = 5) -> None:
        super().__init__(reason)
        self.retry_after = retry_after


class RateExceeded(QueryError):
    """One client asks more often than the limit; `retry_after` is a number of seconds."""

    code = "rate-exceeded"

    def __init__(self, reason: str, retry_after: int = 1) -> None:
        super().__init__(reason)
        self.retry_after = retry_after


class EngineError(QueryError):
    """The engine behind the server did not answer."""

    code = "engine"


class EngineUnavailable(EngineError):
    """The engine cannot be reached or is not ready; `retry_after` is a number of seconds."""

    code = "engine-unavailable"

    def __init__(self, reason: str, retry_after: int = 10) -> None:
        super().__init__(reason)
        self.retry_after = retry_after


class EngineFault(EngineError):
    """The engine answered with something that is no whole answer, or refused the server."""

    code = "engine-fault"


class PublicationError(EngineError):
    """A release was not put into an engine; the message says so if the engine no longer holds what it held before."""

    code = "publication-failed"


class UnknownName(AhgGraphError):
    """No saved query, thing or file has that name."""

    code = "unknown-name"


class UnknownRelease(UnknownName):
    """No release has that identity; `candidates` are those that there are."""

    def __init__(self, reason: str, candidates: Sequence[str] = ()) -> None:
        super().__init__(reason)
        self.candidates = tuple(candidates)


class ReleaseGone(AhgGraphError):
    """The release was made once and cannot be asked any more; `candidates` are those that can."""

    code = "release-gone"

    def __init__(self, reason: str, candidates: Sequence[str] = ()) -> None:
        super().__init__(reason)
        self.candidates = tuple(candidates)


class BadParameter(AhgGraphError):
    """A parameter's value is not what the query expects."""

    code = "bad-parameter"

    def __init__(self, parameter: str, reason: str, candidates: Sequence[str] = ()) -> None:
        super().__init__(f"{parameter}: {reason}")
        self.parameter, self.reason, self.candidates = parameter, reason, tuple(candidates)


class NotAcceptable(AhgGraphError):
    """None of the media types asked for can be given; `reason` is why the one that was chosen cannot."""

    code = "not-acceptable"

    def __init__(self, offered: Sequence[str], reason: str = "none of the media types asked for is available") -> None:
        super().__init__(f"{reason}; available: {', '.join(offered)}")
        self.offered, self.reason = tuple(offered), reason
