"""Names that the vendor cut at a length limit: where words differ in length, the end that is left differs too.

A cut name may stand in a longer text: behind a path (`alias/...`), in an ARN, as a label of a host.
"""

from __future__ import annotations

import re
from collections.abc import Hashable
from typing import Final

from driftscan.compare.links import CUTS

BEGIN: Final = 8
"""How much two cut names must have in common at least."""
_PIECES: Final = (re.compile(r"(?!)"), re.compile(r"[/:](?![^{}]*\})"), re.compile(r"[/:.](?![^{}]*\})"))
"""What separates the pieces of a text that may be cut: nothing, paths, hosts. Placeholders stay whole."""


def alike(raws: tuple[str, str], texts: tuple[str, str]) -> bool:
    """Whether two texts are one, but for the ends of names that were cut. raws: as they are; texts: with placeholders."""
    if texts[0] == texts[1]:
        return True
    for pieces in _PIECES:
        split = [pieces.split(t) for t in (*raws, *texts)]
        if len({len(s) for s in split}) == 1 and all(_piece(*four) for four in zip(*split, strict=True)):
            return True
    return False


def begin(raw: str, text: str) -> Hashable:
    """What two names have in common that were cut at one length, all of them or pieces of them; None where nothing was cut."""
    for pieces in _PIECES:
        raws, texts = pieces.split(raw), pieces.split(text)
        if len(raws) == len(texts) and any(len(r) in CUTS for r in raws):
            return tuple((len(r), t[:BEGIN]) if len(r) in CUTS else t for r, t in zip(raws, texts, strict=True))
    return None


def _piece(raw_c: str, raw_r: str, c: str, r: str) -> bool:
    if c == r:
        return True
    return len(raw_c) == len(raw_r) and len(raw_c) in CUTS and min(len(c), len(r)) > BEGIN and (c.startswith(r) or r.startswith(c))
