"""Pages made from templates."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from ahg_graph.config.prefixes import get_home
from ahg_graph.config.settings import read_setting
from ahg_graph.questions.reader import LONGEST
from ahg_graph.release.citations import Cited, write_citations
from ahg_graph.sparql.media_types import HTML, write_content_type
from ahg_server.context.snapshot_context import SnapshotContext
from ahg_server.http import urls
from ahg_server.http.responses import BufferedResponse
from ahg_server.presentation.chart_room import measure_room
from ahg_server.presentation.frontend_bundle import has_bundle

_CONTROLS = dict.fromkeys((*range(9), 11, *range(14, 32), *range(127, 160), 65534, 65535), "�")
"""Characters that no page may hold (HTML, section 13.2.3.5), and what is shown in their place."""


@cache
def _templates() -> Environment:
    environment = Environment(
        loader=PackageLoader("ahg_server"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals["urls"] = urls
    environment.globals["has_bundle"] = has_bundle
    environment.globals["longest_question"] = LONGEST
    environment.globals["measure_room"] = measure_room
    environment.filters["code"] = _mark_code
    return environment


def _mark_code(text: str) -> Markup:
    """Return a text with the text between backticks marked as code."""
    pieces = text.split("`")
    return Markup("").join(Markup("<code>{}</code>").format(p) if n % 2 else p for n, p in enumerate(pieces))


def fill_template(template: str, **shown: Any) -> str:
    """Return a template with what it shows, outside any server."""
    return _templates().get_template(template).render(shown).translate(_CONTROLS)


def render(
    template: str, context: SnapshotContext, status: int = 200, public: bool = True, **shown: Any
) -> BufferedResponse:
    """Return a page; `public` says that it depends on the address and the snapshot alone.

    `cited` among what is shown is the title and the lasting address under which the page may be cited.
    """
    cited: tuple[str, str] | None = shown.pop("cited", None)
    shown = {
        "here": "",
        "citations": list(_cite(context, *cited)) if cited else [],
        "home": get_home(),
        "identity": context.identity,
        "contact": find_contact(),
        "draft": context.snapshot.manifest.draft,
        **shown,
    }
    body = _templates().get_template(template).render(shown).translate(_CONTROLS).encode()
    control = b"public, no-cache" if public and status == 200 else b"no-store"
    return BufferedResponse(
        status, ((b"content-type", write_content_type(HTML).encode()), (b"cache-control", control)), body
    )


def _cite(context: SnapshotContext, title: str, address: str) -> Iterator[tuple[str, str]]:
    """Yield how a page is cited, given its title and its lasting address."""
    day = context.snapshot.manifest.created[:10]
    return write_citations(get_home(), Cited(title, address, context.identity, day))


def find_contact() -> str:
    """Return whom readers write to, or nothing: the setting, else what the home says."""
    return str(read_setting("contact")) or get_home().contact
