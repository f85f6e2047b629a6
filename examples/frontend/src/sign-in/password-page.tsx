// Sign-in by e-mail and password, and by the second factor if the account has one.

import { useState } from "preact/hooks";

import { Refused } from "../api/problem";
import type { Schemas } from "../api/types";
import { Form } from "../form/form";
import { PasswordField, TextField } from "../form/fields";
import { useSend } from "../form/use-send";
import { say } from "../language";
import { Page } from "../parts/page";
import { replace } from "../router";
import { goalOf } from "./goal";
import { SecondFactorPage } from "./second-factor-page";
import { signIn } from "./session";

type Credentials = Schemas["CreateSessionRequest"];

export function PasswordPage({ back = "/login" }: { back?: string }) {
	const [known, setKnown] = useState<Credentials | null>(null);
	const sending = useSend();
	async function enter(credentials: Credentials): Promise<void> {
		const { role } = await signIn(credentials);
		replace(goalOf(role));
	}
	async function tryPassword(credentials: Credentials): Promise<void> {
		try {
			await enter(credentials);
		} catch (error) {
			if (!(error instanceof Refused) || error.problem.code !== "second_factor_required") throw error;
			setKnown(credentials);
		}
	}
	if (known) return <SecondFactorPage onSubmit={(factor) => enter({ ...known, ...factor })} />;
	return (
		<Page title={say("Adresa de e-mail și parola", "E-mail address and password")} back={back}>
			<Form<Credentials>
				sending={sending}
				submit={say("Autentificați-vă", "Sign in")}
				whenEmpty={{
					"/email": say("Scrieți adresa de e-mail", "Enter your e-mail address"),
					"/password": say("Scrieți parola", "Enter your password"),
				}}
				onSubmit={tryPassword}
			>
				<TextField at="/email" type="email" autocomplete="username" label={say("Adresa de e-mail", "E-mail address")} />
				<PasswordField at="/password" label={say("Parola", "Password")} />
			</Form>
			<p>
				<a href="/forgotten-password">{say("Ați uitat parola?", "Forgot your password?")}</a>
			</p>
		</Page>
	);
}
