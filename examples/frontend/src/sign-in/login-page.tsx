// The ways to sign in.

import { Form } from "../form/form";
import { useSend } from "../form/use-send";
import { say } from "../language";
import { Page } from "../parts/page";
import { leaveForHub } from "./hub";
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
			<LoginWays />
			<ul class="links">
				<li>
					<a href="/register">
						{say("Deschideți un cont cu adresa de e-mail", "Open an account with your e-mail address")}
					</a>
				</li>
				<li>
					<a href="/login/password">{say("Lucrați la un ghișeu?", "You work at a counter?")}</a>
				</li>
			</ul>
		</Page>
	);
}

export function LoginWays() {
	return (
		<>
			<ThroughGhiseul />
			<Form
				sending={useSend()}
				submit={say("Cu adresa de e-mail și parola", "With e-mail address and password")}
				look="quiet"
				onSubmit={() => leaveForHub()}
			/>
		</>
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
