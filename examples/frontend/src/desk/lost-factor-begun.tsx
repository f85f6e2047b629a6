// The removal of a lost second step has begun: until when it waits, and what to tell the person.

import type { Schemas } from "../api/types";
import { time } from "../dates";
import { say } from "../language";
import { Card } from "../parts/card";
import { Page } from "../parts/page";

interface Properties {
	of: Schemas["SecondFactorReset"];
	onAnother: () => void;
}

export function LostFactorBegun({ of: { removed_from }, onAnother }: Properties) {
	const when = time(removed_from);
	return (
		<Page title={say("Cererea este înregistrată", "The request is recorded")} back="/desk">
			<Card tone="wait" title={say("Al doilea pas se anulează după așteptare", "The second step is removed after a wait")}>
				<p>
					{say("Nu mai este cerut de pe ", "It is no longer asked for from ")}
					<strong>{when}</strong>.
				</p>
			</Card>
			<h2>{say("Spuneți-i persoanei", "Tell the person")}</h2>
			<ul>
				<li>
					{say(
						"De atunci intră fără cod, cu parola sau prin Ghișeul.ro. Prima autentificare, în 30 de zile, îl șterge.",
						"From then on they sign in without a code, by password or through Ghișeul.ro. The first sign-in, within 30 days, removes it.",
					)}
				</li>
				<li>
					{say(
						"Am scris la adresa din cont, dacă are una. Până atunci cererea poate fi oprită din mesaj sau din cont.",
						"We have written to the address of the account, if it has one. Until then the request can be stopped from the mail or from the account.",
					)}
				</li>
				<li>{say("Apoi își poate lega telefonul nou, din cont.", "Then they can connect the new phone, in the account.")}</li>
			</ul>
			<button type="button" onClick={onAnother}>
				{say("Următoarea persoană", "Next person")}
			</button>
		</Page>
	);
}
