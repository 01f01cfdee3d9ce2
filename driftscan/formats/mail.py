"""The first page as a mail: HTML without scripts, in tables and inline styles that mail programs keep, always under 100 KB.

`mail` is the HTML body, for whoever sends through an API. `mail:eml` is a whole message with a plain text beside the HTML and no recipient:

    { echo 'To: governance@example.org'; driftscan report -o mail:eml=-; } | sendmail -t
"""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from functools import cache
from importlib.resources import files
from typing import Any, Final

from jinja2 import Environment, FunctionLoader, StrictUndefined

from driftscan.formats import json, terminal
from driftscan.formats.decisions import to_decide
from driftscan.formats.text import focus, printable, shorten
from driftscan.model.report import SEVERITIES, Report, ReportChange, show_value
from driftscan.model.words import count, percent

VARIANTS: Final = ("html", "eml")
LIMIT: Final = 100_000
"""Bytes of the HTML: beyond it Gmail cuts a mail off."""
TOP, CHANGES, SHOWN = 5, 4, 6
LONG: Final = (240, 120, 60, 30)
"""Characters of one text, of which both ends stay: as many as the whole has room for."""


def render(report: Report, variant: str = "html") -> bytes:
    """The HTML body, or the whole message (`eml`). Equal reports give equal bytes."""
    digest = json.digest(report)
    page = next((page for limit in LONG if len((page := _html(report, digest, limit)).encode()) < LIMIT), _html(report, digest, LONG[-1]))
    return page.encode() if variant == "html" else _message(report, page, digest)


def _html(report: Report, digest: str, limit: int) -> str:
    """The page with texts of at most `limit` characters."""
    by_id = {f.id: f for f in report.findings}
    drift = Counter(f.severity for f in report.findings if f.is_drift)
    wanted = to_decide(report)
    labels = {c.name: c.labels for c in report.comparisons}
    page: str = _template(limit).render(
        report=report,
        run=report.run,
        summary=report.summary,
        digest=digest,
        totals=[(str(s), drift[s]) for s in SEVERITIES],
        unsure=sum(f.is_unsure for f in report.findings),
        accepted=sum(f.verdict in ("expected", "waived") for f in report.findings),
        waived=sum(f.verdict == "waived" for f in report.findings),
        wanted=wanted[:TOP],
        decisions=len(wanted),
        gaps=[by_id[i] for i in report.summary.unseen if i in by_id],
        labels=lambda f: labels.get(f.comparison, ("candidate", "reference")),
        shown=SHOWN,
        changes=CHANGES,
    )
    return f"{page}\n"


def _message(report: Report, page: str, digest: str) -> bytes:
    """A multipart message, text first. A body part's border is made of the digest, so that nothing is left to chance."""
    run = report.run
    message = EmailMessage(policy=SMTP.clone(linesep="\n", max_line_length=120))
    message["Subject"] = shorten(printable(f"driftscan {run.organization} {run.period}: {report.summary.verdict}"), 180)
    message["Date"] = format_datetime(_moment(run.as_of))
    message["Auto-Submitted"] = "auto-generated"
    message["X-Driftscan-Report"] = f"sha256={digest}"
    text = terminal.render(report, width=76)
    message.set_content(f"{text}\nreport.json sha256 {digest}\n", cte="quoted-printable")
    message.add_alternative(page, subtype="html", cte="quoted-printable")
    message.set_boundary(f"driftscan-{digest[:32]}")
    return message.as_bytes()


def _moment(text: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return datetime(2000, 1, 1, tzinfo=UTC)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


# --------------------------------------------------------------------------------------------- the template's words


def _own(c: ReportChange, kind: str) -> str:
    """What a one-sided resource has there."""
    return show_value(c.reference if kind == "missing" else c.candidate)


@cache
def _template(limit: int) -> Any:
    def finalize(value: Any) -> Any:
        """Every expression of the template that is text: shown, short, and escaped after this."""
        return shorten(printable(value), limit) if type(value) is str else value

    def values(c: ReportChange) -> tuple[str, str]:
        """Reference and candidate, cut to where they differ."""
        return focus(printable(show_value(c.reference)), printable(show_value(c.candidate)), limit)

    environment = Environment(
        loader=FunctionLoader(_source), autoescape=True, undefined=StrictUndefined, finalize=finalize, trim_blocks=True, lstrip_blocks=True
    )
    environment.filters.update(values=values, own=_own)
    environment.globals.update(count=count, percent=percent)
    return environment.get_template("mail.html.j2")


def _source(name: str) -> str:
    return files("driftscan.formats").joinpath("templates", name).read_text(encoding="utf-8")
