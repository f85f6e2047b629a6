// Romanian and English. Both texts stand side by side where they are shown, so that neither is forgotten:
// `say("Cererea", "The application")`.

import { Watched } from "./watched";

export type Language = "ro" | "en";

/** The choice is no secret, and outlives the visit. */
const KEPT = "language";

function preferred(): Language {
	const chosen = localStorage.getItem(KEPT) ?? navigator.language;
	return chosen.startsWith("ro") ? "ro" : "en";
}

export const language = new Watched<Language>(preferred());
document.documentElement.lang = language.get();

export function chooseLanguage(chosen: Language): void {
	localStorage.setItem(KEPT, chosen);
	document.documentElement.lang = chosen;
	language.set(chosen);
}

/** The text in the language of the page. */
export function say(ro: string, en: string): string {
	return language.get() === "ro" ? ro : en;
}
