"""What Schemathesis must know of this service: who calls, and which refusals of valid input are no fault.

ROLE names the caller, one of `roles.ROLES`, or `anybody`. What of `accepted.toml` was needed is written to the file
`used-ROLE.txt` of the working folder: `unused.py` reads it.
"""

import os
from pathlib import Path
from typing import Any

import accepted
import roles
import schemathesis
from schemathesis import AuthContext, HookContext
from schemathesis.core.failures import Failure
from schemathesis.core.transport import Response
from schemathesis.openapi.checks import RejectedPositiveData

# Of whatever contract.
Case = schemathesis.Case[Any]
ROLE = os.environ["ROLE"]
# Every other problem tells of the state of things, which no schema knows.
PROBLEMS_OF_FORM = {"invalid_input", "malformed_json", "malformed_request", "unsupported_media_type"}
USED = Path(f"used-{ROLE}.txt")


class Session:
    """The session of the role; opened again after it has ended, by log-out or with its account."""

    token: str | None = None

    def get(self, case: Case, context: AuthContext) -> str:
        if Session.token is None:
            Session.token = roles.ROLES[ROLE]()
        return Session.token

    def set(self, case: Case, data: str, context: AuthContext) -> None:
        case.headers["Authorization"] = f"Bearer {data}"


if ROLE != "anybody":
    schemathesis.auth(refresh_interval=None)(Session)


@schemathesis.hook
def before_call(context: HookContext, case: Case, kwargs: dict[str, object]) -> None:
    """Send each request from another address: what one sender may do in an hour is tested elsewhere."""
    case.headers["X-Forwarded-For"] = roles.sender()


@schemathesis.hook
def after_call(context: HookContext, case: Case, response: Response) -> None:
    sent = response.request.headers.get("Authorization")
    if code_of(response) == "unauthenticated" and sent == f"Bearer {Session.token}":
        Session.token = None


@schemathesis.hook
def filter_failure(context: HookContext, failure: Failure, case: Case, response: Response) -> bool:
    """Whether a finding is one: it is neither accepted nor a refusal for the state of things."""
    found = {"operation": f"{case.method} {case.path}", "failure": type(failure).__name__, "code": code_of(response)}
    if names := accepted.names_of(found):
        note(names)
        return False
    return not isinstance(failure, RejectedPositiveData) or is_fault_of_form(response)


def note(lines: set[str]) -> None:
    """Note lines of the list that were needed."""
    with USED.open("a", encoding="utf-8") as file:
        file.writelines(f"{line}\n" for line in lines)


def code_of(response: Response) -> object:
    """Return the code of a problem document; `None` for other answers."""
    is_problem = response.headers.get("content-type", [""])[0].startswith("application/problem+json")
    return response.json()["code"] if is_problem else None


def is_fault_of_form(response: Response) -> bool:
    """Whether valid input was refused for its form, by a rule that the contract should state."""
    if code_of(response) not in PROBLEMS_OF_FORM:
        return False
    broken = {error["code"] for error in response.json().get("errors", [])}
    if not broken or not broken <= accepted.RULES:
        return True
    note(broken)
    return False
