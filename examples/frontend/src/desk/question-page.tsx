// One question: the message, the answers so far, and the next one.

import { useState } from "preact/hooks";

import { api } from "../api/client";
import { content } from "../api/problem";
import type { Schemas } from "../api/types";
import { Said } from "../citizen/support-request-page";
import { Form } from "../form/form";
import { LongTextField } from "../form/fields";
import { useLoad } from "../form/use-load";
import { useSend } from "../form/use-send";
import { say } from "../language";
import { Card } from "../parts/card";
import { Loaded } from "../parts/loaded";
import { Page } from "../parts/page";

export function QuestionPage({ id }: { id: string }) {
	const params = { path: { id } };
	const question = useLoad(() => content(api.GET("/v1/support/requests/{id}", { params })), id);
	return (
		<Page title={question.data?.reference ?? say("Întrebarea", "The question")} back="/desk/questions">
			<Loaded of={question}>
				{(known) => (
					<>
						<ol class="timeline">
							<Said by={known.email} at={known.created_at} text={known.message} />
							{known.answers.map(({ created_at, text }) => (
								<Said key={created_at} by={say("Serviciul de ajutor", "The help desk")} at={created_at} text={text} />
							))}
						</ol>
						{known.status === "closed" ? (
							<Card tone="good" title={say("Întrebarea este închisă", "The question is closed")} />
						) : (
							<>
								<Answer id={id} locale={known.locale} onSent={question.load} />
								<Close id={id} onDone={question.load} />
							</>
						)}
					</>
				)}
			</Loaded>
		</Page>
	);
}

interface AnswerProperties {
	id: string;
	/** The language that the person writes in. */
	locale: Schemas["Locale"];
	onSent: () => Promise<void>;
}

function Answer({ id, locale, onSent }: AnswerProperties) {
	const [key, setKey] = useState(() => crypto.randomUUID());
	async function answer(body: Schemas["AnswerSupportRequest"]): Promise<void> {
		const params = { path: { id }, header: { "Idempotency-Key": key } };
		await content(api.POST("/v1/support/requests/{id}/answer", { params, body }));
		// The next answer is another one.
		setKey(crypto.randomUUID());
		await onSent();
	}
	return (
		<Form<Schemas["AnswerSupportRequest"]>
			key={key}
			sending={useSend()}
			submit={say("Trimiteți răspunsul", "Send the answer")}
			whenEmpty={{ "/text": say("Scrieți răspunsul", "Enter the answer") }}
			onSubmit={answer}
		>
			<LongTextField
				at="/text"
				label={say("Răspunsul", "The answer")}
				hint={
					locale === "ro"
						? say(
								"În română; fără CNP sau coduri, pleacă prin e-mail",
								"In Romanian; no CNP or codes, it goes by e-mail",
							)
						: say(
								"În engleză; fără CNP sau coduri, pleacă prin e-mail",
								"In English; no CNP or codes, it goes by e-mail",
							)
				}
			/>
		</Form>
	);
}

function Close({ id, onDone }: { id: string; onDone: () => Promise<void> }) {
	return (
		<details>
			<summary>{say("Nu mai este nimic de răspuns?", "Nothing left to answer?")}</summary>
			<Form
				sending={useSend()}
				submit={say("Închideți întrebarea", "Close the question")}
				onSubmit={async () => {
					await content(api.POST("/v1/support/requests/{id}/close", { params: { path: { id } } }));
					await onDone();
				}}
			/>
		</details>
	);
}
