from __future__ import annotations

import json
import secrets
from dataclasses import replace

import pytest

from driftscan.formats import render, terminal
from driftscan.model.report import Report
from driftscan.report.stored import load
from tests.report import sample
from tests.report.played import stamped


@pytest.mark.parametrize("made", [sample.report(), sample.history(), sample.two_comparisons()], ids=["report", "history", "two"])
def test_a_stored_report_renders_to_the_same_bytes(made: Report) -> None:
    again = load(render("json", made))
    for name in ("json", "html", "text"):
        assert render(name, again) == render(name, made)
    assert terminal.render(again, full=True) == terminal.render(made, full=True)


def test_a_stamped_report_knows_nothing_of_its_run() -> None:
    made = sample.report()

    def elsewhere() -> bytes:
        hour = f"2027-01-0{secrets.randbelow(9) + 1}T00:00:00Z"
        ids = {s.id: f"{s.environment}-20261130T060000Z-{secrets.token_hex(4)}" for s in made.snapshots}
        snapshots = tuple(
            replace(s, id=ids[s.id], digest=secrets.token_hex(32), previous=secrets.token_hex(32), window=(hour, hour))
            for s in made.snapshots
        )
        digests = {"catalog_digest": secrets.token_hex(32), "config_digest": secrets.token_hex(32)}
        run = replace(made.run, id=secrets.token_hex(8), previous_run=secrets.token_hex(8), started=hour, finished=hour, **digests)
        return stamped(render("json", replace(made, run=run, snapshots=snapshots)))

    one, other = elsewhere(), elsewhere()
    assert one == other
    assert stamped(one) == one
    assert [f["id"] for f in json.loads(one)["findings"]] == [f.id for f in made.findings]
