// Sign in with the Hub across two sites over TLS: front ends at other registrable domains than the Hub's, Ghișeul on the way, and
// scripts of front ends that call the Hub.

import assert from "node:assert/strict";
import { before, test } from "node:test";
import { judgeOurs } from "./browser.mjs";
import { logIn, sendCode, useCard } from "./ghiseul.mjs";
import { moveClient, registerClient } from "./sign-in.mjs";
import { serveFrontEnd } from "./two-sites-front-end.mjs";
import { servePortal } from "./two-sites-portal.mjs";
import { ghiseul, hub, inside, newPage } from "./two-sites.mjs";

let portal;
let pages;

before(async () => {
	portal = await servePortal("portal.city.example");
	await registerClient(inside, {
		id: "city-hall",
		kind: "browser",
		origins: [portal],
		redirect_uris: [`${portal}/cazier/done`],
		initiate_login_uri: `${portal}/begin`,
	});
	pages = await serveFrontEnd("pages.town.example");
	const redirect_uris = [`${pages}/signed-in/hub`];
	await moveClient(inside, { id: "front-end", kind: "browser", origins: [pages], redirect_uris });
});

/** Proves to be this test person at the simulated Ghișeul. */
async function proveAs(page, person) {
	await logIn(page, person);
	await useCard(page, "4111 1111 1111 1111");
	await sendCode(page);
}

const told = (page, text) => page.getByRole("status").getByText(text).waitFor();

test("one chain leads from the front end to the Hub, through Ghișeul, and back", async () => {
	const page = await newPage();
	const called = [];
	page.on("request", (request) => request.resourceType() === "fetch" && called.push(request));
	await page.goto(`${portal}/`);
	await page.waitForURL(`${hub}/oauth/authorize?**`);
	await judgeOurs(page, "two-sites-1-log-in");
	await page.getByRole("link", { name: "Continuați cu Ghișeul.ro" }).click();
	await proveAs(page, "clean");
	await page.getByText("Sunteți autentificat ca").waitFor();
	assert.ok(page.url().startsWith(`${hub}/oauth/resume?`), page.url());
	const cookies = await page.context().cookies(hub);
	const ours = cookies.filter(({ name }) => name.startsWith("__Host-cazier_"));
	assert.ok(ours.length >= 2 && ours.every(({ secure, httpOnly }) => secure && httpOnly), JSON.stringify(cookies));
	await judgeOurs(page, "two-sites-2-consent");
	await page.getByRole("button", { name: "Sunt de acord" }).click();
	await told(page, "Munteanu, prin ghiseul, cereri: 0");
	const paths = called.map((request) => [request.method(), new URL(request.url()).pathname]);
	const metadata = ["GET", "/.well-known/openid-configuration"];
	const exchange = [["POST", "/oauth/token"], ["GET", "/oauth/jwks"], ["POST", "/oauth/token"]];
	assert.deepEqual(paths, [metadata, metadata, ...exchange, ["GET", "/oauth/userinfo"], ["GET", "/v1/applications"]]);
	assert.ok(called.every((request) => request.url().startsWith(hub)), "the page calls the other site alone");
});

test("whoever fails at Ghișeul is told why on our page, and can go back", async () => {
	const page = await newPage();
	await page.goto(`${portal}/?login_hint=ghiseul`);
	await logIn(page, "clean-2");
	await useCard(page, "4000 0000 0000 0002");
	await page.getByRole("alert").getByText("Banca nu a confirmat").waitFor();
	await judgeOurs(page, "two-sites-3-card-refused");
	await page.getByRole("button", { name: "Nu, înapoi la Portalul orașului" }).click();
	await page.waitForURL(`${portal}/cazier/done?error=access_denied**`);
	await told(page, "Nu: access_denied");
});

test("a log-in that begins at Ghișeul ends at the front end of the other site", async () => {
	const page = await newPage();
	const address = new URL(`${ghiseul}/handoff`);
	address.search = new URLSearchParams({ login_hint: "clean-3:success", client_id: "city-hall", return_url: `${portal}/begin` });
	await page.goto(address.href, { waitUntil: "commit" });
	await page.getByText("Sunteți autentificat ca").waitFor();
	await page.getByRole("button", { name: "Sunt de acord" }).click();
	await told(page, "prin ghiseul, cereri: 0");
});

test("the front end to copy from signs in, applies, follows and signs out on a site of its own", async () => {
	const page = await newPage();
	const blocked = [];
	page.on("console", (message) => /Content Security Policy|CORS/.test(message.text()) && blocked.push(message.text()));
	const press = (name) => page.getByRole("button", { name }).click();
	await page.goto(`${pages}/applications/new`);
	await press("Continuați cu Ghișeul.ro");
	await proveAs(page, "register-away");
	await press("Sunt de acord");
	await page.getByRole("heading", { level: 1, name: "Cerere nouă" }).waitFor();
	// The page is opened afresh: its access token is gone, and the refresh token goes to the other site.
	await page.goto(`${pages}/applications/new/reason`);
	await page.getByLabel("Pentru ce vă trebuie?").selectOption("employment");
	await page.getByLabel("Declar pe propria răspundere").check();
	const isStream = (answer) => new URL(answer.url()).pathname.endsWith("/stream");
	const [stream] = await Promise.all([page.waitForResponse(isStream), press("Depuneți cererea")]);
	assert.equal(new URL(stream.url()).origin, hub);
	assert.match(stream.headers()["content-type"], /^text\/event-stream/);
	await page.getByRole("status").getByRole("heading", { name: "Așteptăm răspunsul registrului" }).waitFor();
	await page.getByText("Nu mai aveți nevoie de certificat?").click();
	await press("Renunțați la cerere");
	await page.getByRole("status").getByRole("heading", { name: "Ați renunțat la cerere" }).waitFor();
	const [revoked] = await Promise.all([page.waitForResponse(`${hub}/oauth/revoke`), press("Deconectare")]);
	assert.equal(revoked.status(), 200);
	assert.deepEqual(blocked, []);
});
