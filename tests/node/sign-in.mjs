// A registered client as its developers write it, with npm `openid-client`: discovery, request (pushed by a server, in the address by an
// app), exchange, userinfo, refresh, and the end: a server logs the person out by redirect, an app gives its tokens back.
//
// usage: node sign-in.mjs ISSUER CLIENT_ID SECRET REDIRECT_URI EMAIL PASSWORD; prints what it saw as JSON. SECRET: empty for a native app,
// `key:` and a P-256 key as PKCS#8 in base64 for a server that signs.
import * as client from "openid-client";
import { PersonsBrowser } from "./persons-browser.mjs";

const [issuer, clientId, secret, redirectUri, email, password] = process.argv.slice(2);
const plain = { execute: [client.allowInsecureRequests] };
async function proof() {
	if (!secret) return client.None();
	if (!secret.startsWith("key:")) return client.ClientSecretBasic(secret);
	const p256 = { name: "ECDSA", namedCurve: "P-256" };
	const pkcs8 = Buffer.from(secret.slice(4), "base64");
	return client.PrivateKeyJwt(await crypto.subtle.importKey("pkcs8", pkcs8, p256, false, ["sign"]));
}
const authentication = await proof();
const hub = await client.discovery(new URL(issuer), clientId, {}, authentication, plain);

const pkceCodeVerifier = client.randomPKCECodeVerifier();
const [expectedState, expectedNonce] = [client.randomState(), client.randomNonce()];
const build = secret ? client.buildAuthorizationUrlWithPAR : client.buildAuthorizationUrl;
const address = await build(hub, {
	redirect_uri: redirectUri,
	scope: "openid profile certificates:read offline_access",
	code_challenge: await client.calculatePKCECodeChallenge(pkceCodeVerifier),
	code_challenge_method: "S256",
	state: expectedState,
	nonce: expectedNonce,
});
const browser = new PersonsBrowser();
const back = await browser.agree(address, issuer, { email, password });

// RFC 9207: the library compares `iss` by itself.
const tokens = await client.authorizationCodeGrant(hub, back, { pkceCodeVerifier, expectedState, expectedNonce });
const claims = tokens.claims();
const person = await client.fetchUserInfo(hub, tokens.access_token, claims.sub);
const next = await client.refreshTokenGrant(hub, tokens.refresh_token);
await client.fetchUserInfo(hub, next.access_token, claims.sub);
if (secret) {
	const parameters = { id_token_hint: tokens.id_token, post_logout_redirect_uri: redirectUri, state: expectedState };
	const out = await browser.browse(client.buildEndSessionUrl(hub, parameters));
	const expected = `${redirectUri}?state=${expectedState}`;
	if (out.headers.get("location") !== expected) throw new Error(`log-out leads to ${out.headers.get("location")}`);
} else {
	await client.tokenRevocation(hub, next.refresh_token);
}
const ended = await client.fetchUserInfo(hub, next.access_token, claims.sub).then(() => "works", () => "ended");
console.log(JSON.stringify({ email: person.email, issuer: claims.iss, audience: claims.aud, scope: tokens.scope, ended }));
