// Decisions of officers need a second factor of the last ten minutes (docs/guides/officers.md).

import { api } from "../api/client";
import { content } from "../api/problem";
import type { Schemas } from "../api/types";
import { Form } from "../form/form";
import { useSend } from "../form/use-send";
import { say } from "../language";
import { Question } from "../parts/question";
import { TotpField } from "./totp-field";

export function StepUpQuestion({ onProved }: { onProved: () => Promise<void> }) {
	return (
		<Question title={say("Introduceți din nou codul din aplicație", "Enter the code of your app again")}>
			<Form<Schemas["StepUpRequestByTotp"]>
				sending={useSend()}
				submit={say("Confirmați", "Confirm")}
				whenEmpty={{ "/totp": say("Scrieți codul din aplicație", "Enter the code of your app") }}
				onSubmit={async (body) => {
					await content(api.POST("/v1/sessions/current/step-up", { body }));
					await onProved();
				}}
			>
				<TotpField />
			</Form>
		</Question>
	);
}
