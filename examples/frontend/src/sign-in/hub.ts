// Sign-in with the Hub by OpenID Connect, as any front end does it, on any site: docs/guides/sign-in-with-the-hub.md.
//
// This file is the whole of the protocol: who we are, what we ask for, the way there, the way back, and new tokens. The library
// checks `state`, `nonce`, `iss` and the ID token; PKCE ties the code to this tab.

import * as client from "openid-client";

import { type Problem, Refused } from "../api/problem";
import { language, say } from "../language";

/** As the operator registered this front end (docs/operating.md); it is of the kind `browser`, which has no secret. */
const CLIENT_ID = "front-end";
const RETURN_PATH = "/signed-in/hub";
/** What the pages need, and nothing more. Everything about the account itself needs its owner: see `gate.tsx`. */
const SCOPES = "openid profile identity applications:read applications:write certificates:read";
/** Whom `login_hint` can name beside an address: the provider through which the person wants to go on. */
export type LoginHint = "ghiseul";

/** The checks of the log-in on its way: in this tab alone, and for one answer. */
const CHECKS = "checks";

/** What the Hub gave this front end for the person. */
export interface Granted {
	access_token: string;
	refresh_token: string;
}

let known: Promise<client.Configuration> | null = null;

/** Reads the Hub's metadata, once; a failure is not remembered. */
function hub(): Promise<client.Configuration> {
	const address = new URL(HUB);
	// Only a sandbox speaks plain HTTP.
	const execute = address.protocol === "http:" ? [client.allowInsecureRequests] : [];
	known ??= client.discovery(address, CLIENT_ID, undefined, client.None(), { execute }).catch((error) => {
		known = null;
		throw error instanceof client.ClientError ? new Refused(noHub()) : error;
	});
	return known;
}

/** What answers is not the Hub that this front end knows, such as at `localhost` in place of the issuer's own address. */
function noHub(): Problem {
	return {
		code: "unreachable",
		title: say("Autentificarea nu este posibilă acum", "Sign-in is not possible now"),
		detail: say("Încercați mai târziu, sau pe altă cale.", "Try later, or another way."),
	};
}

/** Sends the browser to the Hub's log-in page. */
export async function leaveForHub(hint?: LoginHint): Promise<void> {
	const configuration = await hub();
	const checks = {
		pkceCodeVerifier: client.randomPKCECodeVerifier(),
		expectedState: client.randomState(),
		expectedNonce: client.randomNonce(),
	};
	const address = client.buildAuthorizationUrl(configuration, {
		redirect_uri: location.origin + RETURN_PATH,
		scope: SCOPES,
		code_challenge: await client.calculatePKCECodeChallenge(checks.pkceCodeVerifier),
		code_challenge_method: "S256",
		state: checks.expectedState,
		nonce: checks.expectedNonce,
		ui_locales: language.get(),
		...(hint && { login_hint: hint }),
	});
	sessionStorage.setItem(CHECKS, JSON.stringify(checks));
	location.assign(address);
}

/** Why the Hub's answer gives no tokens: the `error` of RFC 6749, `foreign` for an answer to nothing that we asked. */
export class NotGranted extends Error {
	constructor(readonly reason: string) {
		super(reason);
	}
}

/** Exchanges the code in the answer that the browser came back with. */
export async function tokensOf(answer: URLSearchParams): Promise<Granted> {
	const kept = sessionStorage.getItem(CHECKS);
	sessionStorage.removeItem(CHECKS);
	if (!kept) throw new NotGranted("foreign");
	const address = new URL(`${location.origin}${RETURN_PATH}?${answer}`);
	try {
		return granted(await client.authorizationCodeGrant(await hub(), address, JSON.parse(kept)));
	} catch (error) {
		if (error instanceof client.AuthorizationResponseError) throw new NotGranted(error.error);
		if (error instanceof client.ResponseBodyError) throw new NotGranted(error.error);
		if (error instanceof client.ClientError) throw new NotGranted("foreign");
		// Nobody answers: the code is not used yet, and the same answer can be tried again.
		sessionStorage.setItem(CHECKS, kept);
		throw error;
	}
}

/** Returns new tokens; `null` when the grant or its session has ended. */
export async function renewGranted(refreshToken: string): Promise<Granted | null> {
	try {
		return granted(await client.refreshTokenGrant(await hub(), refreshToken));
	} catch (error) {
		if (error instanceof client.ResponseBodyError && error.error === "invalid_grant") return null;
		throw error;
	}
}

/** Gives the tokens back; the grant stays, for the next log-in. */
export async function giveBack(refreshToken: string): Promise<void> {
	await client.tokenRevocation(await hub(), refreshToken, { token_type_hint: "refresh_token" });
}

function granted({ access_token, refresh_token }: client.TokenEndpointResponse): Granted {
	if (!refresh_token) throw new Error("the Hub gives a refresh token with each access token");
	return { access_token, refresh_token };
}
