// A problem that is not about a field: what happened, and always a way on.

import { type ComponentChildren, type ComponentType, createContext } from "preact";
import { useContext, useEffect, useRef } from "preact/hooks";

import type { Problem } from "../api/problem";
import { say } from "../language";

/** What removes a problem of this code: a question whose right answer does the same again. */
type Asking = ComponentType<{ onProved: () => Promise<void> }>;

export const Questions = createContext<Partial<Record<Problem["code"], Asking>>>({});

interface Properties {
	of: Problem | null;
	/** Does the same again. */
	again: () => Promise<void>;
	/** Whether to offer that; a form has its own button. */
	retry?: boolean;
}

export function ProblemNotice({ of: problem, again, retry }: Properties) {
	const questions = useContext(Questions);
	if (!problem) return null;
	const Asking = questions[problem.code];
	if (Asking) return <Asking onProved={again} />;
	return (
		<Notice title={problem.title}>
			<p>{problem.detail}</p>
			<WayOn problem={problem} />
			{retry && (
				<button type="button" class="quiet" onClick={() => void again()}>
					{say("Încercați din nou", "Try again")}
				</button>
			)}
		</Notice>
	);
}

function WayOn({ problem: { code, instance } }: { problem: Problem }) {
	if (code === "identity_unverified")
		return <a href="/identity">{say("Dovediți cine sunteți", "Prove who you are")}</a>;
	if (code === "already_applied_today" || code === "applications_open")
		return <a href="/account">{say("Cererile mele", "My applications")}</a>;
	if (code === "unauthenticated") return <a href="/login">{say("Autentificați-vă", "Sign in")}</a>;
	if (code !== "internal" || !instance) return null;
	return (
		<p>
			<a href="/support">{say("Scrieți-ne", "Write to us")}</a> {say("și spuneți numărul", "and quote")}{" "}
			<code>{instance.replace("/requests/", "")}</code>
		</p>
	);
}

/** Says it to a screen reader too, as soon as it appears. */
export function Notice({ title, children }: { title: string; children?: ComponentChildren }) {
	const box = useRef<HTMLDivElement>(null);
	useEffect(() => box.current?.focus(), [title]);
	return (
		<div class="summary" role="alert" tabIndex={-1} ref={box}>
			<h2>{title}</h2>
			{children}
		</div>
	);
}
