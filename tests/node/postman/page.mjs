// The report of a run as one page: every request with its answer and its checks. No script, nothing from elsewhere.

const ESCAPES = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };
const escaped = (text) => String(text).replace(/[&<>"]/g, (symbol) => ESCAPES[symbol]);

/** Bodies longer than this are cut: the page is for reading. */
const SHOWN = 4000;

const STYLE = `
body { font: 15px/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 60rem; padding: 0 1rem; color: #1b1b1b }
summary { cursor: pointer; overflow-wrap: anywhere; padding: 0.15rem 0 } pre { background: #f4f4f4; overflow-x: auto; padding: 0.5rem; white-space: pre-wrap }
.failed { color: #a4161a; font-weight: 600 } .place { color: #595959 } ul { margin: 0.25rem 0 }`;

function shown(octets) {
	const text = Buffer.from(octets ?? "").toString("utf8");
	if (text.includes("\uFFFD")) return `${octets.length} octets that are no text`;
	return text.length > SHOWN ? `${text.slice(0, SHOWN)}… (${text.length} characters)` : text;
}

const check = ({ name, error }) =>
	error ? `<li class="failed">${escaped(name)}: ${escaped(error)}</li>` : `<li>${escaped(name)}</li>`;

function entry({ place, method, url, status, description, sent, received, checks }) {
	const failed = checks.some(({ error }) => error);
	return `<details${failed ? " open" : ""}><summary${failed ? ' class="failed"' : ""}>${escaped(place)}
<span class="place">${escaped(method)} ${escaped(url)} → ${escaped(status)}</span></summary>
<p>${escaped(description)}</p><ul>${checks.map(check).join("")}</ul>
${sent ? `<pre>${escaped(shown(sent))}</pre>` : ""}<pre>${escaped(shown(received))}</pre></details>`;
}

/** A page about the runs of collections: each with its name and its entries. */
export function page(runs, figures) {
	const sections = runs.map(({ name, entries }) => {
		const failed = entries.filter(({ checks }) => checks.some(({ error }) => error)).length;
		const told = `${entries.length} requests, ${failed === 0 ? "all as expected" : `${failed} failed`}`;
		return `<h2 id="${escaped(name)}">${escaped(name)}</h2><p>${told}</p>${entries.map(entry).join("\n")}`;
	});
	const list = runs.map(({ name }) => `<li><a href="#${escaped(name)}">${escaped(name)}</a></li>`).join("");
	return `<!doctype html><html lang="en"><meta charset="utf-8"><title>Postman collections</title><style>${STYLE}</style>
<h1>Postman collections</h1><ul>${figures.map((figure) => `<li>${escaped(figure)}</li>`).join("")}</ul>
<nav><ul>${list}</ul></nav>${sections.join("\n")}</html>\n`;
}
