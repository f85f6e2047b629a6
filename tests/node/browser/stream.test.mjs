// A front end that waits: `EventSource` of a real browser, which sends no header of ours, over a connection that breaks.

import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer } from "node:http";
import { connect, createServer as createTcpServer } from "node:net";
import { test } from "node:test";
import { Api } from "./api.mjs";
import { newPage, places } from "./browser.mjs";

/** Listens on a free port of this machine. */
async function listen(server) {
	server.listen(0, "127.0.0.1");
	await once(server, "listening");
	return server.address().port;
}

test("EventSource follows an application to its end, and resumes when the connection breaks", async () => {
	const page = await newPage();
	const api = new Api(page.context().request);
	await api.become("register-away");
	const wish = { service: "criminal-record-certificate", reason: "employment", declaration: true };
	const { id } = await api.send("POST", "/v1/applications", wish, 202);
	const { url } = await api.send("POST", `/v1/applications/${id}/stream-tokens`, {}, 201);

	const open = new Set();
	const wire = createTcpServer((client) => {
		const { hostname, port } = new URL(places.api);
		const server = connect(port, hostname);
		client.pipe(server).pipe(client);
		for (const socket of [client, server]) socket.on("error", () => {}).on("close", () => open.delete(client));
		open.add(client);
	});
	const frontEnd = createServer((_, answer) => answer.setHeader("content-type", "text/html").end("<!doctype html><title>x</title>"));
	await page.goto(`http://localhost:${await listen(frontEnd)}/`);
	await page.evaluate((address) => {
		window.told = [];
		window.opened = 0;
		window.source = new EventSource(address);
		window.source.onopen = () => window.opened++;
		window.source.addEventListener("status", ({ data }) => window.told.push(JSON.parse(data).status));
	}, `http://localhost:${await listen(wire)}${url}`);
	await page.waitForFunction(() => window.told.length === 1);

	for (const client of open) client.destroy();
	await page.waitForFunction(() => window.opened === 2);
	await api.send("POST", `/v1/applications/${id}/withdraw`, {});
	await page.waitForFunction(() => window.source.readyState === EventSource.CLOSED);
	assert.deepEqual(await page.evaluate(() => window.told), ["awaiting_register", "withdrawn"]);
	frontEnd.close();
	wire.close();
});
