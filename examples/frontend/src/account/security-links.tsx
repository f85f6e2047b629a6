// What protects an account, each on a page of its own; as items of a list.

import type { Schemas } from "../api/types";
import { say } from "../language";

export function SecurityLinks({ account }: { account: Schemas["Account"] }) {
	return (
		<>
			<li>
				<a href="/account/password">
					{account.password_set
						? say("Schimbați parola", "Change the password")
						: say("Alegeți o parolă", "Choose a password")}
				</a>
			</li>
			<li>
				<a href="/account/second-factor">{say("Al doilea pas la autentificare", "Second step at sign-in")}</a>
			</li>
			<li>
				<a href="/account/sessions">{say("Unde sunt autentificat", "Where I am signed in")}</a>
			</li>
		</>
	);
}
