// The applications that wait for an officer, the most urgent ones with their day.

import { api } from "../api/client";
import { content } from "../api/problem";
import { date } from "../dates";
import { useList } from "../form/use-list";
import { say } from "../language";
import { List, Row } from "../parts/list";
import { Page } from "../parts/page";
import { reviewKind } from "./review-words";

export function ReviewsPage() {
	const list = useList((cursor) =>
		content(api.GET("/v1/review/applications", { params: { query: cursor ? { cursor } : {} } })),
	);
	return (
		<Page title={say("Cereri de analizat", "Applications to review")} back="/desk">
			<List of={list} empty={say("Niciuna: toate cererile sunt rezolvate.", "None: all applications are settled.")}>
				{({ id, kind, created_at, expected_on, claimed_by_me }) => (
					<Row key={id} to={`/desk/reviews/${id}`} title={reviewKind(kind)}>
						{say("Depusă pe ", "Of ")}
						{date(created_at.slice(0, 10))}
						{expected_on && say(`, răspuns până pe ${date(expected_on)}`, `, to be answered by ${date(expected_on)}`)}
						{claimed_by_me && say(" · preluată de mine", " · claimed by me")}
					</Row>
				)}
			</List>
		</Page>
	);
}
