// The TypeScript of the guides does what the guides say: in a page what is for pages, in Node.js what is for servers.

import assert from "node:assert/strict";
import { once } from "node:events";
import { readdirSync } from "node:fs";
import { createServer } from "node:http";
import { test } from "node:test";
import { Webhook } from "standardwebhooks";
import { Api } from "./api.mjs";
import { newPage, places } from "./browser.mjs";
import { PersonsBrowser } from "../persons-browser.mjs";
import { person, registerClient, setKeys } from "./sign-in.mjs";
import { blocks, module, scripts } from "./snippets.mjs";

/** How many blocks of each guide the tests below run. */
const RUN = { "sign-in-with-the-hub.md": 1, "sign-in.md": 2, "waiting.md": 1, "webhooks.md": 2 };

test("every block of TypeScript in the guides is run here", () => {
	const guides = readdirSync(new URL("../../../docs/guides/", import.meta.url)).filter((name) => name.endsWith(".md"));
	const found = guides.map((guide) => [guide, blocks(guide).length]).filter(([, count]) => count > 0);
	assert.deepEqual(Object.fromEntries(found), RUN);
});

async function until(what, look) {
	for (let tries = 0; tries < 300; tries++) {
		const found = await look();
		if (found) return found;
		await new Promise((resolve) => setTimeout(resolve, 100));
	}
	throw new Error(`not in time: ${what}`);
}

async function listen(context, server, port = 0) {
	await once(server.listen(port, "127.0.0.1"), "listening");
	context.after(() => server.close().closeAllConnections());
	return server.address().port;
}

/** A page of a front end, of the same site as the API, whose scripts these are: `/0.js` and so on. */
async function frontEnd(context, guide) {
	const codes = scripts(guide);
	const server = createServer(({ url }, response) => {
		const code = codes[/^\/(\d)\.js$/.exec(url)?.[1]];
		response.setHeader("content-type", code ? "text/javascript" : "text/html").end(code ?? "<!doctype html><title>x</title>");
	});
	const page = await newPage();
	await page.goto(`http://127.0.0.1:${await listen(context, server)}/`);
	return page;
}

test("a page signs a person in by redirect", async (context) => {
	const page = await frontEnd(context, "sign-in.md");
	const signedIn = new URL("/signed-in", page.url()).href;
	let outcome;
	await page.route("**/authorize?*", (route) => route.continue({ url: `${route.request().url()}&login_hint=clean-3:${outcome}` }));
	for (outcome of ["success", "card_refused"]) {
		const back = page.waitForURL(`${signedIn}?*`);
		await page.evaluate(() => void import("/0.js").then(({ signIn }) => signIn()));
		await back;
		const tokens = await page.evaluate(() => import("/1.js").then(({ signedIn }) => signedIn()));
		assert.equal(page.url(), signedIn, "the code is gone from the address");
		if (outcome === "card_refused") {
			assert.equal(tokens, null);
			continue;
		}
		assert.deepEqual([typeof tokens.refresh_token, tokens.expires_in], ["string", 900]);
		const headers = { authorization: `Bearer ${tokens.access_token}` };
		const account = await (await fetch(`${places.api}/v1/accounts/me`, { headers })).json();
		assert.equal(account.identity.status, "verified");
	}
});

test("a page follows an application to its end", async (context) => {
	const page = await frontEnd(context, "waiting.md");
	const api = new Api((await newPage()).context().request);
	const { id: who } = await api.send("POST", "/sandbox/persons", { criminal_records: "away" }, 201);
	await api.become(who);
	const wish = { service: "criminal-record-certificate", reason: "employment", declaration: true };
	const { id } = await api.send("POST", "/v1/applications", wish, 202);
	const token = api.headers.authorization.slice("Bearer ".length);
	await page.evaluate(
		async ([id, token]) => {
			window.shown = [];
			const { follow } = await import("/0.js");
			await follow(id, token, ({ status }) => window.shown.push(status));
		},
		[id, token],
	);
	await page.waitForFunction(() => window.shown.length === 1);
	await api.send("POST", `/v1/applications/${id}/withdraw`, {});
	// The last event, and what is asked for when the stream is closed for ever.
	await page.waitForFunction(() => window.shown.length === 3);
	assert.deepEqual(await page.evaluate(() => window.shown), ["awaiting_register", "withdrawn", "withdrawn"]);
});

