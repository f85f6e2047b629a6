// What went wrong, as the API says it: problem documents (RFC 9457). Programs branch on `code`; people read the rest.

import { say } from "../language";
import type { components } from "./schema";

type Code = components["schemas"]["ProblemCode"];

/** A broken rule; `pointer` (RFC 6901) leads to the value in the body that was sent. */
export interface FieldError {
	pointer: string;
	code: components["schemas"]["RuleCode"];
	message: string;
}

export interface Problem {
	/** `unreachable` is our own: there was no answer. */
	code: Code | "unreachable";
	title: string;
	detail: string;
	/** The id of the request, for the help desk. */
	instance?: string;
	errors?: FieldError[];
}

/** Thrown in place of an answer that is not a success. */
export class Refused extends Error {
	constructor(readonly problem: Problem) {
		super(problem.code);
	}
}

/** What came back from the generated client. */
interface Answer<T> {
	data?: T;
	error?: unknown;
	response: Response;
}

/** Returns the content of an answer; throws {@link Refused} when it is a problem. */
export async function content<T>(asked: Promise<Answer<T>>): Promise<T> {
	const { data, error, response } = await asked;
	if (!response.ok) throw new Refused(error as Problem);
	return data as T;
}

/** Returns the problem behind an error; one of the network is a problem too, a mistake of ours is not. */
export function problemOf(error: unknown): Problem {
	if (error instanceof Refused) return error.problem;
	// `fetch` says so when nobody answers.
	if (error instanceof TypeError) return unreachable();
	throw error;
}

function unreachable(): Problem {
	return {
		code: "unreachable",
		title: say("Serviciul nu răspunde", "The service is not answering"),
		detail: say(
			"Verificați conexiunea la internet și încercați din nou. Nu pierdeți nimic din ce ați completat.",
			"Check your internet connection and try again. Nothing that you filled in is lost.",
		),
	};
}
