"""Waivers written to waivers.yaml: what stands there stays, byte by byte, and one more entry follows."""

from __future__ import annotations

import io
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq
from ruamel.yaml.error import YAMLError
from ruamel.yaml.scalarstring import DoubleQuotedScalarString as Quoted

from driftscan.config.load import waivers_of
from driftscan.config.text import Document, read
from driftscan.errors import ConfigError
from driftscan.model.settings import Waiver

HEAD: Final = """\
# Accepted differences, each with an owner, somebody else who approved it, and an end.
# Each is bound to the values that it was made for: when one of them changes, it accepts nothing any more.
waivers:
"""
_EMPTY: Final = re.compile(r"^waivers:[ \t]*(\[[ \t]*\]|~|null)(?=[ \t]*(#|$))", re.MULTILINE)


def shown(waiver: Waiver, titles: Mapping[str, str], indent: int = 2) -> str:
    """A waiver for several findings as it stands in the file, its dash `indent` columns in.

    titles: what each of its findings says, printable: a comment for whoever reviews it.
    """
    bound = CommentedMap()
    for id, digests in sorted(waiver.findings.items(), key=lambda kv: (titles.get(kv[0], ""), kv[0])):
        bound[Quoted(id)] = Quoted(digests[0]) if len(digests) == 1 else _flow([Quoted(d) for d in digests])
    entry = CommentedMap()
    entry["id"] = waiver.id
    for name in ("owner", "approver", "ticket", "reason"):
        entry[name] = getattr(waiver, name)
    entry["expires"] = waiver.expires
    entry["findings"] = bound
    yaml = YAML(typ="rt")
    yaml.width = 1 << 16  # a value that breaks over lines is one that nobody finds again
    out = io.StringIO()
    yaml.dump([entry], out)
    lines = [_remarked(line, titles) for line in out.getvalue().splitlines()]
    return "".join(f"{' ' * indent}{line}\n" for line in lines)


def _flow(values: list[Any]) -> CommentedSeq:
    out = CommentedSeq(values)
    out.fa.set_flow_style()
    return out


def _remarked(line: str, titles: Mapping[str, str]) -> str:
    """A finding's line with its title behind it."""
    found = re.match(r'\s+"([0-9a-zA-Z]+)": ', line)
    return f"{line}  # {titles[found[1]]}" if found and found[1] in titles else line


def appended(path: Path, waiver: Waiver, titles: Mapping[str, str]) -> bytes:
    """The text of `path` (which may be missing) with one waiver more at its end. Nothing is written.

    Raises ConfigError where the configuration would not take the waiver, or where it cannot simply follow what is there.
    """
    document = read(path) if path.exists() else Document(str(path), None, {})
    text = path.read_text(encoding="utf-8") if path.exists() else ""
    held = document.data.get("waivers") if isinstance(document.data, dict) else document.data
    if not held and isinstance(document.data, dict):
        made = _EMPTY.sub("waivers:", text, count=1)
        made = _ended(made) + shown(waiver, titles)
    elif not held:
        made = _ended(text.replace("[]", "", 1) if document.data == [] else text) + HEAD + shown(waiver, titles)
    else:
        first = document.mark(("waivers", 0) if isinstance(document.data, dict) else (0,))
        made = _ended(text) + shown(waiver, titles, max(first.value[1] - 3, 0))  # the mark is behind the dash and a blank
    _check(path, held or [], made, waiver)
    return made.encode()


def _ended(text: str) -> str:
    return text if not text or text.endswith("\n") else text + "\n"


def _check(path: Path, held: Any, made: str, waiver: Waiver) -> None:
    """That everything of before is there, then the new one, and that the configuration takes it."""
    by_hand = ConfigError("no entry can follow what stands here", file=str(path), hint="add it by hand: --dry-run prints it")
    yaml = YAML(typ="safe", pure=True)
    yaml.constructor.add_constructor("tag:yaml.org,2002:timestamp", lambda loader, node: loader.construct_scalar(node))
    try:
        after = yaml.load(made)
    except YAMLError:
        raise by_hand from None
    items = after.get("waivers") if isinstance(after, dict) else after
    if not isinstance(items, list) or not isinstance(held, list) or items[:-1] != held:
        raise by_hand
    good, void = waivers_of([(Document(str(path), None, {}), (), items[-1:])])
    if void:
        raise ConfigError(f"this waiver would waive nothing: {void[0].problem}", file=str(path), hint="see `driftscan waive --help`")
    if good[0].findings != waiver.findings:
        raise by_hand
