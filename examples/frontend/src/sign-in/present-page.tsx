// Back from Ghișeul.ro with the proof that the owner of the account is present; then on to where it was needed.

import { useEffect, useState } from "preact/hooks";

import { api } from "../api/client";
import { content } from "../api/problem";
import type { Schemas } from "../api/types";
import { useSend } from "../form/use-send";
import { say } from "../language";
import { Page } from "../parts/page";
import { Notice, ProblemNotice } from "../parts/problem-notice";
import { place, replace } from "../router";
import { goalOf } from "./goal";
import { cameBack } from "./redirect";
import { whyGhiseulFailed } from "./redirect-failures";

export function PresentPage({ account }: { account: Schemas["Account"] }) {
	const [query] = useState(() => place.get().query);
	// A code that nobody here asked for proves nothing.
	const [code] = useState(() => (cameBack() ? query.get("code") : null));
	const { problem, send, again } = useSend();
	useEffect(() => {
		if (!code) return;
		void send(async () => {
			await content(api.POST("/v1/sessions/current/presence", { body: { code } }));
			replace(goalOf(account.role));
		});
	}, []);
	if (code && !problem) return <Page title={say("Confirmăm…", "Confirming…")} />;
	return (
		<Page title={say("Nu am putut confirma", "We could not confirm it")} back="/account">
			{!code && <Notice title={whyGhiseulFailed(query.get("error") ?? "")} />}
			<ProblemNotice of={problem} again={again} />
		</Page>
	);
}
