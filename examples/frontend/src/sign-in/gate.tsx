// What only somebody who is signed in can see. Others sign in first, and then come to it.
//
// There are two kinds of sessions. By OpenID Connect a front end gets what its scopes say: applications and certificates. What
// changes the account itself (password, second step, address, sessions, access of others, the proof of identity, the end) is in
// no scope, because no front end of others may do it; for that the owner signs in to the account. A front end of others sends
// people to the Hub's own pages for it.

import type { ComponentChildren } from "preact";

import type { Schemas } from "../api/types";
import { say } from "../language";
import { Page } from "../parts/page";
import { place } from "../router";
import { remember } from "./goal";
import { LoginPage, ThroughGhiseul } from "./login-page";
import { sessionKind, signedIn } from "./session";

interface Properties {
	/** Whether what the scopes allow is not enough. */
	asOwner?: boolean;
	children: (account: Schemas["Account"]) => ComponentChildren;
}

export function SignedIn({ asOwner, children }: Properties) {
	const account = signedIn.use();
	const kind = sessionKind.use();
	if (account === undefined) return <p role="status">{say("Se încarcă…", "Loading…")}</p>;
	if (account && !(asOwner && kind === "granted")) return <>{children(account)}</>;
	remember(place.get().path);
	return account ? <OwnerPage /> : <LoginPage />;
}

function OwnerPage() {
	return (
		<Page title={say("Confirmați că este contul dumneavoastră", "Confirm that the account is yours")} back="/account">
			<p>
				{say(
					"Ați dat acestei pagini acces la cereri și la certificate. Contul însuși îl poate schimba numai proprietarul, autentificat direct.",
					"You gave this page access to applications and certificates. The account itself can only be changed by its owner, signed in directly.",
				)}
			</p>
			<ThroughGhiseul />
			<p>
				<a href="/login/password">{say("Cu adresa de e-mail și parola", "With e-mail address and password")}</a>
			</p>
		</Page>
	);
}
