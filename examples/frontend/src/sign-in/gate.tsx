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
import { LoginPage, OwnerWays } from "./login-page";
import { PasswordPage } from "./password-page";
import { sessionKind, signedIn } from "./session";

interface Properties {
	/** Who signs in to the account itself, because what the scopes allow is not enough. */
	as?: "owner" | "staff";
	children: (account: Schemas["Account"]) => ComponentChildren;
}

export function SignedIn({ as, children }: Properties) {
	const account = signedIn.use();
	const kind = sessionKind.use();
	if (account === undefined) return <p role="status">{say("Se încarcă…", "Loading…")}</p>;
	if (account && !(as && kind === "granted")) return <>{children(account)}</>;
	remember(place.get().path);
	if (account) return <OwnerPage />;
	// Who works here has no other way in.
	return as === "staff" ? <PasswordPage back="/" /> : <LoginPage asOwner={as === "owner"} />;
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
			<OwnerWays />
		</Page>
	);
}
