// The reference: Swagger UI on this installation's contract. In a sandbox, a form logs in as a test person, by the same redirect
// as a front end, or as an officer; the token is used for the requests that are tried.
"use strict";

const form = document.getElementById("log-in");
const said = document.getElementById("logged-in");
const SESSION = "cazier.reference";

/** Swagger UI has colours for the night, which this class turns on. */
function followColours() {
	const dark = matchMedia("(prefers-color-scheme: dark)");
	const follow = () => document.documentElement.classList.toggle("dark-mode", dark.matches);
	dark.addEventListener("change", follow);
	follow();
}

async function ask(path, body) {
	const answer = await fetch(path, {
		method: body ? "POST" : "GET",
		headers: { "accept-language": "en", ...(body && { "content-type": "application/json" }) },
		body: body && JSON.stringify(body),
	});
	const content = await answer.json();
	if (!answer.ok) throw new Error(content.detail ?? content.title ?? `${answer.status}`);
	return content;
}

/** The session of this tab, unless it is over. */
function session() {
	const kept = JSON.parse(sessionStorage.getItem(SESSION) ?? "null");
	return kept?.until > Date.now() ? kept : null;
}

function keep(who, { access_token, expires_in }) {
	sessionStorage.setItem(SESSION, JSON.stringify({ who, token: access_token, until: Date.now() + expires_in * 1000 }));
}

/** Uses the session for the requests that are tried. */
function use(ui) {
	const { who, token, until } = session() ?? {};
	if (!token) return;
	ui.preauthorizeApiKey("bearer", token);
	const time = new Date(until).toLocaleTimeString("en-GB", { hour: "2-digit", minute: "2-digit" });
	said.textContent = `Requests are sent as ${who}, until ${time}.`;
}

/** Sends the browser away to log in as a test person; it comes back here with a code. */
async function logInAsPerson(id, who) {
	sessionStorage.setItem(`${SESSION}.who`, who);
	sessionStorage.setItem(`${SESSION}.at`, location.hash);
	const { redirect_url } = await ask("/v1/sessions/redirect", { method: "ghiseul", return_url: `${location.origin}/docs/` });
	location.assign(`${redirect_url}&login_hint=${encodeURIComponent(`${id}:success`)}`);
}

/** Logs in as an officer, with the next code of their authenticator. */
async function logInAsOfficer(email, who) {
	const { items } = await ask("/sandbox/officers");
	const { password, totp } = items.find((officer) => officer.email === email);
	keep(who, await ask("/v1/sessions", { email, password, totp }));
}

/** Exchanges the code that the browser came back with. */
async function comeBack() {
	const code = new URLSearchParams(location.search).get("code");
	if (!code) return;
	history.replaceState(null, "", `/docs/${sessionStorage.getItem(`${SESSION}.at`) ?? ""}`);
	keep(sessionStorage.getItem(`${SESSION}.who`), await ask("/v1/sessions/exchange", { code }));
}

/** Lists who one can log in as. */
async function fill() {
	const [persons, officers] = await Promise.all([ask("/sandbox/persons"), ask("/sandbox/officers")]);
	const who = document.getElementById("who");
	const group = (label, options) => {
		const group = Object.assign(document.createElement("optgroup"), { label });
		group.append(...options);
		who.append(group);
	};
	const person = ({ id, given_name, family_name, purpose }) => {
		const option = new Option(`${given_name} ${family_name}: ${purpose}`, id);
		option.dataset.who = `${given_name} ${family_name}`;
		return option;
	};
	const officer = ({ email, role, office }) => {
		const option = new Option(`${email}: ${role}${office ? ` at ${office}` : ""}`, email);
		option.dataset.who = email;
		option.dataset.staff = role;
		return option;
	};
	group("Test persons", persons.items.map(person));
	group("Officers and operators", officers.items.map(officer));
	form.hidden = false;
}

/** Does this, and says what went wrong. */
async function attempt(work) {
	try {
		await work();
	} catch (error) {
		said.textContent = `This did not work: ${error.message}`;
	}
}

/** Finds operations by path, name and summary too, and makes no links inside of buttons, which screen readers cannot reach. */
const findable = ({ React }) => ({
	components: { DeepLink: ({ text }) => React.createElement("span", null, text) },
	fn: {
		opsFilter: (groups, phrase) => {
			const wanted = phrase.toLowerCase();
			const isIn = (text) => String(text ?? "").toLowerCase().includes(wanted);
			const fits = (operation) =>
				[operation.get("path"), ...["operationId", "summary"].map((name) => operation.getIn(["operation", name]))].some(isIn);
			const left = (group, tag) => (isIn(tag) ? group : group.update("operations", (operations) => operations.filter(fits)));
			return groups.map(left).filter((group) => group.get("operations").size > 0);
		},
	},
});

/** Names what Swagger UI leaves without a name, and lets the keyboard reach what scrolls. */
function mend() {
	for (const button of document.querySelectorAll(".copy-to-clipboard > button:not([aria-label])")) {
		button.setAttribute("aria-label", "Copy");
	}
	for (const block of document.querySelectorAll("pre.microlight:not([tabindex])")) block.tabIndex = 0;
	for (const field of document.querySelectorAll(".opblock :is(input, select, textarea):not([aria-label])")) {
		if (field.labels.length > 0) continue;
		const name = field.closest("tr")?.querySelector(".parameter__name")?.firstChild?.textContent;
		field.setAttribute("aria-label", name ?? (field.matches("textarea") ? "Request body" : "Value"));
	}
	const filter = document.querySelector(".operation-filter-input:not([aria-label])");
	filter?.setAttribute("aria-label", "Find an operation");
	filter?.setAttribute("placeholder", "Find by path, name or summary");
}

async function start() {
	followColours();
	if (form) await attempt(comeBack);
	new MutationObserver(mend).observe(document.getElementById("reference"), { childList: true, subtree: true });
	const ui = SwaggerUIBundle({
		url: "/openapi.json",
		dom_id: "#reference",
		deepLinking: true,
		displayRequestDuration: true,
		docExpansion: "list",
		filter: true,
		plugins: [findable],
		defaultModelsExpandDepth: 0,
		requestSnippetsEnabled: true,
		syntaxHighlight: { theme: "obsidian" },
		tryItOutEnabled: Boolean(form),
		onComplete: () => form && use(ui),
	});
	if (!form) return;
	form.addEventListener("submit", (event) => {
		event.preventDefault();
		const [option] = document.getElementById("who").selectedOptions;
		const { who, staff } = option.dataset;
		attempt(async () => {
			if (!staff) return logInAsPerson(option.value, who);
			await logInAsOfficer(option.value, who);
			use(ui);
		});
	});
	await attempt(fill);
}

start();
