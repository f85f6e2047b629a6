// A new account by e-mail and password. The answer is the same whether or not the address has an account already.

import { useState } from "preact/hooks";

import { content } from "../api/problem";
import { anonymous } from "../api/transport";
import type { Schemas } from "../api/types";
import { Form } from "../form/form";
import { TextField } from "../form/fields";
import { NewPasswordField } from "../form/new-password-field";
import { useSend } from "../form/use-send";
import { language, say } from "../language";
import { Page } from "../parts/page";
import { MailboxInSandbox } from "../parts/sandbox";

export function RegisterPage() {
	const [sentTo, setSentTo] = useState<string | null>(null);
	const sending = useSend();
	if (sentTo) return <MailSentPage to={sentTo} />;
	return (
		<Page title={say("Cont nou", "New account")} back="/login">
			<p>
				{say(
					"Vă trimitem o legătură la această adresă, ca să știm că este a dumneavoastră.",
					"We send a link to this address, so that we know that it is yours.",
				)}
			</p>
			<Form<Schemas["CreateAccountRequest"]>
				sending={sending}
				submit={say("Deschideți contul", "Open the account")}
				whenEmpty={{
					"/email": say("Scrieți adresa de e-mail", "Enter your e-mail address"),
					"/password": say("Alegeți o parolă", "Choose a password"),
				}}
				onSubmit={async (body) => {
					const locale = language.get();
					await content(anonymous.POST("/v1/accounts", { body: { ...body, locale } }));
					setSentTo(body.email);
				}}
			>
				<TextField at="/email" type="email" autocomplete="username" label={say("Adresa de e-mail", "E-mail address")} />
				<NewPasswordField label={say("Parola", "Password")} />
			</Form>
		</Page>
	);
}

export function MailSentPage({ to }: { to: string }) {
	return (
		<Page title={say("Verificați căsuța poștală", "Check your mail")} back="/login">
			<p>
				{say("Am trimis un mesaj la ", "We have sent a message to ")}
				<strong>{to}</strong>
				{say(". Deschideți legătura din el ca să continuați.", ". Open its link to continue.")}
			</p>
			<p>
				{say(
					"Nu a sosit în câteva minute? Uitați-vă și printre mesajele nedorite, apoi ",
					"Nothing after a few minutes? Look among the junk mail too, then ",
				)}
				<a href="/support">{say("scrieți-ne", "write to us")}</a>.
			</p>
			<MailboxInSandbox />
		</Page>
	);
}
