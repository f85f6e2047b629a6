// The questions that a person has asked the help desk; each opens with its answers.

import { api } from "../api/client";
import { content } from "../api/problem";
import type { Schemas } from "../api/types";
import { time } from "../dates";
import { useList } from "../form/use-list";
import { say } from "../language";
import { List, Row } from "../parts/list";
import { Page } from "../parts/page";
import { sessionKind, signedIn } from "../sign-in/session";
import { supportStatus, useTopicLabel } from "./support-words";

const title = () => say("Întrebările mele", "My questions");

export function OwnQuestionsPage() {
	return (
		<Page title={title()} back="/support">
			<OwnQuestions />
		</Page>
	);
}

/** On the page of help: the questions of the account's owner, or the way to them. Nothing for those who have no account. */
export function OwnQuestionsOnHelp() {
	const account = signedIn.use();
	const kind = sessionKind.use();
	if (account?.role !== "citizen") return null;
	return (
		<section>
			<h2>{title()}</h2>
			{kind === "own" ? (
				<OwnQuestions />
			) : (
				<a href="/support/requests">{say("Vedeți întrebările și răspunsurile", "See the questions and the answers")}</a>
			)}
		</section>
	);
}

function OwnQuestions() {
	const list = useList((cursor) =>
		content(api.GET("/v1/accounts/me/support-requests", { params: { query: cursor ? { cursor } : {} } })),
	);
	const label = useTopicLabel();
	return (
		<List of={list} empty={say("Nu ați întrebat nimic până acum.", "You have not asked anything so far.")}>
			{({ id, reference, topic, status, created_at }: Schemas["SupportRequest"]) => (
				<Row key={id} to={`/support/requests/${id}`} title={`${label(topic)} · ${reference}`}>
					{supportStatus(status)} · {time(created_at)}
				</Row>
			)}
		</List>
	);
}
