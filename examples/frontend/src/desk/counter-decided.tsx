// A decision at the counter: done, and how to undo it.

import { useState } from "preact/hooks";

import { api } from "../api/client";
import { content } from "../api/problem";
import type { Schemas } from "../api/types";
import { time } from "../dates";
import { Form } from "../form/form";
import { TextField } from "../form/fields";
import { useSend } from "../form/use-send";
import { say } from "../language";
import { Card } from "../parts/card";
import { Page } from "../parts/page";

interface Properties {
	of: Schemas["CounterVerification"];
	onAnother: () => void;
}

export function CounterDecided({ of: { id, status, undo_until }, onAnother }: Properties) {
	const [undone, setUndone] = useState(false);
	const isCertified = status === "verified";
	const title = isCertified
		? say("Identitatea este certificată", "The identity is certified")
		: say("Ați respins", "You rejected it");
	return (
		<Page title={say("Decizia este salvată", "The decision is saved")} back="/desk">
			<Card
				tone={isCertified && !undone ? "good" : "wait"}
				title={undone ? say("Decizia a fost anulată", "The decision was undone") : title}
			/>
			<button type="button" onClick={onAnother}>
				{say("Următoarea persoană", "Next person")}
			</button>
			{undo_until && !undone && <Undo id={id} until={undo_until} onDone={() => setUndone(true)} />}
		</Page>
	);
}

function Undo({ id, until, onDone }: { id: string; until: string; onDone: () => void }) {
	return (
		<details>
			<summary>{say("A fost o greșeală?", "Was it a mistake?")}</summary>
			<p>{say(`O puteți anula până la ${time(until)}.`, `You can undo it until ${time(until)}.`)}</p>
			<Form<Schemas["UndoCounterVerificationRequest"]>
				sending={useSend()}
				submit={say("Anulați decizia", "Undo the decision")}
				whenEmpty={{ "/reason": say("Scrieți de ce o anulați", "Enter why you undo it") }}
				onSubmit={async (body) => {
					await content(api.POST("/v1/counter/verifications/{id}/undo", { params: { path: { id } }, body }));
					onDone();
				}}
			>
				<TextField at="/reason" label={say("De ce?", "Why?")} autocomplete="off" />
			</Form>
		</details>
	);
}
