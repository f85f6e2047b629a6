"""Checks a detached CAdES signature with pyHanko, as an integrator would.

usage: check_cades.py LEVEL P7S PAYLOAD ROOT_PEM

LEVEL is what must be there: b-b (signature, trusted signer), b-t (and a trusted time-stamp over it) or b-lt (and
evidence in the file that neither certificate was revoked; none is fetched). Exit code 0: all of it is. 1: it is not.
"""

import asyncio
import sys
from pathlib import Path

from asn1crypto import cms, pem, x509
from pyhanko.sign.validation import async_validate_detached_cms
from pyhanko_certvalidator import ValidationContext


# RFC 5940.
OCSP_RESPONSE = "1.3.6.1.5.5.7.16.2"


class NotValid(Exception):
    """Why the signature is not."""


def embedded_evidence(signed_data):
    """Lists and answers about revocation, from where EN 319 122-1 puts them."""
    crls, answers = [], []
    for choice in signed_data["crls"]:
        if choice.name == "crl":
            crls.append(choice.chosen)
        elif choice.chosen["other_rev_info_format"].dotted == OCSP_RESPONSE:
            answers.append(choice.chosen["other_rev_info"])
    return crls, answers


def context(signed_data, root, level):
    """Trusts the root; at level b-lt every certificate needs evidence."""
    crls, answers = embedded_evidence(signed_data) if level == "b-lt" else ([], [])
    mode = "require" if level == "b-lt" else "soft-fail"
    return ValidationContext(
        trust_roots=[root], crls=crls, ocsps=answers, revocation_mode=mode, allow_fetching=False
    )


async def check(level, signature_file, payload_file, root_file):
    content = cms.ContentInfo.load(Path(signature_file).read_bytes(), strict=True)
    signed_data = content["content"]
    _, _, root = pem.unarmor(Path(root_file).read_bytes())
    root = x509.Certificate.load(root)
    status = await async_validate_detached_cms(
        Path(payload_file).read_bytes(),
        signed_data,
        signer_validation_context=context(signed_data, root, level),
    )
    if not (status.intact and status.valid and status.trusted):
        raise NotValid(status.summary())
    stamp = status.timestamp_validity
    if level != "b-b" and not (stamp and stamp.intact and stamp.valid and stamp.trusted):
        raise NotValid(f"no time-stamp that counts: {stamp.summary() if stamp else 'none at all'}")
    if stamp and not (stamp.intact and stamp.valid and stamp.trusted):
        raise NotValid(f"the time-stamp does not count: {stamp.summary()}")
    return status.signing_cert.subject.human_friendly


if __name__ == "__main__":
    try:
        print(f"valid: {asyncio.run(check(*sys.argv[1:]))}")
    except Exception as error:  # any of pyHanko's, asn1crypto's or the files' own
        print(f"not valid: {type(error).__name__}: {error}", file=sys.stderr)
        sys.exit(1)
