// The claim beside the document, and the decision about it.

import { useState } from "preact/hooks";

import { api } from "../api/client";
import { content } from "../api/problem";
import type { Schemas } from "../api/types";
import { date } from "../dates";
import { Form } from "../form/form";
import { Checkbox, Radios, TextField } from "../form/fields";
import { useSend } from "../form/use-send";
import { say } from "../language";
import { Facts } from "../parts/facts";
import { Page } from "../parts/page";
import { CounterDecided } from "./counter-decided";
import { SeenDocument } from "./seen-document";

type Verification = Schemas["CounterVerification"];
type Decision = Schemas["DecideCounterVerificationRequest"];

interface Properties {
	of: Verification;
	onAnother: () => void;
}

export function CounterDecision({ of: verification, onAnother }: Properties) {
	const [decided, setDecided] = useState<Verification | null>(null);
	const sending = useSend();
	if (decided) return <CounterDecided of={decided} onAnother={onAnother} />;
	async function decide(body: Decision): Promise<void> {
		const params = { path: { id: verification.id } };
		setDecided(await content(api.POST("/v1/counter/verifications/{id}/decision", { params, body })));
	}
	return (
		<Page title={say("Comparați cu actul de identitate", "Compare with the identity document")}>
			<Claim of={verification.claim} />
			<Form<Decision>
				sending={sending}
				submit={say("Salvați decizia", "Save the decision")}
				whenEmpty={{
					"/decision": say("Alegeți o decizie", "Choose a decision"),
					"/document/type": say("Alegeți actul de identitate", "Choose the identity document"),
					"/document/number": say("Scrieți numărul actului", "Enter the number of the document"),
					"/note": say("Scrieți de ce respingeți", "Enter why you reject"),
				}}
				onSubmit={decide}
			>
				<Questions other={verification.other_account} />
			</Form>
			<button type="button" class="link" onClick={onAnother}>
				{say("Alt cod", "Another code")}
			</button>
		</Page>
	);
}

function Claim({ of: claim }: { of: Verification["claim"] }) {
	if (!claim) return null;
	return (
		<Facts
			of={[
				[say("Nume", "Family name"), claim.family_name],
				[say("Prenume", "Given name"), claim.given_name],
				["CNP", claim.cnp],
				[say("Data nașterii", "Date of birth"), date(claim.birth_date)],
			]}
		/>
	);
}

function Questions({ other }: { other: Verification["other_account"] }) {
	const [decision, setDecision] = useState("");
	return (
		<>
			<Radios
				at="/decision"
				label={say("Este persoana din fața dumneavoastră?", "Is it the person in front of you?")}
				onChoose={setDecision}
				options={[
					{ value: "certify", label: say("Da: certific identitatea", "Yes: I certify the identity") },
					{ value: "reject", label: say("Nu: resping", "No: I reject") },
				]}
			/>
			{decision === "certify" && <SeenDocument />}
			{decision === "certify" && other && (
				<Checkbox
					at="/transfer"
					label={say(
						"Persoana și-a pierdut contul vechi: mutați-o în acesta",
						"The person has lost the older account: move them to this one",
					)}
					hint={say(
						`Contul vechi: din ${date(other.verified_at.slice(0, 10))}`,
						`The older account: of ${date(other.verified_at.slice(0, 10))}`,
					)}
				/>
			)}
			{decision === "reject" && <TextField at="/note" label={say("De ce?", "Why?")} autocomplete="off" />}
		</>
	);
}
