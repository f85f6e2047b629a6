// The script of the sample front end: forms call an operation, places show an answer. Which, the page says in `data-`.
"use strict";
{
	const SESSION = "access_token";
	const GOAL = "goal";
	const element = (id) => document.getElementById(id);
	const make = (name, ...children) => {
		const made = document.createElement(name);
		made.append(...children);
		return made;
	};
	const reveal = (id) => {
		if (element(id)) element(id).hidden = false;
		return element(id);
	};

	const parameters = (text) => Object.fromEntries(new URLSearchParams(text));
	const { token, next } = parameters(location.hash.slice(1));
	const came = parameters(location.search);
	// Tokens and codes must not stay in the history of a borrowed computer.
	if (token || next || location.search) history.replaceState(null, "", location.pathname);
	// Only to pages of this host.
	if (/^\/[a-z]/.test(next ?? "")) sessionStorage.setItem(GOAL, next);

	const send = (method, path, body) => {
		const headers = { "accept-language": document.documentElement.lang };
		const session = sessionStorage.getItem(SESSION);
		if (session) headers.authorization = `Bearer ${session}`;
		if (body) headers["content-type"] = "application/json";
		return fetch(path, { method, headers, credentials: "include", body: body && JSON.stringify(body) });
	};

	// A session that has ended is forgotten, and the operation asked without one.
	const ask = async (method, path, body) => {
		const answer = await send(method, path, body);
		if (answer.status !== 401 || !sessionStorage.getItem(SESSION)) return answer;
		const { code } = await answer.clone().json();
		if (code !== "unauthenticated") return answer;
		sessionStorage.removeItem(SESSION);
		return ask(method, path, body);
	};

	const tell = (...children) => {
		const failure = reveal("failure");
		failure?.replaceChildren(...children);
		failure?.focus();
	};
	const refused = async (answer) => {
		const { title, detail, code, errors = [] } = await answer.json();
		tell(make("h2", title), make("p", detail), ...errors.map(({ message }) => make("p", message)), make("code", code));
		if (code === "second_factor_required") reveal("exchange");
		if (answer.status !== 401 || code !== "unauthenticated") return;
		const here = location.pathname + (token ? `#token=${token}` : "");
		const link = reveal("log-in")?.querySelector("a");
		if (link) link.href = `${link.pathname}#next=${encodeURIComponent(here)}`;
	};
	// Returns the answer if it is a success; tells the person otherwise.
	const accepted = async (method, path, body) => {
		try {
			const answer = await ask(method, path, body);
			if (answer.ok) return answer;
			await refused(answer);
		} catch {
			tell(make("p", element("failure")?.dataset.unreachable ?? ""));
		}
		return null;
	};

	const bodyOf = (form) => {
		const body = form.dataset.token === undefined ? {} : { token };
		for (const field of form.elements) {
			if (!field.name || field.disabled) continue;
			if (field.dataset.here !== undefined) body[field.name] = location.origin + location.pathname;
			else if (field.type === "checkbox") body[field.name] = field.checked;
			else if (field.dataset.number !== undefined) body[field.name] = Number(field.value);
			else if (field.value !== "") body[field.name] = field.value;
		}
		return body;
	};

	const THEN = {
		done: (form) => {
			form.hidden = true;
			reveal("done");
		},
		session: (_, { access_token }) => {
			sessionStorage.setItem(SESSION, access_token);
			const goal = sessionStorage.getItem(GOAL);
			sessionStorage.removeItem(GOAL);
			location.assign(goal ?? "applications/new");
		},
		redirect: (_, { redirect_url }) => location.assign(redirect_url),
		application: (_, { id }) => location.assign(id),
		reload: () => location.reload(),
	};

	for (const form of document.querySelectorAll("form[data-call]")) {
		form.addEventListener("submit", async (event) => {
			event.preventDefault();
			const failure = element("failure");
			if (failure) failure.hidden = true;
			const answer = await accepted("POST", form.dataset.call, bodyOf(form));
			if (!answer) return;
			THEN[form.dataset.then](form, answer.status === 204 ? {} : await answer.json());
		});
	}

	const shown = (value) => {
		if (Array.isArray(value)) return make("ul", ...value.map((item) => make("li", shown(item))));
		if (value === null || typeof value !== "object") return String(value);
		const given = Object.entries(value).filter(([, member]) => member !== null);
		return make("dl", ...given.flatMap(([name, member]) => [make("dt", name), make("dd", shown(member))]));
	};
	// An application leads to its certificate, a certificate to its verification.
	const lead = ({ certificate, registration_number, control_code }) => {
		const link = (id, href) => {
			if (reveal(id)) element(id).href = href;
		};
		if (certificate) link("certificate", `/certificates/${certificate.id}`);
		if (control_code) link("verify", `/verify#${registration_number}.${control_code}`);
	};
	for (const place of document.querySelectorAll("[data-show]")) {
		accepted("GET", place.dataset.show).then(async (answer) => {
			if (!answer) return;
			const value = await answer.json();
			place.replaceChildren(shown(value));
			lead(value);
		});
	}
	for (const list of document.querySelectorAll("[data-options]")) {
		accepted("GET", list.dataset.options).then(async (answer) => {
			const { items, topics } = answer ? await answer.json() : { items: [] };
			list.replaceChildren(...(items ?? topics).map(({ code, label }) => new Option(label, code)));
		});
	}
	for (const button of document.querySelectorAll("[data-file]")) {
		button.addEventListener("click", async () => {
			const answer = await accepted("GET", button.dataset.file);
			if (!answer) return;
			const link = make("a");
			link.href = URL.createObjectURL(await answer.blob());
			link.download = button.dataset.name;
			link.click();
			URL.revokeObjectURL(link.href);
		});
	}

	// What a redirect came back with: a code to exchange, or how it ended.
	if (element("exchange") && came.code) {
		element("exchange").elements.code.value = came.code;
		element("exchange").requestSubmit();
	} else if (Object.keys(came).length > 0) {
		if (came.error) tell(make("p", came.error));
		reveal("came")?.replaceChildren(shown(came));
	}
}
