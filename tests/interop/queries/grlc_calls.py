"""Run saved queries through grlc: calls on standard input, answers on standard output, both JSON.

A program of its own, because grlc reads its configuration when it is imported and prints as it goes.
"""

from __future__ import annotations

import contextlib
import json
import sys


def main() -> None:
    """Answer every call: the name of a query and the arguments that grlc's own server would pass on."""
    asked = json.load(sys.stdin)
    with contextlib.redirect_stdout(sys.stderr):
        from grlc import swagger, utils
        from grlc.fileLoaders import LocalLoader

        loader = LocalLoader(asked["folder"])
        answers = []
        for name, arguments, media_type in asked["calls"]:
            text, _ = loader.getTextForName(name)
            body, status, _ = utils.dispatchSPARQLQuery(
                text, loader, arguments, media_type, None, {}, "http://localhost/", method="GET"
            )
            answers.append([status, body if isinstance(body, str) else json.dumps(body)])
        described = [item["call_name"] for item in swagger.build_spec(None, None)[0]]
    json.dump({"answers": answers, "described": described}, sys.stdout)


if __name__ == "__main__":
    main()
