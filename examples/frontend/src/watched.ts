// A value that pages follow: when it is set, everything that uses it is drawn again.

import { useEffect, useState } from "preact/hooks";

export class Watched<T> {
	readonly #watchers = new Set<(value: T) => void>();
	#value: T;

	constructor(value: T) {
		this.#value = value;
	}

	get(): T {
		return this.#value;
	}

	set(value: T): void {
		this.#value = value;
		for (const watcher of this.#watchers) watcher(value);
	}

	/** Reads the value in a component, which is drawn again when it changes. */
	use(): T {
		const [value, setValue] = useState(() => this.#value);
		useEffect(() => {
			// Whatever was set between the first drawing and now.
			setValue(() => this.#value);
			const watcher = (next: T) => setValue(() => next);
			this.#watchers.add(watcher);
			return () => void this.#watchers.delete(watcher);
		}, []);
		return value;
	}
}
