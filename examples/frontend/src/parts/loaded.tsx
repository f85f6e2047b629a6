// What is read from the API: that it is on its way, that it failed and can be tried again, or what it is.

import type { ComponentChildren } from "preact";

import type { Loading } from "../form/use-load";
import { say } from "../language";
import { ProblemNotice } from "./problem-notice";

export function Loaded<T>({ of, children }: { of: Loading<T>; children: (data: T) => ComponentChildren }) {
	if (of.data !== null) return <>{children(of.data)}</>;
	if (of.problem) return <ProblemNotice of={of.problem} again={of.load} retry />;
	// As high as an empty list, so that what follows does not move under a finger.
	return (
		<p class="empty" role="status">
			{say("Se încarcă…", "Loading…")}
		</p>
	);
}
