// An OpenID provider that this project did not write (npm oidc-provider), for the tests to be a relying party of. It is
// strict: PKCE with S256, private_key_jwt, its own names for claims. Nobody sees a page: `login_hint` says who logs in.
//
// usage: node oidc-provider.mjs REDIRECT_URI [ES256|RS256]
//
// The second argument is the algorithm of its client's key and of its own; without it ES256.
//
// Its first line of output is JSON: the issuer, and the key (PKCS#8 PEM) of its one client `cazier`. It ends with its
// standard input. `POST /test/rotate` replaces its signing key.
//
// login_hint: a person of PERSONS · `denied` · `low` (a level of assurance that is too low)

import { generateKeyPairSync, randomUUID } from "node:crypto";
import { createServer } from "node:http";
import Provider from "oidc-provider";

const ACR = "urn:example:loa:high";
const LOW = "urn:example:loa:low";
const PERSON_CLAIMS = ["numar_personal", "nume", "prenume", "data_nasterii", "sex"];

const PERSONS = {
	clean: { numar_personal: "2880514121171", nume: "Munteanu", prenume: "Andreea", data_nasterii: "1988-05-14", sex: "F" },
	"clean-2": { numar_personal: "1751102404820", nume: "Dobrescu", prenume: "Marian", data_nasterii: "1975-11-02", sex: "M" },
	contradicting: { numar_personal: "2880514121171", nume: "Munteanu", prenume: "Andrei", data_nasterii: "1988-05-14", sex: "M" },
};

const [redirectUri, alg = "ES256"] = process.argv.slice(2);
const clientKey = newKey();

function newKey() {
	return alg === "RS256"
		? generateKeyPairSync("rsa", { modulusLength: 2048 })
		: generateKeyPairSync("ec", { namedCurve: "P-256" });
}

function signingKey() {
	return { ...newKey().privateKey.export({ format: "jwk" }), kid: randomUUID(), alg, use: "sig" };
}

const CLIENT = {
	client_id: "cazier",
	token_endpoint_auth_method: "private_key_jwt",
	token_endpoint_auth_signing_alg: alg,
	id_token_signed_response_alg: alg,
	redirect_uris: [redirectUri],
	jwks: { keys: [{ ...clientKey.publicKey.export({ format: "jwk" }), kid: "cazier-1", use: "sig", alg }] },
};

/** Everything that is asked for is granted: consent is not what is tested. */
async function grantAll(ctx) {
	const { client, session, provider } = ctx.oidc;
	const grant = new provider.Grant({ clientId: client.clientId, accountId: session.accountId });
	grant.addOIDCScope("openid person");
	await grant.save();
	return grant;
}

function newProvider(issuer) {
	const provider = new Provider(issuer, {
		clients: [CLIENT],
		jwks: { keys: [signingKey()] },
		cookies: { keys: [randomUUID()] },
		acrValues: [ACR, LOW],
		scopes: ["openid", "person"],
		claims: { openid: ["sub"], person: PERSON_CLAIMS, acr: null },
		conformIdTokenClaims: false,
		pkce: { required: () => true },
		features: { devInteractions: { enabled: false } },
		interactions: { url: (_ctx, { uid }) => `/interaction/${uid}` },
		findAccount: (_ctx, id) => ({ accountId: id, claims: () => ({ sub: id, ...(PERSONS[id] ?? PERSONS.clean) }) }),
		loadExistingGrant: grantAll,
		ttl: { AuthorizationCode: 60, Grant: 600, IdToken: 300, Interaction: 600, Session: 600, AccessToken: 300 },
	});
	provider.on("server_error", (_ctx, error) => console.error(error));
	return provider;
}

/** The person answers as the hint says. */
async function interact(provider, request, response) {
	const { params } = await provider.interactionDetails(request, response);
	const hint = params.login_hint;
	const result =
		hint === "denied"
			? { error: "access_denied", error_description: "the person refused" }
			: { login: { accountId: hint, acr: hint === "low" ? LOW : ACR, amr: ["sc"], remember: false } };
	await provider.interactionFinished(request, response, result, { mergeWithLastSubmission: false });
}

let provider;
const server = createServer((request, response) => {
	if (request.method === "POST" && request.url === "/test/rotate") {
		provider = newProvider(provider.issuer);
		response.writeHead(204).end();
	} else if (request.url.startsWith("/interaction/")) {
		interact(provider, request, response).catch((error) => response.writeHead(500).end(String(error)));
	} else {
		provider.callback()(request, response);
	}
});

server.listen(0, "127.0.0.1", () => {
	provider = newProvider(`http://127.0.0.1:${server.address().port}`);
	const keyPem = clientKey.privateKey.export({ type: "pkcs8", format: "pem" });
	console.log(JSON.stringify({ issuer: provider.issuer, key_pem: keyPem }));
});
process.stdin.on("end", () => process.exit(0)).resume();
