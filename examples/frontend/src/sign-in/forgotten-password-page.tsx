// A forgotten password: a link to the address, whether or not it has an account.

import { useState } from "preact/hooks";

import { content } from "../api/problem";
import { anonymous } from "../api/transport";
import type { Schemas } from "../api/types";
import { Form } from "../form/form";
import { TextField } from "../form/fields";
import { useSend } from "../form/use-send";
import { say } from "../language";
import { Page } from "../parts/page";
import { MailSentPage } from "./register-page";

export function ForgottenPasswordPage() {
	const [sentTo, setSentTo] = useState<string | null>(null);
	const sending = useSend();
	if (sentTo) return <MailSentPage to={sentTo} />;
	return (
		<Page title={say("Parolă uitată", "Forgotten password")} back="/login/password">
			<Form<Schemas["RequestPasswordResetRequest"]>
				sending={sending}
				submit={say("Trimiteți-mi o legătură", "Send me a link")}
				whenEmpty={{ "/email": say("Scrieți adresa de e-mail", "Enter your e-mail address") }}
				onSubmit={async (body) => {
					await content(anonymous.POST("/v1/accounts/password-reset", { body }));
					setSentTo(body.email);
				}}
			>
				<TextField
					at="/email"
					type="email"
					autocomplete="username"
					label={say("Adresa contului", "Address of the account")}
				/>
			</Form>
		</Page>
	);
}
