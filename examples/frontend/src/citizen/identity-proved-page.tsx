// Back from Ghișeul.ro: proved, or why not, and the way on.

import { useEffect, useState } from "preact/hooks";

import { useSend } from "../form/use-send";
import { say } from "../language";
import { Card } from "../parts/card";
import { Page } from "../parts/page";
import { Notice, ProblemNotice } from "../parts/problem-notice";
import { place } from "../router";
import { whyGhiseulFailed } from "../sign-in/redirect-failures";
import { showAccount } from "../sign-in/session";

export function IdentityProvedPage() {
	const [query] = useState(() => place.get().query);
	const isProved = query.get("status") === "verified";
	const { problem, send, again } = useSend();
	useEffect(() => {
		if (isProved) void send(showAccount);
	}, []);
	if (problem) return <ProblemNotice of={problem} again={again} retry />;
	if (isProved) return <IdentityProved />;
	return (
		<Page title={say("Identitatea nu a fost dovedită", "Your identity was not proved")} back="/identity">
			<Notice title={whyGhiseulFailed(query.get("reason") ?? "")} />
			<a class="button" href="/identity">
				{say("Încercați din nou", "Try again")}
			</a>
		</Page>
	);
}

export function IdentityProved() {
	return (
		<Page title={say("Știm cine sunteți", "We know who you are")} back="/account">
			<Card tone="good" title={say("Identitatea este dovedită", "Your identity is proved")} />
			<a class="button" href="/applications/new">
				{say("Cereți certificatul", "Apply for the certificate")}
			</a>
		</Page>
	);
}