test("a server signs a person in with the Hub, by a secret and by a key", async () => {
	const { hub, hubByKey, begin, end } = await module("sign-in-with-the-hub.md", 0);
	const client = { id: "city-hall", kind: "web", redirect_uris: ["https://portal.city.example/cazier/done"] };
	const { secret } = await registerClient(places.api, client);
	const account = await person(places.api);
	async function signsIn(configuration) {
		const { address, checks } = await begin(configuration);
		const back = await new PersonsBrowser().agree(address, places.api, account);
		const tokens = await end(configuration, back, checks);
		assert.equal(tokens.claims().aud, "city-hall");
		assert.equal(tokens.scope, "openid identity applications:read applications:write certificates:read");
	}
	await signsIn(await hub(secret));
	const pair = await crypto.subtle.generateKey({ name: "ECDSA", namedCurve: "P-256" }, true, ["sign", "verify"]);
	const { kty, crv, x, y } = await crypto.subtle.exportKey("jwk", pair.publicKey);
	await setKeys(places.api, "city-hall", [{ kty, crv, x, y, kid: "city-hall", use: "sig", alg: "ES256" }]);
	await signsIn(await hubByKey(pair.privateKey));
});

test("a server receives webhooks, and refuses what is not signed", async (context) => {
	const { receiver } = await module("webhooks.md", 1);
	const id = `hooks-${Date.now()}`;
	const { secret: own } = await registerClient(places.api, { id, kind: "web", redirect_uris: ["https://hooks.example/done"] });
	const hooks = async (path, body = {}) => {
		const headers = { authorization: `Basic ${btoa(`${id}:${own}`)}`, "content-type": "application/json" };
		const answer = await fetch(`${places.api}/v1/webhooks/endpoints${path}`, { method: "POST", headers, body: JSON.stringify(body) });
		assert.ok(answer.ok, `${path}: ${answer.status}`);
		return answer.json();
	};
	const free = createServer();
	const port = await listen(context, free);
	free.close();
	const url = `http://127.0.0.1:${port}/hooks`;
	const { endpoint, secret } = await hooks("", { url, events: ["grant.*"] });
	const taken = [];
	const take = (id, event) => (event.type === "odd" ? assert.fail("the work fails") : taken.push({ id, event }));
	await listen(context, receiver(secret, take), port);

	const { webhook_id } = await hooks(`/${endpoint.id}/test`);
	const message = await until("a message", () => taken[0]);
	assert.deepEqual([message.id, message.event.type, message.event.data.id], [webhook_id, "webhook.test", endpoint.id]);
	const declared = blocks("webhooks.md")[0].matchAll(/(?:^ {2}|[{;] )(\w+):/gm);
	const members = [...Object.keys(message.event), ...Object.keys(message.event.data)];
	assert.deepEqual(members.sort(), Array.from(declared, ([, name]) => name).sort());

	const send = (body, headers) => fetch(url, { method: "POST", body, headers }).then(({ status }) => status);
	assert.equal(await send(JSON.stringify(message.event)), 400, "nobody signed it");
	const signed = (body, at) => ({
		"webhook-id": "msg_1",
		"webhook-timestamp": String(Math.floor(at / 1000)),
		"webhook-signature": new Webhook(secret).sign("msg_1", new Date(at), body),
	});
	const odd = JSON.stringify({ type: "odd" });
	assert.equal(await send(odd, signed(odd, Date.now())), 500, "it comes again");
	assert.equal(await send(odd, signed(odd, Date.now() - 600_000)), 400, "it is old");
	assert.equal(taken.length, 1);
});
