// What the tests of sign in with the Hub share: a registered client, a person with an account.

import assert from "node:assert/strict";
import { createHash, randomUUID } from "node:crypto";
import { totp } from "./totp.mjs";

/** The challenge of a PKCE verifier. */
export const challenge = (verifier) => createHash("sha256").update(verifier).digest("base64url");

async function post(api, path, body, headers = {}) {
	const answer = await fetch(`${api}${path}`, {
		method: "POST",
		headers: { "content-type": "application/json", ...headers },
		body: JSON.stringify(body),
	});
	assert.ok(answer.ok, `${path}: ${answer.status} ${await answer.clone().text()}`);
	return answer.json();
}

let operator;

/** Registers a client as the operator of the sandbox, who logs in once. */
export async function registerClient(api, client) {
	operator ??= await logInOperator(api);
	const named = { name: "Portalul orașului", contact: "it@city.example", ...client };
	return post(api, "/v1/clients", named, { authorization: `Bearer ${operator}` });
}

/** Gives a client these keys, by which it proves itself from then on. */
export async function setKeys(api, id, keys) {
	const headers = { "content-type": "application/json", authorization: `Bearer ${operator}` };
	const answer = await fetch(`${api}/v1/clients/${id}/jwks`, { method: "PUT", headers, body: JSON.stringify({ keys }) });
	assert.ok(answer.ok, `${answer.status} ${await answer.clone().text()}`);
}

/** Registers one of the sandbox's own clients again, with other addresses. */
export async function moveClient(api, client) {
	operator ??= await logInOperator(api);
	const headers = { authorization: `Bearer ${operator}` };
	const removed = await fetch(`${api}/v1/clients/${client.id}`, { method: "DELETE", headers });
	assert.equal(removed.status, 204, await removed.text());
	return registerClient(api, client);
}

async function logInOperator(api) {
	const { items } = await (await fetch(`${api}/sandbox/officers`)).json();
	const { email, password, totp } = items.find(({ role }) => role === "operator");
	return (await post(api, "/v1/sessions", { email, password, totp })).access_token;
}

/** Somebody with an account and a password. */
export async function person(api) {
	const [email, password] = [`${randomUUID()}@example.ro`, "trei cai albi pe deal"];
	await post(api, "/v1/accounts", { email, password });
	for (let tries = 0; tries < 200; tries++) {
		const { items } = await (await fetch(`${api}/sandbox/mailbox?to=${email}`)).json();
		if (items.length > 0) {
			const token = items[0].text.match(/token=(\S+)/)[1];
			await post(api, "/v1/accounts/confirm-email", { token, password });
			return { email, password };
		}
		await new Promise((resolve) => setTimeout(resolve, 50));
	}
	throw new Error(`no mail to ${email}`);
}

/**
 * Somebody with an account and a password who has proved to be this citizen at Ghișeul, and whose account asks for a second factor;
 * `request` keeps the cookies of the proof.
 */
export async function citizenWithSecondFactor(api, request) {
	const account = await person(api);
	const { access_token } = await post(api, "/v1/sessions", account);
	const headers = { authorization: `Bearer ${access_token}` };
	const { id: citizen } = await post(api, "/sandbox/persons", {});
	const wish = { method: "ghiseul", return_url: `${api}/sandbox/returned` };
	const begun = await request.post(`${api}/v1/identity-verifications`, { data: wish, headers: { origin: api, ...headers } });
	const back = await request.get(`${(await begun.json()).redirect_url}&login_hint=${citizen}:success`);
	assert.match(back.url(), /status=verified/);
	const { secret } = await post(api, "/v1/accounts/me/totp", { current_password: account.password }, headers);
	const { recovery_codes: codes } = await post(api, "/v1/accounts/me/totp/confirm", { totp: totp(secret) }, headers);
	return { ...account, citizen, codes };
}
