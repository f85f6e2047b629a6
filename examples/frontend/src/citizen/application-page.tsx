// An application: where it stands, as it happens, and what has happened so far.

import { useEffect } from "preact/hooks";

import { api } from "../api/client";
import { content } from "../api/problem";
import type { Schemas } from "../api/types";
import { date, time } from "../dates";
import { Form } from "../form/form";
import { useLoad } from "../form/use-load";
import { useSend } from "../form/use-send";
import { say } from "../language";
import { Card, type Tone } from "../parts/card";
import { Loaded } from "../parts/loaded";
import { Page } from "../parts/page";
import { follow, isFinal } from "./follow";
import { eventReason, statusText, statusTitle } from "./words";

type Application = Schemas["Application"];

export function ApplicationPage({ id }: { id: string }) {
	const path = { id };
	const loading = useLoad(() => content(api.GET("/v1/applications/{id}", { params: { path } })), id);
	const isOpen = loading.data !== null && !isFinal(loading.data);
	useEffect(() => (isOpen ? follow(id, loading.show) : undefined), [id, isOpen]);
	return (
		<Page title={say("Cererea dumneavoastră", "Your application")} back="/account">
			<Loaded of={loading}>
				{(application) => (
					<>
						<div role="status">
							<Standing of={application} />
						</div>
						{application.certificate && (
							<a class="button" href={`/certificates/${application.certificate.id}`}>
								{say("Vedeți certificatul", "See the certificate")}
							</a>
						)}
						<History of={application} />
						{isOpen && <Withdraw id={id} onDone={loading.load} />}
					</>
				)}
			</Loaded>
		</Page>
	);
}

function tone(status: Application["status"]): Tone {
	if (status === "issued") return "good";
	return status === "rejected" || status === "revoked" ? "bad" : "wait";
}

function Standing({ of: application }: { of: Application }) {
	const { status, expected_on, events } = application;
	const reason = events?.at(-1)?.reason;
	return (
		<Card tone={tone(status)} title={statusTitle(status)}>
			{reason && <p>{eventReason(reason)}.</p>}
			<p>{statusText(status)}</p>
			{!isFinal(application) && expected_on && (
				<p>
					{say("Răspuns așteptat până pe ", "Answer expected by ")}
					<strong>{date(expected_on)}</strong>
				</p>
			)}
			{!isFinal(application) && (
				<p class="hint">{say("Pagina se actualizează singură.", "This page updates itself.")}</p>
			)}
		</Card>
	);
}

function History({ of: { events } }: { of: Application }) {
	return (
		<>
			<h2>{say("Ce s-a întâmplat până acum", "What has happened so far")}</h2>
			<ol class="timeline">
				{events?.map(({ status, at, reason }) => (
					<li key={at + status}>
						<strong>{statusTitle(status)}</strong>
						{reason && <> · {eventReason(reason)}</>}
						<p class="hint">{time(at)}</p>
					</li>
				))}
			</ol>
		</>
	);
}

function Withdraw({ id, onDone }: { id: string; onDone: () => Promise<void> }) {
	return (
		<details>
			<summary>{say("Nu mai aveți nevoie de certificat?", "You no longer need the certificate?")}</summary>
			<Form
				sending={useSend()}
				submit={say("Renunțați la cerere", "Withdraw the application")}
				onSubmit={async () => {
					await content(api.POST("/v1/applications/{id}/withdraw", { params: { path: { id } } }));
					await onDone();
				}}
			/>
		</details>
	);
}
