"""`ahg-graph export`."""

from __future__ import annotations

import sys
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from ahg_graph.cli.build import SnapshotsOption, find_snapshot_folder
from ahg_graph.errors import StorageError, UnknownName
from ahg_graph.sparql import media_types
from ahg_graph.sparql.media_types import FORMATS


class Format(StrEnum):
    """The syntaxes of an export."""

    TURTLE = FORMATS[media_types.TURTLE].ending
    N_TRIPLES = FORMATS[media_types.N_TRIPLES].ending
    TRIG = FORMATS[media_types.TRIG].ending
    N_QUADS = FORMATS[media_types.N_QUADS].ending
    JSON_LD = FORMATS[media_types.JSON_LD].ending


def export(
    format: Annotated[Format, typer.Option("--format", "-f", help="Syntax to write.")] = Format.TRIG,
    graph: Annotated[
        list[str] | None,
        typer.Option(
            "--graph", "-g", help="Only this graph, by IRI or the end of it, such as `record/M1`; repeatable."
        ),
    ] = None,
    output: Annotated[Path | None, typer.Option("--output", "-o", help="File to write instead of the screen.")] = None,
    for_engine: Annotated[
        bool,
        typer.Option(
            "--for-engine",
            help="As N-Quads that `serve --engine` finds in place once an engine's own loader has read them; "
            "a graph of any size, in no order, compressed into an --output that ends in .gz.",
        ),
    ] = False,
    snapshots: SnapshotsOption = None,
) -> None:
    """Write the graph, or some of its graphs, in a standard syntax, the same bytes every time.

    Examples:  ahg-graph export -f ttl -o all.ttl      ahg-graph export -f nt -g inferred
    """
    if for_engine:
        if graph:
            raise typer.BadParameter("--for-engine exports all graphs; leave out --graph")
        _write_for_engine(output, snapshots)
        return
    from ahg_graph.build.resource_estimates import EXPORTED, check_memory
    from ahg_graph.config.prefixes import get_home
    from ahg_graph.release.serializers import write_plain, write_trig, write_turtle
    from ahg_graph.snapshot import open_at_hand
    from ahg_graph.sparql.json_ld import load_context, write_json_ld
    from ahg_graph.sparql.memory_dataset import read_quads

    snapshot = open_at_hand(find_snapshot_folder(snapshots))
    wanted = {name if "://" in name else get_home().graph + name for name in graph or ()}
    if unknown := sorted(wanted - set(snapshot.manifest.graphs)):
        known = ", ".join(sorted(iri.removeprefix(get_home().graph) for iri in snapshot.manifest.graphs))
        raise UnknownName(f"there is no graph {', '.join(unknown)}; there are: {known}")
    triples = sum(n for name, n in snapshot.manifest.graphs.items() if not wanted or name in wanted)
    check_memory(EXPORTED, triples, "an export", "a graph of any size: --for-engine")
    quads = read_quads(snapshot.store, sorted(wanted))
    writers = {Format.TURTLE: write_turtle, Format.TRIG: write_trig}
    if format is Format.JSON_LD:
        data = write_json_ld(quads, load_context(snapshot.path))
    else:
        data = writers[format](quads) if format in writers else write_plain(quads, named=format is Format.N_QUADS)
    if output:
        output.write_bytes(data)
    else:
        sys.stdout.buffer.write(data)


def _write_for_engine(output: Path | None, snapshots: Path | None) -> None:
    """Write the current snapshot as `publish` would leave it in an engine; an incomplete file is deleted."""
    import gzip

    from ahg_graph.engines.bulk_export import write_bulk_export
    from ahg_graph.snapshot import open_at_hand

    snapshot = open_at_hand(find_snapshot_folder(snapshots))
    if output is None:
        write_bulk_export(snapshot, sys.stdout.buffer)
        return
    is_plain = output.is_file() or not output.exists()
    if is_plain:
        output = output.resolve()
    draft = output.with_name(f".{output.name}.draft") if is_plain else output
    try:
        with draft.open("wb") as file:
            if output.suffix == ".gz":
                with gzip.GzipFile(filename="", mode="wb", fileobj=file, compresslevel=6, mtime=0) as stream:
                    write_bulk_export(snapshot, stream)
            else:
                write_bulk_export(snapshot, file)
        if is_plain:
            draft.replace(output)
    except OSError as error:
        raise StorageError(f"{output} cannot be written to ({error})") from error
    finally:
        if is_plain:
            draft.unlink(missing_ok=True)
