// The second step at sign-in: whether there is one, and what its owner can do about it.

import { useState } from "preact/hooks";

import { api } from "../api/client";
import { content } from "../api/problem";
import type { Schemas } from "../api/types";
import { date, time } from "../dates";
import { Form } from "../form/form";
import { type Loading, useLoad } from "../form/use-load";
import { useSend } from "../form/use-send";
import { say } from "../language";
import { Card } from "../parts/card";
import { Loaded } from "../parts/loaded";
import { Page } from "../parts/page";
import { homeOf } from "../sign-in/goal";
import { AuthenticatorPage } from "./authenticator-page";
import { RecoveryCodesPage } from "./recovery-codes-page";

type Account = Schemas["Account"];
type SecondFactor = Schemas["SecondFactor"];

export function SecondFactorSettingsPage({ account }: { account: Account }) {
	const factor = useLoad(() => content(api.GET("/v1/accounts/me/totp")));
	const [enrolment, setEnrolment] = useState<Schemas["TotpEnrolment"] | null>(null);
	const [codes, setCodes] = useState<string[] | null>(null);
	async function finish(): Promise<void> {
		setEnrolment(null);
		setCodes(null);
		await factor.load();
	}
	if (codes) return <RecoveryCodesPage codes={codes} onDone={finish} />;
	if (enrolment) return <AuthenticatorPage of={enrolment} onConfirmed={setCodes} />;
	return (
		<Page title={say("Al doilea pas la autentificare", "Second step at sign-in")} back={homeOf(account.role)}>
			<p>
				{say(
					"Pe lângă parolă sau Ghișeul.ro, un cod din telefonul dumneavoastră. Cine vă află parola tot nu poate intra.",
					"A code from your phone, besides the password or Ghișeul.ro. Whoever learns your password still cannot get in.",
				)}
			</p>
			<Loaded of={factor}>
				{(data) =>
					data.status === "active" ? (
						<Active of={data} account={account} loading={factor} onCodes={setCodes} />
					) : (
						<SetUp onBegun={setEnrolment} />
					)
				}
			</Loaded>
		</Page>
	);
}

function SetUp({ onBegun }: { onBegun: (enrolment: Schemas["TotpEnrolment"]) => void }) {
	return (
		<>
			<p>
				{say(
					"Aveți nevoie de o aplicație de autentificare pe telefon, de oricare.",
					"You need an authenticator app on your phone; any of them will do.",
				)}
			</p>
			<Form
				sending={useSend()}
				submit={say("Începeți", "Begin")}
				onSubmit={async () => onBegun(await content(api.POST("/v1/accounts/me/totp", { body: {} })))}
			/>
		</>
	);
}

interface ActiveProperties {
	of: SecondFactor;
	account: Account;
	loading: Loading<SecondFactor>;
	onCodes: (codes: string[]) => void;
}

function Active({ of, account, loading, onCodes }: ActiveProperties) {
	const { confirmed_at, recovery_codes_left: left, removed_from } = of;
	return (
		<>
			{removed_from && <ResetAsked from={removed_from} onStopped={loading.load} />}
			<Card tone="good" title={say("Este activ", "It is on")}>
				{confirmed_at && (
					<p>
						{say("Din ", "Since ")}
						{date(confirmed_at.slice(0, 10))}
					</p>
				)}
				<p>
					{say("Coduri de rezervă rămase: ", "Recovery codes left: ")}
					<strong>{left}</strong>
				</p>
			</Card>
			<h2>{say("Coduri de rezervă", "Recovery codes")}</h2>
			<p>
				{say(
					"Fiecare ține o dată locul telefonului. Codurile noi le anulează pe cele vechi.",
					"Each stands in for the phone once. New codes cancel the old ones.",
				)}
			</p>
			<Form
				sending={useSend()}
				submit={say("Cereți coduri noi", "Get new codes")}
				look="quiet"
				onSubmit={async () => {
					const { recovery_codes } = await content(api.POST("/v1/accounts/me/totp/recovery-codes"));
					onCodes(recovery_codes);
				}}
			/>
			{account.role === "citizen" && <Remove onRemoved={loading.load} />}
		</>
	);
}

/** Somebody who said that the phone was lost, perhaps not the owner. */
function ResetAsked({ from, onStopped }: { from: string; onStopped: () => Promise<void> }) {
	return (
		<>
			<Card tone="bad" title={say("Cineva a cerut anularea lui", "Somebody has asked to remove it")}>
				<p>
					{say("De pe ", "From ")}
					{time(from)}
					{say(
						" se intră fără el. Nu ați cerut dumneavoastră? Opriți cererea.",
						" one gets in without it. It was not you? Stop the request.",
					)}
				</p>
			</Card>
			<Form
				sending={useSend()}
				submit={say("Păstrați al doilea pas", "Keep the second step")}
				onSubmit={async () => {
					await content(api.DELETE("/v1/accounts/me/totp/reset"));
					await onStopped();
				}}
			/>
		</>
	);
}

function Remove({ onRemoved }: { onRemoved: () => Promise<void> }) {
	return (
		<details>
			<summary>{say("Nu mai doriți al doilea pas?", "You no longer want the second step?")}</summary>
			<p>
				{say(
					"Contul rămâne apărat numai de parolă sau de Ghișeul.ro. Sesiunile de pe alte dispozitive se încheie.",
					"The password or Ghișeul.ro alone then protects the account. Your sessions on other devices end.",
				)}
			</p>
			<Form
				sending={useSend()}
				submit={say("Renunțați la al doilea pas", "Remove the second step")}
				look="grave"
				onSubmit={async () => {
					await content(api.DELETE("/v1/accounts/me/totp"));
					await onRemoved();
				}}
			/>
		</details>
	);
}
