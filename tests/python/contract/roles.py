"""The callers as whom the contract is tried, each with a session that is opened again when it has ended.

The routes under /sandbox are the sandbox's and not of the contract: they answer what a person would read in a mail or see
in an authenticator app.
"""

import itertools
import os
import re
import time
import zlib
from collections.abc import Callable, Iterator
from typing import cast

import httpx

BASE_URL = os.environ["BASE_URL"]
# The password of the contract's examples, so that these prove the caller's presence.
PASSWORD = "trei cai albi pe deal"
RETURN_URL = "http://localhost:3000/done"
# Represents firms, so that mandates can be asked for.
PERSON = "representative"
APPLICATION = {"service": "criminal-record-certificate", "reason": "employment", "declaration": True}

# One after the other: a limit of one sender must not end a walk. Each role has senders of its own.
_senders: Iterator[int] = itertools.count(1)
_network = zlib.crc32(os.environ["ROLE"].encode()) % 256


def sender() -> str:
    """Return an address that no request came from before, for `X-Forwarded-For`."""
    number = next(_senders)
    return f"10.{_network}.{number >> 8 & 255}.{number & 255}"


def call(method: str, path: str, token: str | None = None, **options: object) -> httpx.Response:
    """Send one request, as a sender of its own."""
    headers = {"x-forwarded-for": sender()}
    if token:
        headers["authorization"] = f"Bearer {token}"
    return httpx.request(method, BASE_URL + path, headers=headers, timeout=20, **options)  # type: ignore[arg-type]


def wanted(answer: httpx.Response) -> httpx.Response:
    """Return the answer, which must be a success."""
    assert answer.is_success, f"{answer.request.method} {answer.url}: {answer.status_code} {answer.text}"
    return answer


def token_from_mail(email: str) -> str:
    """Wait for the mail that confirms an address."""
    for _ in range(100):
        mailbox = call("GET", "/sandbox/mailbox", params={"to": email})
        if found := re.search(r"token=([\w-]+)", mailbox.text):
            return found.group(1)
        time.sleep(0.1)
    raise AssertionError("no mail came")


def access_token(answer: httpx.Response) -> str:
    """Return the token of a session that was opened."""
    return cast(str, wanted(answer).json()["access_token"])


def open_account() -> str:
    """Register with a new address, confirm it and log in."""
    email = f"contract.{time.time_ns()}@example.ro"
    wanted(call("POST", "/v1/accounts", json={"email": email, "password": PASSWORD}))
    confirmation = {"token": token_from_mail(email), "password": PASSWORD}
    wanted(call("POST", "/v1/accounts/confirm-email", json=confirmation))
    return access_token(call("POST", "/v1/sessions", json={"email": email, "password": PASSWORD}))


def log_in_by_redirect(person: str) -> str:
    """Follow a log-in by redirect as a browser would; opens the person's account when there is none."""
    wish = {"method": "ghiseul", "client_id": "hub", "return_url": RETURN_URL}
    with httpx.Client(base_url=BASE_URL, timeout=20) as browser:
        begun = wanted(browser.post("/v1/sessions/redirect", json=wish)).json()
        url = f"{begun['redirect_url']}&login_hint={person}:success"
        while not url.startswith(RETURN_URL):
            url = browser.get(url).headers["location"]
        exchange = {"code": httpx.URL(url).params["code"]}
        return access_token(browser.post("/v1/sessions/exchange", json=exchange))


def citizen() -> str:
    """Log in a person with a proved identity, and see that there is something in each list."""
    token = log_in_by_redirect(PERSON)
    # Refused from the second time on.
    call("POST", "/v1/applications", token, json=APPLICATION)
    call("POST", "/v1/mandates", token, json={"cui": "12345674"})
    call("POST", "/v1/support/requests", token, json={"topic": "other", "message": "Nu găsesc cererea mea."})
    return token


def staff(role: str) -> str:
    """Log in the first of the sandbox's staff in this role, with a fresh second factor."""
    for _ in range(20):
        members = wanted(call("GET", "/sandbox/officers")).json()["items"]
        member = next(member for member in members if member["role"] == role)
        body = {name: member[name] for name in ("email", "password", "totp")}
        if (answer := call("POST", "/v1/sessions", json=body)).is_success:
            return access_token(answer)
        # A code works once: the next one comes within half a minute.
        time.sleep(3)
    raise AssertionError(answer.text)


def officer() -> str:
    """Log in an officer for whom an application and a mandate wait."""
    call("POST", "/v1/applications", log_in_by_redirect("with-entries"), json=APPLICATION)
    attorney = log_in_by_redirect("attorney")
    call("POST", "/v1/mandates", attorney, json={"cui": "12345674", "capacity": "attorney"})
    return staff("officer")


ROLES: dict[str, Callable[[], str]] = {
    "newcomer": open_account,
    "citizen": citizen,
    "officer": officer,
    "operator": lambda: staff("operator"),
}
