// What a page shows of the API, read when the page opens and whenever the language changes.

import { useEffect, useState } from "preact/hooks";

import { type Problem, problemOf } from "../api/problem";
import { language } from "../language";

export interface Loading<T> {
	data: T | null;
	problem: Problem | null;
	/** Reads it again. */
	load: () => Promise<void>;
	/** Shows what an operation has just answered. */
	show: (data: T) => void;
}

export function useLoad<T>(read: () => Promise<T>, key = ""): Loading<T> {
	const [data, setData] = useState<T | null>(null);
	const [problem, setProblem] = useState<Problem | null>(null);
	const tongue = language.use();
	async function load(): Promise<void> {
		try {
			const answer = await read();
			setData(() => answer);
			setProblem(null);
		} catch (error) {
			setProblem(problemOf(error));
		}
	}
	useEffect(() => void load(), [key, tongue]);
	return { data, problem, load, show: (answer) => setData(() => answer) };
}
