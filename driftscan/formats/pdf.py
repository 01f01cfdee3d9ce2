"""The page as a PDF, printed by the Chromium that is installed: A4, or `pdf:letter`.

The browser opens one local file in a folder and a profile of its own, with no network and no script allowed beyond the page's own policy.
Equal reports give equal pages with the same browser, and the moments in the file are the report's; the numbers of the browser's own
objects, now and then, are not the same.
"""

from __future__ import annotations

import base64
import hashlib
import os
import re
import shutil
import subprocess
import tempfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from driftscan.errors import DriftscanError, UsageError
from driftscan.formats import html
from driftscan.model.report import Report

VARIANTS: Final = ("a4", "letter")
BROWSERS: Final = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome", "microsoft-edge", "msedge")
"""Programs that are looked for on PATH, in this order."""
TIMEOUT: Final = 180
"""Seconds that the browser may take."""


def check() -> None:
    """Raises UsageError where no browser is on PATH."""
    _browser()


def render(report: Report, paper: str = "a4") -> bytes:
    """The PDF. Raises UsageError where there is no browser, DriftscanError where it fails or takes too long."""
    return dated(printed(html.render(report), paper), report.run.as_of)


def printed(page: str, paper: str) -> bytes:
    """A page on paper, as the browser prints it. Raises as `render` does."""
    browser = _browser()
    with tempfile.TemporaryDirectory(prefix="driftscan-") as folder:  # 0700
        source, target = Path(folder) / "report.html", Path(folder) / "report.pdf"
        source.write_text(sized(page, paper), encoding="utf-8")
        _print(browser, source, target, Path(folder))
        return target.read_bytes()


def sized(page: str, paper: str) -> str:
    """The page with its paper's size, as a rule of its own that the page's policy names by digest."""
    rule = f"@page{{size:{'letter' if paper == 'letter' else 'A4'}}}"
    digest = base64.b64encode(hashlib.sha256(rule.encode()).digest()).decode()
    allowed = page.replace("style-src ", f"style-src 'sha256-{digest}' ", 1)
    return allowed.replace("</head>", f"<style>{rule}</style></head>", 1)


def dated(data: bytes, as_of: str) -> bytes:
    """The PDF with the report's moment in place of the clock's: texts of the same length, so that no offset in the file moves."""
    try:
        moment = datetime.fromisoformat(as_of).astimezone(UTC)
    except ValueError:
        moment = datetime(2000, 1, 1, tzinfo=UTC)
    stamp = moment.strftime("%Y%m%d%H%M%S").encode()
    return re.sub(rb"(/(?:CreationDate|ModDate) \(D:)\d{14}", rb"\g<1>" + stamp, data)


def _browser() -> str:
    for name in BROWSERS:
        found = shutil.which(name)
        if found:
            return found
    raise UsageError(
        "the format pdf needs Chromium or Chrome, and none is on PATH", "install chromium, or write html and print it from any browser"
    )


def _print(browser: str, source: Path, target: Path, folder: Path) -> None:
    command = [
        browser,
        "--headless",
        "--disable-gpu",
        "--disable-extensions",
        "--disable-dev-shm-usage",
        "--disable-background-networking",
        "--host-resolver-rules=MAP * ~NOTFOUND",
        "--no-first-run",
        "--no-pdf-header-footer",
        f"--user-data-dir={folder / 'profile'}",
        f"--print-to-pdf={target}",
        *(["--no-sandbox"] if os.geteuid() == 0 else []),  # Chromium refuses a sandbox to root; the page's policy still holds
        source.as_uri(),
    ]
    environment = {"PATH": os.environ.get("PATH", os.defpath), "HOME": str(folder), "TZ": "UTC", "LANG": "C.UTF-8"}
    try:
        done = subprocess.run(command, capture_output=True, timeout=TIMEOUT, check=False, env=environment)
    except subprocess.TimeoutExpired:
        raise DriftscanError(f"{Path(browser).name} did not print the report within {TIMEOUT} s", "write html instead") from None
    except OSError as e:
        raise DriftscanError(f"{browser} could not be started: {e.strerror}", "write html instead") from None
    if done.returncode or not target.is_file():
        raise DriftscanError(f"{Path(browser).name} could not print the report (it ended with {done.returncode})", "write html instead")
