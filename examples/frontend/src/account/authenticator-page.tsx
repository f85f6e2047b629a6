// Sets up an authenticator app: its secret as a QR code, a link or text, then the first code, which puts it in force.

import { useEffect, useState } from "preact/hooks";

import { api } from "../api/client";
import { content } from "../api/problem";
import type { Schemas } from "../api/types";
import { Form } from "../form/form";
import { useSend } from "../form/use-send";
import { say } from "../language";
import { Page } from "../parts/page";
import { TotpField } from "../sign-in/totp-field";

type Enrolment = Schemas["TotpEnrolment"];

interface Properties {
	of: Enrolment;
	onConfirmed: (recoveryCodes: string[]) => void;
}

export function AuthenticatorPage({ of: enrolment, onConfirmed }: Properties) {
	return (
		<Page title={say("Legați aplicația", "Connect the app")} back="/account/second-factor">
			<h2>{say("1. Scanați codul cu aplicația", "1. Scan the code with the app")}</h2>
			<QrCode svg={enrolment.qr_svg} />
			<p>
				<a href={enrolment.otpauth_url}>
					{say("Aplicația este chiar pe acest dispozitiv? Deschideți-o", "The app is on this very device? Open it")}
				</a>
			</p>
			<details>
				<summary>{say("Nu îl puteți scana? Scrieți codul de mână", "Cannot scan? Type the code")}</summary>
				<p class="code">{enrolment.secret.replaceAll(/(.{4})(?=.)/g, "$1 ")}</p>
			</details>
			<h2>{say("2. Scrieți codul pe care îl arată", "2. Enter the code that it shows")}</h2>
			<Form<Schemas["ConfirmTotpRequest"]>
				sending={useSend()}
				submit={say("Confirmați", "Confirm")}
				whenEmpty={{ "/totp": say("Scrieți codul din aplicație", "Enter the code of your app") }}
				onSubmit={async (body) => {
					const { recovery_codes } = await content(api.POST("/v1/accounts/me/totp/confirm", { body }));
					onConfirmed(recovery_codes);
				}}
			>
				<TotpField />
			</Form>
		</Page>
	);
}

/** As an image and not as markup: nothing that the API sends becomes part of the page. The policy allows `blob:` for images. */
function QrCode({ svg }: { svg: string }) {
	const [address, setAddress] = useState("");
	useEffect(() => {
		const made = URL.createObjectURL(new Blob([svg], { type: "image/svg+xml" }));
		setAddress(made);
		return () => URL.revokeObjectURL(made);
	}, [svg]);
	return address ? (
		<img
			class="qr"
			src={address}
			width="240"
			height="240"
			alt={say("Codul QR pentru aplicație", "The QR code for the app")}
		/>
	) : null;
}
