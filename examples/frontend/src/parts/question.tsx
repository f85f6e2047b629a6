// A question that stands in the way of what a person wants. It takes the focus: it appears where nobody looks.

import type { ComponentChildren } from "preact";
import { useEffect, useRef } from "preact/hooks";

export function Question({ title, children }: { title: string; children: ComponentChildren }) {
	const heading = useRef<HTMLHeadingElement>(null);
	useEffect(() => heading.current?.focus(), []);
	return (
		<section class="question">
			<h2 tabIndex={-1} ref={heading}>
				{title}
			</h2>
			{children}
		</section>
	);
}
