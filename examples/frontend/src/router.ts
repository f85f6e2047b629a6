// Addresses without a library: the pages' own links change the address without loading the document again.

import { Watched } from "./watched";

export interface Place {
	path: string;
	/** What stood after `?` and `#` when the page was opened; both are gone from the address and the history by then. */
	query: URLSearchParams;
	fragment: URLSearchParams;
}

/** Reads the address, and takes out of it what must not stay: codes and tokens. */
function here(): Place {
	const { pathname, search, hash } = location;
	if (search || hash.includes("=")) history.replaceState(null, "", pathname);
	return { path: pathname, query: new URLSearchParams(search), fragment: new URLSearchParams(hash.slice(1)) };
}

export const place = new Watched<Place>(here());

/** Opens another page of this front end. */
export function navigate(to: string): void {
	history.pushState(null, "", to);
	scrollTo(0, 0);
	place.set(here());
}

/** Opens another page in place of this one: Back does not return to what is done. */
export function replace(to: string): void {
	history.replaceState(null, "", to);
	scrollTo(0, 0);
	place.set(here());
}

/** Follows links to the pages that `knows` knows, and Back and Forward; all others are the browser's own. */
export function follow(knows: (path: string) => boolean): void {
	addEventListener("popstate", () => place.set(here()));
	document.addEventListener("click", (event) => {
		const link = event.target instanceof Element ? event.target.closest("a") : null;
		const isOther = event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey;
		if (!link || isOther || event.defaultPrevented || link.target || link.hasAttribute("download")) return;
		if (link.origin !== location.origin || link.hash || !knows(link.pathname)) return;
		event.preventDefault();
		navigate(link.pathname + link.search);
	});
}
