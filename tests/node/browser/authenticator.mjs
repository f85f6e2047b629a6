// The page of the front end (examples/frontend) that connects an authenticator app.

import assert from "node:assert/strict";
import { heading, inspect, press } from "./front-end.mjs";
import { totp } from "./totp.mjs";

/** Sets up an authenticator on the page that offers it; returns its secret and the recovery codes. */
export async function setUp(page) {
	await press(page, "Începeți");
	await heading(page, "Legați aplicația");
	await page.getByText("Nu îl puteți scana?").click();
	const secret = (await page.locator(".code").innerText()).replaceAll(/\s/g, "");
	const isDrawn = await page.getByAltText("Codul QR pentru aplicație").evaluate((image) => image.decode().then(() => true));
	assert.ok(isDrawn, "the policy lets the page show the QR code");
	await inspect(page, "authenticator");
	await page.getByLabel("Codul din aplicația de autentificare").fill(totp(secret));
	await press(page, "Confirmați");
	await heading(page, "Păstrați codurile de rezervă");
	return { secret, codes: await page.locator(".codes code").allInnerTexts() };
}
