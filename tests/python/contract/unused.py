"""Fails on lines of `accepted.toml` that nothing needed: what they accepted no longer happens. Of the rare ones it knows only
that the contract has them.

usage: python unused.py FOLDER      the reports of a full run, of every role with every seed
"""

import json
import sys
from pathlib import Path

import accepted

CONTRACT = Path(__file__).parents[3] / "openapi" / "openapi.json"


def main() -> None:
    needed = {
        line for file in Path(sys.argv[1]).glob("*/used-*.txt") for line in file.read_text(encoding="utf-8").splitlines()
    }
    known = json.loads(CONTRACT.read_text(encoding="utf-8"))["components"]["schemas"]["RuleCode"]["enum"]
    unused = [line for line in accepted.lines() if line not in needed]
    unused += sorted(accepted.RARE - set(known))
    for line in unused:
        print(f"{accepted.FILE.name}: nothing needs {line}: take it off the list")
    print(f"schemathesis: {len(accepted.lines())} accepted lines, {len(unused)} of them without need")
    sys.exit(1 if unused else 0)


if __name__ == "__main__":
    main()
