// A front end's whole walk with the client that is generated from the contract: types alone, no hand-written paths.
//
// usage: node walk.js      BASE_URL names the sandbox

import { strict as assert } from "node:assert";

import createClient, { type Middleware } from "openapi-fetch";

import type { components, paths } from "./schema.js";

type Form = components["schemas"]["SignatureForm"];

const baseUrl = process.env.BASE_URL;
assert(baseUrl, "BASE_URL names the sandbox");

const password = "trei cai albi pe deal";
const email = `walk.${Date.now()}@example.ro`;
let accessToken: string | undefined;
let cookie = "";

const bearer: Middleware = {
	onRequest({ request }) {
		if (accessToken) request.headers.set("authorization", `Bearer ${accessToken}`);
	},
	// A browser keeps the cookie that binds a redirect by itself; Node.js does not.
	onResponse({ response }) {
		const set = response.headers.getSetCookie().find((each) => each.startsWith("cazier_browser="));
		if (set) cookie = set.split(";")[0] ?? "";
	},
};

const api = createClient<paths>({ baseUrl });
api.use(bearer);

/** The content of an answer that must have succeeded. */
function content<T>(answer: { data?: T; error?: unknown; response: Response }): T {
	const { data, error, response } = answer;
	assert(response.ok, `${response.url}: ${response.status} ${JSON.stringify(error)}`);
	return data as T;
}

/** The newest mail to the address that has a token; the mailbox is the sandbox's, not of the contract. */
async function tokenFromMail(): Promise<string> {
	for (let attempt = 0; attempt < 100; attempt += 1) {
		const mailbox = await fetch(`${baseUrl}/sandbox/mailbox?to=${encodeURIComponent(email)}`);
		const token = /token=([\w-]+)/.exec(await mailbox.text())?.[1];
		if (token) return token;
		await new Promise((resolve) => setTimeout(resolve, 100));
	}
	return assert.fail("no mail came");
}

/** Follows redirects as a browser would, up to the one to this prefix. */
async function followTo(url: string, prefix: string): Promise<URL> {
	const headers = url.startsWith(`${baseUrl}/`) ? { cookie } : {};
	const answer = await fetch(url, { redirect: "manual", headers });
	const next = answer.headers.get("location");
	assert(next, `${url} redirects nowhere: ${answer.status}`);
	return next.startsWith(prefix) ? new URL(next) : followTo(next, prefix);
}

async function register() {
	const registered = content(await api.POST("/v1/accounts", { body: { email, password } }));
	assert.equal(registered.status, "confirmation_sent");
	content(await api.POST("/v1/accounts/confirm-email", { body: { token: await tokenFromMail(), password } }));
	const tokens = content(await api.POST("/v1/sessions", { body: { email, password } }));
	accessToken = tokens.access_token;
}

async function proveIdentity() {
	const returnUrl = "http://localhost:3000/done";
	const begun = content(
		await api.POST("/v1/identity-verifications", { body: { method: "ghiseul", return_url: returnUrl } }),
	);
	assert(begun.redirect_url);
	const back = await followTo(`${begun.redirect_url}&login_hint=clean:success`, returnUrl);
	assert.equal(back.searchParams.get("status"), "verified");
	const path = { id: begun.id };
	const shown = content(await api.GET("/v1/identity-verifications/{id}", { params: { path } }));
	assert.equal(shown.status, "verified");
}

async function apply() {
	const service = "criminal-record-certificate";
	const prefill = content(await api.GET("/v1/applications/prefill", { params: { query: { service } } }));
	assert(prefill.fields.family_name.value);
	const body = { service, reason: "employment", declaration: true as const };
	const first = await api.POST("/v1/applications", { body });
	const application = content(first);
	assert.equal(first.response.status, 201);
	assert(application.certificate);
	const again = await api.POST("/v1/applications", { body });
	assert.equal(again.error?.code, "already_applied_today");
	return application.certificate;
}

/** Fetches the files of a certificate as octets. */
async function fetchFiles(id: string) {
	const params = { path: { id } };
	const blob = { params, parseAs: "blob" } as const;
	return {
		payload: content(await api.GET("/v1/certificates/{id}/payload", blob)),
		signature: content(await api.GET("/v1/certificates/{id}/signature", blob)),
		document: content(await api.GET("/v1/certificates/{id}/document", blob)),
		container: content(await api.GET("/v1/certificates/{id}/container", blob)),
	};
}

/** Uploads files for verification. */
async function verifyFiles(files: Record<string, Blob>) {
	const bodySerializer = () => {
		const form = new FormData();
		for (const [name, file] of Object.entries(files)) form.set(name, file, name);
		return form;
	};
	const body = {} as Form;
	return content(await api.POST("/v1/verify/signature", { body, bodySerializer }));
}

async function verify(certificate: components["schemas"]["Certificate"]) {
	const { registration_number, control_code } = certificate;
	const number = await api.POST("/v1/verify", { body: { registration_number, control_code } });
	assert.equal(content(number).outcome, "valid");
	const { payload, signature, document, container } = await fetchFiles(certificate.id);
	assert.equal(Buffer.from(await document.slice(0, 5).arrayBuffer()).toString(), "%PDF-");
	for (const files of [{ payload, signature }, { document }, { container }]) {
		assert.equal((await verifyFiles(files)).outcome, "valid");
	}
}

async function refuseWrongInput() {
	const body = { registration_number: "?", control_code: "8F3K-Q2ZD-7M4T-XW9A" };
	const { error, response } = await api.POST("/v1/verify", { body });
	assert.equal(response.status, 422);
	assert.equal(error?.code, "invalid_input");
	assert.equal(error?.errors?.[0]?.pointer, "/registration_number");
}

type Verify = components["schemas"]["VerifyRequest"];
type Decide = components["schemas"]["DecideCounterVerificationRequest"];

/** What the rules between fields refuse has no type: the compiler says so before the service does. */
export const refused = [
	// @ts-expect-error Something accompanies the number.
	{ registration_number: "CJ-2026-7K3M-Q9ZD-T" } satisfies Verify,
	// @ts-expect-error Who rejects says why.
	{ decision: "reject" } satisfies Decide,
];

await register();
await proveIdentity();
await verify(await apply());
await refuseWrongInput();
content(await api.DELETE("/v1/sessions/current"));
const after = await api.GET("/v1/accounts/me");
assert.equal(after.error?.code, "unauthenticated");
console.log("TypeScript: the whole walk, files included");
