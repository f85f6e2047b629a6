"""Tries the contract on a running sandbox with Schemathesis, as each role, with one seed.

usage: BASE_URL=... python run.py FOLDER SEED [EXAMPLES]      FOLDER gets the reports

EXAMPLES is the number of random cases of each operation: then every role tries every operation in all phases. Without it,
the phase `coverage`, whose many cases do not depend on the seed, is for the first seed and the operations that are meant
for the role; the others are tried in all other phases.
"""

import json
import os
import re
import subprocess
import sys
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

HERE = Path(__file__).parent
CONTRACT = HERE.parents[2] / "openapi" / "openapi.json"
EXAMPLES = "2"
FIRST_SEED = "1"
# The role, and the scopes of the operations that are meant for it; `None` means without a log-in.
# The longest first: two run at a time.
ROLES: dict[str, str | None] = {"citizen": "", "officer": "officer", "anybody": None, "newcomer": "-", "operator": "-"}
# After a log-out their next log-in waits for the next code of an authenticator app. Citizens log out often enough.
STAFF = ("officer", "operator")
ENDS_A_SESSION = ("end_current_session", "end_session")


def scopes() -> dict[str, str | None]:
    """Return for each operation the role that it demands, `""` for any, `None` for no log-in.

    No role here is a client: whoever calls the operations for clients is anybody."""
    contract = json.loads(CONTRACT.read_text(encoding="utf-8"))
    found: dict[str, str | None] = {}
    for path in contract["paths"].values():
        for operation in path.values():
            ways = operation.get("security", contract.get("security", []))
            way = next((way for way in ways if way), None)
            found[operation["operationId"]] = None if way is None or "client" in way else "".join(way["bearer"])
    return found


def configuration(role: str, seed: str, thorough: bool) -> str:
    """Return the settings for a role: the common ones, and which operations it leaves out."""
    settings = (HERE / "schemathesis.toml").read_text(encoding="utf-8")
    if role in STAFF:
        settings += left_out(ENDS_A_SESSION, "enabled = false")
    if not thorough:
        others = [name for name, scope in scopes().items() if seed != FIRST_SEED or scope != ROLES[role]]
        settings += left_out(others, "phases.coverage.enabled = false")
    return settings


def left_out(operations: Sequence[str], setting: str) -> str:
    return f"\n[[operations]]\ninclude-operation-id = {json.dumps(operations)}\n{setting}\n"


def attempt(folder: Path, role: str, seed: str, examples: str | None) -> bool:
    """Run Schemathesis once; print its findings, or one line."""
    report = folder / f"{role}.txt"
    settings = folder / f"{role}.toml"
    settings.write_text(configuration(role, seed, thorough=examples is not None), encoding="utf-8")
    command = [str(Path(sys.executable).parent / "schemathesis"), "--no-color", "--config-file", str(settings)]
    command += ["run", str(CONTRACT), "--url", os.environ["BASE_URL"], "--seed", seed]
    command += ["--max-examples", examples or EXAMPLES]
    environment = os.environ | {"ROLE": role, "SCHEMATHESIS_HOOKS": "hooks", "PYTHONPATH": str(HERE)}
    environment["PYTHONDONTWRITEBYTECODE"] = "1"
    began = time.monotonic()
    with report.open("w", encoding="utf-8") as output:
        status = subprocess.run(command, cwd=folder, env=environment, stdout=output, stderr=output, check=False)
    text = report.read_text(encoding="utf-8")
    if status.returncode != 0:
        print(text, flush=True)
    print(f"schemathesis: {role}, seed {seed}: {time.monotonic() - began:.0f} s, {verdict(text)}", flush=True)
    return status.returncode == 0


def verdict(text: str) -> str:
    counts = re.search(r"(\d+) generated.*", text)
    return counts.group(0) if counts else "not a single case"


def main() -> None:
    folder, seed = Path(sys.argv[1]).resolve(), sys.argv[2]
    examples = sys.argv[3] if len(sys.argv) > 3 else None
    with ThreadPoolExecutor(max_workers=2) as pool:
        attempts = list(pool.map(lambda role: attempt(folder, role, seed, examples), ROLES))
    sys.exit(0 if all(attempts) else 1)


main()
