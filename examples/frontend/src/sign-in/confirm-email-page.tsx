// The page of a mailed link that confirms an address: of a new account, or a new address of the account that is signed in.

import { useRef, useState } from "preact/hooks";

import { api } from "../api/client";
import { content } from "../api/problem";
import type { Schemas } from "../api/types";
import { Form } from "../form/form";
import { PasswordField } from "../form/fields";
import { useSend } from "../form/use-send";
import { say } from "../language";
import { Page } from "../parts/page";
import { place, replace } from "../router";
import { remember } from "./goal";
import { OwnerWays } from "./login-page";
import { showAccount, signedIn, signIn } from "./session";

type Password = Pick<Schemas["ConfirmEmailRequest"], "password">;

export function ConfirmEmailPage() {
	const [token] = useState(() => place.get().fragment.get("token") ?? "");
	const account = signedIn.use();
	// Who is not signed in is asked for the password at once.
	if (account === undefined) return <p role="status">{say("Se încarcă…", "Loading…")}</p>;
	return <Confirmation token={token} account={account} />;
}

interface Properties {
	token: string;
	account: Schemas["Account"] | null;
}

function Confirmation({ token, account }: Properties) {
	async function confirm({ password = null }: Password): Promise<void> {
		const { email } = await content(api.POST("/v1/accounts/confirm-email", { body: { token, password } }));
		if (email && password) await signIn({ email, password });
		else await showAccount();
		replace(password ? "/identity" : "/account/email");
	}
	const sending = useSend();
	// Somebody signed in needs the password for a registration alone: the answer says so.
	const isAsked = useRef(!account);
	isAsked.current ||= sending.problem?.errors?.some(({ pointer }) => pointer === "/password") ?? false;
	return (
		<Page title={say("Confirmați adresa de e-mail", "Confirm your e-mail address")} back="/">
			<Form<Password>
				sending={sending}
				submit={say("Confirmați adresa", "Confirm the address")}
				whenEmpty={{ "/password": say("Scrieți parola aleasă", "Enter the password that you chose") }}
				onSubmit={confirm}
			>
				{isAsked.current && (
					<PasswordField at="/password" label={say("Parola pe care ați ales-o", "The password that you chose")} />
				)}
			</Form>
			{!account && (
				<details onToggle={() => remember(`/confirm-email#token=${token}`)}>
					<summary>
						{say("Schimbați adresa unui cont pe care îl aveți?", "Changing the address of an account that you have?")}
					</summary>
					<p>{say("Autentificați-vă mai întâi.", "Sign in first.")}</p>
					<OwnerWays />
				</details>
			)}
		</Page>
	);
}
