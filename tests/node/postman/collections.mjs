// The collections and environments in postman/, as their files stand.

import { readFileSync, readdirSync } from "node:fs";
import { basename } from "node:path";

export const folder = new URL("../../../postman/", import.meta.url);

const data = new URL("data/", folder);
const COLLECTION = ".postman_collection.json";
const ENVIRONMENT = ".postman_environment.json";

export function readJson(file) {
	try {
		return JSON.parse(readFileSync(file, "utf8"));
	} catch (error) {
		console.error(`postman: cannot read ${file}: ${error.message}`);
		process.exit(1);
	}
}

const named = (end) =>
	readdirSync(folder)
		.filter((file) => file.endsWith(end))
		.sort()
		.map((file) => ({ name: basename(file, end), content: readJson(new URL(file, folder)) }));

/** The rows of a collection's data files, such as `refusals.json`, one a run; undefined if it has none. */
function rowsOf(name) {
	const files = readdirSync(data).filter((file) => file.startsWith(`${name}.`) && file.endsWith(".json"));
	return files.length === 0 ? undefined : files.sort().flatMap((file) => readJson(new URL(file, data)));
}

/** Moves the clock, which ends the sessions of all others: it runs last. */
const LAST = "time";

/** The same once more, without the last, in the other order and after the clock was moved: each runs alone, again and again. */
export const again = (all) =>
	all
		.filter(({ name }) => name !== LAST)
		.reverse()
		.map((each) => ({ ...each, name: `${each.name}-again` }));

/** Every collection with its name, such as `citizen`, and the rows of its data files, in the order of a run. */
export const collections = () =>
	named(COLLECTION)
		.sort((one, other) => (one.name === LAST) - (other.name === LAST))
		.map((each) => ({ ...each, rows: rowsOf(each.name) }));

/** Every environment with its name, such as `local`. */
export const environments = () => named(ENVIRONMENT);

/** Every folder and request with its place, such as `Accounts / Sessions / Log in`. */
export function* entries(items, place = []) {
	for (const item of items) {
		const here = [...place, item.name];
		yield { item, place: here.join(" / ") };
		if (item.item) yield* entries(item.item, here);
	}
}
