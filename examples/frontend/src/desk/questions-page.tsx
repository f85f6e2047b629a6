// The help desk: the questions that wait for an answer.

import { useState } from "preact/hooks";

import { api } from "../api/client";
import { content } from "../api/problem";
import type { Schemas } from "../api/types";
import { useTopicLabel } from "../citizen/support-words";
import { time } from "../dates";
import { useList } from "../form/use-list";
import { say } from "../language";
import { List, Row } from "../parts/list";
import { Page } from "../parts/page";

type Status = Schemas["SupportStatus"];

export function QuestionsPage() {
	const [status, setStatus] = useState<Status>("open");
	const other: Status = status === "open" ? "answered" : "open";
	return (
		<Page title={say("Întrebări ale oamenilor", "People's questions")} back="/desk">
			<h2>{status === "open" ? say("Fără răspuns", "Not answered") : say("Cu răspuns", "Answered")}</h2>
			<Questions key={status} status={status} />
			<button type="button" class="link" onClick={() => setStatus(other)}>
				{status === "open"
					? say("Vedeți cele cu răspuns", "See the answered ones")
					: say("Vedeți cele fără răspuns", "See those not answered")}
			</button>
		</Page>
	);
}

function Questions({ status }: { status: Status }) {
	const list = useList((cursor) =>
		content(api.GET("/v1/support/requests", { params: { query: { status, ...(cursor && { cursor }) } } })),
	);
	const label = useTopicLabel();
	const none =
		status === "open"
			? say("Toate întrebările au primit răspuns.", "All questions are answered.")
			: say("Nicio întrebare nu a primit răspuns încă.", "No question is answered yet.");
	return (
		<List of={list} empty={none}>
			{({ id, reference, topic, created_at }) => (
				<Row key={id} to={`/desk/questions/${id}`} title={`${label(topic)} · ${reference}`}>
					{time(created_at)}
				</Row>
			)}
		</List>
	);
}
