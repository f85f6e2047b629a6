// Where the browser comes back to from Ghișeul.ro, with a code or with `error` (docs/guides/sign-in.md).

import { useEffect, useState } from "preact/hooks";

import { type Problem, problemOf } from "../api/problem";
import { say } from "../language";
import { Page } from "../parts/page";
import { Notice, ProblemNotice } from "../parts/problem-notice";
import { place, replace } from "../router";
import { goalOf } from "./goal";
import { OwnerWays } from "./login-page";
import { cameBack } from "./redirect";
import { whyGhiseulFailed } from "./redirect-failures";
import { SecondFactorPage } from "./second-factor-page";
import { exchange } from "./session";

type Step = "asking" | "exchanging" | "second-factor" | "failed";

export function SignedInPage() {
	const [code] = useState(() => place.get().query.get("code"));
	const [error] = useState(() => place.get().query.get("error"));
	const [step, setStep] = useState<Step>("exchanging");
	const [problem, setProblem] = useState<Problem | null>(null);

	async function enter(factor = {}): Promise<void> {
		const { role } = await exchange(code ?? "", factor);
		replace(goalOf(role));
	}
	async function tryCode(): Promise<void> {
		setStep("exchanging");
		try {
			await enter();
		} catch (failure) {
			const told = problemOf(failure);
			setProblem(told);
			setStep(told.code === "second_factor_required" ? "second-factor" : "failed");
		}
	}
	useEffect(() => {
		if (!code) setStep("failed");
		else if (cameBack()) void tryCode();
		else setStep("asking");
	}, []);

	if (step === "second-factor") return <SecondFactorPage onSubmit={enter} code={code} />;
	if (step === "exchanging") return <Page title={say("Vă autentificăm…", "Signing you in…")} />;
	if (step === "asking") return <MeantToSignIn onYes={tryCode} />;
	return (
		<Page title={say("Nu v-ați autentificat", "You are not signed in")} back="/">
			{error && <Notice title={whyGhiseulFailed(error)} />}
			<ProblemNotice of={problem} again={tryCode} />
			<p>{say("Puteți încerca din nou, de câte ori este nevoie.", "You can try again, as often as you need.")}</p>
			<OwnerWays />
		</Page>
	);
}

/** Somebody else may have made this link, to have the person act in an account that is not theirs. */
function MeantToSignIn({ onYes }: { onYes: () => Promise<void> }) {
	return (
		<Page title={say("Ați vrut să vă autentificați?", "Did you mean to sign in?")} back="/">
			<p>
				{say(
					"Veniți de la Ghișeul.ro. Continuați numai dacă ați ales acolo cazierul judiciar.",
					"You come from Ghișeul.ro. Continue only if you chose the criminal record there.",
				)}
			</p>
			<button type="button" onClick={() => void onYes()}>
				{say("Da, continuați", "Yes, continue")}
			</button>
		</Page>
	);
}
