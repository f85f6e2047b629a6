// The blocks of TypeScript in the guides, as JavaScript that runs against this sandbox: only the address of the Hub is another.

import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import typescript from "typescript";
import { places } from "./browser.mjs";

const top = new URL("../../../", import.meta.url);
/** Where Node.js finds them, and the packages that they import. */
const folder = new URL("target/browser/snippets/", top);
const OPTIONS = { target: "ES2022", module: "ESNext" };
// A sandbox has no TLS, without which the library refuses to go on unless it is told otherwise.
const OVER_HTTP = `import * as library from "openid-client";
export * from "openid-client";
const options = { execute: [library.allowInsecureRequests] };
export const discovery = (server, id, metadata, authentication) => library.discovery(server, id, metadata, authentication, options);
`;

/** The blocks of a guide, in TypeScript. */
export const blocks = (guide) =>
	[...readFileSync(new URL(`docs/guides/${guide}`, top), "utf8").matchAll(/^```ts\n(.*?)^```$/gms)].map(([, code]) => code);

/** The blocks of a guide for pages. */
export const scripts = (guide) =>
	blocks(guide).map((code) =>
		typescript.transpileModule(code, { compilerOptions: OPTIONS }).outputText.replaceAll("https://api.hub.example", places.api),
	);

/** A block of a guide for servers, as a module. */
export async function module(guide, index) {
	mkdirSync(folder, { recursive: true });
	try {
		symlinkSync(fileURLToPath(new URL("tests/node/node_modules", top)), new URL("node_modules", folder));
	} catch (error) {
		if (error.code !== "EEXIST") throw error;
	}
	writeFileSync(new URL("openid-client.mjs", folder), OVER_HTTP);
	const file = new URL(`${guide}-${index}.mjs`, folder);
	writeFileSync(file, scripts(guide)[index].replace('from "openid-client"', 'from "./openid-client.mjs"'));
	return import(file);
}
