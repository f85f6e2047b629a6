// The two queues of officers: applications to review, and representatives of companies to confirm.

import { api } from "../api/client";
import { content } from "../api/problem";
import { mandateCapacity } from "../citizen/words";
import { date } from "../dates";
import { type Slice, useList } from "../form/use-list";
import { say } from "../language";
import { List, Row } from "../parts/list";
import { Page } from "../parts/page";
import { reviewKind } from "./review-words";

const query = (cursor?: string) => ({ params: { query: cursor ? { cursor } : {} } });

export function ReviewsPage() {
	return (
		<Queue
			title={say("Cereri de analizat", "Applications to review")}
			empty={say("Nicio cerere nu așteaptă.", "No application is waiting.")}
			read={(cursor) => content(api.GET("/v1/review/applications", query(cursor)))}
			nameOf={({ kind }) => reviewKind(kind)}
			at="/desk/reviews"
		/>
	);
}

export function MandateReviewsPage() {
	return (
		<Queue
			title={say("Reprezentanți de confirmat", "Representatives to confirm")}
			empty={say("Niciun reprezentant nu așteaptă.", "No representative is waiting.")}
			read={(cursor) => content(api.GET("/v1/review/mandates", query(cursor)))}
			nameOf={({ capacity }) => mandateCapacity(capacity)}
			at="/desk/mandates"
		/>
	);
}

/** What both kinds of cases have. */
interface Case {
	id: string;
	created_at: string;
	expected_on?: string | null;
	claimed_by_me: boolean;
}

interface Properties<T> {
	title: string;
	empty: string;
	read: (cursor?: string) => Promise<Slice<T>>;
	nameOf: (item: T) => string;
	/** Where the pages of the cases are. */
	at: string;
}

function Queue<T extends Case>({ title, empty, read, nameOf, at }: Properties<T>) {
	return (
		<Page title={title} back="/desk">
			<List of={useList(read)} empty={empty}>
				{(item) => (
					<Row key={item.id} to={`${at}/${item.id}`} title={nameOf(item)}>
						{say("Primită pe ", "Received on ")}
						{date(item.created_at.slice(0, 10))}
						{item.expected_on && say(", răspuns până pe ", ", to be answered by ") + date(item.expected_on)}
						{item.claimed_by_me && say(" · preluată de mine", " · claimed by me")}
					</Row>
				)}
			</List>
		</Page>
	);
}
