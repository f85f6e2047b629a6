// Sign in with the Hub across two sites over TLS: a front end at another registrable domain than the Hub's, Ghișeul on the way, and
// scripts of the front end that call the Hub. The certificates are of a CA made for the test; names are resolved by the browser's rules.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { createHash, X509Certificate } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { request } from "node:http";
import { createServer } from "node:https";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { chromium } from "playwright-core";
import { judge } from "./browser.mjs";
import { logIn, sendCode, useCard } from "./ghiseul.mjs";
import { registerClient } from "./sign-in.mjs";

const { ghiseul } = JSON.parse(readFileSync(process.env.CAZIER_TLS_READY_FILE, "utf8"));
const [hubPort, insidePort] = process.env.CAZIER_TLS_PORTS.split(" ").map(Number);
const inside = `http://127.0.0.1:${insidePort}`;
const hub = `https://api.hub.example:${hubPort}`;
const folder = mkdtempSync(join(tmpdir(), "cazier-two-sites-"));
const closing = [];
let browser;
let portal;

/** Makes a CA and a certificate for both sites; returns key and certificate. */
function certificates() {
	const at = (name) => join(folder, name);
	const openssl = (...words) => execFileSync("openssl", words, { stdio: "pipe" });
	const key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"];
	openssl("req", "-x509", ...key, "-keyout", at("ca.key"), "-out", at("ca.pem"), "-days", "2", "-subj", "/CN=Test CA");
	openssl("req", ...key, "-keyout", at("key.pem"), "-out", at("request.pem"), "-subj", "/CN=two sites");
	writeFileSync(at("names"), "subjectAltName=DNS:api.hub.example,DNS:portal.city.example\n");
	openssl("x509", "-req", "-in", at("request.pem"), "-CA", at("ca.pem"), "-CAkey", at("ca.key"), "-days", "1", "-extfile", at("names"), "-out", at("leaf.pem"));
	const leaf = readFileSync(at("leaf.pem"));
	return { key: readFileSync(at("key.pem")), cert: leaf, spki: spkiHash(leaf) };
}

/** What names a key to Chromium: base64 of SHA-256 of the public key. */
function spkiHash(pem) {
	const der = new X509Certificate(pem).publicKey.export({ type: "spki", format: "der" });
	return createHash("sha256").update(der).digest("base64");
}

function listen(server, port) {
	closing.push(() => new Promise((resolve) => (server.closeAllConnections(), server.close(resolve))));
	return new Promise((resolve) => server.listen(port, "127.0.0.1", () => resolve(server.address().port)));
}

/** TLS before the Hub, as a proxy has it. */
function hubServer(tls) {
	const target = new URL(inside);
	return createServer(tls, (incoming, outgoing) => {
		const { method, url, headers } = incoming;
		const onward = request({ host: target.hostname, port: target.port, method, path: url, headers }, (answer) => {
			outgoing.writeHead(answer.statusCode, answer.headers);
			answer.pipe(outgoing);
		});
		onward.on("error", () => outgoing.destroy());
		incoming.pipe(onward);
	});
}

/** The front end: one page whose script speaks the protocol by itself. */
const PAGE = (hub) => `<!doctype html><html lang="ro"><meta charset="utf-8"><title>Portalul orașului</title>
<h1>Portalul orașului</h1><p id="who" role="status"></p><script type="module">
const here = location.origin + "/done";
const encode = (bytes) => btoa(String.fromCharCode(...new Uint8Array(bytes))).replace(/\\+/g, "-").replace(/\\//g, "_").replace(/=+$/, "");
const query = new URLSearchParams(location.search);
if (location.pathname === "/done") {
	const body = new URLSearchParams({ grant_type: "authorization_code", client_id: "city", code: query.get("code"),
		redirect_uri: here, code_verifier: sessionStorage.verifier });
	const tokens = await (await fetch("${hub}/oauth/token", { method: "POST", body })).json();
	const person = await (await fetch("${hub}/oauth/userinfo", { headers: { authorization: "Bearer " + tokens.access_token } })).json();
	const { amr } = JSON.parse(atob(tokens.id_token.split(".")[1].replace(/-/g, "+").replace(/_/g, "/")));
	who.textContent = person.given_name + " " + person.family_name + ", prin " + amr.join(" ") + ", " + (query.get("state") === sessionStorage.state);
} else {
	sessionStorage.verifier = encode(crypto.getRandomValues(new Uint8Array(32)));
	sessionStorage.state = encode(crypto.getRandomValues(new Uint8Array(16)));
	const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(sessionStorage.verifier));
	const asked = { response_type: "code", client_id: "city", redirect_uri: here, scope: "openid identity", state: sessionStorage.state,
		code_challenge: encode(digest), code_challenge_method: "S256" };
	if (query.has("login_hint")) asked.login_hint = query.get("login_hint");
	location.assign("${hub}/oauth/authorize?" + new URLSearchParams(asked));
}
</script></html>`;

