// The decision about a case.

import { useState } from "preact/hooks";

import { api } from "../api/client";
import { content } from "../api/problem";
import type { Schemas } from "../api/types";
import { Form } from "../form/form";
import { LongTextField, Radios, Select, TextField } from "../form/fields";
import { useSend } from "../form/use-send";
import { say } from "../language";
import { decisions, rejectionReasons } from "./review-words";

interface Properties {
	of: Schemas["ReviewCase"];
	onDecided: (decided: Schemas["Decided"]) => void;
}

export function ReviewDecision({ of: { application }, onDecided }: Properties) {
	const [decision, setDecision] = useState("");
	const { id, kind } = application;
	async function decide(body: Schemas["DecisionRequest"]): Promise<void> {
		onDecided(await content(api.POST("/v1/review/applications/{id}/decision", { params: { path: { id } }, body })));
	}
	return (
		<>
			<h2>{say("Decizia", "Decision")}</h2>
			<Form<Schemas["DecisionRequest"]>
				sending={useSend()}
				submit={say("Salvați decizia", "Save the decision")}
				whenEmpty={{
					"/decision": say("Alegeți o decizie", "Choose a decision"),
					"/reason": say("Alegeți motivul, pe care îl află persoana", "Choose the reason, which the person is told"),
					"/note": say("Scrieți pe ce vă bazați", "Enter what you base it on"),
					"/ecris_extract/answered_on": say("Scrieți data extrasului", "Enter the date of the extract"),
					"/ecris_extract/reference": say("Scrieți numărul extrasului", "Enter the reference of the extract"),
				}}
				onSubmit={decide}
			>
				<Radios
					at="/decision"
					label={say("Ce decideți?", "What do you decide?")}
					options={decisions(kind)}
					onChoose={setDecision}
				/>
				{decision === "issue" && kind === "ecris" && (
					<>
						<TextField
							at="/ecris_extract/answered_on"
							type="date"
							label={say("Data extrasului", "Date of the extract")}
							short
						/>
						<TextField
							at="/ecris_extract/reference"
							label={say("Numărul extrasului", "Reference of the extract")}
							autocomplete="off"
						/>
					</>
				)}
				{decision === "reject" && <Select at="/reason" label={say("Motivul", "Reason")} options={rejectionReasons()} />}
				{(decision === "reject" || decision === "clear") && (
					<LongTextField
						at="/note"
						label={say("Notă", "Note")}
						hint={say("O văd numai ofițerii", "Only officers see it")}
					/>
				)}
			</Form>
		</>
	);
}
