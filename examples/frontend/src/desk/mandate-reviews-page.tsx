// The companies that somebody says they represent, and that wait for an officer.

import { api } from "../api/client";
import { content } from "../api/problem";
import { mandateCapacity } from "../citizen/words";
import { date } from "../dates";
import { useList } from "../form/use-list";
import { say } from "../language";
import { List, Row } from "../parts/list";
import { Page } from "../parts/page";

export function MandateReviewsPage() {
	const list = useList((cursor) =>
		content(api.GET("/v1/review/mandates", { params: { query: cursor ? { cursor } : {} } })),
	);
	return (
		<Page title={say("Reprezentanți de confirmat", "Representatives to confirm")} back="/desk">
			<List of={list} empty={say("Niciunul: toate cererile sunt rezolvate.", "None: all requests are settled.")}>
				{({ id, capacity, created_at, expected_on, claimed_by_me }) => (
					<Row key={id} to={`/desk/mandates/${id}`} title={mandateCapacity(capacity)}>
						{say("Cerută pe ", "Asked on ")}
						{date(created_at.slice(0, 10))}
						{expected_on && say(`, răspuns până pe ${date(expected_on)}`, `, to be answered by ${date(expected_on)}`)}
						{claimed_by_me && say(" · preluată de mine", " · claimed by me")}
					</Row>
				)}
			</List>
		</Page>
	);
}
