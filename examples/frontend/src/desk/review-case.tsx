// What the registers say about a case, at the moment of the claim.

import type { Schemas } from "../api/types";
import { correctedField } from "../citizen/correction-page";
import { address } from "../citizen/words";
import { date } from "../dates";
import { say } from "../language";
import { Facts } from "../parts/facts";
import { Notice } from "../parts/problem-notice";
import { capacity } from "./review-words";

type Case = Schemas["ReviewCase"];

export function ReviewCase({ of: known }: { of: Case }) {
	const { applicant } = known;
	return (
		<>
			<h2>{say("Cine cere", "Who applies")}</h2>
			<Facts
				of={[
					[say("Numele", "Name"), `${applicant.family_name} ${applicant.given_name}`],
					["CNP", applicant.cnp],
					[say("În calitate de", "In the capacity of"), known.capacity && capacity(known.capacity)],
					[say("Cetățenia", "Nationality"), known.nationality],
				]}
			/>
			{known.civil_status && <Person cnp={known.cnp} of={known.civil_status} />}
			{known.company && <Company cui={known.cui} of={known.company} />}
			{known.corrections.length > 0 && <Corrections of={known.corrections} />}
			<Entries of={known} />
		</>
	);
}

function Person({ cnp, of: person }: { cnp: string | null | undefined; of: Schemas["CivilStatus"] }) {
	return (
		<>
			<h2>{say("Despre cine, după registrul persoanelor", "About whom, by the register of persons")}</h2>
			<Facts
				of={[
					[say("Nume", "Family name"), person.family_name],
					[say("Prenume", "Given name"), person.given_name],
					[say("Nume anterioare", "Previous names"), person.previous_names?.join(", ")],
					["CNP", cnp],
					[say("Data nașterii", "Date of birth"), date(person.birth_date)],
					[say("Locul nașterii", "Place of birth"), [...new Set([person.birth_place, person.birth_county])].join(", ")],
					[say("Prenumele tatălui", "Father's given name"), person.father_given_name],
					[say("Prenumele mamei", "Mother's given name"), person.mother_given_name],
					[say("Domiciliul", "Home address"), address(person.domicile)],
					[say("Decedat", "Deceased"), person.deceased && say("da", "yes")],
				]}
			/>
		</>
	);
}

function Company({ cui, of: company }: { cui: string | null | undefined; of: Schemas["CompanyInReview"] }) {
	return (
		<>
			<h2>{say("Firma, după registrul comerțului", "The company, by the company register")}</h2>
			<Facts
				of={[
					[say("Denumirea", "Name"), company.name],
					["CUI", cui],
					[say("Sediul", "Seat"), address(company.seat)],
					[say("Radiată", "Dissolved"), company.dissolved && say("da", "yes")],
				]}
			/>
		</>
	);
}

function Corrections({ of: corrections }: { of: Schemas["Correction"][] }) {
	return (
		<>
			<h2>{say("Ce spune persoana că este corect", "What the person says is right")}</h2>
			<Facts of={corrections.map(({ field, value }) => [correctedField(field), value])} />
		</>
	);
}

function Entries({ of: { entries, entries_unreadable } }: { of: Case }) {
	return (
		<>
			<h2>{say("Cazierul judiciar", "Criminal record")}</h2>
			{entries_unreadable && (
				<Notice title={say("O parte din cazier nu a putut fi citită", "Part of the record could not be read")} />
			)}
			{entries.length === 0 && !entries_unreadable && <p>{say("Fără înscrieri.", "No entries.")}</p>}
			{entries.map((entry) => (
				<Facts
					key={entry.judgment}
					of={[
						[say("Hotărârea", "Judgment"), `${entry.judgment}, ${entry.court}`],
						[say("Definitivă la", "Final on"), date(entry.date_final)],
						[say("Fapta", "Offence"), entry.offence],
						[say("Sancțiunea", "Sanction"), entry.sanction],
						[say("Stadiul", "Status"), entry.status],
					]}
				/>
			))}
		</>
	);
}
