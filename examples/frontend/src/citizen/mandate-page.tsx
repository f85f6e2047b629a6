// One company: whether the person may act for it, until when, and how to end that.

import { api } from "../api/client";
import { content } from "../api/problem";
import type { Schemas } from "../api/types";
import { date } from "../dates";
import { Form } from "../form/form";
import { useLoad } from "../form/use-load";
import { useSend } from "../form/use-send";
import { say } from "../language";
import { Facts } from "../parts/facts";
import { Loaded } from "../parts/loaded";
import { Page } from "../parts/page";
import { mandateCapacity, mandateStatus } from "./words";

export function MandatePage({ id }: { id: string }) {
	const mandate = useLoad(() => content(api.GET("/v1/mandates/{id}", { params: { path: { id } } })), id);
	return (
		<Page title={mandate.data?.company_name ?? say("Firma", "Company")} back="/mandates">
			<Loaded of={mandate}>
				{(known) => (
					<>
						<Known of={known} />
						{known.status === "confirmed" && <End id={id} onDone={mandate.load} />}
					</>
				)}
			</Loaded>
		</Page>
	);
}

function Known({ of: mandate }: { of: Schemas["Mandate"] }) {
	return (
		<>
			<Facts
				of={[
					["CUI", mandate.cui],
					[say("Registrul comerțului", "Company register"), mandate.trade_register_number],
					[say("Calitatea", "Capacity"), mandateCapacity(mandate.capacity)],
					[say("Stadiul", "Status"), mandateStatus(mandate.status)],
					[say("Răspuns așteptat până pe", "Answer expected by"), mandate.expected_on && date(mandate.expected_on)],
					[say("În vigoare până pe", "In force until"), mandate.valid_until && date(mandate.valid_until)],
				]}
			/>
			{mandate.status === "confirmed" && (
				<a class="button" href="/applications/new/company">
					{say("Cereți certificatul firmei", "Apply for the company's certificate")}
				</a>
			)}
			{mandate.status === "pending" && (
				<p>
					{say("Veniți cu împuternicirea la ", "Bring the power of attorney to ")}
					<a href="/counters">{say("un ghișeu", "a counter")}</a>.
				</p>
			)}
		</>
	);
}

function End({ id, onDone }: { id: string; onDone: () => Promise<void> }) {
	return (
		<details>
			<summary>{say("Nu mai reprezentați firma?", "You no longer represent the company?")}</summary>
			<Form
				sending={useSend()}
				submit={say("Renunțați", "Give it up")}
				onSubmit={async () => {
					await content(api.POST("/v1/mandates/{id}/end", { params: { path: { id } } }));
					await onDone();
				}}
			/>
		</details>
	);
}
