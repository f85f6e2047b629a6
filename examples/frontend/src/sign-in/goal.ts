// Where a person wanted to go when they were asked to sign in; in this tab alone.

import type { Schemas } from "../api/types";

const GOAL = "goal";

export function remember(goal: string): void {
	sessionStorage.setItem(GOAL, goal);
}

/** Nobody wants to go there any more: the session has ended. */
export function forgetGoal(): void {
	sessionStorage.removeItem(GOAL);
}

/** Where somebody of this role begins. */
export function homeOf(role: Schemas["AccountRole"]): string {
	return role === "citizen" ? "/account" : "/desk";
}

/** Returns it, once; otherwise where somebody of this role begins. */
export function goalOf(role: Schemas["AccountRole"]): string {
	const goal = sessionStorage.getItem(GOAL);
	sessionStorage.removeItem(GOAL);
	return goal ?? homeOf(role);
}
