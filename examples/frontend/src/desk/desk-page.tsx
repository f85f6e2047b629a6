// What an officer can do here.

import { SecurityLinks } from "../account/security-links";
import type { Schemas } from "../api/types";
import { say } from "../language";
import { Page } from "../parts/page";

export function DeskPage({ account }: { account: Schemas["Account"] }) {
	if (account.role !== "officer") return <NothingHere />;
	return (
		<Page title={say("Biroul ofițerului", "Officer's desk")}>
			<ul class="tasks">
				<Task to="/desk/counter" title={say("Certificați o identitate", "Certify an identity")}>
					{say(
						"Persoana este la ghișeu, cu codul ei și cu actul de identitate",
						"The person is at the counter, with the code and the identity document",
					)}
				</Task>
				<Task to="/desk/second-factor" title={say("Al doilea pas pierdut", "Lost second step")}>
					{say(
						"Persoana este la ghișeu și nu mai are nici telefonul, nici codurile de rezervă",
						"The person is at the counter, and has neither the phone nor the recovery codes",
					)}
				</Task>
				<Task to="/desk/reviews" title={say("Cereri de analizat", "Applications to review")}>
					{say(
						"Înscrieri, greșeli semnalate, reprezentare, alte state",
						"Entries, reported mistakes, representation, other states",
					)}
				</Task>
				<Task to="/desk/mandates" title={say("Reprezentanți de confirmat", "Representatives to confirm")}>
					{say("Împuterniciți ai firmelor, cu actele lor", "Attorneys of companies, with their papers")}
				</Task>
				<Task to="/desk/questions" title={say("Întrebări ale oamenilor", "People's questions")}>
					{say("Răspunsul pleacă prin e-mail", "The answer goes by e-mail")}
				</Task>
			</ul>
			<h2>{say("Contul", "My account")}</h2>
			<ul class="links">
				<SecurityLinks account={account} />
			</ul>
		</Page>
	);
}

/** Operators run the service by other means; citizens came here by mistake. */
function NothingHere() {
	return (
		<Page title={say("Biroul este al ofițerilor", "The desk is for officers")}>
			<a href="/">{say("Prima pagină", "Start page")}</a>
		</Page>
	);
}

function Task({ to, title, children }: { to: string; title: string; children: string }) {
	return (
		<li>
			<a href={to}>{title}</a>
			<p class="hint">{children}</p>
		</li>
	);
}
