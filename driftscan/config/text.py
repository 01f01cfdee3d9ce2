"""YAML 1.2 as plain values, with the line and column of every key and value."""

from __future__ import annotations

import difflib
import io
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq
from ruamel.yaml.constructor import DuplicateKeyError, RoundTripConstructor
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.events import AliasEvent, CollectionEndEvent, CollectionStartEvent, MappingStartEvent, ScalarEvent, SequenceStartEvent

from driftscan.errors import ConfigError

Where = tuple[str | int, ...]
"""A place in a document: keys and indexes from its root."""


@dataclass(frozen=True, slots=True)
class Mark:
    """Where a key (of a map) or an element, and where its value stands; lines and columns from 1."""

    key: tuple[int, int]
    value: tuple[int, int]


@dataclass(frozen=True)
class Document:
    """One YAML file: `data` as dict, list and scalars; `marks` for every key and element."""

    file: str
    data: Any
    marks: dict[Where, Mark] = field(hash=False)

    def mark(self, where: Where) -> Mark:
        """The mark at `where`, or of the nearest thing around it that has one."""
        while where and where not in self.marks:
            where = where[:-1]
        return self.marks.get(where, Mark((1, 1), (1, 1)))

    def error(self, where: Where, message: str, hint: str = "", *, key: bool = False) -> ConfigError:
        """A ConfigError that points at the value at `where` (or its key)."""
        line, column = self.mark(where).key if key else self.mark(where).value
        return ConfigError(message, file=self.file, line=line, column=column, hint=hint)


def read(path: Path) -> Document:
    """The document in `path`. Raises ConfigError: no such file, no YAML, a key given twice, a key that is no text."""
    file = str(path)
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        raise ConfigError("there is no such file", file=file, hint="name it with --config FILE or set DRIFTSCAN_CONFIG") from None
    except (OSError, UnicodeDecodeError) as e:
        reason = e.strerror if isinstance(e, OSError) else "it is not UTF-8 text"
        raise ConfigError(f"cannot be read: {reason}", file=file, hint="it has to be a YAML file that this user may read") from None
    yaml = YAML(typ="rt")
    yaml.Constructor = _Constructor
    try:
        tree = yaml.load(io.StringIO(text))
    except DuplicateKeyError as e:
        line, column = _position(e)
        found = str(e.problem).removeprefix("found duplicate key ").split(" with value ")[0]
        raise ConfigError(
            f"the key {found} stands here a second time", file=file, line=line, column=column, hint="keep one of the two"
        ) from None
    except MarkedYAMLError as e:
        line, column = _position(e)
        problem = " ".join(str(e.problem or e.context or "no YAML").split())
        raise ConfigError(f"no valid YAML: {problem}", file=file, line=line, column=column, hint=_yaml_hint(text, line)) from None
    except YAMLError as e:
        raise ConfigError(
            f"no valid YAML: {' '.join(str(e).split())}", file=file, line=1, column=1, hint="save it as plain UTF-8 text"
        ) from None
    marks: dict[Where, Mark] = {}
    document = Document(file, None, marks)
    return Document(file, _plain(tree, (), document), marks)


def entry_lines(text: str, line: int) -> tuple[int, int] | None:
    """First and last line (from 1) of the map that stands in a list and begins in this line; None where none does.

    Of several in one line, the lines of all of them. Comments around an entry are no part of it.
    """
    around: list[tuple[CollectionStartEvent, bool]] = []  # what is open, and whether it is such a map
    last = found = 0
    try:
        for event in YAML(typ="safe", pure=True).parse(io.StringIO(text)):
            match event:
                case CollectionStartEvent():
                    listed = bool(around) and isinstance(around[-1][0], SequenceStartEvent)
                    around.append((event, listed and isinstance(event, MappingStartEvent) and event.start_mark.line == line - 1))
                case ScalarEvent() | AliasEvent():
                    last = _last_line(event)
                case CollectionEndEvent():
                    begun, mine = around.pop()
                    last = _last_line(event) if begun.flow_style else last  # the end mark of a block is where the next thing begins
                    found = max(found, last) if mine else found
    except YAMLError:
        return None
    return (line, found) if found else None


def _last_line(event: Any) -> int:
    """From 1. A block of text ends at the beginning of the next line."""
    end = event.end_mark
    return int(end.line if end.column == 0 and end.line > event.start_mark.line else end.line + 1)


class _Constructor(RoundTripConstructor):
    """Dates stay text: JSON has none, and 2026-02-30 is to be told by its place, not by a crash."""


_Constructor.add_constructor("tag:yaml.org,2002:timestamp", lambda loader, node: loader.construct_scalar(node))


def _position(error: MarkedYAMLError) -> tuple[int, int]:
    mark = error.problem_mark or error.context_mark
    return (mark.line + 1, mark.column + 1) if mark is not None else (1, 1)


def _yaml_hint(text: str, line: int) -> str:
    lines = text.splitlines()
    if 0 < line <= len(lines) and "\t" in lines[line - 1]:
        return "indent with spaces, never with tabs"
    return "look at this line and the one above it: brackets, quotes, colons and indentation"


def _plain(node: Any, where: Where, document: Document) -> Any:
    if isinstance(node, CommentedMap):
        out: dict[str, Any] = {}
        for key, value in node.items():
            place, at = _map_marks(node, key)
            if not isinstance(key, str):
                document.marks[(*where, "?")] = Mark(place, place)
                raise document.error((*where, "?"), f"the key {key!r} is not text", f'write "{key}" in quotes', key=True)
            document.marks[(*where, key)] = Mark(place, at)
            out[str(key)] = _plain(value, (*where, key), document)
        return out
    if isinstance(node, CommentedSeq):
        items = []
        for i, value in enumerate(node):
            try:
                line, column = node.lc.item(i)
            except (KeyError, TypeError, AttributeError):
                line, column = node.lc.line, node.lc.col
            document.marks[(*where, i)] = Mark((line + 1, column + 1), (line + 1, column + 1))
            items.append(_plain(value, (*where, i), document))
        return items
    return _scalar(node)


def _map_marks(node: CommentedMap, key: Any) -> tuple[tuple[int, int], tuple[int, int]]:
    try:
        (kl, kc), (vl, vc) = node.lc.key(key), node.lc.value(key)
    except (KeyError, TypeError, AttributeError):
        kl, kc = vl, vc = node.lc.line or 0, node.lc.col or 0
    return (kl + 1, kc + 1), (vl + 1, vc + 1)


def _scalar(node: Any) -> Any:
    if node is None or isinstance(node, bool):
        return node
    for kind in (str, int, float):
        if isinstance(node, kind):
            return kind(node)
    return str(getattr(node, "value", node))


def nearest(word: str, known: Iterable[str]) -> str:
    """`, did you mean X?` where a known word is near, else nothing."""
    names = sorted(known)
    by_case = {n.lower(): n for n in names}
    near = difflib.get_close_matches(word.lower(), sorted(by_case), n=1, cutoff=0.6)
    return by_case[near[0]] if near else ""
