// The page of a mailed link that sets a password.

import { useState } from "preact/hooks";

import { content } from "../api/problem";
import { anonymous } from "../api/transport";
import type { Schemas } from "../api/types";
import { Form } from "../form/form";
import { NewPasswordField } from "../form/new-password-field";
import { useSend } from "../form/use-send";
import { say } from "../language";
import { Page } from "../parts/page";
import { place } from "../router";

type Password = Pick<Schemas["ResetPasswordRequest"], "password">;

export function ResetPasswordPage() {
	const [token] = useState(() => place.get().fragment.get("token") ?? "");
	const [isSet, setIsSet] = useState(false);
	const sending = useSend();
	if (isSet) return <SavedPage />;
	return (
		<Page title={say("Alegeți o parolă", "Choose a password")} back="/login/password">
			<Form<Password>
				sending={sending}
				submit={say("Salvați parola", "Save the password")}
				whenEmpty={{ "/password": say("Alegeți o parolă", "Choose a password") }}
				onSubmit={async ({ password }) => {
					await content(anonymous.POST("/v1/accounts/password-reset/confirm", { body: { token, password } }));
					setIsSet(true);
				}}
			>
				<NewPasswordField label={say("Parola nouă", "New password")} />
			</Form>
		</Page>
	);
}

function SavedPage() {
	return (
		<Page title={say("Parola este schimbată", "The password is changed")}>
			<a class="button" href="/login/password">
				{say("Autentificați-vă", "Sign in")}
			</a>
		</Page>
	);
}
