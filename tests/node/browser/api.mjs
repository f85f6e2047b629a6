// The API as a program calls it, which keeps cookies as a browser does.

import assert from "node:assert/strict";
import { places } from "./browser.mjs";

const PASSWORD = "trei cai albi pe deal";

/** The API as a program calls it. */
export class Api {
	constructor(request) {
		this.request = request;
		this.headers = {};
	}

	async send(method, path, data, status = 200) {
		const answer = await this.request.fetch(`${places.api}${path}`, { method, data, headers: this.headers });
		assert.equal(answer.status(), status, `${method} ${path}: ${await answer.text()}`);
		return status === 204 ? undefined : answer.json();
	}

	async mailedToken(email) {
		for (let tries = 0; tries < 200; tries++) {
			const { items } = await this.send("GET", `/sandbox/mailbox?to=${email}`);
			if (items.length > 0) return items[0].text.match(/token=(\S+)/)[1];
			await new Promise((resolve) => setTimeout(resolve, 50));
		}
		throw new Error(`no mail to ${email}`);
	}

	/** Opens an account, logs in, and proves to be this test person. */
	async become(person) {
		const email = `${crypto.randomUUID()}@example.ro`;
		await this.send("POST", "/v1/accounts", { email, password: PASSWORD }, 202);
		await this.send("POST", "/v1/accounts/confirm-email", { token: await this.mailedToken(email), password: PASSWORD });
		const { access_token } = await this.send("POST", "/v1/sessions", { email, password: PASSWORD }, 201);
		this.headers = { authorization: `Bearer ${access_token}` };
		const wish = { method: "ghiseul", return_url: `${places.api}/sandbox/returned` };
		const { redirect_url } = await this.send("POST", "/v1/identity-verifications", wish, 201);
		const back = await this.request.get(`${redirect_url}&login_hint=${person}:success`);
		assert.match(back.url(), /status=verified/);
	}
}
