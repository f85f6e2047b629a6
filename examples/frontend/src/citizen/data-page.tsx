// The account: its address, a copy of everything about the person, and its end.

import { useState } from "preact/hooks";

import { api } from "../api/client";
import { content } from "../api/problem";
import type { Schemas } from "../api/types";
import { Form } from "../form/form";
import { TextField } from "../form/fields";
import { useSend } from "../form/use-send";
import { say } from "../language";
import { Facts } from "../parts/facts";
import { Page } from "../parts/page";
import { InSandbox } from "../parts/sandbox";
import { saveFile } from "../parts/save-file";
import { showAccount } from "../sign-in/session";

type Account = Schemas["Account"];

export function DataPage({ account }: { account: Account }) {
	const { person } = account.identity;
	return (
		<Page title={say("Datele contului", "The data of my account")} back="/account">
			<Facts
				of={[
					[say("Numele", "Name"), person && `${person.given_name} ${person.family_name}`],
					["CNP", person?.cnp],
					[say("Adresa de e-mail", "E-mail address"), account.email],
				]}
			/>
			{!account.email_confirmed && <EmailForm account={account} />}
			<h2>{say("O copie a tuturor datelor", "A copy of all data")}</h2>
			<p>
				{say("Tot ce știm despre dumneavoastră, într-un fișier.", "Everything that we know about you, in one file.")}
			</p>
			<Form
				sending={useSend()}
				submit={say("Descărcați copia (JSON)", "Download the copy (JSON)")}
				onSubmit={async () => {
					const parseAs = "blob" as const;
					saveFile(
						await content(api.GET("/v1/accounts/me/export", { parseAs })),
						say("datele-mele.json", "my-data.json"),
					);
				}}
			/>
		</Page>
	);
}

/** An account that was opened through Ghișeul.ro has no address: it gets no mail until it has one. */
function EmailForm({ account }: { account: Account }) {
	const [sentTo, setSentTo] = useState<string | null>(null);
	const sending = useSend();
	return (
		<>
			<h2>{say("Adresa de e-mail", "E-mail address")}</h2>
			<p>
				{say(
					"Vă scriem când se schimbă ceva: certificatul este gata, cineva s-a autentificat.",
					"We write to you when something changes: the certificate is ready, somebody signed in.",
				)}
			</p>
			<Form<{ email: string }>
				sending={sending}
				submit={say("Trimiteți-mi o legătură de confirmare", "Send me a link to confirm it")}
				whenEmpty={{ "/email": say("Scrieți adresa de e-mail", "Enter your e-mail address") }}
				onSubmit={async ({ email }) => {
					await content(api.PATCH("/v1/accounts/me", { body: { email } }));
					setSentTo(email);
					await showAccount();
				}}
			>
				<TextField
					at="/email"
					type="email"
					autocomplete="email"
					label={say("Adresa de e-mail", "E-mail address")}
					value={account.email ?? ""}
				/>
			</Form>
			<div role="status">
				{sentTo && (
					<p>
						{say("Am trimis un mesaj la ", "We have sent a message to ")}
						<strong>{sentTo}</strong>.
					</p>
				)}
			</div>
			{sentTo && (
				<InSandbox>
					<a href="/sandbox/mailbox">{say("Deschideți căsuța poștală de test", "Open the test mailbox")}</a>
				</InSandbox>
			)}
		</>
	);
}
