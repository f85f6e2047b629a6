// The questions that every application has: what for, in which language, and the declaration.

import type { ComponentChildren } from "preact";
import { useState } from "preact/hooks";

import { api } from "../api/client";
import { content } from "../api/problem";
import type { Schemas } from "../api/types";
import { Form } from "../form/form";
import { Checkbox, Radios, Select, TextField } from "../form/fields";
import { useLoad } from "../form/use-load";
import { useSend } from "../form/use-send";
import { say } from "../language";
import { Loaded } from "../parts/loaded";
import { replace } from "../router";

type Body = Schemas["CreateApplicationRequest"];

interface Properties {
	service: string;
	/** Whom it is about, if not the person who applies: asked first. */
	subject?: ComponentChildren;
	/** What else only this kind of application asks. */
	children?: ComponentChildren;
}

export function ApplicationForm({ service, subject, children }: Properties) {
	const reasons = useLoad(() => content(api.GET("/v1/services/{service}/reasons", { params: { path: { service } } })));
	const [reason, setReason] = useState("");
	// One key for what the person wants, however often it is sent: docs/guides/idempotency.md.
	const [key] = useState(() => crypto.randomUUID());
	const sending = useSend();

	async function apply(body: Body): Promise<void> {
		const params = { header: { "Idempotency-Key": key } };
		const { id, certificate } = await content(api.POST("/v1/applications", { params, body: { ...body, service } }));
		replace(certificate ? `/certificates/${certificate.id}` : `/applications/${id}`);
	}
	return (
		<Loaded of={reasons}>
			{({ items }) => (
				<Form<Body>
					sending={sending}
					submit={say("Depuneți cererea", "Submit the application")}
					whenEmpty={{
						"/reason": say("Alegeți pentru ce vă trebuie certificatul", "Choose what you need the certificate for"),
						"/reason_detail": say("Scrieți pentru ce vă trebuie certificatul", "Say what you need the certificate for"),
						"/declaration": say("Confirmați că datele sunt adevărate", "Confirm that the data are true"),
						"/mandate_id": say("Alegeți firma", "Choose the company"),
						"/on_behalf_of/cnp": say("Scrieți CNP-ul persoanei", "Enter the person's CNP"),
						"/on_behalf_of/capacity": say("Alegeți în ce calitate cereți", "Choose in which capacity you apply"),
					}}
					onSubmit={apply}
				>
					{subject}
					<Select
						at="/reason"
						label={say("Pentru ce vă trebuie?", "What do you need it for?")}
						options={items.map(({ code, label }) => ({ value: code, label }))}
						onChoose={setReason}
					/>
					{items.find(({ code }) => code === reason)?.needs_detail && (
						<TextField at="/reason_detail" label={say("Mai exact", "More exactly")} autocomplete="off" />
					)}
					<Radios
						at="/language"
						label={say("În ce limbă?", "In which language?")}
						value="ro"
						options={[
							{ value: "ro", label: say("Română", "Romanian") },
							{ value: "en", label: say("Română și engleză", "Romanian and English") },
						]}
					/>
					{children}
					<Checkbox
						at="/declaration"
						label={say(
							"Declar pe propria răspundere că datele sunt adevărate",
							"I declare that the data are true, and answer for it",
						)}
					/>
				</Form>
			)}
		</Loaded>
	);
}
