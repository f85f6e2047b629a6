// Sites of different registrable domains over TLS, in one browser: the Hub's and those of front ends. The certificates are of a CA
// made for the tests; names are resolved by the browser's rules.

import { execFileSync } from "node:child_process";
import { createHash, X509Certificate } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { request } from "node:http";
import { createServer } from "node:https";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before } from "node:test";
import { chromium } from "playwright-core";

const [hubPort, insidePort] = process.env.CAZIER_TLS_PORTS.split(" ").map(Number);
/** The address of the simulated Ghișeul. */
export const { ghiseul } = JSON.parse(readFileSync(process.env.CAZIER_TLS_READY_FILE, "utf8"));
/** The sandbox's own address, without TLS. */
export const inside = `http://127.0.0.1:${insidePort}`;
/** The Hub's address. */
export const hub = `https://api.hub.example:${hubPort}`;

/** What the tests write; it is gone when they end. */
export const folder = mkdtempSync(join(tmpdir(), "cazier-two-sites-"));
const tls = certificates("api.hub.example", "portal.city.example", "pages.town.example");
const closing = [];
let browser;

/** Makes a CA and a certificate for these names; returns key and certificate. */
function certificates(...names) {
	const at = (name) => join(folder, name);
	const openssl = (...words) => execFileSync("openssl", words, { stdio: "pipe" });
	const key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"];
	openssl("req", "-x509", ...key, "-keyout", at("ca.key"), "-out", at("ca.pem"), "-days", "2", "-subj", "/CN=Test CA");
	openssl("req", ...key, "-keyout", at("key.pem"), "-out", at("request.pem"), "-subj", "/CN=two sites");
	writeFileSync(at("names"), `subjectAltName=${names.map((name) => `DNS:${name}`)}\n`);
	openssl("x509", "-req", "-in", at("request.pem"), "-CA", at("ca.pem"), "-CAkey", at("ca.key"), "-days", "1", "-extfile", at("names"), "-out", at("leaf.pem"));
	return { key: readFileSync(at("key.pem")), cert: readFileSync(at("leaf.pem")) };
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

/** Serves a site of this name; returns its origin. */
export async function serve(name, answer) {
	return `https://${name}:${await listen(createServer(tls, answer), 0)}`;
}

/** TLS before the Hub, as a proxy has it. */
function passOn(incoming, outgoing) {
	const { method, url, headers } = incoming;
	const onward = request({ host: "127.0.0.1", port: insidePort, method, path: url, headers }, (answer) => {
		outgoing.writeHead(answer.statusCode, answer.headers);
		answer.pipe(outgoing);
	});
	onward.on("error", () => outgoing.destroy());
	outgoing.on("close", () => onward.destroy());
	incoming.pipe(onward);
}

before(async () => {
	await listen(createServer(tls, passOn), hubPort);
	browser = await chromium.launch({
		executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
		chromiumSandbox: false,
		args: [
			"--disable-gpu",
			"--disable-background-networking",
			"--host-resolver-rules=MAP *.example 127.0.0.1",
			`--ignore-certificate-errors-spki-list=${spkiHash(tls.cert)}`,
		],
	});
});
after(async () => {
	await browser?.close();
	for (const close of closing) await close();
	rmSync(folder, { recursive: true });
});

/** A page in a browser profile of its own. */
export async function newPage() {
	const context = await browser.newContext({ locale: "ro-RO", viewport: { width: 900, height: 900 } });
	context.setDefaultTimeout(15_000);
	return context.newPage();
}
