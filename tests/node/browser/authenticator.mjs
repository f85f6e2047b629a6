// An authenticator app, and the page of the front end (examples/frontend) that connects it.

import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import { heading, inspect, press } from "./front-end.mjs";

const BASE_32 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

/** The code of an authenticator app (RFC 6238): now, or so many half minutes later. */
function totp(secret, later = 0) {
	const bits = [...secret].map((letter) => BASE_32.indexOf(letter).toString(2).padStart(5, "0")).join("");
	const key = Buffer.from(bits.match(/.{8}/g).map((octet) => parseInt(octet, 2)));
	const step = Buffer.alloc(8);
	step.writeBigUInt64BE(BigInt(Math.floor(Date.now() / 30_000) + later));
	const mac = createHmac("sha1", key).update(step).digest();
	const number = mac.readUInt32BE(mac.at(-1) & 15) & 0x7fffffff;
	return String(number % 1_000_000).padStart(6, "0");
}

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
