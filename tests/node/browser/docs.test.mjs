// The reference works under its content security policy, and in a sandbox one can try requests as anybody.

import assert from "node:assert/strict";
import { test } from "node:test";
import { judge, newPage, places } from "./browser.mjs";

const reference = `${places.api}/docs/`;

/** The reference, and what its policy blocks. */
async function openReference(hash = "", options = {}) {
	const page = await newPage({ viewport: { width: 1200, height: 900 }, ...options });
	const errors = [];
	page.on("console", (message) => message.type() === "error" && errors.push(message.text()));
	await page.goto(`${reference}${hash}`);
	await page.locator(".opblock").first().waitFor();
	return { page, errors };
}

async function logIn(page, value) {
	await page.getByLabel("Try requests as").selectOption(value);
	await page.getByRole("button", { name: "Log in", exact: true }).click();
	await page.getByRole("status").getByText("Requests are sent as").waitFor();
}

/** Sends the request of the open operation; its answer. */
async function execute(page, operation) {
	await page.goto(`${reference}#/${operation}`);
	await page.reload();
	const open = page.locator(".opblock.is-open");
	await open.getByRole("button", { name: "Execute" }).click();
	return open.locator(".live-responses-table .response-col_description pre").first().textContent();
}

test("the contract is shown, and the policy blocks nothing that it needs", async () => {
	const { page, errors } = await openReference();
	const operation = page.locator(".opblock").first();
	await operation.locator(".opblock-summary-control").click();
	await operation.getByText("Responses", { exact: true }).first().waitFor();
	assert.deepEqual(errors, []);
});

test("everybody can read it, light and dark", async () => {
	for (const colorScheme of ["light", "dark"]) {
		const { page } = await openReference("#/applications/create_application", { colorScheme });
		await page.locator(".opblock.is-open").getByText("Responses", { exact: true }).first().waitFor();
		await page.evaluate(() => new Promise(requestAnimationFrame));
		await judge(page, `reference-${colorScheme}`);
	}
});

test("requests are tried as a test person, by the same redirect as in a front end", async () => {
	const { page, errors } = await openReference();
	await logIn(page, "clean-2");
	assert.equal(page.url(), reference, "the code is gone from the address");
	assert.match(await execute(page, "accounts/get_account"), /"family_name": "Dobrescu"/);
	assert.deepEqual(errors, []);
});

test("requests are tried as an officer", async () => {
	const { page } = await openReference();
	await logIn(page, "ofiter.pasapoarte@example.ro");
	assert.match(await execute(page, "review/list_reviews"), /"items": \[/);
});

test("an operation is found by its path, its name and its summary", async () => {
	const { page } = await openReference();
	for (const [wanted, name] of [["/v1/log/proof", "get_log_proof"], ["step_up", "step_up_session"], ["start a log-in by", "create_redirect_login"]]) {
		await page.getByLabel("Find an operation").fill(wanted);
		await page.locator(`[id$="-${name}"]`).waitFor();
		assert.ok((await page.locator(".opblock").count()) <= 2, wanted);
	}
});

test("the field that finds operations is as wide as a telephone, and says what it finds", async () => {
	const { page } = await openReference("", { viewport: { width: 400, height: 800 } });
	const [field, text] = await page.getByLabel("Find an operation").evaluate((field) => {
		const canvas = document.createElement("canvas").getContext("2d");
		const style = getComputedStyle(field);
		canvas.font = style.font;
		const padding = Number.parseFloat(style.paddingLeft) + Number.parseFloat(style.paddingRight);
		return [field.clientWidth - padding, canvas.measureText(field.placeholder).width];
	});
	assert.ok(field >= 320, `the field has ${field} pixels`);
	assert.ok(text <= field, `${text} pixels of text in ${field}`);
});

test("guides and reference lead to each other", async () => {
	const { page } = await openReference();
	await page.getByRole("navigation", { name: "Documentation" }).getByRole("link", { name: "Guides" }).click();
	await page.getByRole("heading", { level: 1, name: "Guides" }).waitFor();
	await page.goto(`${reference}guides/accounts`);
	await page.getByRole("link", { name: "GET /v1/accounts/me/totp" }).first().click();
	await page.locator("#operations-second_factor-get_second_factor.is-open").waitFor();
	for (const place of ["", "guides/accounts"]) {
		await page.goto(`${reference}${place}`);
		const contract = page.getByRole("navigation", { name: "Documentation" }).getByRole("link", { name: "OpenAPI" });
		assert.equal(await contract.getAttribute("href"), "/openapi.json", place);
	}
});
