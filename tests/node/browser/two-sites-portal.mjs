// A front end of others without a server behind it, on a site of its own: one page, npm `openid-client` and the guide's own code.

import { readFileSync } from "node:fs";
import ts from "typescript";
import { hub, serve } from "./two-sites.mjs";

const at = (path) => readFileSync(new URL(path, import.meta.url), "utf8");

/** What the page imports by name, from the packages as they are installed. */
const PACKAGES = ["openid-client", "oauth4webapi", "jose/errors", "jose/jwe/compact/decrypt"];
const served = PACKAGES.map((name) => [name, `/node_modules/${import.meta.resolve(name).split("/node_modules/").at(-1)}`]);
const imports = { ...Object.fromEntries(served), guide: "/guide.js" };

const PAGE = `<!doctype html><html lang="ro" data-hub="${hub}"><meta charset="utf-8"><title>Portalul orașului</title>
<script type="importmap">${JSON.stringify({ imports })}</script>
<h1>Portalul orașului</h1><p role="status"></p><script type="module" src="/page.js"></script></html>`;

/** The code of the guide, for this Hub and for the page's own address. */
function guide(origin) {
	const code = /^```ts\n(.*?)^```$/ms.exec(at("../../../docs/guides/sign-in-with-the-hub.md"))[1];
	const here = code.replaceAll("https://api.hub.example", hub).replaceAll("https://portal.city.example", origin);
	return ts.transpile(here, { target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.ESNext });
}

/** Serves the page; returns its origin. */
export async function servePortal(name) {
	const origin = await serve(name, ({ url }, answer) => {
		const [path] = url.split("?");
		const script = scriptAt(path, origin);
		answer.setHeader("content-type", script ? "text/javascript" : "text/html").end(script ?? PAGE);
	});
	return origin;
}

function scriptAt(path, origin) {
	if (path === "/page.js") return at("portal-page.mjs");
	if (path === "/guide.js") return guide(origin);
	return path.startsWith("/node_modules/") ? at(`..${path}`) : undefined;
}
