// Who is signed in. All that other parts of the front end know of signing in is what this file exports, so that another
// protocol can take its place.
//
// The access token is in memory alone. The refresh token is in `sessionStorage`, which belongs to this tab and ends with it:
// it must outlive the way to Ghișeul.ro and back. It works once, in this browser, and a second use ends the session.

import { anonymous, send } from "../api/transport";
import { content, Refused } from "../api/problem";
import type { Schemas } from "../api/types";
import { Watched } from "../watched";

type Account = Schemas["Account"];
type Tokens = Schemas["SessionTokens"];
type Credentials = Schemas["CreateSessionRequest"];
type SecondFactor = Pick<Credentials, "totp" | "recovery_code">;

const REFRESH_TOKEN = "refresh_token";

let access: string | null = null;
let refreshing: Promise<boolean> | null = null;

/** The account that is signed in; `null` if none is, `undefined` as long as we do not know. */
export const signedIn = new Watched<Account | null | undefined>(undefined);

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
	return begin(await content(anonymous.POST("/v1/sessions", { body: credentials })));
}

/** Ends a log-in by redirect: exchanges the code that the browser came back with. */
export async function exchange(code: string, secondFactor: SecondFactor = {}): Promise<Account> {
	return begin(await content(anonymous.POST("/v1/sessions/exchange", { body: { code, ...secondFactor } })));
}

/** Asks for new tokens, once however many requests wait for them; returns whether the session goes on. */
export function refresh(): Promise<boolean> {
	refreshing ??= renew().finally(() => {
		refreshing = null;
	});
	return refreshing;
}

/** Ends the session; if the API cannot be reached, this browser forgets it all the same. */
export async function signOut(): Promise<void> {
	const headers = { authorization: `Bearer ${access}` };
	await anonymous.DELETE("/v1/sessions/current", { headers }).catch(() => null);
	forget();
}

/** Reads the account again, after something about it has changed. */
export async function showAccount(): Promise<Account> {
	const headers = { authorization: `Bearer ${access}` };
	const answer = await send(new Request(`${location.origin}/v1/accounts/me`, { headers }));
	if (!answer.ok) throw new Refused(await answer.json());
	const account: Account = await answer.json();
	signedIn.set(account);
	return account;
}

function keep(tokens: Tokens): void {
	access = tokens.access_token;
	sessionStorage.setItem(REFRESH_TOKEN, tokens.refresh_token);
}

function begin(tokens: Tokens): Promise<Account> {
	keep(tokens);
	return showAccount();
}

/** Leaves nothing of the session in this browser; the API has ended it. */
export function forget(): void {
	access = null;
	sessionStorage.removeItem(REFRESH_TOKEN);
	signedIn.set(null);
}

async function renew(): Promise<boolean> {
	const refresh_token = sessionStorage.getItem(REFRESH_TOKEN);
	if (!refresh_token) return false;
	const { data, response } = await anonymous.POST("/v1/sessions/refresh", { body: { refresh_token } });
	if (data) keep(data);
	// Anything else, such as 503, says nothing about the session.
	else if (response.status === 401) forget();
	return data !== undefined;
}
