// What was found: the outcome, what the certificate says, when it was checked.

import { content } from "../api/problem";
import { anonymous } from "../api/transport";
import type { Schemas } from "../api/types";
import { finding } from "../citizen/words";
import { date, time } from "../dates";
import { useLoad } from "../form/use-load";
import { say } from "../language";
import { Card } from "../parts/card";
import { Facts } from "../parts/facts";
import { CheckedAt } from "../parts/paper";
import type { Words } from "./outcome";

interface Properties {
	words: Words;
	certificate: Schemas["VerifiedCertificate"] | null | undefined;
	checkedAt: string;
}

export function Found({ words, certificate, checkedAt }: Properties) {
	return (
		<>
			<Card tone={words.tone} title={words.title}>
				<p>{words.text}</p>
				<p>{words.next}</p>
			</Card>
			{certificate && <Certificate of={certificate} />}
			<p class="hint">{say(`Verificat pe ${time(checkedAt)}.`, `Checked on ${time(checkedAt)}.`)}</p>
			<CheckedAt />
			{words.tone === "bad" && (
				<p class="on-screen">
					{say("Credeți că documentul este fals? ", "Do you think that the document is forged? ")}
					<a href="/support">{say("Scrieți-ne", "Write to us")}</a>
				</p>
			)}
		</>
	);
}

function Certificate({ of: certificate }: { of: Schemas["VerifiedCertificate"] }) {
	const { service } = certificate;
	const reasons = useLoad(() =>
		content(anonymous.GET("/v1/services/{service}/reasons", { params: { path: { service } } })),
	);
	const reason = reasons.data?.items.find(({ code }) => code === certificate.reason)?.label;
	return (
		<Facts
			of={[
				[say("Numărul certificatului", "Certificate number"), <code>{certificate.registration_number}</code>],
				[say("Cazierul", "Record"), finding(certificate.finding)],
				[say("Eliberat pentru", "Issued for"), reason],
				[say("Emis pe", "Issued on"), date(certificate.issued_on)],
				[say("Valabil până pe", "Valid until"), date(certificate.valid_until)],
			]}
		/>
	);
}
