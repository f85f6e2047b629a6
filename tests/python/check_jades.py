"""Checks a detached JAdES signature with jwcrypto, as an integrator would.

usage: check_jades.py JWS PAYLOAD ROOT_PEM

JWS is compact or flattened JSON. Exit code 0: the payload is the one that was signed, by a certificate under this
root. 1: anything else.
"""

import base64
import hashlib
import json
import sys
from pathlib import Path

from cryptography import x509
from jwcrypto.common import base64url_decode, base64url_encode
from jwcrypto.jwk import JWK
from jwcrypto.jws import JWS


def protected_header(text):
    encoded = json.loads(text)["protected"] if text.startswith("{") else text.split(".")[0]
    return json.loads(base64url_decode(encoded))


def check_path(chain, root):
    """Each certificate was issued by the next one, the last by the root."""
    for certificate, issuer in zip(chain, [*chain[1:], root], strict=True):
        certificate.verify_directly_issued_by(issuer)
        constraints = issuer.extensions.get_extension_for_class(x509.BasicConstraints).value
        if not constraints.ca:
            raise ValueError(f"{issuer.subject.rfc4514_string()} is no authority")


def check(signature_file, payload_file, root_file):
    text = Path(signature_file).read_text("ascii")
    header = protected_header(text)
    chain = [x509.load_der_x509_certificate(base64.b64decode(der, validate=True)) for der in header["x5c"]]
    check_path(chain, x509.load_pem_x509_certificate(Path(root_file).read_bytes()))
    leaf = chain[0]
    fingerprint = hashlib.sha256(base64.b64decode(header["x5c"][0])).digest()
    if header["x5t#S256"] != base64url_encode(fingerprint):
        raise ValueError("x5t#S256 refers to another certificate")
    jws = JWS()
    jws.deserialize(text)
    jws.verify(JWK.from_pyca(leaf.public_key()), detached_payload=Path(payload_file).read_bytes())
    return leaf.subject.rfc4514_string()


if __name__ == "__main__":
    try:
        print(f"valid: {check(*sys.argv[1:])}")
    except Exception as error:  # any of the libraries' or the files' own
        print(f"not valid: {type(error).__name__}: {error}", file=sys.stderr)
        sys.exit(1)
