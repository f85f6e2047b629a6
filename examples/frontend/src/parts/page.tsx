// The frame of each page: the way back, one heading, which is also the title, and what the page is about.

import type { ComponentChildren } from "preact";
import { useEffect, useRef } from "preact/hooks";

import { say } from "../language";

interface Properties {
	title: string;
	/** The page that this one belongs to. */
	back?: string;
	children?: ComponentChildren;
}

/** Whether a page was shown before: the first one leaves the focus where the browser puts it. */
let isAnother = false;

export function Page({ title, back, children }: Properties) {
	const heading = useRef<HTMLHeadingElement>(null);
	useEffect(() => {
		document.title = `${title} · ${say("Cazier judiciar", "Criminal record")}`;
	}, [title]);
	useEffect(() => {
		// A screen reader then says that the page is another one.
		if (isAnother) heading.current?.focus({ preventScroll: true });
		isAnother = true;
	}, []);
	return (
		<>
			{back && (
				<a class="back" href={back}>
					{say("Înapoi", "Back")}
				</a>
			)}
			<h1 tabIndex={-1} ref={heading}>
				{title}
			</h1>
			{children}
		</>
	);
}
