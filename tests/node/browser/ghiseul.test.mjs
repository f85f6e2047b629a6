// A person's way through the simulated Ghișeul and back to the front end, from either side.

import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { test } from "node:test";
import { judge, newPage, parameters, places } from "./browser.mjs";
import { logIn, sendCode, useCard } from "./ghiseul.mjs";

const { api, ghiseul } = places;
const PASSWORD = "trei cai albi pe deal";
const RETURNED = `${api}/sandbox/returned`;

/** Somebody with an account; calls the API as a page of the front end would, from the browser of `page`. */
async function citizen(page) {
	const email = `${randomUUID()}@example.ro`;
	const call = async (path, data, headers = {}) => {
		const answer = await page.request.post(`${api}${path}`, { data, headers: { origin: api, ...headers } });
		assert.ok(answer.ok(), `${path}: ${answer.status()} ${await answer.text()}`);
		return answer.json();
	};
	await call("/v1/accounts", { email, password: PASSWORD });
	await call("/v1/accounts/confirm-email", { token: await mailedToken(page, email), password: PASSWORD });
	const { access_token: token } = await call("/v1/sessions", { email, password: PASSWORD });
	const authorization = `Bearer ${token}`;
	return {
		begin: () => call("/v1/identity-verifications", { method: "ghiseul", return_url: RETURNED }, { authorization }),
		account: async () => (await page.request.get(`${api}/v1/accounts/me`, { headers: { authorization } })).json(),
	};
}

async function mailedToken(page, email) {
	for (let tries = 0; tries < 200; tries++) {
		const { items } = await (await page.request.get(`${api}/sandbox/mailbox?to=${email}`)).json();
		if (items.length > 0) return items[0].text.match(/token=(\S+)/)[1];
		await new Promise((resolve) => setTimeout(resolve, 50));
	}
	throw new Error(`no mail to ${email}`);
}

test("a person proves who they are by log-in, card and code, and is told each mistake", async () => {
	const page = await newPage();
	const { begin, account } = await citizen(page);
	const { id, redirect_url } = await begin();
	await page.goto(redirect_url);
	await judge(page, "1-log-in");
	await page.getByRole("button", { name: "Continuă" }).click();
	await page.getByRole("alert").getByText("Alegeți o persoană").waitFor();
	await judge(page, "1-log-in-wrong");
	await logIn(page, "clean");
	await page.getByRole("heading", { name: "Acord și card bancar" }).waitFor();
	await judge(page, "2-card");
	await page.getByRole("button", { name: "Confirmă cu cardul" }).click();
	await page.getByRole("alert").waitFor();
	await judge(page, "2-card-wrong");
	await useCard(page, "4111 1111 1111 1111");
	await page.getByRole("heading", { name: "Codul 3-D Secure" }).waitFor();
	await judge(page, "3-code");
	await sendCode(page, "000000x");
	await page.getByRole("alert").getByText("Codul nu este cel din mesaj").waitFor();
	await judge(page, "3-code-wrong");
	await sendCode(page);
	await page.waitForURL(`${RETURNED}**`);
	assert.deepEqual(parameters(page), { verification_id: id, status: "verified" });
	await judge(page, "4-returned");
	assert.equal((await account()).identity.person.family_name, "Munteanu");
});

test("a person who cancels, whose card is refused, or who mistypes the code three times comes back and can try again", async () => {
	const page = await newPage();
	const { begin } = await citizen(page);
	const ends = {
		abandoned: () => page.getByRole("button", { name: "Renunță" }).click(),
		card_refused: async () => {
			await logIn(page, "clean-4");
			await useCard(page, "4000 0000 0000 0002");
		},
		three_d_secure_failed: async () => {
			await logIn(page, "clean-4");
			await useCard(page, "4000 0000 0000 0119");
			for (let tries = 0; tries < 3; tries++) await sendCode(page);
		},
	};
	for (const [reason, end] of Object.entries(ends)) {
		await page.goto((await begin()).redirect_url);
		await end();
		await page.waitForURL(`${RETURNED}**`);
		const { status, reason: told } = parameters(page);
		assert.deepEqual({ status, told }, { status: "failed", told: reason });
	}
});

