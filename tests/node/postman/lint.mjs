// Finds what Postman and newman let pass: requests that say or check nothing, addresses and variables that work on
// one machine alone, paths that the authorization server does not have, and what no request calls: operations of the
// contract, endpoints of the authorization server.
//
// usage: node tests/node/postman/lint.mjs [CONTRACT]      (default: openapi/openapi.json)

import { Script } from "node:vm";

import { endpoints, isOfServer } from "./authorization-server.mjs";
import { collections, entries, environments, readJson } from "./collections.mjs";
import { operationAt, operationsOf } from "./contract.mjs";

const contractFile = process.argv[2] ?? new URL("../../../openapi/openapi.json", import.meta.url);

const faults = [];
const fault = (place, text) => faults.push(`${place}: ${text}`);

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
			// Postman's scripts are functions, and not asynchronous ones.
			new Script(`(() => {${script(owner, listen)}\n})`);
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

/** A file is found in one folder alone, and elsewhere sent as nothing: bodies stand in the collection. */
function lintFiles({ body }, place) {
	const files = [body?.file, ...(body?.formdata ?? [])].filter((part) => part?.src !== undefined);
	for (const { src } of files) fault(place, `a body from the file ${src}`);
}

/** Environments differ in their values alone, and hold what the collections use. */
function lintEnvironments(all) {
	const [first, ...others] = environments().map(({ name, content }) => ({ name, keys: content.values.map(({ key }) => key) }));
	for (const { name, keys } of others)
		if (keys.join() !== first.keys.join()) fault(name, `not the variables of ${first.name}: ${first.keys.join(", ")}`);
	const used = new Set(all.flatMap((collection) => [...lintVariables(collection, first.keys)]));
	for (const key of first.keys) if (!used.has(key)) fault(first.name, `nothing uses "${key}"`);
}

/** Variables must come from the environment, the collection or its scripts. Returns those that are used. */
function lintVariables({ name: its, content }, given) {
	const all = [{ item: content, place: its }, ...entries(content.item, [its])];
	const set = all.flatMap(({ item }) => matches(scripts(item), scriptUse("set")));
	const own = (content.variable ?? []).map(({ key }) => key);
	const known = new Set([...set, ...given, ...own]);
	const used = new Set();
	for (const { item, place } of all) {
		const sent = JSON.stringify([item.request, item.auth]).replaceAll("{{$", "");
		const names = [...matches(sent, /\{\{([^{}]+)\}\}/g), ...matches(scripts(item), scriptUse("get"))];
		for (const name of new Set(names)) {
			used.add(name);
			if (!known.has(name)) fault(place, `nothing sets the variable "${name}"`);
		}
	}
	for (const name of own) if (!used.has(name)) fault(its, `nothing uses "${name}"`);
	return used;
}

/** Where a script gets or sets a variable; headers and queries are got in the same words. */
const scriptUse = (verb) => new RegExp(`\\b(?:v|collectionV|globalV)ariables\\.${verb}\\(\\s*"(\\w+)"`, "g");

/** Where a request goes, below the address of the API. */
const pathOf = (request) => address(request).replace(/^\{\{baseUrl\}\}|\?.*$/g, "");

/** The operation that a request calls. */
const operationOf = (request, operations) => operationAt(operations, request.method, pathOf(request));

function lintCoverage(requests, operations) {
	const called = new Set(requests.map((request) => operationOf(request, operations)?.id));
	for (const { id, method, path } of operations)
		if (!called.has(id)) fault("contract", `no request calls ${id} (${method.toUpperCase()} ${path})`);
}

/** The contract leaves the authorization server to the standards: its endpoints are known all the same, and each is called. */
function lintEndpoints(all, operations) {
	const called = new Set();
	for (const { item, place } of all.flatMap(({ name, content }) => [...entries(content.item, [name])])) {
		if (!item.request || !isOfServer(pathOf(item.request))) continue;
		const endpoint = operationOf(item.request, [...operations, ...endpoints]);
		if (!endpoint) fault(place, `the authorization server has no ${item.request.method} ${pathOf(item.request)}`);
		called.add(endpoint?.id);
	}
	for (const { id } of endpoints) if (!called.has(id)) fault("authorization server", `no request calls ${id}`);
}

function lintCollection({ name, content }) {
	if (!content.info.schema.includes("/v2.1.")) fault(name, "not in the format 2.1");
	if (!content.info.description?.trim()) fault(name, "the collection has no description");
	lintScripts(content, name);
	lintNames(content.item, name);
	for (const { item, place } of entries(content.item, [name])) {
		lintScripts(item, place);
		if (item.item) {
			if (!item.description?.trim()) fault(place, "the folder has no description");
			lintNames(item.item, place);
		} else {
			lintRequest(item, place);
		}
	}
}

const all = collections();
for (const collection of all) lintCollection(collection);
lintEnvironments(all);
const operations = operationsOf(readJson(contractFile));
const requests = all.flatMap(({ content }) => [...entries(content.item)]).flatMap(({ item }) => item.request ?? []);
lintCoverage(requests, operations);
lintEndpoints(all, operations);

for (const text of faults) console.error(`postman: ${text}`);
if (faults.length > 0) process.exit(1);
console.log(`postman: ${requests.length} requests call all of ${operations.length} operations and ${endpoints.length} endpoints; nothing to complain about`);
