// Dates as people write them, in Romanian time wherever the person is.

import { language } from "./language";

const LOCALES = { ro: "ro-RO", en: "en-GB" };

function format(moment: Date, options: Intl.DateTimeFormatOptions): string {
	return new Intl.DateTimeFormat(LOCALES[language.get()], options).format(moment);
}

/** A civil date, such as `2026-11-27`, which has no time zone. */
export function date(day: string): string {
	return format(new Date(`${day}T00:00:00Z`), { dateStyle: "long", timeZone: "UTC" });
}

/** A moment, such as `2026-11-27T17:42:17Z`. */
export function time(moment: string): string {
	return format(new Date(moment), { dateStyle: "long", timeStyle: "short", timeZone: "Europe/Bucharest" });
}
