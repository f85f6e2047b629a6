// The front end to copy from (examples/frontend), built for a Hub elsewhere and served from a site of its own.

import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { folder, hub, inside, serve } from "./two-sites.mjs";

const source = new URL("../../../examples/frontend/", import.meta.url).pathname;
const built = join(folder, "front-end");
const FILES = { "/front-end/app.js": "text/javascript", "/front-end/app.css": "text/css" };

/** Builds the front end and serves its pages with the policy of the sandbox, but that they may call the Hub and not their own site. */
export async function serveFrontEnd(name) {
	const words = ["build", "--logLevel", "warn", "--emptyOutDir", "--outDir", built];
	execFileSync("node_modules/.bin/vite", words, { cwd: source, env: { ...process.env, HUB: hub }, stdio: "pipe" });
	const ours = await fetch(`${inside}/`, { headers: { accept: "text/html" } });
	const policy = ours.headers.get("content-security-policy").replace("connect-src 'self'", `connect-src ${hub}`);
	return serve(name, ({ url }, answer) => {
		const [path] = url.split("?");
		const type = FILES[path];
		answer.setHeader("content-security-policy", policy).setHeader("content-type", type ?? "text/html");
		answer.end(readFileSync(join(built, type ? path : "index.html")));
	});
}
