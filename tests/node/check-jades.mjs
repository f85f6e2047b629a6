// Checks a detached JAdES signature with a stock JOSE library, as an integrator would.
//
//   node check-jades.mjs <jws file> <payload file> <root pem>
//
// Exit code 0: the payload is the one that was signed, by a certificate under this root. 1: anything else.

import { createHash, X509Certificate } from "node:crypto";
import { readFileSync } from "node:fs";
import { decodeProtectedHeader, flattenedVerify } from "jose";

/** The certificates of `x5c`, leaf first. */
function chainOf(header) {
  return header.x5c.map((text) => new X509Certificate(Buffer.from(text, "base64")));
}

/** Throws unless each certificate was issued by the next one, the last by `root`, and all are in validity. */
function checkPath(chain, root) {
  const path = [...chain, root];
  const now = Date.now();
  for (const [index, certificate] of path.entries()) {
    const issuer = path[index + 1] ?? root;
    if (!certificate.checkIssued(issuer) || !certificate.verify(issuer.publicKey)) {
      throw new Error(`not issued by the next in the path: ${certificate.subject}`);
    }
    if (certificate.ca !== index > 0) {
      throw new Error(`in the wrong place of the path: ${certificate.subject}`);
    }
    if (now < Date.parse(certificate.validFrom) || now > Date.parse(certificate.validTo)) {
      throw new Error(`not in its validity period: ${certificate.subject}`);
    }
  }
}

/** Throws unless the header is what JAdES baseline B-B asks of a detached signature. */
function checkHeader(header, leaf) {
  const reference = createHash("sha256").update(leaf.raw).digest("base64url");
  if (header["x5t#S256"] !== reference) throw new Error("x5t#S256 refers to another certificate");
  if (header.b64 !== false) throw new Error("b64 is not false");
  if (!Number.isInteger(header.iat)) throw new Error("iat is missing");
  if (typeof header.cty !== "string") throw new Error("cty is missing");
}

/** The encoded header and the signature value, of a compact JWS or of one in flattened JSON. */
function read(text) {
  if (text.startsWith("{")) {
    const { protected: encoded, signature, payload } = JSON.parse(text);
    if (payload !== undefined) throw new Error("the payload is not detached");
    return { encoded, signature };
  }
  const [encoded, nothing, signature, ...more] = text.split(".");
  if (nothing !== "" || more.length > 0) throw new Error("not a compact JWS with a detached payload");
  return { encoded, signature };
}

async function check(jwsFile, payloadFile, rootFile) {
  const { encoded, signature } = read(readFileSync(jwsFile, "ascii"));
  const header = decodeProtectedHeader({ protected: encoded });
  const chain = chainOf(header);
  const [leaf] = chain;
  checkPath(chain, new X509Certificate(readFileSync(rootFile)));
  checkHeader(header, leaf);
  const payload = new Uint8Array(readFileSync(payloadFile));
  const jws = { protected: encoded, payload, signature };
  await flattenedVerify(jws, leaf.publicKey, { algorithms: ["ES256"] });
  return `${leaf.subject.replaceAll("\n", ", ")}, claimed time ${new Date(header.iat * 1000).toISOString()}`;
}

try {
  console.log(`valid: ${await check(...process.argv.slice(2))}`);
} catch (error) {
  console.error(`not valid: ${error.message}`);
  process.exitCode = 1;
}
