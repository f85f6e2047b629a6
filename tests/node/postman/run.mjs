// Runs the Postman collections one after another against the sandbox at BASE_URL, compares each answer with the
// contract, and keeps reports.
//
// usage: node tests/node/postman/run.mjs FOLDER CONTRACT [--verbose] [COLLECTION…]      FOLDER gets the reports

import { Agent } from "node:http";
import { join } from "node:path";

import newman from "newman";

import { Contract } from "./answers.mjs";
import { Coverage } from "./coverage.mjs";
import { collections, environments, readJson } from "./collections.mjs";

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
	return wanted.length > 0 ? wanted.map((name) => all.find((known) => known.name === name)) : all;
}

/** Notes an answer, and returns what the contract says against it; nothing if it does not know the operation. */
function compared({ request, response, item }) {
	if (!response || !request.url.toString().startsWith(baseUrl)) return [];
	const called = contract.operationOf(request.method, request.url.getPath());
	const body = response.stream ?? Buffer.alloc(0);
	coverage.note(called, response.code, response.code >= 400 ? codeOf(body) : undefined);
	if (!called) return [];
	const headers = new Map(response.headers.map(({ key, value }) => [key.toLowerCase(), value]));
	const answer = { method: request.method, status: response.code, headers: lookUp(headers), body };
	return contract
		.faults(called, answer)
		.map((fault) => `${item.name}: ${request.method} ${called.path} answered ${response.code}: ${fault}`);
}

const lookUp = (headers) => ({ get: (name) => headers.get(name.toLowerCase()) });

/** The code of a problem document. */
function codeOf(body) {
	try {
		return JSON.parse(body.toString("utf8")).code;
	} catch {
		return undefined;
	}
}

/** Says what the whole run has shown, and returns how much of the contract it has not. */
function judged() {
	const results = coverage.judge(contract, readJson(new URL("exceptions.json", import.meta.url)));
	const faults = results.flatMap((result) => result.faults);
	for (const fault of faults) console.error(`postman: ${fault}`);
	for (const { figure } of results) if (figure) console.log(`postman: shown: ${figure}`);
	return faults.length;
}

/** Runs a collection as Postman would, and returns how much failed. */
function run({ name, content, rows }, environment) {
	const faults = [];
	const options = {
		collection: content,
		environment,
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
	};
	return new Promise((resolve, reject) => {
		const running = newman.run(options, (error, summary) => {
			if (error) return reject(error);
			const { requests, assertions } = summary.run.stats;
			for (const fault of faults) console.error(`postman: ${name}: ${fault}`);
			console.log(`postman: ${name}: ${requests.total} requests, ${assertions.total} checks`);
			resolve(summary.run.failures.length + faults.length);
		});
		running.on("request", (_, sent) => faults.push(...compared(sent)));
	});
}

const environment = environments().find(({ name }) => name === "local").content;
let failures = 0;
for (const collection of chosen()) failures += await run(collection, environment);
if (wanted.length === 0) failures += judged();
if (failures > 0) {
	console.error(`postman: ${failures} failures`);
	process.exit(1);
}
