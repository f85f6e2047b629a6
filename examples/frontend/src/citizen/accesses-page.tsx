// Who looked at the person's data, in the words of the service.

import { api } from "../api/client";
import { content } from "../api/problem";
import type { Schemas } from "../api/types";
import { time } from "../dates";
import { useList } from "../form/use-list";
import { say } from "../language";
import { List } from "../parts/list";
import { Page } from "../parts/page";

function who({ by, office, client }: Schemas["Access"]): string {
	const people = {
		you: say("Dumneavoastră", "You"),
		client: say(`${client}, cu acordul dumneavoastră`, `${client}, with your consent`),
		another_account: say("Alt cont", "Another account"),
		officer: say("Un ofițer", "An officer"),
		operator: say("Un operator", "An operator"),
		service: say("Serviciul", "The service"),
		anonymous: say("Cineva fără cont", "Somebody without an account"),
		relying_party: say("Cine verifică un certificat", "Somebody who checks a certificate"),
	};
	return office ? `${people[by]}, ${office}` : people[by];
}

export function AccessesPage() {
	const list = useList((cursor) =>
		content(api.GET("/v1/accounts/me/access-log", { params: { query: cursor ? { cursor } : {} } })),
	);
	return (
		<Page title={say("Cine mi-a văzut datele", "Who looked at my data")} back="/account">
			<p>
				{say(
					"Fiecare citire se notează, iar nota nu mai poate fi schimbată.",
					"Each look is recorded, and the record cannot be changed afterwards.",
				)}
			</p>
			<List of={list} empty={say("Nimeni nu v-a văzut datele până acum.", "Nobody has looked at your data so far.")}>
				{(access) => (
					<li key={access.id + access.at + access.action}>
						<strong>{who(access)}</strong>
						<p>{access.text}</p>
						<p class="hint">{time(access.at)}</p>
					</li>
				)}
			</List>
			<p>
				{say("Nu recunoașteți ceva? ", "Something that you do not recognise? ")}
				<a href="/support">{say("Scrieți-ne", "Write to us")}</a>
			</p>
		</Page>
	);
}
