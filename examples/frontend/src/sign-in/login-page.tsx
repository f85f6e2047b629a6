// The ways to sign in.

import { Form } from "../form/form";
import { useSend } from "../form/use-send";
import { say } from "../language";
import { Page } from "../parts/page";
import { leaveForHub } from "./hub";
import { leaveToSignIn } from "./redirect";

export function LoginPage({ asOwner }: { asOwner?: boolean }) {
	return (
		<Page title={say("Autentificare", "Sign in")} back="/">
			<p>
				{say(
					"Cel mai simplu este prin Ghișeul.ro, cu cardul bancar: intrați fără parolă nouă și dovediți totodată cine sunteți.",
					"The simplest way is through Ghișeul.ro, with your bank card: you need no new password, and prove who you are at the same time.",
				)}
			</p>
			{asOwner ? <OwnerWays /> : <LoginWays />}
			<ul class="links">
				<li>
					<a href="/register">
						{say("Deschideți un cont cu adresa de e-mail", "Open an account with your e-mail address")}
					</a>
				</li>
				<li>
					<a href="/account/second-factor">
						{say("Ați pierdut telefonul pentru al doilea pas?", "Lost the phone for the second step?")}
					</a>
				</li>
				<li>
					<a href="/desk">{say("Lucrați la un ghișeu?", "You work at a counter?")}</a>
				</li>
			</ul>
		</Page>
	);
}

/** With the Hub: at once through Ghișeul.ro, or by its log-in page. The person decides there what this front end may do. */
export function LoginWays() {
	return (
		<>
			<WithGhiseul onSubmit={() => leaveForHub("ghiseul")} />
			<Form
				sending={useSend()}
				submit={say("Cu adresa de e-mail și parola", "With e-mail address and password")}
				look="quiet"
				onSubmit={() => leaveForHub()}
			/>
		</>
	);
}

/** Into the account itself, for what no scope allows: see `gate.tsx`. */
export function OwnerWays() {
	return (
		<>
			<WithGhiseul onSubmit={leaveToSignIn} />
			<a class="button quiet" href="/login/password">
				{say("Cu adresa de e-mail și parola", "With e-mail address and password")}
			</a>
		</>
	);
}

function WithGhiseul({ onSubmit }: { onSubmit: () => Promise<void> }) {
	return (
		<Form sending={useSend()} submit={say("Continuați cu Ghișeul.ro", "Continue with Ghișeul.ro")} onSubmit={onSubmit} />
	);
}
