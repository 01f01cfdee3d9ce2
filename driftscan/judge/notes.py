"""What became of every rule, waiver and declared pair in one judgement."""

from __future__ import annotations

from collections import Counter

from driftscan.judge.case import Case
from driftscan.judge.waivers import standing
from driftscan.model.finding import Finding, Kind, RuleNote, RuleUse


def notes(case: Case, findings: list[Finding], dead: set[str]) -> tuple[RuleNote, ...]:
    """One note per rule about this comparison, per waiver and per declared pair, in the order of the configuration.

    dead: waivers that met other values.
    """
    rules: Counter[str] = Counter()
    waivers: Counter[str] = Counter()
    for finding in findings:
        whole = finding.kind in (Kind.MISSING, Kind.EXTRA)  # its members are no differences of their own
        for one in (finding,) if whole else finding.changes or (finding,):
            if one.rule is not None:
                rules[one.rule] += 1
            if one.waiver is not None:
                waivers[one.waiver] += 1
    out = []
    for rule in case.rules:
        times = rules[rule.id]
        text = f"rule {rule.id} is about {times} differences" if times else f"rule {rule.id} is about no difference"
        out.append(RuleNote(rule.id, "expected", RuleUse.USED if times else RuleUse.UNUSED, times, text, rule.location))
    for waiver in case.settings.waivers:
        use, text = standing(waiver, case.as_of.date())
        times = waivers[waiver.id]
        if use is RuleUse.UNUSED and times:
            use, text = RuleUse.USED, f"waiver {waiver.id} accepted {times} differences"
        elif use is RuleUse.UNUSED and waiver.id in dead:
            use, text = RuleUse.DEAD, f"waiver {waiver.id} was made for other values and waives nothing now"
        out.append(RuleNote(waiver.id, "waiver", use, times, text, waiver.location))
    for declared in case.comparison.declared:
        pair = declared.rule
        use = RuleUse.AMBIGUOUS if declared.ambiguous else RuleUse.UNUSED if declared.problem else RuleUse.USED
        text = f"the pair declares nothing: {declared.problem}" if declared.problem else "the pair is declared"
        name = f"{pair.type} {' = '.join(sorted((pair.candidate, pair.reference)))}"
        out.append(RuleNote(name, "pair", use, 0 if declared.problem else 1, text, pair.location))
    out.extend(RuleNote(v.id, "waiver", RuleUse.MALFORMED, 0, v.problem, v.location) for v in case.settings.void_waivers)
    return tuple(out)