before(async () => {
	const { key, cert, spki } = certificates();
	await listen(hubServer({ key, cert }), hubPort);
	const city = createServer({ key, cert }, (_, answer) => answer.setHeader("content-type", "text/html").end(PAGE(hub)));
	portal = `https://portal.city.example:${await listen(city, 0)}`;
	await registerClient(inside, {
		id: "city",
		kind: "browser",
		origins: [portal],
		redirect_uris: [`${portal}/done`],
		initiate_login_uri: `${portal}/begin`,
	});
	browser = await chromium.launch({
		executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
		chromiumSandbox: false,
		args: [
			"--disable-gpu",
			"--disable-background-networking",
			"--host-resolver-rules=MAP *.example 127.0.0.1",
			`--ignore-certificate-errors-spki-list=${spki}`,
		],
	});
});
after(async () => {
	await browser?.close();
	for (const close of closing) await close();
	rmSync(folder, { recursive: true });
});

async function newPage() {
	const context = await browser.newContext({ locale: "ro-RO", viewport: { width: 900, height: 900 } });
	context.setDefaultTimeout(15_000);
	return context.newPage();
}

const told = (page, text) => page.getByRole("status").getByText(text).waitFor();

test("one chain leads from the front end to the Hub, through Ghișeul, and back", async () => {
	const page = await newPage();
	await page.goto(`${portal}/`);
	await page.waitForURL(`${hub}/oauth/authorize?**`);
	await judge(page, "two-sites-1-log-in");
	await page.getByRole("link", { name: "Continuați cu Ghișeul.ro" }).click();
	await logIn(page, "clean");
	await useCard(page, "4111 1111 1111 1111");
	await sendCode(page);
	await page.getByText("Sunteți autentificat ca").waitFor();
	assert.ok(page.url().startsWith(`${hub}/oauth/resume?`), page.url());
	const cookies = await page.context().cookies(hub);
	const ours = cookies.filter(({ name }) => name.startsWith("__Host-cazier_"));
	assert.ok(ours.length >= 2 && ours.every(({ secure, httpOnly }) => secure && httpOnly), JSON.stringify(cookies));
	await judge(page, "two-sites-2-consent");
	await page.getByRole("button", { name: "Sunt de acord" }).click();
	await told(page, "Munteanu, prin ghiseul, true");
});

test("whoever fails at Ghișeul is told why on our page, and can go back", async () => {
	const page = await newPage();
	await page.goto(`${portal}/?login_hint=ghiseul`);
	await logIn(page, "clean-2");
	await useCard(page, "4000 0000 0000 0002");
	await page.getByRole("alert").getByText("Banca nu a confirmat").waitFor();
	await judge(page, "two-sites-3-card-refused");
	await page.getByRole("button", { name: "Nu, înapoi la Portalul orașului" }).click();
	await page.waitForURL(`${portal}/done?error=access_denied**`);
});

test("a log-in that begins at Ghișeul ends at the front end of the other site", async () => {
	const page = await newPage();
	const address = new URL(`${ghiseul}/handoff`);
	address.search = new URLSearchParams({ login_hint: "clean-3:success", client_id: "city", return_url: `${portal}/begin` });
	await page.goto(address.href, { waitUntil: "commit" });
	await page.getByText("Sunteți autentificat ca").waitFor();
	await page.getByRole("button", { name: "Sunt de acord" }).click();
	await told(page, "prin ghiseul, true");
});
