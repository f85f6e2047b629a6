// A list that the API gives page by page: the first page, and the next one when the person asks for more.

import { useState } from "preact/hooks";

import { type Loading, useLoad } from "./use-load";
import { type Sending, useSend } from "./use-send";

export interface Slice<T> {
	items: T[];
	next_cursor?: string | null;
}

export interface Listing<T> extends Loading<T[]> {
	/** Reads the next page; absent after the last one. */
	more?: Sending & { read: () => Promise<void> };
}

export function useList<T>(read: (cursor?: string) => Promise<Slice<T>>): Listing<T> {
	const [next, setNext] = useState<string | null>(null);
	const sending = useSend();
	async function slice(cursor?: string): Promise<T[]> {
		const { items, next_cursor } = await read(cursor);
		setNext(next_cursor ?? null);
		return items;
	}
	const loading = useLoad(() => slice());
	async function more(cursor: string): Promise<void> {
		const further = await slice(cursor);
		loading.show([...(loading.data ?? []), ...further]);
	}
	if (!next) return loading;
	return { ...loading, more: { ...sending, read: () => sending.send(() => more(next)) } };
}
