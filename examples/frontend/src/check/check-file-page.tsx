// A file that was handed over: is its signature the service's, and is the certificate still in force?

import { useState } from "preact/hooks";

import { content } from "../api/problem";
import { anonymous } from "../api/transport";
import type { Schemas } from "../api/types";
import { FileField } from "../form/file-field";
import { Form } from "../form/form";
import { useSend } from "../form/use-send";
import { say } from "../language";
import { Page } from "../parts/page";
import { PrintButton } from "../parts/paper";
import { Found } from "./found";
import { outcomeWords, type Words } from "./outcome";

type Answer = Schemas["SignatureVerificationResponse"];

const AT = "/document";

export function CheckFilePage() {
	const [answer, setAnswer] = useState<Answer | null>(null);
	const [file, setFile] = useState<File | null>(null);
	const sending = useSend();
	if (answer) return <Result of={answer} onAnother={() => setAnswer(null)} />;
	return (
		<Page title={say("Verificați fișierul", "Check the file")} back="/check">
			<Form
				sending={sending}
				submit={say("Verificați", "Check")}
				whenEmpty={{ [AT]: say("Alegeți fișierul", "Choose the file") }}
				onSubmit={async () => file && setAnswer(await check(file))}
			>
				<FileField
					at={AT}
					label={say("Certificatul primit", "The certificate that you were given")}
					hint={say("Fișierul PDF sau ASiC-E, exact cum l-ați primit", "The PDF or ASiC-E file, exactly as you got it")}
					accept=".pdf,.asice"
					onChoose={setFile}
				/>
			</Form>
		</Page>
	);
}

function check(file: File): Promise<Answer> {
	const form = new FormData();
	form.set(file.name.endsWith(".asice") ? "container" : "document", file, file.name);
	// The generated type describes the parts; a form has them as files.
	return content(anonymous.POST("/v1/verify/signature", { body: {}, bodySerializer: () => form }));
}

function wordsOf({ outcome, facts, certificate }: Answer): Words {
	const words = outcomeWords(outcome, certificate?.finding);
	if (outcome !== "no_match") return words;
	const isChanged = facts.signature?.intact === false;
	return {
		...words,
		title: isChanged
			? say("Fișierul a fost modificat", "The file was changed")
			: say("Nu este un certificat al nostru", "Not one of our certificates"),
		text: say("Nu vă bazați pe el.", "Do not rely on it."),
		next: say("Cereți titularului fișierul din nou, direct de la el.", "Ask the holder for the file again, directly."),
	};
}

function Result({ of: answer, onAnother }: { of: Answer; onAnother: () => void }) {
	return (
		<Page title={say("Rezultatul verificării", "Result of the check")}>
			<Found words={wordsOf(answer)} certificate={answer.certificate} checkedAt={answer.checked_at} />
			<p class="buttons">
				<button type="button" class="quiet" onClick={onAnother}>
					{say("Verificați alt fișier", "Check another file")}
				</button>
				<PrintButton>{say("Tipăriți rezultatul", "Print the result")}</PrintButton>
			</p>
		</Page>
	);
}
