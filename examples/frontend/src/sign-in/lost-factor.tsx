// Without the phone and without recovery codes: the second factor is removed after a wait, in which its owner can stop that.

import { useState } from "preact/hooks";

import { content } from "../api/problem";
import { anonymous } from "../api/transport";
import type { Schemas } from "../api/types";
import { time } from "../dates";
import { Form } from "../form/form";
import { useSend } from "../form/use-send";
import { say } from "../language";
import { Card } from "../parts/card";

/** `code` is that of the redirect which the second factor has stopped; a password alone must not remove it. */
export function LostFactor({ code }: { code: string | null | undefined }) {
	return (
		<details>
			<summary>{say("Nu mai aveți nici codurile de rezervă?", "You do not have the recovery codes either?")}</summary>
			{code ? <AskForRemoval code={code} /> : <ProveOtherwise />}
		</details>
	);
}

function AskForRemoval({ code }: { code: string }) {
	const [reset, setReset] = useState<Schemas["SecondFactorReset"] | null>(null);
	const sending = useSend();
	if (reset) {
		return (
			<Card tone="wait" title={say("Cererea este pe drum", "Your request is on its way")}>
				<p>
					{say("De pe ", "From ")}
					<strong>{time(reset.removed_from)}</strong>
					{say(" puteți intra fără al doilea pas. ", " you can get in without the second step. ")}
					{say("V-am scris despre aceasta.", "We have written to you about it.")}
				</p>
			</Card>
		);
	}
	return (
		<>
			<p>
				{say(
					"Îl anulăm după un timp de așteptare. Vă scriem acum, ca să puteți opri cererea dacă nu este a dumneavoastră.",
					"We remove it after a waiting time. We write to you now, so that you can stop it if it was not you.",
				)}
			</p>
			<Form
				sending={sending}
				submit={say("Cereți anularea", "Ask for its removal")}
				onSubmit={async () => {
					setReset(await content(anonymous.POST("/v1/accounts/second-factor-reset", { body: { code } })));
				}}
			/>
		</>
	);
}

function ProveOtherwise() {
	return (
		<p>
			<a href="/account/second-factor">{say("Autentificați-vă prin Ghișeul.ro", "Sign in through Ghișeul.ro")}</a>
			{say(
				", și îl puteți anula de acolo, sau veniți cu actul de identitate la ",
				", and remove it from there, or bring your identity document to ",
			)}
			<a href="/counters">{say("un ghișeu", "a counter")}</a>.
		</p>
	);
}
