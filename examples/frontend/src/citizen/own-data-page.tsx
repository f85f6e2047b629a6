// The prefilled form: what the registers know, to be checked and not to be typed.

import { api } from "../api/client";
import { content } from "../api/problem";
import { SERVICE, type Schemas } from "../api/types";
import { date } from "../dates";
import { useLoad } from "../form/use-load";
import { say } from "../language";
import { Facts } from "../parts/facts";
import { Loaded } from "../parts/loaded";
import { Page } from "../parts/page";
import { address, documentType } from "./words";

const NEXT = "/applications/new/reason";

export function OwnDataPage() {
	const query = { service: SERVICE };
	const prefill = useLoad(() => content(api.GET("/v1/applications/prefill", { params: { query } })));
	return (
		<Page title={say("Verificați datele", "Check your data")} back="/applications/new">
			<p>{say("Acestea vor fi trecute pe certificat.", "These will be printed on the certificate.")}</p>
			<Loaded of={prefill}>{({ fields }) => <Data of={fields} />}</Loaded>
			{prefill.problem?.code === "register_unavailable" && <GoOnWithout />}
		</Page>
	);
}

function Data({ of: fields }: { of: Schemas["PrefillFields"] }) {
	const { type, series, number } = fields.identity_document.value;
	return (
		<>
			<Facts
				of={[
					[say("Nume", "Family name"), fields.family_name.value],
					[say("Prenume", "Given name"), fields.given_name.value],
					[say("Nume anterioare", "Previous names"), fields.previous_names.value.join(", ")],
					["CNP", fields.cnp.value],
					[say("Data nașterii", "Date of birth"), date(fields.birth_date.value)],
					[say("Locul nașterii", "Place of birth"), place(fields)],
					[say("Prenumele tatălui", "Father's given name"), fields.father_given_name.value],
					[say("Prenumele mamei", "Mother's given name"), fields.mother_given_name.value],
					[say("Domiciliul", "Home address"), address(fields.domicile.value)],
					[documentType(type), `${series ?? ""} ${number}`],
				]}
			/>
			<details>
				<summary>{say("Ceva nu este corect?", "Something is wrong?")}</summary>
				<p>
					{say(
						"Datele vin din registrul de evidență a persoanelor și se schimbă acolo, la serviciul public din localitatea dumneavoastră. Puteți depune cererea și semnala greșeala după ce primiți certificatul.",
						"The data come from the register of persons and are changed there, at the public service of your locality. You can apply now and report the mistake once you have the certificate.",
					)}
				</p>
			</details>
			<a class="button" href={NEXT}>
				{say("Datele sunt corecte, continuați", "The data are right, continue")}
			</a>
		</>
	);
}

function place({ birth_place, birth_county }: Schemas["PrefillFields"]): string {
	return [...new Set([birth_place.value, birth_county.value])].join(", ");
}

/** A register that is down costs nobody an application. */
function GoOnWithout() {
	return (
		<p>
			{say(
				"Puteți depune cererea și acum: merge mai departe când registrul va răspunde. ",
				"You can apply all the same: the application goes on once the register answers. ",
			)}
			<a href={NEXT}>{say("Continuați fără a vedea datele", "Continue without seeing the data")}</a>
		</p>
	);
}
