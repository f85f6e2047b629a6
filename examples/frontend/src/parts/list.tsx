// A list: what is in it, that it is empty, or the button for more.

import type { ComponentChildren } from "preact";

import type { Listing } from "../form/use-list";
import { say } from "../language";
import { Loaded } from "./loaded";
import { ProblemNotice } from "./problem-notice";

interface Properties<T> {
	of: Listing<T>;
	empty: string;
	children: (item: T) => ComponentChildren;
}

export function List<T>({ of, empty, children }: Properties<T>) {
	return (
		<Loaded of={of}>
			{(items) => (
				<>
					{items.length === 0 ? <p class="empty">{empty}</p> : <ul class="rows">{items.map(children)}</ul>}
					{of.more && (
						<>
							<ProblemNotice of={of.more.problem} again={of.more.read} />
							<button type="button" class="quiet" onClick={() => void of.more?.read()}>
								{say("Arată mai multe", "Show more")}
							</button>
						</>
					)}
				</>
			)}
		</Loaded>
	);
}

/** One row, which leads to a page of its own. */
export function Row({ to, title, children }: { to: string; title: string; children: ComponentChildren }) {
	return (
		<li>
			<a href={to}>{title}</a>
			<p class="hint">{children}</p>
		</li>
	);
}
