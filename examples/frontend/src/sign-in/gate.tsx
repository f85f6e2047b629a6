// What only somebody who is signed in can see. Others sign in first, and then come to it.

import type { ComponentChildren } from "preact";

import type { Schemas } from "../api/types";
import { say } from "../language";
import { place } from "../router";
import { remember } from "./goal";
import { LoginPage } from "./login-page";
import { signedIn } from "./session";

export function SignedIn({ children }: { children: (account: Schemas["Account"]) => ComponentChildren }) {
	const account = signedIn.use();
	if (account === undefined) return <p role="status">{say("Se încarcă…", "Loading…")}</p>;
	if (account) return <>{children(account)}</>;
	remember(place.get().path);
	return <LoginPage />;
}
