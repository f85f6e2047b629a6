// The script of a page on another site than the Hub's, with no server behind it: npm `openid-client` in the browser, by the guide's own
// `begin` and `end` (docs/guides/sign-in-with-the-hub.md).

import { begin, end } from "guide";
import * as client from "openid-client";

const { hub } = document.documentElement.dataset;
const query = new URLSearchParams(location.search);
const show = (text) => (document.querySelector("[role=status]").textContent = text);

/** Reads the Hub's metadata; with its keys, by which the library also checks the signature of the ID token. */
const city = await client.discovery(new URL(hub), "city-hall", undefined, client.None(), {
	execute: [client.enableNonRepudiationChecks],
});

async function leave() {
	if (query.has("iss") && query.get("iss") !== city.serverMetadata().issuer) throw new Error("another issuer");
	const { address, checks } = await begin(city);
	if (query.has("login_hint")) address.searchParams.set("login_hint", query.get("login_hint"));
	sessionStorage.setItem("checks", JSON.stringify(checks));
	location.assign(address);
}

async function arrive() {
	const tokens = await end(city, new URL(location.href), JSON.parse(sessionStorage.getItem("checks")));
	const { sub, amr } = tokens.claims();
	const next = await client.refreshTokenGrant(city, tokens.refresh_token);
	const { given_name, family_name } = await client.fetchUserInfo(city, next.access_token, sub);
	const headers = { authorization: `Bearer ${next.access_token}` };
	const { items } = await (await fetch(`${hub}/v1/applications`, { headers })).json();
	show(`${given_name} ${family_name}, prin ${amr.join(" ")}, cereri: ${items.length}`);
}

const work = location.pathname === "/cazier/done" ? arrive() : leave();
work.catch((error) => show(`Nu: ${error.error ?? error}`));
