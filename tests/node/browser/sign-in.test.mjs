// Sign in with the Hub, as a person meets it: our log-in and consent pages, on a telephone and a computer, light and dark, without scripts.

import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { test } from "node:test";
import { judge, newPage, places } from "./browser.mjs";
import { challenge, person, registerClient } from "./sign-in.mjs";

const { api } = places;
const LOOKS = {
	light: { colorScheme: "light" },
	dark: { colorScheme: "dark" },
	phone: { viewport: { width: 360, height: 740 }, isMobile: true },
};

/** The address with which a client sends a browser here. */
async function address(id, redirect_uri, more = {}) {
	const asked = {
		response_type: "code",
		client_id: id,
		redirect_uri,
		scope: "openid profile identity applications:write certificates:read",
		state: "s",
		code_challenge: challenge("a".repeat(43)),
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
	await page.getByLabel("Adresa de e-mail").fill(email);
	await page.getByLabel("Parola", { exact: true }).fill(password);
	await page.getByRole("button", { name: "Autentificare" }).click();
}

for (const [look, options] of Object.entries(LOOKS)) {
	test(`log-in and consent shut nobody out: ${look}`, async () => {
		const page = await newPage({ javaScriptEnabled: true, ...options });
		const { email, password } = await person(api);
		const id = await app("http://127.0.0.1/in");
		await page.goto(await address(id, "http://127.0.0.1/in"));
		await page.getByRole("heading", { level: 1, name: "Autentificați-vă" }).waitFor();
		await judge(page, `sign-in-1-log-in-${look}`);
		await logIn(page, email, "nu este parola mea");
		await page.getByRole("alert").waitFor();
		await judge(page, `sign-in-2-wrong-${look}`);
		await logIn(page, email, password);
		await page.getByText(`Sunteți autentificat ca ${email}`).waitFor();
		await judge(page, `sign-in-3-consent-${look}`);
		const agree = page.getByRole("button", { name: "Sunt de acord" });
		const back = await wayBack(page, "http://127.0.0.1/in", () => agree.click());
		assert.equal(back.get("state"), "s");
		assert.ok(back.get("code"));
	});
}

test("a person signs in without scripts, and with the keyboard alone", async () => {
	const page = await newPage({ javaScriptEnabled: false });
	const { email, password } = await person(api);
	const id = await app("http://127.0.0.1/in");
	await page.goto(await address(id, "http://127.0.0.1/in"));
	await page.getByRole("link", { name: "English" }).click();
	await page.getByLabel("E-mail address").focus();
	await page.keyboard.type(email);
	await page.keyboard.press("Tab");
	await page.keyboard.type(password);
	await page.keyboard.press("Enter");
	await page.getByRole("button", { name: "I agree" }).focus();
	const back = await wayBack(page, "http://127.0.0.1/in", () => page.keyboard.press("Enter"));
	assert.ok(back.get("code"));
});

test("an app at an IPv6 loopback address gets its code", async () => {
	const page = await newPage();
	const { email, password } = await person(api);
	const id = await app("http://[::1]/in");
	await page.goto(await address(id, "http://[::1]/in"));
	await logIn(page, email, password);
	const agree = page.getByRole("button", { name: "Sunt de acord" });
	const back = await wayBack(page, "http://[::1]/in", () => agree.click());
	assert.ok(back.get("code"));
});

test("a client that does not exist is explained", async () => {
	const page = await newPage();
	await page.goto(await address("nobody", "https://evil.example/"));
	await page.getByRole("heading", { level: 1, name: "Nu putem continua" }).waitFor();
	await judge(page, "sign-in-4-stop");
});
