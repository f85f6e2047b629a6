"""Fails unless the tests of the API have shown all that the contract lists: each rule, each problem, each link.

usage: python met.py FOLDER      what a whole run of the tests has shown, as `tests/api/support/contract/met.rs` writes it

`met.toml` lists what none shows, each with its reason; a line that is not needed is a fault too.
"""

import json
import sys
import tomllib
from pathlib import Path

from document import Document

HERE = Path(__file__).parent
CONTRACT = HERE.parents[2] / "openapi" / "openapi.json"


def listed(contract: Document) -> dict[str, set[str]]:
    """Return what the contract lists, by kind."""
    schemas = contract.content["components"]["schemas"]
    links = {
        f"{operation['operationId']} {status} {name}"
        for operation in contract.operations().values()
        for status, response in operation["responses"].items()
        for name in contract.resolved(response).get("links", {})
    }
    return {
        "rules": set(schemas["RuleCode"]["enum"]),
        "problems": set(schemas["ProblemCode"]["enum"]),
        "links": links,
    }


def excused() -> dict[str, set[str]]:
    """Return what no test shows, by kind."""
    content = tomllib.loads((HERE / "met.toml").read_text(encoding="utf-8"))
    return {kind: {name for group in groups for name in group["names"]} for kind, groups in content.items()}


def faults(kind: str, known: set[str], shown: set[str], excused: set[str]) -> list[str]:
    """Return what is wrong with what was shown of one kind."""
    return [
        *(f"{kind}: no test shows {name}" for name in sorted(known - shown - excused)),
        *(f"{kind}: {name} is shown: take it off met.toml" for name in sorted(excused & shown)),
        *(f"{kind}: the contract has no {name}: take it off met.toml" for name in sorted(excused - known)),
    ]


def main() -> None:
    contract = Document(json.loads(CONTRACT.read_text(encoding="utf-8")))
    found: list[str] = []
    for kind, known in listed(contract).items():
        file = Path(sys.argv[1]) / kind
        shown = set(file.read_text(encoding="utf-8").splitlines()) if file.exists() else set()
        found += faults(kind, known, shown, excused().get(kind, set()))
        print(f"met: {len(known & shown)} of {len(known)} {kind}")
    for fault in found:
        print(f"met: {fault}")
    sys.exit(1 if found else 0)


if __name__ == "__main__":
    main()
