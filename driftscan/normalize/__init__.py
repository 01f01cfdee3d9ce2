"""Provider shape -> canonical form, in pure steps; redaction before storage, everything else after it."""

from __future__ import annotations

from driftscan.normalize.literals import literals, words
from driftscan.normalize.normalizer import Normalizer
from driftscan.normalize.redact import Redactor
from driftscan.normalize.vocabulary import vocabulary

__all__ = ["Normalizer", "Redactor", "literals", "vocabulary", "words"]
