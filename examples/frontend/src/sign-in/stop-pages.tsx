// The pages of mailed links by which an owner stops what somebody else may have begun. Programs open links by themselves, so
// nothing happens before the button is pressed.

import { useState } from "preact/hooks";

import { content } from "../api/problem";
import { anonymous } from "../api/transport";
import { Form } from "../form/form";
import { useSend } from "../form/use-send";
import { say } from "../language";
import { Page } from "../parts/page";
import { place } from "../router";

interface Stop {
	title: string;
	submit: string;
	stopped: string;
	stop: (token: string) => Promise<unknown>;
}

function StopPage({ title, submit, stopped, stop }: Stop) {
	const [token] = useState(() => place.get().fragment.get("token") ?? "");
	const [isStopped, setIsStopped] = useState(false);
	const sending = useSend();
	async function onSubmit(): Promise<void> {
		await stop(token);
		setIsStopped(true);
	}
	if (!isStopped) {
		return (
			<Page title={title} back="/">
				<Form sending={sending} submit={submit} onSubmit={onSubmit} />
			</Page>
		);
	}
	return (
		<Page title={stopped} back="/">
			<p>
				{say("Nu ați cerut dumneavoastră schimbarea? ", "You did not ask for the change? ")}
				<a href="/forgotten-password">{say("Alegeți o parolă nouă", "Choose a new password")}</a>.
			</p>
		</Page>
	);
}

export function StopEmailChangePage() {
	return (
		<StopPage
			title={say("Opriți schimbarea adresei", "Stop the change of address")}
			submit={say("Păstrați adresa de acum", "Keep the present address")}
			stopped={say("Adresa contului rămâne aceeași", "The account keeps its address")}
			stop={(token) => content(anonymous.POST("/v1/accounts/email-change/stop", { body: { token } }))}
		/>
	);
}

export function StopSecondFactorResetPage() {
	return (
		<StopPage
			title={say("Păstrați al doilea pas la autentificare", "Keep the second step at sign-in")}
			submit={say("Păstrați-l", "Keep it")}
			stopped={say("Al doilea pas rămâne", "The second step stays")}
			stop={(token) => content(anonymous.POST("/v1/accounts/second-factor-reset/stop", { body: { token } }))}
		/>
	);
}
