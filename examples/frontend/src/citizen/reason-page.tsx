// The last step of one's own application.

import { SERVICE } from "../api/types";
import { Select } from "../form/fields";
import { language, say } from "../language";
import { Page } from "../parts/page";
import { ApplicationForm } from "./application-form";

const EU = "AT BE BG CY CZ DE DK EE ES FI FR GR HR HU IE IT LT LU LV MT NL PL PT SE SI SK".split(" ");

export function ReasonPage() {
	const names = new Intl.DisplayNames(language.get(), { type: "region" });
	const states = EU.map((code) => ({ value: code, label: names.of(code) ?? code }));
	states.sort((one, other) => one.label.localeCompare(other.label, language.get()));
	return (
		<Page title={say("Cererea dumneavoastră", "Your application")} back="/applications/new/data">
			<ApplicationForm service={SERVICE}>
				<details>
					<summary>
						{say("Sunteți cetățean al altui stat din Uniunea Europeană?", "Are you a national of another EU state?")}
					</summary>
					<Select
						at="/nationality"
						label={say("Cetățenia", "Nationality")}
						hint={say(
							"Întrebăm și acel stat; răspunsul poate dura 20 de zile lucrătoare.",
							"We ask that state too; its answer can take 20 working days.",
						)}
						options={states}
					/>
				</details>
			</ApplicationForm>
		</Page>
	);
}
