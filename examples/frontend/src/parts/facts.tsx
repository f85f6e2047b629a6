// What is known, as names and values. Values that are absent are left out.

import type { ComponentChildren } from "preact";

const ABSENT = new Set<ComponentChildren>([null, undefined, false, ""]);

export function Facts({ of }: { of: [name: string, value: ComponentChildren][] }) {
	const known = of.filter(([, value]) => !ABSENT.has(value));
	if (known.length === 0) return null;
	return (
		<dl>
			{known.map(([name, value]) => (
				<div key={name}>
					<dt>{name}</dt>
					<dd>{value}</dd>
				</div>
			))}
		</dl>
	);
}
