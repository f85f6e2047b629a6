// The collections and environments in postman/, as their files stand.

import { readFileSync, readdirSync } from "node:fs";
import { basename } from "node:path";

export const folder = new URL("../../../postman/", import.meta.url);

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

/** Every collection with its name, such as `citizen`. */
export const collections = () => named(COLLECTION);

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
