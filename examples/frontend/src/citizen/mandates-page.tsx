// The companies that a person represents.

import { api } from "../api/client";
import { content } from "../api/problem";
import { useList } from "../form/use-list";
import { say } from "../language";
import { List, Row } from "../parts/list";
import { Page } from "../parts/page";
import { mandateCapacity, mandateStatus } from "./words";

export function MandatesPage() {
	const list = useList((cursor) => content(api.GET("/v1/mandates", { params: { query: cursor ? { cursor } : {} } })));
	return (
		<Page title={say("Firmele pe care le reprezint", "The companies that I represent")} back="/account">
			<List of={list} empty={say("Nu reprezentați încă o firmă.", "You do not represent a company yet.")}>
				{({ id, company_name, capacity, status }) => (
					<Row key={id} to={`/mandates/${id}`} title={company_name}>
						{mandateCapacity(capacity)} · {mandateStatus(status)}
					</Row>
				)}
			</List>
			<a class="button" href="/mandates/new">
				{say("Adăugați o firmă", "Add a company")}
			</a>
		</Page>
	);
}
