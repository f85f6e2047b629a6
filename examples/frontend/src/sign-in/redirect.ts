// Leaving for Ghișeul.ro and coming back: docs/guides/sign-in.md.

import { api } from "../api/client";
import { content } from "../api/problem";
import { anonymous } from "../api/transport";
import { remember } from "./goal";

/** Says, in this tab alone, that this front end sent the person away. */
const AWAY = "away";

/** Sends the browser to Ghișeul.ro to log in; it comes back to `/signed-in`. */
export async function leaveToSignIn(): Promise<void> {
	const body = { method: "ghiseul", return_url: `${location.origin}/signed-in` };
	await leave(content(anonymous.POST("/v1/sessions/redirect", { body })));
}

/** Sends the browser there to prove who the owner of the account is; it comes back to `/identity/proved`. */
export async function leaveToProveIdentity(goal: string): Promise<void> {
	const body = { method: "ghiseul", return_url: `${location.origin}/identity/proved` };
	remember(goal);
	await leave(content(api.POST("/v1/identity-verifications", { body })));
}

/** Sends the browser there to prove that the owner is present; it comes back to `/present`. */
export async function leaveToProvePresence(goal: string): Promise<void> {
	const body = { method: "ghiseul", return_url: `${location.origin}/present` };
	remember(goal);
	await leave(content(api.POST("/v1/sessions/current/presence/redirect", { body })));
}

async function leave(asked: Promise<{ redirect_url?: string | null }>): Promise<void> {
	const { redirect_url } = await asked;
	if (!redirect_url) throw new Error("a method by redirect answers where to go");
	sessionStorage.setItem(AWAY, "yes");
	location.assign(redirect_url);
}

/** Whether the person left from here, asked once: nobody else can then log them in to another's account. */
export function cameBack(): boolean {
	const away = sessionStorage.getItem(AWAY) !== null;
	sessionStorage.removeItem(AWAY);
	return away;
}
