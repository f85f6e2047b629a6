// Sign in with the Hub, as a person meets it: our pages of log-in, second factor, consent and log-out, on a telephone and a computer, light
// and dark, in both languages, without scripts.

import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { test } from "node:test";
import { judgeOurs, newPage, places } from "./browser.mjs";
import { challenge, citizenWithSecondFactor, person, registerClient } from "./sign-in.mjs";

const { api, ghiseul } = places;
const LOOPBACK = "http://127.0.0.1/in";
const VERIFIER = "a".repeat(43);
const LOOKS = {
	light: { colorScheme: "light" },
	dark: { colorScheme: "dark" },
	phone: { viewport: { width: 360, height: 740 }, isMobile: true },
	english: { locale: "en-GB" },
};

/** The address with which a client sends a browser here. */
function address(id, redirect_uri, more = {}) {
	const asked = {
		response_type: "code",
		client_id: id,
		redirect_uri,
		scope: "openid profile identity applications:write certificates:read",
		state: "s",
		code_challenge: challenge(VERIFIER),
		code_challenge_method: "S256",
		...more,
	};
	return `${api}/oauth/authorize?${new URLSearchParams(asked)}`;
}

/** An app that would listen at this address. */
async function app(redirect_uri) {
	const id = `app-${randomUUID().slice(0, 8)}`;
	await registerClient(api, { id, kind: "native", redirect_uris: [redirect_uri] });
	return id;
}

/** Where the browser goes back to: a policy that forbids it shows here, whether or not anything listens there. */
async function wayBack(page, redirect_uri, agree) {
	const [request] = await Promise.all([
		page.waitForRequest((request) => request.url().startsWith(`${redirect_uri}?`)),
		agree(),
	]);
	return new URL(request.url()).searchParams;
}

async function logIn(page, email, password) {
	await page.locator("[name=email]").fill(email);
	await page.locator("[name=password]").fill(password);
	await page.locator("[name=password]").press("Enter");
}

/** The ID token that an app gets for its code. */
async function idToken(client_id, code) {
	const asked = { grant_type: "authorization_code", client_id, redirect_uri: LOOPBACK, code, code_verifier: VERIFIER };
	const answer = await fetch(`${api}/oauth/token`, { method: "POST", body: new URLSearchParams(asked) });
	return (await answer.json()).id_token;
}

for (const [look, options] of Object.entries(LOOKS)) {
	const title = (page, ro, en) => page.getByRole("heading", { level: 1, name: look === "english" ? en : ro }).waitFor();

	test(`log-in and consent shut nobody out: ${look}`, async () => {
		const page = await newPage(options);
		const { email, password } = await person(api);
		const id = await app(LOOPBACK);
		await page.goto(address(id, LOOPBACK));
		await title(page, "Autentificați-vă", "Log in");
		await judgeOurs(page, `sign-in-1-log-in-${look}`);
		await logIn(page, email, "nu este parola mea");
		await page.getByRole("alert").waitFor();
		await judgeOurs(page, `sign-in-2-wrong-${look}`);
		await logIn(page, email, password);
		await title(page, "Portalul orașului vă cere accesul", "Portalul orașului asks for access");
		await page.getByText(email).waitFor();
		await judgeOurs(page, `sign-in-3-consent-${look}`);
		const back = await wayBack(page, LOOPBACK, () => page.locator("button[value=allow]").click());
		assert.equal(back.get("state"), "s");

		// The page of before is on its way to an address where nothing listens.
		const end = await page.context().newPage();
		await end.goto(`${api}/oauth/end-session?id_token_hint=${await idToken(id, back.get("code"))}`);
		await title(end, "Ați ieșit din cont", "You are logged out");
		await judgeOurs(end, `sign-in-4-logged-out-${look}`);
	});

	test(`a client that does not exist is explained: ${look}`, async () => {
		const page = await newPage(options);
		await page.goto(address("nobody", "https://evil.example/"));
		await title(page, "Nu putem continua", "We cannot go on");
		await judgeOurs(page, `sign-in-5-stop-${look}`);
	});
}

/** Logs in at the Hub through the simulated Ghișeul, which answers for this person at once. */
async function logInThroughGhiseul(page, person, address) {
	const isAsked = (request) => request.url().startsWith(ghiseul) && request.url().includes("/authorize?");
	const [asked] = await Promise.all([page.waitForRequest(isAsked), page.goto(`${address}&login_hint=ghiseul`)]);
	await page.goto(`${asked.url()}&login_hint=${person}:success`);
}

test("the second factor shuts nobody out, after a password and after Ghișeul, in both languages", async () => {
	const { email, password, citizen, codes } = await citizenWithSecondFactor(api, (await newPage()).request);
	const id = await app(LOOPBACK);
	for (const locale of ["ro-RO", "en-GB"]) {
		const page = await newPage({ locale });
		const code = page.locator("[name=code]");
		await page.goto(address(id, LOOPBACK));
		await logIn(page, email, password);
		await code.waitFor();
		await judgeOurs(page, `sign-in-6-code-${locale}`);
		await logInThroughGhiseul(page, citizen, address(id, LOOPBACK));
		await page.locator("form[action='/oauth/second-factor']").waitFor();
		await judgeOurs(page, `sign-in-7-second-factor-${locale}`);
		await code.fill("000000");
		await code.press("Enter");
		await page.getByRole("alert").waitFor();
		await judgeOurs(page, `sign-in-8-second-factor-wrong-${locale}`);
		await code.fill(codes.pop());
		await code.press("Enter");
		await page.locator("button[value=allow]").waitFor();
	}
});

test("a person signs in without scripts, and with the keyboard alone", async () => {
	const page = await newPage({ javaScriptEnabled: false });
	const { email, password } = await person(api);
	const id = await app(LOOPBACK);
	await page.goto(address(id, LOOPBACK));
	await page.getByRole("link", { name: "English" }).click();
	await page.getByLabel("E-mail address").focus();
	await page.keyboard.type(email);
	await page.keyboard.press("Tab");
	await page.keyboard.type(password);
	await page.keyboard.press("Enter");
	await page.getByRole("button", { name: "I agree" }).focus();
	const back = await wayBack(page, LOOPBACK, () => page.keyboard.press("Enter"));
	assert.ok(back.get("code"));
});

const APPS = { "an IPv6 loopback address": "http://[::1]/in", "a scheme of its own": "ro.city.app:/done" };

for (const [place, redirect_uri] of Object.entries(APPS)) {
	test(`an app at ${place} gets its code`, async () => {
		const page = await newPage();
		const blocked = [];
		page.on("console", (message) => message.text().includes("Content Security Policy") && blocked.push(message.text()));
		const { email, password } = await person(api);
		const id = await app(redirect_uri);
		await page.goto(address(id, redirect_uri));
		await logIn(page, email, password);
		const agree = page.getByRole("button", { name: "Sunt de acord" });
		const back = await wayBack(page, redirect_uri, () => agree.click());
		assert.ok(back.get("code"));
		assert.deepEqual(blocked, []);
	});
}
