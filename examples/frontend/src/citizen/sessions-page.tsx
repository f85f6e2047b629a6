// The sessions of the account; each of the others can be ended.

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
import { homeOf } from "../sign-in/goal";

export function SessionsPage({ account }: { account: Schemas["Account"] }) {
	const list = useList((cursor) => content(api.GET("/v1/sessions", { params: { query: cursor ? { cursor } : {} } })));
	const { problem, send, again } = useSend();
	const end = (id: string) => () =>
		void send(async () => {
			await content(api.DELETE("/v1/sessions/{id}", { params: { path: { id } } }));
			await list.load();
		});
	return (
		<Page title={say("Unde sunt autentificat", "Where I am signed in")} back={homeOf(account.role)}>
			<ProblemNotice of={problem} again={again} />
			<List of={list} empty="">
				{(session) => (
					<li key={session.id}>
						<strong>{session.current ? say("Aici, acum", "Here, now") : say("Alt loc", "Elsewhere")}</strong>
						<SessionTimes of={session} />
						{!session.current && (
							<button type="button" class="quiet" onClick={end(session.id)}>
								{say("Încheiați sesiunea", "End the session")}
								<span class="for-readers">
									{" "}
									{say("din", "of")} {time(session.created_at)}
								</span>
							</button>
						)}
					</li>
				)}
			</List>
		</Page>
	);
}

function SessionTimes({ of: { created_at, refreshed_at } }: { of: Schemas["Session"] }) {
	return (
		<p class="hint">
			{say("De la ", "Since ")}
			{time(created_at)}
			{say("; folosită ultima dată ", "; last used ")}
			{time(refreshed_at)}
		</p>
	);
}
