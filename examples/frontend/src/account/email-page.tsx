// The address of the account: the first one, and the change to another, which its owner can stop.

import { useState } from "preact/hooks";

import { api } from "../api/client";
import { content, Refused } from "../api/problem";
import type { Schemas } from "../api/types";
import { time } from "../dates";
import { Form } from "../form/form";
import { TextField } from "../form/fields";
import { type Loading, useLoad } from "../form/use-load";
import { type Sending, useSend } from "../form/use-send";
import { say } from "../language";
import { Card } from "../parts/card";
import { Loaded } from "../parts/loaded";
import { Page } from "../parts/page";
import { MailboxInSandbox } from "../parts/sandbox";
import { showAccount } from "../sign-in/session";

type Account = Schemas["Account"];
/** The change that waits, if there is one. */
type Pending = { change?: Schemas["EmailChange"] };

async function read(): Promise<Pending> {
	try {
		return { change: await content(api.GET("/v1/accounts/me/email-change")) };
	} catch (error) {
		if (error instanceof Refused && error.problem.code === "not_found") return {};
		throw error;
	}
}

export function EmailPage({ account }: { account: Account }) {
	return (
		<Page title={say("Adresa de e-mail", "E-mail address")} back="/account">
			<p>
				{say(
					"Vă scriem când se schimbă ceva: certificatul este gata, cineva s-a autentificat.",
					"We write to you when something changes: the certificate is ready, somebody signed in.",
				)}
			</p>
			{account.email_confirmed ? <Change account={account} /> : <FirstAddress account={account} />}
		</Page>
	);
}

/** An account that was opened through Ghișeul.ro has no address: it gets no mail until it has one. */
function FirstAddress({ account }: { account: Account }) {
	const [sentTo, setSentTo] = useState<string | null>(null);
	const sending = useSend();
	return (
		<>
			<AddressForm
				sending={sending}
				label={say("Adresa de e-mail", "E-mail address")}
				value={account.email ?? ""}
				onSubmit={async (email) => {
					await content(api.PATCH("/v1/accounts/me", { body: { email } }));
					setSentTo(email);
					await showAccount();
				}}
			/>
			<div role="status">{sentTo && <MailSent to={sentTo} />}</div>
		</>
	);
}

function MailSent({ to }: { to: string }) {
	return (
		<>
			<p>
				{say("Am trimis un mesaj la ", "We have sent a message to ")}
				<strong>{to}</strong>
				{say(". Deschideți legătura din el.", ". Open its link.")}
			</p>
			<MailboxInSandbox />
		</>
	);
}

function Change({ account }: { account: Account }) {
	const pending = useLoad(read);
	return (
		<Loaded of={pending}>
			{({ change }) =>
				change ? (
					<Waiting change={change} of={account} pending={pending} />
				) : (
					<NewAddress of={account} pending={pending} />
				)
			}
		</Loaded>
	);
}

function NewAddress({ of: { email }, pending }: { of: Account; pending: Loading<Pending> }) {
	return (
		<>
			<p>
				{say("Acum: ", "Now: ")}
				<strong>{email}</strong>
			</p>
			<AddressForm
				sending={useSend()}
				label={say("Adresa nouă", "New address")}
				onSubmit={async (email) => {
					const change = await content(api.POST("/v1/accounts/me/email-change", { body: { email } }));
					pending.show({ change });
				}}
			/>
		</>
	);
}

interface WaitingProperties {
	change: Schemas["EmailChange"];
	of: Account;
	pending: Loading<Pending>;
}

function Waiting({ change, of: account, pending }: WaitingProperties) {
	const { email, effective_at, confirmed_at } = change;
	return (
		<>
			<Card tone="wait" title={say("Schimbarea este pe drum", "The change is on its way")}>
				<p>
					{say("Adresa nouă: ", "New address: ")}
					<strong>{email}</strong>
				</p>
				<p>
					{confirmed_at
						? say("Ați confirmat-o. ", "You have confirmed it. ")
						: say("Confirmați-o din mesajul trimis acolo. ", "Confirm it by the message that we sent there. ")}
					{say("Se folosește de pe ", "It counts from ")}
					{time(effective_at)}
					{say(`; până atunci rămâne ${account.email}.`, `; until then it stays ${account.email}.`)}
				</p>
			</Card>
			{!confirmed_at && <MailboxInSandbox />}
			<Form
				sending={useSend()}
				submit={say("Opriți schimbarea", "Stop the change")}
				look="quiet"
				onSubmit={async () => {
					await content(api.DELETE("/v1/accounts/me/email-change"));
					pending.show({});
				}}
			/>
		</>
	);
}

interface AddressProperties {
	sending: Sending;
	label: string;
	value?: string;
	onSubmit: (email: string) => Promise<void>;
}

function AddressForm({ sending, label, value, onSubmit }: AddressProperties) {
	return (
		<Form<{ email: string }>
			sending={sending}
			submit={say("Trimiteți-mi o legătură de confirmare", "Send me a link to confirm it")}
			whenEmpty={{ "/email": say("Scrieți adresa de e-mail", "Enter your e-mail address") }}
			onSubmit={({ email }) => onSubmit(email)}
		>
			<TextField at="/email" type="email" autocomplete="email" label={label} {...(value && { value })} />
		</Form>
	);
}
