// One representative: claimed first, then compared with the papers, then confirmed or refused.

import { useState } from "preact/hooks";

import { api } from "../api/client";
import { content } from "../api/problem";
import type { Schemas } from "../api/types";
import { address, mandateCapacity, mandateStatus } from "../citizen/words";
import { Form } from "../form/form";
import { useSend } from "../form/use-send";
import { say } from "../language";
import { Card } from "../parts/card";
import { Facts } from "../parts/facts";
import { Page } from "../parts/page";
import { MandateDecision } from "./mandate-decision";

export function MandateReviewPage({ id }: { id: string }) {
	const [known, setKnown] = useState<Schemas["MandateCase"] | null>(null);
	const [decided, setDecided] = useState<Schemas["MandateDecided"] | null>(null);
	const claiming = useSend();
	const params = { path: { id } };
	if (decided) return <DecidedPage of={decided} />;
	return (
		<Page title={say("Reprezentant de confirmat", "Representative to confirm")} back="/desk/mandates">
			{known ? (
				<>
					<Case of={known} />
					<MandateDecision id={id} capacity={known.mandate.capacity} onDecided={setDecided} />
				</>
			) : (
				<>
					<p>{say("Datele se arată după ce preluați cererea.", "The data are shown once you claim the request.")}</p>
					<Form
						sending={claiming}
						submit={say("Preluați cererea", "Claim the request")}
						onSubmit={async () => setKnown(await content(api.POST("/v1/review/mandates/{id}/claim", { params })))}
					/>
				</>
			)}
		</Page>
	);
}

function Case({ of: { holder, cui, company, named_by_register, mandate } }: { of: Schemas["MandateCase"] }) {
	return (
		<Facts
			of={[
				[say("Numele", "Name"), `${holder.family_name} ${holder.given_name}`],
				["CNP", holder.cnp],
				[say("Calitatea", "Capacity"), mandateCapacity(mandate.capacity)],
				[say("Firma", "Company"), company?.name],
				["CUI", cui],
				[say("Sediul", "Seat"), company && address(company.seat)],
				[say("Registrul îl numește", "Named by the register"), named_by_register ? say("da", "yes") : say("nu", "no")],
			]}
		/>
	);
}

function DecidedPage({ of: { status } }: { of: Schemas["MandateDecided"] }) {
	return (
		<Page title={say("Decizia este salvată", "The decision is saved")} back="/desk/mandates">
			<Card
				tone={status === "confirmed" ? "good" : "wait"}
				title={say(
					`Dreptul de a reprezenta: ${mandateStatus(status)}`,
					`The right to represent: ${mandateStatus(status)}`,
				)}
			/>
			<a class="button" href="/desk/mandates">
				{say("Următoarea cerere", "Next request")}
			</a>
		</Page>
	);
}
