// The recovery codes, shown once: to be printed or saved before the page is left.

import { Form } from "../form/form";
import { Checkbox } from "../form/fields";
import { useSend } from "../form/use-send";
import { say } from "../language";
import { Page } from "../parts/page";
import { PrintButton } from "../parts/paper";
import { saveFile } from "../parts/save-file";

interface Properties {
	codes: string[];
	onDone: () => Promise<void>;
}

export function RecoveryCodesPage({ codes, onDone }: Properties) {
	function save(): void {
		const text = new Blob([`${codes.join("\n")}\n`], { type: "text/plain" });
		saveFile(text, say("coduri-de-rezerva.txt", "recovery-codes.txt"));
	}
	return (
		<Page title={say("Păstrați codurile de rezervă", "Keep the recovery codes")}>
			<p>
				{say(
					"Fiecare ține o dată locul telefonului, dacă îl pierdeți. Nu le mai arătăm niciodată.",
					"Each stands in for the phone once, if you lose it. We never show them again.",
				)}
			</p>
			<ul class="codes">
				{codes.map((code) => (
					<li key={code}>
						<code>{code}</code>
					</li>
				))}
			</ul>
			<p class="buttons">
				<button type="button" class="quiet" onClick={save}>
					{say("Salvați-le într-un fișier", "Save them in a file")}
				</button>
				<PrintButton>{say("Tipăriți-le", "Print them")}</PrintButton>
			</p>
			<Form
				sending={useSend()}
				submit={say("Continuați", "Continue")}
				whenEmpty={{ "/kept": say("Confirmați că le-ați păstrat", "Confirm that you have kept them") }}
				onSubmit={onDone}
			>
				<Checkbox at="/kept" label={say("Le-am păstrat într-un loc sigur", "I have kept them in a safe place")} />
			</Form>
		</Page>
	);
}
