// A form that sends one request: one button, all mistakes at once, the summary of mistakes linked to the fields.

import type { ComponentChildren } from "preact";

import { ProblemNotice } from "../parts/problem-notice";
import { bodyOf } from "./body";
import { BrokenRules, brokenRules, requireFilled, type WhenEmpty } from "./broken-rules";
import { Summary } from "./summary";
import type { Sending } from "./use-send";

interface Properties<Body> {
	sending: Sending;
	/** Says what the button does. */
	submit: string;
	/** Does it, with the body that the fields make; the API judges whether the body is one. */
	onSubmit: (body: Body) => Promise<unknown>;
	whenEmpty?: WhenEmpty;
	/** The button of what cannot be undone, and of what few people come for. */
	look?: "grave" | "quiet" | "";
	children?: ComponentChildren;
}

export function Form<Body>({ sending, submit, onSubmit, whenEmpty = {}, look = "", children }: Properties<Body>) {
	const { problem, busy, send } = sending;
	const rules = brokenRules(problem, whenEmpty);
	function onSubmitForm(event: SubmitEvent) {
		event.preventDefault();
		const form = event.currentTarget as HTMLFormElement;
		void send(async () => {
			requireFilled(form, whenEmpty);
			await onSubmit(bodyOf(form) as Body);
		});
	}
	return (
		<BrokenRules.Provider value={rules}>
			{rules.length > 0 ? <Summary rules={rules} /> : <ProblemNotice of={problem} again={sending.again} />}
			<form noValidate onSubmit={onSubmitForm}>
				{children}
				<button type="submit" class={look} aria-disabled={busy}>
					{submit}
				</button>
			</form>
		</BrokenRules.Provider>
	);
}
