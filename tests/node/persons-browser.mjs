// The browser of a person who signs in, played with `fetch`: it keeps cookies, and fills in the Hub's two pages.

/** A browser profile of its own. */
export class PersonsBrowser {
	#jar = new Map();

	/** Opens an address, or sends a form to it; follows no redirect. */
	async browse(url, form) {
		const headers = { cookie: [...this.#jar].map(([name, value]) => `${name}=${value}`).join("; ") };
		const body = form && new URLSearchParams(form);
		const answer = await fetch(url, { method: form ? "POST" : "GET", headers, body, redirect: "manual" });
		for (const cookie of answer.headers.getSetCookie()) {
			const [name, value] = cookie.split(";")[0].split("=");
			this.#jar.set(name, value);
		}
		return answer;
	}

	/** Opens a request for authorization, logs in and agrees; returns where the Hub then sends the browser. */
	async agree(address, issuer, { email, password }) {
		const page = await (await this.browse(address)).text();
		const request = page.match(/name="request" value="([^"]+)"/)[1];
		const consent = await (await this.browse(new URL("/oauth/log-in", issuer), { request, email, password })).text();
		const log_in = consent.match(/name="log_in" value="([^"]+)"/)[1];
		const done = await this.browse(new URL("/oauth/consent", issuer), { request, log_in, decision: "allow" });
		return new URL(done.headers.get("location"));
	}
}
