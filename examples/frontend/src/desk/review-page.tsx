// One review: claimed first, so that two officers do not decide it, then the case, then the decision.

import { useState } from "preact/hooks";

import { api } from "../api/client";
import { content } from "../api/problem";
import type { Schemas } from "../api/types";
import { statusTitle } from "../citizen/words";
import { Form } from "../form/form";
import { useSend } from "../form/use-send";
import { say } from "../language";
import { Card } from "../parts/card";
import { Page } from "../parts/page";
import { ReviewCase } from "./review-case";
import { ReviewDecision } from "./review-decision";
import { reviewKind } from "./review-words";

export function ReviewPage({ id }: { id: string }) {
	const [known, setKnown] = useState<Schemas["ReviewCase"] | null>(null);
	const [decided, setDecided] = useState<Schemas["Decided"] | null>(null);
	const params = { path: { id } };
	const claiming = useSend();
	if (decided) return <DecidedPage of={decided} />;
	return (
		<Page
			title={known ? reviewKind(known.application.kind) : say("Cerere de analizat", "Application to review")}
			back="/desk/reviews"
		>
			{known ? (
				<>
					<ReviewCase of={known} />
					<ReviewDecision of={known} onDecided={setDecided} />
				</>
			) : (
				<>
					<p>
						{say(
							"Datele persoanei se arată după ce preluați cererea. Persoana vede că le-ați citit.",
							"The person's data are shown once you claim the application. The person sees that you have read them.",
						)}
					</p>
					<Form
						sending={claiming}
						submit={say("Preluați cererea", "Claim the application")}
						onSubmit={async () => setKnown(await content(api.POST("/v1/review/applications/{id}/claim", { params })))}
					/>
				</>
			)}
		</Page>
	);
}

function DecidedPage({ of: { status } }: { of: Schemas["Decided"] }) {
	return (
		<Page title={say("Decizia este salvată", "The decision is saved")} back="/desk/reviews">
			<Card tone={status === "issued" ? "good" : "wait"} title={statusTitle(status)}>
				<p>{say("Persoana a primit un mesaj.", "The person has got a message.")}</p>
			</Card>
			<a class="button" href="/desk/reviews">
				{say("Următoarea cerere", "Next application")}
			</a>
		</Page>
	);
}
