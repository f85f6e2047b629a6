"""A front end's whole walk with the client that is generated from the contract.

usage: BASE_URL=... python -m walk, in the folder of the generated package `cazier_client`
"""

import os
import re
import time
from http import HTTPStatus
from io import BytesIO
from typing import TypeVar, cast

import httpx
from cazier_client import AuthenticatedClient, Client
from cazier_client.api.accounts import confirm_email, create_account, get_account
from cazier_client.api.applications import create_application, get_prefill
from cazier_client.api.certificates import (
    get_certificate_container,
    get_certificate_document,
)
from cazier_client.api.identity import create_identity_verification
from cazier_client.api.sessions import create_session, end_current_session
from cazier_client.api.verification import verify_certificate, verify_signature
from cazier_client.models import (
    Account,
    Application,
    Certificate,
    ConfirmEmailRequest,
    CreateAccountRequest,
    CreateApplicationConflict,
    CreateApplicationRequest,
    CreateIdentityVerificationRequestByRedirect,
    CreateSessionRequest,
    IdentityVerification,
    Prefill,
    RuleCode,
    SessionTokens,
    SignatureForm,
    SignatureVerificationResponse,
    UnauthenticatedProblem,
    VerificationOutcome,
    VerificationResponse,
    VerifyCertificateInvalid,
    VerifyRequestByControlCode,
)
from cazier_client.types import File

BASE_URL = os.environ["BASE_URL"]
EMAIL = f"walk.{time.time_ns()}@example.ro"
PASSWORD = "trei cai albi pe deal"
RETURN_URL = "http://localhost:3000/done"

T = TypeVar("T")


def expect(kind: type[T], answer: object) -> T:
    """Return the answer, which must be of this type."""
    assert isinstance(answer, kind), answer
    return answer


def token_from_mail() -> str:
    """Wait for the mail; the mailbox is the sandbox's, not of the contract."""
    for _ in range(100):
        mailbox = httpx.get(f"{BASE_URL}/sandbox/mailbox", params={"to": EMAIL})
        if found := re.search(r"token=([\w-]+)", mailbox.text):
            return found.group(1)
        time.sleep(0.1)
    raise AssertionError("no mail came")


def follow(url: str, cookies: httpx.Cookies) -> httpx.URL:
    """Follow redirects as a browser would, with its cookies, up to the front end."""
    with httpx.Client(cookies=cookies) as browser:
        while not url.startswith(RETURN_URL):
            url = browser.get(url).headers["location"]
    return httpx.URL(url)


def register(client: Client) -> AuthenticatedClient:
    create_account.sync(client=client, body=CreateAccountRequest(email=EMAIL, password=PASSWORD))
    # The generator knows no operation that may be called with and without a log-in.
    either = cast(AuthenticatedClient, client)
    confirm_email.sync(client=either, body=ConfirmEmailRequest(token=token_from_mail(), password=PASSWORD))
    log_in = CreateSessionRequest(email=EMAIL, password=PASSWORD)
    tokens = expect(SessionTokens, create_session.sync(client=client, body=log_in))
    return AuthenticatedClient(base_url=BASE_URL, token=tokens.access_token)


def prove_identity(client: AuthenticatedClient) -> None:
    wish = CreateIdentityVerificationRequestByRedirect(method="ghiseul", return_url=RETURN_URL)
    begun = expect(IdentityVerification, create_identity_verification.sync(client=client, body=wish))
    cookies = client.get_httpx_client().cookies
    back = follow(f"{expect(str, begun.redirect_url)}&login_hint=clean-2:success", cookies)
    assert back.params["status"] == "verified", back


def apply(client: AuthenticatedClient) -> Certificate:
    service = "criminal-record-certificate"
    expect(Prefill, get_prefill.sync(client=client, service=service))
    wish = CreateApplicationRequest(service=service, reason="employment", declaration=True)
    application = expect(Application, create_application.sync(client=client, body=wish))
    again = expect(CreateApplicationConflict, create_application.sync(client=client, body=wish))
    assert again.code == "already_applied_today", again
    return expect(Certificate, application.certificate)


def verify(client: AuthenticatedClient, certificate: Certificate) -> None:
    by_code = VerifyRequestByControlCode(
        registration_number=certificate.registration_number, control_code=certificate.control_code
    )
    answer = expect(VerificationResponse, verify_certificate.sync(client=client, body=by_code))
    assert answer.outcome == VerificationOutcome.VALID, answer
    document = expect(File, get_certificate_document.sync(certificate.id, client=client)).payload.read()
    assert document.startswith(b"%PDF-"), document[:20]
    container = expect(File, get_certificate_container.sync(certificate.id, client=client)).payload.read()
    for form in (
        SignatureForm(document=File(BytesIO(document), "certificate.pdf")),
        SignatureForm(container=File(BytesIO(container), "certificate.asice")),
    ):
        judged = expect(SignatureVerificationResponse, verify_signature.sync(client=client, body=form))
        assert judged.outcome == VerificationOutcome.VALID, judged


def refuse_wrong_input(client: Client) -> None:
    wrong = VerifyRequestByControlCode(registration_number="?", control_code="8F3K-Q2ZD-7M4T-XW9A")
    problem = expect(VerifyCertificateInvalid, verify_certificate.sync(client=client, body=wrong))
    assert problem.errors and problem.errors[0].pointer == "/registration_number", problem
    assert problem.errors[0].code == RuleCode.REGISTRATION_NUMBER_FORMAT, problem


def log_out(client: AuthenticatedClient) -> None:
    expect(Account, get_account.sync(client=client))
    ended = end_current_session.sync_detailed(client=client)
    assert ended.status_code == HTTPStatus.NO_CONTENT, ended
    expect(UnauthenticatedProblem, get_account.sync(client=client))


anybody = Client(base_url=BASE_URL)
citizen = register(anybody)
prove_identity(citizen)
verify(citizen, apply(citizen))
refuse_wrong_input(anybody)
log_out(citizen)
print("Python: the whole walk, files included")
