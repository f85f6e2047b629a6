// Each way in which an answer can differ from the contract is found. Run by tests/run-postman.

import assert from "node:assert/strict";
import { test } from "node:test";

import { Contract } from "./answers.mjs";

const text = { schema: { type: "string" } };
const contract = new Contract({
	openapi: "3.1.0",
	paths: {
		"/v1/things/{id}": {
			get: {
				operationId: "get_thing",
				responses: {
					200: {
						headers: { "X-Request-Id": { ...text, required: true }, Age: { schema: { type: "integer", minimum: 0 } } },
						content: { "application/json": { schema: { $ref: "#/components/schemas/Thing" } } },
					},
					204: { headers: {} },
					404: { $ref: "#/components/responses/NotFound" },
				},
			},
		},
		"/v1/things/newest": { get: { operationId: "get_newest_thing", responses: {} } },
	},
	components: {
		responses: { NotFound: { content: { "application/problem+json": { schema: { $ref: "#/components/schemas/NotFound" } } } } },
		schemas: {
			Thing: {
				type: "object",
				required: ["id"],
				properties: { id: { type: "string" }, parts: { type: "array", items: { $ref: "#/components/schemas/Part" } } },
			},
			Part: { type: "object", properties: { size: { type: ["integer", "null"] } } },
			NotFound: { type: "object", required: ["code"], properties: { code: { type: "string", enum: ["not_found"] } } },
		},
	},
});
const operation = contract.operationOf("GET", "/v1/things/1");

/** What is found in an answer that is right but for this. */
function found({ status = 200, headers = {}, body = { id: "1", parts: [{ size: null }] }, method = "GET" }) {
	const type = status >= 400 ? "application/problem+json" : "application/json; charset=utf-8";
	const sent = new Map(Object.entries({ "Content-Type": type, "X-Request-Id": "a", ...headers }));
	const octets = Buffer.from(typeof body === "string" ? body : JSON.stringify(body));
	return contract.faults(operation, { method, status, headers: sent, body: octets }).join("; ");
}

test("an answer as documented has no fault", () => {
	assert.equal(found({}), "");
	assert.equal(found({ headers: { Age: "5" } }), "");
	assert.equal(found({ status: 204, body: "" }), "");
	assert.equal(found({ status: 404, body: { code: "not_found" } }), "");
	assert.equal(found({ method: "HEAD", body: "" }), "");
});

test("the most literal path is the operation's", () => {
	assert.equal(operation.id, "get_thing");
	assert.equal(contract.operationOf("HEAD", "/v1/things/1").id, "get_thing");
	assert.equal(contract.operationOf("GET", "/v1/things/newest").id, "get_newest_thing");
	assert.equal(contract.operationOf("POST", "/v1/things/1"), undefined);
});

test("a status that is not documented is found", () => assert.match(found({ status: 409 }), /status 409 is not/));

test("a media type that is not documented is found", () => {
	assert.match(found({ headers: { "Content-Type": "text/html" } }), /media type text\/html is not/);
});

test("a header that is missing or wrong is found", () => {
	assert.match(found({ headers: { "X-Request-Id": undefined } }), /header X-Request-Id is missing/);
	assert.match(found({ headers: { Age: "old" } }), /header Age must be integer/);
});

test("a body that differs is found", () => {
	assert.match(found({ body: {} }), /must have required property 'id'/);
	assert.match(found({ body: { id: "1", parts: [{ size: "5" }] } }), /body\/parts\/0\/size must be integer,null/);
	assert.match(found({ body: "no JSON" }), /the body is no JSON/);
	assert.match(found({ status: 204, body: "x" }), /a body that is not documented/);
});

test("a member that nothing names is found", () => {
	assert.match(found({ body: { id: "1", parts: [{ colour: 1 }] } }), /body\/parts\/0\/colour is not documented/);
});

test("a problem of another code is found", () => {
	assert.match(found({ status: 404, body: { code: "gone" } }), /body\/code must be equal to one of the allowed values/);
});
