// The list of endpoints is that of the server, and a difference of the metadata from it is found. Run by tests/run-postman.

import assert from "node:assert/strict";
import { readFileSync, readdirSync } from "node:fs";
import { test } from "node:test";

import { endpoints, isOfMetadata, isOfServer, metadataFaults } from "./authorization-server.mjs";
import { operationAt } from "./contract.mjs";

const issuer = "https://hub.example";
const userinfo = { id: "get_userinfo", method: "get", path: "/oauth/userinfo", template: ["", "oauth", "userinfo"] };

const metadata = {
	issuer,
	authorization_endpoint: `${issuer}/oauth/authorize`,
	pushed_authorization_request_endpoint: `${issuer}/oauth/par`,
	token_endpoint: `${issuer}/oauth/token`,
	userinfo_endpoint: `${issuer}/oauth/userinfo`,
	jwks_uri: `${issuer}/oauth/jwks`,
	revocation_endpoint: `${issuer}/oauth/revoke`,
	introspection_endpoint: `${issuer}/oauth/introspect`,
	end_session_endpoint: `${issuer}/oauth/end-session`,
	token_endpoint_auth_methods_supported: ["none"],
};

test("the endpoints are those that the server registers, but for those of the contract", () => {
	const folder = new URL("../../../src/oauth/", import.meta.url);
	const sources = readdirSync(folder).filter((file) => file.endsWith(".rs")).map((file) => readFileSync(new URL(file, folder), "utf8"));
	const routes = sources.flatMap((text) => [...text.matchAll(/#\[(get|post|put|delete|patch)\("([^"]+)"\)\]/g)]);
	const ours = routes.map(([, method, path]) => `${method} ${path}`).filter((id) => isOfServer(id.split(" ")[1]));
	const outside = ours.filter((id) => !id.endsWith(" /oauth/userinfo"));
	assert.deepEqual(endpoints.map(({ id }) => id).sort(), outside.sort());
});

test("a request to an endpoint is known, and to another path is not", () => {
	const at = (method, path) => operationAt(endpoints, method, path)?.id;
	assert.equal(at("GET", "/oauth/authorize"), "get /oauth/authorize");
	assert.equal(at("GET", "/oauth/log-in/ghiseul"), "get /oauth/log-in/{method}");
	assert.equal(at("DELETE", "/oauth/authorize"), undefined);
	assert.equal(at("GET", "/oauth/authorise"), undefined);
	assert.equal(at("GET", "/.well-known/openid"), undefined);
});

test("every path below the server's is its own", () => {
	for (const path of ["/oauth/token", "/oauth/nothing", "/oauth", "/.well-known/anything"]) assert.ok(isOfServer(path), path);
	for (const path of ["/v1/sessions", "/oauthorize", "/sandbox/oauth/token"]) assert.ok(!isOfServer(path), path);
	assert.ok(isOfMetadata("/.well-known/openid-configuration") && !isOfMetadata("/oauth/jwks"));
});

test("nothing is wrong with metadata that name the endpoints", () => assert.deepEqual(metadataFaults(metadata, [userinfo]), []));

test("an endpoint that nobody knows is found, and one that is named elsewhere or not at all", () => {
	const { jwks_uri, ...without } = metadata;
	const wrong = { ...without, token_endpoint: `${issuer}/oauth/revoke`, device_authorization_endpoint: `${issuer}/oauth/device` };
	assert.deepEqual(metadataFaults(wrong, [userinfo]), [
		"the metadata's device_authorization_endpoint is no endpoint: https://hub.example/oauth/device",
		"the metadata's token_endpoint is not post /oauth/token",
		"the metadata's jwks_uri is not get /oauth/jwks",
	]);
	assert.deepEqual(metadataFaults(metadata, []), [
		"the metadata's userinfo_endpoint is no endpoint: https://hub.example/oauth/userinfo",
	]);
});
