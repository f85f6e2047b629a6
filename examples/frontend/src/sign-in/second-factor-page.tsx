// The second factor: the code of the app, or a recovery code for whoever has lost the telephone.

import { useState } from "preact/hooks";

import type { Schemas } from "../api/types";
import { Form } from "../form/form";
import { TextField } from "../form/fields";
import { useSend } from "../form/use-send";
import { say } from "../language";
import { Page } from "../parts/page";
import { LostFactor } from "./lost-factor";
import { TotpField } from "./totp-field";

type SecondFactor = Pick<Schemas["CreateSessionRequest"], "totp" | "recovery_code">;

interface Properties {
	onSubmit: (factor: SecondFactor) => Promise<unknown>;
	/** The code of the redirect by which the person comes, if they come by one. */
	code?: string | null;
}

export function SecondFactorPage({ onSubmit, code }: Properties) {
	const [lost, setLost] = useState(false);
	return (
		<Page title={say("Al doilea pas", "Second step")}>
			<Form<SecondFactor>
				sending={useSend()}
				submit={say("Continuați", "Continue")}
				whenEmpty={{
					"/totp": say("Scrieți codul din aplicație", "Enter the code of your app"),
					"/recovery_code": say("Scrieți codul de rezervă", "Enter the recovery code"),
				}}
				onSubmit={onSubmit}
			>
				{lost ? (
					<TextField at="/recovery_code" label={say("Cod de rezervă", "Recovery code")} autocomplete="off" short />
				) : (
					<TotpField />
				)}
			</Form>
			<button type="button" class="link" onClick={() => setLost(!lost)}>
				{lost
					? say("Folosiți codul din aplicație", "Use the code of your app")
					: say("Nu aveți telefonul?", "Without your phone?")}
			</button>
			{lost && <LostFactor code={code} />}
		</Page>
	);
}
