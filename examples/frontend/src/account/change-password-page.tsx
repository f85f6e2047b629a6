// Another password, or the first one of an account that was opened through Ghișeul.ro.

import { useState } from "preact/hooks";

import { api } from "../api/client";
import { content } from "../api/problem";
import type { Schemas } from "../api/types";
import { Form } from "../form/form";
import { NewPasswordField } from "../form/new-password-field";
import { useSend } from "../form/use-send";
import { say } from "../language";
import { Card } from "../parts/card";
import { Page } from "../parts/page";
import { homeOf } from "../sign-in/goal";
import { showAccount } from "../sign-in/session";

type Account = Schemas["Account"];
type Password = Pick<Schemas["ChangePasswordRequest"], "password">;

export function ChangePasswordPage({ account }: { account: Account }) {
	const [isSaved, setIsSaved] = useState(false);
	const sending = useSend();
	const back = homeOf(account.role);
	if (isSaved) return <Saved back={back} />;
	const title = account.password_set
		? say("Schimbați parola", "Change the password")
		: say("Alegeți o parolă", "Choose a password");
	return (
		<Page title={title} back={back}>
			<p>
				{say(
					"Sesiunile de pe alte dispozitive se încheie, iar aplicațiile cărora le-ați dat acces îl pierd.",
					"Your sessions on other devices end, and applications that you let in lose their access.",
				)}
			</p>
			<Form<Password>
				sending={sending}
				submit={say("Salvați parola", "Save the password")}
				whenEmpty={{ "/password": say("Scrieți parola nouă", "Enter the new password") }}
				onSubmit={async (body) => {
					await content(api.POST("/v1/accounts/me/password", { body }));
					await showAccount();
					setIsSaved(true);
				}}
			>
				<NewPasswordField label={say("Parola nouă", "New password")} />
			</Form>
		</Page>
	);
}

function Saved({ back }: { back: string }) {
	return (
		<Page title={say("Parola este salvată", "The password is saved")} back={back}>
			<Card tone="good" title={say("De acum folosiți parola nouă", "Use the new password from now on")}>
				<p>
					{say(
						"Celelalte sesiuni s-au încheiat. V-am scris despre schimbare, dacă avem adresa dumneavoastră.",
						"Your other sessions have ended. We have written to you about the change, if we know your address.",
					)}
				</p>
			</Card>
		</Page>
	);
}
