// The decision about a representative, by the papers that they brought.

import { useState } from "preact/hooks";

import { api } from "../api/client";
import { content } from "../api/problem";
import type { Schemas } from "../api/types";
import { Form } from "../form/form";
import { LongTextField, Radios, Select, TextField } from "../form/fields";
import { useSend } from "../form/use-send";
import { say } from "../language";

interface Properties {
	id: string;
	capacity: Schemas["MandateCapacity"];
	onDecided: (decided: Schemas["MandateDecided"]) => void;
}

export function MandateDecision({ id, capacity, onDecided }: Properties) {
	const [decision, setDecision] = useState("");
	async function decide(body: Schemas["MandateDecisionRequest"]): Promise<void> {
		onDecided(await content(api.POST("/v1/review/mandates/{id}/decision", { params: { path: { id } }, body })));
	}
	return (
		<Form<Schemas["MandateDecisionRequest"]>
			sending={useSend()}
			submit={say("Salvați decizia", "Save the decision")}
			whenEmpty={{
				"/decision": say("Alegeți o decizie", "Choose a decision"),
				"/reason": say("Alegeți motivul, pe care îl află persoana", "Choose the reason, which the person is told"),
				"/note": say("Scrieți ce acte ați văzut", "Enter which papers you have seen"),
			}}
			onSubmit={decide}
		>
			<Radios
				at="/decision"
				label={say("Ce decideți?", "What do you decide?")}
				onChoose={setDecision}
				options={[
					{ value: "confirm", label: say("Actele sunt în regulă: confirm", "The papers are right: I confirm") },
					{ value: "refuse", label: say("Refuz", "I refuse") },
				]}
			/>
			{decision === "confirm" && capacity === "attorney" && (
				<TextField
					at="/valid_until"
					type="date"
					label={say(
						"Împuternicirea este valabilă până la (opțional)",
						"The power of attorney is valid until (optional)",
					)}
					short
				/>
			)}
			{decision === "refuse" && (
				<Select
					at="/reason"
					label={say("Motivul", "Reason")}
					options={[
						{ value: "not_proved", label: say("Calitatea nu a fost dovedită", "The capacity was not proved") },
						{ value: "documents_missing", label: say("Lipsesc acte", "Documents are missing") },
						{
							value: "not_covered",
							label: say(
								"Împuternicirea nu cuprinde certificatul",
								"The power of attorney does not cover the certificate",
							),
						},
					]}
				/>
			)}
			{decision && (
				<LongTextField
					at="/note"
					label={say("Notă", "Note")}
					hint={say("O văd numai ofițerii", "Only officers see it")}
				/>
			)}
		</Form>
	);
}
