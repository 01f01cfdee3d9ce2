"""Prints a type for the person who finishes it: every leaf with its decision, or what its clean twin shows.

python -m tests.catalog.show AWS::SQS::Queue [--twin]
"""

from __future__ import annotations

import sys
from collections.abc import Iterator

from driftscan.catalog import decisions, load
from driftscan.catalog.spec import Spec
from tests.catalog import shapes


def leaves(spec: Spec) -> Iterator[str]:
    """One line per leaf: decision, reason, path, type, enumeration."""
    known = shapes.leaves(shapes.assembled(spec))
    for d in decisions(spec):
        node = known.get(d.path)
        kind = f"{node.kind}{' sensitive' if node.sensitive else ''}" if node is not None else "?"
        values = f" {{{', '.join(node.enum[:8])}{', ...' if len(node.enum) > 8 else ''}}}" if node is not None and node.enum else ""
        yield f"{d.outcome:9} {d.reason:10} {d.path}  ({kind}{values})"


def twin_lines(spec: Spec) -> Iterator[str]:
    """What the comparison of the example with its twin finds."""
    from tests.catalog.harness import compare_twin, describe

    comparison = compare_twin(spec)
    for c in comparison.compared:
        yield f"{c.pair.key}  paired by {c.pair.reason} ({c.pair.confidence:g})  {len(c.changes)} changes"
        for change in c.changes:
            yield f"    {change.code or 'DIFFERS':16} {describe(change)}"
    yield from (f"only here: {a}" for a in comparison.extra)
    yield from (f"only there: {a}" for a in comparison.missing)
    yield from (f"ambiguous: {a.key}" for a in comparison.ambiguous)


if __name__ == "__main__":
    names = [a for a in sys.argv[1:] if not a.startswith("-")]
    for name in names:
        for line in (twin_lines if "--twin" in sys.argv else leaves)(load().specs[name]):
            print(line)
