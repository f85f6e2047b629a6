// A question that the person asked, with the answers.

import { api } from "../api/client";
import { content } from "../api/problem";
import type { Schemas } from "../api/types";
import { time } from "../dates";
import { useLoad } from "../form/use-load";
import { say } from "../language";
import { Loaded } from "../parts/loaded";
import { Page } from "../parts/page";

export function SupportRequestPage({ id }: { id: string }) {
	const path = { id };
	const request = useLoad(() => content(api.GET("/v1/accounts/me/support-requests/{id}", { params: { path } })), id);
	const reference = request.data?.reference ?? "";
	return (
		<Page title={say(`Întrebarea ${reference}`, `Question ${reference}`)} back="/support/requests">
			<Loaded of={request}>
				{({ message, created_at, answers, status }) => (
					<>
						<ol class="timeline">
							<Said by={say("Dumneavoastră", "You")} at={created_at} text={message} />
							{answers.map((answer) => (
								<Said
									key={answer.created_at}
									by={say("Serviciul de ajutor", "The help desk")}
									at={answer.created_at}
									text={answer.text}
								/>
							))}
						</ol>
						<p class="empty">{statusText(status)}</p>
					</>
				)}
			</Loaded>
		</Page>
	);
}

function statusText(status: Schemas["SupportStatus"]): string {
	const texts = {
		open: say("Vă răspundem prin e-mail; răspunsul apare și aici.", "We answer by e-mail; the answer appears here too."),
		answered: say(
			"Mai aveți o întrebare? Scrieți-ne din nou, la Ajutor.",
			"Another question? Write to us again, under Help.",
		),
		closed: say("Întrebarea este închisă.", "The question is closed."),
	};
	return texts[status];
}

export function Said({ by, at, text }: { by: string; at: string; text: string }) {
	return (
		<li>
			<strong>{by}</strong> <span class="hint">{time(at)}</span>
			<p class="message">{text}</p>
		</li>
	);
}
