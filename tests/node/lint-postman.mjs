// Finds what Postman and newman let pass: requests that say or check nothing, addresses and variables that work on
// one machine alone, operations of the contract that no request calls.
//
// usage: node tests/node/lint-postman.mjs [CONTRACT]      (default: openapi/openapi.json)

import { existsSync, readFileSync } from "node:fs";
import { Script } from "node:vm";

const root = new URL("../../", import.meta.url);
const contractFile = process.argv[2] ?? new URL("openapi/openapi.json", root);

/** Operations that no request needs to call: operationId → why. */
const NOT_CALLED = {
	get_log_tile: "the number of a tile has more parts than the template; tests/api/log.rs reads tiles",
};

const METHODS = ["get", "put", "post", "delete", "options", "head", "patch", "trace"];

const faults = [];
const fault = (place, text) => faults.push(`${place}: ${text}`);

function read(file) {
	try {
		return JSON.parse(readFileSync(file, "utf8"));
	} catch (error) {
		console.error(`postman: cannot read ${file}: ${error.message}`);
		process.exit(1);
	}
}

/** Every folder and request with its place, such as `Accounts / Sessions / Log in`. */
function* entries(items, place = []) {
	for (const item of items) {
		const here = [...place, item.name];
		yield { item, place: here.join(" / ") };
		if (item.item) yield* entries(item.item, here);
	}
}

/** The text of an event's script; empty when there is none. */
function script(owner, listen) {
	const events = (owner.event ?? []).filter((event) => event.listen === listen);
	return events.flatMap((event) => event.script.exec).join("\n");
}

const scripts = (owner) => `${script(owner, "prerequest")}\n${script(owner, "test")}`;

/** `{"raw": …}` or a plain string, as Postman allows. */
const address = (request) => request.url.raw ?? request.url;

const matches = (text, pattern) => [...text.matchAll(pattern)].map(([, name]) => name);

function lintNames(items, place) {
	const seen = new Set();
	for (const { name } of items) {
		if (seen.has(name)) fault(place, `the name "${name}" stands twice`);
		seen.add(name);
	}
}

function lintScripts(owner, place) {
	for (const listen of ["prerequest", "test"]) {
		try {
			new Script(`(async () => {${script(owner, listen)}\n})`);
		} catch (error) {
			fault(place, `the ${listen} script is no JavaScript: ${error.message}`);
		}
	}
}

function lintRequest({ name, request, ...item }, place) {
	if (!name?.trim()) fault(place, "a request has no name");
	if (!request.description?.trim()) fault(place, "the request has no description");
	const test = script(item, "test");
	if (!/pm\.test\(/.test(test)) fault(place, "no test (pm.test)");
	if (!/pm\.(expect\(|response\.to\.)/.test(test)) fault(place, "no assertion (pm.expect or pm.response.to)");
	if (!/^\{\{\w+\}\}/.test(address(request))) fault(place, `the address begins with no variable: ${address(request)}`);
	lintFiles(request, place);
	const sent = JSON.stringify([request.url, request.header, request.body, request.auth]);
	for (const url of sent.match(/\bhttps?:\/\/[^"\s\\]*/g) ?? []) fault(place, `an absolute address: ${url}`);
}

/** A file of a body that is not there is sent as nothing. */
function lintFiles({ body }, place) {
	const files = [body?.file, ...(body?.formdata ?? [])].map((part) => part?.src).filter(Boolean);
	for (const file of files.flat()) if (!existsSync(new URL(file, root))) fault(place, `there is no file ${file}`);
}

/** Variables must come from the environment, the collection or a script. */
function lintVariables(collection, environment) {
	const all = [{ item: collection, place: "collection" }, ...entries(collection.item)];
	const set = all.flatMap(({ item }) => matches(scripts(item), scriptUse("set")));
	const given = [...environment.values, ...(collection.variable ?? [])].map(({ key }) => key);
	const known = new Set([...set, ...given]);
	const used = new Set();
	for (const { item, place } of all) {
		const sent = JSON.stringify([item.request, item.auth]).replaceAll("{{$", "");
		const names = [...matches(sent, /\{\{([^{}]+)\}\}/g), ...matches(scripts(item), scriptUse("get"))];
		for (const name of new Set(names)) {
			used.add(name);
			if (!known.has(name)) fault(place, `nothing sets the variable "${name}"`);
		}
	}
	for (const name of given) if (!used.has(name)) fault("variables", `nothing uses "${name}"`);
}

/** Where a script gets or sets a variable; headers and queries are got in the same words. */
const scriptUse = (verb) => new RegExp(`\\b(?:v|collectionV|globalV)ariables\\.${verb}\\(\\s*"(\\w+)"`, "g");

/** The operation that a request calls: the most literal path template that fits. */
function operationOf(request, operations) {
	const path = address(request).replace(/^\{\{baseUrl\}\}|\?.*$/g, "").split("/");
	const fits = ({ method, template }) =>
		method === request.method.toLowerCase() &&
		template.length === path.length &&
		template.every((part, i) => part === path[i] || (part.startsWith("{") && path[i] !== ""));
	const holes = ({ template }) => template.filter((part) => part.startsWith("{")).length;
	return operations.filter(fits).sort((a, b) => holes(a) - holes(b))[0];
}

function lintCoverage(requests, contract) {
	const operations = Object.entries(contract.paths).flatMap(([path, item]) =>
		METHODS.filter((method) => item[method]).map((method) => ({
			method,
			path,
			template: path.split("/"),
			id: item[method].operationId,
		})),
	);
	const called = new Set(requests.map(({ item }) => operationOf(item.request, operations)?.id));
	for (const { id, method, path } of operations) {
		const excused = id in NOT_CALLED;
		if (!called.has(id) && !excused) fault("contract", `no request calls ${id} (${method.toUpperCase()} ${path})`);
		if (called.has(id) && excused) fault("NOT_CALLED", `${id} is called: take it off the list`);
	}
	for (const id of Object.keys(NOT_CALLED)) {
		if (!operations.some((operation) => operation.id === id)) fault("NOT_CALLED", `the contract has no ${id}`);
	}
	return operations.length;
}

const collection = read(new URL("postman/cazier.postman_collection.json", root));
const environment = read(new URL("postman/local.postman_environment.json", root));
const contract = read(contractFile);

if (!collection.info.schema.includes("/v2.1.")) fault("collection", "not in the format 2.1");
lintScripts(collection, "collection");
lintNames(collection.item, "collection");
for (const { item, place } of entries(collection.item)) {
	lintScripts(item, place);
	if (item.item) {
		if (!item.description?.trim()) fault(place, "the folder has no description");
		lintNames(item.item, place);
	} else {
		lintRequest(item, place);
	}
}
lintVariables(collection, environment);
const requests = [...entries(collection.item)].filter(({ item }) => item.request);
const operations = lintCoverage(requests, contract);

for (const text of faults) console.error(`postman: ${text}`);
if (faults.length > 0) process.exit(1);
console.log(`postman: ${requests.length} requests call all of ${operations} operations; nothing to complain about`);
