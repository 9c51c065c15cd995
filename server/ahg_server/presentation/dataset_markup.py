"""What a page says to search engines of the data set that it is of: schema.org in JSON-LD."""

from __future__ import annotations

import json

from markupsafe import Markup

from ahg_graph.config.prefixes import get_home
from ahg_graph.errors import UnknownName
from ahg_graph.release.citation_files import state_dataset
from ahg_graph.release.description import name_release
from ahg_graph.release.release_store import get_release

_ESCAPES = {ord(mark): f"\\u{ord(mark):04x}" for mark in "<>&\u2028\u2029"}
"""What would end the element, or begin another; written so that JSON reads the same."""


def write_dataset(identity: str) -> Markup:
    """Return the data set of a snapshot, with the files of its release where there is one."""
    try:
        release = get_release(identity)
    except UnknownName:
        release = None
    facts = {"@context": "https://schema.org/", "@type": "Dataset", **state_dataset(get_home(), release)}
    facts["includedInDataCatalog"] = {"@type": "DataCatalog", "name": get_home().title, "url": get_home().base}
    if release:
        facts["distribution"] = [
            {
                "@type": "DataDownload",
                "name": file.name,
                "encodingFormat": file.media_type,
                "contentSize": f"{file.size} B",
                "contentUrl": f"{name_release(identity).value}/{file.name}",
            }
            for file in release.files
            if file.part
        ]
    return Markup(json.dumps(facts, ensure_ascii=False).translate(_ESCAPES))  # noqa: S704 - escaped above
