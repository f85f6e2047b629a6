// `npm run dev` serves the sources at http://127.0.0.1:5173, beside a sandbox, which their pages call as those of a front end
// elsewhere do. Its own pages, to which they link, are forwarded.

import { defineConfig } from "vite";

const sandbox = process.env.API ?? "http://127.0.0.1:8080";
const forwarded = ["/verify", "/docs", "/sandbox", "/favicon.svg"];

/** Where the pages find the Hub: `dist` comes from the Hub itself, the build of a front end elsewhere is told by `HUB`. */
function hub(command: "serve" | "build"): string {
	const elsewhere = command === "serve" ? sandbox : process.env.HUB;
	return elsewhere ? JSON.stringify(new URL(elsewhere).origin) : "location.origin";
}

export default defineConfig(({ command }) => ({
	define: { HUB: hub(command) },
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
