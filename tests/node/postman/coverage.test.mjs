// What a run has not shown is found, and so is an exception that nothing needs. Run by tests/run-postman.

import assert from "node:assert/strict";
import { test } from "node:test";

import { Contract } from "./answers.mjs";
import { Coverage } from "./coverage.mjs";

const contract = new Contract({
	openapi: "3.1.0",
	paths: {
		"/a": { get: { operationId: "get_a", responses: { 200: {}, 404: {}, 500: {} } } },
		"/b": { get: { operationId: "get_b", responses: { 200: {}, 500: { $ref: "#/components/responses/Fault" } } } },
	},
	components: {
		schemas: { ProblemCode: { enum: ["not_found", "internal"] } },
		responses: { Fault: { content: { json: { schema: { properties: { code: { enum: ["internal"] } } } } } } },
	},
});
const [a, b] = contract.operations;
const none = { statuses: {}, answers: {}, codes: {} };

/** The faults of a run with these answers: operation, status, code. */
function faults(answers, exceptions) {
	const coverage = new Coverage();
	for (const answer of answers) coverage.note(...answer);
	return coverage.judge(contract, { ...none, ...exceptions }).flatMap((result) => result.faults);
}

const all = [[a, 200], [b, 200], [a, 404, "not_found"]];
const excuses = { statuses: { 500: { codes: ["internal"], reason: "why" } }, codes: { internal: "why" } };

test("nothing is wrong if everything is shown or excused", () => assert.deepEqual(faults(all, excuses), []));

test("an operation, an answer and a code that nothing shows are found", () => {
	assert.deepEqual(faults([[a, 200], [a, 404]], excuses), [
		"operations: nothing shows get_b",
		"answers: nothing shows get_b 200",
		"problem codes: nothing shows not_found",
	]);
});

test("a status is excused for the problems alone that its exception names", () => {
	const statuses = { 500: { codes: ["full"], reason: "why" } };
	assert.deepEqual(faults(all, { ...excuses, statuses }), ["answers: nothing shows get_b 500"]);
});

test("a code counts where the contract has no operation", () => {
	assert.deepEqual(faults([[a, 200], [b, 200], [a, 404], [undefined, 404, "not_found"]], excuses), []);
});

test("an exception that is shown, or unknown, is found", () => {
	const answers = { "get_a 404": "why", "get_c 200": "why" };
	assert.deepEqual(faults([...all, [a, 500, "internal"], [b, 500]], { ...excuses, answers }), [
		"answers: get_a 404 is shown: take it off the list of exceptions",
		"answers: the contract has no get_c 200: take it off the list of exceptions",
		"problem codes: internal is shown: take it off the list of exceptions",
		"statuses: nothing needs the exception 500: take it off the list",
	]);
});
