"""Signs a payload as CAdES with pyHanko and as JAdES with jwcrypto: software that this project did not write, for
algorithms that its own keys do not sign with.

usage: sign.py ALGORITHM KEY_PEM CERTIFICATE_PEM PAYLOAD P7S JWS

ALGORITHM is named as in JOSE (EdDSA, ES384, PS384, RS512…). P7S and JWS are written.
"""

import asyncio
import base64
import datetime
import hashlib
import json
import sys
from pathlib import Path

from asn1crypto import pem, x509
from jwcrypto.common import base64url_encode
from jwcrypto.jwk import JWK
from jwcrypto.jws import JWS
from pyhanko.keys import load_private_key_from_pemder
from pyhanko.sign.signers import SimpleSigner
from pyhanko.sign.signers.pdf_cms import PdfCMSSignedAttributes
from pyhanko_certvalidator.registry import SimpleCertificateStore


def sign_cades(algorithm, key_file, certificate, payload):
    # Ed25519 goes with SHA-512 (RFC 8419).
    digest = "sha512" if algorithm == "EdDSA" else f"sha{algorithm[2:]}"
    signer = SimpleSigner(
        signing_cert=certificate,
        signing_key=load_private_key_from_pemder(key_file, passphrase=None),
        cert_registry=SimpleCertificateStore(),
        prefer_pss=algorithm.startswith("PS"),
    )
    time = PdfCMSSignedAttributes(signing_time=datetime.datetime.now(datetime.timezone.utc))
    signing = signer.async_sign_general_data(payload, digest, use_cades=True, signed_attr_settings=time)
    return asyncio.run(signing).dump()


def sign_jades(algorithm, key_file, certificate, payload):
    der = certificate.dump()
    header = {
        "alg": algorithm,
        "b64": False,
        "crit": ["b64"],
        "x5c": [base64.b64encode(der).decode()],
        "x5t#S256": base64url_encode(hashlib.sha256(der).digest()),
        "iat": int(datetime.datetime.now().timestamp()),
    }
    jws = JWS(payload)
    jws.allowed_algs = [algorithm]
    jws.add_signature(JWK.from_pem(Path(key_file).read_bytes()), alg=None, protected=json.dumps(header))
    jws.detach_payload()
    return jws.serialize(compact=True)


def main(algorithm, key_file, certificate_file, payload_file, p7s, jws):
    _, _, der = pem.unarmor(Path(certificate_file).read_bytes())
    certificate = x509.Certificate.load(der)
    payload = Path(payload_file).read_bytes()
    Path(p7s).write_bytes(sign_cades(algorithm, key_file, certificate, payload))
    Path(jws).write_text(sign_jades(algorithm, key_file, certificate, payload), "ascii")


if __name__ == "__main__":
    main(*sys.argv[1:])
