// Questions to the help desk in the words of the people who ask and answer.

import { api } from "../api/client";
import { content } from "../api/problem";
import type { Schemas } from "../api/types";
import { useLoad } from "../form/use-load";
import { say } from "../language";

export function supportStatus(status: Schemas["SupportStatus"]): string {
	const words = {
		open: say("Așteaptă răspunsul", "Waiting for an answer"),
		answered: say("Are răspuns", "Answered"),
		closed: say("Închisă", "Closed"),
	};
	return words[status];
}

/** Returns what names a topic; the API knows the names, and the code stands in until it has told them. */
export function useTopicLabel(): (topic: Schemas["Topic"]) => string {
	const support = useLoad(() => content(api.GET("/v1/support")));
	return (topic) => support.data?.topics.find(({ code }) => code === topic)?.label ?? topic;
}
