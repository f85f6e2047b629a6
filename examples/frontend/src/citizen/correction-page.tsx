// A mistake in a certificate, reported: an officer checks it, and a corrected certificate takes its place.

import { useState } from "preact/hooks";

import { api } from "../api/client";
import { content } from "../api/problem";
import type { Schemas } from "../api/types";
import { Form } from "../form/form";
import { Select, TextField } from "../form/fields";
import { useSend } from "../form/use-send";
import { say } from "../language";
import { Page } from "../parts/page";
import { replace } from "../router";

type Body = Schemas["CorrectionRequestOfOne"];

export function correctedField(field: Schemas["CorrectedField"]): string {
	const fields = {
		family_name: say("Nume", "Family name"),
		given_name: say("Prenume", "Given name"),
		father_given_name: say("Prenumele tatălui", "Father's given name"),
		mother_given_name: say("Prenumele mamei", "Mother's given name"),
		birth_county: say("Județul nașterii", "County of birth"),
		birth_place: say("Locul nașterii", "Place of birth"),
	};
	return fields[field];
}

const FIELDS: Schemas["CorrectedField"][] = [
	"family_name",
	"given_name",
	"father_given_name",
	"mother_given_name",
	"birth_county",
	"birth_place",
];

export function CorrectionPage({ id }: { id: string }) {
	const [key] = useState(() => crypto.randomUUID());
	async function report(body: Body): Promise<void> {
		const params = { path: { id }, header: { "Idempotency-Key": key } };
		const application = await content(api.POST("/v1/certificates/{id}/corrections", { params, body }));
		replace(`/applications/${application.id}`);
	}
	return (
		<Page title={say("Semnalați o greșeală", "Report a mistake")} back={`/certificates/${id}`}>
			<p>
				{say(
					"Un ofițer compară cu registrul și, dacă aveți dreptate, primiți un certificat corectat.",
					"An officer compares it with the register and, if you are right, you get a corrected certificate.",
				)}
			</p>
			<Form<Body>
				sending={useSend()}
				submit={say("Trimiteți", "Send")}
				whenEmpty={{
					"": say("Alegeți ce este greșit și scrieți cum este corect", "Choose what is wrong and enter what is right"),
					"/field": say("Alegeți ce este greșit", "Choose what is wrong"),
					"/value": say("Scrieți cum este corect", "Enter what is right"),
				}}
				onSubmit={report}
			>
				<Select
					at="/field"
					label={say("Ce este greșit?", "What is wrong?")}
					options={FIELDS.map((field) => ({ value: field, label: correctedField(field) }))}
				/>
				<TextField at="/value" label={say("Cum este corect?", "What is right?")} autocomplete="off" />
			</Form>
		</Page>
	);
}
