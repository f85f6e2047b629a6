// What a person decides about their own account in the front end (examples/frontend): password, address.

import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { test } from "node:test";
import { api, heading, inspect, mailedLink, open, press } from "./front-end.mjs";

const PASSWORD = "trei cai albi pe deal";
const PHONE = { locale: "en-GB", viewport: { width: 400, height: 800 }, hasTouch: true };

/** Opens the link of a mail, which opens the page afresh. */
async function openMail(page, email, path) {
	await page.goto("about:blank");
	await page.goto(await mailedLink(email, path));
}

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
