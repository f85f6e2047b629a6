// Runs the Postman collections one after another, and all once more in the other order, against the sandbox at BASE_URL, compares each answer with the
// contract, and keeps reports.
//
// usage: node tests/node/postman/run.mjs FOLDER CONTRACT [--verbose] [COLLECTION…]      FOLDER gets the reports

import { writeFileSync } from "node:fs";
import { Agent } from "node:http";
import { join } from "node:path";

import newman from "newman";

import { isOfMetadata, metadataFaults } from "./authorization-server.mjs";
import { Contract } from "./answers.mjs";
import { Coverage } from "./coverage.mjs";
import { again, collections, environments, readJson } from "./collections.mjs";
import { page } from "./page.mjs";

const [reports, contractFile, ...words] = process.argv.slice(2);
const verbose = words.includes("--verbose");
const wanted = words.filter((word) => word !== "--verbose");
const baseUrl = process.env.BASE_URL;
const coverage = new Coverage();
const contract = new Contract(readJson(contractFile));

function chosen() {
	const all = collections();
	for (const name of wanted) {
		if (all.some((collection) => collection.name === name)) continue;
		console.error(`postman: there is no collection "${name}", only ${all.map((known) => known.name).join(", ")}`);
		process.exit(2);
	}
	return wanted.length > 0 ? wanted.map((name) => all.find((known) => known.name === name)) : [...all, ...again(all)];
}

/** Notes an answer, and returns what the contract says against it; nothing if it does not know the operation. */
function compared({ request, response, item }) {
	if (!response || !request.url.toString().startsWith(baseUrl)) return [];
	const called = contract.operationOf(request.method, request.url.getPath());
	const body = response.stream ?? Buffer.alloc(0);
	coverage.note(called, response.code, response.code >= 400 ? codeOf(body) : undefined);
	if (!called) return faultsOfMetadata(request, response, body).map((fault) => `${item.name}: ${fault}`);
	const headers = new Map(response.headers.map(({ key, value }) => [key.toLowerCase(), value]));
	const answer = { method: request.method, status: response.code, headers: lookUp(headers), body };
	return contract
		.faults(called, answer)
		.map((fault) => `${item.name}: ${request.method} ${called.path} answered ${response.code}: ${fault}`);
}

/** What is wrong with an answer that has the metadata of the authorization server; nothing with another. */
const faultsOfMetadata = (request, { code }, body) =>
	code === 200 && isOfMetadata(request.url.getPath()) ? metadataFaults(JSON.parse(body.toString("utf8")), contract.operations) : [];

const lookUp = (headers) => ({ get: (name) => headers.get(name.toLowerCase()) });

/** The code of a problem document. */
function codeOf(body) {
	try {
		return JSON.parse(body.toString("utf8")).code;
	} catch {
		return undefined;
	}
}

/** Says what the whole run has shown of the contract, and what it has not. */
function judged() {
	const results = coverage.judge(contract, readJson(new URL("exceptions.json", import.meta.url)));
	const faults = results.flatMap((result) => result.faults);
	for (const fault of faults) console.error(`postman: ${fault}`);
	const figures = results.flatMap(({ figure }) => (figure ? [`shown: ${figure}`] : []));
	for (const figure of figures) console.log(`postman: ${figure}`);
	return { faults, figures };
}

const optionsFor = ({ name, content, rows }) => ({
	collection: content,
	environment: environments().find((each) => each.name === "local").content,
	iterationData: rows,
	envVar: [{ key: "baseUrl", value: baseUrl }],
	// A connection that is kept can end in the moment in which the next request is sent on it.
	requestAgents: { http: new Agent({ keepAlive: false }) },
	timeoutRequest: 20_000,
	timeoutScript: 20_000,
	timeout: 300_000,
	reporters: ["cli", "junit"],
	reporter: {
		cli: { noSuccessAssertions: !verbose, noBanner: true, noSummary: !verbose },
		junit: { export: join(reports, `${name}.xml`) },
	},
});

/** The names of the folders of a request and its own. */
function placeOf(item) {
	const folders = [];
	item.forEachParent({}, (folder) => folders.unshift(folder.name));
	return [...folders, item.name].join(" / ");
}

/** What the report shows of a request. */
const entryOf = ({ item, request, response, assertions = [], requestError }, faults) => ({
	place: placeOf(item),
	method: request.method,
	url: request.url.toString(),
	status: response?.code ?? requestError?.message,
	description: request.description?.toString() ?? "",
	sent: request.body?.toString(),
	received: response?.stream,
	checks: [
		...assertions.map(({ assertion, error }) => ({ name: assertion, error: error?.message })),
		...faults.map((fault) => ({ name: "is as the contract says", error: fault })),
	],
});

/** Runs a collection as Postman would; returns how much failed, and the entries of the report. */
function run(collection) {
	const { name } = collection;
	const faults = new Map();
	return new Promise((resolve, reject) => {
		const running = newman.run(optionsFor(collection), (error, summary) => {
			if (error) return reject(error);
			const { stats, failures, executions } = summary.run;
			const all = [...faults.values()].flat();
			for (const fault of all) console.error(`postman: ${name}: ${fault}`);
			console.log(`postman: ${name}: ${stats.requests.total} requests, ${stats.assertions.total} checks`);
			const sent = executions.filter(({ request }) => request);
			const entries = sent.map((execution) => entryOf(execution, faults.get(execution.cursor.ref) ?? []));
			resolve({ name, failed: failures.length + all.length, entries });
		});
		// A script may send requests of its own before and after the one that it belongs to.
		running.on("request", (_, sent) => {
			const { ref } = sent.cursor;
			faults.set(ref, [...(faults.get(ref) ?? []), ...compared(sent)]);
		});
	});
}

const runs = [];
let [faults, figures] = [[], []];
try {
	for (const collection of chosen()) runs.push(await run(collection));
	if (wanted.length === 0) ({ faults, figures } = judged());
} finally {
	// What was chosen does not replace the report of all.
	const report = join(reports, `${wanted.length === 0 ? "report" : wanted.join("-")}.html`);
	writeFileSync(report, page(runs, figures));
	console.log(`postman: all requests and answers: ${report}`);
}
const failures = runs.reduce((sum, { failed }) => sum + failed, faults.length);
if (failures > 0) {
	console.error(`postman: ${failures} failures`);
	process.exit(1);
}
