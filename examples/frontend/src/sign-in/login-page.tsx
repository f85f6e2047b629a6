// The ways to sign in.

import { Form } from "../form/form";
import { useSend } from "../form/use-send";
import { say } from "../language";
import { Page } from "../parts/page";
import { leaveToSignIn } from "./redirect";

export function LoginPage() {
	return (
		<Page title={say("Autentificare", "Sign in")} back="/">
			<p>
				{say(
					"Cel mai simplu este prin Ghișeul.ro, cu cardul bancar: intrați fără parolă nouă și dovediți totodată cine sunteți.",
					"The simplest way is through Ghișeul.ro, with your bank card: you need no new password, and prove who you are at the same time.",
				)}
			</p>
			<ThroughGhiseul />
			<h2>{say("Alte căi", "Other ways")}</h2>
			<ul class="links">
				<li>
					<a href="/login/password">{say("Cu adresa de e-mail și parola", "With e-mail address and password")}</a>
				</li>
				<li>
					<a href="/register">
						{say("Deschideți un cont cu adresa de e-mail", "Open an account with your e-mail address")}
					</a>
				</li>
			</ul>
		</Page>
	);
}

export function ThroughGhiseul() {
	return (
		<Form
			sending={useSend()}
			submit={say("Continuați prin Ghișeul.ro", "Continue through Ghișeul.ro")}
			onSubmit={leaveToSignIn}
		/>
	);
}
