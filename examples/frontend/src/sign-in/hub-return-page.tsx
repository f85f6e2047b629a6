// Where the browser comes back to from the Hub's log-in page.

import { useEffect, useState } from "preact/hooks";

import { type Problem, problemOf } from "../api/problem";
import { say } from "../language";
import { Page } from "../parts/page";
import { Notice, ProblemNotice } from "../parts/problem-notice";
import { place, replace } from "../router";
import { goalOf } from "./goal";
import { NotGranted, tokensOf } from "./hub";
import { LoginWays } from "./login-page";
import { beginGranted } from "./session";

function why(reason: string): string {
	switch (reason) {
		case "access_denied":
			return say("Nu ați fost de acord cu accesul", "You did not agree to the access");
		case "foreign":
			return say("Autentificarea nu a început aici", "This sign-in did not begin here");
		default:
			return say("Autentificarea nu a reușit", "The sign-in did not succeed");
	}
}

export function HubReturnPage() {
	const [answer] = useState(() => place.get().query);
	const [reason, setReason] = useState<string | null>(null);
	const [problem, setProblem] = useState<Problem | null>(null);
	async function enter(): Promise<void> {
		try {
			const { role } = await beginGranted(await tokensOf(answer));
			replace(goalOf(role));
		} catch (error) {
			if (error instanceof NotGranted) setReason(error.reason);
			else setProblem(problemOf(error));
		}
	}
	useEffect(() => void enter(), []);
	if (reason === null && !problem) return <Page title={say("Vă autentificăm…", "Signing you in…")} />;
	return (
		<Page title={say("Nu v-ați autentificat", "You are not signed in")} back="/">
			{reason !== null && <Notice title={why(reason)} />}
			<ProblemNotice of={problem} again={enter} />
			<p>{say("Puteți încerca din nou, de câte ori este nevoie.", "You can try again, as often as you need.")}</p>
			<LoginWays />
		</Page>
	);
}
