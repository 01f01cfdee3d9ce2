"""Names that the vendor cut at a length limit: where words differ in length, the end that is left differs too.

A cut name may stand in a longer text: behind a path (`alias/...`), in an ARN, as a label of a host, between quotes.
"""

from __future__ import annotations

import re
from collections.abc import Hashable
from functools import lru_cache
from typing import Final

from driftscan.compare.glued import PLACEHOLDER
from driftscan.compare.links import CUTS

BEGIN: Final = 8
"""How much two cut names must have in common at least."""
_PIECES: Final = (re.compile(r"[/:](?![^{}]*\})"), re.compile(r"[/:.](?![^{}]*\})"), re.compile(rf"((?:{PLACEHOLDER}|[\w-])+)"))
"""How a text falls into pieces that may be cut, beside the text as it is: paths, hosts, names with what stands between them.

Placeholders stay whole.
"""


def alike(raws: tuple[str, str], texts: tuple[str, str]) -> bool:
    """Whether two texts are one, but for the ends of names that were cut. raws: as they are; texts: with placeholders."""
    if texts[0] == texts[1] or _piece(*raws, *texts):
        return True
    return any(
        len(raw_c) == len(raw_r) == len(c) == len(r) and all(map(_piece, raw_c, raw_r, c, r))
        for raw_c, raw_r, c, r in zip(*map(_split, (*raws, *texts)), strict=True)
    )


def before_suffix(raws: tuple[str, str], names: tuple[str, str], words: tuple[tuple[str, ...], tuple[str, ...]]) -> bool:
    """Whether two names are one that was too long for the vendor: a stack cuts it, also inside a word, before it appends its suffix.

    raws: (candidate's, reference's) with their suffixes; names: without, with placeholders; words: each side's own.
    """
    shorter, longer = sorted(map(_length, raws))
    if longer not in CUTS or longer - shorter > 1:  # a hyphen at which it was cut is taken away
        return False
    same = next((n for n, (a, b) in enumerate(zip(*names, strict=False)) if a != b), min(map(len, names)))
    opened = names[0].rfind("{", 0, same)
    if opened >= 0 and "}" not in names[0][opened:same]:
        same = opened  # placeholders stay whole
    if same < BEGIN:
        return False
    ends = [name[same:] for name in names]
    behind = next((n for n, (a, b) in enumerate(zip(*(e[::-1] for e in ends), strict=False)) if a != b), min(map(len, ends)))
    ends = [end[: len(end) - behind] for end in ends]  # a stack's name is cut, too, where the logical id follows
    return not all(ends) or all(_begun(end, own) for end, own in zip(ends, words, strict=True))


def _begun(end: str, words: tuple[str, ...]) -> bool:
    """Whether an end is the beginning of one of the words, or goes on behind one."""
    return end.startswith("{") or any(word.lower().startswith(end.lower()) for word in words)


def begins(raw: str, text: str) -> tuple[Hashable, ...]:
    """What two names have in common that were cut at one length, all of them or pieces of them; empty where nothing was cut.

    All that come into question: a whole ARN may have such a length by chance, where its counterpart of another region has not.
    """
    out: dict[Hashable, None] = {}
    for raws, texts in (((raw,), (text,)), *zip(_split(raw), _split(text), strict=True)):
        lengths = [_length(r) for r in raws]
        if len(raws) == len(texts) and not CUTS.isdisjoint(lengths):
            out[tuple((n, t[:BEGIN]) if n in CUTS else t for n, t in zip(lengths, texts, strict=True))] = None
    return tuple(out)


@lru_cache(maxsize=1024)
def _split(text: str) -> tuple[tuple[str, ...], ...]:
    """The pieces of a text, by paths, by hosts and by names. Each of some names is held against all of others."""
    return tuple(tuple(pieces.split(text)) for pieces in _PIECES)


def _piece(raw_c: str, raw_r: str, c: str, r: str) -> bool:
    if c == r:
        return True
    return (
        (length := _length(raw_c)) == _length(raw_r)
        and length in CUTS
        and min(len(c), len(r)) > BEGIN
        and (c.startswith(r) or r.startswith(c))
    )


_ACCOUNT: Final = re.compile(r"\{account(?::[\w-]+)?(?:#\d+)?\}")


def _length(raw: str) -> int:
    """How long a text is for the vendor: an account's number has twelve digits, whatever stands for it."""
    return len(_ACCOUNT.sub("0" * 12, raw)) if "{" in raw else len(raw)
