// The proof at a counter: who the person says they are, then the code that an officer asks for.

import { useState } from "preact/hooks";

import { api } from "../api/client";
import { content } from "../api/problem";
import type { Schemas } from "../api/types";
import { date } from "../dates";
import { Form } from "../form/form";
import { TextField } from "../form/fields";
import { useSend } from "../form/use-send";
import { say } from "../language";
import { Page } from "../parts/page";

type Claim = Pick<Schemas["CreateIdentityVerificationRequestAtCounter"], "claim">;

export function IdentityCounterPage() {
	const [verification, setVerification] = useState<Schemas["IdentityVerification"] | null>(null);
	const sending = useSend();
	if (verification) return <ActivationCode of={verification} />;
	async function begin(claim: Claim): Promise<void> {
		const body = { method: "counter" as const, ...claim };
		setVerification(await content(api.POST("/v1/identity-verifications", { body })));
	}
	return (
		<Page title={say("Cine sunteți", "Who you are")} back="/identity">
			<p>
				{say(
					"Scrieți datele așa cum sunt în actul de identitate.",
					"Enter the data as they are in your identity document.",
				)}
			</p>
			<Form<Claim>
				sending={sending}
				submit={say("Cereți codul", "Get the code")}
				whenEmpty={{
					"/claim": say("Completați CNP-ul, numele și prenumele", "Enter your CNP, family name and given name"),
					"/claim/cnp": say("Scrieți CNP-ul", "Enter your CNP"),
					"/claim/family_name": say("Scrieți numele", "Enter your family name"),
					"/claim/given_name": say("Scrieți prenumele", "Enter your given name"),
				}}
				onSubmit={begin}
			>
				<TextField
					at="/claim/cnp"
					label="CNP"
					hint={say("13 cifre", "13 digits")}
					inputMode="numeric"
					autocomplete="off"
					short
				/>
				<TextField at="/claim/family_name" label={say("Nume", "Family name")} autocomplete="family-name" />
				<TextField at="/claim/given_name" label={say("Prenume", "Given name")} autocomplete="given-name" />
			</Form>
		</Page>
	);
}

function ActivationCode({ of: { activation_code, expires_at } }: { of: Schemas["IdentityVerification"] }) {
	return (
		<Page title={say("Codul dumneavoastră", "Your code")} back="/account">
			<p class="code">{activation_code}</p>
			<p>
				{say("Veniți cu el și cu actul de identitate la ", "Bring it with your identity document to ")}
				<a href="/counters">{say("un ghișeu", "a counter")}</a>
				{say(`, până pe ${date(expires_at.slice(0, 10))}.`, `, until ${date(expires_at.slice(0, 10))}.`)}
			</p>
			<p>{say("L-am trimis și prin e-mail.", "We have sent it by e-mail too.")}</p>
		</Page>
	);
}
