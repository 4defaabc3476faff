"""Fail where a test was skipped for a missing tool, and say how many real_data tests ran."""

from __future__ import annotations

import os
import sys
from xml.etree import ElementTree

MISSING_TOOL = "missing tool"
"""Begins the reason of every skip for something that is not installed."""
REAL_DATA = "real_data"


def main() -> None:
    """Read pytest's JUnit reports named on the command line."""
    cases = [case for path in sys.argv[1:] for case in ElementTree.parse(path).iter("testcase")]
    skips = [
        (case.get("name"), skip.get("message", ""))
        for case in cases
        for skip in case.iter("skipped")
    ]
    without_tool = [
        f"{name}: {reason}" for name, reason in skips if reason.startswith(MISSING_TOOL)
    ]
    marked = [
        case for case in cases if any(p.get("name") == REAL_DATA for p in case.iter("property"))
    ]
    ran = [case for case in marked if case.find("skipped") is None]
    if ran:
        why = ""
    elif not os.environ.get("STANCELAB_DATA"):
        why = " (STANCELAB_DATA is not set: the folder of the public corpora is not there)"
    else:
        why = " (none is written yet)" if not marked else " (all were skipped)"
    print(f"real_data tests that ran: {len(ran)}{why}")
    print(f"{len(cases) - len(skips)} tests ran, {len(skips)} were skipped")
    if without_tool:
        sys.exit("skipped for a missing tool:\n" + "\n".join(without_tool))


if __name__ == "__main__":
    main()
