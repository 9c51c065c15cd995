"""The guide as a site of its own: static pages with relative links, and a search that needs no server."""

from __future__ import annotations

import json
import posixpath
import shutil
from pathlib import Path

from markupsafe import Markup

from ahg_graph.config.prefixes import get_home
from ahg_server.presentation.guide_pages import (
    GuidePage,
    find_guide,
    list_groups,
    list_names,
    list_pictures,
    load_all,
    name_section,
    put_links,
)
from ahg_server.presentation.templating import fill_template

STATIC = Path(__file__).parents[1] / "static"


def write_site(folder: Path) -> int:
    """Write all pages and what they use into a folder, and return the number of pages."""
    folder.mkdir(parents=True, exist_ok=True)
    pages = list(load_all())
    for page in pages:
        _write(folder / f"{page.name}.html", page, page.name)
    _write(folder / "index.html", pages[0], "index")
    for name in ("style.css", "guide.css", "guide.js"):
        shutil.copy(STATIC / name, folder / name)
    for picture in list_pictures():
        (folder / "pictures").mkdir(exist_ok=True)
        shutil.copy(find_guide() / picture, folder / picture)
    sections = [
        {
            "link": f"{page.name}.html#{section.anchor}",
            "title": name_section(page, section),
            "text": section.text,
        }
        for page in pages
        for section in page.sections
    ]
    index = json.dumps(sections, ensure_ascii=False).replace("</", "<\\/")
    (folder / "index.js").write_text(f"window.guideSections = {index};\n", encoding="utf-8")
    return len(pages)


def _write(path: Path, page: GuidePage, name: str) -> None:
    root = "../" * name.count("/")

    def link(target: str) -> str:
        found, hash_sign, anchor = target.partition("#")
        ending = ".html" if found in list_names() else ""
        return posixpath.normpath(f"{root}{found}{ending}") + hash_sign + anchor

    body = Markup(put_links(page.html, link))  # noqa: S704 - from the project's own files, in which no HTML is read
    path.parent.mkdir(parents=True, exist_ok=True)
    shown = fill_template(
        "guide_alone.html", home=get_home(), page=page, body=body, root=root, groups=list_groups(link, page.name)
    )
    path.write_text(shown, encoding="utf-8")
