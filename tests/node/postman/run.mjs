// Runs the Postman collections one after another against the sandbox at BASE_URL, and keeps a report of each.
//
// usage: node tests/node/postman/run.mjs FOLDER CONTRACT [--verbose] [COLLECTION…]      FOLDER gets the reports

import { join } from "node:path";
import { promisify } from "node:util";

import newman from "newman";

import { collections, environments } from "./collections.mjs";

const [reports, , ...words] = process.argv.slice(2);
const verbose = words.includes("--verbose");
const wanted = words.filter((word) => word !== "--verbose");

function chosen() {
	const all = collections();
	for (const name of wanted) {
		if (all.some((collection) => collection.name === name)) continue;
		console.error(`postman: there is no collection "${name}", only ${all.map((known) => known.name).join(", ")}`);
		process.exit(2);
	}
	return wanted.length > 0 ? wanted.map((name) => all.find((known) => known.name === name)) : all;
}

/** Runs a collection as Postman would, and returns how many of its checks failed. */
async function run({ name, content }, environment) {
	const summary = await promisify(newman.run)({
		collection: content,
		environment,
		envVar: [{ key: "baseUrl", value: process.env.BASE_URL }],
		timeoutRequest: 20_000,
		timeoutScript: 20_000,
		timeout: 300_000,
		reporters: ["cli", "junit"],
		reporter: {
			cli: { noSuccessAssertions: !verbose, noBanner: true, noSummary: !verbose },
			junit: { export: join(reports, `${name}.xml`) },
		},
	});
	const { requests, assertions } = summary.run.stats;
	console.log(`postman: ${name}: ${requests.total} requests, ${assertions.total} checks`);
	return summary.run.failures.length;
}

const environment = environments().find(({ name }) => name === "local").content;
let failures = 0;
for (const collection of chosen()) failures += await run(collection, environment);
if (failures > 0) {
	console.error(`postman: ${failures} checks failed`);
	process.exit(1);
}
