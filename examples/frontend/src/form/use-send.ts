// One request at a time that a person sends, and what went wrong with it.

import { useRef, useState } from "preact/hooks";

import { type Problem, problemOf } from "../api/problem";

export interface Sending {
	busy: boolean;
	problem: Problem | null;
	/** Runs what is to be done, once however often the button is pressed. */
	send: (work: () => Promise<unknown>) => Promise<void>;
	/** Runs the same again, after the person has removed what stood in the way. */
	again: () => Promise<void>;
}

export function useSend(): Sending {
	const [busy, setBusy] = useState(false);
	const [problem, setProblem] = useState<Problem | null>(null);
	const running = useRef(false);
	const last = useRef<() => Promise<unknown>>(async () => {});
	async function send(work: () => Promise<unknown>): Promise<void> {
		if (running.current) return;
		last.current = work;
		running.current = true;
		setBusy(true);
		try {
			await work();
			setProblem(null);
		} catch (error) {
			setProblem(problemOf(error));
		} finally {
			running.current = false;
			setBusy(false);
		}
	}
	return { busy, problem, send, again: () => send(last.current) };
}
