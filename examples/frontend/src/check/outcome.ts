// The finding about a certificate, in words: what it means, and what to do next.

import type { Schemas } from "../api/types";
import { say } from "../language";
import type { Tone } from "../parts/card";

export interface Words {
	tone: Tone;
	title: string;
	text: string;
	next: string;
}

/** A certificate with entries is as valid as one without, and must not look like it. */
export function outcomeWords(outcome: Schemas["VerificationOutcome"], finding?: Schemas["Finding"]): Words {
	const compare = say(
		"Comparați fiecare rând cu documentul, și numele de pe document cu un act de identitate.",
		"Compare each line with the document, and the name on the document with an identity document.",
	);
	const askForNew = say(
		"Cereți titularului un certificat nou: este gratuit.",
		"Ask the holder for a new certificate: it is free.",
	);
	switch (outcome) {
		case "valid":
			return {
				tone: finding === "record" ? "wait" : "good",
				title:
					finding === "record"
						? say("Certificat valabil, cu înscrieri", "Valid certificate, with entries")
						: say("Certificat valabil, fără înscrieri", "Valid certificate, no entries"),
				text: say("A fost eliberat de acest serviciu și este valabil.", "It was issued by this service and is valid."),
				next: compare,
			};
		case "expired":
			return {
				tone: "wait",
				title: say("Certificat expirat", "Expired certificate"),
				text: say(
					"A fost eliberat de acest serviciu, dar termenul lui a trecut.",
					"It was issued by this service, but its time is over.",
				),
				next: askForNew,
			};
		case "revoked":
			return {
				tone: "bad",
				title: say("Certificat revocat", "Revoked certificate"),
				text: say(
					"A fost eliberat, apoi revocat. Nu vă bazați pe el.",
					"It was issued, then revoked. Do not rely on it.",
				),
				next: askForNew,
			};
		case "superseded":
			return {
				tone: "bad",
				title: say("Certificat înlocuit", "Superseded certificate"),
				text: say(
					"A fost înlocuit cu unul corectat. Nu vă bazați pe el.",
					"It was replaced by a corrected one. Do not rely on it.",
				),
				next: say("Cereți titularului certificatul corectat.", "Ask the holder for the corrected certificate."),
			};
		case "no_match":
			return {
				tone: "bad",
				title: say("Nicio potrivire", "No match"),
				text: say("Nu există un certificat cu aceste date.", "There is no certificate with these data."),
				next: say(
					"Verificați dacă ați scris exact ce scrie pe document. Dacă da, nu vă bazați pe el.",
					"Check that you typed exactly what is printed on the document. If so, do not rely on it.",
				),
			};
	}
}

/** Number and code are of a certificate, and the printed name is not its holder's: a forger changed the name. */
export function otherName(): Words {
	return {
		tone: "bad",
		title: say("Numele nu se potrivește", "The name does not match"),
		text: say(
			"Certificatul a fost eliberat pe alt nume. Nu vă bazați pe el.",
			"It was issued to another name. Do not rely on it.",
		),
		next: say(
			"Verificați dacă ați scris exact numele de pe document.",
			"Check that you typed exactly the name that is printed on the document.",
		),
	};
}
