// What every field has: a label, a hint, and beside it what is wrong.

import type { ComponentChildren } from "preact";

import { say } from "../language";
import { fieldId } from "./body";
import { useBrokenRule } from "./broken-rules";

export interface Labelled {
	/** The pointer to the value in the body (see `body`). */
	at: string;
	label: string;
	hint?: ComponentChildren;
}

/** The ids of what describes a field, and the attributes of the field that say so. */
export function useDescription({ at, hint }: Labelled) {
	const id = fieldId(at);
	const wrong = useBrokenRule(at);
	const described = [hint && `${id}-hint`, wrong && `${id}-wrong`].filter(Boolean).join(" ");
	const attributes = {
		...(described && { "aria-describedby": described }),
		...(wrong && { "aria-invalid": true as const }),
	};
	return { id, wrong, attributes };
}

export function Hint({ id, children }: { id: string; children: ComponentChildren }) {
	return children ? (
		<p class="hint" id={`${id}-hint`}>
			{children}
		</p>
	) : null;
}

export function Wrong({ id, children }: { id: string; children: string | undefined }) {
	return children ? (
		<p class="error" id={`${id}-wrong`}>
			<span class="for-readers">{say("Greșeală: ", "Error: ")}</span>
			{children}
		</p>
	) : null;
}
