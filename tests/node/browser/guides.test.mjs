// The guides: readable by everybody, on a telephone and a desk, light and dark, with scripts and without.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import { test } from "node:test";
import { judge, newPage, places } from "./browser.mjs";

const guides = `${places.api}/docs/guides/`;

/** A page that notes what its policy blocks, and what fails. */
async function strictPage(options) {
	const page = await newPage(options);
	const errors = [];
	page.on("console", (message) => message.type() === "error" && errors.push(message.text()));
	page.on("pageerror", (error) => errors.push(error.message));
	return { page, errors };
}

for (const colorScheme of ["light", "dark"]) {
	test(`every guide is accessible when it is ${colorScheme}, and its policy blocks nothing that it needs`, async () => {
		const { page, errors } = await strictPage({ colorScheme, viewport: { width: 1280, height: 900 } });
		await page.goto(guides);
		const links = await page.locator("#menu a").evaluateAll((links) => links.map((link) => link.href));
		assert.ok(links.length >= 15, `${links.length} guides`);
		for (const link of links) {
			await page.goto(link);
			await judge(page, `guide-${link.slice(guides.length) || "index"}-${colorScheme}`);
		}
		assert.deepEqual(errors, []);
	});
}

test("commands are copied by a button, and what they answer has none", async () => {
	const { page, errors } = await strictPage({ permissions: ["clipboard-read", "clipboard-write"] });
	await page.goto(`${guides}quick-start`);
	const block = page.locator(".code.sh").first();
	await block.getByRole("button", { name: "Copy" }).click();
	await block.getByRole("button", { name: "Copied" }).waitFor();
	const copied = await page.evaluate(() => navigator.clipboard.readText());
	assert.equal(copied, await block.locator("code").textContent());
	assert.match(copied, /^API=/);
	assert.equal(await page.locator(".sh + .json button").count(), 0);
	assert.deepEqual(errors, []);
});

test("without scripts a person reads and finds the same", async () => {
	const { page } = await strictPage({ javaScriptEnabled: false, viewport: { width: 400, height: 800 } });
	await page.goto(guides);
	await page.getByRole("link", { name: "Menu" }).click();
	await page.locator("#menu").getByRole("link", { name: "Sign-in by redirect" }).click();
	await page.getByRole("heading", { level: 1, name: "Sign-in by redirect" }).waitFor();
	await page.getByRole("img", { name: "Sequence of a sign-in by redirect" }).waitFor();
	assert.equal(await page.getByRole("button").count(), 0);
	await page.getByRole("link", { name: "Step by step", exact: true }).click();
	assert.match(page.url(), /#step-by-step$/);
});

test("the diagram follows the colours of the page", async () => {
	const inks = [];
	for (const colorScheme of ["light", "dark"]) {
		const { page } = await strictPage({ colorScheme });
		await page.goto(`${guides}sign-in`);
		inks.push(await page.locator(".diagram .name").first().evaluate((text) => getComputedStyle(text).fill));
	}
	assert.equal(new Set(inks).size, 2, inks.join());
});

/** Serves the page of the guide to signing in, at this sandbox, until the test ends. */
async function frontEnd(context) {
	const guide = readFileSync(new URL("../../../docs/guides/sign-in.md", import.meta.url), "utf8");
	const html = /^```html\n(.*?)^```$/ms.exec(guide)[1].replace(":8080", `:${new URL(places.api).port}`);
	const server = createServer((request, response) => {
		response.writeHead(200, { "content-type": "text/html; charset=utf-8" }).end(html);
	});
	await new Promise((ready) => server.listen(0, "127.0.0.1", ready));
	context.after(() => server.close());
	return `http://127.0.0.1:${server.address().port}/sign-in.html`;
}

test("the page of the guide logs a person in, and says what went wrong", async (context) => {
	const address = await frontEnd(context);
	const ends = { success: "Logged in: Marian Dobrescu", card_refused: "This did not work (card_refused). Try again." };
	for (const [outcome, said] of Object.entries(ends)) {
		const page = await newPage();
		await page.route("**/authorize?*", (route) => route.continue({ url: `${route.request().url()}&login_hint=clean-2:${outcome}` }));
		await page.goto(address);
		await page.getByRole("button", { name: "Log in" }).click();
		await page.getByText(said).waitFor();
		assert.equal(page.url(), address, "the code is gone from the address");
	}
});