test("the pages speak English when they are asked to", async () => {
	const page = await newPage();
	const { begin } = await citizen(page);
	await page.goto((await begin()).redirect_url);
	await page.getByRole("link", { name: "English" }).click();
	await page.getByRole("heading", { name: "Log in" }).waitFor();
	assert.equal(await page.locator("html").getAttribute("lang"), "en");
	await judge(page, "1-log-in-english");
});

/** Logs in at Ghișeul's own start page. */
async function visitGhiseul(page) {
	await page.goto(`${ghiseul}/`);
	await page.getByLabel("Persoana de test").selectOption("clean-2");
	await page.getByLabel("Parola").fill("ghiseul");
	await page.getByRole("button", { name: "Intră în cont" }).click();
	await page.getByRole("heading", { name: "Serviciile mele" }).waitFor();
}

const exchange = (page, code) =>
	page.request.post(`${api}/v1/sessions/exchange`, { data: { code }, headers: { origin: api } });

test("a person who is logged in at Ghișeul is logged in here by one button, in this browser alone", async () => {
	const page = await newPage();
	await page.goto(`${ghiseul}/`);
	await judge(page, "5-portal-log-in");
	await visitGhiseul(page);
	await judge(page, "6-portal");
	await page.getByRole("button", { name: "Cazier judiciar" }).click();
	await page.waitForURL(`${RETURNED}**`);
	const { code } = parameters(page);
	await judge(page, "8-returned-with-code");
	const stranger = await newPage();
	assert.equal((await exchange(stranger, code)).status(), 403);
	const answer = await exchange(page, code);
	assert.equal(answer.status(), 201, await answer.text());
	const { access_token: token } = await answer.json();
	const me = await page.request.get(`${api}/v1/accounts/me`, { headers: { authorization: `Bearer ${token}` } });
	assert.equal((await me.json()).identity.person.family_name, "Dobrescu");
});

test("without scripts a button takes the person to the Hub", async () => {
	const page = await newPage({ javaScriptEnabled: false });
	await visitGhiseul(page);
	await page.getByRole("button", { name: "Cazier judiciar" }).click();
	await page.getByRole("heading", { name: "Vă ducem la Hub" }).waitFor();
	await page.getByRole("button", { name: "Continuă" }).click();
	await page.waitForURL(`${RETURNED}?code=**`);
});

test("the page on the way to the Hub can be read", async () => {
	const page = await newPage();
	// An answer without content leaves the browser where it is.
	await page.route("**/handoff", (route) => (route.request().method() === "POST" ? route.fulfill({ status: 204 }) : route.continue()));
	await page.goto(`${ghiseul}/handoff?login_hint=clean-2:success`, { waitUntil: "commit" });
	await page.getByRole("heading", { name: "Vă ducem la Hub" }).waitFor();
	await judge(page, "7-on-the-way");
});

test("a page of another site logs nobody in", async () => {
	const page = await newPage();
	const form = await (await page.request.get(`${ghiseul}/handoff?login_hint=clean-2:success`)).json();
	await page.goto("data:text/html,<title>evil</title>");
	const answer = page.waitForResponse((response) => response.request().method() === "POST");
	await page.evaluate(({ action, ...fields }) => {
		const form = Object.assign(document.createElement("form"), { method: "post", action });
		for (const [name, value] of Object.entries(fields)) form.append(Object.assign(document.createElement("input"), { name, value }));
		document.body.append(form);
		form.submit();
	}, form);
	assert.equal((await answer).status(), 403);
	await page.getByRole("heading").waitFor();
	await judge(page, "9-foreign-origin");
});

test("an answer that comes too late is explained to the person", async () => {
	const page = await newPage();
	const answer = await page.goto(`${api}/v1/identity-verifications/ghiseul/callback?state=made-up`);
	assert.equal(answer.status(), 400);
	assert.match(answer.headers()["content-type"], /text\/html/);
	await judge(page, "9-too-late");
});
