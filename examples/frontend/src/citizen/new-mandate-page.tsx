// A company that the person represents: confirmed at once by the company register, or by an officer.

import { useState } from "preact/hooks";

import { api } from "../api/client";
import { content } from "../api/problem";
import type { Schemas } from "../api/types";
import { Form } from "../form/form";
import { Radios, TextField } from "../form/fields";
import { useSend } from "../form/use-send";
import { say } from "../language";
import { Page } from "../parts/page";
import { replace } from "../router";
import { mandateCapacity } from "./words";

type Body = Schemas["CreateMandateRequest"];

export function NewMandatePage() {
	const [key] = useState(() => crypto.randomUUID());
	async function ask(body: Body): Promise<void> {
		const params = { header: { "Idempotency-Key": key } };
		const { id } = await content(api.POST("/v1/mandates", { params, body }));
		replace(`/mandates/${id}`);
	}
	return (
		<Page title={say("Adăugați o firmă", "Add a company")} back="/mandates">
			<Form<Body>
				sending={useSend()}
				submit={say("Continuați", "Continue")}
				whenEmpty={{
					"/cui": say("Scrieți codul unic de înregistrare", "Enter the registration code"),
					"/capacity": say(
						"Alegeți în ce calitate reprezentați firma",
						"Choose in which capacity you represent the company",
					),
				}}
				onSubmit={ask}
			>
				<TextField
					at="/cui"
					label={say("Codul unic de înregistrare (CUI)", "Registration code (CUI)")}
					hint={say("Cifrele, fără RO", "The digits, without RO")}
					inputMode="numeric"
					autocomplete="off"
					short
				/>
				<Radios
					at="/capacity"
					label={say("Calitatea dumneavoastră", "Your capacity")}
					options={[
						{
							value: "legal_representative",
							label: mandateCapacity("legal_representative"),
							hint: say(
								"Confirmăm pe loc, din registrul comerțului",
								"We confirm it at once, from the company register",
							),
						},
						{
							value: "attorney",
							label: mandateCapacity("attorney"),
							hint: say("Un ofițer verifică împuternicirea", "An officer checks the power of attorney"),
						},
					]}
				/>
			</Form>
		</Page>
	);
}
