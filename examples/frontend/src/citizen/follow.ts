// Follows an application until its final status, as soon as something changes: docs/guides/waiting.md.

import { api } from "../api/client";
import { content } from "../api/problem";
import type { Schemas } from "../api/types";

type Application = Schemas["Application"];

const FINAL = new Set<Application["status"]>(["issued", "rejected", "withdrawn", "revoked"]);
const AGAIN_MS = 10_000;

export const isFinal = ({ status }: Application): boolean => FINAL.has(status);

/** Shows each change; returns what stops that. */
export function follow(id: string, show: (application: Application) => void): () => void {
	const path = { id };
	let source: EventSource | null = null;
	let timer = 0;
	let stopped = false;

	async function open(): Promise<void> {
		const { url } = await content(api.POST("/v1/applications/{id}/stream-tokens", { params: { path } }));
		if (stopped) return;
		source = new EventSource(new URL(url, HUB));
		source.addEventListener("status", (event) => show(JSON.parse(event.data)));
		source.addEventListener("error", () => {
			// It reconnects by itself, unless the answer was anything but a stream.
			if (source?.readyState === EventSource.CLOSED) void poll();
		});
	}
	async function poll(): Promise<void> {
		if (stopped) return;
		try {
			const application = await content(api.GET("/v1/applications/{id}", { params: { path } }));
			show(application);
			if (isFinal(application)) return;
		} catch {
			// Whatever it was: what the page shows stays true, and we ask again.
		}
		begin(AGAIN_MS);
	}
	function begin(delay: number): void {
		timer = window.setTimeout(() => open().catch(poll), delay);
	}
	begin(0);
	return () => {
		stopped = true;
		clearTimeout(timer);
		source?.close();
	};
}
