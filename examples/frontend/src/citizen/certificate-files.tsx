// The files of a certificate: one for people, the others for programs (docs/guides/certificates.md).

import { api } from "../api/client";
import { content } from "../api/problem";
import type { Schemas } from "../api/types";
import { useSend } from "../form/use-send";
import { say } from "../language";
import { ProblemNotice } from "../parts/problem-notice";
import { saveFile } from "../parts/save-file";

type File = "document" | "form" | "payload" | "cades" | "jades" | "container";

export function CertificateFiles({ of: { id, registration_number, finding } }: { of: Schemas["Certificate"] }) {
	const { problem, busy, send, again } = useSend();
	const name = `${say("cazier", "certificate")}-${registration_number}`;
	const fetchAndSave = (file: File, ending: string) => () =>
		void send(async () => saveFile(await fetchFile(id, file), `${name}${ending}`));
	const link = (file: File, ending: string, label: string) => (
		<li>
			<button type="button" class="link" onClick={fetchAndSave(file, ending)}>
				{label}
			</button>
		</li>
	);
	return (
		<>
			<ProblemNotice of={problem} again={again} retry />
			<button type="button" aria-disabled={busy} onClick={fetchAndSave("document", ".pdf")}>
				{say("Descărcați certificatul (PDF)", "Download the certificate (PDF)")}
			</button>
			<details>
				<summary>{say("Alte fișiere", "Other files")}</summary>
				<ul class="links">
					{finding === "no_record" &&
						link(
							"form",
							"-eu.pdf",
							say("Formularul european, pentru străinătate (PDF)", "The European form, for use abroad (PDF)"),
						)}
					{link(
						"container",
						".asice",
						say("Totul într-un singur fișier semnat (ASiC-E)", "Everything in one signed file (ASiC-E)"),
					)}
					{link("payload", ".json", say("Datele semnate (JSON)", "The signed data (JSON)"))}
					{link("cades", ".json.p7s", say("Semnătura lor (CAdES)", "Their signature (CAdES)"))}
					{link("jades", ".json.jws", say("Semnătura lor (JAdES)", "Their signature (JAdES)"))}
				</ul>
			</details>
		</>
	);
}

function fetchFile(id: string, file: File): Promise<Blob> {
	const path = { id };
	const parseAs = "blob" as const;
	switch (file) {
		case "document":
			return content(api.GET("/v1/certificates/{id}/document", { params: { path }, parseAs }));
		case "form": {
			const query = { form: "eu", language: "en" } as const;
			return content(api.GET("/v1/certificates/{id}/document", { params: { path, query }, parseAs }));
		}
		case "payload":
			return content(api.GET("/v1/certificates/{id}/payload", { params: { path }, parseAs }));
		case "container":
			return content(api.GET("/v1/certificates/{id}/container", { params: { path }, parseAs }));
		default:
			return content(
				api.GET("/v1/certificates/{id}/signature", { params: { path, query: { format: file } }, parseAs }),
			);
	}
}
