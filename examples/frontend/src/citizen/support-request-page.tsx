// A question that the person asked, with the answers.

import { api } from "../api/client";
import { content } from "../api/problem";
import { time } from "../dates";
import { useLoad } from "../form/use-load";
import { say } from "../language";
import { Loaded } from "../parts/loaded";
import { Page } from "../parts/page";

export function SupportRequestPage({ id }: { id: string }) {
	const path = { id };
	const request = useLoad(() => content(api.GET("/v1/accounts/me/support-requests/{id}", { params: { path } })), id);
	return (
		<Page
			title={say(`Întrebarea ${request.data?.reference ?? ""}`, `Question ${request.data?.reference ?? ""}`)}
			back="/support"
		>
			<Loaded of={request}>
				{({ message, created_at, answers }) => (
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
				)}
			</Loaded>
		</Page>
	);
}

export function Said({ by, at, text }: { by: string; at: string; text: string }) {
	return (
		<li>
			<strong>{by}</strong> <span class="hint">{time(at)}</span>
			<p class="message">{text}</p>
		</li>
	);
}
