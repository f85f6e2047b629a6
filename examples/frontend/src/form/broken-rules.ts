// What is wrong with the fields of a form, for the form and its fields. Here only empty fields are noticed, because the API
// reports one of them at a time; all other rules are the API's alone.

import { createContext } from "preact";
import { useContext } from "preact/hooks";

import { type FieldError, type Problem, Refused } from "../api/problem";

/** The sentence for each field that must be filled in, by its pointer: "this is missing" says too little beside a field. */
export type WhenEmpty = Record<string, string>;

const EMPTY = new Set<FieldError["code"]>(["missing", "text_blank", "one_of_cnp_cui_control_code"]);

export interface BrokenRule {
	pointer: string;
	message: string;
}

export const BrokenRules = createContext<BrokenRule[]>([]);

/** Returns the first broken rule of each field. */
export function brokenRules(problem: Problem | null, whenEmpty: WhenEmpty): BrokenRule[] {
	const first = new Map<string, BrokenRule>();
	for (const { pointer, code, message } of problem?.errors ?? []) {
		const own = EMPTY.has(code) ? whenEmpty[pointer] : undefined;
		if (!first.has(pointer)) first.set(pointer, { pointer, message: own ?? message });
	}
	return [...first.values()];
}

/** Fails with all fields of the form that must be filled in and are not. */
export function requireFilled(form: HTMLFormElement, whenEmpty: WhenEmpty): void {
	const filled = new FormData(form);
	const isEmpty = (pointer: string) => form.elements.namedItem(pointer) && !isFilled(filled.get(pointer));
	const errors = Object.entries(whenEmpty)
		.filter(([pointer]) => isEmpty(pointer))
		.map(([pointer, message]) => ({ pointer, message, code: "missing" as const }));
	if (errors.length > 0) throw new Refused({ code: "invalid_input", title: "", detail: "", errors });
}

function isFilled(value: FormDataEntryValue | null): boolean {
	return value instanceof File ? value.name !== "" : !!value?.trim();
}

/** Returns what is wrong with one field. */
export function useBrokenRule(pointer: string): string | undefined {
	return useContext(BrokenRules).find((rule) => rule.pointer === pointer)?.message;
}
