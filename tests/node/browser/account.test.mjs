// What a person decides about their own account in the front end (examples/frontend): password, address, second step, who has
// access, the end.

import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { setUp } from "./authenticator.mjs";
import { api, heading, inspect, mailedLink, makePerson, open, press, signInAsOwner } from "./front-end.mjs";

const PASSWORD = "trei cai albi pe deal";
const DESK = { locale: "ro-RO", viewport: { width: 1280, height: 900 } };
const PHONE = { locale: "en-GB", viewport: { width: 400, height: 800 }, hasTouch: true };

/** Signs in through Ghișeul, as the owner who opens a page of their account. */
async function signedIn(path, person = null) {
	const page = await open(path, DESK);
	const owner = person ?? (await makePerson());
	await signInAsOwner(page, owner);
	return { page, person: owner };
}

/** Opens the link of a mail, which opens the page afresh. */
async function openMail(page, email, path) {
	await page.goto("about:blank");
	await page.goto(await mailedLink(email, path));
}

test("a person sets up the second step, keeps the codes, uses one, and removes it again", async () => {
	const { page, person } = await signedIn("/account/second-factor");
	await heading(page, "Al doilea pas la autentificare");
	await page.getByRole("button", { name: "Începeți" }).waitFor();
	await inspect(page, "second-factor-none");
	const { secret, codes } = await setUp(page);
	assert.equal(codes.length, 10);
	const [file] = await Promise.all([page.waitForEvent("download"), press(page, "Salvați-le într-un fișier")]);
	assert.equal(file.suggestedFilename(), "coduri-de-rezerva.txt");
	assert.deepEqual(readFileSync(await file.path(), "utf8").trim().split("\n"), codes);
	await press(page, "Continuați");
	await page.getByRole("alert").getByRole("link", { name: "Confirmați că le-ați păstrat" }).waitFor();
	await inspect(page, "recovery-codes-wrong");
	await page.getByLabel("Le-am păstrat într-un loc sigur").check();
	await press(page, "Continuați");
	await page.getByText("Este activ").waitFor();
	await inspect(page, "second-factor-active");

	// With a recovery code in place of the phone.
	const { page: other } = await signedIn("/account/second-factor", person);
	await heading(other, "Al doilea pas");
	await press(other, "Nu aveți telefonul?");
	await other.getByLabel("Cod de rezervă").fill(codes[0]);
	await inspect(other, "recovery-code");
	await press(other, "Continuați");
	await other.getByText("Coduri de rezervă rămase: 9").waitFor();

	await press(other, "Cereți coduri noi");
	await heading(other, "Păstrați codurile de rezervă");
	assert.ok(!(await other.locator(".codes").innerText()).includes(codes[1]), "other codes than before");
	await other.getByLabel("Le-am păstrat într-un loc sigur").check();
	await press(other, "Continuați");
	await other.getByText("Nu mai doriți al doilea pas?").click();
	await press(other, "Renunțați la al doilea pas");
	await other.getByRole("button", { name: "Începeți" }).waitFor();
	assert.ok(secret);
});

test("who has lost the phone and the codes asks for the removal of the second step, and its owner stops that", async () => {
	const { page, person } = await signedIn("/account/email");
	const email = `${randomUUID()}@example.ro`;
	await page.getByLabel("Adresa de e-mail").fill(email);
	await press(page, "Trimiteți-mi o legătură de confirmare");
	await page.getByText("Deschideți legătura din el").waitFor();
	await inspect(page, "email-first");
	await openMail(page, email, "/confirm-email");
	await press(page, "Confirmați adresa");
	await page.getByText(email).waitFor();
	await page.goto(`${api}/account/second-factor`);
	await setUp(page);
	await page.getByLabel("Le-am păstrat într-un loc sigur").check();
	await press(page, "Continuați");

	const { page: other } = await signedIn("/account/second-factor", person);
	await press(other, "Nu aveți telefonul?");
	await other.getByText("Nu mai aveți nici codurile de rezervă?").click();
	await inspect(other, "second-factor-lost");
	await press(other, "Cereți anularea");
	await other.getByText("Cererea este pe drum").waitFor();
	await inspect(other, "second-factor-lost-asked");

	await page.goto(`${api}/account/second-factor`);
	await page.getByText("Cineva a cerut anularea lui").waitFor();
	await inspect(page, "second-factor-reset-asked");
	await press(page, "Păstrați al doilea pas");
	await page.getByText("Cineva a cerut anularea lui").waitFor({ state: "detached" });
});

/** Opens an account by address and password, and signs in to it. */
async function accountOf(email, options = PHONE) {
	const page = await open("/register", options);
	await page.getByLabel("E-mail address").fill(email);
	await page.getByLabel("Password", { exact: true }).fill(PASSWORD);
	await press(page, "Open the account");
	await heading(page, "Check your mail");
	await page.goto(await mailedLink(email));
	await page.getByLabel("The password that you chose").fill(PASSWORD);
	await press(page, "Confirm the address");
	await heading(page, "Prove who you are");
	return page;
}

