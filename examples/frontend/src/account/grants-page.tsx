// The applications of others that the person let in, with what each may do, and the end of that.

import { api } from "../api/client";
import { content } from "../api/problem";
import type { Schemas } from "../api/types";
import { time } from "../dates";
import { useList } from "../form/use-list";
import { useSend } from "../form/use-send";
import { say } from "../language";
import { List } from "../parts/list";
import { Page } from "../parts/page";
import { ProblemNotice } from "../parts/problem-notice";
import { scopeText } from "./scopes";

type Grant = Schemas["Grant"];

export function GrantsPage() {
	const list = useList((cursor) =>
		content(api.GET("/v1/accounts/me/grants", { params: { query: cursor ? { cursor } : {} } })),
	);
	const { problem, send, again } = useSend();
	const revoke = (id: string) => () =>
		void send(async () => {
			await content(api.DELETE("/v1/accounts/me/grants/{id}", { params: { path: { id } } }));
			await list.load();
		});
	return (
		<Page title={say("Aplicații cu acces la datele mele", "Applications with access to my data")} back="/account">
			<p>
				{say(
					"Portaluri și aplicații ale altora, în care ați intrat cu acest cont. Retrageți accesul de care nu mai aveți nevoie: se oprește pe loc.",
					"Portals and applications of others that you entered with this account. Revoke what you no longer need: it stops at once.",
				)}
			</p>
			<ProblemNotice of={problem} again={again} />
			<List of={list} empty={say("Niciuna: nimeni altcineva nu are acces.", "None: nobody else has access.")}>
				{(grant) => (
					<li key={grant.id}>
						<GrantText of={grant} />
						<button type="button" class="quiet" onClick={revoke(grant.id)}>
							{say("Retrageți accesul", "Revoke the access")}
							<span class="for-readers">: {grant.client_name}</span>
						</button>
					</li>
				)}
			</List>
		</Page>
	);
}

function GrantText({ of: { client_name, scopes, granted_at } }: { of: Grant }) {
	return (
		<>
			<h2>{client_name}</h2>
			<p>{say("Poate:", "It can:")}</p>
			<ul>
				{scopes.map((scope) => (
					<li key={scope}>{scopeText(scope)}</li>
				))}
			</ul>
			<p class="hint">
				{say("De la ", "Since ")}
				{time(granted_at)}
			</p>
		</>
	);
}
