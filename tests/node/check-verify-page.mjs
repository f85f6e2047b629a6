// Opens the verification page as people do: by the address in the QR code, and by hand without a script; on a phone and
// on a desk, in the light and in the dark. axe judges every page.
//
// usage: node tests/node/check-verify-page.mjs BASE_URL NUMBER CONTROL_CODE CNP NAME [FOLDER FOR SCREENSHOTS]

import assert from "node:assert/strict";
import { chromium } from "playwright-core";
import { violations } from "./axe.mjs";

const [base, number, code, cnp, holder, folder] = process.argv.slice(2);
const PHONE = { width: 360, height: 740 };
const DESK = { width: 1280, height: 900 };

const browser = await chromium.launch({
	executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
	args: ["--no-sandbox", "--disable-gpu", "--disable-background-networking"],
});

async function judge(page, name) {
	const found = (await violations(page)).map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(" ")}`);
	assert.deepEqual(found, [], name);
	const wide = await page.evaluate(() => document.documentElement.scrollWidth > innerWidth);
	assert.equal(wide, false, `${name} scrolls sideways`);
	if (folder) await page.screenshot({ path: `${folder}/${name}.png`, fullPage: true });
}

/** By the address in the QR code: the page fills itself in, and the code leaves no trace. */
async function scan(viewport, colorScheme, locale) {
	const context = await browser.newContext({ viewport, colorScheme, locale });
	const page = await context.newPage();
	const name = `${viewport.width}-${colorScheme}-${locale}`;
	const sent = [];
	page.on("request", (request) => sent.push(request.url()));
	await page.goto(new URL("/verify", base).href);
	await judge(page, `form-${name}`);
	await page.goto("about:blank");
	await page.goto(new URL(`/verify#${number}.${code}`, base).href);
	await page.waitForSelector(".card.good");
	const heading = await page.textContent("h1");
	assert.equal(heading, locale === "ro" ? "Certificat valabil" : "Valid certificate");
	assert.equal(await page.evaluate(() => document.activeElement.id), "outcome", "a screen reader begins at the answer");
	await judge(page, `valid-${name}`);
	for (const url of sent) assert.ok(!url.split("#")[0].includes(code), `the code was sent in ${url}`);
	assert.ok(!page.url().includes(code), "the code stays in the address");
	await page.goBack();
	assert.ok(!page.url().includes(code), "the code stays in the history");
	await page.goForward();
	await page.waitForSelector(".card.good");
	await page.click("nav a");
	await page.waitForSelector(".card.good");
	const other = locale === "ro" ? "Valid certificate" : "Certificat valabil";
	assert.equal(await page.textContent("h1"), other, "another language keeps the answer");
	await context.close();
}

/** The name on the document, after the QR code was scanned. */
async function compare(locale) {
	const context = await browser.newContext({ viewport: PHONE, locale });
	const page = await context.newPage();
	await page.goto(new URL(`/verify#${number}.${code}`, base).href);
	await page.waitForSelector(".card.good");
	await page.fill("#name", holder.toUpperCase());
	await page.keyboard.press("Enter");
	await page.waitForSelector("dd >> text=/este numele de pe certificat|is the name on the certificate/");
	await judge(page, `name-${locale}`);
	assert.ok(!page.url().includes(code), "the code stays in the address");
	await context.close();
}

/** By hand, by the keyboard alone, without a script. */
async function type() {
	const context = await browser.newContext({ viewport: PHONE, javaScriptEnabled: false, locale: "ro" });
	const page = await context.newPage();
	await page.goto(new URL("/verify", base).href);
	assert.ok(await page.isVisible("noscript"), "who scanned the code learns why the form is empty");
	await page.focus("#registration_number");
	await page.keyboard.type(number.toLowerCase());
	await page.keyboard.press("Tab");
	await page.keyboard.press("Tab");
	await page.keyboard.type(cnp);
	await page.keyboard.press("Enter");
	await page.waitForSelector(".card.good");
	assert.ok(!page.url().includes(cnp), "no CNP in an address");
	await context.close();
}

/** What goes wrong, with a script so that axe can look at it. */
async function fail() {
	const context = await browser.newContext({ viewport: PHONE, locale: "ro", colorScheme: "dark" });
	const page = await context.newPage();
	await page.goto(new URL("/verify?lang=en", base).href);
	await page.fill("#registration_number", number);
	await page.fill("#control_code", "0000-0000-0000-0000");
	await page.click("button");
	await page.waitForSelector(".card.none");
	assert.equal(await page.textContent("h1"), "No match");
	await judge(page, "no-match");
	await page.goto(new URL("/verify?lang=en", base).href);
	await page.fill("#registration_number", number);
	await page.fill("#control_code", code);
	await page.fill("#name", "Popescu Ion");
	await page.click("button");
	await page.waitForSelector(".card.bad");
	assert.equal(await page.textContent("h1"), "The name does not match");
	await judge(page, "other-name");
	await page.goto(new URL("/verify?lang=ro", base).href);
	await page.fill("#registration_number", "CJ-2026");
	await page.click("button");
	await page.waitForSelector(".summary");
	await judge(page, "wrong-input");
	await page.fill("#registration_number", number);
	await page.fill("#control_code", code);
	await page.click("button");
	await page.waitForSelector(".card.good");
	await page.goBack();
	await page.waitForSelector(".summary", { timeout: 5000 });
	assert.equal(await page.inputValue("#registration_number"), "CJ-2026", "Back asks to send nothing again");
	for (const fragment of ["%", number, `${number}.${code}.x`]) {
		await page.goto("about:blank");
		await page.goto(new URL(`/verify#${fragment}`, base).href);
		await page.waitForSelector("#broken-link:not([hidden])");
		assert.ok(await page.isVisible("#registration_number"), "a broken fragment shows the form");
		assert.ok(!page.url().includes("#"), "it stays in the address");
	}
	await judge(page, "broken-link");
	await page.goto(new URL("/problems/unauthenticated", base).href);
	assert.ok(!(await page.textContent("body")).includes("Bearer"));
	await judge(page, "problem");
	await context.close();
}

try {
	for (const locale of ["ro", "en"]) {
		await scan(PHONE, "light", locale);
		await scan(DESK, "dark", locale);
		await compare(locale);
	}
	await type();
	await fail();
} finally {
	await browser.close();
}
