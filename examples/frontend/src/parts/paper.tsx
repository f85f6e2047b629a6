// What belongs to a page on paper: the button that prints it, and where whoever reads it can check it.

import { say } from "../language";

export function PrintButton({ children }: { children: string }) {
	return (
		<button type="button" class="quiet" onClick={() => print()}>
			{children}
		</button>
	);
}

/** On paper alone: a link that nobody can press there, written out. */
export function CheckedAt() {
	return (
		<p class="on-paper">
			{say("Se verifică oricând la ", "It can be checked at any time at ")}
			<strong>{`${location.origin}/check`}</strong>
		</p>
	);
}
