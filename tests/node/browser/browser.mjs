// A real browser for the tests of pages: Debian's Chromium, and axe to judge what a person with a disability meets.
//
// A test file imports `browser`, opens a page with `newPage()`, and calls `judge(page, name)` on each page that a person
// sees: it fails on a serious fault of accessibility and on a page that is too wide for a small telephone, and leaves a
// picture in target/browser/. On the Hub's own pages of sign-in, `judgeOurs(page, name)` fails on anything that axe finds.

import assert from "node:assert/strict";
import { mkdirSync, readFileSync } from "node:fs";
import { after } from "node:test";
import { chromium } from "playwright-core";
import { violations } from "../axe.mjs";

export const pictures = new URL("../../../target/browser/", import.meta.url).pathname;
mkdirSync(pictures, { recursive: true });

/** Where everything is, as `cazier dev --ready-file` wrote it. */
export const places = JSON.parse(readFileSync(process.env.CAZIER_READY_FILE, "utf8"));

export const browser = await chromium.launch({
	executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
	// It refuses root, and whoever may not make user namespaces; only pages of this machine are opened.
	chromiumSandbox: false,
	args: ["--disable-gpu", "--disable-background-networking"],
});
after(() => browser.close());

/** A page in a browser profile of its own: no cookies of other tests. */
export async function newPage(options = {}) {
	const context = await browser.newContext({ locale: "ro-RO", viewport: { width: 900, height: 900 }, ...options });
	context.setDefaultTimeout(30_000);
	return context.newPage();
}

const STANDARDS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"];

/** Fails when the page shuts somebody out. */
export async function judge(page, name) {
	const found = await violations(page, STANDARDS);
	await judgeFound(page, name, found.filter(({ impact }) => ["serious", "critical"].includes(impact)));
}

/** Fails on any finding, a minor one and one against axe's best practices too. */
export async function judgeOurs(page, name) {
	await judgeFound(page, name, await violations(page));
}

async function judgeFound(page, name, found) {
	await page.screenshot({ path: `${pictures}${name}.png`, fullPage: true });
	const told = found.map(({ id, help, nodes }) => `${id}: ${help}: ${nodes.map(({ html }) => html).join(", ")}`);
	assert.deepEqual(told, [], `${name} is accessible`);
	await judgeWidth(page, name);
}

/** WCAG 2.1, 1.4.10: at 320 pixels nobody has to scroll sideways. */
async function judgeWidth(page, name) {
	const before = page.viewportSize();
	await page.setViewportSize({ width: 320, height: 800 });
	await page.screenshot({ path: `${pictures}${name}-320.png`, fullPage: true });
	const width = await page.evaluate(() => document.documentElement.scrollWidth);
	await page.setViewportSize(before);
	assert.ok(width <= 320, `${name} is ${width} pixels wide on a telephone of 320`);
}

/** The parameters of the address that the browser ended at. */
export const parameters = (page) => Object.fromEntries(new URL(page.url()).searchParams);
