// For whoever is handed a certificate: is it what the service issued? By its number, with what is printed beside it.

import { useState } from "preact/hooks";

import { content } from "../api/problem";
import { anonymous } from "../api/transport";
import type { Schemas } from "../api/types";
import { Form } from "../form/form";
import { Radios, TextField } from "../form/fields";
import { useSend } from "../form/use-send";
import { say } from "../language";
import { Page } from "../parts/page";
import { PrintButton } from "../parts/paper";
import { Found } from "./found";
import { otherName, outcomeWords } from "./outcome";

type Answer = Schemas["VerificationResponse"];
type Body = Schemas["VerifyRequest"] & { by?: By };
type By = "control_code" | "cnp" | "cui";

export function CheckPage() {
	const [answer, setAnswer] = useState<Answer | null>(null);
	if (answer) return <Result of={answer} onAnother={() => setAnswer(null)} />;
	return (
		<Page title={say("Verificați un certificat", "Check a certificate")} back="/">
			<Question onAnswer={setAnswer} />
			<p>
				{say("Aveți fișierul PDF? ", "Do you have the PDF file? ")}
				<a href="/check/file">{say("Verificați fișierul", "Check the file")}</a>
			</p>
		</Page>
	);
}

function Question({ onAnswer }: { onAnswer: (answer: Answer) => void }) {
	const [by, setBy] = useState<By>("control_code");
	async function check({ by: _, ...body }: Body): Promise<void> {
		onAnswer(await content(anonymous.POST("/v1/verify", { body })));
	}
	return (
		<Form<Body>
			sending={useSend()}
			submit={say("Verificați", "Check")}
			whenEmpty={{
				"/registration_number": say("Scrieți numărul certificatului", "Enter the number of the certificate"),
				"/control_code": say("Scrieți codul de control", "Enter the control code"),
				"/cnp": say("Scrieți CNP-ul titularului", "Enter the holder's CNP"),
				"/cui": say("Scrieți CUI-ul firmei", "Enter the company's CUI"),
			}}
			onSubmit={check}
		>
			<TextField
				at="/registration_number"
				label={say("Numărul certificatului", "Certificate number")}
				hint={say("De forma CJ-2026-7K3M-Q9ZD-T", "Such as CJ-2026-7K3M-Q9ZD-T")}
				autocomplete="off"
			/>
			<Radios
				at="/by"
				label={say("Ce mai știți?", "What else do you know?")}
				value={by}
				onChoose={(chosen) => setBy(chosen as By)}
				options={[
					{ value: "control_code", label: say("Codul de control de pe document", "The control code on the document") },
					{ value: "cnp", label: say("CNP-ul titularului", "The holder's CNP") },
					{ value: "cui", label: say("CUI-ul firmei", "The company's CUI") },
				]}
			/>
			{by === "control_code" && (
				<TextField
					at="/control_code"
					label={say("Codul de control", "Control code")}
					hint={say("16 litere și cifre", "16 letters and digits")}
					autocomplete="off"
				/>
			)}
			{by === "cnp" && <TextField at="/cnp" label="CNP" inputMode="numeric" autocomplete="off" short />}
			{by === "cui" && <TextField at="/cui" label="CUI" inputMode="numeric" autocomplete="off" short />}
			<TextField
				at="/name"
				label={say("Numele de pe document (opțional)", "Name on the document (optional)")}
				hint={say("Ca să aflați dacă numele a fost schimbat", "To find out whether the name was changed")}
				autocomplete="off"
			/>
		</Form>
	);
}

function Result({ of: { outcome, facts, certificate, checked_at }, onAnother }: { of: Answer; onAnother: () => void }) {
	const words = facts.name_matches === false ? otherName() : outcomeWords(outcome, certificate?.finding);
	return (
		<Page title={say("Rezultatul verificării", "Result of the check")}>
			<Found words={words} certificate={certificate} checkedAt={checked_at} />
			<p class="buttons">
				<button type="button" class="quiet" onClick={onAnother}>
					{say("Verificați alt certificat", "Check another certificate")}
				</button>
				<PrintButton>{say("Tipăriți rezultatul", "Print the result")}</PrintButton>
			</p>
		</Page>
	);
}
