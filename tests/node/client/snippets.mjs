// Writes each block of TypeScript in the guides to a file of its own, for the compiler.
//
// usage: node snippets.mjs FOLDER

import assert from "node:assert/strict";
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";

const guides = new URL("../../../docs/guides/", import.meta.url).pathname;
const [folder] = process.argv.slice(2);
mkdirSync(folder, { recursive: true });
let written = 0;
for (const page of readdirSync(guides).filter((name) => name.endsWith(".md"))) {
	for (const [, code] of readFileSync(guides + page, "utf8").matchAll(/^```ts\n(.*?)^```$/gms)) {
		written += 1;
		writeFileSync(`${folder}/${page.slice(0, -3)}-${written}.ts`, code);
	}
}
assert(written >= 3, `${written} blocks of TypeScript in the guides`);