test("a new password needs the person, and works from then on", async () => {
	const email = `${randomUUID()}@example.ro`;
	const page = await accountOf(email);
	await page.goto(`${api}/account/password`);
	await heading(page, "Change the password");
	await page.getByLabel("New password").fill("patru boi albi pe munte");
	await press(page, "Save the password");
	const question = page.getByRole("heading", { name: "Confirm that it is you" });
	await question.waitFor();
	assert.ok(await question.evaluate((element) => element === document.activeElement), "who cannot see is told of the question");
	await inspect(page, "password-presence");
	await page.getByLabel("Password", { exact: true }).fill(PASSWORD);
	await press(page, "Confirm");
	await heading(page, "The password is saved");
	await inspect(page, "password-saved");
	await press(page, "Sign out");
	await page.goto(`${api}/login/password`);
	await page.getByLabel("E-mail address").fill(email);
	await page.getByLabel("Password", { exact: true }).fill("patru boi albi pe munte");
	await press(page, "Sign in");
	await heading(page, email);
});

test("a change of address is told, confirmed, and can be stopped", async () => {
	const [email, next] = [`${randomUUID()}@example.ro`, `${randomUUID()}@example.ro`];
	const page = await accountOf(email);
	await page.goto(`${api}/account/email`);
	await page.getByLabel("New address").fill(next);
	await press(page, "Send me a link to confirm it");
	await page.getByLabel("Password", { exact: true }).fill(PASSWORD);
	await press(page, "Confirm");
	await page.getByText("The change is on its way").waitFor();
	await inspect(page, "email-change");
	await openMail(page, next, "/confirm-email");
	await press(page, "Confirm the address");
	await page.getByText("You have confirmed it.").waitFor();
	await press(page, "Stop the change");
	await page.getByLabel("New address").waitFor();
	await inspect(page, "email");
	await openMail(page, email, "/stop-email-change");
	await heading(page, "Stop the change of address");
	await inspect(page, "email-change-stop");
});

test("who is signed in and opens the link of a registration is asked for the password that was chosen with it", async () => {
	const { page } = await signedIn("/account/email");
	const email = `${randomUUID()}@example.ro`;
	const registration = { method: "POST", headers: { "content-type": "application/json" } };
	await fetch(`${api}/v1/accounts`, { ...registration, body: JSON.stringify({ email, password: PASSWORD }) });
	await openMail(page, email, "/confirm-email");
	await press(page, "Confirmați adresa");
	await page.getByLabel("Parola pe care ați ales-o").fill(PASSWORD);
	await inspect(page, "confirm-email-signed-in");
	await press(page, "Confirmați adresa");
	await page.waitForURL(`${api}/identity`);
});

test("nobody else has access, and the page says so", async () => {
	const { page } = await signedIn("/account/grants");
	await page.getByText("Niciuna: nimeni altcineva nu are acces.").waitFor();
	await inspect(page, "grants-none");
});

test("a grant shows what it allows, and is revoked", async () => {
	const { page } = await signedIn("/account/email");
	await heading(page, "Adresa de e-mail");
	const id = randomUUID();
	const grant = {
		id,
		client_id: "city-hall",
		client_name: "<b>Portalul orașului Sfântu Gheorghe și al comunelor din jur</b>",
		scopes: ["openid", "profile", "identity", "applications:read", "applications:write", "certificates:read"],
		created_at: "2026-11-01T10:00:00Z",
		granted_at: "2026-11-20T10:00:00Z",
	};
	let items = [grant];
	await page.route("**/v1/accounts/me/grants", (route) => route.fulfill({ json: { items, next_cursor: null } }));
	await page.route(`**/v1/accounts/me/grants/${id}`, (route) => {
		assert.equal(route.request().method(), "DELETE");
		items = [];
		return route.fulfill({ status: 204 });
	});
	await page.goto(`${api}/account/grants`);
	await page.getByRole("heading", { name: grant.client_name }).waitFor();
	assert.equal(await page.locator("main b").count(), 0, "a client's name is text and never markup");
	await inspect(page, "grants");
	await page.getByRole("button", { name: "Retrageți accesul" }).click();
	await page.getByText("Niciuna: nimeni altcineva nu are acces.").waitFor();
});

test("an account ends for good, and the browser keeps nothing of it", async () => {
	const { page, person } = await signedIn("/account/deletion");
	await heading(page, "Ștergeți contul");
	await press(page, "Ștergeți contul");
	await page.getByRole("alert").getByRole("link", { name: "Confirmați că doriți ștergerea" }).waitFor();
	await inspect(page, "deletion-wrong");
	await page.getByLabel("Înțeleg că nu se mai poate reveni").check();
	await press(page, "Ștergeți contul");
	await heading(page, "Contul este șters");
	await page.getByRole("link", { name: "Autentificare", exact: true }).waitFor();
	await inspect(page, "account-deleted");
	assert.deepEqual(await page.evaluate(() => Object.keys(sessionStorage)), []);
	await page.goBack();
	await heading(page, "Autentificare");
	assert.ok(!(await page.locator("body").innerText()).includes(person.cnp));
});
