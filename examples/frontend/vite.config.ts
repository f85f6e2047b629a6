// `npm run dev` serves the sources at http://127.0.0.1:5173 and forwards the API's paths to a sandbox, so that page and API
// are of one origin, as they are in `dist`, which the sandbox serves itself.

import { defineConfig } from "vite";

const sandbox = process.env.API ?? "http://127.0.0.1:8080";
const forwarded = ["/v1", "/verify", "/docs", "/sandbox", "/favicon.svg"];

export default defineConfig(({ command }) => ({
	// The Hub's address, which is the issuer of its tokens: in `dist` the one that serves the pages. A front end elsewhere names it.
	define: { HUB: command === "serve" ? JSON.stringify(sandbox) : "location.origin" },
	server: {
		host: "127.0.0.1",
		port: 5173,
		proxy: Object.fromEntries(forwarded.map((path) => [path, sandbox])),
	},
	build: {
		target: "es2022",
		// The policy of the server allows no inline scripts, and browsers that lack module preloading still work.
		modulePreload: { polyfill: false },
		assetsInlineLimit: 0,
		rolldownOptions: {
			// Names that stay: the server embeds the files, and their ETag says when they change.
			output: { entryFileNames: "front-end/app.js", assetFileNames: "front-end/app[extname]" },
		},
	},
}));
