// The pages of the contract work under their content security policy.

import assert from "node:assert/strict";
import { test } from "node:test";
import { newPage, places } from "./browser.mjs";

test("the contract is shown, and the policy blocks nothing that it needs", async () => {
	const page = await newPage({ viewport: { width: 1200, height: 900 } });
	const blocked = [];
	page.on("console", (message) => {
		if (message.type() === "error") blocked.push(message.text());
	});
	await page.goto(`${places.api}/docs/`);
	const operation = page.locator(".opblock").first();
	await operation.locator(".opblock-summary-control").click();
	await operation.getByText("Responses", { exact: true }).first().waitFor();
	assert.deepEqual(blocked, []);
});
