"""A gate as the XML of JUnit, which services that show test results read.

A test case is an expression on a variant. One that fails is a failure. One that is open is skipped where it
counts as pass, a failure where it counts as fail, and else an error: nobody knows.
"""

from __future__ import annotations

from collections import Counter
from xml.etree import ElementTree

from ...comparison.gate.document import FAIL, FAILS, OPEN, PASS, PASSES, Gate, Judgement
from ..numbers import plain
from ..pages.gate import page, said

FAILURE, ERROR, SKIPPED, PASSED = "failure", "error", "skipped", ""


def draw(gate: Gate) -> str:
    """Return the gate as an XML document; characters that XML cannot hold are escaped."""
    kinds = [_kind(gate, one) for one in gate.judgements]
    counts = Counter(kinds)
    root = ElementTree.Element("testsuites")
    suite = ElementTree.SubElement(
        root,
        "testsuite",
        name=plain(page(gate).title),
        tests=str(len(kinds)),
        failures=str(counts[FAILURE]),
        errors=str(counts[ERROR]),
        skipped=str(counts[SKIPPED]),
    )
    for judgement, kind in zip(gate.judgements, kinds, strict=True):
        _case(suite, judgement, kind)
    ElementTree.indent(root)
    text: str = ElementTree.tostring(root, encoding="unicode")
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{text}\n'


def _case(suite: ElementTree.Element, one: Judgement, kind: str) -> None:
    case = ElementTree.SubElement(
        suite,
        "testcase",
        classname=plain(f"{one.environment}: {one.name}"),
        name=plain(one.expression),
        time="0",
    )
    lines = [
        f"{condition.condition}: {said(condition)}" + (f": {condition.reason}" if condition.reason else "")
        for condition in one.conditions
    ]
    text = "\n".join(map(plain, [*lines, *([one.note] if one.note else [])]))
    if kind:
        found = ElementTree.SubElement(case, kind, message=plain(f"{one.outcome}: {'; '.join(lines)}"))
        if kind != SKIPPED:
            found.text = text
            return
    ElementTree.SubElement(case, "system-out").text = text


def _kind(gate: Gate, one: Judgement) -> str:
    if one.outcome == OPEN:
        return {PASS: SKIPPED, FAIL: FAILURE}.get(gate.cannot_tell or "", ERROR)
    return {FAILS: FAILURE, PASSES: PASSED}[one.outcome]
