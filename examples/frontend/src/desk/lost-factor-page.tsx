// A person at the counter has lost the phone and the recovery codes. After the officer has seen person and document, the
// second step is removed after a waiting time, in which its owner can stop that.

import { useState } from "preact/hooks";

import { api } from "../api/client";
import { content, Refused } from "../api/problem";
import type { Schemas } from "../api/types";
import { Form } from "../form/form";
import { TextField } from "../form/fields";
import { useSend } from "../form/use-send";
import { say } from "../language";
import { Page } from "../parts/page";
import { LostFactorBegun } from "./lost-factor-begun";
import { SeenDocument } from "./seen-document";

type Reset = Schemas["SecondFactorReset"];

export function LostFactorPage() {
	const [reset, setReset] = useState<Reset | null>(null);
	const sending = useSend();
	if (reset) return <LostFactorBegun of={reset} onAnother={() => setReset(null)} />;
	return (
		<Page title={say("Al doilea pas pierdut", "Lost second step")} back="/desk">
			<What />
			<Form<Schemas["ResetFactorRequest"]>
				sending={sending}
				submit={say("Cereți anularea", "Ask for its removal")}
				whenEmpty={{
					"/cnp": say("Scrieți CNP-ul din act", "Enter the CNP of the document"),
					"/document/type": say("Alegeți actul de identitate", "Choose the identity document"),
					"/document/number": say("Scrieți numărul actului", "Enter the number of the document"),
				}}
				onSubmit={async (body) => setReset(await begin(body))}
			>
				<TextField
					at="/cnp"
					label={say("CNP-ul din act", "CNP of the document")}
					hint={say("13 cifre", "13 digits")}
					inputMode="numeric"
					autocomplete="off"
					short
				/>
				<SeenDocument />
			</Form>
		</Page>
	);
}

function What() {
	return (
		<>
			<p>
				{say(
					"Pentru cine nu mai are nici telefonul, nici codurile de rezervă. Comparați persoana cu actul de identitate.",
					"For somebody who has neither the phone nor the recovery codes. Compare the person with the identity document.",
				)}
			</p>
			<ul>
				<li>
					{say(
						"Al doilea pas se anulează după o zi; mai târziu, dacă persoana nu are adresă de e-mail în cont.",
						"The second step is removed after one day; later, if the account has no e-mail address.",
					)}
				</li>
				<li>
					{say(
						"Persoana este anunțată pe loc prin e-mail și poate opri cererea.",
						"The person is told at once by e-mail, and can stop the request.",
					)}
				</li>
			</ul>
		</>
	);
}

async function begin(body: Schemas["ResetFactorRequest"]): Promise<Reset> {
	try {
		return await content(api.POST("/v1/counter/second-factor-resets", { body }));
	} catch (error) {
		if (error instanceof Refused && error.problem.code === "not_found") throw new Refused(noFactor());
		throw error;
	}
}

function noFactor() {
	return {
		code: "not_found" as const,
		title: say("Nu am găsit un al doilea pas", "We found no second step"),
		detail: say(
			"Nu există un cont al acestei persoane cu un al doilea pas. Verificați CNP-ul.",
			"There is no account of this person with a second step. Check the CNP.",
		),
	};
}
