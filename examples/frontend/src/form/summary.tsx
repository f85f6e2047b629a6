// All mistakes of a form in one place, each a link to its field.

import { useEffect, useRef } from "preact/hooks";

import { say } from "../language";
import { fieldId } from "./body";
import type { BrokenRule } from "./broken-rules";

export function Summary({ rules }: { rules: BrokenRule[] }) {
	const box = useRef<HTMLDivElement>(null);
	useEffect(() => box.current?.focus(), [rules.map(({ message }) => message).join()]);
	useEffect(() => {
		// The first thing that a screen reader says of the page, and what its tab is called.
		const before = `${say("Greșeală", "Error")}: `;
		document.title = before + document.title;
		return () => {
			document.title = document.title.replace(before, "");
		};
	}, []);
	return (
		<div class="summary" role="alert" tabIndex={-1} ref={box}>
			<h2>{say("Mai sunt lucruri de corectat", "There is a problem")}</h2>
			<ul>
				{rules.map(({ pointer, message }) => (
					<li key={pointer}>
						<Leading to={pointer}>{message}</Leading>
					</li>
				))}
			</ul>
		</div>
	);
}

function Leading({ to, children }: { to: string; children: string }) {
	function onClick(event: MouseEvent) {
		event.preventDefault();
		document.getElementById(fieldId(to))?.focus();
	}
	return (
		<a href={`#${fieldId(to)}`} onClick={onClick}>
			{children}
		</a>
	);
}
