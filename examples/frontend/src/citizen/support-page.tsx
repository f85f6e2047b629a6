// Help: where to find people, a form for a question, and what the person has asked before.

import { useState } from "preact/hooks";

import { api } from "../api/client";
import { content } from "../api/problem";
import type { Schemas } from "../api/types";
import { Form } from "../form/form";
import { LongTextField, Select, TextField } from "../form/fields";
import { useLoad } from "../form/use-load";
import { useSend } from "../form/use-send";
import { say } from "../language";
import { Card } from "../parts/card";
import { Facts } from "../parts/facts";
import { Loaded } from "../parts/loaded";
import { Page } from "../parts/page";
import { signedIn } from "../sign-in/session";
import { OwnQuestionsOnHelp } from "./own-questions";

type Body = Schemas["CreateSupportRequest"];

export function SupportPage() {
	const support = useLoad(() => content(api.GET("/v1/support")));
	const [reference, setReference] = useState<string | null>(null);
	return (
		<Page title={say("Ajutor", "Help")} back="/">
			<Loaded of={support}>
				{({ phone, email, hours, topics }) => (
					<>
						<Facts
							of={[
								[say("Telefon", "Phone"), phone && <a href={`tel:${phone}`}>{phone}</a>],
								[say("E-mail", "E-mail"), email && <a href={`mailto:${email}`}>{email}</a>],
								[say("Program", "Hours"), hours],
							]}
						/>
						<h2>{say("Scrieți-ne", "Write to us")}</h2>
						{reference ? <Received reference={reference} /> : <Question topics={topics} onSent={setReference} />}
						<OwnQuestionsOnHelp key={reference} />
					</>
				)}
			</Loaded>
		</Page>
	);
}

function Received({ reference }: { reference: string }) {
	return (
		<Card tone="good" title={say("Am primit întrebarea", "We have your question")}>
			<p>
				{say("Numărul ei este ", "Its number is ")}
				<strong>{reference}</strong>. {say("Răspunsul vine prin e-mail.", "The answer comes by e-mail.")}
			</p>
		</Card>
	);
}

function Question({ topics, onSent }: { topics: Schemas["TopicLabel"][]; onSent: (reference: string) => void }) {
	const account = signedIn.use();
	const [key] = useState(() => crypto.randomUUID());
	return (
		<Form<Body>
			sending={useSend()}
			submit={say("Trimiteți întrebarea", "Send the question")}
			whenEmpty={{
				"/topic": say("Alegeți despre ce este vorba", "Choose what it is about"),
				"/message": say("Scrieți întrebarea", "Enter your question"),
				"/email": say("Scrieți adresa la care să vă răspundem", "Enter the address to which we should answer"),
			}}
			onSubmit={async (body) => {
				const params = { header: { "Idempotency-Key": key } };
				const { reference } = await content(api.POST("/v1/support/requests", { params, body }));
				onSent(reference);
			}}
		>
			<Select
				at="/topic"
				label={say("Despre ce este vorba?", "What is it about?")}
				options={topics.map(({ code, label }) => ({ value: code, label }))}
			/>
			<LongTextField
				at="/message"
				label={say("Întrebarea", "Your question")}
				hint={say("Nu scrieți CNP-ul", "Do not write your CNP")}
			/>
			{!account?.email_confirmed && (
				<TextField at="/email" type="email" autocomplete="email" label={say("Adresa de e-mail", "E-mail address")} />
			)}
		</Form>
	);
}
