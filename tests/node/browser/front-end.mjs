// What the tests of the front end (examples/frontend) share: a person to be, a page in their browser, and a judge of pages
// that leaves pictures in target/browser/.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { violations } from "../axe.mjs";
import { newPage, pictures, places } from "./browser.mjs";

export const { api } = places;

async function post(path, body) {
	const answer = await fetch(`${api}${path}`, {
		method: "POST",
		headers: { "content-type": "application/json", "accept-language": "ro" },
		body: JSON.stringify(body),
	});
	assert.ok(answer.ok, `${path}: ${answer.status} ${await answer.clone().text()}`);
	return answer.json();
}

/** Makes a person whom no other test knows. */
export const makePerson = (wanted = {}) => post("/sandbox/persons", wanted);

/** Stops a register, or lets it answer again. */
export const setOutage = (register, seconds) => post("/sandbox/outages", { register, seconds });

/** Opens the front end in a browser of its own. What the page itself reports as an error is one. */
export async function open(path, options = {}) {
	const page = await newPage(options);
	page.on("pageerror", (error) => assert.fail(`${page.url()}: ${error}`));
	page.on("request", (request) => assert.ok(isOurs(request.url()), `a request to a third party: ${request.url()}`));
	await page.goto(`${api}${path}`);
	return page;
}

const isOurs = (url) => [api, places.ghiseul].some((ours) => url.startsWith(ours)) || /^(blob|data):/.test(url);

const TO_GHISEUL = (url) => url.href.startsWith(places.ghiseul) && url.pathname.endsWith("/authorize");
const TO_HUB = (url) => url.href.startsWith(`${api}/oauth/authorize?`);

/** Lets the simulated Ghișeul answer for a person, from now on. */
export async function answerAs(page, { id }, outcome = "success") {
	const answered = (url) => `${url}&login_hint=${id}:${outcome}`;
	for (const way of [TO_GHISEUL, TO_HUB]) await page.unroute(way);
	await page.route(TO_GHISEUL, (route) => route.continue({ url: answered(route.request().url()) }));
	// A browser does not show us what it is redirected to: this is the Hub's redirect to Ghișeul.
	await page.route(TO_HUB, async (route) => {
		const response = await route.fetch({ maxRedirects: 0 });
		const headers = response.headers();
		if (headers.location && TO_GHISEUL(new URL(headers.location))) headers.location = answered(headers.location);
		await route.fulfill({ response, headers });
	});
}

/** Signs the owner of an account in to it through Ghișeul, on a page that asks for them. */
export async function signInAsOwner(page, person) {
	await answerAs(page, person);
	await page.getByRole("button", { name: /^(Continuați cu|Continue with) Ghișeul\.ro$/ }).click();
}

/** Signs a person in with the Hub, at once through Ghișeul: there they agree to what this front end may do. */
export async function signInAs(page, person) {
	await signInAsOwner(page, person);
	await page.locator("button[value=allow]").click();
}

export const heading = (page, name) => page.getByRole("heading", { level: 1, name, exact: true }).waitFor();
export const press = (page, name) => page.getByRole("button", { name, exact: true }).click();
export const go = (page, name) => page.getByRole("link", { name, exact: true }).click();

/** What the newest mail to an address holds in which there is something to find, once it has come. */
async function mailed(email, find) {
	for (let tries = 0; tries < 200; tries++) {
		const { items } = await (await fetch(`${api}/sandbox/mailbox?to=${email}`)).json();
		const found = items.map(find).find(Boolean);
		if (found) return found;
		await new Promise((resolve) => setTimeout(resolve, 50));
	}
	throw new Error(`no mail to ${email}`);
}

/** The newest link to a page of the front end in the mail to an address. */
export const mailedLink = (email, path = "/confirm-email") =>
	mailed(email, ({ text }) => text.match(/https?:\S+#token=\S+/g)?.find((link) => link.includes(`${path}#`)));

/** What a scanner reads from the QR code in the mail to an address, as its reader sees it. */
export async function mailedQr(email) {
	const id = await mailed(email, ({ id, html }) => html.includes('aria-label="QR"') && id);
	const page = await newPage();
	await page.goto(`${api}/sandbox/mailbox/${id}`);
	const path = `${pictures}mailed-qr.png`;
	await page.getByRole("img", { name: "QR" }).screenshot({ path });
	await page.context().close();
	return execFileSync("zbarimg", ["--quiet", "--raw", path], { encoding: "utf8" }).trimEnd();
}

const VIEWS = [
	{ name: "desktop", colorScheme: "light", width: 1280, height: 900 },
	{ name: "phone", colorScheme: "dark", width: 400, height: 860 },
	{ name: "small", colorScheme: "light", width: 320, height: 640 },
];

/** Fails when the page shuts somebody out: on a desk or on a telephone, in light or in dark. */
export async function inspect(page, name) {
	const before = page.viewportSize();
	for (const view of VIEWS) {
		await page.emulateMedia({ colorScheme: view.colorScheme });
		await page.setViewportSize(view);
		await page.screenshot({ path: `${pictures}front-end-${name}-${view.name}.png`, fullPage: true });
		await judgeContent(page, `${name}, ${view.name}`);
	}
	await page.emulateMedia({ colorScheme: null });
	await page.setViewportSize(before);
}

async function judgeContent(page, name) {
	const found = await violations(page);
	const told = found.map(({ id, help, nodes }) => `${id}: ${help}: ${nodes.map(({ html }) => html).join(", ")}`);
	assert.deepEqual(told, [], `${name} is accessible`);
	const { scrollWidth, clientWidth } = await page.evaluate(() => {
		const { scrollWidth, clientWidth } = document.documentElement;
		return { scrollWidth, clientWidth };
	});
	assert.ok(scrollWidth <= clientWidth, `${name} scrolls sideways: ${scrollWidth} of ${clientWidth}`);
}

/** Fails when a printed page has something to press, or does not say where to check it. */
export async function judgePaper(page, name) {
	await page.emulateMedia({ media: "print" });
	await page.screenshot({ path: `${pictures}front-end-${name}-paper.png`, fullPage: true });
	const left = await page.locator("nav, footer, button, .button, .back").filter({ visible: true }).allInnerTexts();
	assert.deepEqual(left, [], `${name} on paper has nothing to press`);
	await page.getByText(`${api}/check`).waitFor();
	await page.emulateMedia({ media: null });
	assert.ok(await page.getByText(`${api}/check`).isHidden(), `${name} has links on the screen`);
}
