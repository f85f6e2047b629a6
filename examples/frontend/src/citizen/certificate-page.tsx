// A certificate: what it says, its files, and how to use it.

import { api } from "../api/client";
import { content } from "../api/problem";
import type { Schemas } from "../api/types";
import { date } from "../dates";
import { useLoad } from "../form/use-load";
import { say } from "../language";
import { Card } from "../parts/card";
import { Facts } from "../parts/facts";
import { Loaded } from "../parts/loaded";
import { Page } from "../parts/page";
import { CheckedAt } from "../parts/paper";
import { CertificateFiles } from "./certificate-files";
import { certificateStatus, finding } from "./words";

type Certificate = Schemas["Certificate"];

export function CertificatePage({ id }: { id: string }) {
	const path = { id };
	const certificate = useLoad(() => content(api.GET("/v1/certificates/{id}", { params: { path } })), id);
	return (
		<Page title={say("Certificatul", "The certificate")} back="/account">
			<Loaded of={certificate}>{(known) => <Known of={known} />}</Loaded>
		</Page>
	);
}

function Known({ of: certificate }: { of: Certificate }) {
	return (
		<>
			<Standing of={certificate} />
			<CertificateFiles of={certificate} />
			<h2>{say("Cum îl folosiți", "How to use it")}</h2>
			<p>
				{say(
					"Trimiteți fișierul PDF prin e-mail sau tipăriți-l. Cine îl primește îl verifică gratuit cu numărul și codul de mai jos.",
					"Send the PDF by e-mail, or print it. Whoever gets it checks it, free of charge, with the number and the code below.",
				)}
			</p>
			<Facts
				of={[
					[say("Numărul certificatului", "Certificate number"), <code>{certificate.registration_number}</code>],
					[say("Codul de control", "Control code"), <code>{certificate.control_code}</code>],
					[say("Emis pe", "Issued on"), date(certificate.issued_on)],
					[say("Valabil până pe", "Valid until"), date(certificate.valid_until)],
				]}
			/>
			<CheckedAt />
			{certificate.status === "valid" && (
				<p class="on-screen">
					{say("O greșeală în datele dumneavoastră? ", "A mistake in your data? ")}
					<a href={`/certificates/${certificate.id}/correction`}>{say("Semnalați-o", "Report it")}</a>
				</p>
			)}
		</>
	);
}

function Standing({ of: { status, finding: found, superseded_by } }: { of: Certificate }) {
	if (status === "valid") {
		return (
			<Card tone="good" title={say("Certificatul este gata", "Your certificate is ready")}>
				<p>{finding(found)}</p>
			</Card>
		);
	}
	return (
		<Card
			tone="bad"
			title={say(`Certificatul este ${certificateStatus(status)}`, `The certificate is ${certificateStatus(status)}`)}
		>
			<p>
				{superseded_by ? (
					<a href={`/certificates/${superseded_by}`}>
						{say("Vedeți certificatul corectat", "See the corrected certificate")}
					</a>
				) : (
					<a href="/applications/new">{say("Cereți altul", "Apply for another")}</a>
				)}
			</p>
		</Card>
	);
}
