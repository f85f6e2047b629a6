"""Checks a signed PDF with pyHanko, as an integrator would.

usage: check_pades.py LEVEL PDF ROOT_PEM

LEVEL is what must be there: b-b (one signature over the whole file, trusted signer), b-t (and a trusted time-stamp over
it) or b-lt (and evidence in the file that neither certificate was revoked; none is fetched). Nothing may stand behind
what is signed but, at level b-lt, the security store. Exit code 0: all of it is. 1: it is not.
"""

import asyncio
import sys
from pathlib import Path

from asn1crypto import pem, x509
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.diff_analysis import ModificationLevel
from pyhanko.sign.validation import async_validate_pdf_signature
from pyhanko.sign.validation.dss import DocumentSecurityStore
from pyhanko.sign.validation.status import SignatureCoverageLevel
from pyhanko_certvalidator import ValidationContext


class NotValid(Exception):
    """Why the signature is not."""


def check_coverage(status, level):
    if level != "b-lt":
        if status.coverage != SignatureCoverageLevel.ENTIRE_FILE:
            raise NotValid(f"something is not covered: {status.coverage}")
    elif status.coverage < SignatureCoverageLevel.ENTIRE_REVISION:
        raise NotValid(f"something is not covered: {status.coverage}")
    elif status.modification_level > ModificationLevel.LTA_UPDATES:
        raise NotValid(f"more than a security store was added: {status.modification_level}")


def context(reader, root, level):
    """Trusts the root; at level b-lt every certificate needs evidence, from the security store."""
    if level == "b-lt":
        store = DocumentSecurityStore.read_dss(reader)
        return store.as_validation_context(
            {"trust_roots": [root], "revocation_mode": "require", "allow_fetching": False}
        )
    return ValidationContext(trust_roots=[root], revocation_mode="soft-fail", allow_fetching=False)


async def check(level, pdf_file, root_file):
    _, _, root = pem.unarmor(Path(root_file).read_bytes())
    root = x509.Certificate.load(root)
    with open(pdf_file, "rb") as pdf:
        reader = PdfFileReader(pdf, strict=True)
        signatures = reader.embedded_signatures
        if len(signatures) != 1:
            raise NotValid(f"{len(signatures)} signatures")
        status = await async_validate_pdf_signature(
            signatures[0], signer_validation_context=context(reader, root, level)
        )
    if not status.bottom_line:
        raise NotValid(status.pretty_print_details())
    check_coverage(status, level)
    stamp = status.timestamp_validity
    if level != "b-b" and not (stamp and stamp.intact and stamp.valid and stamp.trusted):
        raise NotValid(f"no time-stamp that counts: {stamp.summary() if stamp else 'none at all'}")
    return status.signing_cert.subject.human_friendly


if __name__ == "__main__":
    try:
        print(f"valid: {asyncio.run(check(*sys.argv[1:]))}")
    except Exception as error:  # any of pyHanko's, asn1crypto's or the file's own
        print(f"not valid: {type(error).__name__}: {error}", file=sys.stderr)
        sys.exit(1)
