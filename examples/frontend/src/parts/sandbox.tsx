// What is there in the sandbox alone. A front end for real people leaves this file out.

import type { ComponentChildren } from "preact";

import { say } from "../language";

export function TestBanner() {
	return (
		<aside class="test" aria-label={say("Mediu de test", "Test environment")}>
			<strong>{say("Mediu de test.", "Test environment.")}</strong>{" "}
			{say("Persoane și certificate inventate.", "Invented persons and certificates.")}{" "}
			<a href="/sandbox">{say("Persoane, coduri, mesaje", "Persons, codes, mail")}</a>
		</aside>
	);
}

/** The mailbox, beside what says that a mail is on its way. */
export function MailboxInSandbox() {
	return (
		<InSandbox>
			<a href="/sandbox/mailbox">{say("Deschideți căsuța poștală de test", "Open the test mailbox")}</a>
		</InSandbox>
	);
}

export function InSandbox({ children }: { children: ComponentChildren }) {
	return (
		<p class="in-sandbox">
			<strong>{say("Mediu de test:", "Test environment:")}</strong> {children}
		</p>
	);
}
