// Reviews in the words of officers.

import type { Schemas } from "../api/types";
import { say } from "../language";

export function reviewKind(kind: Schemas["ReviewKind"]): string {
	const kinds = {
		entries: say("Înscrieri în cazier", "Entries in the record"),
		correction: say("Greșeală semnalată", "Reported mistake"),
		representation: say("În numele altcuiva", "For somebody else"),
		ecris: say("Cetățean al altui stat", "National of another state"),
	};
	return kinds[kind];
}

export function capacity(value: Schemas["Capacity"]): string {
	const capacities = {
		parent: say("părinte", "parent"),
		guardian: say("tutore", "guardian"),
		attorney: say("împuternicit", "attorney"),
	};
	return capacities[value];
}

/** The decisions that a review of this kind can end with. */
export function decisions(kind: Schemas["ReviewKind"]) {
	const issue = {
		entries: say("Eliberez certificatul, cu înscrierile de mai sus", "Issue the certificate, with the entries above"),
		correction: say(
			"Este o greșeală: eliberez certificatul corectat",
			"It is a mistake: issue the corrected certificate",
		),
		representation: say("Actele sunt în regulă: eliberez certificatul", "The papers are right: issue the certificate"),
		ecris: say(
			"Extrasul este fără înscrieri: eliberez certificatul",
			"The extract has no entries: issue the certificate",
		),
	};
	const all = [
		{ value: "issue", label: issue[kind] },
		{ value: "reject", label: say("Resping cererea", "Reject the application") },
	];
	const clear = {
		value: "clear",
		label: say("Înscrierile sunt ale altei persoane", "The entries are of another person"),
	};
	return kind === "entries" ? [...all, clear] : all;
}

export function rejectionReasons() {
	return [
		{ value: "handled_at_counter", label: say("S-a rezolvat la ghișeu", "It was settled at a counter") },
		{ value: "not_proved", label: say("Dreptul de a cere nu a fost dovedit", "The right to apply was not proved") },
		{
			value: "data_are_right",
			label: say("Datele de pe certificat sunt corecte", "The data on the certificate are right"),
		},
		{ value: "documents_missing", label: say("Lipsesc acte", "Documents are missing") },
	];
}
