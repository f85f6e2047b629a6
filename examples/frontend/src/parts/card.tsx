// The finding of a page, to be seen at once: its symbol and words say what its colour says.

import type { ComponentChildren } from "preact";

export type Tone = "good" | "wait" | "bad";

const SYMBOLS: Record<Tone, string> = { good: "✓", wait: "…", bad: "!" };

export function Card({ tone, title, children }: { tone: Tone; title: string; children?: ComponentChildren }) {
	return (
		<section class={`card ${tone}`}>
			<span class="symbol" aria-hidden="true">
				{SYMBOLS[tone]}
			</span>
			<div>
				<h2>{title}</h2>
				{children}
			</div>
		</section>
	);
}
