// Whoever is handed a certificate checks it in the front end (examples/frontend), by its number and by its file.

import assert from "node:assert/strict";
import { test } from "node:test";
import { api, go, heading, inspect, judgePaper, makePerson, open, press, signInAs } from "./front-end.mjs";

const DESK = { locale: "ro-RO", viewport: { width: 1100, height: 900 } };
const PHONE = { locale: "en-GB", viewport: { width: 320, height: 640 }, hasTouch: true };

/** Calls the API as a person who came through Ghișeul, with a browser's cookies. */
async function certificateOf(person) {
	const page = await open("/applications/new/reason", PHONE);
	await signInAs(page, person);
	await page.getByLabel("What do you need it for?").selectOption("employment");
	await page.getByLabel("I declare that the data are true").check();
	await press(page, "Submit the application");
	await page.getByText("Your certificate is ready").waitFor();
	const printed = await page.locator("dd code").allInnerTexts();
	const [file] = await Promise.all([page.waitForEvent("download"), press(page, "Download the certificate (PDF)")]);
	return { number: printed[0], code: printed[1], file: await file.path() };
}

test("an employer checks number, code and name, and is told when the name was changed", async () => {
	const person = await makePerson();
	const { number, code } = await certificateOf(person);
	const page = await open("/check", DESK);
	await press(page, "Verificați");
	await page.getByRole("alert").getByRole("link", { name: "Scrieți codul de control" }).waitFor();
	await inspect(page, "check-wrong");
	await page.getByLabel("Numărul certificatului").fill(number);
	await page.getByRole("textbox", { name: "Codul de control" }).fill(code);
	await page.getByLabel("Numele de pe document").fill(`${person.family_name} ${person.given_name}`);
	await press(page, "Verificați");
	await page.getByText("Certificat valabil, fără înscrieri").waitFor();
	await page.getByText("Angajare").waitFor();
	await inspect(page, "check-valid");
	await judgePaper(page, "check-valid");

	await press(page, "Verificați alt certificat");
	await page.getByLabel("Numărul certificatului").fill(number);
	await page.getByLabel("CNP-ul titularului").check();
	await page.getByRole("textbox", { name: "CNP" }).fill(person.cnp);
	await page.getByLabel("Numele de pe document").fill("Altcineva Altul");
	await press(page, "Verificați");
	await page.getByText("Numele nu se potrivește").waitFor();
	await inspect(page, "check-other-name");

	await press(page, "Verificați alt certificat");
	await page.getByLabel("Numărul certificatului").fill(number);
	await page.getByRole("textbox", { name: "Codul de control" }).fill("AAAA-AAAA-AAAA-AAAA");
	await press(page, "Verificați");
	await heading(page, "Rezultatul verificării");
	await page.getByText("Nicio potrivire").waitFor();
	assert.equal(page.url(), `${api}/check`, "no number and no code is in the address");
});

test("an employer checks the file, and a changed one is found out", async () => {
	const { file } = await certificateOf(await makePerson());
	const page = await open("/check", PHONE);
	await go(page, "Check the file");
	await press(page, "Check");
	await page.getByRole("alert").getByRole("link", { name: "Choose the file" }).waitFor();
	await inspect(page, "check-file-wrong");
	await page.getByLabel("The certificate that you were given").setInputFiles(file);
	await press(page, "Check");
	await page.getByText("Valid certificate, no entries").waitFor();
	await inspect(page, "check-file-valid");
	await press(page, "Check another file");
	const forged = {
		name: "certificate.pdf",
		mimeType: "application/pdf",
		buffer: Buffer.from("%PDF-1.7\nmade up\n%%EOF\n"),
	};
	await page.getByLabel("The certificate that you were given").setInputFiles(forged);
	await press(page, "Check");
	await page.getByText("Not one of our certificates").waitFor();
	await inspect(page, "check-file-forged");
});
