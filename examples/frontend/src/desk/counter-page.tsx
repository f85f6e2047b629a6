// The counter: the code that the person brought, then the claim beside the document, then the decision.

import { useState } from "preact/hooks";

import { api } from "../api/client";
import { content } from "../api/problem";
import type { Schemas } from "../api/types";
import { Form } from "../form/form";
import { TextField } from "../form/fields";
import { useSend } from "../form/use-send";
import { say } from "../language";
import { Page } from "../parts/page";
import { CounterDecision } from "./counter-decision";

type Verification = Schemas["CounterVerification"];

export function CounterPage() {
	const [verification, setVerification] = useState<Verification | null>(null);
	const sending = useSend();
	if (verification) return <CounterDecision of={verification} onAnother={() => setVerification(null)} />;
	return (
		<Page title={say("Codul persoanei", "The person's code")} back="/desk">
			<Form<Schemas["OpenCounterVerificationRequest"]>
				sending={sending}
				submit={say("Continuați", "Continue")}
				whenEmpty={{ "/activation_code": say("Scrieți codul persoanei", "Enter the person's code") }}
				onSubmit={async (body) => setVerification(await content(api.POST("/v1/counter/verifications/open", { body })))}
			>
				<TextField
					at="/activation_code"
					label={say("Codul de activare", "Activation code")}
					hint={say(
						"Din mesajul primit de persoană, sau citit din codul QR",
						"From the person's mail, or read from its QR code",
					)}
					autocomplete="off"
				/>
			</Form>
		</Page>
	);
}
