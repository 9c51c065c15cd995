"""The commands of the server, and the command line that has them among those of the core."""

from __future__ import annotations

from ahg_graph.cli import app

_BEHIND = {
    "build": {"serve": "ahg_server.commands.serve:serve", "swap": "ahg_server.commands.swap:swap"},
    "figures": {"guide": "ahg_server.commands.guide:guide"},
    "record-interfaces": {"mcp": "ahg_server.commands.mcp:mcp"},
}
"""Each command with the place of its function, by the command of the core behind which help lists it."""


def list_commands() -> dict[str, str]:
    """Return all commands in the order of help, each with the place of its function."""
    found: dict[str, str] = {}
    for name, place in app.COMMANDS.items():
        found |= {name: place, **_BEHIND.get(name, {})}
    return found


def main() -> None:
    """Run the command line."""
    app.main(list_commands())
