// Sign-in with the Hub in the front end (examples/frontend), by OpenID Connect, as front ends of others copy it.

import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { test } from "node:test";
import { answerAs, api, go, heading, inspect, mailedLink, makePerson, open, press, signInAs } from "./front-end.mjs";

const PASSWORD = "trei cai albi pe deal";
const DESK = { locale: "ro-RO", viewport: { width: 1280, height: 900 } };

/** A person with an account, a password and a proved identity; nobody is signed in to it. */
async function citizen() {
	const page = await open("/register", DESK);
	const email = `${randomUUID()}@example.ro`;
	await page.getByLabel("Adresa de e-mail").fill(email);
	await page.getByLabel("Parola", { exact: true }).fill(PASSWORD);
	await press(page, "Deschideți contul");
	await heading(page, "Verificați căsuța poștală");
	await page.goto(await mailedLink(email));
	await page.getByLabel("Parola pe care ați ales-o").fill(PASSWORD);
	await press(page, "Confirmați adresa");
	await heading(page, "Dovediți cine sunteți");
	await answerAs(page, await makePerson());
	await press(page, "Continuați");
	await heading(page, "Știm cine sunteți");
	await page.context().close();
	return email;
}

/** Opens the Hub's log-in page from a page that asks for it. */
async function toHub(page) {
	await press(page, "Cu adresa de e-mail și parola");
	await page.waitForURL(/\/oauth\/authorize\?/);
}

/** Logs in at the Hub, and decides what this front end may do. */
async function logIn(page, email, decision = "allow") {
	await page.locator("[name=email]").fill(email);
	await page.locator("[name=password]").fill(PASSWORD);
	await page.locator("[name=password]").press("Enter");
	await page.locator(`button[value=${decision}]`).click();
}

/** The requests that a page sends to a path. */
function watch(page, path) {
	const seen = [];
	page.on("request", (request) => new URL(request.url()).pathname === path && seen.push(request));
	return seen;
}

const kept = (page) => page.evaluate(() => Object.keys(sessionStorage));

test("a citizen signs in with the Hub, applies, and signs out; the account itself asks for its owner", async () => {
	const email = await citizen();
	const page = await open("/applications/new", DESK);
	await toHub(page);
	const asked = new URL(page.url()).searchParams;
	for (const name of ["state", "nonce", "code_challenge"]) assert.ok(asked.get(name).length >= 32, name);
	assert.equal(asked.get("code_challenge_method"), "S256");
	assert.equal(asked.get("scope").includes("applications:write"), true);
	await logIn(page, email);
	await heading(page, "Cerere nouă");
	assert.equal(page.url(), `${api}/applications/new`);
	assert.ok(!(await kept(page)).includes("checks"), "the checks are for one answer");
	await page.reload();
	await heading(page, "Cerere nouă");

	await page.goto(`${api}/applications/new/reason`);
	await page.getByLabel("Pentru ce vă trebuie?").selectOption("employment");
	await page.getByLabel("Declar pe propria răspundere").check();
	const tokens = watch(page, "/oauth/token");
	const over = { status: 401, json: { code: "unauthenticated", title: "", detail: "" } };
	await page.route("**/v1/applications", (route) => route.fulfill(over), { times: 1 });
	await press(page, "Depuneți cererea");
	await page.getByText("Certificatul este gata").waitFor();
	assert.equal(tokens.length, 1, "new tokens when the old ones are over");

	await page.goto(`${api}/account/sessions`);
	await heading(page, "Confirmați că este contul dumneavoastră");
	await inspect(page, "owner");
	await go(page, "Ajutor");
	await go(page, "Vedeți întrebările și răspunsurile");
	await heading(page, "Confirmați că este contul dumneavoastră");
	await page.goto(`${api}/account`);
	await page.getByText("Fără înscrieri").waitFor();

	const revoked = watch(page, "/oauth/revoke");
	await press(page, "Deconectare");
	await page.getByRole("link", { name: "Autentificare", exact: true }).waitFor();
	assert.equal(revoked.length, 1, "the tokens are given back");
	assert.deepEqual(await kept(page), []);
});

test("the first way goes on through Ghișeul at once, and whoever fails there is told why and comes back", async () => {
	const person = await makePerson();
	const page = await open("/applications/new", DESK);
	const asked = watch(page, "/oauth/authorize");
	await signInAs(page, person);
	await heading(page, "Cerere nouă");
	assert.deepEqual(new URL(asked[0].url()).searchParams.getAll("login_hint"), ["ghiseul"]);
	assert.equal(asked.length, 1, "nobody had to choose the way again");

	const other = await open("/applications/new", DESK);
	await answerAs(other, person, "card_refused");
	await press(other, "Continuați cu Ghișeul.ro");
	await other.getByRole("alert").getByText("Banca nu a confirmat").waitFor();
	await other.getByRole("button", { name: /^Nu, înapoi la / }).click();
	await other.getByRole("alert").getByText("Nu ați fost de acord cu accesul").waitFor();
});

test("the owner signs in to the account itself, in place of what was granted", async () => {
	const email = await citizen();
	const page = await open("/account", DESK);
	await toHub(page);
	await logIn(page, email);
	await page.getByText("Nu ați depus încă o cerere.").waitFor();
	const revoked = watch(page, "/oauth/revoke");
	await go(page, "Aplicații cu acces la datele mele");
	await heading(page, "Confirmați că este contul dumneavoastră");
	await go(page, "Cu adresa de e-mail și parola");
	await page.getByLabel("Adresa de e-mail").fill(email);
	await page.getByLabel("Parola", { exact: true }).fill(PASSWORD);
	await press(page, "Autentificați-vă");
	await page.getByRole("heading", { name: "Portalul cetățeanului (test)" }).waitFor();
	assert.equal(revoked.length, 1, "the session before does not live on");
	await inspect(page, "grants-own");
	await page.getByRole("button", { name: "Retrageți accesul" }).click();
	await page.getByText("Niciuna: nimeni altcineva nu are acces.").waitFor();
});

test("who does not agree is not signed in, and is told so", async () => {
	const email = await citizen();
	const page = await open("/account", DESK);
	await toHub(page);
	await logIn(page, email, "deny");
	await page.getByRole("alert").getByText("Nu ați fost de acord cu accesul").waitFor();
	await inspect(page, "not-granted");
	assert.ok(!(await kept(page)).includes("refresh_token"));
});

test("an answer that this tab did not ask for signs nobody in", async () => {
	const page = await open(`/signed-in/hub?code=made-up&state=made-up&iss=${encodeURIComponent(api)}`, DESK);
	await page.getByRole("alert").getByText("Autentificarea nu a început aici").waitFor();
	assert.equal(page.url(), `${api}/signed-in/hub`, "the address keeps no code");
	await inspect(page, "not-begun-here");

	// A log-in is on its way, and somebody slips in the answer of another.
	const email = await citizen();
	const other = await open("/account", DESK);
	await toHub(other);
	const tokens = watch(other, "/oauth/token");
	await other.route("**/oauth/consent", async (route) => {
		const { headers } = await route.fetch({ maxRedirects: 0 }).then((answer) => ({ headers: answer.headers() }));
		const back = new URL(headers.location);
		back.searchParams.set("state", "another-state");
		await route.fulfill({ status: 303, headers: { location: back.href } });
	});
	await logIn(other, email);
	await other.getByRole("alert").getByText("Autentificarea nu a început aici").waitFor();
	assert.equal(tokens.length, 0, "the code is not used");
});
