// What is known, as names and values. Values that are absent are left out.

import type { ComponentChildren } from "preact";

const ABSENT = new Set<ComponentChildren>([null, undefined, false, ""]);

export function Facts({ of }: { of: [name: string, value: ComponentChildren][] }) {
	return (
		<dl>
			{of
				.filter(([, value]) => !ABSENT.has(value))
				.map(([name, value]) => (
					<div key={name}>
						<dt>{name}</dt>
						<dd>{value}</dd>
					</div>
				))}
		</dl>
	);
}
