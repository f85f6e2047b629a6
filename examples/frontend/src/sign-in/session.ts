// Who is signed in, and the tokens of that. All that other parts of the front end know of signing in is what this file exports.
//
// The access token is in memory alone. The refresh token is in `sessionStorage`, which belongs to this tab and ends with it:
// it must outlive the way to the log-in page and back. It works once, in this browser, and a second use ends the session.

import { anonymous } from "../api/transport";
import { content, Refused } from "../api/problem";
import type { Schemas } from "../api/types";
import { Watched } from "../watched";
import { forgetGoal } from "./goal";
import { type Granted, giveBack, renewGranted } from "./hub";

type Account = Schemas["Account"];
type Credentials = Schemas["CreateSessionRequest"];
type SecondFactor = Pick<Credentials, "totp" | "recovery_code">;
/** Of the account's owner, or what they granted this front end (see `gate.tsx`). */
type Kind = "own" | "granted";

const REFRESH_TOKEN = "refresh_token";
const KIND = "session_kind";

let access: string | null = null;
let refreshing: Promise<boolean> | null = null;

/** The account that is signed in; `null` if none is, `undefined` as long as we do not know. */
export const signedIn = new Watched<Account | null | undefined>(undefined);
export const sessionKind = new Watched<Kind>(sessionStorage.getItem(KIND) === "granted" ? "granted" : "own");

export const accessToken = (): string | null => access;

/** Opens the session of the last page of this tab, if there is one. */
export async function resume(): Promise<void> {
	try {
		if (await refresh()) await showAccount();
		else signedIn.set(null);
	} catch {
		// Nobody answers. The token stays, for when the page is opened again.
		signedIn.set(null);
	}
}

export async function signIn(credentials: Credentials): Promise<Account> {
	return begin("own", await content(anonymous.POST("/v1/sessions", { body: credentials })));
}

/** Ends a log-in by redirect: exchanges the code that the browser came back with. */
export async function exchange(code: string, secondFactor: SecondFactor = {}): Promise<Account> {
	return begin("own", await content(anonymous.POST("/v1/sessions/exchange", { body: { code, ...secondFactor } })));
}

/** Ends a log-in with the Hub. */
export const beginGranted = (tokens: Granted): Promise<Account> => begin("granted", tokens);

/** Asks for new tokens, once however many requests wait for them; returns whether the session goes on. */
export function refresh(): Promise<boolean> {
	refreshing ??= renew().finally(() => {
		refreshing = null;
	});
	return refreshing;
}

/** Ends the session; if the API cannot be reached, this browser forgets it all the same. */
export async function signOut(): Promise<void> {
	await end().catch(() => null);
	forget();
}

/** Reads the account again, after something about it has changed. */
export async function showAccount(): Promise<Account> {
	const headers = { authorization: `Bearer ${access}` };
	const account = await content(anonymous.GET("/v1/accounts/me", { headers }));
	signedIn.set(account);
	return account;
}

/** Leaves nothing of the session in this browser; the API has ended it. */
export function forget(): void {
	access = null;
	sessionStorage.removeItem(REFRESH_TOKEN);
	sessionStorage.removeItem(KIND);
	forgetGoal();
	signedIn.set(null);
}

function keep(tokens: Granted): void {
	access = tokens.access_token;
	sessionStorage.setItem(REFRESH_TOKEN, tokens.refresh_token);
}

async function begin(kind: Kind, tokens: Granted): Promise<Account> {
	// One session at a time: the one before must not live on where nobody can end it.
	if (access) await end().catch(() => null);
	keep(tokens);
	sessionStorage.setItem(KIND, kind);
	sessionKind.set(kind);
	return showAccount();
}

async function end(): Promise<void> {
	const refreshToken = sessionStorage.getItem(REFRESH_TOKEN);
	if (sessionKind.get() === "granted" && refreshToken) return giveBack(refreshToken);
	const headers = { authorization: `Bearer ${access}` };
	await anonymous.DELETE("/v1/sessions/current", { headers });
}

async function renew(): Promise<boolean> {
	const refreshToken = sessionStorage.getItem(REFRESH_TOKEN);
	if (!refreshToken) return false;
	const tokens = await (sessionKind.get() === "granted" ? renewGranted(refreshToken) : renewOwn(refreshToken));
	// Another session has begun meanwhile: what happened to this one no longer matters.
	if (sessionStorage.getItem(REFRESH_TOKEN) !== refreshToken) return access !== null;
	if (tokens) keep(tokens);
	else forget();
	return tokens !== null;
}

/** Returns new tokens; `null` when the session has ended. */
async function renewOwn(refresh_token: string): Promise<Granted | null> {
	const { data, error, response } = await anonymous.POST("/v1/sessions/refresh", { body: { refresh_token } });
	if (data) return data;
	// Anything else, such as 503, says nothing about the session.
	if (response.status === 401) return null;
	throw new Refused(error);
}
